package dev.anteroom.cli;

import dev.anteroom.report.SizeJson;
import dev.anteroom.report.SizeText;
import dev.anteroom.simulator.BurstyQueue;
import dev.anteroom.simulator.SingleWorkerQueue;
import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingLoad;
import dev.anteroom.simulator.SizingPeaks;
import dev.anteroom.simulator.SizingPresent;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingServer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// `anteroom size`: the backlog that a surge needs, and the one past which it only turns drops into time-outs.
final class SizeCommand {
    private static final int MOST_CONNECTIONS = 100_000_000;
    private static final double MOST_RATE = 1e9;
    private static final int MOST_WORKERS = 100_000;
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final Option BURST =
            CommandWords.valued("burst", "N", "connections that come together: the most that ever does");
    private static final Option BURST_WIDTH = CommandWords.valued(
            "burst-width", "TIME", "from the first SYN of the burst to the last (default 0: all at once)");
    private static final Option BURST_VARIES =
            CommandWords.flag("burst-varies", "the burst is N on average, and varies as a Poisson number does");
    private static final Option RATE =
            CommandWords.valued("rate", "PER_SECOND", "connections per second that come all the time");
    private static final Option PEAK_RATE = CommandWords.valued(
            "peak-rate",
            "PER_SECOND",
            "connections per second in peaks that come again and again, with --rate between");
    private static final Option PEAK_TIME =
            CommandWords.valued("peak-time", "TIME", "how long such a peak lasts on average");
    private static final Option PEAK_EVERY =
            CommandWords.valued("peak-every", "TIME", "from the start of one peak to that of the next on average");
    private static final Option ACCEPT_RATE = CommandWords.valued(
            "accept-rate",
            "PER_SECOND",
            "accepts per second while connections wait, of one acceptor that hands them on");
    private static final Option WORKERS = CommandWords.valued(
            "workers", "N", "instead: so many workers that each accept, serve, and accept again; with --service-time");
    private static final Option SERVICE_TIME =
            CommandWords.valued("service-time", "TIME", "how long a worker is busy with one connection: 500us, 20ms");
    private static final Option VARIATION = CommandWords.valued(
            "variation",
            "V",
            "how service times vary, standard deviation over mean: 0 constant, 1 exponential (default 1)");
    private static final Option PAUSE = CommandWords.valued(
            "pause", "TIME", "the longest time in which nobody accepts: garbage collection, a lock");
    private static final Option PATIENCE =
            CommandWords.valued("patience", "TIME", "after which a client gives up (default: never)");
    private static final Option TARGET =
            CommandWords.valued("target", "P", "highest acceptable probability of a loss (default 0.001)");
    private static final Option BACKLOG =
            CommandWords.valued("backlog", "N", "what the program gives to listen(2) today: tells what happens now");
    private static final Option SOMAXCONN =
            CommandWords.valued("somaxconn", "N", "net.core.somaxconn there (default 4096, as in Linux since 5.4)");
    private static final Option SYNCOOKIES =
            CommandWords.valued("syncookies", "0|1|2", "net.ipv4.tcp_syncookies there (default 1, as in Linux)");
    private static final Option SERVER_FIRST = CommandWords.flag(
            "server-first", "the server speaks first (SMTP, SSH, MySQL); default: the client (HTTP, TLS)");
    private static final Option RTT =
            CommandWords.valued("rtt", "TIME", "round trip to the clients (default: longer than the burst is wide)");
    private static final Option OLD_CLIENTS = CommandWords.flag(
            "old-clients", "clients of before Linux 6.5: SYNs at 1, 3, 7, 15 s, not 1, 2, 3, 4, 5, 7, 11");
    private static final Option JSON = CommandWords.flag("json", "one JSON document, complete");
    private static final Option NO_HEADER = new Option("H", "no-header", false, "no headings over the tables");
    private static final Option HELP = new Option("h", "help", false, "this text");
    /// What tells of the load and of the server: another command takes them too.
    static final List<Option> LOAD = List.of(
            BURST,
            BURST_WIDTH,
            BURST_VARIES,
            RATE,
            PEAK_RATE,
            PEAK_TIME,
            PEAK_EVERY,
            ACCEPT_RATE,
            WORKERS,
            SERVICE_TIME,
            VARIATION,
            PAUSE,
            PATIENCE,
            TARGET);

