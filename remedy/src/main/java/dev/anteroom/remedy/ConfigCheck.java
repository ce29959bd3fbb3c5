package dev.anteroom.remedy;

import dev.anteroom.kernel.KernelException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Configuration files read for their listen backlogs: what each becomes, against a somaxconn. Reads a file as it
/// is; what it includes has to be named too.
public final class ConfigCheck {
    private static final long LARGEST_BYTES = 16L << 20;

    private ConfigCheck() {}

    /// Checks one file.
    ///
    /// @param somaxconn of the network namespace that the server will run in
    /// @return every backlog found, in the order of the file; empty if there is none
    /// @throws KernelException if the file cannot be read, or is of no kind that is known
    public static List<ConfigFinding> of(Path file, long somaxconn) {
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new KernelException(file + " has more than 16 MiB; no configuration file has");
            }
            return of(file.toString(), Files.readString(file), somaxconn);
        } catch (CharacterCodingException binary) {
            throw new KernelException(file + " is no text (UTF-8); name a configuration file");
        } catch (IOException unreadable) {
            throw new KernelException("cannot read " + file + ": " + Journal.reason(unreadable));
        }
    }

    /// Checks a text.
    static List<ConfigFinding> of(String name, String text, long somaxconn) {
        String base = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        ConfigLines lines = new ConfigLines(name, text, somaxconn);
        if (base.endsWith(".xml")) {
            return TomcatXml.check(name, text, somaxconn);
        }
        if (base.endsWith(".yaml") || base.endsWith(".yml")) {
            return YamlFiles.check(name, text, somaxconn);
        }
        if (base.endsWith(".socket")) {
            return lines.systemdSocket();
        }
        if (base.endsWith(".properties")) {
            return lines.properties();
        }
        if (base.endsWith(".ini")) {
            return has(text, "\\[uwsgi\\]") ? lines.uwsgi() : lines.jetty();
        }
        if (base.endsWith(".cnf")) {
            return lines.mysql();
        }
        if (base.equals("memcached.conf")) {
            return lines.memcached();
        }
        if (base.equals("rabbitmq.conf")) {
            return lines.rabbitMq();
        }
        if (base.endsWith(".py")) {
            return lines.gunicorn();
        }
        if (base.equals("sysctl.conf") || has(text, "net[./](core[./]somaxconn|ipv4[./]\\w+)\\s*=")) {
            return lines.sysctl();
        }
        if (has(text, "(tcp-backlog|appendonly|maxmemory|databases|protected-mode)\\s")) {
            return lines.redis();
        }
        if (base.endsWith(".cfg") || has(text, "(frontend|listen|defaults|global)\\s*[\\w.-]*$")) {
            return new HaproxyLines(name, text, somaxconn).check();
        }
        if (has(text, "pm\\s*=|listen\\.backlog\\s*=|pm\\.max_children\\s*=")) {
            return lines.phpFpm();
        }
        if (has(text, "server\\.(port|document-root|modules|listen-backlog)\\b")) {
            return lines.lighttpd();
        }
        if (has(
                text,
                "(Listen|ListenBacklog|ServerRoot|LoadModule|Include|IncludeOptional|<VirtualHost|<Directory)\\b")) {
            return lines.apache();
        }
        if (has(text, "(http|server|events|stream|listen)\\b.*[{;]")) {
            return new NginxStatements(name, text, somaxconn).check();
        }
        throw new KernelException(name
                + " is of no kind that is known: nginx, Apache, HAProxy, lighttpd, Redis, memcached, MySQL, RabbitMQ,"
                + " Tomcat server.xml, application.properties or .yaml, Kafka, Jetty, PHP-FPM, uWSGI, gunicorn,"
                + " .socket, sysctl.d, compose, Kubernetes");
    }

    private static boolean has(String text, String startOfLine) {
        return Pattern.compile("^\\s*" + startOfLine, Pattern.MULTILINE)
                .matcher(text)
                .find();
    }
}
