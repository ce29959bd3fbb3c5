package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// `doctor` on real listeners of the real kernel, each case in a network namespace of its own.
@NeedsRoot
class DoctorTest {
    private static final String OVERFLOW = """
            set('net/core/somaxconn', 5)
            server = listen('127.0.0.1', 8100, 50)
            other = listen('127.0.0.1', 8101, 50)
            connect('127.0.0.1', 8101, 1)
            connect('127.0.0.1', 8100, 10)
            until(lambda: counter('ListenOverflows') == 4)
            for c in clients[-4:]: c.close()
            """;

    @Test
    void anOverflowInAnotherNamespaceIsFoundFromTheHostWithItsNumbers() throws IOException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            Doctor doctor = Doctor.run("doctor", "--json", "--window", "100ms");

            long inode = netns(host);
            JsonNode listener = doctor.elements("listeners")
                    .filter(one -> one.path("netns").asLong() == inode
                            && one.path("port").asInt() == 8100)
                    .findFirst()
                    .orElseThrow();
            assertThat(listener.path("address").asString()).isEqualTo("127.0.0.1");
            assertThat(listener.path("family").asString()).isEqualTo("inet");
            assertThat(listener.path("depth").asLong()).isEqualTo(6);
            assertThat(listener.path("limit").asLong()).isEqualTo(5);
            assertThat(listener.path("capacity").asLong()).isEqualTo(6);
            assertThat(listener.path("boundBy").asString()).isEqualTo("somaxconn");
            assertThat(listener.path("dropEvents").path("total").asLong()).isEqualTo(4);
            assertThat(listener.path("processes").path(0).path("pid").asString())
                    .isEqualTo(host.pid());
            assertThat(listener.path("processes").path(0).path("name").asString())
                    .isEqualTo("python3");
            JsonNode overflows = doctor.elements("namespaces")
                    .filter(one -> one.path("inode").asLong() == inode)
                    .findFirst()
                    .orElseThrow()
                    .path("counters")
                    .path("ListenOverflows");
            assertThat(overflows.path("total").asLong()).isEqualTo(4);
            assertThat(doctor.code()).isEqualTo(ExitCode.FINDINGS);
        }
    }

    @Test
    void onlyTheListenerThatOverflowedIsBlamed() throws IOException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            Doctor doctor = Doctor.on(host, "--window", "100ms");

            assertThat(doctor.causes(8100))
                    .containsExactlyInAnyOrder(
                            "acceptor-stalled",
                            "accept-queue-full",
                            "accept-queue-overflow",
                            "limit-bound-by-somaxconn");
            assertThat(doctor.causes(8101)).containsExactly("acceptor-stalled");
        }
    }

    @Test
    void whatHappensInTheWindowIsToldApartFromWhatHappenedBefore() throws IOException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW)) {
            assertThat(when(Doctor.on(host, "--window", "100ms"))).isEqualTo("before");
        }
        try (PrivateHost host = PrivateHost.staging(OVERFLOW.replace("for c in clients[-4:]: c.close()", ""))) {
            // The four clients go on trying, a second apart.
            Doctor doctor = Doctor.on(host, "--window", "1500ms");

            assertThat(when(doctor)).isEqualTo("now");
            assertThat(doctor.listener(8100).path("dropEvents").path("delta").asLong())
                    .isGreaterThanOrEqualTo(4);
        }
    }

    private static String when(Doctor doctor) {
        return doctor.elements("findings")
                .filter(finding -> finding.path("cause").asString().equals("accept-queue-overflow"))
                .map(finding -> finding.path("when").asString())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aHealthyHostHasNoFindingAndExitsWithZero() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                server = listen('127.0.0.1', 8100, 50)
                six = listen('::', 8101, 50, socket.AF_INET6)
                connect('127.0.0.1', 8100, 20)
                for _ in range(20): clients.append(server.accept()[0])
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "100ms");

            assertThat(doctor.elements("findings")).isEmpty();
            assertThat(doctor.code()).isEqualTo(ExitCode.OK);
            assertThat(Doctor.run("doctor", "-N", host.pid(), "--window", "10ms")
                            .out())
                    .startsWith("Healthy: no listener is losing connections");
        }
    }

    @Test
    void valuesEqualThoseOfSsAndNstat() throws IOException, InterruptedException {
        try (PrivateHost host = PrivateHost.staging(OVERFLOW + """
                six = listen('::', 8102, 3, socket.AF_INET6)
                connect('::1', 8102, 2, socket.AF_INET6)
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");
            String sockets = host.run("ss", "-Hltnm");
            String counters = host.run("nstat", "-asz");

            Map<Integer, String> theirs = new TreeMap<>();
            String[] lines = sockets.strip().split("\n", -1);
            for (int i = 0; i + 1 < lines.length; i += 2) {
                String[] fields = lines[i].strip().split("\\s+", -1);
                String drops = lines[i + 1].replaceAll("(?s).*,d(\\d+)\\).*", "$1");
                theirs.put(
                        Integer.parseInt(fields[3].substring(fields[3].lastIndexOf(':') + 1)),
                        fields[1] + "/" + fields[2] + " d" + drops);
            }
            Map<Integer, String> ours = new TreeMap<>();
            doctor.elements("listeners")
                    .forEach(one -> ours.put(
                            one.path("port").asInt(),
                            one.path("depth").asLong() + "/" + one.path("limit").asLong() + " d"
                                    + one.path("dropEvents").path("total").asLong()));
            assertThat(ours).isEqualTo(theirs).containsEntry(8100, "6/5 d4").containsEntry(8102, "2/3 d0");
            JsonNode ourCounters = doctor.json().path("namespaces").path(0).path("counters");
            for (String name : List.of("ListenOverflows", "ListenDrops", "TCPReqQFullDrop", "SyncookiesSent")) {
                assertThat(counters)
                        .containsPattern("TcpExt" + name + " +"
                                + ourCounters.path(name).path("total").asLong() + " ");
            }
            assertThat(counters)
                    .containsPattern("TcpPassiveOpens +"
                            + ourCounters.path("PassiveOpens").path("total").asLong() + " ");
        }
    }

    @Test
    void aFullMemberBesideAnEmptyOneIsFound() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                small = listen('127.0.0.1', 8100, 3, reuseport=True)
                large = listen('127.0.0.1', 8100, 1000, reuseport=True)
                connect('127.0.0.1', 8100, 60)
                until(lambda: counter('ListenOverflows') > 0)
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            assertThat(doctor.listeners(8100)).hasSize(2);
            assertThat(doctor.causes(8100)).contains("reuseport-imbalance");
            JsonNode blamed = doctor.elements("findings")
                    .filter(finding -> finding.path("cause").asString().equals("reuseport-imbalance"))
                    .findFirst()
                    .orElseThrow();
            JsonNode full = doctor.listeners(8100).stream()
                    .filter(one -> one.path("limit").asLong() == 3)
                    .findFirst()
                    .orElseThrow();
            assertThat(blamed.path("listener").path("inode").asLong())
                    .isEqualTo(full.path("inode").asLong());
        }
    }

    @Test
    void dualStackAndV6OnlyListenersAreToldApart() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                dual = listen('::', 8100, 7, socket.AF_INET6)
                only = listen('::1', 8101, 8, socket.AF_INET6, v6only=True)
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            assertThat(doctor.listener(8100).path("address").asString()).isEqualTo("::");
            assertThat(doctor.listener(8100).path("v6Only").asBoolean()).isFalse();
            assertThat(doctor.listener(8101).path("address").asString()).isEqualTo("::1");
            assertThat(doctor.listener(8101).path("v6Only").asBoolean()).isTrue();
            assertThat(doctor.listener(8101).path("family").asString()).isEqualTo("inet6");
        }
    }

    @Test
    void aFullUnixDomainListenerIsFound() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                server = socket.socket(socket.AF_UNIX); server.bind('\\0anteroom-full'); server.listen(2)
                for _ in range(5):
                    c = socket.socket(socket.AF_UNIX); c.setblocking(False); clients.append(c)
                    try: c.connect('\\0anteroom-full')
                    except BlockingIOError: pass
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            JsonNode listener = doctor.elements("listeners")
                    .filter(one -> one.path("family").asString().equals("unix"))
                    .findFirst()
                    .orElseThrow();
            assertThat(listener.path("address").asString()).isEqualTo("@anteroom-full");
            assertThat(listener.path("depth").asLong()).isEqualTo(3);
            assertThat(listener.path("limit").asLong()).isEqualTo(2);
            assertThat(listener.path("dropEvents").isNull()).isTrue();
            assertThat(doctor.elements("findings")
                            .map(finding -> finding.path("cause").asString()))
                    .contains("accept-queue-full", "limit-bound-by-backlog");
        }
    }

    @Test
    void aLimitThatDatesFromALowerSomaxconnIsFound() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                set('net/core/somaxconn', 5)
                stale = listen('127.0.0.1', 8100, 50)
                time.sleep(0.05)
                set('net/core/somaxconn', 4096)
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            assertThat(doctor.causes(8100)).containsExactly("somaxconn-raised-after-listen");
            assertThat(doctor.code()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void aLimitThatDatesFromAHigherSomaxconnIsFound() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                stale = listen('127.0.0.1', 8100, 50)
                set('net/core/somaxconn', 5)
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            assertThat(doctor.causes(8100)).containsExactly("somaxconn-lowered-after-listen");
            assertThat(doctor.listener(8100).path("boundBy").asString()).isEqualTo("unknown");
            assertThat(doctor.listener(8100).path("limit").asLong()).isEqualTo(50);
        }
    }

    @Test
    void connectionsThatTheirClientsLeftAreCounted() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                import struct
                server = listen('127.0.0.1', 8100, 50)
                connect('127.0.0.1', 8100, 6)
                clients[0].close()
                for c in clients[1:3]:
                    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close()
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            JsonNode waiting = doctor.listener(8100).path("waiting");
            assertThat(doctor.listener(8100).path("depth").asLong()).isEqualTo(6);
            assertThat(waiting.path("closedByPeer").asLong()).isEqualTo(1);
            assertThat(waiting.path("resetByPeer").asLong()).isEqualTo(2);
            assertThat(doctor.causes(8100)).containsExactly("dead-connections-in-queue");
        }
    }

    @Test
    void tunedSysctlsWithoutEffectAreNamed() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                server = listen('127.0.0.1', 8100, 50)
                set('net/ipv4/tcp_max_syn_backlog', 65536 - 1)
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            assertThat(doctor.elements("findings")
                            .map(finding -> finding.path("cause").asString()))
                    .containsExactly("sysctl-has-no-effect");
        }
    }

    @Test
    void tenThousandListenersAreAllSeenAndTheFullOneNamed() throws IOException {
        try (PrivateHost host = PrivateHost.staging("""
                servers = [listen('127.0.0.%d' % (1 + i // 5000), 10000 + i % 5000, 4) for i in range(10000)]
                connect('127.0.0.2', 12345, 8)
                until(lambda: counter('ListenOverflows') >= 3)
                """)) {
            Doctor doctor = Doctor.on(host, "--window", "0");

            assertThat(doctor.elements("listeners")).hasSize(10_000);
            assertThat(doctor.elements("findings")
                            .filter(finding -> finding.path("cause").asString().equals("accept-queue-full"))
                            .map(finding -> finding.path("listener")
                                            .path("address")
                                            .asString() + ":"
                                    + finding.path("listener").path("port").asInt()))
                    .containsExactly("127.0.0.2:12345");
            assertThat(Doctor.run("doctor", "-N", host.pid(), "--window", "0").out())
                    .contains("and 9999 more with empty queues");
        }
    }

    private static long netns(PrivateHost host) throws IOException {
        String link =
                Files.readSymbolicLink(Path.of("/proc", host.pid(), "ns/net")).toString();
        return Long.parseLong(link.replaceAll("\\D", ""));
    }
}
