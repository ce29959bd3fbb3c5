import org.jspecify.annotations.NullMarked;

/// The running Linux kernel: listening sockets and their queues over sock_diag, counters, sysctls, network
/// namespaces, processes and containers.
///
/// The only module that makes native calls; grant it with `--enable-native-access=dev.anteroom.kernel`. It needs no
/// privilege for the caller's own network namespace. To enter another one it needs CAP_SYS_ADMIN, to see whose a
/// socket is CAP_SYS_PTRACE (or the same user); without them it reports what `/proc/PID/net` shows and says what is
/// missing.
///
/// It reports and does not judge. It changes nothing on the host.
///
/// What is not read: Multipath TCP and SMC state, listeners in another pid namespace than those in `/proc`, network
/// namespaces that no process, thread or mount in /run/netns names, even if an open descriptor keeps them alive.
@NullMarked
module dev.anteroom.kernel {
    requires static org.jspecify;
    requires transitive dev.anteroom.queue;

    exports dev.anteroom.kernel;
}
