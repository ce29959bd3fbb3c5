package dev.anteroom.capture;

import dev.anteroom.queue.Clue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads what people paste: stack traces, log lines, tables of sockets, counters, settings. For one thread.
///
/// Each line is offered to the formats in turn; the first that knows it takes it. A file may hold several
/// formats. Two readings of the same counters, in one file or in two, become a difference. A line that no
/// format knows is counted and shown, and nothing is concluded from it. Memory is bounded whatever comes; of a
/// line longer than 64 KiB only that much is read.
public final class TextReader {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int SHOWN = 5;
    private static final int SHOWN_LENGTH = 160;

    private final ClueBook clues = new ClueBook();
    private final CounterBook counters = new CounterBook();

    /// With nothing read.
    public TextReader() {}

    /// Reads one text to its end. What was read before an error counts.
    ///
    /// @param source its name, as clues show it
    /// @param in UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it; not closed
    /// @throws IOException if the stream fails
    public TextReading read(String source, InputStream in) throws IOException {
        SocketRows rows = new SocketRows(clues);
        List<TextFormat> formats = List.of(
                new CommandLine(rows, counters),
                new UnixSocketLog(clues),
                new JavaTrace(clues),
                new NodeTrace(clues),
                new PythonTrace(clues),
                new CurlLog(clues),
                new NginxLog(clues),
                new HaproxyLog(clues),
                new GoLog(clues),
                new DatabaseLog(clues),
                new KernelLog(clues),
                new ProcNetTcp(rows),
                new ListenQueueTable(clues),
                new SocketTable(rows),
                new NstatLines(counters),
                new ProcNetStatistics(counters),
                new NetstatStatistics(counters),
                new SysctlLines(clues),
                new FirewallRules(clues),
                new ServerLog(clues),
                new ProcessLines(clues, rows),
                new ErrorWords(clues));
        Lines lines = new Lines(source, in);
        List<String> unknown = new ArrayList<>();
        long notUnderstood = 0;
        long understood = 0;
        for (Optional<Line> next = lines.next(); next.isPresent(); next = lines.next()) {
            Line line = next.get();
            if (line.text().isBlank()) {
                continue;
            }
            if (taken(formats, line)) {
                understood++;
            } else {
                notUnderstood++;
                if (unknown.size() < SHOWN) {
                    unknown.add(line.where() + ": " + shown(line.text()));
                }
            }
        }
        formats.forEach(TextFormat::end);
        rows.end(source);
        counters.end();
        return new TextReading(source, understood, notUnderstood, unknown, lines.refused);
    }

    /// Every format sees every line, so that one that follows several lines learns that another's have begun.
    private static boolean taken(List<TextFormat> formats, Line line) {
        boolean taken = false;
        for (TextFormat format : formats) {
            if (taken) {
                format.interrupted();
            } else {
                taken = format.take(line);
            }
        }
        return taken;
    }

    /// What all that was read shows, counters compared where there are two readings of them.
    public List<Clue> clues() {
        List<Clue> all = new ArrayList<>(clues.all());
        all.addAll(counters.clues());
        return List.copyOf(all);
    }

    private static String shown(String text) {
        String printable = text.strip().replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= SHOWN_LENGTH ? printable : printable.substring(0, SHOWN_LENGTH) + "…";
    }

    /// The lines of a stream, until its end or the first byte that no text holds.
    private static final class Lines {
        private static final int BYTE_ORDER_MARK = 0xfeff;
        private final String source;
        private final InputStream in;
        private Charset charset = StandardCharsets.UTF_8;
        private int unit = 1;
        private long offset;
        private long number;
        private Optional<String> refused = Optional.empty();

        Lines(String source, InputStream in) throws IOException {
            this.source = source;
            this.in = new BufferedInputStream(in);
            this.in.mark(2);
            int mark = this.in.read() << 8 | this.in.read();
            if (mark == BYTE_ORDER_MARK || mark == Short.toUnsignedInt(Short.reverseBytes((short) BYTE_ORDER_MARK))) {
                charset = mark == BYTE_ORDER_MARK ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
                unit = 2;
                offset = 2;
            } else {
                this.in.reset();
            }
        }

        /// The next line; empty at the end, or where [#refused] says why there is no more.
        Optional<Line> next() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            boolean any = false;
            for (int first = in.read(); refused.isEmpty() && first >= 0; first = in.read()) {
                int second = unit == 1 ? 0 : in.read();
                int character = charset.equals(StandardCharsets.UTF_16LE)
                        ? second << 8 | first
                        : unit == 1 ? first : first << 8 | second;
                if (character == 0) {
                    refused = Optional.of("not text: a zero byte at offset " + offset);
                    break;
                }
                offset += unit;
                any = true;
                if (character == '\n') {
                    break;
                }
                if (bytes.size() < LONGEST_LINE) {
                    bytes.write(first);
                    if (unit == 2) {
                        bytes.write(second);
                    }
                }
            }
            if (!any || refused.isPresent()) {
                return Optional.empty();
            }
            number++;
            return Optional.of(new Line(source, number, bytes.toString(charset).stripTrailing()));
        }
    }
}
