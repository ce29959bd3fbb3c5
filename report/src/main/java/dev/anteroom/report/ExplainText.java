package dev.anteroom.report;

import dev.anteroom.capture.TextReading;
import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Certainty;
import dev.anteroom.queue.Durations;
import dev.anteroom.queue.FastOpen;
import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeFate;
import dev.anteroom.queue.HandshakeTally;
import dev.anteroom.queue.ListenerHandshakes;
import dev.anteroom.queue.LostSyns;
import dev.anteroom.queue.ResetPhase;
import dev.anteroom.queue.Waiting;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What `explain` prints on a terminal: what was read, each listener, one connection of each fate, and what it means.
public final class ExplainText {
    private static final int CHART_WIDTH = 64;
    private static final int SHOWN_LISTENERS = 20;
    private static final int DETAILED_LISTENERS = 5;
    private static final String INDENT = "    ";
    private static final String BLANK = " ".repeat(15);

    private final Explained explained;
    private final Style style;
    private final StringBuilder out = new StringBuilder();

    private ExplainText(Explained explained, Style style) {
        this.explained = explained;
        this.style = style;
    }

    /// The whole report.
    ///
    /// @param ladders the connections that are to be drawn
    public static String of(Explained explained, List<Handshake> ladders, Style style) {
        return new ExplainText(explained, style).render(ladders);
    }

    private String render(List<Handshake> ladders) {
        explained.captures().forEach(this::capture);
        explained.texts().forEach(this::text);
        findings();
        if (!ladders.isEmpty()) {
            section("Connection by connection");
            ladders.forEach(
                    handshake -> out.append(LadderText.of(handshake, style)).append('\n'));
        }
        return out.toString();
    }

    private void section(String title) {
        out.append('\n').append(style.bold(title)).append('\n');
    }

    private void capture(Explained.Capture capture) {
        HandshakeTally seen = capture.handshakes();
        out.append(style.bold(Style.printable(capture.contents().name())))
                .append(": ")
                .append(capture.contents().format())
                .append(", ")
                .append(capture.contents().packets())
                .append(" packets in ")
                .append(Durations.text(seen.took()))
                .append(", ")
                .append(String.join(", ", capture.contents().links().keySet()))
                .append("; ")
                .append(seen.connections())
                .append(" connections\n");
        out.append("  ")
                .append(seen.syns())
                .append(" SYN, ")
                .append(seen.synAcks())
                .append(" SYN-ACK, ")
                .append(seen.resets())
                .append(" RST")
                .append(also(seen.lost(), "lost on the link"))
                .append(also(seen.duplicates(), "recorded twice, counted once from here on"))
                .append(also(seen.fragments(), "IP fragments"))
                .append(also(capture.contents().notIp(), "not IP"))
                .append(also(seen.strangers(), "with data of connections that began before the recording"))
                .append('\n');
        capture.contents()
                .damage()
                .ifPresent(damage -> out.append("  ")
                        .append(style.red("incomplete: "))
                        .append(Style.printable(damage))
                        .append("; what comes before it is shown\n"));
        listeners(seen);
        seen.listeners().stream().limit(DETAILED_LISTENERS).forEach(this::listener);
    }

    private static String also(long count, String what) {
        return count == 0 ? "" : "; " + count + " " + what;
    }

    private void listeners(HandshakeTally seen) {
        if (seen.listeners().isEmpty()) {
            out.append("  no connection begins in it\n");
            return;
        }
        section("Who was asked");
        Table table = new Table(
                Column.left("  LISTENER"),
                Column.right("CONNECTIONS"),
                Column.right("ANSWERED"),
                Column.right("NOT"),
                Column.right("SYN SENT AGAIN"),
                Column.right("RESET BY SERVER"),
                Column.right("FIRST BYTE P50"),
                Column.right("MAX"));
        seen.listeners().stream().limit(SHOWN_LISTENERS).forEach(listener -> {
            long answered = count(listener, HandshakeFate.ANSWERED) + count(listener, HandshakeFate.ANSWERED_LATE);
            boolean spoke = listener.firstByte().count() > 0;
            table.add(
                    Cell.of("  " + listener.listener()),
                    Cell.of(Long.toString(listener.connections())),
                    Cell.of(Long.toString(answered)),
                    Cell.of(Long.toString(listener.connections() - answered)),
                    Cell.of(Long.toString(listener.connections()
                            - listener.synRetransmissions().getOrDefault(0, 0L))),
                    Cell.of(Long.toString(resetsByServer(listener))),
                    Cell.of(spoke ? Durations.text(listener.firstByte().p50()) : "-"),
                    Cell.of(spoke ? Durations.text(listener.firstByte().max()) : "-"));
        });
        table.writeTo(out, style);
        int more = seen.listeners().size() - SHOWN_LISTENERS;
        if (more > 0 || seen.unlisted() > 0) {
            out.append("  and ")
                    .append(Math.max(0, more))
                    .append(" more")
                    .append(also(seen.unlisted(), "connections to still others"))
                    .append(" (--json lists them)\n");
        }
    }

