package dev.anteroom.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.ListenerEvidence;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DoctorTextTest {
    private static final Style PLAIN = new Style(false, true, true, false, 0);
    private static final ListenerEvidence FULL = Host.tcp(8100, 6, OptionalLong.of(5), OptionalLong.of(8));
    private static final ListenerEvidence HEALTHY = Host.tcp(8101, 0, OptionalLong.of(5), OptionalLong.of(0));
    private static final Evidence TROUBLE = Host.with(Duration.ofSeconds(1), FULL, HEALTHY);

    @Test
    void theFirstLineIsTheAnswer() {
        assertThat(text(TROUBLE, PLAIN))
                .startsWith("Connections are being lost or held up NOW: 127.0.0.1:8100 (nginx/812) (2 listeners in 1"
                        + " network namespace, watched for 1.0 s, Linux 6.18.44)\n");
    }

    @Test
    void aRowShowsDepthLimitCapacityBindingDropsAndVerdict() {
        assertThat(row(text(TROUBLE, PLAIN), "8100"))
                .isEqualTo("127.0.0.1:8100 nginx/812 6/5 ████████ 6 somaxconn ? 8 +4 FULL, DROPPING");
        assertThat(row(text(TROUBLE, PLAIN), "8101"))
                .isEqualTo("127.0.0.1:8101 nginx/812 0/5 ░░░░░░░░ 6 somaxconn ? 0 +0 ok");
    }

    @Test
    void theSameAdviceIsGivenOnce() {
        assertThat(text(TROUBLE, PLAIN)).containsOnlyOnce("then restart the program: it counts at listen(2) only");
    }

    @Test
    void aSingleLookHasNoColumnForAWindow() {
        String text = text(Host.with(Duration.ZERO, HEALTHY), PLAIN);

        assertThat(text).contains("one look").doesNotContain("+0.0 s");
    }

    @Test
    void whatCannotBeSeenIsAQuestionMarkAndNeverAZero() {
        ListenerEvidence outside = Host.tcp(8102, 3, OptionalLong.empty(), OptionalLong.empty());

        assertThat(row(text(Host.with(Duration.ofSeconds(1), outside), PLAIN), "8102"))
                .startsWith("127.0.0.1:8102 ? of www-data 3/? ? ? ?");
        assertThat(text(TROUBLE, PLAIN)).contains("the moon: it is too far; build a rocket");
    }

    @Test
    void withoutATerminalThereIsNoColourAndWithoutUtf8NoBlock() {
        assertThat(text(TROUBLE, PLAIN)).doesNotContain("\u001b");
        assertThat(text(TROUBLE, new Style(true, true, true, false, 0))).contains("\u001b[1;31mFULL, DROPPING");
        assertThat(text(TROUBLE, new Style(false, false, true, false, 0)))
                .contains("########")
                .matches("\\p{ASCII}*");
    }

    @Test
    void sentencesBreakWhereTheTerminalEnds() {
        String narrow = text(TROUBLE, new Style(false, true, true, false, 80));

        assertThat(narrow.lines().filter(line -> line.startsWith("    "))).allMatch(line -> line.length() <= 80);
        assertThat(words(narrow)).isEqualTo(words(text(TROUBLE, PLAIN)));
    }

    @Test
    void ofManyListenersOnlyThoseWithSomethingInThemAreShown() {
        ListenerEvidence[] many = IntStream.rangeClosed(1, 50)
                .mapToObj(port -> Host.tcp(port, port == 7 ? 2 : 0, OptionalLong.of(5), OptionalLong.of(0)))
                .toArray(ListenerEvidence[]::new);
        Evidence evidence = Host.with(Duration.ofSeconds(1), many);

        assertThat(text(evidence, PLAIN))
                .contains("127.0.0.1:7 ", "and 49 more")
                .doesNotContain("127.0.0.1:8 ");
        assertThat(DoctorText.of(evidence, Diagnosis.of(evidence), PLAIN, true, _ -> "www-data"))
                .contains("127.0.0.1:8 ")
                .doesNotContain("more with empty queues");
    }

    @Test
    void unixDomainListenersAreLeftOutUnlessThereIsSomethingInThem() {
        assertThat(text(Host.with(Duration.ofSeconds(1), HEALTHY, Host.unix("/run/idle.sock")), PLAIN))
                .doesNotContain("/run/idle.sock")
                .contains("and 1 more");
    }

    @Test
    void aNameCannotForgeALineOrMoveTheCursor() {
        ListenerEvidence forged = Host.unix("@\u001b[2J\nHealthy: all is well");

        String text = DoctorText.of(Host.with(Duration.ofSeconds(1), forged), List.of(), PLAIN, true, _ -> "www-data");
        assertThat(text).contains("@?[2J?Healthy: all is well").doesNotContain("\u001b", "\nHealthy: all");
    }

    @Test
    void oneLookDoesNotCallAHostHealthy() {
        assertThat(text(Host.with(Duration.ZERO, HEALTHY), PLAIN)).startsWith("No listener is full at this moment");
    }

    @Test
    void noHeaderLeavesTheTitlesOut() {
        assertThat(text(TROUBLE, new Style(false, true, false, false, 0))).doesNotContain("LISTENER", "MEANING");
    }

    private static String text(Evidence evidence, Style style) {
        return DoctorText.of(evidence, Diagnosis.of(evidence), style, false, _ -> "www-data");
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static String row(String text, String port) {
        return words(text.lines()
                        .filter(line -> line.startsWith("127.0.0.1:" + port + " "))
                        .findFirst()
                        .orElseThrow())
                .strip();
    }
}
