package dev.anteroom.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.HostProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSoftwareTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nginx         |                                           |                               | nginx
            php-fpm8.2    |                                           |                               | PHP-FPM
            python3.11    | http.server                               |                               | Python http.server, socketserver
            python3       | app.py                                    |                               | Python
            gunicorn      | gunicorn                                  |                               | gunicorn
            java          | org.apache.catalina.startup.Bootstrap     |                               | Tomcat
            java          | kafka.Kafka                               |                               | Kafka
            java          | Orders.jar                                | tomcat-embed-core-11.0.2.jar  | Spring Boot with Tomcat
            java          | Orders.jar                                | netty-transport-4.2.0.jar     | Netty
            java          | Main                                      | grpc-netty-shaded-1.69.0.jar  | gRPC-Java
            java          | Main                                      |                               | Java
            MainThread    |                                           |                               | Node.js
            """)
    void aServerIsKnownByProcessProgramAndJars(String name, String program, String jar, String software) {
        HostProcess process =
                new HostProcess(1, name, program == null ? "" : program, false, Optional.empty(), Optional.empty());

        assertThat(ServerSoftware.recognise(process, jar == null ? List.of() : List.of(jar)))
                .map(ServerSoftware::name)
                .contains(software);
    }

    @Test
    void anUnknownProgramIsNotGuessed() {
        HostProcess process = new HostProcess(1, "frobnicate", "", false, Optional.empty(), Optional.empty());

        assertThat(ServerSoftware.recognise(process, List.of())).isEmpty();
    }

    @Test
    void everyRowNamesItsSourceAndAChangeUnlessItHasNone() {
        assertThat(ServerSoftware.catalogue())
                .hasSizeGreaterThanOrEqualTo(40)
                .allSatisfy(row -> {
                    assertThat(row.source()).as(row.name()).isNotEmpty();
                    assertThat(row.change().isEmpty())
                            .as(row.name())
                            .isEqualTo(row.activation() == ServerSoftware.Activation.FIXED);
                    assertThat(row.change().isEmpty() || row.changeTo(777, "80").matches("(?s).*\\b(777|389)\\b.*"))
                            .as(row.name())
                            .isTrue();
                })
                .extracting(ServerSoftware::name)
                .doesNotHaveDuplicates();
    }

    @Test
    void theDocumentedTableIsTheCatalogue() throws IOException {
        String page = Files.readString(Path.of("../docs/servers.md"));

        assertThat(page).contains(table());
    }

    /// The rows as docs/servers.md shows them.
    static String table() {
        StringBuilder table = new StringBuilder("""
                | software | asks for | change | where | then | known from |
                |---|---|---|---|---|---|
                """);
        for (ServerSoftware row : ServerSoftware.catalogue()) {
            table.append("| ").append(row.name());
            table.append(" | ").append(row.asks());
            table.append(" | ")
                    .append(
                            row.change().isEmpty()
                                    ? "-"
                                    : "`"
                                            + row.change()
                                                    .replace("\n", " ⏎ ")
                                                    .replace("|", "\\|")
                                                    .strip() + "`");
            table.append(" | ").append(row.file());
            table.append(" | ")
                    .append(row.activation().text())
                    .append(row.trap().isEmpty() ? "" : "; " + row.trap());
            table.append(" | ")
                    .append(row.measured() ? "**measured**, " : "read: ")
                    .append(row.source())
                    .append(" |\n");
        }
        return table.toString();
    }
}
