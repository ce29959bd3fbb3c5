package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// A netlink socket whose other end says what a test wrote down. Once the script is over it answers EAGAIN, as a
/// kernel does that has nothing more to say within the time allowed.
final class ScriptedWire implements Netlink.Wire {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private record Step(MemorySegment datagram, long length, int errno) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private final Deque<Integer> sendFailures = new ArrayDeque<>();
    private int errno;
    int requests;
    byte[] lastRequest = {};
    boolean closed;

    /// One datagram made of the given messages.
    ScriptedWire answer(byte[]... messages) {
        byte[] datagram = new byte
                [Arrays.stream(messages).mapToInt(message -> message.length).sum()];
        int at = 0;
        for (byte[] message : messages) {
            System.arraycopy(message, 0, datagram, at, message.length);
            at += message.length;
        }
        steps.add(new Step(MemorySegment.ofArray(datagram), datagram.length, 0));
        return this;
    }

    /// A datagram of which the kernel says that it is longer than what it gave.
    ScriptedWire tooLong(long length) {
        steps.add(new Step(MemorySegment.ofArray(new byte[0]), length, 0));
        return this;
    }

    ScriptedWire fail(int receiveErrno) {
        steps.add(new Step(MemorySegment.ofArray(new byte[0]), -1, receiveErrno));
        return this;
    }

    ScriptedWire failSend(int sendErrno) {
        sendFailures.add(sendErrno);
        return this;
    }

    int left() {
        return steps.size();
    }

    @Override
    public long send(MemorySegment bytes) {
        Integer failure = sendFailures.poll();
        if (failure != null) {
            errno = failure;
            return -1;
        }
        requests++;
        lastRequest = bytes.toArray(JAVA_BYTE);
        return bytes.byteSize();
    }

    @Override
    public long receive(MemorySegment into) {
        Step step = steps.poll();
        if (step == null) {
            errno = Syscalls.EAGAIN;
            return -1;
        }
        errno = step.errno;
        MemorySegment.copy(step.datagram, 0, into, 0, step.datagram.byteSize());
        return step.length;
    }

    @Override
    public int errno() {
        return errno;
    }

    @Override
    public void close() {
        closed = true;
    }

    /// A message whose body is one number.
    static byte[] message(int sequence, int flags, int number) {
        return header(sequence, InetDiagLayout.SOCK_DIAG_BY_FAMILY, flags, number);
    }

    static byte[] done(int sequence) {
        return header(sequence, NetlinkLayout.NLMSG_DONE, 0, 0);
    }

    static byte[] error(int sequence, int errorNumber) {
        return header(sequence, NetlinkLayout.NLMSG_ERROR, 0, -errorNumber);
    }

    static byte[] header(int sequence, int type, int flags, int number) {
        byte[] message = new byte[NetlinkLayout.HEADER_BYTES + Integer.BYTES];
        MemorySegment segment = MemorySegment.ofArray(message);
        segment.set(INT, NetlinkLayout.LENGTH, message.length);
        segment.set(SHORT, NetlinkLayout.TYPE, (short) type);
        segment.set(SHORT, NetlinkLayout.FLAGS, (short) flags);
        segment.set(INT, NetlinkLayout.SEQUENCE, sequence);
        segment.set(INT, NetlinkLayout.HEADER_BYTES, number);
        return message;
    }

    /// A message with a sound header around any body.
    static byte[] framed(int sequence, byte[] body) {
        byte[] message = new byte[NetlinkLayout.align(NetlinkLayout.HEADER_BYTES + body.length)];
        MemorySegment segment = MemorySegment.ofArray(message);
        segment.set(INT, NetlinkLayout.LENGTH, NetlinkLayout.HEADER_BYTES + body.length);
        segment.set(SHORT, NetlinkLayout.TYPE, InetDiagLayout.SOCK_DIAG_BY_FAMILY);
        segment.set(INT, NetlinkLayout.SEQUENCE, sequence);
        System.arraycopy(body, 0, message, NetlinkLayout.HEADER_BYTES, body.length);
        return message;
    }

    /// A message of 20 bytes that claims another length.
    static byte[] lying(int sequence, int length) {
        byte[] message = message(sequence, 0, 1);
        MemorySegment.ofArray(message).set(INT, NetlinkLayout.LENGTH, length);
        return message;
    }

    /// Any bytes with the right sequence number in its place, so that they are looked at.
    static byte[] withSequence(byte[] bytes, int sequence) {
        byte[] copy = bytes.clone();
        if (copy.length >= NetlinkLayout.HEADER_BYTES) {
            MemorySegment.ofArray(copy).set(INT, NetlinkLayout.SEQUENCE, sequence);
        }
        return copy;
    }
}
