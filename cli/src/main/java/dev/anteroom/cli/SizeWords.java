package dev.anteroom.cli;

import dev.anteroom.queue.QueueLimits;
import dev.anteroom.report.SizingDocument;
import dev.anteroom.report.SizingSource;
import dev.anteroom.simulator.BurstyQueue;
import dev.anteroom.simulator.SingleWorkerQueue;
import dev.anteroom.simulator.SizingLoad;
import dev.anteroom.simulator.SizingPeaks;
import dev.anteroom.simulator.SizingPresent;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingServer;
import dev.anteroom.simulator.SizingTrace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// What is to be sized, by the words of `size`: what a file tells, and the options, which come first.
final class SizeWords {
    private static final int MOST_CONNECTIONS = 100_000_000;
    private static final double LEAST_RATE = 1e-6;
    private static final double MOST_RATE = 1e9;
    private static final int MOST_WORKERS = 100_000;
    private static final int HIGHEST_PORT = 65_535;
    private static final Duration LONGEST = Duration.ofHours(1);

    static final Option BURST =
            CommandWords.valued("burst", "N", "connections that come together: the most that ever does");
    static final Option BURST_WIDTH = CommandWords.valued(
            "burst-width", "TIME", "from the first SYN of the burst to the last (default 0: all at once)");
    private static final Option BURST_VARIES =
            CommandWords.flag("burst-varies", "the burst is N on average, and varies as a Poisson number does");
    private static final Option RATE =
            CommandWords.valued("rate", "RATE", "connections that come all the time: 100/s, 6000/min, 2/ms");
    private static final Option PEAK_RATE = CommandWords.valued(
            "peak-rate", "RATE", "connections in peaks that come again and again, with --rate between");
    private static final Option PEAK_TIME =
            CommandWords.valued("peak-time", "TIME", "how long such a peak lasts on average");
    private static final Option PEAK_EVERY =
            CommandWords.valued("peak-every", "TIME", "from the start of one peak to that of the next on average");
    static final Option ACCEPT_RATE = CommandWords.valued(
            "accept-rate",
            "RATE",
            "accepts while connections wait, of one acceptor that hands them on: 100/s, 6000/min");
    private static final Option WORKERS = CommandWords.valued(
            "workers", "N", "instead: so many workers that each accept, serve, and accept again; with --service-time");
    static final Option SERVICE_TIME =
            CommandWords.valued("service-time", "TIME", "how long a worker is busy with one connection: 500us, 20ms");
    private static final Option VARIATION = CommandWords.valued(
            "variation",
            "V",
            "how service times vary, standard deviation over mean: 0 constant, 1 exponential (default 1)");
    static final Option PAUSE = CommandWords.valued(
            "pause", "TIME", "the longest time in which nobody accepts: garbage collection, a lock");
    static final Option PATIENCE =
            CommandWords.valued("patience", "TIME", "after which a client gives up (default: never)");
    private static final Option TARGET =
            CommandWords.valued("target", "P", "highest acceptable probability of a loss (default 0.001)");
    static final Option BACKLOG =
            CommandWords.valued("backlog", "N", "what the program gives to listen(2) today: tells what happens now");
    static final Option SOMAXCONN =
            CommandWords.valued("somaxconn", "N", "net.core.somaxconn there (default 4096, as in Linux since 5.4)");
    static final Option SYNCOOKIES =
            CommandWords.valued("syncookies", "0|1|2", "net.ipv4.tcp_syncookies there (default 1, as in Linux)");
    static final Option SERVER_FIRST = CommandWords.flag(
            "server-first", "the server speaks first (SMTP, SSH, MySQL); default: the client (HTTP, TLS)");
    private static final Option RTT =
            CommandWords.valued("rtt", "TIME", "round trip to the clients (default: longer than the burst is wide)");
    private static final Option OLD_CLIENTS = CommandWords.flag(
            "old-clients", "clients of before Linux 6.5: SYNs at 1, 3, 7, 15 s, not 1, 2, 3, 4, 5, 7, 11");
    private static final Option PORT = CommandWords.valued("port", "PORT", "which listener of a doctor document");
    private static final Option RUN =
            CommandWords.valued("run", "NAME", "which run of a lab document: its variant, its stack, or VARIANT/STACK");

    /// What tells of the load and of the server: `fix` takes them too.
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

    /// Of these, what goes with no single burst.
    static final List<Option> NO_BURST = List.of(BURST_VARIES, RATE, PEAK_RATE, PEAK_TIME, PEAK_EVERY);

    private static final List<Option> OF_TODAY = List.of(SOMAXCONN, SYNCOOKIES, SERVER_FIRST, RTT, OLD_CLIENTS);
    private static final List<Option> OF_ARRIVALS =
            List.of(BURST, BURST_WIDTH, BURST_VARIES, RATE, PEAK_RATE, PEAK_TIME, PEAK_EVERY, VARIATION);

