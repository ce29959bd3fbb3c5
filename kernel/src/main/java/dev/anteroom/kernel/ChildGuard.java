package dev.anteroom.kernel;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// A shell that lives just longer than this process, to end what was started in a private host.
///
/// It reads from a pipe that ends with this process, whatever ends it. Then it kills every process whose network
/// namespace is the one of the host: also those that made themselves daemons, or left the process group. It holds
/// the namespace open, so that its number cannot become that of another. Not inside itself, and deaf to Ctrl-C.
final class ChildGuard implements AutoCloseable {
    private static final int SECONDS_TO_END = 10;

    /// A process may be between fork and setns when this process ends, so one look that finds nothing is not enough
    /// then; the number of looks is bounded because a process may be stuck in the kernel.
    private static final String SCRIPT = """
            trap '' INT TERM HUP QUIT
            exec 3< "$1" || exit 1
            echo ready
            read -r word
            [ "$word" = end ] && needed=1 || needed=2
            looks=0 empty=0
            while [ $empty -lt $needed ] && [ $looks -lt 100 ]; do
              looks=$((looks + 1)) empty=$((empty + 1))
              for line in $(stat -L -c %i=%n /proc/[0-9]*/ns/net 2> /dev/null); do
                case $line in
                  "$2"=*)
                    pid=${line#*=/proc/}
                    kill -KILL "${pid%%/*}" 2> /dev/null
                    empty=0
                    ;;
                esac
              done
              [ $empty -ge $needed ] || sleep 0.02
            done
            """;

    private final Process shell;

    private ChildGuard(Process shell) {
        this.shell = shell;
    }

    /// Starts one and waits until it holds the namespace.
    ///
    /// @param door a file that stands for the namespace
    /// @param inode its number
    /// @throws IOException if there is no shell
    static ChildGuard of(String door, long inode) throws IOException {
        if (NetworkNamespaces.ownInode() == inode) {
            throw new IllegalStateException("a process of a private host is started from a thread outside");
        }
        Process shell = new ProcessBuilder("sh", "-c", SCRIPT, "anteroom-guard", door, Long.toString(inode))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (shell.inputReader().readLine() == null) {
            throw new KernelException("cannot guard the processes of a private host: sh(1) ended at once");
        }
        return new ChildGuard(shell);
    }

    /// Kills what is inside and waits until nothing is.
    @Override
    public void close() {
        try {
            shell.outputWriter().write("end\n");
            shell.outputWriter().close();
            shell.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (IOException killed) {
            // Somebody ended the guard; its processes are then their own.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
