package dev.anteroom.capture;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Segments of all kinds in any order, of few connections to few listeners, so that most of them mean something.
final class AnyTraffic {
    private static final int PACKETS = 100_000;
    private static final int LISTENERS = 3;
    private static final long NOON = 1_764_072_000_000_000_000L;
    private static final int CLIENT = 0x0a000001;
    private static final int SERVER = 0x0a000002;
    private static final int SYN_ACK = TcpSegment.SYN | TcpSegment.ACK;
    private static final int DATA = TcpSegment.PSH | TcpSegment.ACK;
    private static final int[] FLAGS = {
        TcpSegment.SYN,
        TcpSegment.SYN,
        TcpSegment.SYN,
        SYN_ACK,
        SYN_ACK,
        TcpSegment.ACK,
        TcpSegment.ACK,
        TcpSegment.ACK,
        DATA,
        DATA,
        TcpSegment.FIN | TcpSegment.ACK,
        TcpSegment.RST,
        TcpSegment.RST | TcpSegment.ACK
    };

    private final SplittableRandom random;
    private final ByteBuffer packet = ByteBuffer.allocate(300);
    private final TcpSegment segment = new TcpSegment();
    private final int ports;
    private final long longestGap;
    private long now = NOON;

    /// So many segments more are resets of the server, all at one moment.
    private int resets;

    /// So many segments more are answers to all clients, after a silence.
    private int answers;

    AnyTraffic(long seed) {
        random = new SplittableRandom(seed);
        ports = random.nextInt(20, 2000);
        longestGap = random.nextLong(1000, 40_000_000);
    }

    void feed(Handshakes to) {
        for (int i = 0; i < PACKETS; i++) {
            if (resets > 0 || answers > 0) {
                resets = Math.max(0, resets - 1);
                answers = Math.max(0, answers - 1);
                now += 1000;
            } else if (random.nextInt(10_000) == 0) {
                answers = LISTENERS * ports;
                now += 1_200_000_000;
            } else {
                now += random.nextInt(500) == 0 ? random.nextLong(2_000_000_000) : random.nextLong(longestGap);
                resets = random.nextInt(2000) == 0 ? 200 : 0;
            }
            makeSegment();
            boolean lost = random.nextInt(50) == 0;
            if (segment.flags() == TcpSegment.SYN && !segment.ipv6() && random.nextInt(20) == 0) {
                wrapInIcmp();
            }
            to.packet(now, lost, packet.flip());
        }
    }

    private void makeSegment() {
        int client = 1024 + (answers > 0 ? (answers - 1) / LISTENERS : random.nextInt(ports));
        int server = 80 + (answers > 0 ? (answers - 1) % LISTENERS : random.nextInt(LISTENERS));
        int flags = resets > 0 ? TcpSegment.RST : answers > 0 ? DATA : FLAGS[random.nextInt(FLAGS.length)];
        boolean byServer =
                resets > 0 || answers > 0 || flags == SYN_ACK || (flags != TcpSegment.SYN && random.nextBoolean());
        if (client % 5 == 0) {
            segment.fromIpv6(byServer ? 4 : 3, byServer ? 2 : 1, byServer ? server : client)
                    .toIpv6(byServer ? 3 : 4, byServer ? 1 : 2, byServer ? client : server);
        } else {
            segment.fromIpv4(byServer ? SERVER : CLIENT, byServer ? server : client)
                    .toIpv4(byServer ? CLIENT : SERVER, byServer ? client : server);
        }
        boolean opens = (flags & TcpSegment.SYN) != 0;
        segment.noOptions();
        if (opens && random.nextBoolean()) {
            segment.segmentSize(1460).sackPermitted(true).windowScale(7).timestamps(1, 0);
        } else if (random.nextBoolean()) {
            segment.timestamps(random.nextInt(4), 0);
        }
        segment.numbers(flags, 100 + (opens ? 0 : random.nextInt(3)), 100 + random.nextInt(4));
        segment.write(packet.clear(), ByteBuffer.allocate(flags == DATA ? random.nextInt(1, 100) : 0));
    }

    /// Behind the headers of an ICMP error 'port unreachable' (RFC 792).
    private void wrapInIcmp() {
        byte[] about = new byte[packet.flip().remaining()];
        packet.get(about);
        packet.clear()
                .put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (28 + about.length))
                .putInt(0)
                .put((byte) 64)
                .put((byte) 1)
                .putShort((short) 0)
                .putInt(SERVER)
                .putInt(CLIENT)
                .put((byte) 3)
                .put((byte) 3)
                .putShort((short) 0)
                .putInt(0)
                .put(about);
    }
}
