package dev.anteroom.capture;

import dev.anteroom.capture.PcapngWriter.Direction;
import dev.anteroom.capture.PcapngWriter.Interface;
import dev.anteroom.queue.HandshakeTally;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Everything that is to be known of the packets of a link between a client and a server: their handshakes, and the
/// packets themselves in a pcapng file. For one thread at a time.
///
/// Each packet is recorded once, where it enters the link, with the direction that it has for the server: SYNs are
/// inbound. A packet that the link then loses has the comment `lost on the link`.
public final class LinkCapture implements AutoCloseable {
    static final String LOST = "lost on the link";
    private static final int CLIENT_END = 0;
    private static final int SERVER_END = 1;
    private static final List<Interface> ENDS = List.of(
            new Interface("client", "the client's end of the link: what the client sends"),
            new Interface("server", "the server's end of the link: what the server sends"));

    private final Handshakes handshakes = new Handshakes();
    private final Optional<PcapngWriter> file;

    private LinkCapture(Optional<PcapngWriter> file) {
        this.file = file;
    }

    /// Keeps the packets in a file.
    ///
    /// @throws CaptureException if it cannot be made
    public static LinkCapture to(Path path) {
        return new LinkCapture(Optional.of(PcapngWriter.create(path, ENDS)));
    }

    /// Keeps no packets, only what they say.
    public static LinkCapture withoutFile() {
        return new LinkCapture(Optional.empty());
    }

    /// Takes in one packet.
    ///
    /// @param epochNanos when it entered the link, since 1970 in UTC
    /// @param fromClient whether the client sent it
    /// @param lost whether the link loses it
    /// @param ipPacket from its position to its limit, which stay as they are
    public void packet(long epochNanos, boolean fromClient, boolean lost, ByteBuffer ipPacket) {
        handshakes.packet(epochNanos, lost, ipPacket);
        file.ifPresent(writer -> writer.packet(
                fromClient ? CLIENT_END : SERVER_END,
                epochNanos,
                fromClient ? Direction.INBOUND : Direction.OUTBOUND,
                lost ? LOST : "",
                ipPacket));
    }

    /// Closes the file and tells the fates of the handshakes. To be called once, when no more packets come.
    public HandshakeTally finish() {
        close();
        return handshakes.finish();
    }

    /// Why packets are missing in the file, in one line; empty if none are.
    public Optional<String> failure() {
        return file.flatMap(writer ->
                writer.failure().map(reason -> reason + " (" + writer.packetsNotWritten() + " packets are missing)"));
    }

    @Override
    public void close() {
        file.ifPresent(PcapngWriter::close);
    }
}
