package dev.anteroom.capture;

import static dev.anteroom.capture.FlowMark.*;

import dev.anteroom.queue.FastOpen;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.ListenerHandshakes;
import dev.anteroom.queue.LostSyns;
import dev.anteroom.queue.ResetPhase;
import dev.anteroom.queue.Sign;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts what the connections to one address and port have in common, whatever the order of their packets.
final class ListenerTally {
    private static final int MOST_RETRANSMISSIONS = 16;

    private static final int MANY_HALF_OPEN = 50;

    /// A real client whose SYN is answered finishes its handshake.
    private static final int SOME_HALF_OPEN = 10;

    private static final int MANY_ADDRESSES = 20;
    private static final int REMEMBERED_ADDRESSES = 1024;

    private final Counts<HandshakeFate> fates = new Counts<>(HandshakeFate.class);
    private final Counts<ResetPhase> resets = new Counts<>(ResetPhase.class);
    private final Counts<FastOpen> fastOpen = new Counts<>(FastOpen.class);
    private final Counts<Sign> signs = new Counts<>(Sign.class);
    private final long[] synRetransmissions = new long[MOST_RETRANSMISSIONS + 1];
    private final List<TimeHistogram> synTimes = new ArrayList<>();
    private final TimeHistogram firstBytes = new TimeHistogram();
    private final Set<Long> strangers = new HashSet<>();
    private long askedOnce;
    private long largeRepeated;

    private long connections;

    long connections() {
        return connections;
    }

    /// A SYN was sent again, for so many times by now.
    void synAgain(int times, long sinceFirst) {
        if (times > MOST_RETRANSMISSIONS) {
            return;
        }
        synTimes(times).add(sinceFirst);
    }

    private TimeHistogram synTimes(int times) {
        while (synTimes.size() < times) {
            synTimes.add(new TimeHistogram());
        }
        return synTimes.get(times - 1);
    }

    void reset(ResetPhase phase) {
        resets.add(phase);
    }

    /// A connection got its first byte.
    void firstByte(long sinceHandshake) {
        firstBytes.add(sinceHandshake);
    }

    /// A connection is over, or the recording is.
    void judge(Flow flow, HandshakeFate fate) {
        connections++;
        fates.add(fate);
        synRetransmissions[Math.min(flow.synsAgain(), MOST_RETRANSMISSIONS)]++;
        signOf(fate, flow).ifPresent(sign -> sign(sign, flow));
        sign(flow.is(SYN_AGAIN_BEFORE_ANSWER), Sign.SYN_ANSWERED_LATE, flow);
        sign(flow.synsAgain() > 0, Sign.SYN_REPEATED_ON_SCHEDULE, flow);
        sign(flow.is(OLDER_ACKNOWLEDGED), Sign.SYN_ANSWERED_BY_ACK, flow);
        sign(flow.synAcksAgain() > 0 && !flow.is(FINAL_ACK_SENT), Sign.SYN_ACK_REPEATED, flow);
        sign(flow.is(COOKIE_SUSPECTED), Sign.SYN_COOKIE_OPTIONS, flow);
        sign(flow.is(ANSWER_AFTER_FINAL_ACK) && fate != HandshakeFate.FINAL_ACK_IGNORED, Sign.FINAL_ACK_IGNORED, flow);
        sign(flow.outgrewItsWindow(), Sign.WINDOW_NOT_SCALED, flow);
        sign(flow.is(TAKEN_LATE), Sign.FINAL_ACK_TAKEN_LATE, flow);
        sign(flow.is(ANSWER_TOO_LATE), Sign.ANSWER_TOO_LATE, flow);
        sign(flow.is(LATER_AGAIN), Sign.SEGMENTS_REPEATED_AFTER_HANDSHAKE, flow);
        sign(flow.is(LARGE_OFTEN_AGAIN) && !flow.is(LARGE_TAKEN), Sign.LARGE_SEGMENTS_REPEATED, flow);
        largeRepeated += flow.is(LARGE_OFTEN_AGAIN) ? 1 : 0;
        boolean once = fate == HandshakeFate.SYN_UNANSWERED && flow.synsAgain() == 0;
        askedOnce += once ? 1 : 0;
        if ((fate == HandshakeFate.HALF_OPEN || once) && strangers.size() < REMEMBERED_ADDRESSES) {
            strangers.add(flow.clientAddress());
        }
        if (flow.is(SERVER_RESET) && flow.is(FINAL_ACK_SENT)) {
            sign(flow.is(RESET_HAS_ACK) ? Sign.RESET_WITH_ACK_FLAG : Sign.RESET_WITHOUT_ACK_FLAG, flow);
            sign(flow.is(RESET_FROM_ELSEWHERE), Sign.RESET_FROM_ANOTHER_HOST, flow);
            sign(flow.is(SERVER_SPOKE), Sign.RESET_AFTER_ANSWER, flow);
            sign(flow.is(RESET_OF_IDLE), Sign.RESET_OF_IDLE_CONNECTION, flow);
        }
        if (flow.is(FAST_OPEN)) {
            fastOpen(flow);
        }
        boolean left = flow.is(CLIENT_RESET | CLIENT_CLOSED);
        sign(left && !flow.is(SERVER_SPOKE | SERVER_RESET | SERVER_CLOSED), Sign.CLIENT_GAVE_UP, flow);
    }