    private final CommandLine line;
    private final Optional<SizeFile> file;
    private final Optional<SizingDocument> document;
    private final Optional<SizingTrace> trace;
    private final SizingRequest request;

    private SizeWords(CommandLine line, Optional<SizeFile> file) throws UsageException {
        this.line = line;
        this.file = file;
        this.document = file.flatMap(SizeFile::document);
        this.trace = file.flatMap(SizeFile::trace);
        this.request = requested();
    }

    /// All options but those that say how to print.
    static Options options() {
        Options options = new Options();
        LOAD.forEach(options::addOption);
        for (Option option : List.of(BACKLOG, SOMAXCONN, SYNCOOKIES, SERVER_FIRST, RTT, OLD_CLIENTS, PORT, RUN)) {
            options.addOption(option);
        }
        return options;
    }

    /// Reads the file, if there is one, and the options.
    static SizeWords of(CommandLine line) throws UsageException {
        if (line.getArgList().isEmpty()) {
            if (line.hasOption(PORT) || line.hasOption(RUN)) {
                throw new UsageException("--port and --run choose from a JSON document, which is missing: size FILE");
            }
            return withoutFile(line);
        }
        return new SizeWords(
                line,
                Optional.of(SizeFile.read(
                        line.getArgList().getFirst(),
                        CommandWords.number(line, PORT, 1, HIGHEST_PORT),
                        Optional.ofNullable(line.getOptionValue(RUN)))));
    }

    /// The options alone, of a command that knows no file.
    static SizeWords withoutFile(CommandLine line) throws UsageException {
        return new SizeWords(line, Optional.empty());
    }

    /// What is to be sized.
    SizingRequest request() {
        return request;
    }

    /// What of it the file told; empty without one.
    Optional<SizingSource> source() {
        return file.map(known -> new SizeOrigin(line, known, request).source());
    }

    private SizingRequest requested() throws UsageException {
        SizingLoad load = load();
        SizingServer server = server();
        if (load.peaks().isPresent()) {
            fitsPeaks(load, load.peaks().get(), server);
        }
        SizingRequest asked = SizingRequest.of(load, trace.isPresent() ? server.withVariation(0) : server)
                .withTarget(CommandWords.decimal(line, TARGET, 1e-12, 0.5)
                        .orElse(trace.isPresent() ? SizingRequest.NOBODY : SizingRequest.USUAL_TARGET));
        Optional<Duration> patience = time(PATIENCE);
        if (patience.isPresent()) {
            asked = asked.withPatience(patience.get());
        }
        Optional<QueueLimits> limits = limits();
        if (limits.isPresent()) {
            return asked.withPresent(present(limits.get()));
        }
        for (Option option : OF_TODAY) {
            if (line.hasOption(option)) {
                throw new UsageException(
                        "--" + option.getLongOpt() + " tells of today's listener and needs its --backlog too");
            }
        }
        return asked;
    }

    private SizingLoad load() throws UsageException {
        if (trace.isPresent()) {
            for (Option option : OF_ARRIVALS) {
                if (line.hasOption(option)) {
                    throw new UsageException("--" + option.getLongOpt()
                            + " does not go with a trace, which is replayed as it is, at a constant accept rate");
                }
            }
            return SizingLoad.ofTrace(trace.get());
        }
        Optional<SizingPeaks> peaks = peaks();
        Optional<Integer> ownBurst = CommandWords.number(line, BURST, 1, MOST_CONNECTIONS);
        if (ownBurst.isPresent() && peaks.isPresent()) {
            throw new UsageException("--burst is one surge, --peak-rate tells of many: size them one at a time");
        }
        long burst = ownBurst.map(Integer::longValue).orElseGet(this::burstOfFile);
        double rate = CommandWords.rate(line, RATE, LEAST_RATE, MOST_RATE).orElse(0.0);
        if (burst == 0 && rate == 0 && peaks.isEmpty()) {
            throw missing("what arrives: --burst N, --rate 100/s, or both");
        }
        if (burst == 0 && (line.hasOption(BURST_WIDTH) || line.hasOption(BURST_VARIES))) {
            throw new UsageException("--burst-width and --burst-varies tell of a --burst N, which is missing");
        }
        Duration width = CommandWords.time(line, BURST_WIDTH, LONGEST)
                .orElseGet(() -> document.flatMap(SizingDocument::burstWidth).orElse(Duration.ZERO));
        return new SizingLoad(
                burst, burst == 0 ? Duration.ZERO : width, line.hasOption(BURST_VARIES), rate, peaks, Optional.empty());
    }

    /// Zero where none is told, or where peaks come instead.
    private long burstOfFile() {
        return line.hasOption(PEAK_RATE)
                ? 0
                : document.map(known -> known.burst().orElse(0)).orElse(0L);
    }

