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
    private static final int CLIENT_FIRST = 0xffff_fff0; // wraps within the connection
    private static final int SERVER_FIRST = 77;

    final Handshakes handshakes = new Handshakes();

    /// All packets so far.
    final List<Frame> frames = new ArrayList<>();

    private final TcpSegment segment = new TcpSegment();
    private final ByteBuffer packet = ByteBuffer.allocate(2000);
    private int port = 40_000;
    private int clientFirst = CLIENT_FIRST;
    private boolean lost;
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

    Wire withoutTimestamps() {
        stamps = false;
        return this;
    }

    /// The next packet is lost on the link.
    Wire lost() {
        lost = true;
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
            segment.fromIpv4(CLIENT, port)
                    .toIpv4(SERVER, 80)
                    .numbers(flags, clientFirst + sequence, ack ? SERVER_FIRST + acknowledgement : 0);
        } else {
            segment.fromIpv4(SERVER, 80)
                    .toIpv4(CLIENT, port)
                    .numbers(flags, SERVER_FIRST + sequence, ack ? clientFirst + acknowledgement : 0);
        }
        segment.write(packet.clear(), ByteBuffer.allocate(payload));
        long nanos = NOON + Math.round(at * 1e9);
        handshakes.packet(nanos, lost, packet.flip());
        byte[] bytes = new byte[packet.remaining()];
        packet.get(0, bytes);
        frames.add(new Frame(nanos, bytes));
        lost = false;
        return this;
    }

    HandshakeTally finish() {
        return handshakes.finish();
    }
}
