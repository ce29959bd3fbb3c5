package dev.anteroom.remedy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ObjLongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Files that are read line by line: Redis, Apache, PHP-FPM, systemd, sysctl.d, properties, Jetty, and those of one
/// setting alone.
final class ConfigLines {
    private static final int DEFAULT_511 = 511;
    private static final int DEFAULT_TOMCAT = 100;
    private static final int DEFAULT_JDK = 50;

    private final String file;
    private final List<String> lines;
    private final long somaxconn;
    private final List<ConfigFinding> findings = new ArrayList<>();

    ConfigLines(String file, String text, long somaxconn) {
        this.file = file;
        this.lines = text.lines().toList();
        this.somaxconn = somaxconn;
    }

    List<ConfigFinding> redis() {
        if (!each("(?i)tcp-backlog\\s+(\\S+)", "tcp-backlog")) {
            int line = first("(?i)port\\s+\\d+").orElse(1);
            findings.add(ConfigFinding.defaulted(
                    file, line, "tcp-backlog", DEFAULT_511, somaxconn, "tcp-backlog " + somaxconn));
        }
        return findings;
    }

    List<ConfigFinding> apache() {
        Optional<Integer> listens = first("(?i)Listen\\s+\\S+");
        if (!each("(?i)ListenBacklog\\s+(\\S+)", "ListenBacklog") && listens.isPresent()) {
            findings.add(ConfigFinding.defaulted(
                    file, listens.get(), "Listen", DEFAULT_511, somaxconn, "ListenBacklog " + somaxconn));
        }
        return findings;
    }

    List<ConfigFinding> phpFpm() {
        Optional<Integer> listens = first("listen\\s*=.*");
        if (!each("listen\\.backlog\\s*=\\s*(\\S+)", "listen.backlog") && listens.isPresent()) {
            findings.add(ConfigFinding.unlimited(file, listens.get(), "listen", somaxconn));
        }
        return findings;
    }

    List<ConfigFinding> systemdSocket() {
        Optional<Integer> listens = first("Listen(Stream|SequentialPacket)\\s*=.*");
        if (!each("Backlog\\s*=\\s*(\\S+)", "Backlog=") && listens.isPresent()) {
            findings.add(ConfigFinding.unlimited(file, listens.get(), "ListenStream=", somaxconn));
        }
        return findings;
    }

    List<ConfigFinding> jetty() {
        numbers(
                "(?:--)?(?:jetty\\.(?:http|https|ssl)\\.acceptQueueSize)\\s*=\\s*(\\S+)",
                (line, asks) -> javaBacklog(line, "acceptQueueSize", asks, "jetty.http.acceptQueueSize=" + somaxconn));
        return findings;
    }

    List<ConfigFinding> properties() {
        boolean tomcat = each("server\\.tomcat\\.accept-?[cC]ount\\s*[=:]\\s*(\\S+)", "server.tomcat.accept-count");
        boolean quarkus = each("quarkus\\.http\\.accept-backlog\\s*[=:]\\s*(\\S+)", "quarkus.http.accept-backlog");
        boolean kafka = numbers(
                "socket\\.listen\\.backlog\\.size\\s*[=:]\\s*(\\S+)",
                (line, asks) -> javaBacklog(
                        line, "socket.listen.backlog.size", asks, "socket.listen.backlog.size=" + somaxconn));
        if (tomcat || quarkus || kafka) {
            return findings;
        }
        first("server\\.port\\s*[=:].*")
                .ifPresent(line -> findings.add(ConfigFinding.defaulted(
                        file,
                        line,
                        "server.port (if Tomcat is in it)",
                        DEFAULT_TOMCAT,
                        somaxconn,
                        "server.tomcat.accept-count=" + somaxconn)));
        first("(broker\\.id|node\\.id|process\\.roles|zookeeper\\.connect)\\s*[=:].*")
                .ifPresent(line -> findings.add(ConfigFinding.defaulted(
                        file,
                        line,
                        "Kafka's listeners",
                        DEFAULT_JDK,
                        somaxconn,
                        "socket.listen.backlog.size=" + somaxconn)));
        return findings;
    }

    List<ConfigFinding> lighttpd() {
        return one(
                "server\\.listen-backlog\\s*=\\s*(\\d+)",
                "server\\.(port|bind|document-root)\\s*=",
                1024,
                "server.listen-backlog = " + somaxconn);
    }

