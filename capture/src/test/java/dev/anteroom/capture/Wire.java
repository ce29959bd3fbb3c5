package dev.anteroom.capture;

import dev.anteroom.queue.HandshakeEvent.Sender;
import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// One connection of a script: segments with their times, as tcpdump would have seen them between both sides.
final class Wire {
    static final int CLIENT = 0xc6120001;
    static final int SERVER = 0xc6120002;
    private static final long NOON = 1_764_072_000_000_000_000L;
    private static final int FIRST_PORT = 40_000;
    private static final int CLIENT_FIRST = 0xffff_fff0; // wraps within the connection
    private static final int SERVER_FIRST = 77;

    final Handshakes handshakes = new Handshakes();

    /// All packets so far.
    final List<Frame> frames = new ArrayList<>();

    private final TcpSegment segment = new TcpSegment();
    private final ByteBuffer packet = ByteBuffer.allocate(2000);
    private int port = FIRST_PORT;
    private int address = CLIENT;
    private int clientFirst = CLIENT_FIRST;
    private boolean lost;
    private boolean farther;
    private boolean stamps = true;

    /// A packet as it stands in a capture.
    static final class Frame {
        private final long nanos;
        private final byte[] bytes;

        Frame(long nanos, byte[] bytes) {
            this.nanos = nanos;
            this.bytes = bytes;
        }

        long nanos() {
            return nanos;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /// Goes on with another connection.
    Wire next() {
        port++;
        return this;
    }

    /// Goes on with a connection from the same port.
    Wire samePort() {
        clientFirst += 1_000_000;
        return this;
    }

    /// Goes on with a connection that is under way, by its place from 0.
    Wire to(int connection) {
        port = FIRST_PORT + 1 + connection;
        return this;
    }

    /// The client of this connection has an address of its own.
    Wire from(int client) {
        address = CLIENT + 0x100 + client;
        return this;
    }

    Wire withoutTimestamps() {
        stamps = false;
        return this;
    }

    /// The next packet is lost on the link.
    Wire lost() {
        lost = true;
        return this;
    }

    /// The next packet has come over more hops than the others.
    Wire fromFarther() {
        farther = true;
        return this;
    }

    /// The last packet is recorded once more, a little later.
    Wire recordedAgain() {
        Frame last = frames.getLast();
        take(new Frame(last.nanos() + 20_000, last.bytes()));
        return this;
    }

    /// A router, or the server, says that the last packet could not be delivered.
    Wire unreachable(double at) {
        byte[] about = frames.getLast().bytes();
        ByteBuffer error = ByteBuffer.allocate(PacketLayout.IPV4_BYTES + PacketLayout.ICMP_BYTES + 28);
        error.put(0, about, 0, PacketLayout.IPV4_BYTES)
                .put(PacketLayout.IPV4_PROTOCOL, (byte) PacketLayout.ICMP)
                .put(PacketLayout.IPV4_BYTES, (byte) PacketLayout.ICMP_UNREACHABLE)
                .put(PacketLayout.IPV4_BYTES + PacketLayout.ICMP_BYTES, about, 0, 28);
        take(new Frame(NOON + Math.round(at * 1e9), error.array()));
        return this;
    }

    Wire syn(double at) {
        options().windowScale(7);
        return send(at, Sender.CLIENT, TcpSegment.SYN, 0, 0, 0);
    }

    Wire synAck(double at) {
        options().windowScale(9);
        return send(at, Sender.SERVER, TcpSegment.SYN | TcpSegment.ACK, 0, 1, 0);
    }

    Wire cookie(double at) {
        segment.noOptions().segmentSize(1460);
        return send(at, Sender.SERVER, TcpSegment.SYN | TcpSegment.ACK, 0, 1, 0);
    }

    private TcpSegment options() {
        segment.noOptions().segmentSize(1460).sackPermitted(true);
        return stamps ? segment.timestamps(1, 2) : segment;
    }

    Wire ack(double at) {
        return client(at, TcpSegment.ACK, 1, 1, 0);
    }

    /// 20 bytes.
    Wire request(double at) {
        return client(at, TcpSegment.PSH | TcpSegment.ACK, 1, 1, 20);
    }

    Wire client(double at, int flags, int sequence, int acknowledgement, int payload) {
        segment.noOptions();
        return send(at, Sender.CLIENT, flags, sequence, acknowledgement, payload);
    }

    Wire server(double at, int flags, int sequence, int acknowledgement, int payload) {
        segment.noOptions();
        return send(at, Sender.SERVER, flags, sequence, acknowledgement, payload);
    }

    private Wire send(double at, Sender sender, int flags, int sequence, int acknowledgement, int payload) {
        boolean ack = (flags & TcpSegment.ACK) != 0;
        if (sender == Sender.CLIENT) {
            segment.fromIpv4(address, port)
                    .toIpv4(SERVER, 80)
                    .numbers(flags, clientFirst + sequence, ack ? SERVER_FIRST + acknowledgement : 0);
        } else {
            segment.fromIpv4(SERVER, 80)
                    .toIpv4(address, port)
                    .numbers(flags, SERVER_FIRST + sequence, ack ? clientFirst + acknowledgement : 0);
        }
        segment.write(packet.clear(), ByteBuffer.allocate(payload));
        byte[] bytes = new byte[packet.flip().remaining()];
        packet.get(0, bytes);
        bytes[PacketLayout.IPV4_TIME_TO_LIVE] -= (byte) (farther ? 4 : 0);
        farther = false;
        take(new Frame(NOON + Math.round(at * 1e9), bytes));
        return this;
    }

    private void take(Frame frame) {
        frames.add(frame);
        handshakes.packet(frame.nanos(), lost, ByteBuffer.wrap(frame.bytes()));
        lost = false;
    }

    HandshakeTally finish() {
        return handshakes.finish();
    }
}
