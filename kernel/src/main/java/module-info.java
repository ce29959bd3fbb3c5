import org.jspecify.annotations.NullMarked;

/// The running Linux kernel: listening sockets and their queues over sock_diag, counters, sysctls, network
/// namespaces, processes and containers; and private hosts, where anything can be staged, with a link between them.
///
/// The only module that makes native calls; grant it with `--enable-native-access=dev.anteroom.kernel`. It needs no
/// privilege for the caller's own network namespace. To enter another one it needs CAP_SYS_ADMIN, to see whose a
/// socket is CAP_SYS_PTRACE (or the same user); without them it reports what `/proc/PID/net` shows and says what is
/// missing.
///
/// A private host is a network namespace of this process, made as root or in a user namespace (`unshare -Urn`); a
/// link delays (from 0), sways, loses (0 to 1) and slows (bits per second) what passes between two of them. All of
/// it ends with this process, however that ends.
///
/// It reports and does not judge. It changes nothing outside the private hosts, but for what its caller asks of
/// [dev.anteroom.kernel.HeldListener] and [dev.anteroom.kernel.NetworkNamespace].
///
/// What is not read: Multipath TCP and SMC state, listeners in another pid namespace than those in `/proc`, network
/// namespaces that no process, thread or mount in /run/netns names, even if an open descriptor keeps them alive.
/// What a link does not model: see docs/link.md.
@NullMarked
module dev.anteroom.kernel {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.kernel;
}