    private static final List<Option> OF_TODAY = List.of(SOMAXCONN, SYNCOOKIES, SERVER_FIRST, RTT, OLD_CLIENTS);
    private static final Options OPTIONS = new Options()
            .addOption(BURST)
            .addOption(BURST_WIDTH)
            .addOption(BURST_VARIES)
            .addOption(RATE)
            .addOption(PEAK_RATE)
            .addOption(PEAK_TIME)
            .addOption(PEAK_EVERY)
            .addOption(ACCEPT_RATE)
            .addOption(WORKERS)
            .addOption(SERVICE_TIME)
            .addOption(VARIATION)
            .addOption(PAUSE)
            .addOption(PATIENCE)
            .addOption(TARGET)
            .addOption(BACKLOG)
            .addOption(SOMAXCONN)
            .addOption(SYNCOOKIES)
            .addOption(SERVER_FIRST)
            .addOption(RTT)
            .addOption(OLD_CLIENTS)
            .addOption(JSON)
            .addOption(NO_HEADER)
            .addOption(HELP);

    private final PrintStream out;

    SizeCommand(PrintStream out) {
        this.out = out;
    }

    ExitCode run(List<String> words) throws UsageException {
        CommandLine line = CommandWords.parse("size", OPTIONS, words);
        if (line.hasOption(HELP)) {
            out.print(CommandWords.help(
                    "size",
                    OPTIONS,
                    "The backlog that a surge needs, the largest that still helps, or that no queue can help. Needs what"
                            + " arrives (--burst, --rate, --peak-rate) and how fast it is accepted (--accept-rate, or"
                            + " --workers with --service-time). Looks at no host and changes nothing."));
            return ExitCode.OK;
        }
        Sizing sizing = Sizing.of(request(line));
        if (line.hasOption(JSON)) {
            SizeJson.write(sizing, out);
        } else {
            out.print(SizeText.of(sizing, CommandWords.style(out, !line.hasOption(NO_HEADER), false)));
        }
        boolean enough = sizing.verdict() == Sizing.Verdict.A_LIMIT_HOLDS
                && (sizing.request().present().isEmpty() || sizing.knob() == Sizing.Knob.NONE);
        return enough ? ExitCode.OK : ExitCode.FINDINGS;
    }

    /// What the words ask for, none of which tells of today's listener unless --backlog is given.
    static SizingRequest request(CommandLine line) throws UsageException {
        SizingLoad load = load(line);
        SizingServer server = server(line);
        if (load.peaks().isPresent()) {
            fitsPeaks(line, load.peaks().get(), server);
        }
        SizingRequest request = SizingRequest.of(load, server)
                .withTarget(CommandWords.decimal(line, TARGET, 1e-12, 0.5).orElse(SizingRequest.USUAL_TARGET));
        Optional<Duration> patience = time(line, PATIENCE);
        if (patience.isPresent()) {
            request = request.withPatience(patience.get());
        }
        if (line.hasOption(BACKLOG)) {
            return request.withPresent(present(line));
        }
        for (Option option : OF_TODAY) {
            if (line.hasOption(option)) {
                throw new UsageException(
                        "--" + option.getLongOpt() + " tells of today's listener and needs its --backlog too");
            }
        }
        return request;
    }

    private static SizingLoad load(CommandLine line) throws UsageException {
        Optional<Integer> burst = CommandWords.number(line, BURST, 1, MOST_CONNECTIONS);
        Optional<Double> rate = CommandWords.decimal(line, RATE, 1e-6, MOST_RATE);
        Optional<SizingPeaks> peaks = peaks(line);
        if (burst.isEmpty() && rate.isEmpty() && peaks.isEmpty()) {
            throw new UsageException("size needs to know what arrives: --burst N, --rate PER_SECOND, or both");
        }
        if (burst.isPresent() && peaks.isPresent()) {
            throw new UsageException("--burst is one surge, --peak-rate tells of many: size them one at a time");
        }
        if (burst.isEmpty() && (line.hasOption(BURST_WIDTH) || line.hasOption(BURST_VARIES))) {
            throw new UsageException("--burst-width and --burst-varies tell of a --burst N, which is missing");
        }
        Duration width = CommandWords.time(line, BURST_WIDTH, LONGEST).orElse(Duration.ZERO);
        return new SizingLoad(burst.orElse(0), width, line.hasOption(BURST_VARIES), rate.orElse(0.0), peaks);
    }