    private void fastOpen(Flow flow) {
        if (flow.is(FAST_COOKIE_ASKED)) {
            fastOpen.add(FastOpen.COOKIE_ASKED);
        }
        if (flow.is(FAST_COOKIE_GIVEN)) {
            fastOpen.add(FastOpen.COOKIE_GIVEN);
        }
        if (flow.is(DATA_IN_SYN)) {
            fastOpen.add(
                    flow.is(DATA_IN_SYN_TAKEN)
                            ? FastOpen.DATA_TAKEN
                            : flow.is(SYN_ACKED) ? FastOpen.DATA_NOT_TAKEN : FastOpen.DATA_UNANSWERED);
        }
    }

    private static Optional<Sign> signOf(HandshakeFate fate, Flow flow) {
        return switch (fate) {
            case ANSWERED ->
                flow.is(FIRST_BYTE_SLOW)
                        ? Optional.of(Sign.SLOW_FIRST_BYTE)
                        : flow.is(FIRST_BYTE_DELAYED) ? Optional.empty() : Optional.of(Sign.ANSWERED_AT_ONCE);
            case SYN_UNANSWERED -> Optional.of(Sign.SYN_NEVER_ANSWERED);
            case REFUSED -> Optional.of(Sign.SYN_REFUSED_BY_RESET);
            case REJECTED -> Optional.of(Sign.SYN_ANSWERED_BY_ICMP);
            case HALF_OPEN -> Optional.of(Sign.SYN_ACK_NEVER_ACKNOWLEDGED);
            case FINAL_ACK_IGNORED -> Optional.of(Sign.FINAL_ACK_IGNORED);
            case DATA_IGNORED -> flow.dataAgain() > 0 ? Optional.of(Sign.DATA_REPEATED_UNANSWERED) : Optional.empty();
            case RESET_AFTER_FINAL_ACK -> Optional.of(Sign.RESET_RIGHT_AFTER_HANDSHAKE);
            case RESET_LATER -> Optional.of(Sign.RESET_AFTER_DATA_ACKNOWLEDGED);
            case CLOSED -> Optional.of(Sign.SERVER_CLOSED_WITHOUT_ANSWER);
            case NO_ANSWER -> Optional.of(Sign.DATA_ACKNOWLEDGED_NOT_ANSWERED);
            case SILENT -> Optional.of(Sign.SILENT_AFTER_HANDSHAKE);
            case ONE_SIDED -> Optional.of(Sign.ONE_DIRECTION_ONLY);
            case ANSWERED_LATE, ABORTED, RESET_IN_HANDSHAKE, UNDECIDED -> Optional.empty();
        };
    }

    private void sign(boolean seen, Sign sign, Flow flow) {
        if (seen) {
            sign(sign, flow);
        }
    }

    private void sign(Sign sign, Flow flow) {
        signs.add(sign, flow.firstPacket());
    }

    /// Counts what another share of the connections has counted, too.
    void add(ListenerTally other) {
        fates.add(other.fates);
        resets.add(other.resets);
        fastOpen.add(other.fastOpen);
        signs.add(other.signs);
        for (int times = 0; times < synRetransmissions.length; times++) {
            synRetransmissions[times] += other.synRetransmissions[times];
        }
        for (int times = 1; times <= other.synTimes.size(); times++) {
            synTimes(times).add(other.synTimes.get(times - 1));
        }
        firstBytes.add(other.firstBytes);
        for (Long address : other.strangers) {
            if (strangers.size() < REMEMBERED_ADDRESSES) {
                strangers.add(address);
            }
        }
        askedOnce += other.askedOnce;
        largeRepeated += other.largeRepeated;
        connections += other.connections;
    }

