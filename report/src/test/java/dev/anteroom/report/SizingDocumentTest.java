package dev.anteroom.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Library;
import dev.anteroom.lab.Prediction;
import dev.anteroom.lab.Scenario;
import dev.anteroom.lab.ScenarioException;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import dev.anteroom.simulator.Stack;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingDocumentTest {
    private static SizingDocument read(byte[] document, OptionalInt port, Optional<String> run)
            throws DocumentException {
        return SizingDocument.read(document, "f.json", port, run);
    }

    private static SizingDocument read(byte[] document) throws DocumentException {
        return read(document, OptionalInt.empty(), Optional.empty());
    }

    private static byte[] doctor(int... ports) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DoctorJson.write(
                Host.with(
                        Duration.ZERO,
                        Stream.concat(
                                        Stream.of(Host.unix("@bus")),
                                        Arrays.stream(ports)
                                                .mapToObj(port ->
                                                        Host.tcp(port, 6, OptionalLong.of(5), OptionalLong.of(8))))
                                .toArray(ListenerEvidence[]::new)),
                List.of(),
                out);
        return out.toByteArray();
    }

    private static byte[] surge(SurgeResult result) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SurgeJson.write(result, out);
        return out.toByteArray();
    }

    private static byte[] lab(String scenario, String... stacks) throws ScenarioException {
        List<LabRun> runs = new ArrayList<>();
        for (Scenario one : Library.scenarios(scenario, Map.of())) {
            for (String stack : stacks) {
                runs.add(new LabRun(
                        one,
                        stack,
                        Optional.empty(),
                        Prediction.of(one, Stack.named(stack), Optional.empty()),
                        Optional.empty()));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LabJson.write(runs, out);
        return out.toByteArray();
    }

    @Test
    void aDoctorDocumentTellsTheLimitOfTodayAndTheSettings() throws DocumentException {
        SizingDocument read = read(doctor(8100));

        assertThat(read)
                .isEqualTo(new SizingDocument(
                        "doctor, 127.0.0.1:8100",
                        OptionalLong.empty(),
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalLong.of(5),
                        OptionalLong.of(5),
                        Optional.of(true)));
    }

    @Test
    void ofSeveralListenersOneIsChosen() throws DocumentException {
        assertThat(read(doctor(80, 8100), OptionalInt.of(8100), Optional.empty())
                        .what())
                .isEqualTo("doctor, 127.0.0.1:8100");
        assertThat(read(doctor(80, 80), OptionalInt.of(80), Optional.empty()).what())
                .isEqualTo("doctor, 127.0.0.1:80, the smallest limit of its port");
        assertThatThrownBy(() -> read(doctor(80, 8100)))
                .hasMessage("f.json: 2 listeners, and one is sized at a time; choose by --port: 127.0.0.1:80,"
                        + " 127.0.0.1:8100");
        assertThatThrownBy(() -> read(doctor(80), OptionalInt.of(81), Optional.empty()))
                .hasMessageStartingWith("f.json: 0 listeners on port 81, ");
    }

    @Test
    void aSurgeTellsTheBurstAndHowFastAllOfItWasServed() throws DocumentException {
        SizingDocument read = read(surge(new Surges()
                .served(50, 0, 0.1)
                .served(50, 0, 0.2)
                .served(1, 0, 0.48)
                .result()));

        assertThat(read.burst()).hasValue(101);
        assertThat(read.burstWidth()).contains(Duration.ofMillis(20));
        // 100 answers after the first, within the burst width and what the last took longer than the first.
        assertThat(read.acceptRate().orElseThrow()).isCloseTo(100 / 0.4, within(1e-6));
        assertThat(read.limit()).isEmpty();
    }

    @Test
    void aSurgeThatLostSomebodyTellsNoAcceptRate() throws DocumentException {
        assertThat(read(surge(new Surges()
                                .served(50, 0, 0.1)
                                .lost(1, Outcome.PHANTOM, Phase.FIRST_BYTE, "SocketTimeoutException", "x")
                                .result()))
                        .acceptRate())
                .isEmpty();
        assertThat(read(surge(new Surges().served(50, 0, 0.1).served(9, 1, 1.1).result()))
                        .acceptRate())
                .isEmpty();
    }

    @Test
    void aLabRunTellsTheBurstTheLimitAndThePaceAtWhichItsQueueDrained() throws Exception {
        SizingDocument read = read(lab("phantoms", "linux-6.14"));

        assertThat(read.what()).isEqualTo("lab phantoms, simulated by linux-6.14");
        assertThat(read.burst()).hasValue(1000);
        assertThat(read.burstWidth()).contains(Duration.ofMillis(20));
        assertThat(read.limit()).hasValue(128);
        assertThat(read.acceptRate().orElseThrow()).isCloseTo(100, within(3.0));
    }

    @Test
    void ofSeveralRunsOneIsChosen() throws Exception {
        byte[] document = lab("surge-1000", "linux-6.14", "xnu");

        assertThat(read(document, OptionalInt.empty(), Optional.of("backlog-50/linux-6.14"))
                        .limit())
                .hasValue(50);
        assertThatThrownBy(() -> read(document, OptionalInt.empty(), Optional.of("backlog-50")))
                .hasMessage("f.json: 2 runs 'backlog-50', and one is sized at a time; choose by --run:"
                        + " backlog-50/linux-6.14, backlog-50/xnu, recommended/linux-6.14, recommended/xnu");
        assertThatThrownBy(() -> read(document, OptionalInt.empty(), Optional.of("backlog-50/xnu")))
                .hasMessage("f.json: runs[1].stack: expected a Linux, whose rules a sizing follows, found 'xnu'");
        assertThatThrownBy(() -> read(lab("reuseport", "linux-6.14")))
                .hasMessageStartingWith("f.json: predicted.listeners: expected one listener");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ | f.json, line 1, column 2: no JSON: Unexpected end-of-input",
                "[] | f.json: expected one JSON object",
                "{} | f.json: schema: expected a text, found nothing",
                "{}{} | f.json: expected one JSON document, found more after it",
                "~{\"schema\":\"anteroom/size/1\"}~ | f.json: schema: expected anteroom/doctor/1, anteroom/lab/1 or anteroom/surge/1, found 'anteroom/size/1'",
                "~{\"schema\":\"anteroom/surge/1\"}~ | f.json: target: expected a text, found nothing",
                "~{\"schema\":\"anteroom/surge/1\",\"target\":\"a\",\"connections\":-1}~ | f.json: connections: expected a whole number from 0 to 2147483647, found '-1'",
                "~{\"schema\":\"anteroom/surge/1\",\"target\":\"a\",\"connections\":1e18}~ | f.json: connections: expected a whole number",
                "~{\"schema\":\"anteroom/surge/1\",\"target\":\"a\",\"connections\":1e999999999}~ | f.json: connections: expected a whole number",
                "~{\"schema\":\"anteroom/surge/1\",\"target\":\"a\",\"connections\":[]}~ | f.json: connections: expected a whole number from 0 to 2147483647, found a list",
                "~{\"schema\":\"anteroom/surge/1\",\"target\":\"a\",\"burstWidthSeconds\":-0.5}~ | f.json: burstWidthSeconds: expected a time in seconds, 0 or more, found '-0.5'",
                "~{\"schema\":\"anteroom/surge/1\",\"target\":\"a\",\"burstWidthSeconds\":NaN}~ | f.json, line 1, column",
                "~{\"schema\":\"anteroom/doctor/1\",\"listeners\":[7]}~ | f.json: listeners: expected a list of objects, found a list",
                "~{\"schema\":\"anteroom/doctor/1\",\"listeners\":[{\"family\":\"inet\",\"port\":1}]}~ | f.json: listeners[0].address: expected a text, found nothing",
                "~{\"schema\":\"anteroom/lab/1\",\"stack\":\"linux-6.18\"}~ | f.json: predicted: expected an object, found nothing"
            })
    void aBadDocumentIsOneLineThatNamesTheField(String text, String message) {
        assertThatThrownBy(() -> read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DocumentException.class)
                .hasMessageStartingWith(message)
                .message()
                .hasLineCount(1);
    }
}
