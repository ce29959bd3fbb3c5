package dev.anteroom.capture;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Sign;
import dev.anteroom.queue.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the connections to one address and port do to each other: it depends on the order of their packets.
final class ListenerTimeline {
    /// So many at once are no chance.
    static final int FEW = 3;

    /// A moment: closer together than any two connections that end for reasons of their own often are.
    private static final long MOMENT = Duration.ofMillis(20).toNanos();

    private static final long SLOW = Duration.ofSeconds(1).toNanos();
    private static final long SHORTLY_BEFORE = Duration.ofMillis(100).toNanos();

    /// Who stood still answers those who waited soon after each other. What a path lost is sent again by the timers of
    /// each.
    private static final long SOON = Duration.ofMillis(500).toNanos();

    private static final long LONG_AGO = Long.MIN_VALUE / 2;

    private final Endpoint endpoint;
    private final long recordingStart;
    private final Counts<Sign> signs = new Counts<>(Sign.class);

    @Nullable
    private WaitingLine line;

    private int stack;
    private long answers;
    private long lastAnswer = LONG_AGO;

    private long momentOfResets = LONG_AGO;
    private long resetsOfMoment;
    private long mostResetsOfMoment;

    /// Before the first answer nothing has stopped.
    private boolean anyFirstByte;

    private long lastFirstByte = LONG_AGO;
    private long silenceEnd = LONG_AGO;
    private long waitedInSilence;
    private long answeredAfterSilence;
    private long longestSilence;
    private long lastRoom = LONG_AGO;
    private boolean waitedForRoom;
    private boolean wentOnTogether;

    ListenerTimeline(Endpoint endpoint, long recordingStart) {
        this.endpoint = endpoint;
        this.recordingStart = recordingStart;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// @param writtenBy the stack of the SYN-ACK, of which the first tells whose they are
    void answers(int writtenBy, long nanos) {
        stack = answers == 0 ? writtenBy : stack;
        answers++;
        lastAnswer = nanos;
    }

    /// Whether any SYN was answered since then, or shortly before.
    boolean answeredSince(long nanos) {
        return lastAnswer >= nanos - SHORTLY_BEFORE;
    }

    void othersAnswered(long firstPacket) {
        signs.add(Sign.OTHER_SYNS_ANSWERED, firstPacket);
    }

    void waits(long nanos, int by) {
        if (line == null) {
            line = new WaitingLine(nanos, recordingStart);
        }
        line.change(nanos, by);
    }

    void firstByte(long sinceHandshake, long nanos) {
        long gap = nanos - lastFirstByte;
        if (anyFirstByte && gap >= SLOW && sinceHandshake >= SLOW / 2 && line != null && line.now() >= FEW) {
            silenceEnd = nanos;
            waitedInSilence = line.now();
            answeredAfterSilence = 0;
            longestSilence = Math.max(longestSilence, waitedInSilence);
            waitedForRoom |= nanos - lastRoom < SHORTLY_BEFORE;
        }
        boolean waited = nanos - sinceHandshake < silenceEnd;
        if (waited && nanos - silenceEnd <= SOON) {
            answeredAfterSilence++;
            wentOnTogether |= answeredAfterSilence >= Math.max(FEW, (waitedInSilence + 1) / 2);
        }
        anyFirstByte = true;
        lastFirstByte = nanos;
    }

    void makesRoom(long nanos) {
        lastRoom = nanos;
    }

    void resets(long firstPacket, long nanos) {
        if (nanos - momentOfResets > MOMENT) {
            momentOfResets = nanos;
            resetsOfMoment = 0;
        }
        resetsOfMoment++;
        if (resetsOfMoment > mostResetsOfMoment) {
            mostResetsOfMoment = resetsOfMoment;
            if (resetsOfMoment > FEW) {
                signs.set(Sign.RESETS_AT_ONE_MOMENT, resetsOfMoment, firstPacket);
            }
        }
    }

    Counts<Sign> signs() {
        return signs;
    }

    /// Whose TCP it is; empty if that cannot be told.
    Optional<Sign> stack() {
        return ServerStack.sign(stack);
    }

    /// How many connections had a SYN-ACK.
    long answers() {
        return answers;
    }

    /// How many waited at most when answers stopped for a second or more.
    long longestSilence() {
        return longestSilence;
    }

    /// Whether the answers went on after such a silence when a connection was closed.
    boolean waitedForRoom() {
        return waitedForRoom;
    }

    /// Whether after such a silence at least half of those who had waited were answered within half a second.
    boolean wentOnTogether() {
        return wentOnTogether;
    }

    Waiting waiting() {
        return line == null ? new Waiting(Duration.ZERO, Duration.ofMillis(1), List.of()) : line.told();
    }
}
