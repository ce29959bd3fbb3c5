package dev.anteroom.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingLoad;
import dev.anteroom.simulator.SizingPresent;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SizeTextTest {
    private static final Style PLAIN = new Style(false, true, true, false, 0);
    private static final SizingRequest THOUSAND =
            SizingRequest.of(SizingLoad.ofBurst(1000, Duration.ZERO), SizingServer.accepting(100));
    private static final Sizing TOO_SMALL = Sizing.of(THOUSAND.withPresent(SizingPresent.listening(128, 4096)));
    private static final Sizing TOO_LATE = Sizing.of(THOUSAND.withPatience(Duration.ofSeconds(5)));

    @Test
    void theFirstLineIsTheAnswer() {
        assertThat(SizeText.of(TOO_SMALL, Optional.empty(), PLAIN))
                .startsWith(
                        "A limit of 999 holds a burst of 1000 at once at 100 accepts/s; the 128 of today, set by the"
                                + " backlog, is too small\n");
        assertThat(SizeText.of(TOO_LATE, Optional.empty(), PLAIN))
                .startsWith("No queue can help: a burst of 1000 at once at 100 accepts/s takes a limit of 999, and only"
                        + " the first 500 in it are served within 5.00 s\n");
    }

    @Test
    void aRowShowsWhatALimitWouldDo() {
        assertThat(row(SizeText.of(TOO_SMALL, Optional.empty(), PLAIN), "128"))
                .isEqualTo("128 129 1 871 1.29 s too small <- today");
        assertThat(row(SizeText.of(TOO_SMALL, Optional.empty(), PLAIN), "999"))
                .isEqualTo("999 1000 0 0 10.0 s holds <- smallest that holds");
        assertThat(row(SizeText.of(TOO_LATE, Optional.empty(), PLAIN), "1024"))
                .isEqualTo("1024 1025 0 0 10.3 s too large: its last give up first");
    }

    @Test
    void todaysWavesAreShownAsPredictedWithTheirTolerance() {
        assertThat(SizeText.of(TOO_SMALL, Optional.empty(), PLAIN))
                .contains("wave by wave  (predicted; ", "times within 20 %");
        assertThat(row(SizeText.of(TOO_SMALL, Optional.empty(), PLAIN), "200")).isEqualTo("200 ms data 871 20");
        assertThat(SizeText.of(TOO_LATE, Optional.empty(), PLAIN)).doesNotContain("wave");
    }

    @Test
    void everyNumberSaysHowItWasFound() {
        assertThat(SizeText.of(TOO_LATE, Optional.empty(), PLAIN)).contains("found by counting, exact: ");
    }

    @Test
    void colourOnlyOnATerminal() {
        assertThat(SizeText.of(TOO_LATE, Optional.empty(), PLAIN)).doesNotContain("\u001b");
        assertThat(SizeText.of(TOO_LATE, Optional.empty(), new Style(true, true, true, false, 0)))
                .startsWith("\u001b[1;31mNo queue");
    }

    @Test
    void theDocumentHasTheShapeOfItsSchema() {
        JsonNode json = json(TOO_SMALL);

        assertThat(json.path("schema").asString()).isEqualTo("anteroom/size/1");
        assertThat(json.path("verdict").asString()).isEqualTo("raise-limit");
        assertThat(json.path("bindingKnob").asString()).isEqualTo("backlog");
        assertThat(json.path("smallestLimit").asLong()).isEqualTo(999);
        assertThat(json.path("recommendedLimit").asLong()).isEqualTo(1024);
        assertThat(json.path("largestUsefulLimit").isNull()).isTrue();
        assertThat(json.path("acceptRateNeeded").isNull()).isTrue();
        assertThat(json.path("request").path("present").path("boundBy").asString())
                .isEqualTo("backlog");
        assertThat(json.path("request").path("patienceSeconds").isNull()).isTrue();
        assertThat(json.path("request").path("peaks").isNull()).isTrue();
        assertThat(json.path("candidates").path(0).propertyNames())
                .containsExactly("limit", "capacity", "loss", "lost", "longestWaitSeconds", "fit");
        assertThat(json.path("atTodaysLimit").path("phantoms").asLong()).isEqualTo(871);
        assertThat(json.path("atTodaysLimit").path("waves").path(1).toString())
                .isEqualTo("{\"atSeconds\":0.2,\"by\":\"data\",\"trying\":871,\"admitted\":20,\"phantoms\":0}");
        assertThat(json.path("steps")).hasSize(2);
    }

    @Test
    void whatWasNotGivenIsNull() {
        JsonNode json = json(TOO_LATE);

        assertThat(json.path("atTodaysLimit").isNull()).isTrue();
        assertThat(json.path("request").path("present").isNull()).isTrue();
        assertThat(json.path("recommendedLimit").isNull()).isTrue();
        assertThat(json.path("acceptRateNeeded").asDouble()).isBetween(199.0, 201.0);
        assertThat(json.path("verdict").asString()).isEqualTo("no-queue-can-help");
        assertThat(json.path("because").asString()).isEqualTo("nobody-waits-that-long");
        assertThat(json.path("method").asString()).isEqualTo("exact");
        assertThat(json.path("source").isNull()).isTrue();
    }

    @Test
    void noLineEndsWithABlank() {
        assertThat(SizeText.of(TOO_SMALL, Optional.empty(), PLAIN).lines()).noneMatch(line -> line.endsWith(" "));
        assertThat(SizeText.of(TOO_SMALL, Optional.empty(), new Style(true, true, true, false, 0))
                        .replaceAll("\u001b\\[[0-9;]*m", "")
                        .lines())
                .noneMatch(line -> line.endsWith(" "));
    }

    @Test
    void whatIsExactByCountingSaysNothingOfChance() {
        assertThat(SizeText.of(TOO_SMALL, Optional.empty(), PLAIN)).doesNotContain("exponential");
        assertThat(SizeText.of(
                        Sizing.of(SizingRequest.of(SizingLoad.ofRate(80), SizingServer.accepting(100))),
                        Optional.empty(),
                        PLAIN))
                .contains("the time from one accept to the next is taken as random, exponentially distributed");
    }

    @Test
    void valuesOfAFileAreNamedWithTheFile() {
        SizingSource source = new SizingSource(
                "run.json",
                "lab phantoms, measured on linux-6.18.44",
                Map.of("burst", "1000"),
                List.of("--pause (none)"));

        assertThat(SizeText.of(TOO_SMALL, Optional.of(source), PLAIN))
                .contains(
                        "  from run.json (lab phantoms, measured on linux-6.18.44): burst 1000\n",
                        "  neither in it nor given: --pause (none)\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SizeJson.write(TOO_SMALL, Optional.of(source), out);
        assertThat(JsonMapper.shared()
                        .readTree(out.toString(StandardCharsets.UTF_8))
                        .path("source")
                        .toString())
                .isEqualTo("{\"file\":\"run.json\",\"document\":\"lab phantoms, measured on linux-6.18.44\","
                        + "\"taken\":{\"burst\":\"1000\"},\"missing\":[\"--pause (none)\"]}");
    }

    private static String row(String text, String limit) {
        return text.lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> line.startsWith(limit + " "))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode json(Sizing sizing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SizeJson.write(sizing, Optional.empty(), out);
        return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    }
}
