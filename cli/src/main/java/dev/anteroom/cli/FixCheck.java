package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.kernel.NetworkNamespace;
import dev.anteroom.queue.Setting;
import dev.anteroom.remedy.ConfigCheck;
import dev.anteroom.remedy.ConfigFinding;
import dev.anteroom.report.CheckText;
import dev.anteroom.report.Style;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/// `anteroom fix --check FILE...`: what becomes of the backlogs in configuration files.
final class FixCheck {
    private final PrintStream out;
    private final PrintStream err;

    FixCheck(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    ExitCode run(CommandLine line, Style style) throws UsageException {
        List<String> files = line.getArgList();
        if (files.isEmpty()) {
            throw new UsageException("fix --check needs the files to check: nginx.conf, redis.conf, server.xml, ...");
        }
        long somaxconn = CommandWords.number(line, FixCommand.SOMAXCONN, 0, Integer.MAX_VALUE)
                .map(Integer::longValue)
                .orElseGet(FixCheck::own);
        List<ConfigFinding> findings = new ArrayList<>();
        int unread = 0;
        for (String file : files) {
            try {
                findings.addAll(ConfigCheck.of(Path.of(file), somaxconn));
            } catch (KernelException unreadable) {
                err.println("anteroom: " + unreadable.reason());
                unread++;
            }
        }
        if (line.hasOption(FixCommand.JSON)) {
            CheckText.write(findings, somaxconn, out);
        } else if (unread < files.size()) {
            out.print(CheckText.of(findings, somaxconn, style));
        }
        boolean fine = findings.stream().allMatch(one -> one.verdict() == ConfigFinding.Verdict.OK);
        return unread > 0 ? ExitCode.COULD_NOT_LOOK : fine ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private static long own() {
        return NetworkNamespace.own()
                .value(Setting.SOMAXCONN)
                .orElseThrow(() -> new KernelException("cannot read net.core.somaxconn here; name one: --somaxconn N"));
    }
}
