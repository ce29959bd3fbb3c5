package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.List;
import java.util.Optional;

/// What an error message says went wrong, in the words of Linux, macOS, the BSDs and Windows and in the names
/// of errno. The earlier entry wins where a message has the words of two.
enum Trouble {
    NO_PORT("cannot assign requested address", "can't assign requested address", "eaddrnotavail", "10049)"),
    NO_DESCRIPTOR("too many open files", "emfile", "enfile"),
    NO_MEMORY("no buffer space available", "enobufs", "cannot allocate memory", "10055"),
    REFUSED("connection refused", "econnrefused", "actively refused", "connect call failed"),
    UNREACHABLE(
            "no route to host",
            "host is unreachable",
            "network is unreachable",
            "ehostunreach",
            "enetunreach",
            "unreachable host",
            "unreachable network"),
    RESET("connection reset", "econnreset", "forcibly closed by the remote", "connection was reset"),
    PIPE("broken pipe", "epipe", "software caused connection abort", "connection was aborted by the software"),
    GIVEN_UP("connection timed out", "operation timed out", "etimedout", "did not properly respond"),
    TIMED_OUT("timed out", "timeout", "deadline exceeded", "timed_out");

    /// How far the connection had come.
    enum Phase {
        CONNECT,
        READ,
        WRITE,
        ACCEPT,
        UNKNOWN
    }

    private static final int SHORT = "emfile".length();

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
    private final List<String> words;

    Trouble(String... words) {
        this.words = List.of(words);
    }

    /// What a message says.
    ///
    /// @param lower in lower case
    static Optional<Trouble> in(String lower) {
        for (Trouble trouble : values()) {
            for (String words : trouble.words) {
                if (holds(lower, words)) {
                    return Optional.of(trouble);
                }
            }
        }
        return Optional.empty();
    }

    /// A short one not in the middle of a word: a Gemfile is no EMFILE.
    private static boolean holds(String lower, String words) {
        int at = lower.indexOf(words);
        while (at > 0 && words.length() <= SHORT && Character.isLetter(lower.charAt(at - 1))) {
            at = lower.indexOf(words, at + 1);
        }
        return at >= 0;
    }

    /// The sign that it leaves in a phase.
    Sign sign(Phase phase) {
        return switch (this) {
            case NO_PORT -> Sign.NO_LOCAL_PORT;
            case NO_DESCRIPTOR ->
                switch (phase) {
                    case ACCEPT -> Sign.SERVER_HAS_NO_DESCRIPTOR;
                    case CONNECT -> Sign.NO_DESCRIPTOR;
                    default -> Sign.NO_DESCRIPTOR_IN_UNKNOWN_PHASE;
                };
            case NO_MEMORY -> Sign.NO_MEMORY_FOR_SOCKET;
            case REFUSED -> Sign.CONNECT_REFUSED;
            case UNREACHABLE -> Sign.CONNECT_UNREACHABLE;
            case PIPE -> Sign.WRITE_RESET;
            case RESET ->
                switch (phase) {
                    case CONNECT -> Sign.CONNECT_RESET;
                    case READ -> Sign.READ_RESET;
                    case WRITE -> Sign.WRITE_RESET;
                    default -> Sign.RESET_IN_UNKNOWN_PHASE;
                };
            case GIVEN_UP ->
                switch (phase) {
                    case CONNECT -> Sign.CONNECT_GIVEN_UP_BY_KERNEL;
                    case READ, WRITE -> Sign.DATA_GIVEN_UP_BY_KERNEL;
                    default -> Sign.TIMED_OUT_IN_UNKNOWN_PHASE;
                };
            case TIMED_OUT ->
                switch (phase) {
                    case CONNECT -> Sign.CONNECT_TIMED_OUT;
                    case READ, WRITE -> Sign.READ_TIMED_OUT;
                    default -> Sign.TIMED_OUT_IN_UNKNOWN_PHASE;
                };
        };
    }
}
