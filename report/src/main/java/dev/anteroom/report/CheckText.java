package dev.anteroom.report;

import dev.anteroom.remedy.ConfigFinding;
import dev.anteroom.remedy.ConfigFinding.Verdict;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/// What `fix --check` prints: every listen backlog of the files, with what becomes of it. As JSON: schema
/// `anteroom/fix-check/1`.
public final class CheckText {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/fix-check/1";

    private CheckText() {}

    /// Renders the findings for a terminal.
    public static String of(List<ConfigFinding> findings, long somaxconn, Style style) {
        StringBuilder out = new StringBuilder();
        long wrong =
                findings.stream().filter(one -> one.verdict() != Verdict.OK).count();
        out.append(style.bold(
                        findings.isEmpty()
                                ? "No listen backlog was found"
                                : wrong == 0
                                        ? "Every backlog counts as it is written"
                                        : wrong + " of " + findings.size() + " backlogs do not do what they could"))
                .append(" (net.core.somaxconn ")
                .append(somaxconn)
                .append(")\n");
        for (ConfigFinding one : findings) {
            String verdict = one.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            out.append(Style.printable(one.file()))
                    .append(':')
                    .append(one.line())
                    .append("  ");
            out.append(one.verdict() == Verdict.OK ? verdict : style.yellow(verdict));
            out.append(one.subject().isEmpty() ? "" : "  " + Style.printable(one.subject()))
                    .append('\n');
            style.paragraph(out, "    ", "    ", one.text());
            one.corrected()
                    .ifPresent(line -> out.append("    set  ")
                            .append(style.bold(Style.printable(line)))
                            .append('\n'));
        }
        return out.toString();
    }

    /// Writes one JSON document and leaves the stream open.
    public static void write(List<ConfigFinding> findings, long somaxconn, OutputStream out) {
        JsonDocument.write(out, json -> {
            json.writeStartObject();
            json.writeStringProperty("schema", SCHEMA);
            json.writeNumberProperty("somaxconn", somaxconn);
            json.writeArrayPropertyStart("findings");
            for (ConfigFinding one : findings) {
                json.writeStartObject();
                json.writeStringProperty("file", one.file());
                json.writeNumberProperty("line", one.line());
                json.writeStringProperty("subject", one.subject());
                if (one.asks().isPresent()) {
                    json.writeNumberProperty("asks", one.asks().getAsLong());
                } else {
                    json.writeNullProperty("asks");
                }
                json.writeStringProperty(
                        "verdict", one.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-'));
                json.writeStringProperty("text", one.text());
                if (one.corrected().isPresent()) {
                    json.writeStringProperty("corrected", one.corrected().get());
                } else {
                    json.writeNullProperty("corrected");
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
