package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRoot
class OrdinaryUserTest {
    /// Where the user that runs it may read.
    @TempDir
    Path readable;

    @Test
    void startsItselfAgainAndStagesALinkAsNobody() throws Exception {
        List<String> words = new ArrayList<>(
                List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all"));
        words.addAll(ChildJvm.command(copyOfClasses(), OrdinaryUserRun.class, "an argument"));
        List<String> said = run(words);
        assumeThat(said).noneMatch(line -> line.startsWith("closed: "));
        assertThat(said).hasSize(2);
        assertThat(said.getFirst()).startsWith("starting again, process ");
        String pid = said.getFirst().substring("starting again, process ".length());
        assertThat(said.getLast())
                .startsWith("an argument, process " + pid + ", connected true, ")
                .endsWith(", somaxconn 4096");
    }

    @Test
    void goesToWorkAtOnceAsRoot() throws Exception {
        List<String> said = run(ChildJvm.command(ChildJvm.classPath(), OrdinaryUserRun.class, "as root"));
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("as root, process ")
                .contains("connected true");
    }

    private static List<String> run(List<String> words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private String copyOfClasses() throws IOException {
        Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Path> copies = new ArrayList<>();
        for (Path original : ChildJvm.classes()) {
            Path copy = readable.resolve(Integer.toString(copies.size()));
            copyTree(original, copy);
            copies.add(copy);
        }
        return copies.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Path copy = to.resolve(from.relativize(one).toString());
                Files.copy(one, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(one) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
