package dev.anteroom.kernel;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Whether this user may make private hosts here: at once, after the program was started again in a user namespace
/// of its own, or not at all.
public sealed interface PrivateHosts {

    /// They can be made at once: as root, or with CAP_SYS_ADMIN.
    record Here() implements PrivateHosts {}

    /// They can be made once unshare(1) has started this program in a user namespace, where this user is root.
    record AfterRestart() implements PrivateHosts {

        /// Ends this program and starts it again in a user namespace, with the same arguments, environment,
        /// standard streams and process id. No shutdown hook runs. Call it early: what was done is done again.
        ///
        /// @throws KernelException if that fails; otherwise it does not return
        public void restart() {
            System.out.flush();
            System.err.flush();
            throw UserNamespace.restart();
        }
    }

    /// They cannot be made.
    ///
    /// @param reason one line: every way, what closes it, and the command that opens it
    record Closed(String reason) implements PrivateHosts {}

    /// Tries it out, with a namespace that ends at once.
    static PrivateHosts available() {
        CompletableFuture<Integer> errno = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("may make namespaces")
                .start(() -> errno.complete(Syscalls.leaveNetworkNamespace() < 0 ? Syscalls.errno() : 0));
        if (errno.join() == 0) {
            return new Here();
        }
        Optional<String> refusal = UserNamespace.refusal();
        return refusal.<PrivateHosts>map(closed -> new Closed("cannot make a network namespace: "
                        + Syscalls.describe(errno.join()) + "; run as root. " + closed))
                .orElseGet(AfterRestart::new);
    }
}
