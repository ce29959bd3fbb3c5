package dev.anteroom.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeEvent;
import dev.anteroom.queue.HandshakeEvent.Sender;
import dev.anteroom.queue.HandshakeFate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LadderTextTest {
    private static final Style PLAIN = new Style(false, false, true, false, 0);
    private static final Style UTF8 = new Style(false, true, true, false, 0);
    private static final int RAILS = 2;

    private static final Handshake IGNORED = new Handshake(
            new Endpoint(Family.INET, "198.18.0.1", 40_000),
            new Endpoint(Family.INET, "198.18.0.2", 8080),
            Instant.EPOCH,
            HandshakeFate.FINAL_ACK_IGNORED,
            1,
            1,
            0,
            false,
            false,
            List.of(
                    event(0, Sender.CLIENT, "SYN", 0, 0, 0, false, true, "lost on the link: never seen"),
                    event(1_020, Sender.CLIENT, "SYN", 0, 0, 0, true, false, ""),
                    event(1_070, Sender.SERVER, "SYN ACK", 0, 1, 0, false, false, ""),
                    event(1_070, Sender.CLIENT, "ACK", 1, 1, 0, false, false, "accept queue full: dropped"),
                    event(1_071, Sender.CLIENT, "PSH ACK", 1, 1, 2_147, false, false, "dropped, too"),
                    event(2_090, Sender.SERVER, "SYN ACK", 0, 1, 0, true, false, "its timer sends it again")),
            7);

    @Test
    void eachSegmentIsARungWithItsTimeAndWhatTheKernelDid() {
        List<String> lines = LadderText.of(IGNORED, UTF8).lines().toList();
        assertThat(lines.getFirst()).isEqualTo("final-ack-ignored  198.18.0.1:40000 → 198.18.0.2:8080");
        assertThat(lines.get(1)).contains("its accept queue was full");
        assertThat(lines).anyMatch(line -> line.matches(" +0 s  │─+ SYN ─+x +│  lost on the link: never seen"));
        assertThat(lines).anyMatch(line -> line.matches(" +1.02 s  │─+ SYN again ─+▶│"));
        assertThat(lines).anyMatch(line -> line.matches(" +1.07 s  │◀─+ SYN ACK ─+│"));
        assertThat(lines)
                .anyMatch(line -> line.matches(" +1.07 s  │─+ ACK seq=1 ack=1 ─+▶│  accept queue full: dropped"));
        assertThat(lines).anyMatch(line -> line.matches(" +1.07 s  │─+ PSH ACK seq=1 len=2147 ─+▶│  dropped, too"));
        assertThat(lines).anyMatch(line -> line.matches(" +2.09 s  │◀─+ SYN ACK again ─+│  its timer sends it again"));
        assertThat(lines.getLast()).matches(" +│ +7 more segments +│");
    }

    @Test
    void aLongSilenceIsShown() {
        List<String> lines = LadderText.of(IGNORED, UTF8).lines().toList();
        assertThat(lines).filteredOn(line -> line.contains("…")).hasSize(2);
        assertThat(lines).anyMatch(line -> line.matches(" +│ +… 1.02 s … +│"));
    }

    @Test
    void theRailsAreStraight() {
        assertThat(LadderText.of(IGNORED, UTF8).lines().filter(line -> line.contains("│")))
                .allSatisfy(line -> {
                    assertThat(line.chars().filter(character -> character == '│'))
                            .hasSize(RAILS);
                    assertThat(line.indexOf('│')).isEqualTo(11);
                    assertThat(line.lastIndexOf('│')).isEqualTo(50);
                });
    }

    @Test
    void aTerminalWithoutUtf8GetsAscii() {
        String text = LadderText.of(IGNORED, PLAIN);
        assertThat(text).matches("(?s)\\p{ASCII}+").contains("-> 198.18.0.2:8080", "... 1.02 s ...");
        assertThat(text.lines()).anyMatch(line -> line.matches(" +1.02 s  \\|-+ SYN again -+>\\|"));
        assertThat(text.lines()).anyMatch(line -> line.matches(" +1.07 s  \\|<-+ SYN ACK -+\\|"));
    }

    @Test
    void whatTheKernelDidIsBrokenBesideTheLadder() {
        Style narrow = new Style(false, true, true, false, 82);
        assertThat(LadderText.of(IGNORED, narrow).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(82));
    }

    private static HandshakeEvent event(
            long millis,
            Sender sender,
            String flags,
            long sequence,
            long acknowledgement,
            int payload,
            boolean again,
            boolean lost,
            String kernel) {
        return new HandshakeEvent(
                Duration.ofMillis(millis), sender, flags, sequence, acknowledgement, payload, again, lost, kernel);
    }
}
