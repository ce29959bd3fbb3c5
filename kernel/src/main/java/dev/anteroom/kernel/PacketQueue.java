package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Packets on their way, first in, first out, each with the time it is due. A ring of bytes that doubles while the
/// packets do not fit, up to a bound; no garbage for a packet. For one thread.
final class PacketQueue {
    /// Each packet follows its due time and its length, and starts at a multiple of 16.
    private static final int HEADER_BYTES = 16;

    private static final int LENGTH = 8;

    /// In place of a length: the rest of the ring up to its end is unused.
    private static final int TO_THE_START = -1;

    private final long maxBytes;
    private MemorySegment ring;

    /// Bytes ever taken and ever used; the place in the ring is what is left of them after division by its length.
    private long head;

    private long tail;

    /// @param firstBytes the length of the ring at first, a power of two
    /// @param maxBytes its greatest length, a power of two
    PacketQueue(long firstBytes, long maxBytes) {
        this.maxBytes = maxBytes;
        this.ring = allocate(firstBytes);
    }

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, HEADER_BYTES);
    }

    boolean isEmpty() {
        return head == tail;
    }

    /// When the first packet is due; [Long#MAX_VALUE] if there is none.
    long due() {
        return isEmpty() ? Long.MAX_VALUE : ring.get(JAVA_LONG, place(head));
    }

    /// Where the first packet is.
    long address() {
        return ring.address() + place(head) + HEADER_BYTES;
    }

    /// How many bytes the first packet has.
    int length() {
        return ring.get(JAVA_INT, place(head) + LENGTH);
    }

    /// The bytes of the first packet, valid until it is removed.
    MemorySegment first() {
        return ring.asSlice(place(head) + HEADER_BYTES, length());
    }

    /// Adds a packet.
    ///
    /// @param packet where its bytes are, from the start on
    /// @return false if there is no room
    boolean add(long due, MemorySegment packet, int length) {
        if (isEmpty()) {
            head = tail = 0;
        }
        while (!fits(length)) {
            if (ring.byteSize() >= maxBytes) {
                return false;
            }
            grow();
        }
        append(due, packet, 0, length);
        return true;
    }

    private boolean fits(int length) {
        long used = tail - head;
        long toTheEnd = ring.byteSize() - place(tail);
        long needed = stride(length);
        return used + (needed <= toTheEnd ? needed : toTheEnd + needed) <= ring.byteSize();
    }

    private void append(long due, MemorySegment packet, long offset, int length) {
        long toTheEnd = ring.byteSize() - place(tail);
        if (stride(length) > toTheEnd) {
            ring.set(JAVA_INT, place(tail) + LENGTH, TO_THE_START);
            tail += toTheEnd;
        }
        long at = place(tail);
        ring.set(JAVA_LONG, at, due);
        ring.set(JAVA_INT, at + LENGTH, length);
        MemorySegment.copy(packet, offset, ring, at + HEADER_BYTES, length);
        tail += stride(length);
    }

    /// Takes the first packet away.
    void remove() {
        head += stride(length());
        skip();
    }

    private void skip() {
        if (!isEmpty() && length() == TO_THE_START) {
            head += ring.byteSize() - place(head);
        }
    }

    private void grow() {
        PacketQueue larger = new PacketQueue(2 * ring.byteSize(), maxBytes);
        while (!isEmpty()) {
            larger.append(due(), ring, place(head) + HEADER_BYTES, length());
            remove();
        }
        ring = larger.ring;
        head = larger.head;
        tail = larger.tail;
    }

    private long place(long position) {
        return position & (ring.byteSize() - 1);
    }

    private static int stride(int length) {
        return (HEADER_BYTES + length + HEADER_BYTES - 1) & -HEADER_BYTES;
    }
}
