package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/// A directory below /proc whose entries are numbers: processes, threads, descriptors. Walking it makes no garbage,
/// so that a process with a hundred thousand descriptors costs no more memory than one with ten.
final class ProcDirectory implements AutoCloseable {
    /// Enough for most processes in one call; hundreds of these directories are opened one after another.
    private static final int BUFFER_BYTES = 4 * 1024;

    private static final int MAX_LINK_BYTES = 64;

    /// struct linux_dirent64 (`include/linux/dirent.h`).
    private static final int DIRENT_LENGTH = 16;

    private static final int DIRENT_NAME = 19;

    private final int descriptor;
    private final Arena arena;
    private final MemorySegment entries;
    private final MemorySegment name;
    private final MemorySegment link;

    private ProcDirectory(int descriptor) {
        this.descriptor = descriptor;
        this.arena = Arena.ofConfined();
        this.entries = arena.allocate(BUFFER_BYTES, 8);
        this.name = arena.allocate(MAX_LINK_BYTES);
        this.link = arena.allocate(MAX_LINK_BYTES);
    }

    /// Opens a directory.
    ///
    /// @throws Unreadable if it is not there or may not be listed
    static ProcDirectory open(String path) throws Unreadable {
        int descriptor = Syscalls.openDirectory(path);
        if (descriptor < 0) {
            throw new Unreadable(Syscalls.errno());
        }
        return new ProcDirectory(descriptor);
    }

    /// The directory cannot be listed: EACCES without the privilege, ENOENT when its process is gone.
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
        private final int errno;

        Unreadable(int errno) {
            super(Syscalls.describe(errno), null, false, false);
            this.errno = errno;
        }

        /// Whether it is there but closed to this user.
        boolean forbidden() {
            return errno == Syscalls.EACCES || errno == Syscalls.EPERM;
        }
    }

    /// Visits every entry whose name is a number. What vanishes meanwhile is passed over.
    void forEachNumber(IntConsumer visitor) {
        long length = Syscalls.getdents64(descriptor, entries);
        while (length > 0) {
            long at = 0;
            while (at < length) {
                int number = number(entries, at + DIRENT_NAME);
                if (number >= 0) {
                    visitor.accept(number);
                }
                at += entries.get(JAVA_SHORT, at + DIRENT_LENGTH) & 0xffff;
            }
            length = Syscalls.getdents64(descriptor, entries);
        }
    }

    /// The inode in a link such as `socket:[4711]`.
    ///
    /// @param entry the number that names the link
    /// @param below what follows the number, `/ns/net` or nothing
    /// @param kind what must stand before the bracket
    /// @return the inode; -1 if the link is of another kind, gone, or not readable
    long inode(int entry, String below, String kind) {
        byte[] path = (entry + below + '\0').getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(path, 0, name, JAVA_BYTE, 0, path.length);
        long length = Syscalls.readlinkat(descriptor, name, link);
        int start = kind.length() + 2;
        if (length <= start || link.get(JAVA_BYTE, start - 1) != '[') {
            return -1;
        }
        for (int i = 0; i < kind.length(); i++) {
            if (link.get(JAVA_BYTE, i) != kind.charAt(i)) {
                return -1;
            }
        }
        long inode = 0;
        for (long at = start; at < length - 1; at++) {
            inode = inode * 10 + link.get(JAVA_BYTE, at) - '0';
        }
        return inode;
    }

    private static int number(MemorySegment bytes, long at) {
        int value = 0;
        for (long i = at; bytes.get(JAVA_BYTE, i) != 0; i++) {
            int digit = bytes.get(JAVA_BYTE, i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    @Override
    public void close() {
        arena.close();
        Syscalls.close(descriptor);
    }
}
