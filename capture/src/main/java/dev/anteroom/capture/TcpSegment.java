package dev.anteroom.capture;

import java.nio.ByteBuffer;

/// One TCP segment in an IPv4 or IPv6 packet: read from a buffer, or set field by field and written to one. The
/// same object is read into again and again, so that a packet costs no memory.
///
/// An address is two halves of 64 bits; an IPv4 address is held as IPv6 maps it, `::ffff:a.b.c.d`.
public final class TcpSegment extends Apart {
    /// Flags as they stand in the header (RFC 9293, section 3.1).
    public static final int FIN = 0x01;

    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;

    /// No such option in the segment.
    public static final int ABSENT = -1;

    /// A shift of the window is at most 14 (RFC 7323, section 2.3).
    public static final int LARGEST_WINDOW_SCALE = 14;

    static final int OPTION_ORDER_BITS = 4;

    /// Stands for every kind from this one on.
    static final int OTHER_OPTION = 15;

    private static final long MAPPED = 0xffff_0000_0000L;
    static final long LOW_HALF = 0xffff_ffffL;

    boolean ipv6;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;
    int sequence;
    int acknowledgement;
    int flags;
    int window;
    int tcpOffset;
    int payloadOffset;
    int payloadLength;
    int segmentSize = ABSENT;
    int windowScale = ABSENT;
    boolean sackPermitted;
    boolean timestamps;
    int timestamp;
    int timestampEcho;
    int fastOpenCookieBytes = ABSENT;
    boolean optionsCut;
    boolean fragment;
    int hops;
    int identification;

    /// Whether it is known to be lost on its way, or is only what an ICMP error is about: set by [Handshakes] only.
    boolean lost;

    boolean unreachable;

    /// For a look-up by the ends, and [what only a copy shares][#print(long, int, int, int, boolean, int)]: set by
    /// [PacketReader], and handed on by [SegmentBatch].
    int hash;

    int print;

    /// The kinds of the options as they stand, [#OPTION_ORDER_BITS] bits each, the last ones of them.
    long optionOrder;

    /// A segment without anything in it.
    public TcpSegment() {}

    /// The lower half of an IPv4 address as IPv6 maps it.
    static long mapped(int address) {
        return MAPPED | (address & LOW_HALF);
    }

    /// Reads a packet that begins with its IP header, from the position of the buffer to its limit, which stay as
    /// they are. A packet may have been cut short in the recording as long as 20 bytes of its TCP header are there.
    /// Checksums are not looked at: a sender with offloads leaves them to its network card.
    ///
    /// @return false if it is no TCP segment, a later fragment of one, or its headers do not fit in their lengths;
    ///     then the fields mean nothing
    public boolean read(ByteBuffer packet) {
        return SegmentReader.read(this, packet);
    }

    /// Writes the packet with its checksums, without extension headers and without a Fast Open option, from the
    /// position of the buffer on, and moves the position behind it.
    ///
    /// @param into in network byte order, with room for it
    /// @param payload from its position to its limit, which stay as they are
    /// @throws java.nio.BufferOverflowException if there is no room
    public void write(ByteBuffer into, ByteBuffer payload) {
        SegmentWriter.write(this, into, payload);
    }

    /// A number that a copy of a segment shares, and hardly any other segment of its connection. 0 if its sender
    /// may make another one that looks the same within a few milliseconds: bare acknowledgements without an
    /// identification or a timestamp do.
    ///
    /// @param numbers the sequence number and the acknowledgement
    static int print(
            long numbers, int payloadLength, int flags, int identification, boolean timestamps, int timestamp) {
        if (identification == 0 && !timestamps && payloadLength == 0 && (flags & (SYN | FIN | RST)) == 0) {
            return 0;
        }
        long rest = ((long) identification << 40) | ((long) payloadLength << 8) | flags;
        long print = (numbers * 0xbf58476d1ce4e5b9L) ^ (rest * 0x94d049bb133111ebL) ^ timestamp;
        return (int) (print ^ (print >>> Integer.SIZE)) | 1;
    }

    /// Whether it opens a connection if it is of none that is known.
    boolean mayOpen() {
        return has(SYN) && !has(RST);
    }

    /// Forgets all options.
    public TcpSegment noOptions() {
        segmentSize = ABSENT;
        windowScale = ABSENT;
        sackPermitted = false;
        timestamps = false;
        timestamp = 0;
        timestampEcho = 0;
        fastOpenCookieBytes = ABSENT;
        optionsCut = false;
        optionOrder = 0;
        return this;
    }