    private static Optional<SizingPeaks> peaks(CommandLine line) throws UsageException {
        Optional<Double> rate = CommandWords.decimal(line, PEAK_RATE, 1e-6, MOST_RATE);
        Optional<Duration> length = time(line, PEAK_TIME);
        Optional<Duration> every = time(line, PEAK_EVERY);
        if (rate.isEmpty() && length.isEmpty() && every.isEmpty()) {
            return Optional.empty();
        }
        if (rate.isEmpty() || length.isEmpty() || every.isEmpty()) {
            throw new UsageException(
                    "--peak-rate, --peak-time and --peak-every tell of the same peaks and need each other");
        }
        if (every.get().compareTo(length.get()) <= 0) {
            throw new UsageException("--peak-every has to be longer than --peak-time: there is calm in between");
        }
        return Optional.of(new SizingPeaks(rate.get(), length.get(), every.get()));
    }

    /// What the formula for peaks cannot take.
    private static void fitsPeaks(CommandLine line, SizingPeaks peaks, SizingServer server) throws UsageException {
        if (line.hasOption(PAUSE) || line.hasOption(VARIATION)) {
            throw new UsageException(
                    "--pause and --variation do not go with --peak-rate: service times are constant there");
        }
        double inService = (peaks.rate() + 1e9 / peaks.length().toNanos()) / server.acceptRate();
        if (inService > BurstyQueue.MOST_ARRIVALS) {
            throw new UsageException(
                    "--peak-rate and --peak-time are too sudden for this accept rate; give the peak as a"
                            + " --burst with its --burst-width");
        }
    }

    private static SizingServer server(CommandLine line) throws UsageException {
        Optional<Double> acceptRate = CommandWords.decimal(line, ACCEPT_RATE, 1e-6, MOST_RATE);
        Optional<Integer> workers = CommandWords.number(line, WORKERS, 1, MOST_WORKERS);
        Optional<Duration> serviceTime = time(line, SERVICE_TIME);
        if (acceptRate.isPresent() == serviceTime.isPresent() || (workers.isPresent() && serviceTime.isEmpty())) {
            throw new UsageException("size needs to know how fast connections are accepted: either --accept-rate"
                    + " PER_SECOND, or --workers N with --service-time TIME");
        }
        SizingServer server = acceptRate
                .map(SizingServer::accepting)
                .orElseGet(() -> SizingServer.working(workers.orElse(1), serviceTime.orElseThrow()));
        return server.withVariation(CommandWords.decimal(line, VARIATION, 0, SingleWorkerQueue.MOST_VARIATION)
                        .orElse(server.variation()))
                .withPause(CommandWords.time(line, PAUSE, LONGEST).orElse(Duration.ZERO));
    }

    private static SizingPresent present(CommandLine line) throws UsageException {
        SizingPresent usual = SizingPresent.listening(
                CommandWords.number(line, BACKLOG, 0, Integer.MAX_VALUE).orElseThrow(),
                CommandWords.number(line, SOMAXCONN, 0, Integer.MAX_VALUE)
                        .map(Integer::longValue)
                        .orElse(SizingPresent.USUAL_SOMAXCONN));
        return new SizingPresent(
                usual.limits(),
                usual.somaxconn(),
                CommandWords.number(line, SYNCOOKIES, 0, 2).orElse(1) != 0,
                line.hasOption(SERVER_FIRST),
                CommandWords.time(line, RTT, LONGEST),
                line.hasOption(OLD_CLIENTS) ? SizingPresent.SYN_TIMES_BEFORE_6_5 : SizingPresent.SYN_TIMES);
    }

    /// A time above zero.
    private static Optional<Duration> time(CommandLine line, Option option) throws UsageException {
        Optional<Duration> time = CommandWords.time(line, option, LONGEST);
        if (time.isPresent() && time.get().isZero()) {
            throw new UsageException("--" + option.getLongOpt() + " has to be above 0, such as 20ms");
        }
        return time;
    }
}
