package dev.anteroom.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Memory that sockets read into and write from, freed with the last reference to it.
public final class SocketBytes {
    private final MemorySegment memory;
    private final ByteBuffer view;

    private SocketBytes(MemorySegment memory) {
        this.memory = memory;
        this.view = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /// Zeroed memory of some bytes, at least one.
    public static SocketBytes ofSize(int bytes) {
        return new SocketBytes(Arena.ofAuto().allocate(bytes, Long.BYTES));
    }

    /// A copy of some bytes.
    public static SocketBytes copyOf(byte[] bytes) {
        SocketBytes copy = ofSize(Math.max(1, bytes.length));
        copy.view.put(0, bytes);
        return copy;
    }

    /// Its content, in host byte order.
    public ByteBuffer view() {
        return view;
    }

    long address() {
        return memory.address();
    }

    int size() {
        return view.capacity();
    }
}
