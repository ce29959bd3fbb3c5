package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.queue.Setting;
import dev.anteroom.remedy.Journal;
import dev.anteroom.remedy.SysctlDropIn;
import dev.anteroom.remedy.Undo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `fix` without `--live`: which changes, where, in which order.
@NeedsRoot
class FixForGoodTest {
    @TempDir
    Path folder;

    @Test
    void theServersOwnSettingComesFirstAndSomaxconnOnlyIfItIsTooSmall() throws IOException {
        try (PrivateHost host = httpServer()) {
            JsonNode enough = changes(host, "--limit", "1000");
            assertThat(enough).hasSize(1);
            assertThat(enough.path(0).path("kind").asString()).isEqualTo("server");
            assertThat(enough.path(0).path("text").asString()).isEqualTo("request_queue_size = 1000");

            JsonNode more = changes(host, "--limit", "5000");
            assertThat(more).hasSize(2);
            assertThat(more.path(1).path("kind").asString()).isEqualTo("place");
            assertThat(more.path(1).path("text").asString())
                    .endsWith("-n sysctl -w net.core.somaxconn=5000")
                    .startsWith("nsenter -t ");

            assertThat(changes(host, "--limit", "5")).isEmpty();
        }
    }

    @Test
    void theLineOfTheConfigurationIsNamedAndWhatItPrintsWorksAfterAReload() throws Exception {
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; pid %1$s/nginx.pid; error_log stderr; events {}
                http {
                  access_log off;
                  server { listen 8001 backlog=70; }
                  server { listen 127.0.0.1:8000 default_server; }
                }
                """.formatted(folder));
        try (PrivateHost host = PrivateHost.staging("""
                child = subprocess.Popen(['nginx', '-c', '%s'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                until(lambda: len(open('/proc/thread-self/net/tcp').readlines()) == 3)
                """.formatted(config))) {
            JsonNode change = changes(host, "--limit", "900").path(0);
            assertThat(change.path("file").asString()).isEqualTo(config + ":5");
            assertThat(change.path("text").asString()).isEqualTo("listen 127.0.0.1:8000 default_server backlog=900;");
            assertThat(change.path("then").asString()).isEqualTo("reload it");

            Files.writeString(
                    config,
                    Files.readString(config)
                            .replace(
                                    "listen 127.0.0.1:8000 default_server;",
                                    change.path("text").asString()));
            host.run(
                    "kill",
                    "-HUP",
                    Files.readString(folder.resolve("nginx.pid")).strip());

            long deadline = System.nanoTime() + 20_000_000_000L;
            while (listener(host, "--limit", "900").path("limit").asLong() != 900 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(listener(host, "--limit", "900").path("limit").asLong()).isEqualTo(900);
            assertThat(changes(host, "--limit", "900")).isEmpty();
        }
    }

    @Test
    void theTargetSaysWhereItComesFrom() throws IOException {
        try (PrivateHost host = httpServer()) {
            JsonNode usual = listener(host);
            assertThat(usual.path("target").asLong()).isEqualTo(4096);
            assertThat(usual.path("origin").asString()).contains("as much as net.core.somaxconn allows");

            JsonNode sized = listener(host, "--burst", "1000", "--accept-rate", "500");
            assertThat(sized.path("target").asLong()).isBetween(900L, 1100L);
            assertThat(sized.path("origin").asString()).contains("'anteroom size'");
        }
    }

    @Test
    void aLimitOfASmallerSomaxconnNeedsARestartAndNothingElse() throws Exception {
        try (PrivateHost host = redis(100)) {
            host.run("sysctl", "-qw", "net.core.somaxconn=4096");

            JsonNode changes = changes(host, "--limit", "500");

            assertThat(changes).hasSize(1);
            assertThat(changes.path(0).path("why").asString())
                    .contains("Redis asks for enough by itself")
                    .contains("limit of 100 dates from a smaller net.core.somaxconn");
            assertThat(changes.path(0).path("then").asString()).isEqualTo("restart it");
            assertThat(changes(host, "--limit", "600").path(0).path("text").asString())
                    .isEqualTo("tcp-backlog 600");
        }
    }

    @Test
    void aLimitOfALargerSomaxconnNeedsThatSomaxconnForTheNextRestart() throws Exception {
        try (PrivateHost host = redis(4096)) {
            host.run("sysctl", "-qw", "net.core.somaxconn=128");

            JsonNode changes = changes(host, "--limit", "511");

            assertThat(changes).hasSize(1);
            assertThat(changes.path(0).path("why").asString()).contains("the next restart cuts it to 128");
            assertThat(changes.path(0).path("text").asString())
                    .isEqualTo("nsenter -t %s -n sysctl -w net.core.somaxconn=511".formatted(listenerPid(host)));
        }
    }

    @Test
    void aProgramThatIsNotKnownGetsAGenericAnswerThatSaysSo() throws IOException {
        Path program = folder.resolve("frobnicate");
        Files.copy(Path.of("/usr/bin/sleep"), program);
        try (PrivateHost host = PrivateHost.staging("""
                server = listen('127.0.0.1', 8000, 5)
                os.set_inheritable(server.fileno(), True)
                child = subprocess.Popen(['%s', '60'], close_fds=False)
                until(lambda: open('/proc/%%d/comm' %% child.pid).read() == 'frobnicate\\n')
                server.close()
                """.formatted(program))) {
            JsonNode listener = listener(host);

            assertThat(listener.path("software").isNull()).isTrue();
            assertThat(listener.path("changes").path(0).path("why").asString()).contains("generic answer");
        }
    }

    @Test
    void writtenFilesHoldTheChanges() throws IOException {
        try (PrivateHost host = httpServer()) {
            Doctor.run("fix", "-N", host.pid(), "--port", "8000", "--limit", "777", "--write", folder.toString());

            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.toList())
                        .singleElement()
                        .satisfies(file -> assertThat(file).content().contains("request_queue_size = 777"));
            }
        }
    }

    @Test
    void applyRefusesWhatIsNoSysctlOfThisHost() throws IOException {
        try (PrivateHost host = httpServer()) {
            Doctor fix = Doctor.run(
                    "fix", "-N", host.pid(), "--port", "8000", "--limit", "9", "--apply", "--state", folder.toString());

            assertThat(fix.code()).isEqualTo(ExitCode.COULD_NOT_LOOK);
            assertThat(fix.err())
                    .contains("nothing here is a sysctl of this host")
                    .hasLineCount(1);
        }
    }

    @Test
    void aDropInAndTheValueOfNowAreSetAndUndoneTogether() throws Exception {
        try (PrivateHost host = PrivateHost.staging("")) {
            NetworkNamespace namespace = namespace(host);
            Path file = folder.resolve("60-anteroom.conf");
            Files.writeString(file, "# mine\n");
            try (Journal journal = Journal.open(folder.resolve("state"))) {
                SysctlDropIn.apply(7777, namespace, folder, journal);

                assertThat(namespace.value(Setting.SOMAXCONN)).hasValue(7777);
                assertThat(file).content().contains("net.core.somaxconn = 7777");
                assertThat(new Undo(journal).last().orElseThrow()).allMatch(Undo.Step::restored);
                assertThat(namespace.value(Setting.SOMAXCONN)).hasValue(4096);
                assertThat(file).hasContent("# mine\n");

                Files.delete(file);
                SysctlDropIn.apply(7777, namespace, folder, journal);
                new Undo(journal).last();
                assertThat(file).doesNotExist();
            }
        }
    }

    @Test
    void aDropInThatCannotBeWrittenLeavesTheValueOfNowAlone() throws Exception {
        try (PrivateHost host = PrivateHost.staging("")) {
            NetworkNamespace namespace = namespace(host);
            try (Journal journal = Journal.open(folder.resolve("state"))) {
                assertThatExceptionOfType(KernelException.class)
                        .isThrownBy(() -> SysctlDropIn.apply(7777, namespace, folder.resolve("none"), journal))
                        .withMessageContaining("nothing was changed");
                assertThat(namespace.value(Setting.SOMAXCONN)).hasValue(4096);
                assertThat(new Undo(journal).last()).isEmpty();
            }
        }
    }

    @Test
    void checkedFilesDecideTheExitCode() throws IOException {
        Path bad = Files.writeString(folder.resolve("redis.conf"), "databases 1\n");
        Path good = Files.writeString(folder.resolve("httpd.conf"), "Listen 80\nListenBacklog 900\n");

        Doctor both = Doctor.run("fix", "--check", bad.toString(), good.toString(), "--somaxconn", "4096", "--json");

        assertThat(both.code()).isEqualTo(ExitCode.FINDINGS);
        assertThat(both.json().path("findings").path(0).path("corrected").asString())
                .isEqualTo("tcp-backlog 4096");
        assertThat(Doctor.run("fix", "--check", good.toString(), "--somaxconn", "4096")
                        .code())
                .isEqualTo(ExitCode.OK);
        Doctor missing = Doctor.run(
                "fix", "--check", good.toString(), folder.resolve("none.conf").toString());
        assertThat(missing.code()).isEqualTo(ExitCode.COULD_NOT_LOOK);
        assertThat(missing.err()).contains("none.conf is not there").hasLineCount(1);
        assertThat(missing.out()).contains("ListenBacklog");
        assertThat(Doctor.run("fix", "--check").code()).isEqualTo(ExitCode.USAGE);
    }

    private static PrivateHost httpServer() throws IOException {
        return PrivateHost.staging("""
                child = subprocess.Popen([sys.executable, '-m', 'http.server', '8000'],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                until(lambda: any(l.split()[3] == '0A' for l in open('/proc/thread-self/net/tcp').readlines()[1:]))
                """);
    }

    private PrivateHost redis(int somaxconn) throws IOException {
        return PrivateHost.staging("""
                set('net/core/somaxconn', %d)
                child = subprocess.Popen(['redis-server', '--port', '8000', '--save', '', '--dir', '%s'],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                until(lambda: any(l.split()[3] == '0A' for l in open('/proc/thread-self/net/tcp').readlines()[1:]))
                """.formatted(somaxconn, folder));
    }

    private static int listenerPid(PrivateHost host) {
        return Doctor.on(host, "--window", "0")
                .listeners(8000)
                .getFirst()
                .path("processes")
                .path(0)
                .path("pid")
                .asInt();
    }

    private static NetworkNamespace namespace(PrivateHost host) throws IOException {
        String link =
                Files.readSymbolicLink(Path.of("/proc", host.pid(), "ns/net")).toString();
        return NetworkNamespace.of(Long.parseLong(link.replaceAll("\\D", "")));
    }

    private static JsonNode listener(PrivateHost host, String... words) {
        Doctor fix = Doctor.run(
                Stream.concat(Stream.of("fix", "--json", "-N", host.pid(), "--port", "8000"), Stream.of(words))
                        .toArray(String[]::new));
        assertThat(List.of(ExitCode.OK, ExitCode.FINDINGS)).as(fix.err()).contains(fix.code());
        return fix.json().path("listeners").path(0);
    }

    private static JsonNode changes(PrivateHost host, String... words) {
        return listener(host, words).path("changes");
    }
}
