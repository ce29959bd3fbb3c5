package dev.anteroom.capture;

import dev.anteroom.queue.Sign;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a process runs at all: `ps` with a STAT or S column, `/proc/PID/status`, and the pauses that a JVM
/// logs (`-Xlog:gc`, `-Xlog:safepoint`).
final class ProcessLines implements TextFormat {
    private static final Pattern STATUS = Pattern.compile("^State:\\s{1,4}([A-Za-z]) \\([a-z ]{1,30}\\)$");
    private static final Pattern GC_PAUSE = Pattern.compile("\\bPause .{0,200}?(\\d{1,9})[.,]\\d{1,6}ms$");
    private static final Pattern SAFEPOINT = Pattern.compile("\\bTotal: {1,20}(\\d{1,18}) ns$");
    private static final Pattern STOPPED_THREADS =
            Pattern.compile("application threads were stopped: (\\d{1,9})[.,]\\d{1,9} seconds");
    private static final long LONG_MILLIS = 1000;

    private final ClueBook clues;
    private final SocketRows rows;
    private int processColumn = -1;
    private int stateColumn = -1;

    ProcessLines(ClueBook clues, SocketRows rows) {
        this.clues = clues;
        this.rows = rows;
    }

    @Override
    public boolean take(Line line) {
        Matcher status = STATUS.matcher(line.text());
        if (status.matches()) {
            state(status.group(1), "", line);
            return true;
        }
        if (pause(line)) {
            return true;
        }
        List<String> fields = List.of(line.fields());
        if (fields.contains("PID") && (fields.contains("STAT") || fields.contains("S"))) {
            processColumn = fields.indexOf("PID");
            stateColumn = Math.max(fields.indexOf("STAT"), fields.indexOf("S"));
            return true;
        }
        boolean row = stateColumn >= 0
                && fields.size() > Math.max(stateColumn, processColumn)
                && fields.get(stateColumn).matches("[RSDTtZXIW][<NLsl+]{0,5}");
        if (row) {
            state(fields.get(stateColumn), fields.get(processColumn), line);
        } else {
            stateColumn = -1;
        }
        return row;
    }

    private void state(String state, String process, Line line) {
        if (state.startsWith("T") || state.startsWith("t")) {
            rows.stopped(process, line);
        }
    }

    private boolean pause(Line line) {
        Matcher gc = GC_PAUSE.matcher(line.text());
        Matcher safepoint = SAFEPOINT.matcher(line.text());
        Matcher stopped = STOPPED_THREADS.matcher(line.text());
        long millis = gc.find()
                ? Long.parseLong(gc.group(1))
                : safepoint.find()
                        ? Long.parseLong(safepoint.group(1)) / 1_000_000
                        : stopped.find() ? Long.parseLong(stopped.group(1)) * 1000 : -1;
        if (millis >= LONG_MILLIS) {
            clues.add(Sign.LONG_PAUSE, line, OptionalInt.empty());
        }
        return millis >= 0;
    }

    @Override
    public void end() {
        stateColumn = -1;
    }
}
