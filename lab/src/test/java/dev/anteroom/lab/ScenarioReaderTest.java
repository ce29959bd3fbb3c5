package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Setting;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.Talk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioReaderTest {
    private static List<Scenario> read(String text) throws ScenarioException {
        return ScenarioReader.read("my", Tree.parse(text, "my.yaml"));
    }

    private static Scenario one(String text) throws ScenarioException {
        List<Scenario> all = read(text);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static ServerPlan plan(Scenario scenario) {
        return ((Scenario.ServerSpec.Sample) scenario.listeners().getFirst()).plan();
    }

    @Test
    void whatIsNotSaidHasItsDefault() throws ScenarioException {
        Scenario scenario = one("about: nothing but this\n");
        assertThat(scenario.fullName()).isEqualTo("my");
        assertThat(scenario.server()).isEmpty();
        assertThat(scenario.link().delay()).isZero();
        assertThat(plan(scenario).kind()).isEqualTo(ServerPlan.Kind.POOL);
        assertThat(plan(scenario).backlog()).isEqualTo(50);
        assertThat(scenario.port()).isEqualTo(8100);
        assertThat(scenario.surge().arrivals()).isInstanceOf(Arrivals.AtOnce.class);
        assertThat(scenario.surge().talk()).isInstanceOf(Talk.Http.class);
        assertThat(scenario.look()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void everythingThatCanBeSaidIsRead() throws ScenarioException {
        Scenario scenario = one("""
                name: whole
                host: { somaxconn: 7, tcp_syncookies: 0 }
                client: { tcp_syn_retries: 2 }
                link: { delay: 20ms, jitter: 1ms, loss: 2%, rate: 10Mbit, seed: 9 }
                server: { kind: slow, port: 81, backlog: 6, accept-every: 3ms, service-time: 4ms, pause-every: 1s, pause: 200ms }
                surge: { rate: 400, spacing: poisson, connections: 12, talk: server-first, patience: 3s, sources: 2 }
                steps:
                  - { at: 100ms, set: { somaxconn: 9 } }
                look: 250ms
                expect: { depth: 7, "client.SYN_SENT": "> 0", connectMax: 1s..2s }
                """);
        assertThat(scenario.name()).isEqualTo("whole");
        assertThat(scenario.server()).containsEntry(Setting.SOMAXCONN, 7L).containsEntry(Setting.TCP_SYNCOOKIES, 0L);
        assertThat(scenario.client()).containsEntry(Setting.TCP_SYN_RETRIES, 2L);
        assertThat(scenario.link().loss()).isEqualTo(0.02);
        assertThat(scenario.link().bitsPerSecond()).hasValue(10_000_000);
        assertThat(plan(scenario).acceptEvery()).isEqualTo(Duration.ofMillis(3));
        assertThat(plan(scenario).pause()).isEqualTo(Duration.ofMillis(200));
        assertThat(scenario.surge().arrivals()).isEqualTo(new Arrivals.Poisson(400, 1));
        assertThat(scenario.surge().sources()).isEqualTo(2);
        assertThat(scenario.steps())
                .containsExactly(new Scenario.Step(Duration.ofMillis(100), Map.of(Setting.SOMAXCONN, 9L)));
        assertThat(scenario.expectations())
                .extracting(Expectation::quantity)
                .containsExactlyInAnyOrder("depth", "client.SYN_SENT", "connectMax");
    }

    @Test
    void groupsConnectTogetherEachAtItsTime() throws ScenarioException {
        Scenario.SurgeSpec surge =
                one("surge: { groups: [ 2, 1 ], every: 300ms }\n").surge();
        assertThat(surge.connections()).isEqualTo(3);
        assertThat(surge.arrivals().due(3)).containsExactly(0, 0, 300_000_000);
    }

    @Test
    void aVariantReplacesWhatItNamesAndKeepsTheRest() throws ScenarioException {
        List<Scenario> variants = read("""
                server: { kind: stalled, backlog: 5 }
                variants:
                  small: { server: { backlog: 1 } }
                  off: { host: { tcp_syncookies: 0 }, expect: { depth: 6 } }
                """);
        assertThat(variants).extracting(Scenario::fullName).containsExactly("my/small", "my/off");
        assertThat(plan(variants.getFirst()).backlog()).isEqualTo(1);
        assertThat(plan(variants.getFirst()).kind()).isEqualTo(ServerPlan.Kind.STALLED);
        assertThat(variants.getLast().expectations()).hasSize(1);
    }

    @Test
    void aBacklogCanBeComputedFromTheSurge() throws ScenarioException {
        ServerPlan plan = plan(one("server: { backlog: recommended }\nsurge: { connections: 300 }\n"));
        assertThat(plan.backlog()).isEqualTo(299);
    }

    @Test
    void aProgramOfTheHostCanBeTheServer() throws ScenarioException {
        Scenario scenario = one("server: { command: [ python3, -m, http.server, '8000' ], port: 8000 }\n");
        assertThat(scenario.listeners())
                .containsExactly(
                        new Scenario.ServerSpec.Command(List.of("python3", "-m", "http.server", "8000"), 8000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host: { somaxconn: -1 }|line 1: host.somaxconn: expected a whole number from 0",
                "host: { somaxcon: 5 }|host has no 'somaxcon'; it has somaxconn, ",
                "link: { delay: 3 furlongs }|line 1: link.delay: expected a time such as 500us, 20ms or 1.5s",
                "link: { loss: 120% }|link.loss: expected a share from 0% to 100%",
                "link: { rate: fast }|link.rate: expected a rate such as",
                "link: { delay: 1ms, jitter: 2ms }|link.jitter: expected at most the delay",
                "server: { kind: lazy }|server.kind: expected one of pool, virtual, stalled, slow, speak-first, reset",
                "server: { port: 70000 }|server.port: expected a whole number from 1 to 65535",
                "server: { pause-every: 1s, pause: 2s }|server.pause: expected less than pause-every",
                "surge: { connections: 0 }|surge.connections: expected a whole number from 1",
                "surge: { talk: loudly }|surge.talk: expected one of http",
                "surge: { groups: [ 0 ] }|surge.groups: expected how many connect at once",
                "surge: { pace: 5ms, rate: 10 }|surge.rate: expected one of pace, rate, waves, found it beside 'pace'",
                "surge: { groups: [ 1 ], waves: 2 }|surge.waves: expected one of groups, connections, pace, rate, waves",
                "surge: { ramp: 2s }|surge.ramp: expected 'rate' beside it, without which it says nothing",
                "surge: { every: 2s }|surge.every: expected 'waves' beside it",
                "surge: { patience: 0 }|surge.patience: expected more than no time",
                "expect: { depth: many }|expect.depth: expected a number, a range or a comparison",
                "expect: { connectMax: 1 }|expect.connectMax: expected a time, a range or a comparison",
                "expect: { deepness: 1 }|expect has no 'deepness'",
                "steps: [ { at: soon } ]|steps.at: expected a time",
                "variants: { a: 1 }|variants.a: expected values by name",
                "look: yesterday|line 1: look: expected a time",
                "serve: {}|a scenario has no 'serve'"
            })
    void whatIsWrongIsToldWithItsPlaceAndWhatWasExpected(String text, String message) {
        assertThat(problem(text)).startsWith("my.yaml").contains(message);
    }

    private static String problem(String text) {
        try {
            read(text);
            throw new AssertionError("nothing was wrong with " + text);
        } catch (ScenarioException wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }

    @Test
    void membersWithComputedBacklogsCanBeStagedAgainFromTheirYaml() throws ScenarioException {
        Scenario scenario =
                one("reuseport: [ { backlog: recommended }, { backlog: 3 } ]\nsurge: { connections: 40 }\n");
        assertThat(one(scenario.yaml()).listeners()).isEqualTo(scenario.listeners());
    }

    static List<String> builtIn() {
        return Library.names();
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void everyBuiltInScenarioExpectsSomethingAndCanBeStagedAgainFromItsYaml(String name) throws ScenarioException {
        for (Scenario scenario : Library.scenarios(name, Map.of())) {
            assertThat(scenario.about()).isNotEmpty();
            assertThat(scenario.expectations()).isNotEmpty();
            Scenario again = one(scenario.yaml());
            assertThat(again.yaml()).isEqualTo(scenario.yaml());
            assertThat(again.surge()).isEqualTo(scenario.surge());
            assertThat(again.server()).isEqualTo(scenario.server());
            assertThat(again.expectations()).isEqualTo(scenario.expectations());
        }
    }

    @Test
    void anOverrideReachesEveryVariant() throws ScenarioException {
        assertThat(Library.scenarios("surge-1000", Map.of("server.backlog", "7")))
                .hasSize(2)
                .allSatisfy(scenario -> assertThat(plan(scenario).backlog()).isEqualTo(7));
    }

    @Test
    void aFileThatIsNotThereIsToldWithTheNextStep(@TempDir Path folder) {
        try {
            Library.scenarios(folder.resolve("none.yaml"), Map.of());
            throw new AssertionError("a file that is not there was read");
        } catch (ScenarioException wrong) {
            assertThat(wrong).hasMessageContaining("none.yaml: no such file").hasMessageContaining("lab show");
        }
    }

    @Test
    void aBinaryFileIsTold(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        try {
            Library.scenarios(file, Map.of());
            throw new AssertionError("a binary file was read");
        } catch (ScenarioException wrong) {
            assertThat(wrong).hasMessageContaining("not a text in UTF-8");
        }
    }
}
