package dev.anteroom.diagnosis;

import dev.anteroom.queue.HostProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Where a program takes the backlog from that it passes to listen(2), for the programs met most often.
///
/// Sources: the software's own source or documentation, and strace of the running program for Java, Python, Node.
///
/// @param setting what to change, in the program's own words
/// @param defaultBacklog what it asks for when nobody set it; empty where that depends on something else
record ListenKnob(String setting, OptionalLong defaultBacklog) {

    private record Row(String name, String setting, OptionalLong defaultBacklog) {
        Row(String name, String setting, long defaultBacklog) {
            this(name, setting, OptionalLong.of(defaultBacklog));
        }

        Row(String name, String setting) {
            this(name, setting, OptionalLong.empty());
        }
    }

    private static final List<Row> ROWS = List.of(
            new Row(
                    "nginx",
                    "nginx: 'listen ... backlog=N;' on one listen line of the port, then restart (default 511)",
                    511),
            new Row("redis-server", "Redis: 'tcp-backlog N' in redis.conf, then restart (default 511)", 511),
            new Row("apache2", "Apache httpd: 'ListenBacklog N', then restart (default 511)", 511),
            new Row("httpd", "Apache httpd: 'ListenBacklog N', then restart (default 511)", 511),
            new Row("haproxy", "HAProxy: 'backlog N' on the bind line or frontend; unset it follows maxconn"),
            new Row("node", "Node.js: server.listen({port, backlog: N}) (default 511)", 511),
            new Row("memcached", "memcached: -b N (default 1024)", 1024),
            new Row("postgres", "PostgreSQL: max_connections; the backlog is twice that"),
            new Row("sshd", "OpenSSH: fixed at 128 in its source", 128),
            new Row(
                    "java",
                    "Java: new ServerSocket(port, N) or bind(address, N), 50 if not given; Tomcat and Spring Boot: "
                            + "acceptCount / server.tomcat.accept-count (100); Netty: ChannelOption.SO_BACKLOG"),
            new Row("python", "Python: socket.listen(N); socketserver and http.server: request_queue_size (default 5)"),
            new Row("gunicorn", "gunicorn: --backlog N (default 2048)", 2048),
            new Row("uvicorn", "uvicorn: --backlog N (default 2048)", 2048),
            new Row("php-fpm", "PHP-FPM: listen.backlog = N in the pool (default: as much as somaxconn allows)"));

    private static final Map<String, Row> BY_NAME = byName();

    private static Map<String, Row> byName() {
        Map<String, Row> rows = new HashMap<>();
        for (Row row : ROWS) {
            rows.put(row.name, row);
        }
        return rows;
    }

    /// The knob of a listener's first process.
    static ListenKnob of(List<HostProcess> processes) {
        String name = processes.isEmpty() ? "" : processes.getFirst().name();
        // The very name, or without the version behind it: `python3.11`, `php-fpm8.2`.
        for (int end = name.length(); end > 0; end--) {
            Row row = BY_NAME.get(name.substring(0, end));
            if (row != null) {
                return new ListenKnob(row.setting, row.defaultBacklog);
            }
            char last = name.charAt(end - 1);
            if (last != '.' && !Character.isDigit(last)) {
                break;
            }
        }
        return new ListenKnob(
                "the program's own setting for the backlog, the second argument of listen(2)", OptionalLong.empty());
    }
}
