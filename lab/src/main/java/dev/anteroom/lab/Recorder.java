package dev.anteroom.lab;

import dev.anteroom.capture.Handshake;
import dev.anteroom.capture.Handshakes;
import dev.anteroom.capture.PcapngWriter;
import dev.anteroom.kernel.PacketTap;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Keeps every packet of a link, if that is asked for, and one connection of each fate that the packets show.
final class Recorder implements PacketTap, AutoCloseable {
    private final Optional<PcapngWriter> file;
    private final Handshakes handshakes = new Handshakes();

    private Recorder(Optional<PcapngWriter> file) {
        this.file = file;
    }

    static Recorder open(Optional<Path> capture) {
        return new Recorder(capture.map(PcapngWriter::create));
    }

    @Override
    public synchronized void packet(long epochNanos, boolean fromClient, boolean lost, ByteBuffer ipPacket) {
        file.ifPresent(writer -> writer.packet(epochNanos, fromClient, lost, ipPacket));
        handshakes.packet(epochNanos, lost, ipPacket);
    }

    synchronized List<Handshake> examples() {
        return handshakes.examples();
    }

    @Override
    public synchronized void close() {
        file.ifPresent(PcapngWriter::close);
    }
}
