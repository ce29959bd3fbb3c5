package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The program as a process: as root, as an ordinary user, and where the kernel refuses one thing or another.
@NeedsRoot
class LauncherIT {
    private static final List<String> ORDINARY_USER =
            List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");
    private static final String OVERFLOW = """
            set('net/core/somaxconn', 5)
            server = listen('127.0.0.1', 8100, 50)
            connect('127.0.0.1', 8100, 10)
            until(lambda: counter('ListenOverflows') == 4)
            for c in clients[-4:]: c.close()
            """;

    @TempDir
    private static Path copies;

    /// The built program where every user may read it, whatever the folder of the checkout allows.
    @BeforeAll
    static void copyTheProgram() throws IOException {
        Path lib = copies.resolve("lib");
        Files.createDirectory(lib);
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("anteroom.lib")))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Run(int code, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    private static Run run(List<String> before, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=dev.anteroom.kernel",
                "--module-path=" + copies.resolve("lib"),
                "--module=dev.anteroom.cli/dev.anteroom.cli.Anteroom"));
        command.addAll(List.of(words));
        return execute(command);
    }

    /// `doctor --json` on a private host, with the answer of one system call replaced.
    ///
    /// @param injection what strace(1) injects: `socket:error=EPERM`
    private static Run runWhereTheKernelAnswers(String injection, PrivateHost host)
            throws IOException, InterruptedException {
        List<String> strace = List.of("strace", "-qq", "-f", "-o", "/dev/null", "-e", "inject=" + injection);
        return run(strace, "doctor", "--json", "-N", host.pid(), "--window", "0");
    }

    private static Run execute(List<String> command) throws IOException, InterruptedException {
        Path err = Files.createTempFile(copies, "err", ".txt");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), text, Files.readString(err));
        }
    }

    @Test
    void theLauncherRunsTheBuiltProgramAndPassesItsExitCodeOn() throws IOException, InterruptedException {
        String launcher = System.getProperty("anteroom.launcher");

        Run version = execute(List.of(launcher, "--version"));
        assertThat(version.out()).startsWith("anteroom ");
        assertThat(version.err()).isEmpty();
        assertThat(version.code()).isZero();
        assertThat(execute(List.of(launcher, "doctor", "--no-such-flag")).code())
                .isEqualTo(2);
        assertThat(execute(List.of(launcher, "doctor", "--pid", "2147483646")).code())
                .isEqualTo(3);
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            Run found = execute(List.of(launcher, "doctor", "-N", host.pid(), "--window", "0"));
            assertThat(found.code()).isEqualTo(1);
            assertThat(found.err()).isEmpty();
            assertThat(found.out()).contains("accept-queue-full", "127.0.0.1:8100");
        }
    }

    /// With a Maven that reads all it is given, and a Java that prints all that is left.
    @Test
    void whatStandsInThePipeIsThereAfterTheBuild(@TempDir Path home) throws IOException, InterruptedException {
        Path launcher = Files.copy(Path.of(System.getProperty("anteroom.launcher")), home.resolve("anteroom"));
        script(home.resolve("mvn"), """
                cat > /dev/null
                mkdir -p '%1$s/cli/target/dist'
                echo '%1$s' > '%1$s/cli/target/dist/jdk'
                touch '%1$s/cli/target/dist/built'
                """.formatted(home));
        script(home.resolve("bin/java"), "cat");

        ProcessBuilder build = new ProcessBuilder(launcher.toString(), "explain", "-");
        build.environment().put("JAVA_HOME", System.getProperty("java.home"));
        build.environment().merge("PATH", home.toString(), (path, first) -> first + ":" + path);
        Process process = build.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("a capture".getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream out = process.getInputStream()) {
            assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("a capture");
        }
        assertThat(process.waitFor()).isZero();
    }

    private static void script(Path file, String lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void ctrlCEndsASurgeWithWhatItHas() throws IOException, InterruptedException {
        try (PrivateHost host = PrivateHost.staging("server = listen('127.0.0.1', 8100, 500)")) {
            // A surge of a minute, and Ctrl-C in the middle of it.
            List<String> interrupted =
                    List.of("nsenter", "-t", host.pid(), "-n", "timeout", "--signal=INT", "--preserve-status", "6");
            Run run = run(interrupted, "surge", "127.0.0.1:8100", "-n", "3000", "--rate", "50", "--connect-only");

            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .startsWith("Stopped early, with the outcome of ")
                    .contains("OUTCOME", "served");
            assertThat(run.code()).isEqualTo(130);
        }
    }

    @Test
    void anOrdinaryUserSeesTheCountersOfAnotherNamespaceAndWhatIsMissing() throws IOException, InterruptedException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            Run run = run(ORDINARY_USER, "doctor", "--json", "-N", host.pid(), "--window", "100ms");

            assertThat(run.err()).isEmpty();
            JsonNode namespace = run.json().path("namespaces").path(0);
            assertThat(namespace
                            .path("counters")
                            .path("ListenOverflows")
                            .path("total")
                            .asLong())
                    .isEqualTo(4);
            JsonNode listener = run.json().path("listeners").path(0);
            assertThat(listener.path("depth").asLong()).isEqualTo(6);
            assertThat(listener.path("limit").isNull()).isTrue();
            assertThat(listener.path("dropEvents").isNull()).isTrue();
            assertThat(run.json().path("findings").toString()).contains("drops-unattributed");
            assertThat(run.json().path("notMeasured").toString())
                    .contains("limits, drop events", "EACCES", "run as root", "the processes of 1 listener");
            assertThat(run.code()).isEqualTo(1);
        }
    }

    @Test
    void anOrdinaryUserSeesLimitsAndDropsOfHisOwnNamespace() throws IOException, InterruptedException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            List<String> inside = new ArrayList<>(List.of("nsenter", "-t", host.pid(), "-n"));
            inside.addAll(ORDINARY_USER);
            Run run = run(inside, "doctor", "--json", "--port", "8100", "--window", "0");

            JsonNode listener = run.json().path("listeners").path(0);
            assertThat(listener.path("limit").asLong()).isEqualTo(5);
            assertThat(listener.path("dropEvents").path("total").asLong()).isEqualTo(4);
            assertThat(listener.path("boundBy").asString()).isEqualTo("somaxconn");
            assertThat(listener.path("processes")).isEmpty();
        }
    }

    @Test
    void hiddenProcessesAreTold() throws IOException, InterruptedException {
        List<String> hiding = new ArrayList<>(
                List.of("unshare", "-m", "sh", "-c", "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"", "sh"));
        hiding.addAll(ORDINARY_USER);
        Run run = run(hiding, "doctor", "--json", "--window", "0");

        assertThat(run.err()).isEmpty();
        assertThat(run.json().path("notMeasured").toString()).contains("hidepid=");
    }

    @Test
    void withoutNetlinkTheDepthsAndCountersRemain() throws IOException, InterruptedException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            Run run = runWhereTheKernelAnswers("socket:error=EPERM", host);

            assertThat(run.json().path("listeners").path(0).path("depth").asLong())
                    .isEqualTo(6);
            assertThat(run.json().path("notMeasured").toString()).contains("NETLINK_SOCK_DIAG", "EPERM");
        }
    }

    @Test
    void aKernelWithoutTheModuleLeavesDepthsAndCounters() throws IOException, InterruptedException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            Run run = runWhereTheKernelAnswers("sendto:error=ENOENT", host);

            assertThat(run.json().path("listeners").path(0).path("depth").asLong())
                    .isEqualTo(6);
            assertThat(run.json().path("notMeasured").toString()).contains("sock_diag");
        }
    }

    @Test
    void aReceiveBufferThatRanOverIsAskedAgain() throws IOException, InterruptedException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            Run run = runWhereTheKernelAnswers("recvfrom:error=ENOBUFS:when=1", host);

            assertThat(run.json().path("listeners")).hasSize(1);
            assertThat(run.json().path("listeners").path(0).path("limit").asLong())
                    .isEqualTo(5);
        }
    }
}
