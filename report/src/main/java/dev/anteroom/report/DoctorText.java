package dev.anteroom.report;

import dev.anteroom.diagnosis.Finding;
import dev.anteroom.diagnosis.FindingsByListener;
import dev.anteroom.diagnosis.Severity;
import dev.anteroom.diagnosis.Verdict;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.Listener;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.NotMeasured;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.queue.Setting;
import dev.anteroom.report.Table.Cell;
import dev.anteroom.report.Table.Column;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// What `doctor` prints on a terminal: the answer first, then the table, the findings, the counters and settings,
/// and what could not be measured.
public final class DoctorText {
    /// Up to so many listeners are all shown; of more, only those with something in them.
    private static final int SHOWN_ANYWAY = 40;

    private static final String UNKNOWN = "?";

    private final Evidence evidence;
    private final List<Finding> findings;
    private final FindingsByListener byListener;
    private final Style style;
    private final boolean all;
    private final IntFunction<String> userName;
    private final StringBuilder out = new StringBuilder();

    private DoctorText(
            Evidence evidence, List<Finding> findings, Style style, boolean all, IntFunction<String> userName) {
        this.evidence = evidence;
        this.findings = findings;
        this.byListener = new FindingsByListener(findings);
        this.style = style;
        this.all = all;
        this.userName = userName;
    }

    /// Renders a diagnosis.
    ///
    /// @param all show every listener, Unix-domain ones included, and every counter
    /// @param userName the name of a user id
    public static String of(
            Evidence evidence, List<Finding> findings, Style style, boolean all, IntFunction<String> userName) {
        return new DoctorText(evidence, findings, style, all, userName).render();
    }

    private String render() {
        headline();
        evidence.namespaces().forEach(this::listeners);
        new FindingsText(style, this::namespaceLabel, out).write(findings);
        evidence.namespaces().forEach(this::counters);
        notMeasured();
        return out.toString();
    }

    private void headline() {
        int listeners = evidence.namespaces().stream()
                .mapToInt(namespace -> namespace.listeners().size())
                .sum();
        String scope = " (" + count(listeners, "listener") + " in "
                + count(evidence.namespaces().size(), "network namespace")
                + (oneLook() ? ", one look" : ", watched for " + window()) + ", Linux "
                + evidence.kernel().release() + ")\n";
        if (any(Severity.CRITICAL)) {
            out.append(style.red("Connections are being lost or held up NOW: " + concerned(Severity.CRITICAL)));
        } else if (any(Severity.WARNING)) {
            out.append(style.yellow(
                    (allSeen() ? "Nothing is lost now" : oneLook() ? "Nothing is full now" : "No loss was seen")
                            + ", but see below: " + concerned(Severity.WARNING)));
        } else {
            out.append(
                    allSeen()
                            ? "Healthy: no listener is losing connections"
                            : oneLook()
                                    ? "No listener is full at this moment; losses show only over a --window"
                                    : "Healthy as far as could be seen, which was not everything");
        }
        out.append(scope);
    }

    private boolean any(Severity severity) {
        return findings.stream().anyMatch(finding -> finding.severity() == severity);
    }

    /// Whom the findings of a severity are about.
    private String concerned(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .map(finding ->
                        finding.listener().map(Listener::label).orElseGet(() -> namespaceLabel(finding.namespace())))
                .distinct()
                .map(Style::printable)
                .collect(Collectors.joining(", "));
    }

    /// Whether every listener showed its limit, and two looks gave losses a chance to show.
    private boolean allSeen() {
        return !oneLook()
                && evidence.namespaces().stream()
                        .flatMap(namespace -> namespace.listeners().stream())
                        .allMatch(one -> one.after().limit().isPresent());
    }