    private UsageException missing(String what) {
        return new UsageException(file.map(known -> known.name() + " does not tell, and size needs to know, ")
                        .orElse("size needs to know ")
                + what);
    }

    private Optional<SizingPeaks> peaks() throws UsageException {
        Optional<Double> rate = CommandWords.rate(line, PEAK_RATE, LEAST_RATE, MOST_RATE);
        Optional<Duration> length = time(PEAK_TIME);
        Optional<Duration> every = time(PEAK_EVERY);
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
    private void fitsPeaks(SizingLoad load, SizingPeaks peaks, SizingServer server) throws UsageException {
        if (line.hasOption(PAUSE) || line.hasOption(VARIATION)) {
            throw new UsageException(
                    "--pause and --variation do not go with --peak-rate: service times are constant there");
        }
        double calm = load.rate() + 1e9 / peaks.every().minus(peaks.length()).toNanos();
        double peak = peaks.rate() + 1e9 / peaks.length().toNanos();
        double inService = Math.max(calm, peak) / server.acceptRate();
        if (inService > BurstyQueue.MOST_ARRIVALS) {
            throw new UsageException(
                    "--peak-rate and --peak-time are too sudden for this accept rate; give the peak as a"
                            + " --burst with its --burst-width");
        }
    }

    private SizingServer server() throws UsageException {
        Optional<Double> acceptRate = CommandWords.rate(line, ACCEPT_RATE, LEAST_RATE, MOST_RATE);
        Optional<Integer> workers = CommandWords.number(line, WORKERS, 1, MOST_WORKERS);
        Optional<Duration> serviceTime = time(SERVICE_TIME);
        if (acceptRate.isEmpty() && serviceTime.isEmpty() && workers.isEmpty()) {
            acceptRate = document.flatMap(known -> known.acceptRate().isPresent()
                    ? Optional.of(known.acceptRate().getAsDouble())
                    : Optional.empty());
        }
        if (acceptRate.isPresent() == serviceTime.isPresent() || (workers.isPresent() && serviceTime.isEmpty())) {
            throw missing("how fast connections are accepted: either --accept-rate 100/s, or --workers N with"
                    + " --service-time TIME");
        }
        SizingServer server = acceptRate
                .map(SizingServer::accepting)
                .orElseGet(() -> SizingServer.working(workers.orElse(1), serviceTime.orElseThrow()));
        return server.withVariation(CommandWords.decimal(line, VARIATION, 0, SingleWorkerQueue.MOST_VARIATION)
                        .orElse(server.variation()))
                .withPause(CommandWords.time(line, PAUSE, LONGEST).orElse(Duration.ZERO));
    }

    /// The limit of today, by its backlog or by the file; empty if neither is told.
    private Optional<QueueLimits> limits() throws UsageException {
        Optional<Integer> backlog = CommandWords.number(line, BACKLOG, 0, Integer.MAX_VALUE);
        if (backlog.isPresent()) {
            return Optional.of(
                    SizingPresent.listening(backlog.get(), somaxconn()).limits());
        }
        OptionalLong limit = document.map(SizingDocument::limit).orElse(OptionalLong.empty());
        return limit.isEmpty()
                ? Optional.empty()
                : Optional.of(QueueLimits.observed(
                        limit.getAsLong(),
                        OptionalLong.of(somaxconn()),
                        QueueLimits.SomaxconnHistory.NOT_SEEN_REWRITTEN));
    }

    private long somaxconn() throws UsageException {
        return CommandWords.number(line, SOMAXCONN, 0, Integer.MAX_VALUE)
                .map(Integer::longValue)
                .orElseGet(() -> document.map(SizingDocument::somaxconn)
                        .orElse(OptionalLong.empty())
                        .orElse(SizingPresent.USUAL_SOMAXCONN));
    }

    private SizingPresent present(QueueLimits limits) throws UsageException {
        boolean cookiesOfFile = document.flatMap(SizingDocument::cookies).orElse(true);
        return new SizingPresent(
                limits,
                somaxconn(),
                CommandWords.number(line, SYNCOOKIES, 0, 2)
                        .map(value -> value != 0)
                        .orElse(cookiesOfFile),
                line.hasOption(SERVER_FIRST),
                CommandWords.time(line, RTT, LONGEST),
                line.hasOption(OLD_CLIENTS) ? SizingPresent.SYN_TIMES_BEFORE_6_5 : SizingPresent.SYN_TIMES);
    }

    /// A time above zero.
    private Optional<Duration> time(Option option) throws UsageException {
        Optional<Duration> time = CommandWords.time(line, option, LONGEST);
        if (time.isPresent() && time.get().isZero()) {
            throw new UsageException("--" + option.getLongOpt() + " has to be above 0, such as 20ms");
        }
        return time;
    }
}
