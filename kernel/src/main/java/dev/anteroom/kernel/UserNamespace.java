package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Starting this program again in a user namespace, by unshare(1). A JVM cannot enter one itself: the kernel lets
/// only a process of one thread do that.
final class UserNamespace {
    /// Tells the program that it was started again, so that it does not try for ever.
    private static final String MARK = "ANTEROOM_IN_USER_NAMESPACE";

    private static final List<String> UNSHARE = List.of("unshare", "-Urn", "--");

    /// A sysctl that closes user namespaces.
    ///
    /// @param path below /proc/sys
    /// @param closing its value that does
    /// @param opening one that does not
    private record Lock(String path, String closing, String opening) {
        private String name() {
            return path.replace('/', '.');
        }
    }

    private static final List<Lock> LOCKS = List.of(
            new Lock("user/max_user_namespaces", "0", "15000"),
            new Lock("user/max_net_namespaces", "0", "15000"),
            new Lock("kernel/unprivileged_userns_clone", "0", "1"),
            new Lock("kernel/apparmor_restrict_unprivileged_userns", "1", "0"));

    private UserNamespace() {}

    /// Why an ordinary user may not make one, with the command that changes it; empty if it can be made.
    static Optional<String> refusal() {
        if (System.getenv(MARK) != null) {
            return Optional.of("In this user namespace it is not permitted either");
        }
        List<String> trial = new ArrayList<>(UNSHARE);
        trial.add("true");
        try {
            Process process =
                    new ProcessBuilder(trial).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? Optional.empty() : Optional.of(reason(Path.of("/proc"), said));
        } catch (IOException noTool) {
            return Optional.of("As an ordinary user it takes unshare(1): install util-linux");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.of("As an ordinary user: interrupted before 'unshare -Urn' had answered");
        }
    }

    /// What closes user namespaces, as far as it can be read.
    ///
    /// @param said what unshare(1) said
    static String reason(Path proc, String said) {
        for (Lock lock : LOCKS) {
            Optional<String> value =
                    ProcFile.text(proc.resolve("sys").resolve(lock.path).toString());
            if (value.map(String::strip).filter(lock.closing::equals).isPresent()) {
                return "User namespaces are closed: " + lock.name() + " is " + lock.closing
                        + "; open them with 'sysctl " + lock.name() + "=" + lock.opening + "' as root";
            }
        }
        boolean filtered = ProcFile.text(proc.resolve("self/status").toString())
                .filter(status -> status.contains("Seccomp:\t2"))
                .isPresent();
        return filtered
                ? "User namespaces are closed, probably by the seccomp filter of this container; start it with "
                        + "'--security-opt seccomp=unconfined', or as root with '--cap-add SYS_ADMIN' (" + said + ")"
                : "User namespaces are closed for a reason that no setting shows: 'unshare -Urn' says: " + said;
    }

    /// Replaces this process.
    ///
    /// @return why it could not be
    static KernelException restart() {
        try (Arena arena = Arena.ofConfined()) {
            List<String> words = new ArrayList<>(UNSHARE);
            words.addAll(ownCommand());
            MemorySegment arguments = arena.allocate(JAVA_LONG, words.size() + 1L);
            for (int i = 0; i < words.size(); i++) {
                arguments.setAtIndex(
                        JAVA_LONG, i, Syscalls.text(arena, words.get(i)).address());
            }
            Syscalls.call(
                    Functions.SETENV,
                    Syscalls.text(arena, MARK).address(),
                    Syscalls.text(arena, "yes").address(),
                    1,
                    0,
                    0,
                    0);
            Syscalls.call(Functions.EXECVP, arguments.get(JAVA_LONG, 0), arguments.address(), 0, 0, 0, 0);
            return new KernelException(
                    "cannot start again under 'unshare -Urn': " + Syscalls.describe(Syscalls.errno()));
        } catch (IOException noProc) {
            return new KernelException("cannot start again under 'unshare -Urn': /proc/self is not readable");
        }
    }

    /// How this program was started, with the full path of its executable.
    private static List<String> ownCommand() throws IOException {
        String line = new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of(line.split("\0", -1)));
        words.removeLast(); // what follows the last zero byte
        words.set(0, Files.readSymbolicLink(Path.of("/proc/self/exe")).toString());
        return words;
    }

    /// Bound when first called.
    private static final class Functions {
        static final MemorySegment SETENV = Syscalls.function("setenv");
        static final MemorySegment EXECVP = Syscalls.function("execvp");
    }
}
