package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.traffic.SampleServer;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.ServerPlan.Kind;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
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

    ExitCode run(List<String> words) throws UsageException {
        boolean kindFirst = !words.isEmpty() && !words.getFirst().startsWith("-");
        CommandLine line = CommandWords.parse("serve", OPTIONS, words.subList(kindFirst ? 1 : 0, words.size()));
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help("serve KIND", OPTIONS, help()));
            return ExitCode.OK;
        }
        if (!kindFirst) {
            throw new UsageException("serve needs a kind as its first word: " + kinds());
        }
        ServerPlan plan = plan(kind(words.getFirst()), line);
        try (SampleServer server = SampleServer.start(plan)) {
            out.print(opening(plan, server));
            out.flush();
            untilInterrupted();
            out.print(closing(server));
        }
        return ExitCode.OK;
    }

    private static String help() {
        return Arrays.stream(Kind.values())
                .map(kind -> kind.id() + ": " + kind.meaning() + ".")
                .collect(Collectors.joining(" ", "A server to send surges to, until Ctrl-C. ", ""));
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
        Duration pauseEvery = CommandWords.duration(line, PAUSE_EVERY, Duration.ZERO, LONGEST);
        Duration pause = CommandWords.duration(line, PAUSE, Duration.ZERO, LONGEST);
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
                CommandWords.duration(line, SERVICE_TIME, usual.serviceTime(), LONGEST),
                CommandWords.duration(line, ACCEPT_EVERY, usual.acceptEvery(), LONGEST),
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
        return """
                '%s' listens on %s: it %s.
                  backlog   %s, asked of listen(2)
                %s
                next   anteroom surge %s
                       anteroom doctor --port %d
                Ctrl-C ends it.
                """.formatted(
                        plan.kind().id(),
                        everywhere ? "port " + address.getPort() + " of every address" : target,
                        plan.kind().meaning(),
                        plan.backlog(),
                        limit(plan, server),
                        target,
                        address.getPort());
    }

    private static String limit(ServerPlan plan, SampleServer server) {
        try {
            long limit = server.queue().limit().orElseThrow(() -> new KernelException("the kernel shows none"));
            String why = limit < plan.backlog() ? "cut down by net.core.somaxconn" : "all of it";
            return """
                      limit     %d, given by the kernel: %s (measured, sock_diag)
                      capacity  %d connections wait for accept(2) at most: limit + 1\
                    """.formatted(limit, why, limit + 1);
        } catch (KernelException unknown) {
            return "  limit     not measured: " + unknown.reason();
        }
    }

    private static String closing(SampleServer server) {
        SampleServer.Counts counts = server.counts();
        String text = "ended   accepted " + counts.accepted() + ", served " + counts.served() + ", failed "
                + counts.failed() + "\n";
        if (counts.refusedAccepts() > 0) {
            text += "        accept(2) failed " + counts.refusedAccepts()
                    + " times; for want of descriptors? 'ulimit -n' tells how many there are\n";
        }
        try {
            QueueSample queue = server.queue();
            text += "        " + queue.depth() + " still wait for accept(2) and are reset now; "
                    + queue.dropEvents().stream()
                            .mapToObj(Long::toString)
                            .findFirst()
                            .orElse("unknown")
                    + " drop events (a dropped SYN is 1, a dropped final ACK 2)\n";
        } catch (KernelException unknown) {
            text += "        accept queue not measured: " + unknown.reason() + "\n";
        }
        return text;
    }

    /// Waits for Ctrl-C or SIGTERM, or an interrupt. The JVM ends when the last shutdown hook returns; ours waits
    /// until the thread that runs this command has had its last word.
    private static void untilInterrupted() {
        Thread command = Thread.currentThread();
        Thread hook = new Thread(
                () -> {
                    command.interrupt();
                    try {
                        command.join();
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                },
                "end of serve");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException asked) {
            // what was waited for
        }
    }
}
