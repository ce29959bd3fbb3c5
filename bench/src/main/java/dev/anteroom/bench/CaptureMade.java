package dev.anteroom.bench;

import dev.anteroom.capture.TcpSegment;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Makes a large capture: Ethernet, IPv4, connections that are answered, that send their SYN again first, that nobody
/// answers, and that are reset, a thousand of them under way at a time; or a flood of which every handshake stays open:
/// SYN, SYN-ACK and no more, 20 000 a second. The same seed makes the same file.
///
/// `CaptureMade FILE.pcap MEGABYTES [flood]`, with `-` for standard output
final class CaptureMade {
    private static final int UNDER_WAY = 1000;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int ROOM = 2048;
    private static final long MEGABYTE = 1_000_000;
    private static final int SYN_TIMEOUT = 1_000_000;

    /// Timers are late by up to so many microseconds, never early.
    private static final int LATEST = 30_000;

    /// Microseconds between two SYNs of a flood.
    private static final int FLOOD_GAP = 50;

    private static final long NOON = 1_764_072_000_000_000L;
    private static final int SERVER = 0x0a00_0001;
    private static final int CLIENTS = 0x0a01_0000;
    private static final int ETHERNET_BYTES = 14;
    private static final int SYN = TcpSegment.SYN;
    private static final int ACK = TcpSegment.ACK;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    private final PriorityQueue<Connection> agenda =
            new PriorityQueue<>((one, other) -> Long.compare(one.due, other.due));
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer packet = ByteBuffer.allocate(ROOM);
    private final ByteBuffer payload = ByteBuffer.allocate(ROOM);
    private final TcpSegment segment = new TcpSegment();
    private final FileChannel file;
    private long written;
    private int opened;

    private CaptureMade(FileChannel file) {
        this.file = file;
    }

    static void main(String[] arguments) throws IOException {
        long bytes = Long.parseLong(arguments[1]) * MEGABYTE;
        try (FileChannel file = open(arguments[0])) {
            CaptureMade made = new CaptureMade(file);
            made.header();
            if (arguments.length > 2) {
                made.flood(bytes);
            } else {
                made.write(bytes);
            }
            made.flush();
        }
    }

    @SuppressWarnings("resource") // standard output is closed with its channel
    private static FileChannel open(String name) throws IOException {
        return name.equals("-")
                ? new FileOutputStream(FileDescriptor.out).getChannel()
                : FileChannel.open(
                        Path.of(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
    }

    /// What becomes of a connection.
    private enum Course {
        ANSWERED,
        AGAIN,
        UNANSWERED,
        RESET,
        FLOOD
    }

    private static final class Connection {
        private final int client;
        private final int port;
        private final Course course;
        private long due;
        private int step;

        private Connection(int number, Course course, long due) {
            this.client = CLIENTS + number / 60_000;
            this.port = 1024 + number % 60_000;
            this.course = course;
            this.due = due;
        }
    }

    private void header() {
        buffer.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(1);
    }

    private void flood(long bytes) throws IOException {
        while (written < bytes) {
            Connection one = new Connection(opened, Course.FLOOD, NOON + (long) opened * FLOOD_GAP);
            opened++;
            options().windowScale(7);
            client(one, SYN, 0, 0, 0, 1);
            options().windowScale(9);
            server(one, SYN | ACK, 0, 1, 0, 1);
        }
    }

    private void write(long bytes) throws IOException {
        for (int i = 0; i < UNDER_WAY; i++) {
            agenda.add(open(NOON + random.nextInt(1_000_000)));
        }
        while (written < bytes) {
            Connection next = agenda.remove();
            boolean more = step(next);
            agenda.add(more ? next : open(next.due));
        }
    }

    private Connection open(long due) {
        int draw = random.nextInt(100);
        Course course =
                draw < 70 ? Course.ANSWERED : draw < 85 ? Course.AGAIN : draw < 90 ? Course.UNANSWERED : Course.RESET;
        return new Connection(opened++, course, due + random.nextInt(2000));
    }

    /// @return whether more comes of it
    private boolean step(Connection of) throws IOException {
        int step = of.step++;
        boolean again = of.course == Course.AGAIN || of.course == Course.UNANSWERED;
        if (step == 0 || (again && step == 1)) {
            options().windowScale(7);
            boolean more = of.course == Course.UNANSWERED || (again && step == 0);
            client(of, SYN, 0, 0, 0, more ? SYN_TIMEOUT : 500);
            return true;
        }
        if (of.course == Course.UNANSWERED) {
            client(of, SYN, 0, 0, 0, SYN_TIMEOUT);
            return step < 3;
        }
        return rest(of, again ? step - 1 : step);
    }

    private boolean rest(Connection of, int step) throws IOException {
        switch (step) {
            case 1 -> {
                options().windowScale(9);
                server(of, SYN | ACK, 0, 1, 0, 300);
            }
            case 2 -> client(of, ACK, 1, 1, 0, 20);
            case 3 -> client(of, ACK | TcpSegment.PSH, 1, 1, 90, 800);
            case 4 -> {
                boolean reset = of.course == Course.RESET;
                server(of, reset ? TcpSegment.RST : ACK, 1, 91, 0, 900);
                return !reset;
            }
            case 5 -> server(of, ACK | TcpSegment.PSH, 1, 91, 150 + of.port % 700, 500);
            case 6 -> client(of, ACK, 91, 151 + of.port % 700, 0, 50);
            case 7 -> client(of, ACK | TcpSegment.FIN, 91, 151 + of.port % 700, 0, 400);
            case 8 -> server(of, ACK | TcpSegment.FIN, 151 + of.port % 700, 92, 0, 300);
            default -> {
                client(of, ACK, 92, 152 + of.port % 700, 0, 1);
                return false;
            }
        }
        return true;
    }

    private TcpSegment options() {
        return segment.noOptions().segmentSize(1460).sackPermitted(true).timestamps(opened, 0);
    }

    private void client(Connection of, int flags, int sequence, int acknowledgement, int length, int pause)
            throws IOException {
        segment.fromIpv4(of.client, of.port)
                .toIpv4(SERVER, 8080)
                .numbers(flags, of.port + sequence, acknowledgement == 0 ? 0 : 7 * of.port + acknowledgement);
        put(of, length, pause);
    }

    private void server(Connection of, int flags, int sequence, int acknowledgement, int length, int pause)
            throws IOException {
        segment.fromIpv4(SERVER, 8080)
                .toIpv4(of.client, of.port)
                .numbers(flags, 7 * of.port + sequence, of.port + acknowledgement);
        put(of, length, pause);
    }

    private void put(Connection of, int length, int pause) throws IOException {
        if (!segment.has(SYN)) {
            segment.noOptions().timestamps(of.step, of.step);
        }
        segment.window(64_240).write(packet.clear(), payload.clear().limit(length));
        packet.flip();
        if (buffer.remaining() < ROOM) {
            flush();
        }
        int size = ETHERNET_BYTES + packet.remaining();
        buffer.putInt((int) (of.due / 1_000_000))
                .putInt((int) (of.due % 1_000_000))
                .putInt(size)
                .putInt(size);
        buffer.putLong(2).putInt(3).putShort((short) 0x0008).put(packet);
        written += size + 16;
        of.due += pause + random.nextInt(Math.min(pause, LATEST));
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }
}
