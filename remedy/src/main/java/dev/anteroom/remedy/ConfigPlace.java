package dev.anteroom.remedy;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.HostProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The line of a running server's configuration that sets the backlog of a listener, or that would have to.
///
/// @param place file and line, as the server sees the file
/// @param corrected the line as it should be
record ConfigPlace(String place, String corrected) {
    /// Where packages put the files, folders for all `.conf` files in them.
    private static final Map<String, List<String>> USUAL = Map.of(
            "nginx",
            List.of("/etc/nginx/nginx.conf", "/etc/nginx/conf.d", "/etc/nginx/sites-enabled"),
            "HAProxy",
            List.of("/etc/haproxy/haproxy.cfg"),
            "Redis",
            List.of("/etc/redis/redis.conf"),
            "Apache httpd",
            List.of("/etc/apache2/ports.conf", "/etc/httpd/conf/httpd.conf"),
            "Tomcat",
            List.of());

    private static final String CATALINA_BASE = "-Dcatalina.base=";
    private static final String OF_ONE_PORT = "(listen|bind|Connector port) .*";

    /// Looks into the files that the command line names, then into the usual ones.
    ///
    /// @param software its name in the catalogue
    /// @param limit what the line shall say
    /// @return empty if no such line was found, or the files are closed to this user
    static Optional<ConfigPlace> of(HostProcess process, String software, Endpoint listener, long limit) {
        if (!USUAL.containsKey(software) || listener.port() == 0) {
            return Optional.empty();
        }
        Path proc = Path.of("/proc", Integer.toString(process.pid()));
        List<String> files = new ArrayList<>(namedByCommand(proc));
        USUAL.get(software).forEach(place -> files.addAll(expanded(proc, place)));
        return files.stream()
                .distinct()
                .flatMap(file -> in(proc, file, listener, limit).stream())
                .findFirst();
    }

    /// A server may have overwritten its command line with a title of one word, blanks and all.
    private static List<String> namedByCommand(Path proc) {
        try {
            String command = new String(Files.readAllBytes(proc.resolve("cmdline")), StandardCharsets.UTF_8);
            return List.of(command.split("[\\s\\x00]+", -1)).stream()
                    .map(word -> word.startsWith(CATALINA_BASE)
                            ? word.substring(CATALINA_BASE.length()) + "/conf/server.xml"
                            : word)
                    .filter(word -> word.matches("/.*\\.(conf|cfg)|/.*/server\\.xml"))
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static List<String> expanded(Path proc, String place) {
        Path seen = inRootOf(proc, place);
        if (!Files.isDirectory(seen)) {
            return List.of(place);
        }
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(seen)) {
            entries.forEach(entry -> files.add(place + "/" + entry.getFileName()));
        } catch (IOException closed) {
            // Nothing to find there.
        }
        files.sort(String::compareTo);
        return files;
    }

    /// It may live in a container.
    private static Path inRootOf(Path proc, String file) {
        return Path.of(proc + "/root" + file);
    }

    private static Optional<ConfigPlace> in(Path proc, String file, Endpoint listener, long limit) {
        try {
            Path seen = inRootOf(proc, file);
            String text = Files.readString(seen);
            String port = ".*\\b" + listener.port() + "\\b.*";
            if (!text.lines().anyMatch(line -> line.matches(port))) {
                return Optional.empty();
            }
            // One setting for the whole file, or one for each port.
            return ConfigCheck.of(file, text, limit).stream()
                    .filter(one -> one.verdict() != ConfigFinding.Verdict.NO_EFFECT
                            && one.verdict() != ConfigFinding.Verdict.UNREADABLE)
                    .filter(one -> !one.subject().matches(OF_ONE_PORT)
                            || one.subject().matches(OF_ONE_PORT + "\\b" + listener.port() + "\\b.*"))
                    .findFirst()
                    .map(one -> new ConfigPlace(file + ":" + one.line(), corrected(text, one, limit)));
        } catch (IOException | KernelException closedOrOther) {
            return Optional.empty();
        }
    }

    private static String corrected(String text, ConfigFinding finding, long limit) {
        if (finding.verdict() == ConfigFinding.Verdict.DEFAULTED) {
            return finding.corrected().orElseThrow();
        }
        String line = text.lines().toList().get(finding.line() - 1).strip();
        return finding.asks().isPresent()
                ? line.replaceFirst(
                        "(?i)((?:backlog|acceptCount)\\D{0,3})" + finding.asks().getAsLong() + "\\b", "$1" + limit)
                : line;
    }
}