    private static long count(ListenerHandshakes listener, HandshakeFate fate) {
        return listener.fates().getOrDefault(fate, 0L);
    }

    private static long resetsByServer(ListenerHandshakes listener) {
        return listener.resets().entrySet().stream()
                .filter(entry -> entry.getKey().name().startsWith("SERVER"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void listener(ListenerHandshakes listener) {
        section(listener.listener().toString());
        for (Map.Entry<HandshakeFate, Long> fate : listener.fates().entrySet()) {
            String left = String.format(
                    Locale.ROOT,
                    "  %8d  %-21s  ",
                    fate.getValue(),
                    fate.getKey().id());
            style.paragraph(out, left, " ".repeat(left.length()), fate.getKey().meaning());
        }
        listener.synClock().ifPresent(clock -> synClock(listener, clock));
        for (Map.Entry<ResetPhase, Long> reset : listener.resets().entrySet()) {
            out.append("  reset  ")
                    .append(reset.getValue())
                    .append(' ')
                    .append(reset.getKey().meaning())
                    .append('\n');
        }
        for (Map.Entry<FastOpen, Long> open : listener.fastOpen().entrySet()) {
            style.paragraph(
                    out,
                    "  Fast Open  ",
                    " ".repeat(13),
                    open.getValue() + " " + open.getKey().meaning());
        }
        waiting(listener.waiting());
    }

    private void synClock(ListenerHandshakes listener, LostSyns clock) {
        String times = clock.peaks().stream()
                .map(peak -> peak.connections() + " at " + Durations.text(peak.median()))
                .collect(Collectors.joining(", "));
        String whose = clock.schedule().text().isEmpty()
                ? "no schedule of Linux"
                : "as Linux does: " + clock.schedule().text();
        style.paragraph(
                out,
                "  SYN sent again  ",
                " ".repeat(18),
                "by " + (listener.connections() - listener.synRetransmissions().getOrDefault(0, 0L)) + " connections: "
                        + times + " (" + whose + ")");
    }

    private void waiting(Waiting waiting) {
        if (waiting.most() == 0) {
            return;
        }
        long nanos = Math.max(1, waiting.stretch().toNanos() * waiting.highest().size());
        Sparkline line = new Sparkline(CHART_WIDTH);
        for (int i = 0; i < waiting.highest().size(); i++) {
            line.add(
                    (double) i * waiting.stretch().toNanos() / nanos,
                    waiting.highest().get(i));
        }
        String right = Durations.text(waiting.from().plusNanos(nanos));
        out.append("  connected and not answered yet, at most ")
                .append(waiting.most())
                .append(": the accept queue was no deeper\n");
        out.append("    |").append(line.text(waiting.most(), style)).append("|\n");
        String left = Durations.text(waiting.from());
        out.append("     ")
                .append(left)
                .append(" ".repeat(Math.max(1, CHART_WIDTH - left.length() - right.length())))
                .append(right)
                .append('\n');
    }

    private void text(TextReading text) {
        out.append(style.bold(Style.printable(text.source())))
                .append(": text, ")
                .append(text.understood())
                .append(" lines understood")
                .append(also(text.notUnderstood(), "not"))
                .append('\n');
        explained.clues().stream()
                .filter(clue -> clue.source().equals(text.source()))
                .forEach(clue -> {
                    String left = "  " + Style.printable(clue.where()) + "  ";
                    style.paragraph(out, left, INDENT, clue.words());
                });
        text.unknown().forEach(line -> style.paragraph(out, style.dim("  not understood  "), INDENT, line));
        text.refused()
                .ifPresent(reason -> out.append("  ")
                        .append(style.red("incomplete: "))
                        .append(Style.printable(reason))
                        .append('\n'));
    }

    private void findings() {
        section("What it means");
        if (explained.findings().isEmpty()) {
            out.append("  nothing here went wrong\n");
        }
        for (Explanation finding : explained.findings()) {
            out.append("  ")
                    .append(confidence(finding.confidence()))
                    .append("  ")
                    .append(style.bold(finding.cause()));
            finding.port().ifPresent(port -> out.append(style.dim("  port " + port)));
            out.append('\n');
            style.paragraph(out, INDENT, INDENT, finding.summary());
            if (!isOutdone(finding)) {
                block("evidence", finding.evidence());
                block("refuted by", finding.refutedBy());
            }
            block("next", finding.next().isEmpty() ? List.of() : List.of(finding.next()));
        }
    }

    /// Whether something better is known of the same port: then what is only possible is told in short.
    private boolean isOutdone(Explanation finding) {
        return finding.confidence() == Certainty.POSSIBLE
                && explained.findings().stream()
                        .anyMatch(other -> other.confidence() != Certainty.POSSIBLE
                                && other.port().equals(finding.port()));
    }

    private String confidence(Certainty confidence) {
        return switch (confidence) {
            case PROVED -> style.red(confidence.name());
            case LIKELY -> style.yellow(confidence.name());
            case POSSIBLE -> confidence.name();
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
