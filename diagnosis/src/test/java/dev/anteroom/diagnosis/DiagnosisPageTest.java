package dev.anteroom.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiagnosisPageTest {

    @Test
    void docsDiagnosisListsEveryCauseWithItsNextMeasurement() throws IOException {
        String page = Files.readString(Path.of("../docs/diagnosis.md"));

        assertThat(Suspects.ALL)
                .allSatisfy(suspect -> assertThat(page)
                        .contains("| `" + suspect.cause() + "` |")
                        .contains("| " + suspect.next().replace("|", "\\|") + " |"));
    }
}
