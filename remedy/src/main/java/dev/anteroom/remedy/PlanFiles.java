package dev.anteroom.remedy;

import dev.anteroom.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Plans as files, to be read, reviewed and copied into place.
public final class PlanFiles {
    private PlanFiles() {}

    /// Writes one file for each change; a sysctl drop-in under the name it has to have.
    ///
    /// @return what was written
    /// @throws KernelException if the folder cannot be written
    public static List<Path> write(List<FixPlan> plans, Path folder) {
        List<Path> written = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            for (FixPlan plan : plans) {
                int step = 1;
                for (FixPlan.Change change : plan.changes()) {
                    written.add(write(plan, change, step, folder));
                    step++;
                }
            }
        } catch (IOException refused) {
            throw new KernelException("cannot write into " + folder + ": " + Journal.reason(refused));
        }
        return written.stream().distinct().toList();
    }

    private static Path write(FixPlan plan, FixPlan.Change change, int step, Path folder) throws IOException {
        boolean dropIn = change.kind() == FixPlan.Kind.SYSCTL;
        String name = plan.listener().listener().endpoint().toString().replaceAll("[^\\w.-]+", "_");
        Path file = folder.resolve(
                dropIn
                        ? SysctlDropIn.NAME
                        : name + "-" + step + "-" + change.kind().name().toLowerCase(Locale.ROOT) + ".txt");
        WholeFile.write(
                file,
                dropIn
                        ? SysctlDropIn.text(plan.target().limit())
                        : "# " + change.why() + "\n# in " + change.file() + "; then " + change.then() + "\n"
                                + change.text() + "\n");
        return file;
    }
}