    List<ConfigFinding> memcached() {
        return one("-b\\s*(\\d+)", "-[pl]\\s", 1024, "-b " + somaxconn);
    }

    List<ConfigFinding> rabbitMq() {
        return one(
                "tcp_listen_options\\.backlog\\s*=\\s*(\\S+)",
                "listeners\\.(tcp|ssl)\\b",
                128,
                "tcp_listen_options.backlog = " + somaxconn);
    }

    List<ConfigFinding> uwsgi() {
        return one(
                "listen\\s*=\\s*(\\d+)", "(http|http-socket|socket|uwsgi-socket)\\s*=", 100, "listen = " + somaxconn);
    }

    List<ConfigFinding> gunicorn() {
        return one("backlog\\s*=\\s*(\\d+)", "(bind|workers)\\s*=", 2048, "backlog = " + somaxconn);
    }

    /// MySQL and MariaDB: what they ask for by themselves depends on max_connections and on which of them it is.
    List<ConfigFinding> mysql() {
        each("back_log\\s*=\\s*(\\S+)", "back_log");
        return findings;
    }

    /// One setting for the whole file.
    ///
    /// @param listens a line of a file that has listeners
    /// @param standard what counts where the setting is missing
    private List<ConfigFinding> one(String regex, String listens, int standard, String corrected) {
        String subject = corrected
                .substring(0, corrected.lastIndexOf(Long.toString(somaxconn)))
                .strip();
        Optional<Integer> line = first(listens);
        if (!each(regex, subject) && line.isPresent()) {
            findings.add(ConfigFinding.defaulted(file, line.get(), subject, standard, somaxconn, corrected));
        }
        return findings;
    }

    List<ConfigFinding> sysctl() {
        numbers(
                "-?\\s*net[./]core[./]somaxconn\\s*=\\s*(\\S+)",
                (line, value) -> findings.add(new ConfigFinding(
                        file,
                        line,
                        "net.core.somaxconn",
                        OptionalLong.of(value),
                        ConfigFinding.Verdict.OK,
                        "caps every later listen(2) of the host's network namespace at " + value
                                + (value == somaxconn ? "" : "; it is " + somaxconn + " now")
                                + ". Containers do not take it over",
                        Optional.empty())));
        each(
                "-?\\s*net[./]ipv4[./]tcp_max_syn_backlog\\s*=\\s*(\\S+)",
                (line, _) -> findings.add(ConfigFinding.noEffect(
                        file,
                        line,
                        "net.ipv4.tcp_max_syn_backlog",
                        "without effect since Linux 4.4 unless tcp_syncookies is 0: the SYN queue has the listener's own"
                                + " limit")));
        return findings;
    }

    /// A number that the JDK turns into 50 if it is below 1.
    private void javaBacklog(int line, String subject, long asks, String corrected) {
        if (asks < 1) {
            findings.add(ConfigFinding.defaulted(file, line, subject, DEFAULT_JDK, somaxconn, corrected));
        } else {
            findings.add(ConfigFinding.written(file, line, subject, asks, somaxconn));
        }
    }

    private boolean each(String regex, String subject) {
        return numbers(
                regex, (line, asks) -> findings.add(ConfigFinding.written(file, line, subject, asks, somaxconn)));
    }

    private boolean numbers(String regex, ObjLongConsumer<Integer> visitor) {
        return each(regex, (line, word) -> {
            try {
                // systemd's default is written as 4294967295.
                visitor.accept(line, word.equals("4294967295") ? -1 : Integer.parseInt(word));
            } catch (NumberFormatException notANumber) {
                findings.add(ConfigFinding.unreadable(
                        file, line, "'" + word + "' is no number from -2147483648 to 2147483647"));
            }
        });
    }

    @FunctionalInterface
    private interface LineVisitor {
        void accept(int line, String word);
    }

    private boolean each(String regex, LineVisitor visitor) {
        Pattern pattern = Pattern.compile("^\\s*" + regex + "(?:\\s.*)?$");
        boolean found = false;
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = pattern.matcher(lines.get(i));
            if (matcher.matches()) {
                found = true;
                visitor.accept(i + 1, matcher.group(1));
            }
        }
        return found;
    }

    private Optional<Integer> first(String regex) {
        Pattern pattern = Pattern.compile("^\\s*" + regex);
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).lookingAt()) {
                return Optional.of(i + 1);
            }
        }
        return Optional.empty();
    }
}
