package dev.anteroom.remedy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final HostChange CHANGE = new HostChange(
            0,
            "a-boot",
            List.of(
                    new HostChange.Limit(4026531840L, -7, "127.0.0.1:8100 (java(Größe = 1.jar)/812)", 50, 1000),
                    new HostChange.Limit(4026531840L, Long.MAX_VALUE, "[::]:8100", 0, Integer.MAX_VALUE)),
            Optional.of(new HostChange.Somaxconn(4026531840L, 128, 1000)),
            Optional.of(
                    new HostChange.DropIn("/etc/sysctl.d/60-x.conf", Optional.of("# old\n\n  a = b\\\n"), "new\n")));

    @TempDir
    Path directory;

    @Test
    void whatIsWrittenDownIsReadBackUnchanged() {
        try (Journal journal = Journal.open(directory)) {
            HostChange written = journal.write(CHANGE);

            assertThat(written).isEqualTo(CHANGE.withNumber(1));
            assertThat(journal.last()).contains(written);
        }
    }

    @Test
    void theLastOfSeveralComesFirstAndGoesFirst() {
        try (Journal journal = Journal.open(directory)) {
            HostChange first = journal.write(CHANGE);
            HostChange second = journal.write(new HostChange(0, "b", List.of(), Optional.empty(), Optional.empty()));

            assertThat(journal.last()).contains(second);
            journal.remove(second);
            assertThat(journal.last()).contains(first);
            journal.remove(first);
            assertThat(journal.last()).isEmpty();
        }
    }

    @Test
    void twoRunsCannotHaveItOpenAtOnce() {
        try (Journal first = Journal.open(directory)) {
            assertThat(first.last()).isEmpty();
            assertThatExceptionOfType(KernelException.class)
                    .isThrownBy(() -> Journal.open(directory))
                    .withMessageContaining("another 'anteroom fix' is at work");
        }
        try (Journal next = Journal.open(directory)) {
            assertThat(next.last()).isEmpty();
        }
    }

    @Test
    void aDamagedFileIsNamedAndNothingIsGuessed() throws IOException {
        Files.writeString(directory.resolve("change-000000001.properties"), "boot=x\nlisteners=1\n");
        try (Journal journal = Journal.open(directory)) {
            assertThatExceptionOfType(KernelException.class)
                    .isThrownBy(journal::last)
                    .withMessageContaining("change-000000001.properties: 'listener.0.namespace' is missing");
        }
    }

    @Test
    void filesHalfWrittenByACrashAreNoChanges() throws IOException {
        Files.writeString(directory.resolve(".change-000000001.properties.4711"), "boot=x\nlis");
        try (Journal journal = Journal.open(directory)) {
            assertThat(journal.last()).isEmpty();
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldBeforeAnythingIsChanged() {
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> Journal.open(Path.of("/proc/anteroom")))
                .withMessageContaining("nothing was changed");
    }
}
