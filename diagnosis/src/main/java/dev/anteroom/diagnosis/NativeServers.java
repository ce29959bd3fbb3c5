package dev.anteroom.diagnosis;

import static dev.anteroom.diagnosis.ServerSoftware.Activation.FIXED;
import static dev.anteroom.diagnosis.ServerSoftware.Activation.REBUILD;
import static dev.anteroom.diagnosis.ServerSoftware.Activation.RELOAD;
import static dev.anteroom.diagnosis.ServerSoftware.Activation.RESTART;
import static dev.anteroom.diagnosis.ServerSoftware.row;

import java.util.List;

/// The rows of the catalogue for servers that run on no JVM.
final class NativeServers {
    private static final String CODE = "the program's source";

    private NativeServers() {}

    static List<ServerSoftware> rows() {
        return List.of(
                row(
                                "nginx",
                                "511",
                                "listen ... backlog=",
                                "/etc/nginx/nginx.conf or a file it includes",
                                "listen PORT backlog=N;",
                                RELOAD)
                        .process("nginx")
                        .trap("on one listen line of an address and port only; a second one is refused at start")
                        .measured("src/os/unix/ngx_linux_config.h, 1.26"),
                row(
                                "Apache httpd",
                                "511",
                                "ListenBacklog",
                                "/etc/apache2/apache2.conf or httpd.conf",
                                "ListenBacklog N",
                                RESTART)
                        .process("apache2", "httpd")
                        .measured("include/mpm_common.h, 2.4"),
                row(
                                "HAProxy",
                                "maxconn of the bind line, the frontend or the process",
                                "backlog",
                                "/etc/haproxy/haproxy.cfg",
                                "    backlog N",
                                RESTART)
                        .process("haproxy")
                        .trap("unset, it follows maxconn: a small maxconn makes a small queue")
                        .measured("src/listener.c listener_backlog, 3.0; 2.6 run"),
                row(
                                "lighttpd",
                                "1024",
                                "server.listen-backlog",
                                "/etc/lighttpd/lighttpd.conf",
                                "server.listen-backlog = N",
                                RESTART)
                        .process("lighttpd")
                        .trap(
                                "later releases take SOMAXCONN of the libc they were built with if that is larger (4096 now)")
                        .measured("src/network.c, 1.4.79; 1.4.69 run"),
                row("Varnish", "1024", "listen_depth", "the command line of varnishd", "-p listen_depth=N", RESTART)
                        .process("varnishd", "cache-main")
                        .trap("param.set of a running one counts at its next start")
                        .measured("include/tbl/params.h, 7.7; 7.1 run"),
                row(
                                "Envoy",
                                "somaxconn",
                                "tcp_backlog_size",
                                "the listener in envoy.yaml",
                                "tcp_backlog_size: N",
                                RESTART)
                        .process("envoy")
                        .read("api/envoy/config/listener/v3/listener.proto"),
                row("Redis", "511", "tcp-backlog", "/etc/redis/redis.conf", "tcp-backlog N", RESTART)
                        .process("redis-server")
                        .trap("CONFIG SET cannot change it")
                        .measured("src/config.c, 8.0"),
                row("Valkey", "511", "tcp-backlog", "/etc/valkey/valkey.conf", "tcp-backlog N", RESTART)
                        .process("valkey-server")
                        .read("a fork of Redis 7.2, same setting"),
                row(
                                "PostgreSQL",
                                "2 x max_connections and some",
                                "max_connections",
                                "postgresql.conf",
                                "max_connections = N/2",
                                RESTART)
                        .process("postgres")
                        .trap(
                                "no setting of its own: a larger max_connections costs memory; a pooler in front is the usual answer;"
                                        + " to 16 its worker processes count too: 244 by default")
                        .measured("src/backend/libpq/pqcomm.c, 17; 15 run"),
                row(
                                "MySQL",
                                "max_connections (151)",
                                "back_log",
                                "/etc/mysql/my.cnf",
                                "[mysqld]\nback_log = N",
                                RESTART)
                        .process("mysqld")
                        .read("dev.mysql.com, worklog 9704, 8.0"),
                row(
                                "MariaDB",
                                "50 + max_connections/5 (80)",
                                "back_log",
                                "/etc/mysql/my.cnf",
                                "[mysqld]\nback_log = N",
                                RESTART)
                        .process("mariadbd")
                        .trap("its own documentation says 150")
                        .measured("10.11 run"),
                row("memcached", "1024", "-b", "/etc/memcached.conf", "-b N", RESTART)
                        .process("memcached")
                        .measured("memcached.c, 1.6"),
                row(
                                "MongoDB",
                                "SOMAXCONN of the libc it was built with",
                                "net.listenBacklog",
                                "/etc/mongod.conf",
                                "net:\n  listenBacklog: N",
                                RESTART)
                        .process("mongod", "mongos")
                        .read("server_options source"),
                row(
                                "RabbitMQ",
                                "128",
                                "tcp_listen_options.backlog",
                                "/etc/rabbitmq/rabbitmq.conf",
                                "tcp_listen_options.backlog = N",
                                RESTART)
                        .process("beam.smp")
                        .program("rabbit")
                        .measured("deps/rabbit/priv/schema/rabbit.schema, 4.0; 3.10 run"),
                row("OpenSSH", "128", "none", CODE, "", FIXED)
                        .process("sshd")
                        .trap("fixed in its source; MaxStartups refuses long before the queue is full")
                        .measured("ssh.h SSH_LISTEN_BACKLOG, 10; 9.2 run"),
                row(
                                "PHP-FPM",
                                "somaxconn",
                                "listen.backlog",
                                "the pool, /etc/php/VERSION/fpm/pool.d/www.conf",
                                "listen.backlog = N",
                                RESTART)
                        .process("php-fpm")
                        .trap("-1, the default on Linux, is as much as somaxconn allows")
                        .measured("sapi/fpm/fpm/fpm_sockets.h, 8.4"),
                row("Node.js", "511", "server.listen({backlog})", CODE, "server.listen({ port, backlog: N });", REBUILD)
                        .process("node", "nodejs", "MainThread")
                        .trap("with cluster the primary listens: the value of the first worker's listen() counts")
                        .measured("strace of 20"),
                row("Go net", "somaxconn", "none", CODE, "", FIXED)
                        .trap(
                                "it reads somaxconn at its start: raise that, then restart; no way to recognise a Go program by name")
                        .measured("src/net/sock_linux.go; 1.19 run"),
                row("gunicorn", "2048", "backlog", "gunicorn.conf.py or its command line", "backlog = N", RESTART)
                        .process("gunicorn", "python", "python3")
                        .program("gunicorn")
                        .measured("gunicorn/config.py, 23"),
                row("uvicorn", "2048", "--backlog", "its command line", "--backlog N", RESTART)
                        .process("uvicorn", "python", "python3")
                        .program("uvicorn")
                        .measured("uvicorn/config.py, 0.32"),
                row(
                                "Python http.server, socketserver",
                                "5",
                                "request_queue_size",
                                CODE,
                                "request_queue_size = N",
                                REBUILD)
                        .process("python", "python3")
                        .program("http\\.server")
                        .trap(
                                "a class attribute, read when the server object is made; a script is taken for one by its limit of 5,"
                                        + " and may as well call listen(5) itself")
                        .measured("Lib/socketserver.py"),
                row(
                                "Python asyncio",
                                "100",
                                "backlog=",
                                CODE,
                                "await loop.create_server(protocol, host, port, backlog=N)",
                                REBUILD)
                        .trap("a script is taken for one by its limit of 100, and may as well call listen(100) itself")
                        .measured("Lib/asyncio/base_events.py"),
                row("Python", "128 if it passes none", "socket.listen(N)", CODE, "server.listen(N)", REBUILD)
                        .process("python", "python3")
                        .trap("a negative number becomes 0, a queue of one; http.server asks for 5, asyncio for 100")
                        .measured("Modules/socketmodule.c"),
                row("Puma", "1024", "?backlog=", "config/puma.rb", "bind 'tcp://0.0.0.0:PORT?backlog=N'", RESTART)
                        .process("puma", "ruby")
                        .measured("lib/puma/binder.rb, 6.6; 5.6 run"),
                row("Rust std", "128", "none", CODE, "", FIXED)
                        .trap("TcpListener::bind takes none; the crate socket2 does")
                        .measured("library/std/src/sys/net/connection/socket.rs"),
                row("tokio, mio", "1024", "TcpSocket::listen(N)", CODE, "TcpSocket::new_v4()?.listen(N)", REBUILD)
                        .read("mio/src/net/tcp/listener.rs"),
                row(
                                "Kestrel (ASP.NET Core)",
                                "512",
                                "SocketTransportOptions.Backlog",
                                CODE,
                                "builder.WebHost.UseSockets(o => o.Backlog = N);",
                                REBUILD)
                        .process("dotnet")
                        .read("learn.microsoft.com, SocketTransportOptions.Backlog"),
                row(
                                "systemd socket unit",
                                "somaxconn",
                                "Backlog=",
                                "a drop-in of the .socket unit",
                                "[Socket]\nBacklog=N",
                                RESTART)
                        .process("systemd")
                        .trap(
                                "the service takes the socket over as it is; its own backlog setting counts only if it calls listen(2) again")
                        .read("systemd.socket(5): 4294967295 since 250, 4096 before"),
                row("Docker userland proxy", "somaxconn", "none", "/etc/docker/daemon.json", "", FIXED)
                        .process("docker-proxy")
                        .trap(
                                "it accepts in place of the container and hides that one's queue; \"userland-proxy\": false takes it away")
                        .measured("a Go program: see Go net; 20.10 run"),
                row("uWSGI", "100", "listen", "its ini file", "listen = N", RESTART)
                        .process("uwsgi")
                        .trap("it refuses to start if this is above somaxconn")
                        .measured("core/socket.c, core/uwsgi.c, 2.0"));
    }
}
