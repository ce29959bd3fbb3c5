package dev.anteroom.report;

import dev.anteroom.diagnosis.Finding;
import dev.anteroom.diagnosis.Severity;
import dev.anteroom.queue.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/// The findings in plain words: what concerns one listener together, and what to do about it once.
final class FindingsText {
    private static final String INDENT = "    ";
    private static final String BLANK = " ".repeat(15);

    private final Style style;
    private final LongFunction<String> namespaceLabel;
    private final StringBuilder out;

    FindingsText(Style style, LongFunction<String> namespaceLabel, StringBuilder out) {
        this.style = style;
        this.namespaceLabel = namespaceLabel;
        this.out = out;
    }

    void write(List<Finding> findings) {
        Map<String, List<Finding>> bySubject = new LinkedHashMap<>();
        findings.forEach(finding -> bySubject
                .computeIfAbsent(subject(finding), _ -> new ArrayList<>())
                .add(finding));
        bySubject.forEach(this::subject);
    }

    /// Members of an SO_REUSEPORT group differ in their inode only.
    private String subject(Finding finding) {
        return finding.listener()
                        .map(listener -> listener.label() + "  socket " + listener.inode() + "  in ")
                        .orElse("")
                + namespaceLabel.apply(finding.namespace());
    }

    private void subject(String subject, List<Finding> findings) {
        out.append('\n').append(style.bold(Style.printable(subject))).append('\n');
        Set<String> remedies = new LinkedHashSet<>();
        for (Finding finding : findings) {
            out.append("  ")
                    .append(paint(finding.severity()))
                    .append("  ")
                    .append(style.bold(finding.cause().id()));
            out.append(style.dim("  " + (finding.when() == Finding.When.NOW ? "now" : "before this window") + ", "
                    + finding.certainty().name().toLowerCase(Locale.ROOT)));
            out.append('\n');
            style.paragraph(out, "    ", "    ", finding.summary());
            block("evidence", finding.evidence());
            block("refuted by", finding.refutedBy());
            remedies.addAll(finding.remedy());
        }
        findings.stream()
                .flatMap(finding -> longerQueue(finding).stream())
                .findFirst()
                .ifPresent(remedies::add);
        out.append("  ").append(style.bold("What to do")).append('\n');
        int step = 1;
        for (String remedy : remedies) {
            style.paragraph(out, "    " + step + ". ", "       ", remedy);
            step++;
        }
    }

    /// The commands for another limit, where the limit is a part of the trouble.
    private static Optional<String> longerQueue(Finding finding) {
        boolean ofTheLimit = switch (finding.cause()) {
            case LIMIT_BOUND_BY_BACKLOG,
                    LIMIT_BOUND_BY_SOMAXCONN,
                    ACCEPT_QUEUE_OVERFLOW,
                    SOMAXCONN_RAISED_AFTER_LISTEN -> true;
            default -> false;
        };
        return finding.listener()
                .filter(listener -> ofTheLimit && listener.endpoint().family() != Family.UNIX)
                .map(listener -> " --port " + listener.endpoint().port()
                        + (finding.namespace() > 0 ? " -N " + finding.namespace() : ""))
                .map(words -> "the exact settings: anteroom fix" + words
                        + "; at once, with no restart: anteroom fix --live" + words + " --limit N --apply");
    }

    private String paint(Severity severity) {
        return switch (severity) {
            case CRITICAL -> style.red(severity.name());
            case WARNING -> style.yellow(severity.name());
            case NOTE -> severity.name();
        };
    }

    private void block(String title, List<String> lines) {
        String left = style.dim(INDENT + title + BLANK.substring(INDENT.length() + title.length()));
        for (String line : lines) {
            style.paragraph(out, left, BLANK, line);
            left = BLANK;
        }
    }
}
