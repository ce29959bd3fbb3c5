package dev.anteroom.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Clue;
import dev.anteroom.queue.Sign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ExplainerTest {
    private static final int PORT = 8100;

    @Test
    void noClueAndNoTroubleMeanNoFinding() {
        assertThat(Explainer.explain(List.of())).isEmpty();
        assertThat(Explainer.explain(at(PORT, Sign.LISTENS, Sign.ACCEPT_QUEUE_EMPTY_NOW, Sign.ANSWERED_AT_ONCE)))
                .isEmpty();
    }

    @Test
    void unansweredSynsAloneAreNotExplained() {
        List<Explanation> answer = Explainer.explain(at(PORT, Sign.SYN_NEVER_ANSWERED, Sign.NO_SYN_ANSWERED));

        assertThat(answer.getFirst().cause()).isEqualTo(Explainer.CANNOT_BE_TOLD);
        assertThat(causes(answer)).contains("accept-queue-full", "firewall-drop", "path-loss", "conntrack-full");
        assertThat(answer).allMatch(one -> one.confidence() == Certainty.POSSIBLE);
    }

    @Test
    void theServersTablesTellAFullQueueFromAFirewall() {
        List<Clue> silence = at(PORT, Sign.SYN_NEVER_ANSWERED, Sign.NO_SYN_ANSWERED);
        List<Clue> full =
                and(silence, at(PORT, Sign.LISTENS, Sign.ACCEPT_QUEUE_FULL_NOW), host(Sign.LISTEN_OVERFLOWS_MOVED));
        List<Clue> healthy = and(
                silence,
                at(PORT, Sign.LISTENS, Sign.ACCEPT_QUEUE_EMPTY_NOW, Sign.FIREWALL_DROP_COUNTED),
                host(Sign.LISTEN_OVERFLOWS_UNMOVED, Sign.LISTEN_DROPS_UNMOVED));

        assertThat(first(full)).isEqualTo("accept-queue-full PROVED");
        assertThat(causes(Explainer.explain(full))).doesNotContain("firewall-drop", "conntrack-full", "path-loss");
        assertThat(first(healthy)).isEqualTo("firewall-drop PROVED");
        assertThat(causes(Explainer.explain(healthy))).doesNotContain("accept-queue-full");
    }

    @Test
    void aFullQueueOfAnotherPortExplainsNothingHere() {
        List<Clue> clues = and(
                at(PORT, Sign.SYN_NEVER_ANSWERED, Sign.NO_SYN_ANSWERED),
                at(9000, Sign.LISTENS, Sign.ACCEPT_QUEUE_FULL_NOW),
                host(Sign.LISTEN_OVERFLOWS_MOVED));

        assertThat(Explainer.explain(clues))
                .filteredOn(one -> one.port().orElse(0) == PORT)
                .allMatch(one -> one.confidence() != Certainty.PROVED);
    }

    @Test
    void countersSinceBootProveNothing() {
        List<Clue> clues = and(
                at(PORT, Sign.SYN_NEVER_ANSWERED), host(Sign.LISTEN_OVERFLOWS_SINCE_BOOT, Sign.SYN_COOKIES_SINCE_BOOT));

        assertThat(first(clues)).isEqualTo("accept-queue-full LIKELY");
        assertThat(Explainer.explain(clues)).noneMatch(one -> one.confidence() == Certainty.PROVED);
    }

    @Test
    void aResetInConnectNamesMacosAndTheLinuxSettingAndCannotTellThemApart() {
        List<Explanation> answer = Explainer.explain(host(Sign.CONNECT_RESET));

        assertThat(answer.getFirst().cause()).isEqualTo(Explainer.CANNOT_BE_TOLD);
        assertThat(causes(answer)).contains("reset-by-another-stack", "reset-by-abort-on-overflow");
        assertThat(causes(answer)).doesNotContain("no-listener", "firewall-reject", "listener-closed");
        assertThat(answer.stream()
                        .filter(one -> one.cause().equals("reset-by-abort-on-overflow"))
                        .findFirst())
                .get()
                .satisfies(one -> assertThat(one.refutedBy().getFirst())
                        .contains("tcp_abort_on_overflow is 0", "one second more and no exception"));
    }

    @Test
    void theSameResetOfAMacosServerIsItsFullListenQueue() {
        List<Clue> clues =
                at(PORT, Sign.RESET_RIGHT_AFTER_HANDSHAKE, Sign.RESET_WITHOUT_ACK_FLAG, Sign.SERVER_IS_MACOS);

        assertThat(first(clues)).isEqualTo("reset-by-another-stack LIKELY");
        assertThat(causes(Explainer.explain(clues))).doesNotContain("reset-by-abort-on-overflow");
    }

    @Test
    void theFlagsOfAResetTellAProgramFromAFullQueue() {
        List<Clue> kernel =
                at(PORT, Sign.RESET_RIGHT_AFTER_HANDSHAKE, Sign.RESET_WITHOUT_ACK_FLAG, Sign.SERVER_IS_LINUX);
        List<Clue> program = at(PORT, Sign.RESET_RIGHT_AFTER_HANDSHAKE, Sign.RESET_WITH_ACK_FLAG, Sign.SERVER_IS_LINUX);

        assertThat(first(kernel)).isEqualTo("reset-by-abort-on-overflow LIKELY");
        assertThat(causes(Explainer.explain(program)))
                .contains("closed-with-reset")
                .doesNotContain("reset-by-abort-on-overflow", "reset-by-another-stack");
    }

    @Test
    void refusedAndNotListeningIsProvedOnlyByATableOfListeners() {
        List<Clue> refused = at(PORT, Sign.SYN_REFUSED_BY_RESET);
        List<Clue> table = and(refused, host(Sign.TABLE_OF_LISTENERS), at(22, Sign.LISTENS));
        List<Clue> listening = and(refused, host(Sign.TABLE_OF_LISTENERS), at(PORT, Sign.LISTENS));

        assertThat(first(refused)).isEqualTo("no-listener LIKELY");
        assertThat(first(table)).isEqualTo("no-listener PROVED");
        assertThat(causes(Explainer.explain(listening))).doesNotContain("no-listener");
    }

    @Test
    void aClientsOwnTableDoesNotTellThatNobodyListensAtTheServer() {
        List<Clue> clues = and(
                at(PORT, Sign.SYN_REFUSED_BY_RESET, Sign.TABLE_OF_A_CLIENT),
                host(Sign.TABLE_OF_LISTENERS),
                at(22, Sign.LISTENS));

        assertThat(first(clues)).isEqualTo("no-listener LIKELY");
    }

    @Test
    void anAnswerAfterTheClientLeftIsItsOwnTimeOutUnlessTheServerStoodStill() {
        List<Clue> late = at(PORT, Sign.ANSWER_TOO_LATE, Sign.SLOW_FIRST_BYTE);
        List<Clue> accepted = and(
                late,
                at(PORT, Sign.LISTENS, Sign.ACCEPT_QUEUE_EMPTY_NOW, Sign.REQUESTS_READ),
                host(Sign.READ_TIMED_OUT, Sign.LISTEN_OVERFLOWS_UNMOVED));
        List<Clue> paused =
                and(late, at(PORT, Sign.ANSWERS_STOPPED, Sign.ANSWERS_CAME_TOGETHER, Sign.ANSWERED_AT_ONCE));
        List<Clue> full = and(late, at(PORT, Sign.ACCEPT_QUEUE_FULL_NOW), host(Sign.LISTEN_OVERFLOWS_MOVED));

        assertThat(first(late)).isEqualTo("client-time-out LIKELY");
        assertThat(first(accepted)).isEqualTo("client-time-out PROVED");
        assertThat(first(paused)).isEqualTo("server-paused LIKELY");
        assertThat(first(full)).isEqualTo("accept-queue-full PROVED");
    }

    @Test
    void aPauseIsToldFromAPathThatLosesPacketsByWhatIsRepeated() {
        List<Clue> pause = at(PORT, Sign.ANSWERS_STOPPED, Sign.ANSWERS_CAME_TOGETHER, Sign.ANSWERED_AT_ONCE);
        List<Clue> loss = and(pause, at(PORT, Sign.SEGMENTS_REPEATED_AFTER_HANDSHAKE, Sign.SYN_ANSWERED_LATE));
        List<Clue> stragglers = and(
                at(
                        PORT,
                        Sign.ANSWERS_STOPPED,
                        Sign.ANSWERED_AT_ONCE,
                        Sign.FINAL_ACK_TAKEN_LATE,
                        Sign.SYN_ANSWERED_LATE),
                host(Sign.LISTEN_DROPS_UNMOVED));

        assertThat(first(pause)).isEqualTo("server-paused LIKELY");
        assertThat(first(and(pause, host(Sign.LONG_PAUSE)))).isEqualTo("server-paused PROVED");
        assertThat(first(loss)).isEqualTo("path-loss LIKELY");
        assertThat(first(stragglers)).isEqualTo("path-loss LIKELY");
    }

    @Test
    void aConnectThatTimedOutIsNoFirewallsWhereThePathLosesOtherSegmentsAsWell() {
        List<Clue> timedOut =
                and(at(PORT, Sign.ANSWERED_AT_ONCE), host(Sign.CONNECT_TIMED_OUT, Sign.LISTEN_DROPS_UNMOVED));
        List<Clue> loss = and(
                timedOut,
                at(PORT, Sign.SEGMENTS_REPEATED_AFTER_HANDSHAKE, Sign.ANSWERS_STOPPED, Sign.ANSWERS_CAME_TOGETHER));

        assertThat(first(timedOut)).isEqualTo("firewall-drop LIKELY");
        assertThat(first(loss)).isEqualTo("path-loss LIKELY");
    }

    @Test
    void noDescriptorIsTheClientsOrTheServersByTheCallThatFailed() {
        assertThat(first(host(Sign.NO_DESCRIPTOR))).isEqualTo("client-out-of-descriptors PROVED");
        assertThat(first(host(Sign.SERVER_HAS_NO_DESCRIPTOR))).isEqualTo("server-out-of-descriptors PROVED");
        assertThat(first(host(Sign.NO_DESCRIPTOR_IN_UNKNOWN_PHASE))).isEqualTo("cannot-be-told POSSIBLE");
        assertThat(first(and(
                        host(Sign.NO_DESCRIPTOR_IN_UNKNOWN_PHASE),
                        at(PORT, Sign.LISTENS, Sign.ACCEPT_QUEUE_WAITING, Sign.REQUEST_UNREAD))))
                .isEqualTo("server-out-of-descriptors LIKELY");
    }

    @Test
    void ofTheFacesOfAFullQueueTheOneThatMoreConnectionsMetIsFirst() {
        List<Clue> full = and(at(PORT, Sign.ACCEPT_QUEUE_FULL_NOW), host(Sign.LISTEN_OVERFLOWS_MOVED));

        assertThat(first(and(full, faces(40, 5)))).isEqualTo("accept-queue-full PROVED");
        assertThat(first(and(full, faces(2, 9)))).isEqualTo("final-ack-dropped PROVED");
    }

    private static List<Clue> faces(int syns, int acks) {
        return List.of(
                new Clue(Sign.SYN_REPEATED_ON_SCHEDULE, "file", "line 1", syns, "", PORT),
                new Clue(Sign.FINAL_ACK_IGNORED, "file", "line 1", acks, "", PORT));
    }

    @Test
    void aFloodIsTheRootOfTheFullSynQueueThatItLeaves() {
        List<Clue> clues = and(
                at(
                        PORT,
                        Sign.MANY_STRANGERS_HALF_OPEN,
                        Sign.SYN_ACK_REPEATED,
                        Sign.SYN_NEVER_ANSWERED,
                        Sign.SYN_QUEUE_OCCUPIED),
                host(Sign.SYN_QUEUE_DROPS_MOVED));

        assertThat(first(clues)).isEqualTo("syn-flood PROVED");
        assertThat(causes(Explainer.explain(clues))).contains("syn-queue-full");
    }

    @Test
    void whatTheKernelLoggedOfItsTableOnceProvesNothingOfNow() {
        List<Clue> silence =
                and(at(PORT, Sign.SYN_NEVER_ANSWERED), host(Sign.LISTEN_DROPS_UNMOVED, Sign.FIREWALL_COUNTED_NOTHING));

        assertThat(first(and(silence, host(Sign.CONNTRACK_FULL)))).isEqualTo("conntrack-full LIKELY");
        assertThat(first(and(silence, host(Sign.CONNTRACK_FULL_NOW)))).isEqualTo("conntrack-full PROVED");
    }

    @Test
    void anAckToASynIsAnOlderConnectionAndNoLoss() {
        List<Clue> clues = and(
                at(PORT, Sign.SYN_ANSWERED_BY_ACK, Sign.SYN_ANSWERED_LATE, Sign.SYN_REPEATED_ON_SCHEDULE),
                host(Sign.LISTEN_DROPS_UNMOVED));

        assertThat(first(clues)).isEqualTo("time-wait-reuse-refused LIKELY");
        assertThat(first(and(clues, at(PORT, Sign.SERVER_HOLDS_TIME_WAIT))))
                .isEqualTo("time-wait-reuse-refused PROVED");
    }

    @Test
    void aWindowThatACookieLeftUnscaledIsTheCauseAndTheCookieOnlyItsReason() {
        List<Clue> clues = and(
                at(PORT, Sign.WINDOW_NOT_SCALED, Sign.SYN_COOKIE_OPTIONS),
                host(Sign.SYN_COOKIES_SENT, Sign.SYN_COOKIES_RETURNED, Sign.LISTEN_OVERFLOWS_UNMOVED));

        assertThat(first(clues)).isEqualTo("lost-options-of-a-cookie PROVED");
    }

    @Property(tries = 2000)
    void everyAnswerSaysWhatItRestsOnAndWhatWouldSettleIt(@ForAll @Size(max = 8) List<Sign> signs) {
        List<Explanation> answer = Explainer.explain(at(PORT, signs.toArray(Sign[]::new)));

        assertThat(answer).allSatisfy(one -> {
            assertThat(one.evidence()).isNotEmpty();
            assertThat(one.summary()).isNotBlank().doesNotContain("PORT");
            assertThat(one.next()).isNotBlank().doesNotContain("PORT");
        });
        assertThat(answer).isSortedAccordingTo((a, b) -> a.confidence().compareTo(b.confidence()));
        assertThat(causes(answer)).doesNotHaveDuplicates();
    }

    @Test
    void noOneSignProvesAnythingButAnErrorThatNamesItself() {
        List<String> provedByOne = Arrays.stream(Sign.values())
                .flatMap(sign -> Explainer.explain(at(PORT, sign)).stream())
                .filter(one -> one.confidence() == Certainty.PROVED)
                .map(Explanation::cause)
                .toList();

        assertThat(provedByOne)
                .containsExactlyInAnyOrder(
                        "client-out-of-descriptors",
                        "client-pool-exhausted",
                        "server-out-of-descriptors",
                        "unix-queue-full");
    }

    @Test
    void everyTroubleBelongsToASuspect() {
        List<Sign> known = Suspects.ALL.stream()
                .flatMap(suspect -> suspect.signs().stream())
                .distinct()
                .toList();

        assertThat(Arrays.stream(Sign.values()).filter(sign -> !SignGroups.CIRCUMSTANCES.contains(sign)))
                .allMatch(known::contains);
    }

    private static List<Clue> at(int port, Sign... signs) {
        return Arrays.stream(signs)
                .map(sign -> new Clue(sign, "file", "line 1", 1, sign.sentence(), port))
                .toList();
    }

    private static List<Clue> host(Sign... signs) {
        return Arrays.stream(signs)
                .map(sign -> new Clue(sign, "file", "line 1", 1, sign.sentence()))
                .toList();
    }

    @SafeVarargs
    private static List<Clue> and(List<Clue>... parts) {
        List<Clue> all = new ArrayList<>();
        for (List<Clue> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private static String first(List<Clue> clues) {
        Explanation first = Explainer.explain(clues).getFirst();
        return first.cause() + " " + first.confidence();
    }

    private static List<String> causes(List<Explanation> answer) {
        return answer.stream().map(Explanation::cause).toList();
    }
}
