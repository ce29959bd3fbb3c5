import org.jspecify.annotations.NullMarked;

/// The vocabulary of the two queues before `accept(2)` and the rules that the Linux kernel applies to them.
///
/// Records and formulas only: no I/O, no native code, no threads, no clock. A value that nobody could read is an
/// empty `Optional`, never a zero.
///
/// What is not modelled: Multipath TCP and SMC listeners (their TCP part is), the queue of TCP Fast Open, and
/// kernels whose vendor changed the rules without changing the version number (`KernelVersion.vendor` says so).
@NullMarked
module dev.anteroom.queue {
    requires static org.jspecify;

    exports dev.anteroom.queue;
}
