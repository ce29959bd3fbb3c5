package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The servers that people run, as they come: who they are, what they asked for.
@NeedsRoot
class RealServersTest {

    @Test
    void nginxRedisAJvmAndHttpServerAreListedWithProcessLimitAndWhatBindsIt(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; pid %1$s/nginx.pid; error_log stderr; events {}
                http { access_log off; server { listen 8081; } server { listen 8082 backlog=70; } }
                """.formatted(folder));
        Files.writeString(folder.resolve("Waiting.java"), """
                class Waiting {
                    public static void main(String[] arguments) throws Exception {
                        try (var server = new java.net.ServerSocket(8100)) { Thread.currentThread().join(); }
                    }
                }
                """);
        String java = System.getProperty("java.home") + "/bin/java";
        try (PrivateHost host = PrivateHost.staging("""
                set('net/core/somaxconn', 300)
                quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                children = [
                    subprocess.Popen(['nginx', '-c', '%1$s/nginx.conf'], **quiet),
                    subprocess.Popen(['redis-server', '--port', '6379', '--save', '', '--dir', '%1$s'], **quiet),
                    subprocess.Popen([sys.executable, '-m', 'http.server', '8000'], **quiet),
                    subprocess.Popen(['%2$s', '%1$s/Waiting.java'], **quiet)]
                def listening():
                    return frozenset(int(l.split()[1].split(':')[1], 16) for f in ('tcp', 'tcp6')
                               for l in open('/proc/thread-self/net/' + f).readlines()[1:] if l.split()[3] == '0A')
                until(lambda: listening() >= frozenset([8081, 8082, 6379, 8000, 8100]))
                """.formatted(folder, java))) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            assertListener(doctor, 8081, "nginx", 300, "somaxconn");
            assertListener(doctor, 8082, "nginx", 70, "backlog");
            assertListener(doctor, 6379, "redis-server", 300, "somaxconn");
            assertListener(doctor, 8000, "python3", 5, "backlog");
            assertListener(doctor, 8100, "java", 50, "backlog");
            assertThat(doctor.listener(8000)
                            .path("processes")
                            .path(0)
                            .path("program")
                            .asString())
                    .isEqualTo("http.server");
            assertThat(doctor.listener(8100)
                            .path("processes")
                            .path(0)
                            .path("program")
                            .asString())
                    .isEqualTo("Waiting.java");
            assertThat(doctor.elements("findings")).isEmpty();
        }
    }

    private static void assertListener(Doctor doctor, int port, String process, long limit, String boundBy) {
        assertThat(doctor.listeners(port)).isNotEmpty().allSatisfy((JsonNode one) -> {
            assertThat(one.path("processes").path(0).path("name").asString()).startsWith(process);
            assertThat(one.path("limit").asLong()).isEqualTo(limit);
            assertThat(one.path("capacity").asLong()).isEqualTo(limit + 1);
            assertThat(one.path("boundBy").asString()).isEqualTo(boundBy);
        });
    }
}