    private void listeners(NamespaceEvidence namespace) {
        boolean few = namespace.listeners().stream()
                        .filter(one -> one.listener().endpoint().family() != Family.UNIX)
                        .limit(SHOWN_ANYWAY + 1L)
                        .count()
                <= SHOWN_ANYWAY;
        List<ListenerEvidence> shown = namespace.listeners().stream()
                .filter(one -> all || isShown(one, few))
                .toList();
        int left = namespace.listeners().size() - shown.size();
        out.append('\n').append(style.bold(heading(namespace))).append('\n');
        if (shown.isEmpty() && left == 0) {
            out.append("nobody listens here\n");
            return;
        }
        Table table = new Table(
                Column.left("LISTENER"),
                Column.left("PROCESS"),
                Column.left("CONTAINER"),
                Column.right("DEPTH/LIMIT"),
                Column.left(""),
                Column.right("CAPACITY"),
                Column.left("BOUND BY"),
                Column.right("SYN QUEUE"),
                Column.right("DROP EVENTS"),
                Column.right("+" + window()),
                Column.left("VERDICT"));
        shown.forEach(one -> row(table, namespace, one));
        if (!shown.isEmpty()) {
            table.writeTo(out, style);
        }
        if (left > 0) {
            out.append(style.dim("and " + left + " more with empty queues and no drops, Unix-domain ones among them"
                            + " (--all shows them)"))
                    .append('\n');
        }
    }

    private boolean isShown(ListenerEvidence one, boolean few) {
        boolean busy = one.after().depth() > 0
                || one.after().dropEvents().orElse(0) > 0
                || byListener.verdict(one.listener()) != Verdict.OK;
        boolean unix = one.listener().endpoint().family() == Family.UNIX;
        return busy || (few && !unix);
    }

    private void row(Table table, NamespaceEvidence namespace, ListenerEvidence one) {
        boolean unix = one.listener().endpoint().family() == Family.UNIX;
        long depth = one.after().depth();
        OptionalLong limit = one.after().limit();
        String capacity = limit.isPresent() ? Long.toString(limit.getAsLong() + 1) : UNKNOWN;
        Verdict verdict = byListener.verdict(one.listener());
        String verdictText = verdict.text();
        table.add(
                Cell.of(one.listener().endpoint().toString() + (one.listener().v6Only() ? " v6only" : "")),
                Cell.of(process(one)),
                Cell.of(one.listener().processes().stream()
                        .flatMap(process -> process.container().stream())
                        .map(container -> container.label())
                        .findFirst()
                        .orElse("")),
                Cell.of(depth + "/" + (limit.isPresent() ? limit.getAsLong() : UNKNOWN)),
                Cell.of(limit.isPresent() ? style.bar(depth, limit.getAsLong() + 1) : ""),
                Cell.of(capacity),
                Cell.of(namespace.limits(one).map(DoctorText::boundBy).orElse("")),
                Cell.of(unix ? "-" : text(one.synQueue())),
                Cell.of(unix ? "-" : text(one.after().dropEvents())),
                Cell.of(oneLook() ? "" : step(one.dropEventsInWindow())),
                new Cell(verdictText, paint(verdict)));
    }

    private String paint(Verdict verdict) {
        return switch (verdict) {
            case FULL_AND_DROPPING, FULL, DROPPING, STALLED -> style.red(verdict.text());
            case DROPPED_BEFORE, ATTENTION -> style.yellow(verdict.text());
            case OK -> verdict.text();
        };
    }

    private String process(ListenerEvidence one) {
        if (one.listener().processes().isEmpty()) {
            return one.listener().uid().isPresent()
                    ? "? of "
                            + (style.numeric()
                                    ? "uid "
                                            + Integer.toUnsignedString(
                                                    one.listener().uid().getAsInt())
                                    : userName.apply(one.listener().uid().getAsInt()))
                    : UNKNOWN;
        }
        int others = one.listener().processes().size() - 1;
        return one.listener().processes().getFirst().label() + (others > 0 ? " +" + others : "");
    }

