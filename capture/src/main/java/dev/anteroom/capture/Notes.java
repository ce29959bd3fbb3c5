package dev.anteroom.capture;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What connections have to say that only means something beside what others say before and after: written by each
/// share of the connections on its own, read by all of them together in the order of the packets.
final class Notes extends Apart {
    /// The first SYN-ACK of a connection; the detail is the stack that wrote it ([ServerStack]).
    static final int ANSWERED = 0;

    /// A SYN without an answer was sent again; the time is that of the packet before it.
    static final int ASKED_AGAIN = 1;

    /// A connection that asked again is over.
    static final int ASKS_NO_MORE = 2;

    /// One more waits for an answer, or one less.
    static final int WAITS = 3;

    static final int WAITS_NO_MORE = 4;

    /// The first byte of the server.
    static final int FIRST_BYTE = 5;

    /// A connection that had been answered was closed by either side.
    static final int MADE_ROOM = 6;

    /// The server reset a connection after its handshake.
    static final int RESET = 7;

    private static final int FIRST_NOTES = 256;

    // Words of a note.
    private static final int PACKET = 0;
    private static final int TIME = 1;
    private static final int ABOUT = 2;
    private static final int DETAIL = 3;
    private static final int WORDS = 4;

    private static final int KIND_BITS = 8;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;
    private static final int LISTENER_BITS = 16;
    private static final int LISTENER_MASK = (1 << LISTENER_BITS) - 1;

    /// Who reads each note at once; null if they are kept for later.
    @Nullable
    private final Listeners reader;

    private long[] words = new long[FIRST_NOTES * WORDS];
    private int end;

    /// The number of the packet at hand.
    private long packet;

    /// Notes that are kept.
    Notes() {
        reader = null;
    }

    /// Notes that are read as they come, by one thread that does all the work.
    Notes(Listeners reader) {
        this.reader = reader;
    }

    /// The notes that follow are about this packet.
    void packet(long number) {
        packet = number;
    }

    /// @param about the number of the first packet of the connection
    /// @param detail what the kind needs, or 0
    void add(int kind, int listener, long nanos, long about, long detail) {
        if (reader != null) {
            reader.read(kind, listener, nanos, about, detail);
            return;
        }
        if (end == words.length) {
            words = Arrays.copyOf(words, 2 * end);
        }
        words[end + PACKET] = (((packet << LISTENER_BITS) | listener) << KIND_BITS) | kind;
        words[end + TIME] = nanos;
        words[end + ABOUT] = about;
        words[end + DETAIL] = detail;
        end += WORDS;
    }

    void clear() {
        end = 0;
    }

    /// The notes of several shares, read in the order of their packets.
    static final class Reader {
        private static final long NO_MORE = Long.MAX_VALUE;

        private final Notes[] all;

        /// Of each share where its next note is, and a key of that: the number of its packet, then that of the share.
        private final int[] at;

        private final long[] keys;
        private long[] words = {};
        private int note;

        /// @param all no more than there are shares
        Reader(Notes... all) {
            this.all = all;
            at = new int[all.length];
            keys = new long[all.length];
            for (int i = 0; i < all.length; i++) {
                look(i);
            }
        }

        private void look(int share) {
            int next = at[share];
            keys[share] = next < all[share].end
                    ? (all[share].words[next + PACKET] >>> (LISTENER_BITS + KIND_BITS) << FlowShare.SHARE_BITS) | share
                    : NO_MORE;
        }

        /// Goes on to the next note.
        ///
        /// @return false if there is none
        boolean next() {
            long first = NO_MORE;
            for (long key : keys) {
                first = Math.min(first, key); // without a branch: which share is next cannot be foretold
            }
            if (first == NO_MORE) {
                return false;
            }
            int share = (int) first & (FlowShare.SHARES - 1);
            words = all[share].words;
            note = at[share];
            at[share] += WORDS;
            look(share);
            return true;
        }

        int kind() {
            return (int) words[note + PACKET] & KIND_MASK;
        }

        int listener() {
            return (int) (words[note + PACKET] >>> KIND_BITS) & LISTENER_MASK;
        }

        long nanos() {
            return words[note + TIME];
        }

        long about() {
            return words[note + ABOUT];
        }

        long detail() {
            return words[note + DETAIL];
        }
    }
}
