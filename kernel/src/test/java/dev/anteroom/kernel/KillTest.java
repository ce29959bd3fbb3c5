package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@NeedsRoot
class KillTest {
    private static final int MOMENTS = 100;

    @Test
    void nothingIsLeftOfAProgramKilledAtAnyMoment() throws Exception {
        String seed = Long.toString(new Random().nextLong());
        // The shell is there to reap what becomes its child.
        List<String> words = new ArrayList<>(List.of(
                "unshare",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "sh",
                "-c",
                "\"$@\"; exit $?",
                "sh"));
        words.addAll(ChildJvm.command(ChildJvm.classPath(), KillCensus.class, Integer.toString(MOMENTS), seed));
        Process census = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(census.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(census.waitFor()).as(said + ", moments of seed " + seed).isZero();
        assertThat(said).contains(MOMENTS + " kills, left: 1 namespace, 2 processes");
    }
}
