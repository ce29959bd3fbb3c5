package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `fix --live --apply` by those who may not, as the kernel of this machine refuses them, and by those who may.
@NeedsRoot
class FixPrivilegeTest {
    private static final String NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all";
    private static final String ROOT_WITHOUT_PTRACE = "setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace";

    /// A root of nothing but its own user namespace.
    private static final String ROOT_OF_ANOTHER_USER_NAMESPACE = "unshare -U --map-root-user";

    /// A listener of root, and one of nobody.
    private static final String SERVERS = """
            server = listen('127.0.0.1', 8100, 8)
            child = subprocess.Popen(['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups',
                '/usr/bin/python3', '-c', 'import socket, time; s = socket.socket(); s.bind(("127.0.0.1", 8200)); '
                's.listen(8); time.sleep(99)'])
            until(lambda: any(l.split()[1].endswith(':2008') for l in open('/proc/thread-self/net/tcp').readlines()[1:]))
            """;

    /// Runs the rest of its arguments where a system call fails with an error.
    private static final String FILTERED = """
            import ctypes, os, struct, sys
            call, errno = int(sys.argv[1]), int(sys.argv[2])
            step = lambda code, yes, no, k: struct.pack('HBBI', code, yes, no, k)
            code = ctypes.create_string_buffer(step(0x20, 0, 0, 0) + step(0x15, 0, 1, call)
                                               + step(0x06, 0, 0, 0x50000 | errno) + step(0x06, 0, 0, 0x7fff0000))
            program = ctypes.create_string_buffer(struct.pack('HxxxxxxP', 4, ctypes.addressof(code)))
            libc = ctypes.CDLL(None, use_errno=True)
            assert libc.prctl(38, 1, 0, 0, 0) == 0
            assert libc.prctl(22, 2, ctypes.byref(program)) == 0, os.strerror(ctypes.get_errno())
            os.execvp(sys.argv[3], sys.argv[3:])
            """;

    @TempDir
    static Path readable;

    private static String classPath = "";

    /// What the run of a whole program printed.
    private record Run(int code, String text) {}

