package dev.anteroom.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import org.junit.jupiter.api.Test;

class SurgeTextTest {
    private static final Style PLAIN = new Style(false, false, true, false, 0);

    private static String text(Surges surges) {
        return SurgeText.of(surges.result(), PLAIN);
    }

    @Test
    void aGoodSurgeSaysSoAndGivesNoAdvice() {
        assertThat(text(new Surges().served(100, 0, 0.002)))
                .startsWith("All 100 connections to 127.0.0.1:8100 were served, and no SYN was lost\n"
                        + "Burst width 20.0 ms from the first SYN to the last")
                .doesNotContain("What to do next", "Fingerprint", "JAVA CLIENT");
    }

    @Test
    void lostSynsAreNamedThoughAllAreServed() {
        assertThat(text(new Surges().served(6, 0, 0.001).served(3, 1, 1.03).served(1, 2, 2.05)))
                .startsWith("All 10 connections to 127.0.0.1:8100 were served, but 4 only after a lost SYN")
                .contains("3 at 1.03 s, 1 at 2.05 s", "Linux 6.5 and later", "1, 2, 3, 4, 5, 7, 11")
                .contains("anteroom doctor --port 8100");
    }

    @Test
    void theHeadlineCountsEveryFailureAndTheTableExplainsIt() {
        assertThat(text(new Surges()
                        .served(90, 0, 0.001)
                        .lost(6, Outcome.PHANTOM, Phase.FIRST_BYTE, "SocketTimeoutException", "Read timed out")
                        .lost(
                                4,
                                Outcome.CONNECT_TIMEOUT,
                                Phase.CONNECT,
                                "SocketTimeoutException",
                                "Connect timed out")))
                .startsWith("10 of 100 connections to 127.0.0.1:8100 were not served: 4 connect-timeout, 6 phantom\n")
                .contains(Outcome.PHANTOM.meaning(), Outcome.CONNECT_TIMEOUT.meaning())
                .containsPattern("6 +first-byte +SocketTimeoutException: Read timed out")
                .contains("a phantom waits in the accept queue");
    }

    @Test
    void aStoppedSurgeSaysSoFirst() {
        assertThat(text(new Surges().served(3, 0, 0.001).stopped()))
                .startsWith("Stopped early, with the outcome of 3 connections known. ");
        assertThat(text(new Surges().stopped())).contains("No connection has ended");
    }

    @Test
    void everyFailureLeadsSomewhere() {
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.SERVED) {
                assertThat(text(new Surges().lost(1, outcome, Phase.CONNECT, "X", "y")))
                        .as(outcome.id())
                        .contains("1 of 1 connection to 127.0.0.1:8100 was not served: 1 " + outcome.id())
                        .contains("What to do next\n  1. ");
            }
        }
    }

    @Test
    void aSectionHasTheTablesAlone() {
        SurgeResult result = new Surges()
                .served(6, 1, 1.03)
                .lost(1, Outcome.REFUSED, Phase.CONNECT, "ConnectException", "Connection refused")
                .result();

        assertThat(SurgeText.section(result, PLAIN))
                .startsWith("OUTCOME")
                .contains("SYN SENT AGAIN", "first byte", "Fingerprint")
                .doesNotContain("What to do next", "Burst width");
    }

    @Test
    void aCertificateCannotForgeALine() {
        assertThat(text(new Surges()
                        .lost(1, Outcome.CLOSED, Phase.TLS, "SSLHandshakeException", "no name\n\u001b[2Jmatching")))
                .contains("SSLHandshakeException: no name??[2Jmatching");
    }

    @Test
    void theProgressLineNeverBreaksAndIsGoneAtTheEnd() {
        ProgressLine line = new ProgressLine(100, false, 30);

        assertThat(line.at(60, 50)).startsWith("\r\u001b[K####....  50 of 100").hasSizeLessThan(30 + 4);
        assertThat(line.at(100, 100)).isEqualTo("\r\u001b[K");
    }
}