    /// Sets an IPv4 source.
    public TcpSegment fromIpv4(int address, int port) {
        ipv6 = false;
        sourceHigh = 0;
        sourceLow = mapped(address);
        sourcePort = port;
        return this;
    }

    /// Sets an IPv4 destination.
    public TcpSegment toIpv4(int address, int port) {
        ipv6 = false;
        destinationHigh = 0;
        destinationLow = mapped(address);
        destinationPort = port;
        return this;
    }

    /// Sets an IPv6 source.
    public TcpSegment fromIpv6(long high, long low, int port) {
        ipv6 = true;
        sourceHigh = high;
        sourceLow = low;
        sourcePort = port;
        return this;
    }

    /// Sets an IPv6 destination.
    public TcpSegment toIpv6(long high, long low, int port) {
        ipv6 = true;
        destinationHigh = high;
        destinationLow = low;
        destinationPort = port;
        return this;
    }

    /// Sets the flags and both sequence numbers.
    public TcpSegment numbers(int newFlags, int newSequence, int newAcknowledgement) {
        flags = newFlags;
        sequence = newSequence;
        acknowledgement = newAcknowledgement;
        return this;
    }

    /// Sets the window, 0 to 65535 in the unit that the handshake agreed on.
    public TcpSegment window(int newWindow) {
        window = newWindow;
        return this;
    }

    /// Sets the largest segment that the sender takes, in bytes; [#ABSENT] for none.
    public TcpSegment segmentSize(int bytes) {
        segmentSize = bytes;
        return this;
    }

    /// Sets the shift of the window, 0 to 14; [#ABSENT] for none.
    public TcpSegment windowScale(int shift) {
        windowScale = shift;
        return this;
    }

    /// Sets whether the sender takes selective acknowledgements.
    public TcpSegment sackPermitted(boolean permitted) {
        sackPermitted = permitted;
        return this;
    }

    /// Sets the timestamps option.
    public TcpSegment timestamps(int value, int echo) {
        timestamps = true;
        timestamp = value;
        timestampEcho = echo;
        return this;
    }

    /// Whether the packet is IPv6.
    public boolean ipv6() {
        return ipv6;
    }

    /// The upper half of the source address.
    public long sourceHigh() {
        return sourceHigh;
    }

    /// The lower half of the source address; of an IPv4 address the last 32 bits are the address.
    public long sourceLow() {
        return sourceLow;
    }

    /// The upper half of the destination address.
    public long destinationHigh() {
        return destinationHigh;
    }

    /// The lower half of the destination address.
    public long destinationLow() {
        return destinationLow;
    }

    /// 0 to 65535.
    public int sourcePort() {
        return sourcePort;
    }

    /// 0 to 65535.
    public int destinationPort() {
        return destinationPort;
    }

    /// The number of the first byte, or of the SYN; 32 bits without a sign.
    public int sequence() {
        return sequence;
    }

    /// The number of the byte that is expected next; means something with the flag [#ACK] only.
    public int acknowledgement() {
        return acknowledgement;
    }

    /// The flags, as bits.
    public int flags() {
        return flags;
    }

    /// Whether all of these flags are set.
    public boolean has(int wanted) {
        return (flags & wanted) == wanted;
    }

    /// The window, in the unit that the handshake agreed on.
    public int window() {
        return window;
    }

    /// Where the payload begins in the buffer that was read.
    public int payloadOffset() {
        return payloadOffset;
    }

    /// How many bytes of payload the segment had on the wire; the recording may hold fewer.
    public int payloadLength() {
        return payloadLength;
    }

    /// What the segment adds to the sequence number: its payload, and one each for SYN and FIN.
    public int sequenceLength() {
        return payloadLength + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /// The largest segment that the sender takes, in bytes, or [#ABSENT].
    public int segmentSize() {
        return segmentSize;
    }

    /// The shift of the window, or [#ABSENT].
    public int windowScale() {
        return windowScale;
    }

    /// Whether the sender takes selective acknowledgements.
    public boolean sackPermitted() {
        return sackPermitted;
    }

    /// Whether there are timestamps.
    public boolean hasTimestamps() {
        return timestamps;
    }

    /// The sender's timestamp; means something with [#hasTimestamps()] only.
    public int timestamp() {
        return timestamp;
    }

    /// The timestamp that the sender returns; means something with [#hasTimestamps()] only.
    public int timestampEcho() {
        return timestampEcho;
    }

    /// The length of the Fast Open cookie, 0 if one is asked for, or [#ABSENT].
    public int fastOpenCookieBytes() {
        return fastOpenCookieBytes;
    }
}
