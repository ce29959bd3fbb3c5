package dev.anteroom.diagnosis;

import static dev.anteroom.diagnosis.ServerSoftware.Activation.FIXED;
import static dev.anteroom.diagnosis.ServerSoftware.Activation.REBUILD;
import static dev.anteroom.diagnosis.ServerSoftware.Activation.RESTART;
import static dev.anteroom.diagnosis.ServerSoftware.row;

import java.util.List;

/// The rows of the catalogue for servers on a JVM, those first that contain others.
final class JvmServers {
    private static final String CODE = "the program's source";
    private static final String NETTY = "somaxconn";

    private JvmServers() {}

    static List<ServerSoftware> rows() {
        return List.of(
                row(
                                "Kafka",
                                "50",
                                "socket.listen.backlog.size",
                                "config/server.properties",
                                "socket.listen.backlog.size=N",
                                RESTART)
                        .process("java")
                        .program("kafka\\.Kafka")
                        .measured("SocketServerConfigs.java, 3.9; 4.1 run"),
                row("ZooKeeper", "50", "clientPortListenBacklog", "conf/zoo.cfg", "clientPortListenBacklog=N", RESTART)
                        .process("java")
                        .program("QuorumPeerMain|ZooKeeperServerMain")
                        .trap("50 with the NIO factory; with the Netty factory what somaxconn allows")
                        .measured("NIOServerCnxnFactory.java, 3.9"),
                row("Cassandra", "512", "none", CODE, "", FIXED)
                        .process("java")
                        .program("CassandraDaemon")
                        .trap("512 between nodes; the client port is Netty's and takes what somaxconn allows")
                        .read("InboundConnectionInitiator.java, 4.1"),
                row(
                                "Spring Boot with Tomcat",
                                "100",
                                "server.tomcat.accept-count",
                                "application.properties",
                                "server.tomcat.accept-count=N",
                                RESTART)
                        .jar("^(spring-boot-starter-tomcat|tomcat-embed-core)-")
                        .trap("only once server.tomcat.max-connections (8192) are open does it stop accepting")
                        .measured("ServerProperties.java, 3.4; 4.0 run"),
                row(
                                "Tomcat",
                                "100",
                                "acceptCount",
                                "conf/server.xml",
                                "<Connector port=\"PORT\" protocol=\"HTTP/1.1\" acceptCount=\"N\" />",
                                RESTART)
                        .process("java")
                        .program("catalina")
                        .trap("the queue fills only once maxConnections (8192) are open")
                        .measured("AbstractEndpoint.java, 10.1; 11.0 run"),
                row(
                                "Quarkus",
                                NETTY,
                                "quarkus.http.accept-backlog",
                                "application.properties",
                                "quarkus.http.accept-backlog=N",
                                RESTART)
                        .process("java")
                        .program("quarkus-run")
                        .trap("-1, the default, leaves it to Netty")
                        .read("HttpConfiguration.java, 3.17"),
                row("Helidon", "1024", "server.backlog", "application.yaml", "server:\n  backlog: N", RESTART)
                        .jar("^helidon-webserver-")
                        .measured("ListenerConfigBlueprint.java, 4.1; 4.5 run"),
                row(
                                "Vert.x",
                                NETTY,
                                "NetServerOptions.acceptBacklog",
                                CODE,
                                "new HttpServerOptions().setAcceptBacklog(N)",
                                REBUILD)
                        .jar("^vertx-core-")
                        .measured("NetServerOptions.java, Transport.java, 4.5; 5.1 run"),
                row(
                                "Undertow",
                                "1000",
                                "Options.BACKLOG",
                                CODE,
                                "Undertow.builder().setSocketOption(Options.BACKLOG, N)",
                                REBUILD)
                        .jar("^undertow-core-")
                        .trap("Spring Boot has no property for it")
                        .measured("Undertow.java, 2.3; 2.4 run"),
                row(
                                "Jetty",
                                "50",
                                "jetty.http.acceptQueueSize",
                                "start.d/http.ini",
                                "jetty.http.acceptQueueSize=N",
                                RESTART)
                        .jar("^jetty-server-")
                        .trap("its default of 0 is turned into 50 by the JDK; Spring Boot has no property for it")
                        .measured("ServerConnector.java, 12.0; 12.1 run"),
                row(
                                "Ktor raw sockets",
                                "511",
                                "backlogSize",
                                CODE,
                                "aSocket(selector).tcp().bind(address) { backlogSize = N }",
                                REBUILD)
                        .jar("^ktor-network-")
                        .read("api.ktor.io, 2.0"),
                row(
                                "gRPC-Java",
                                NETTY,
                                "ChannelOption.SO_BACKLOG",
                                CODE,
                                "NettyServerBuilder.forPort(port).withChildOption(...).withOption(ChannelOption.SO_BACKLOG, N)",
                                REBUILD)
                        .jar("^grpc-netty")
                        .measured("no SO_BACKLOG in its source, 1.69; 1.84 run"),
                row(
                                "Reactor Netty",
                                NETTY,
                                "ChannelOption.SO_BACKLOG",
                                CODE,
                                "HttpServer.create().option(ChannelOption.SO_BACKLOG, N)",
                                REBUILD)
                        .jar("^reactor-netty")
                        .trap("Spring Boot WebFlux has no property for it: a NettyServerCustomizer")
                        .measured("no SO_BACKLOG in its source, 1.2; 1.3 run"),
                row(
                                "Netty",
                                NETTY,
                                "ChannelOption.SO_BACKLOG",
                                CODE,
                                "bootstrap.option(ChannelOption.SO_BACKLOG, N)",
                                REBUILD)
                        .jar("^netty-(transport|all|common)-")
                        .trap(
                                "somaxconn is read when the class is loaded: raise that, then restart; option(), not childOption()")
                        .measured("NetUtil.java, 4.2"),
                row(
                                "JDK HttpServer",
                                "50",
                                "HttpServer.create(address, N)",
                                CODE,
                                "HttpServer.create(address, N)",
                                REBUILD)
                        .process("java")
                        .program("jdk\\.httpserver|SimpleFileServer")
                        .trap("0 and less mean 50")
                        .measured("ServerImpl.java of JDK 25"),
                row("JDK ServerSocketChannel", "50", "bind(address, N)", CODE, "channel.bind(address, N)", REBUILD)
                        .trap("0 and less mean 50")
                        .measured("sun/nio/ch/ServerSocketChannelImpl.java of JDK 25"),
                row(
                                "Java",
                                "50 if it passes none",
                                "new ServerSocket(port, N)",
                                CODE,
                                "new ServerSocket(PORT, N)",
                                REBUILD)
                        .process("java")
                        .trap("0 and less mean 50; Tomcat and Spring Boot have acceptCount / server.tomcat.accept-count"
                                + " (100), Netty ChannelOption.SO_BACKLOG")
                        .measured("java/net/ServerSocket.java of JDK 25"));
    }
}