    @BeforeAll
    static void copyTheProgramToWhereNobodyMayRead() throws IOException {
        everybodyMayRead(readable);
        List<String> places = new ArrayList<>();
        String all =
                System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", "");
        for (String original : all.split(File.pathSeparator, -1)) {
            Path copy = readable.resolve(places.size() + "-" + Path.of(original).getFileName());
            if (!original.isEmpty() && Files.exists(Path.of(original))) {
                copyTree(Path.of(original), copy);
                places.add(copy.toString());
            }
        }
        classPath = String.join(File.pathSeparator, places);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Path copy =
                        one.equals(from) ? to : to.resolve(from.relativize(one).toString());
                Files.copy(one, copy);
                everybodyMayRead(copy);
            }
        }
    }

    private static void everybodyMayRead(Path file) throws IOException {
        Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                NOBODY + " | 8100 | cannot be seen (its user is root): this process has no CAP_SYS_PTRACE over it",
                ROOT_WITHOUT_PTRACE + " | 8200 | (its user is nobody): this process has no CAP_SYS_PTRACE over it",
                ROOT_WITHOUT_PTRACE + " | 8100 | (its user is root): this process has no CAP_SYS_PTRACE over it",
                ROOT_OF_ANOTHER_USER_NAMESPACE + " | 8100 | lives in another user namespace"
            })
    void whoMayNotTraceTheProcessIsToldWhy(String as, int port, String reason) throws Exception {
        try (PrivateHost host = PrivateHost.staging(SERVERS)) {
            Run fix = fix(host, as, port, 100, "state-of-nobody");

            assertThat(fix.text).contains(reason).hasLineCount(1);
            assertThat(fix.code).isEqualTo(ExitCode.COULD_NOT_LOOK.number());
            assertThat(limit(host, port)).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "438 | 1  | a seccomp filter of this process, as in many containers, forbids pidfd_getfd(2)",
                "434 | 1  | a seccomp filter of this process, as in many containers, forbids pidfd_open(2)",
                "438 | 38 | a seccomp filter, as in many containers, hides pidfd_getfd(2) (ENOSYS)"
            })
    void aSeccompFilterIsNamed(int call, int errno, String reason) throws Exception {
        Path filtered = Files.writeString(readable.resolve("filtered.py"), FILTERED);
        try (PrivateHost host = PrivateHost.staging(SERVERS)) {
            Run fix = fix(host, "python3 " + filtered + " " + call + " " + errno, 8100, 100, "state");

            assertThat(fix.text).contains(reason).hasLineCount(1);
            assertThat(fix.code).isEqualTo(ExitCode.COULD_NOT_LOOK.number());
            assertThat(limit(host, 8100)).isEqualTo(8);
        }
    }

    @Test
    void theOwnerOfTheProcessMayUpToSomaxconnAndTakesItBack() throws Exception {
        Path state = Files.createDirectories(readable.resolve("home"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (PrivateHost host = PrivateHost.staging(SERVERS)) {
            Run fix = fix(host, NOBODY, 8200, 100, "home/state");
            assertThat(fix.code).as(fix.text).isZero();
            assertThat(limit(host, 8200)).isEqualTo(100);

            Run above = fix(host, NOBODY, 8200, 5000, "home/state");
            assertThat(above.code).isEqualTo(ExitCode.COULD_NOT_LOOK.number());
            assertThat(above.text)
                    .contains("cannot set net.core.somaxconn to 5000")
                    .contains("run as root")
                    .hasLineCount(1);
            assertThat(limit(host, 8200)).isEqualTo(100);

            Run undo = run(
                    host,
                    NOBODY,
                    "fix",
                    "--undo",
                    "--state",
                    state.resolve("state").toString());
            assertThat(undo.code).as(undo.text).isZero();
            assertThat(limit(host, 8200)).isEqualTo(8);
        }
    }

    @Test
    void whoMayNotEnterTheNetworkNamespaceIsToldWhatItTakes() throws Exception {
        try (PrivateHost host = PrivateHost.staging(SERVERS)) {
            List<String> words = new ArrayList<>(Arrays.asList(NOBODY.split(" ", -1)));
            words.addAll(program("fix", "--live", "-N", host.pid(), "--port", "8100", "--limit", "100", "--apply"));
            Run fix = run(words);

            assertThat(fix.text)
                    .contains("cannot be read from outside its network namespace")
                    .contains("CAP_SYS_ADMIN")
                    .hasLineCount(1);
            assertThat(fix.code).isEqualTo(ExitCode.COULD_NOT_LOOK.number());
            assertThat(limit(host, 8100)).isEqualTo(8);
        }
    }

    private static Run fix(PrivateHost host, String as, int port, int limit, String state) throws Exception {
        return run(
                host,
                as,
                "fix",
                "--live",
                "-N",
                Files.readSymbolicLink(Path.of("/proc", host.pid(), "ns/net")).toString(),
                "--port",
                Integer.toString(port),
                "--limit",
                Integer.toString(limit),
                "--apply",
                "--state",
                readable.resolve(state).toString());
    }

    /// In the network namespace of the host.
    private static Run run(PrivateHost host, String as, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("nsenter", "-t", host.pid(), "-n"));
        words.addAll(Arrays.asList(as.split(" ", -1)));
        words.addAll(program(arguments));
        return run(words);
    }

    private static List<String> program(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                Anteroom.class.getName()));
        words.addAll(Arrays.asList(arguments));
        return words;
    }

    private static Run run(List<String> words) throws Exception {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .directory(new File("/"))
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(
                process.waitFor(),
                text.lines().filter(line -> !line.startsWith("WARNING: ")).collect(Collectors.joining("\n")));
    }

    private static long limit(PrivateHost host, int port) {
        return Doctor.on(host, "--window", "0").listener(port).path("limit").asLong();
    }
}
