package dev.anteroom.remedy;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.kernel.RunningKernel;
import dev.anteroom.queue.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// net.core.somaxconn of the host for good: a file below /etc/sysctl.d, which counts at the next boot, and the
/// value
/// of now.
public final class SysctlDropIn {
    /// Where sysctl(8) and systemd look.
    public static final Path USUAL_DIRECTORY = Path.of("/etc/sysctl.d");

    static final String NAME = "60-anteroom.conf";

    private static final List<Path> LOOKED_AT = List.of(
            USUAL_DIRECTORY, Path.of("/run/sysctl.d"), Path.of("/usr/lib/sysctl.d"), Path.of("/etc/sysctl.conf"));

    private SysctlDropIn() {}

    static String text(long somaxconn) {
        return "# The cap of every accept queue in the host's network namespace; see 'anteroom doctor'.\n"
                + "net.core.somaxconn = " + somaxconn + "\n";
    }

    /// What goes wrong with it, the other files that set it included.
    static List<String> traps() {
        List<String> traps = new ArrayList<>();
        traps.add("containers and other network namespaces do not take it over");
        for (Path place : LOOKED_AT) {
            for (Path file : files(place)) {
                line(file)
                        .ifPresent(number -> traps.add(file + ":" + number
                                + " sets it too; which of them counts is decided by the order of their names, and"
                                + " /etc/sysctl.conf comes last"));
            }
        }
        return traps;
    }

    private static List<Path> files(Path place) {
        if (!Files.isDirectory(place)) {
            return Files.isRegularFile(place) ? List.of(place) : List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file ->
                            file.toString().endsWith(".conf") && !file.endsWith(NAME) && !Files.isSymbolicLink(file))
                    .sorted()
                    .toList();
        } catch (IOException notReadable) {
            return List.of();
        }
    }

    private static Optional<Integer> line(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().matches("-?\\s*net[./]core[./]somaxconn\\s*=.*")) {
                    return Optional.of(i + 1);
                }
            }
        } catch (IOException notReadable) {
            // Nothing to tell of it.
        }
        return Optional.empty();
    }

    /// Writes the file and sets the value. Whatever fails, nothing is left half done.
    ///
    /// @param namespace the host's own
    /// @param directory [#USUAL_DIRECTORY]
    /// @return what was done, one sentence each
    /// @throws KernelException if either is refused
    public static List<String> apply(long somaxconn, NetworkNamespace namespace, Path directory, Journal journal) {
        Path file = directory.resolve(NAME);
        long before = namespace
                .value(Setting.SOMAXCONN)
                .orElseThrow(() -> new KernelException("cannot read net.core.somaxconn: is /proc mounted?"));
        HostChange change = journal.write(new HostChange(
                0,
                RunningKernel.bootId(),
                List.of(),
                Optional.of(new HostChange.Somaxconn(namespace.inode(), before, somaxconn)),
                Optional.of(new HostChange.DropIn(file.toString(), readable(file), text(somaxconn)))));
        try {
            WholeFile.write(file, text(somaxconn));
            namespace.set(Setting.SOMAXCONN, somaxconn);
        } catch (IOException refused) {
            new Undo(journal).of(change);
            throw new KernelException("cannot write " + file + ": " + Journal.reason(refused)
                    + "; nothing was changed; run as root, or --write DIR and copy it");
        } catch (KernelException refused) {
            new Undo(journal).of(change);
            throw refused;
        }
        return List.of(
                file + " was written: net.core.somaxconn = " + somaxconn + " at every boot",
                "net.core.somaxconn: " + before + " -> "
                        + namespace.value(Setting.SOMAXCONN).orElse(-1) + " now, for every listen(2) from now on");
    }

    private static Optional<String> readable(Path file) {
        try {
            return Undo.read(file);
        } catch (IOException refused) {
            throw new KernelException(
                    "cannot read " + file + ": " + Journal.reason(refused) + "; nothing was changed; run as root");
        }
    }
}
