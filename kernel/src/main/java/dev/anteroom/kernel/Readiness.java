package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Waits until one of some descriptors has something to read, until a time, or until woken. One thread waits; any
/// may wake it.
final class Readiness implements AutoCloseable {
    /// struct pollfd (`include/uapi/asm-generic/poll.h`): descriptor, events asked for, events seen.
    private static final int POLLFD_BYTES = 8;

    private static final int EVENTS = 4;
    private static final short POLLIN = 1;
    private static final long NANOS = 1_000_000_000L;

    private final Arena arena = Arena.ofShared();
    private final int event;
    private final int count;
    private final MemorySegment polled;
    private final MemorySegment timespec = arena.allocate(JAVA_LONG, 2);
    private final MemorySegment one = arena.allocate(JAVA_LONG);

    Readiness(int... descriptors) {
        event = DeviceCalls.event();
        if (event < 0) {
            arena.close();
            throw new KernelException("cannot make an eventfd: " + Syscalls.describe(Syscalls.errno()));
        }
        count = descriptors.length + 1;
        polled = arena.allocate((long) count * POLLFD_BYTES, 8);
        for (int i = 0; i < descriptors.length; i++) {
            watch(i, descriptors[i]);
        }
        watch(descriptors.length, event);
        one.set(JAVA_LONG, 0, 1);
    }

    private void watch(int place, int descriptor) {
        polled.set(JAVA_INT, (long) place * POLLFD_BYTES, descriptor);
        polled.set(JAVA_SHORT, (long) place * POLLFD_BYTES + EVENTS, POLLIN);
    }

    /// Waits.
    ///
    /// @param nanos how long at most, [Long#MAX_VALUE] for ever
    void await(long nanos) {
        long timeout = 0;
        if (nanos != Long.MAX_VALUE) {
            timespec.set(JAVA_LONG, 0, nanos / NANOS);
            timespec.set(JAVA_LONG, Long.BYTES, nanos % NANOS);
            timeout = timespec.address();
        }
        DeviceCalls.poll(polled.address(), count, timeout);
    }

    /// Ends this wait and every later one.
    void wake() {
        DeviceCalls.write(event, one.address(), Long.BYTES);
    }

    /// To be called when nobody waits any more.
    @Override
    public void close() {
        Syscalls.close(event);
        arena.close();
    }
}
