package dev.anteroom.traffic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// How far one HTTP/1.1 answer has come (RFC 9112): whether its last byte is there. Nothing else of it is kept.
final class HttpAnswer {
    /// No sensible server sends a longer head; one that does is read to its end.
    private static final int LONGEST_HEAD = 64 * 1024;

    /// No answer is longer (64 PiB); what says that it is, ends with the connection.
    private static final long MOST_BYTES = 1L << 56;

    private static final byte[] NOTHING = {};
    private static final String LENGTH = "content-length:";
    private static final String CODING = "transfer-encoding:";

    private enum Part {
        HEAD,
        COUNTED,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        UNTIL_END,
        DONE
    }

    private final boolean bodiless;
    private Part part = Part.HEAD;
    private byte[] head = NOTHING;
    private long left;
    private boolean sizeEnded;
    private boolean lineEmpty = true;

    /// @param bodiless whether the request was one whose answer has no body: HEAD
    HttpAnswer(boolean bodiless) {
        this.bodiless = bodiless;
    }

    boolean isDone() {
        return part == Part.DONE;
    }

    /// The server has closed: whether that ended the answer, or cut it off.
    boolean isDoneAtEnd() {
        return part == Part.DONE || part == Part.UNTIL_END;
    }

    /// Takes the next bytes.
    void take(byte[] bytes, int length) {
        int at = part == Part.HEAD ? takeHead(bytes, length) : 0;
        while (at < length && part != Part.DONE && part != Part.UNTIL_END) {
            at = takeBody(bytes, at, length);
        }
    }

    /// The place after the head, or the length if the head goes on.
    private int takeHead(byte[] bytes, int length) {
        int before = head.length;
        byte[] all = bytes;
        int end = length;
        if (before > 0) {
            all = Arrays.copyOf(head, before + length);
            System.arraycopy(bytes, 0, all, before, length);
            end = all.length;
        }
        int body = readHead(all, end);
        if (body < 0) {
            head = Arrays.copyOf(all, end);
            part = end > LONGEST_HEAD ? Part.UNTIL_END : Part.HEAD;
            return length;
        }
        head = NOTHING;
        return Math.max(0, body - before);
    }

    /// Reads the head line by line and decides how the body ends; the place after it, or -1 if it is not all there.
    private int readHead(byte[] bytes, int end) {
        long counted = -1;
        boolean chunked = false;
        int answer = 0;
        int line = 0;
        for (int at = 0; at < end; at++) {
            if (bytes[at] != '\n') {
                continue;
            }
            int length = at - line - (at > line && bytes[at - 1] == '\r' ? 1 : 0);
            if (length == 0) {
                decide(bytes, answer, counted, chunked);
                if (part != Part.HEAD) {
                    return at + 1;
                }
                // A provisional answer (1xx) has a head only, and another answer follows.
                answer = at + 1;
                line = answer;
                counted = -1;
                chunked = false;
                continue;
            }
            int first = bytes[line] | 0x20;
            if (first == 'c' && startsWith(bytes, line, length, LENGTH)) {
                counted = number(bytes, line + LENGTH.length(), line + length);
            } else if (first == 't' && startsWith(bytes, line, length, CODING)) {
                chunked = new String(bytes, line, length, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT)
                        .endsWith("chunked");
            }
            line = at + 1;
        }
        return -1;
    }

    private void decide(byte[] bytes, int from, long counted, boolean chunked) {
        int status = from + "HTTP/1.1 ".length();
        boolean provisional = bytes.length > status && bytes[status] == '1';
        boolean empty = bodiless || startsWith(bytes, status, bytes.length, "204", "304");
        left = counted;
        if (provisional) {
            part = Part.HEAD;
        } else if (empty || (counted == 0 && !chunked)) {
            part = Part.DONE;
        } else if (chunked) {
            startChunk();
        } else {
            part = counted > 0 ? Part.COUNTED : Part.UNTIL_END;
        }
    }

    private int takeBody(byte[] bytes, int at, int length) {
        return switch (part) {
            case COUNTED, CHUNK -> takeCounted(at, length);
            default -> {
                takeFrame(bytes[at]);
                yield at + 1;
            }
        };
    }

    private int takeCounted(int at, int length) {
        int taken = (int) Math.min(left, length - at);
        left -= taken;
        if (left == 0) {
            part = part == Part.COUNTED ? Part.DONE : Part.CHUNK_END;
        }
        return at + taken;
    }

    /// One byte between chunks.
    private void takeFrame(byte next) {
        if (part == Part.CHUNK_SIZE && next != '\n') {
            int digit = Character.digit(next, 16);
            sizeEnded |= digit < 0;
            left = sizeEnded ? left : left * 16 + digit;
            if (left > MOST_BYTES) {
                part = Part.UNTIL_END;
            }
        } else if (part == Part.CHUNK_SIZE) {
            part = left > 0 ? Part.CHUNK : Part.TRAILER;
        } else if (part == Part.CHUNK_END && next == '\n') {
            startChunk();
        } else if (part == Part.TRAILER && next == '\n') {
            part = lineEmpty ? Part.DONE : Part.TRAILER;
            lineEmpty = true;
        } else if (part == Part.TRAILER && next != '\r') {
            lineEmpty = false;
        }
    }

    private void startChunk() {
        part = Part.CHUNK_SIZE;
        left = 0;
        sizeEnded = false;
    }

    private static boolean startsWith(byte[] bytes, int from, int length, String... any) {
        for (String wanted : any) {
            boolean same = length >= wanted.length() && bytes.length >= from + wanted.length();
            for (int i = 0; same && i < wanted.length(); i++) {
                same = Character.toLowerCase((char) bytes[from + i]) == wanted.charAt(i);
            }
            if (same) {
                return true;
            }
        }
        return false;
    }

    /// A number among blanks; -1 if it is none that can be, and the body then ends with the connection.
    private static long number(byte[] bytes, int from, int to) {
        long value = -1;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit >= 0 && digit <= 9) {
                value = Math.min(MOST_BYTES + 1, Math.max(0, value) * 10 + digit);
            }
        }
        return value > MOST_BYTES ? -1 : value;
    }
}
