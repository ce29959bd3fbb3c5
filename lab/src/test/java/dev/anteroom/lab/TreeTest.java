package dev.anteroom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TreeTest {
    private static Fields fields(String text) throws ScenarioException {
        return new Fields("", Tree.parse(text, "my.yaml"));
    }

    private static String problem(Read read) {
        try {
            read.run();
            throw new AssertionError("no problem was found");
        } catch (ScenarioException wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }

    private interface Read {
        void run() throws ScenarioException;
    }

    @Test
    void anErrorOfYamlNamesTheLine() {
        assertThat(problem(() -> fields("server:\n  kind: pool\n  backlog: [5\nlink: {}\n")))
                .startsWith("my.yaml, line ");
    }

    @Test
    void aNameThatStandsTwiceIsRefused() {
        assertThat(problem(() -> fields("a: 1\nb: 2\na: 3\n")))
                .contains("my.yaml")
                .contains("a");
    }

    @Test
    void anEmptyFileAndAListAreNoScenario() {
        assertThat(problem(() -> fields(""))).startsWith("my.yaml: expected a mapping");
        assertThat(problem(() -> fields("- 1\n- 2\n"))).startsWith("my.yaml: expected a mapping");
    }

    @Test
    void aNumberOutOfBoundsIsToldWithItsLineAndTheBounds() throws ScenarioException {
        Fields host = fields("name: x\nhost:\n  somaxconn: -1\n").fields("host");
        assertThat(problem(() -> host.number("somaxconn", 0, 0, 100)))
                .isEqualTo("my.yaml, line 3: host.somaxconn: expected a whole number from 0 to 100, found '-1'");
    }

    @Test
    void aTimeInFurlongsIsToldWithItsLine() throws ScenarioException {
        Fields link = fields("link:\n  delay: 3 furlongs\n").fields("link");
        assertThat(problem(() -> link.time("delay", Duration.ZERO, Duration.ofMinutes(1))))
                .startsWith("my.yaml, line 2: link.delay: expected a time such as 500us, 20ms or 1.5s")
                .endsWith("found '3 furlongs'");
    }

    @Test
    void aMappingWhereAWordBelongsIsTold() throws ScenarioException {
        Fields all = fields("name:\n  first: x\n");
        assertThat(problem(() -> all.text("name"))).contains("line 1: name: expected a word");
    }

    @Test
    void aNameThatNobodyAskedForIsToldWithThoseThatExist() throws ScenarioException {
        Fields all = fields("name: x\nservr:\n  kind: pool\n");
        all.text("name");
        all.fields("server");
        assertThat(problem(all::nothingElse))
                .isEqualTo("my.yaml, line 2: a scenario has no 'servr'; it has name, server");
    }

    @Test
    void overlaidValuesReplaceAndMappingsMerge() throws ScenarioException {
        Tree.Mapping below = Tree.parse("server: { kind: pool, backlog: 50 }\nsteps: [ 1, 2 ]\n", "below");
        Tree.Mapping above = Tree.parse("server: { backlog: 5 }\nsteps: [ 3 ]\n", "above");
        Fields both = new Fields("", below.overlaid(above));
        Fields server = both.fields("server");
        assertThat(server.text("kind")).contains("pool");
        assertThat(server.number("backlog", 0, 0, 100)).isEqualTo(5);
        assertThat(both.texts("steps")).isEqualTo(List.of("3"));
    }

    @Test
    void anOptionSetsAValueAtTheEndOfAPath() throws ScenarioException {
        Tree.Mapping below = Tree.parse("server: { kind: pool, backlog: 50 }\n", "below");
        Fields both = new Fields("", below.overlaid(Tree.at("server.backlog", "7", "--set")));
        assertThat(both.fields("server").number("backlog", 0, 0, 100)).isEqualTo(7);
        assertThat(both.fields("server").text("kind")).contains("pool");
    }

    @Property
    void noTextAtAllThrowsAnythingButAScenarioException(@ForAll String text) {
        try {
            Tree.parse(text, "any.yaml");
        } catch (ScenarioException expected) {
            assertThat(expected).hasMessageStartingWith("any.yaml");
        }
    }

    @Test
    void aHugeTextIsRefusedBeforeItIsRead() {
        assertThatExceptionOfType(ScenarioException.class)
                .isThrownBy(() -> Tree.parse("#".repeat(Tree.MOST_CHARACTERS + 1), "huge.yaml"))
                .withMessageStartingWith("huge.yaml: longer than");
    }
}
