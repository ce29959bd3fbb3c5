package dev.anteroom.capture;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipException;

/// A file that somebody has: a capture or a text, plain or packed with gzip or zstd. What it is its first bytes tell,
/// not its name.
/// It is read once, from the beginning to the end, so that a pipe will do. For one thread at a time, but for
/// [#stop()].
public final class EvidenceFile implements AutoCloseable {
    /// The name that stands for standard input.
    public static final String STANDARD_INPUT = "-";

    private static final int GZIP = 0x1f8b;

    private final String name;
    private final ByteSource file;

    /// The same, or what it holds if it is compressed.
    private final ByteSource source;

    private final Optional<FrameReader> frames;
    private final String format;
    private volatile boolean stopped;

    private EvidenceFile(String name, ReadableByteChannel channel) {
        this.name = name;
        file = new ByteSource(channel);
        int packed = first(file);
        boolean zipped = packed >>> Short.SIZE == GZIP;
        boolean zstandard = ZstdInput.recognises(packed);
        source = zipped ? unzipped() : zstandard ? file.unpacked() : file;
        int first = first(source);
        source.failure().filter(_ -> source.offset() == 0 && !source.has(1)).ifPresent(reason -> {
            throw new CaptureException("cannot read " + name + ": " + reason);
        });
        boolean pcap = PcapReader.recognises(first) && source.has(PcapLayout.HEADER_BYTES);
        boolean pcapng = PcapngReader.recognises(first);
        frames = pcap
                ? Optional.of(new PcapReader(source))
                : pcapng ? Optional.of(new PcapngReader(source)) : Optional.empty();
        format = (pcap ? "pcap" : pcapng ? "pcapng" : "text")
                + (zipped ? ", gzipped" : zstandard ? ", packed with zstd" : "");
    }

    /// The first four bytes, those that there are.
    private static int first(ByteSource of) {
        of.has(Integer.BYTES);
        int word = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            int next = i < of.bytes().remaining() ? of.bytes().get(of.bytes().position() + i) & 0xff : 0;
            word = (word << Byte.SIZE) | next;
        }
        return word;
    }

    /// Opens a file, or standard input.
    ///
    /// @throws CaptureException if it cannot be opened or read
    public static EvidenceFile open(String name) {
        try {
            return name.equals(STANDARD_INPUT) ? standardInput() : of(name, Files.newByteChannel(Path.of(name)));
        } catch (IOException refused) {
            throw new CaptureException(
                    "cannot read " + name + ": " + CaptureException.reason(refused) + "; name a file that can be read");
        }
    }

    @SuppressWarnings("resource") // standard input is not ours to close
    private static EvidenceFile standardInput() {
        return of(STANDARD_INPUT, new FileInputStream(FileDescriptor.in).getChannel());
    }

    /// What comes from a channel.
    ///
    /// @param name what errors call it
    /// @throws CaptureException as [#open(String)] does
    public static EvidenceFile of(String name, ReadableByteChannel channel) {
        return new EvidenceFile(name, channel);
    }

    private ByteSource unzipped() {
        try {
            return file.unzipped();
        } catch (ZipException | java.io.EOFException wrong) {
            throw new CaptureException(name + " begins as gzip does, but is not: " + wrong.getMessage());
        } catch (IOException unreadable) {
            throw new CaptureException("cannot read " + name + ": " + CaptureException.reason(unreadable));
        }
    }

    /// What errors and reports call it.
    public String name() {
        return name;
    }

    /// Whether it holds packets.
    public boolean isCapture() {
        return frames.isPresent();
    }

    /// What it holds if that are no packets.
    public InputStream text() {
        return source.stream();
    }

    /// Reads all packets.
    ///
    /// @throws IllegalStateException if it holds none: see [#isCapture()]
    public CaptureContents read(Handshakes handshakes) {
        return read(handshakes::packet);
    }

    /// Reads all packets and writes them to another file, with other addresses and without what they carried.
    ///
    /// @throws IllegalStateException if it holds none: see [#isCapture()]
    public CaptureContents anonymise(Anonymiser into) {
        return read(into::packet);
    }

    /// Ends the reading at the next packet. From any thread.
    public void stop() {
        stopped = true;
    }

    CaptureContents read(PacketSink sink) {
        FrameReader reader = frames.orElseThrow(() -> new IllegalStateException(name + " is no capture"));
        SortedMap<String, Long> links = new TreeMap<>();
        long packets = 0;
        long notIp = 0;
        int linkType = -1;
        long ofThisType = 0;
        while (!stopped && reader.next()) {
            packets++;
            if (reader.linkType != linkType) {
                count(links, linkType, ofThisType);
                linkType = reader.linkType;
                ofThisType = 0;
            }
            ofThisType++;
            ByteBuffer bytes = source.bytes();
            int start = bytes.position();
            int limit = bytes.limit();
            bytes.limit(start + reader.captured);
            int before = LinkLayer.before(linkType, bytes);
            if (before == LinkLayer.NOT_IP) {
                notIp++;
            } else {
                bytes.position(start + before);
                sink.packet(reader.epochNanos, reader.lost, bytes);
            }
            bytes.limit(limit).position(start + reader.occupied);
        }
        count(links, linkType, ofThisType);
        return new CaptureContents(name, format, links, packets, notIp, reader.damage());
    }

    private static void count(SortedMap<String, Long> links, int linkType, long packets) {
        if (packets > 0) {
            links.merge(
                    LinkLayer.name(linkType) + (LinkLayer.known(linkType) ? "" : " (not read)"), packets, Long::sum);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException lost) {
            // Everything that was wanted of it has been read.
        }
    }
}
