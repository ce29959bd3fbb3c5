package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.queue.Durations;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.traffic.SampleServer;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.ServerPlan.Kind;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom serve`: the sample servers, until Ctrl-C.
final class ServeCommand {
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_WORKERS = 10_000;
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final Option PORT =
            CommandWords.valued("port", "PORT", "where to listen, 0 for any free port (default 8100)");
    private static final Option ADDRESS = CommandWords.valued(
            "address", "ADDRESS", "numeric address to listen on (default: every address of this host)");
    private static final Option BACKLOG = CommandWords.valued(
            "backlog",
            "NUMBER",
            "the argument of listen(2) (default 50, which is what 'new ServerSocket(port)' asks for)");
    private static final Option WORKERS = CommandWords.valued("workers", "NUMBER", "threads of 'pool' (default 10)");
    private static final Option SERVICE_TIME = CommandWords.valued(
            "service-time", "TIME", "how long an answer takes: 10ms, 2s (default 0); the server sleeps meanwhile");
    private static final Option ACCEPT_EVERY = CommandWords.valued(
            "accept-every", "TIME", "least time from one accept(2) to the next (default 0; 'slow': 100ms)");
    private static final Option PAUSE_EVERY =
            CommandWords.valued("pause-every", "TIME", "stand still that often, as a garbage collection does");
    private static final Option PAUSE = CommandWords.valued("pause", "TIME", "for how long");
    private static final Option HELP = new Option("h", "help", false, "this text");
    private static final Options OPTIONS = new Options()
            .addOption(PORT)
            .addOption(ADDRESS)
            .addOption(BACKLOG)
            .addOption(WORKERS)
            .addOption(SERVICE_TIME)
            .addOption(ACCEPT_EVERY)
            .addOption(PAUSE_EVERY)
            .addOption(PAUSE)
            .addOption(HELP);

    private final PrintStream out;

    ServeCommand(PrintStream out) {
        this.out = out;
    }

    ExitCode run(List<String> words) throws UsageException, InterruptedException {
        CommandLine line = CommandWords.parse("serve", OPTIONS, words, 1);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("serve KIND", OPTIONS, help()));
            return ExitCode.OK;
        }
        if (line.getArgList().isEmpty()) {
            throw new UsageException("serve needs a kind: " + kinds());
        }
        ServerPlan plan = plan(kind(line.getArgList().getFirst()), line);
        CountDownLatch end = new CountDownLatch(1);
        try (SampleServer server = SampleServer.start(plan);
                CtrlC _ = CtrlC.stops(end::countDown)) {
            out.print(opening(plan, server));
            out.flush();
            end.await();
            out.print(closing(server));
        }
        return ExitCode.OK;
    }

    private static String help() {
        return Arrays.stream(Kind.values())
                .map(kind -> kind.id() + ": " + kind.meaning() + ".")
                .collect(Collectors.joining(
                        " ", "A server to send surges to, until Ctrl-C, its usual end: exit code 0. ", ""));
    }

    private static String kinds() {
        return Arrays.stream(Kind.values()).map(Kind::id).collect(Collectors.joining(", "));
    }

    private static Kind kind(String word) throws UsageException {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.id().equals(word))
                .findFirst()
                .orElseThrow(() -> new UsageException("serve has no kind '" + word + "', but " + kinds()));
    }

    private static ServerPlan plan(Kind kind, CommandLine line) throws UsageException {
        ServerPlan usual = ServerPlan.of(kind);
        rejectIdle(kind, line);
        Duration pauseEvery = CommandWords.time(line, PAUSE_EVERY, LONGEST).orElse(Duration.ZERO);
        Duration pause = CommandWords.time(line, PAUSE, LONGEST).orElse(Duration.ZERO);
        if (line.hasOption(PAUSE) != line.hasOption(PAUSE_EVERY)) {
            throw new UsageException("--pause and --pause-every need each other: how long, and how often");
        }
        if (line.hasOption(PAUSE) && (pause.isZero() || pause.compareTo(pauseEvery) >= 0)) {
            throw new UsageException("--pause has to be more than nothing and shorter than --pause-every");
        }
        return new ServerPlan(
                kind,
                new InetSocketAddress(
                        address(line),
                        CommandWords.number(line, PORT, 0, HIGHEST_PORT).orElse(ServerPlan.DEFAULT_PORT)),
                CommandWords.number(line, BACKLOG, 1, Integer.MAX_VALUE).orElse(usual.backlog()),
                CommandWords.number(line, WORKERS, 1, MOST_WORKERS).orElse(usual.workers()),
                CommandWords.time(line, SERVICE_TIME, LONGEST).orElse(usual.serviceTime()),
                CommandWords.time(line, ACCEPT_EVERY, LONGEST).orElse(usual.acceptEvery()),
                pauseEvery,
                pause);
    }

    /// An option that would change nothing is a misunderstanding, and the run would tell the wrong thing.
    private static void rejectIdle(Kind kind, CommandLine line) throws UsageException {
        Stream<Option> idle = switch (kind) {
            case POOL -> Stream.empty();
            case VIRTUAL, SLOW, SPEAK_FIRST -> Stream.of(WORKERS);
            case RESET -> Stream.of(WORKERS, SERVICE_TIME);
            case STALLED -> Stream.of(WORKERS, SERVICE_TIME, ACCEPT_EVERY, PAUSE_EVERY, PAUSE);
        };
        Optional<Option> given = idle.filter(line::hasOption).findFirst();
        if (given.isPresent()) {
            throw new UsageException(
                    "--" + given.get().getLongOpt() + " means nothing to '" + kind.id() + "', which " + kind.meaning());
        }
    }

    private static InetAddress address(CommandLine line) throws UsageException {
        String text = line.getOptionValue(ADDRESS);
        if (text == null) {
            return new InetSocketAddress(0).getAddress();
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notNumeric) {
            throw new UsageException("--address takes a numeric IP address of this host, not '" + text + "'");
        }
    }

    private static String opening(ServerPlan plan, SampleServer server) {
        InetSocketAddress address = server.address();
        boolean everywhere = address.getAddress().isAnyLocalAddress();
        String host = everywhere ? "127.0.0.1" : address.getAddress().getHostAddress();
        String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        StringBuilder text = new StringBuilder();
        text.append("'").append(plan.kind().id()).append("' listens on ");
        text.append(everywhere ? "port " + address.getPort() + " of every address of this host" : target);
        text.append(": it ").append(plan.kind().meaning()).append(".\n");
        List<String> manner = manner(plan);
        if (!manner.isEmpty()) {
            text.append("  manner    ").append(String.join(", ", manner)).append('\n');
        }
        text.append("  backlog   ").append(plan.backlog()).append(", asked of listen(2)\n");
        text.append(limit(plan, server));
        text.append("Next: anteroom surge ").append(target);
        text.append(plan.kind() == Kind.SPEAK_FIRST ? " --server-first\n" : "\n");
        text.append("      anteroom doctor --port ").append(address.getPort()).append('\n');
        return text.append("Ctrl-C ends it.\n").toString();
    }

    private static List<String> manner(ServerPlan plan) {
        List<String> manner = new ArrayList<>();
        if (plan.kind() == Kind.POOL) {
            manner.add(plan.workers() == 1 ? "1 worker" : plan.workers() + " workers");
        }
        if (!plan.serviceTime().isZero()) {
            manner.add("service time " + Durations.text(plan.serviceTime()));
        }
        if (!plan.acceptEvery().isZero() && plan.kind() != Kind.STALLED) {
            manner.add("an accept every " + Durations.text(plan.acceptEvery()) + " at most");
        }
        if (!plan.pause().isZero()) {
            manner.add("a pause of " + Durations.text(plan.pause()) + " every " + Durations.text(plan.pauseEvery()));
        }
        return manner;
    }

    private static String limit(ServerPlan plan, SampleServer server) {
        try {
            long limit = server.queue().limit().orElseThrow(() -> new KernelException("the kernel shows none"));
            String whole = limit < plan.backlog()
                    ? "cut down by net.core.somaxconn; raise that, then start again"
                    : "all that was asked for";
            return """
                      limit     %d, given by the kernel: %s (measured, sock_diag)
                      capacity  %d, so many connections wait for accept(2) at most: limit + 1
                    """.formatted(limit, whole, limit + 1);
        } catch (KernelException unknown) {
            return "  limit     not measured: " + unknown.reason() + "\n";
        }
    }

    private static String closing(SampleServer server) {
        SampleServer.Counts counts = server.counts();
        String text =
                "Accepted " + counts.accepted() + ", served " + counts.served() + ", failed " + counts.failed() + ".\n";
        if (counts.refusedAccepts() > 0) {
            text += "accept(2) itself failed " + counts.refusedAccepts()
                    + " times, mostly for want of descriptors: 'ulimit -n' tells how many there are.\n";
        }
        try {
            QueueSample queue = server.queue();
            String drops = queue.dropEvents().stream()
                    .mapToObj(Long::toString)
                    .findFirst()
                    .orElse("unknown");
            text += queue.depth() + " still wait for accept(2) and are reset now. Drop events: " + drops
                    + " (1 for a dropped SYN, 2 for a dropped final ACK).\n";
        } catch (KernelException unknown) {
            text += "Accept queue not measured: " + unknown.reason() + "\n";
        }
        return text;
    }
}
