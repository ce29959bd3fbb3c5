package dev.anteroom.cli;

import dev.anteroom.capture.TcpSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// A capture of what most captures are full of, for [Rehearsal]: the JVM writes down which ways its packets take
/// through the program. A pcap file of Ethernet and IPv4, with many connections at a time.
final class RehearsedCapture {
    private static final int SERVER = 0x0a00_0001;
    private static final int CLIENT = 0x0a01_0000;
    private static final int PORT = 8080;
    private static final int FIRST_PORT = 1024;
    private static final int PORTS = 60_000;
    private static final int UNDER_WAY = 500;
    private static final int ACK = TcpSegment.ACK;
    private static final int DATA = TcpSegment.PSH | ACK;
    private static final int FIN = TcpSegment.FIN | ACK;
    private static final int PAYLOAD = 100;
    private static final int SEGMENT_SIZE = 1460;
    private static final int WINDOW_SCALE = 7;

    // The file: see pcap-savefile(5).
    private static final int MAGIC = 0xa1b2_c3d4;
    private static final int VERSION = 0x0004_0002;
    private static final int LONGEST = 65_535;
    private static final int ETHERNET = 1;
    private static final int IPV4 = 0x0800;
    private static final int ADDRESSES_BYTES = 12;
    private static final int NOON = 1_764_072_000;
    private static final int SECOND = 1_000_000;
    private static final int MILLISECOND = 1000;
    private static final int GAP = 20;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int RECORD_ROOM = 512;

    /// @param sent how far past its first number its sender is
    /// @param taken how far past its own the other side is, as it knows
    private record Step(boolean byServer, int flags, int sent, int taken, int payload) {}

    private static final Step SYN = new Step(false, TcpSegment.SYN, 0, 0, 0);
    private static final List<Step> SHAKEN_HANDS =
            List.of(SYN, new Step(true, TcpSegment.SYN | ACK, 0, 1, 0), new Step(false, ACK, 1, 1, 0));
    private static final List<Step> ANSWERED = and(
            SHAKEN_HANDS,
            new Step(false, DATA, 1, 1, PAYLOAD),
            new Step(true, ACK, 1, 1 + PAYLOAD, 0),
            new Step(true, DATA, 1, 1 + PAYLOAD, PAYLOAD),
            new Step(false, ACK, 1 + PAYLOAD, 1 + PAYLOAD, 0),
            new Step(true, FIN, 1 + PAYLOAD, 1 + PAYLOAD, 0),
            new Step(false, FIN, 1 + PAYLOAD, 2 + PAYLOAD, 0));
    private static final List<List<Step>> COURSES = List.of(
            ANSWERED,
            ANSWERED,
            ANSWERED,
            ANSWERED,
            Stream.concat(Stream.of(SYN), ANSWERED.stream()).toList(),
            List.of(SYN, SYN),
            and(SHAKEN_HANDS, new Step(true, TcpSegment.RST, 1, 0, 0)));

    private final SplittableRandom random = new SplittableRandom(1);
    private final TcpSegment segment = new TcpSegment();
    private final ByteBuffer file = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer packet = ByteBuffer.allocate(RECORD_ROOM);
    private final ByteBuffer payload = ByteBuffer.allocate(PAYLOAD);
    private int opened;

    private static final class Connection {
        private int number;
        private List<Step> course = List.of();
        private int next;
    }

    private RehearsedCapture() {}

    private static List<Step> and(List<Step> first, Step... then) {
        return Stream.concat(first.stream(), Stream.of(then)).toList();
    }

    /// Writes it.
    static void write(Path path, int packets) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            new RehearsedCapture().write(channel, packets);
        }
    }

    private void write(FileChannel channel, int packets) throws IOException {
        List<Connection> underWay =
                Stream.generate(Connection::new).limit(UNDER_WAY).toList();
        file.putInt(MAGIC).putInt(VERSION).putLong(0).putInt(LONGEST).putInt(ETHERNET);
        for (int packet = 0; packet < packets; packet++) {
            if (file.remaining() < RECORD_ROOM) {
                writeAll(channel);
            }
            put(underWay.get(random.nextInt(UNDER_WAY)), packet * (long) GAP);
        }
        writeAll(channel);
    }

    private void writeAll(FileChannel channel) throws IOException {
        file.flip();
        while (file.hasRemaining()) {
            channel.write(file);
        }
        file.clear();
    }

    private void put(Connection connection, long micros) {
        if (connection.next == connection.course.size()) {
            connection.number = opened++;
            connection.course = COURSES.get(random.nextInt(COURSES.size()));
            connection.next = 0;
        }
        Step step = connection.course.get(connection.next++);
        int client = CLIENT + connection.number / PORTS;
        int port = FIRST_PORT + connection.number % PORTS;
        if (step.byServer) {
            segment.fromIpv4(SERVER, PORT).toIpv4(client, port);
        } else {
            segment.fromIpv4(client, port).toIpv4(SERVER, PORT);
        }
        segment.numbers(step.flags, step.sent, step.taken).window(LONGEST).noOptions();
        if ((step.flags & TcpSegment.SYN) != 0) {
            segment.segmentSize(SEGMENT_SIZE).sackPermitted(true).windowScale(WINDOW_SCALE);
        }
        if ((step.flags & TcpSegment.RST) == 0) {
            segment.timestamps((int) (micros / MILLISECOND), 1);
        }
        int start = file.position();
        file.putInt((int) (NOON + micros / SECOND)).putInt((int) (micros % SECOND));
        int lengths = file.position();
        file.putLong(0).put(new byte[ADDRESSES_BYTES]).putShort(Short.reverseBytes((short) IPV4));
        segment.write(packet.clear(), payload.limit(step.payload));
        file.put(packet.flip());
        int bytes = file.position() - start - 2 * Long.BYTES;
        file.putInt(lengths, bytes).putInt(lengths + Integer.BYTES, bytes);
    }
}