    private static String boundBy(QueueLimits limits) {
        String word = limits.boundBy().name().toLowerCase(Locale.ROOT);
        return switch (limits.certainty()) {
            case PROVED, LIKELY -> word;
            case POSSIBLE -> limits.boundBy() == QueueLimits.Bound.UNKNOWN ? word : word + "?";
        };
    }

    private void counters(NamespaceEvidence namespace) {
        Table table = new Table(
                Column.left("COUNTER"), Column.right("TOTAL"), Column.right("+" + window()), Column.left("MEANING"));
        for (Counter counter : Counter.values()) {
            OptionalLong total = namespace.after().value(counter);
            if (total.isPresent() && (all || (total.getAsLong() > 0 && isAboutListeners(counter)))) {
                table.add(
                        Cell.of(counter.kernelName()),
                        Cell.of(Long.toUnsignedString(total.getAsLong())),
                        Cell.of(oneLook() ? "" : step(namespace.moved(counter))),
                        Cell.of(counter.meaning()));
            }
        }
        StringBuilder rows = new StringBuilder();
        table.writeTo(rows, style);
        String settings = namespace.settings().values().entrySet().stream()
                .filter(entry -> all || isAboutListeners(entry.getKey()))
                .map(entry -> entry.getKey().shortName() + "=" + entry.getValue())
                .collect(Collectors.joining("  "));
        boolean nothing = table.isEmpty() && settings.isEmpty();
        if (nothing || (namespace.listeners().isEmpty() && table.isEmpty())) {
            return;
        }
        out.append('\n')
                .append(style.bold("Counters and settings of " + heading(namespace)))
                .append('\n');
        if (table.isEmpty()) {
            out.append(
                    namespace.after().value(Counter.LISTEN_DROPS).isPresent()
                            ? "no segment was ever refused here\n"
                            : "the counters could not be read\n");
        } else {
            out.append(rows);
        }
        if (!settings.isEmpty()) {
            out.append(settings).append('\n');
        }
    }

    private static boolean isAboutListeners(Counter counter) {
        return switch (counter) {
            case LISTEN_OVERFLOWS,
                    LISTEN_DROPS,
                    REQ_Q_FULL_DROP,
                    REQ_Q_FULL_DO_COOKIES,
                    SYNCOOKIES_SENT,
                    SYNCOOKIES_RECV,
                    SYNCOOKIES_FAILED,
                    EMBRYONIC_RSTS,
                    TCP_MIGRATE_REQ_SUCCESS,
                    TCP_MIGRATE_REQ_FAILURE -> true;
            default -> false;
        };
    }

    private static boolean isAboutListeners(Setting setting) {
        return switch (setting) {
            case SOMAXCONN, TCP_SYNCOOKIES, TCP_MAX_SYN_BACKLOG, TCP_ABORT_ON_OVERFLOW, TCP_SYNACK_RETRIES -> true;
            default -> false;
        };
    }

    private void notMeasured() {
        if (evidence.notMeasured().isEmpty()) {
            return;
        }
        out.append('\n').append(style.bold("Not measured")).append('\n');
        for (NotMeasured missing : evidence.notMeasured()) {
            out.append("  ")
                    .append(Style.printable(missing.what() + ": " + missing.why() + "; " + missing.how()))
                    .append('\n');
        }
    }

    private String namespaceLabel(long inode) {
        return evidence.namespaces().stream()
                .filter(namespace -> namespace.inode() == inode)
                .findFirst()
                .map(DoctorText::heading)
                .orElse("net:[" + inode + "]");
    }

    private static String heading(NamespaceEvidence namespace) {
        return Style.printable(namespace.label())
                + (namespace.inode() <= 0 ? "" : " (net:[" + namespace.inode() + "])");
    }

    private boolean oneLook() {
        return evidence.window().isZero();
    }

    private static String step(OptionalLong value) {
        return value.isPresent() ? "+" + value.getAsLong() : "-";
    }

    private String window() {
        return evidence.windowText();
    }

    private static String text(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : UNKNOWN;
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
