package dev.anteroom.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

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

    /// The same memory for reading: see Netlink.
    private final ByteBuffer entryBytes;

    private final ByteBuffer linkBytes;
    private boolean denied;

    private ProcDirectory(int descriptor) {
        this.descriptor = descriptor;
        this.arena = Arena.ofConfined();
        this.entries = arena.allocate(BUFFER_BYTES, 8);
        this.name = arena.allocate(MAX_LINK_BYTES);
        this.link = arena.allocate(MAX_LINK_BYTES);
        this.entryBytes = entries.asByteBuffer().order(ByteOrder.nativeOrder());
        this.linkBytes = link.asByteBuffer();
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
        forEachEntry((at, number) -> visitor.accept(number));
    }

    /// Visits the inode of every link such as `socket:[4711]` whose name is a number.
    ///
    /// @param kind what must stand before the bracket; links of another kind are passed over
    void forEachInode(String kind, LongConsumer visitor) {
        forEachEntry((at, _) -> {
            long inode = inode(entries.address() + at + DIRENT_NAME, kind);
            if (inode >= 0) {
                visitor.accept(inode);
            }
        });
    }

    /// The number of an entry whose link is `socket:[4711]`, or of the like; empty if there is none.
    OptionalInt entryOf(String kind, long inode) {
        int[] found = {-1};
        forEachEntry((at, number) -> {
            if (inode(entries.address() + at + DIRENT_NAME, kind) == inode) {
                found[0] = number;
            }
        });
        return found[0] < 0 ? OptionalInt.empty() : OptionalInt.of(found[0]);
    }

    @FunctionalInterface
    private interface EntryVisitor {
        void visit(int at, int number);
    }

    private void forEachEntry(EntryVisitor visitor) {
        long length = Syscalls.getdents64(descriptor, entries);
        while (length > 0) {
            int at = 0;
            while (at < length) {
                int number = number(at + DIRENT_NAME);
                if (number >= 0) {
                    visitor.visit(at, number);
                }
                at += entryBytes.getShort(at + DIRENT_LENGTH) & 0xffff;
            }
            length = Syscalls.getdents64(descriptor, entries);
        }
    }

    /// The inode in a link below an entry.
    ///
    /// @param entry the number that names the entry
    /// @param below where the link is in it: `/ns/net`
    /// @param kind what must stand before the bracket
    /// @return the inode; -1 if the link is of another kind, gone, or not readable
    long inode(int entry, String below, String kind) {
        byte[] path = (entry + below + '\0').getBytes(StandardCharsets.US_ASCII);
        name.asByteBuffer().put(path);
        return inode(name.address(), kind);
    }

    private long inode(long nameAddress, String kind) {
        int length = (int) Syscalls.readlinkat(descriptor, nameAddress, link);
        if (length < 0 && Syscalls.errno() == Syscalls.EACCES) {
            denied = true;
        }
        int start = kind.length() + 2;
        if (length <= start || linkBytes.get(start - 1) != '[') {
            return -1;
        }
        for (int i = 0; i < kind.length(); i++) {
            if (linkBytes.get(i) != kind.charAt(i)) {
                return -1;
            }
        }
        long inode = 0;
        for (int at = start; at < length - 1; at++) {
            inode = inode * 10 + linkBytes.get(at) - '0';
        }
        return inode;
    }

    /// Whether a link was there but closed to this user.
    boolean denied() {
        return denied;
    }

    private int number(int at) {
        int value = 0;
        for (int i = at; entryBytes.get(i) != 0; i++) {
            int digit = entryBytes.get(i) - '0';
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
