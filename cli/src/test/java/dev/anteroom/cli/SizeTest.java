package dev.anteroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SizeTest {

    private record Run(ExitCode code, String out, String err) {
        static Run of(String words) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            ExitCode code = new Anteroom(
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8))
                    .run(words.split(" "));
            return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--burst 1000 --accept-rate 100/s | OK | raise-limit",
                "--burst 1000 --accept-rate 6000/min --backlog 1024 | OK | limit-is-enough",
                "--burst 1000 --accept-rate 0.1/ms --backlog 128 | FINDINGS | raise-limit",
                "--burst 1000 --accept-rate 100 --patience 5s | FINDINGS | no-queue-can-help",
                "--rate 1200 --workers 10 --service-time 10ms | FINDINGS | no-queue-can-help"
            })
    void theExitCodeSaysWhetherSomethingHasToChange(String options, ExitCode code, String verdict) {
        Run run = Run.of("size --json " + options);

        assertThat(run.code()).isEqualTo(code);
        assertThat(run.json().path("verdict").asString()).isEqualTo(verdict);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void everyOptionArrives() {
        JsonNode request = Run.of(
                        "size --json --burst 100 --burst-width 1500us --burst-varies --rate 750/min --workers 4"
                                + " --service-time 20ms --variation 0.5 --pause 1s --patience 30 --target 1e-4 --backlog 200"
                                + " --somaxconn 100 --syncookies 0 --server-first --rtt 50ms --old-clients")
                .json()
                .path("request");

        assertThat(request.path("burst").asInt()).isEqualTo(100);
        assertThat(request.path("burstWidthSeconds").asDouble()).isEqualTo(0.0015);
        assertThat(request.path("burstVaries").asBoolean()).isTrue();
        assertThat(request.path("rate").asDouble()).isEqualTo(12.5);
        assertThat(request.path("acceptRate").asDouble()).isEqualTo(200);
        assertThat(request.path("workers").asInt()).isEqualTo(4);
        assertThat(request.path("variation").asDouble()).isEqualTo(0.5);
        assertThat(request.path("pauseSeconds").asDouble()).isEqualTo(1);
        assertThat(request.path("patienceSeconds").asDouble()).isEqualTo(30);
        assertThat(request.path("target").asDouble()).isEqualTo(1e-4);
        assertThat(request.path("present").toString())
                .isEqualTo("{\"limit\":100,\"boundBy\":\"somaxconn\",\"somaxconn\":100,\"cookies\":false,"
                        + "\"serverFirst\":true,\"roundTripSeconds\":0.05}");
    }

    @Test
    void peaksArrive() {
        JsonNode json = Run.of(
                        "size --json --rate 100 --peak-rate 2000 --peak-time 100ms --peak-every 1s --accept-rate 1000")
                .json();

        assertThat(json.path("request").path("peaks").toString())
                .isEqualTo("{\"rate\":2000.0,\"lengthSeconds\":0.1,\"everySeconds\":1.0}");
        assertThat(json.path("smallestLimit").asInt()).isBetween(600, 700);
    }

    @Test
    void withoutJsonTheAnswerIsTheFirstLine() {
        assertThat(Run.of("size --burst 10 --accept-rate 5").out())
                .startsWith("A limit of 9 holds a burst of 10 at once at 5 accepts/s\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "size | needs to know what arrives",
                "size --burst 10 | needs to know how fast connections are accepted",
                "size --burst 10 --accept-rate 5 --workers 3 | either --accept-rate",
                "size --burst 10 --workers 3 | --workers N with --service-time",
                "size --burst 10 --accept-rate 5 --service-time 3s | either --accept-rate",
                "size --burst 0 --accept-rate 5 | --burst takes a whole number from 1 to 100000000, not '0'",
                "size --burst 10 --accept-rate 0 | --accept-rate takes a rate such as 100/s, 6000/min or 2/ms, from 0.000001/s to 1000000000/s, not '0'",
                "size --burst 10 --accept-rate fast | not 'fast'",
                "size --burst 10 --accept-rate NaN | not 'NaN'",
                "size --burst 10 --accept-rate -5 | not '-5'",
                "size --burst 1e18 --accept-rate 5 | not '1e18'",
                "size --rate -1/s --accept-rate 5 | --rate takes a rate such as 100/s",
                "size no-such-file --accept-rate 5 | cannot read no-such-file: no such file",
                "size / --accept-rate 5 | cannot read /: Is a directory",
                "size --burst 10 --accept-rate 1e99 | not '1e99'",
                "size --burst 10 --accept-rate 5 --variation 4 | --variation takes a number from 0 to 3, not '4'",
                "size --burst 10 --accept-rate 5 --target 1 | --target takes a number from 0.000000000001 to 0.5, not '1'",
                "size --burst 10 --accept-rate 5 --patience 0 | --patience has to be above 0",
                "size --burst 10 --accept-rate 5 --pause soon | --pause takes a time from 0 to 60m",
                "size --rate 10 --accept-rate 5 --burst-width 1s | --burst-width and --burst-varies tell of a --burst N",
                "size --burst 10 --accept-rate 5 --rtt 1ms | --rtt tells of today's listener and needs its --backlog",
                "size --burst 10 --accept-rate 5 --backlog 5 --syncookies 3 | --syncookies takes a whole number from 0 to 2",
                "size --burst 10 --peak-rate 9 --peak-time 1s --peak-every 2s --accept-rate 5 | one at a time",
                "size --peak-rate 9 --accept-rate 5 | need each other",
                "size --peak-rate 9 --peak-time 3s --peak-every 2s --accept-rate 5 | has to be longer",
                "size --peak-rate 9 --peak-time 1s --peak-every 2s --accept-rate 5 --pause 1s | do not go with --peak-rate",
                "size --peak-rate 9000 --peak-time 1s --peak-every 2s --accept-rate 5 | too sudden"
            })
    void aWrongWordEndsWithTwoAndOneLine(String words, String message) {
        Run run = Run.of(words);

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).hasLineCount(1).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aTraceIsReplayed(@TempDir Path directory) throws IOException {
        Path trace = Files.writeString(directory.resolve("trace.csv"), "time,client\n" + "0.5,x\n".repeat(1000));

        Run run = Run.of("size " + trace + " --accept-rate 100 --json");

        assertThat(run.json().path("smallestLimit").asInt()).isEqualTo(999);
        assertThat(run.json().path("formula").asString()).isEqualTo("replay of the trace");
        assertThat(run.json().path("request").path("trace").path("connections").asInt())
                .isEqualTo(1000);
        assertThat(Run.of("size " + trace + " --accept-rate 100 --backlog 500").out())
                .contains("with today's limit of 500, 499 connections of the trace are turned away");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--accept-rate 5 --burst 3 | --burst does not go with a trace",
                "--accept-rate 5 --variation 1 | --variation does not go with a trace",
                "--accept-rate 5 --port 80 | --port and --run choose from a JSON document",
                "--patience 5s | does not tell, and size needs to know, how fast connections are accepted"
            })
    void whatDoesNotGoWithATraceIsTold(String options, String message, @TempDir Path directory) throws IOException {
        Run run = Run.of("size " + Files.writeString(directory.resolve("t"), "1\n2\n") + " " + options);

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).hasLineCount(1);
    }

    @Test
    void aTraceOutOfOrderIsToldWithItsLine(@TempDir Path directory) throws IOException {
        Path trace = Files.writeString(directory.resolve("t"), "1\n3\n2\n");
        Run run = Run.of("size " + trace + " --accept-rate 5");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .isEqualTo("anteroom: " + trace + ", line 3: '2' is earlier than line 2; arrivals have to"
                        + " be in order, as 'sort -n' makes them\n");
    }

    @Test
    void theValuesOfADocumentCountUnlessAnOptionSaysOtherwise(@TempDir Path directory) throws IOException {
        Path document = directory.resolve("run.json");
        Files.writeString(
                document, Run.of("simulate phantoms --stack linux-6.14 --json").out());

        JsonNode taken = Run.of("size --json " + document).json();
        JsonNode overridden = Run.of("size --json " + document + " --burst 50 --accept-rate 10/s")
                .json();

        assertThat(taken.path("request").path("burst").asInt()).isEqualTo(1000);
        assertThat(taken.path("request").path("acceptRate").asDouble()).isBetween(97.0, 103.0);
        assertThat(taken.path("request").path("present").path("limit").asInt()).isEqualTo(128);
        assertThat(taken.path("source").path("taken").propertyNames())
                .containsExactly("burst", "burst width", "accept rate", "limit of today");
        assertThat(overridden.path("request").path("burst").asInt()).isEqualTo(50);
        assertThat(overridden.path("request").path("acceptRate").asDouble()).isEqualTo(10);
        assertThat(overridden.path("source").path("taken").propertyNames())
                .containsExactly("burst width", "limit of today");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(Run.of("size --help").out())
                .contains(
                        "--burst",
                        "--rate",
                        "--accept-rate",
                        "--workers",
                        "--pause",
                        "--patience",
                        "--target",
                        "--backlog");
    }
}
