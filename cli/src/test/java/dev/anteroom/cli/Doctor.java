package dev.anteroom.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run of the program inside the JVM of the tests, with what it printed.
///
/// @param code its exit code
/// @param out its standard output
/// @param err its standard error
record Doctor(ExitCode code, String out, String err) {

    static Doctor run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitCode code = new Anteroom(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(words);
        return new Doctor(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// `doctor --json` on one private host.
    static Doctor on(PrivateHost host, String... more) {
        return run(Stream.concat(Stream.of("doctor", "--json", "-N", host.pid()), Stream.of(more))
                .toArray(String[]::new));
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(out);
    }

    /// The listeners of a port.
    List<JsonNode> listeners(int port) {
        return elements("listeners")
                .filter(one -> one.path("port").asInt() == port)
                .toList();
    }

    /// The only listener of a port.
    JsonNode listener(int port) {
        List<JsonNode> listeners = listeners(port);
        if (listeners.size() != 1) {
            throw new AssertionError(listeners.size() + " listeners on port " + port + " in " + out);
        }
        return listeners.getFirst();
    }

    /// The causes that were found on a port.
    List<String> causes(int port) {
        return elements("findings")
                .filter(finding -> finding.path("listener").path("port").asInt() == port)
                .map(finding -> finding.path("cause").asString())
                .toList();
    }

    Stream<JsonNode> elements(String array) {
        return StreamSupport.stream(json().path(array).spliterator(), false);
    }
}