    ListenerHandshakes told(ListenerTimeline timeline) {
        Optional<LostSyns> clock = clock();
        Map<Sign, ListenerHandshakes.Seen> told = new EnumMap<>(Sign.class);
        tell(signs, clock, told);
        tell(timeline.signs(), clock, told);
        if (clock.isPresent() && clock.get().schedule() == LostSyns.Schedule.UNKNOWN) {
            told.remove(Sign.SYN_REPEATED_ON_SCHEDULE);
        }
        whole(told, timeline);
        SortedMap<Integer, Long> bySyns = new TreeMap<>();
        for (int times = 0; times < synRetransmissions.length; times++) {
            if (synRetransmissions[times] > 0) {
                bySyns.put(times, synRetransmissions[times]);
            }
        }
        return new ListenerHandshakes(
                timeline.endpoint(),
                fates.told(),
                bySyns,
                clock,
                resets.told(),
                fastOpen.told(),
                told,
                firstBytes.latency(),
                timeline.waiting());
    }

    private static void tell(Counts<Sign> of, Optional<LostSyns> clock, Map<Sign, ListenerHandshakes.Seen> told) {
        of.seen()
                .forEach((sign, seen) -> told.put(
                        sign, new ListenerHandshakes.Seen(seen.count(), seen.firstPacket(), detail(sign, clock))));
    }

    /// What only all connections together show.
    private void whole(Map<Sign, ListenerHandshakes.Seen> told, ListenerTimeline timeline) {
        long unanswered = fates.get(HandshakeFate.SYN_UNANSWERED);
        if (unanswered > 0 && unanswered == connections) {
            told.put(Sign.NO_SYN_ANSWERED, new ListenerHandshakes.Seen(unanswered, 1, ""));
        }
        long halfOpen = fates.get(HandshakeFate.HALF_OPEN);
        long vanished = halfOpen + askedOnce;
        if (halfOpen >= SOME_HALF_OPEN
                && vanished >= MANY_HALF_OPEN
                && strangers.size() >= MANY_ADDRESSES
                && vanished > connections / 2) {
            boolean more = strangers.size() == REMEMBERED_ADDRESSES;
            told.put(
                    Sign.MANY_STRANGERS_HALF_OPEN,
                    new ListenerHandshakes.Seen(
                            vanished, 1, "from " + (more ? "at least " : "") + strangers.size() + " addresses"));
        }
        long late = fates.get(HandshakeFate.NO_ANSWER);
        long stopped = timeline.longestSilence();
        if (stopped >= ListenerTimeline.FEW && late < stopped) {
            ListenerHandshakes.Seen silence =
                    new ListenerHandshakes.Seen(stopped, 1, "after a second or more without any answer");
            told.put(Sign.ANSWERS_STOPPED, silence);
            if (timeline.waitedForRoom()) {
                told.put(Sign.ANSWERS_FOLLOWED_CLOSES, silence);
            } else if (timeline.wentOnTogether()) {
                told.put(Sign.ANSWERS_CAME_TOGETHER, silence);
            }
        }
        ListenerHandshakes.Seen stuck = told.get(Sign.LARGE_SEGMENTS_REPEATED);
        if (stuck != null && stuck.count() < largeRepeated / 2) {
            told.remove(Sign.LARGE_SEGMENTS_REPEATED); // most got through: the path loses any of them
        }
        timeline.stack()
                .ifPresent(
                        sign -> told.put(sign, new ListenerHandshakes.Seen(timeline.answers(), 1, "by its SYN-ACK")));
    }

    private static String detail(Sign sign, Optional<LostSyns> clock) {
        return sign == Sign.SYN_REPEATED_ON_SCHEDULE
                ? clock.map(known -> "Linux's: " + known.schedule().text()).orElse("")
                : "";
    }

    private Optional<LostSyns> clock() {
        if (synTimes.isEmpty()) {
            return Optional.empty();
        }
        List<LostSyns.Peak> peaks = new ArrayList<>();
        for (TimeHistogram times : synTimes) {
            peaks.add(new LostSyns.Peak(
                    peaks.size() + 1, (int) Math.min(Integer.MAX_VALUE, times.count()), times.median()));
        }
        return Optional.of(LostSyns.ofSyns(peaks));
    }
}
