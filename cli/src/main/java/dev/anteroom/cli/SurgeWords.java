package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.SurgePlan;
import dev.anteroom.traffic.Talk;
import dev.anteroom.traffic.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// The options of `surge`, and the plan that they make.
final class SurgeWords {
    private static final int DEFAULT_CONNECTIONS = 1000;
    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final double LEAST_PER_SECOND = 0.001;
    private static final int MOST_PER_SECOND = 1_000_000;
    private static final int MOST_WAVES = 100_000;
    private static final int MOST_THREADS = 64;
    private static final int MOST_SOURCES = 254;

    private static final Option CONNECTIONS = Option.builder("n")
            .longOpt("connections")
            .hasArg()
            .argName("N")
            .desc("how many connections in all (default 1000)")
            .get();
    private static final Option AT_ONCE =
            CommandWords.flag("at-once", "all as densely as the kernel allows (the default)");
    private static final Option RATE = CommandWords.valued(
            "rate", "RATE", "500/s or 6000/min, evenly spaced, however slow the server is (open loop)");
    private static final Option POISSON =
            CommandWords.flag("poisson", "with --rate: at random times, as independent clients come");
    private static final Option SEED =
            CommandWords.valued("seed", "N", "with --poisson: the same seed gives the same times (default 1)");
    private static final Option RAMP =
            CommandWords.valued("ramp", "TIME", "with --rate: rise from none to the rate within this time");
    private static final Option WAVES = CommandWords.valued("waves", "N", "in so many groups, each at once");
    private static final Option EVERY =
            CommandWords.valued("every", "TIME", "with --waves: from one group to the next (default 1s)");
    private static final Option CONCURRENCY = CommandWords.valued(
            "concurrency", "N", "so many at a time, the next when one ends (closed loop, as ab and wrk do)");
    private static final Option REQUEST =
            CommandWords.valued("request", "LINE", "the request line (default 'GET /PATH HTTP/1.1')");
    private static final Option HEADER =
            CommandWords.valued("header", "LINE", "a header of the request: 'Name: value'; may be given several times");
    private static final Option SEND = CommandWords.valued(
            "send", "TEXT", "no HTTP: send this (\\r and \\n are understood) and wait for one byte");
    private static final Option SERVER_FIRST =
            CommandWords.flag("server-first", "no HTTP: wait for the first byte of the server");
    private static final Option CONNECT_ONLY =
            CommandWords.flag("connect-only", "no HTTP: the handshake is all, then reset");
    private static final Option TLS = CommandWords.flag("tls", "talk TLS (https:// asks for it by itself)");
    private static final Option INSECURE = CommandWords.flag("insecure", "with TLS: trust any certificate");
    private static final Option PATIENCE =
            CommandWords.valued("patience", "TIME", "how long a client waits for the end of its answer (default 10s)");
    private static final Option SOURCE = CommandWords.valued(
            "source", "ADDRESSES", "local addresses to take in turn: A,B or A-B; each has ports of its own");
    private static final Option THREADS =
            CommandWords.valued("threads", "N", "threads that fire (default: as many as help)");
    private static final Option OWN = CommandWords.flag(
            "i-own-this-target", "needed for targets that are neither this host, nor private, nor in 198.18.0.0/15");

    /// The options that say what is said on each connection, without those of HTTP headers and TLS.
    static final List<Option> TALK = List.of(REQUEST, SEND, SERVER_FIRST, CONNECT_ONLY);

    private SurgeWords() {}

    static Options options() {
        Options options = new Options();
        Stream.of(
                        CONNECTIONS,
                        AT_ONCE,
                        RATE,
                        POISSON,
                        SEED,
                        RAMP,
                        WAVES,
                        EVERY,
                        CONCURRENCY,
                        REQUEST,
                        HEADER,
                        SEND,
                        SERVER_FIRST,
                        CONNECT_ONLY,
                        TLS,
                        INSECURE,
                        PATIENCE,
                        SOURCE,
                        THREADS,
                        OWN)
                .forEach(options::addOption);
        return options;
    }

    /// What is said, where one of [#TALK] tells it.
    static Optional<Talk> ownTalk(CommandLine line) throws UsageException {
        return TALK.stream().anyMatch(line::hasOption)
                ? Optional.of(talk(line, SurgeTarget.parse("localhost:80")))
                : Optional.empty();
    }

    /// @throws UsageException if the words contradict each other
    /// @throws KernelException if the target or a source does not resolve
    static SurgePlan plan(CommandLine line) throws UsageException {
        if (line.getArgList().isEmpty()) {
            throw new UsageException("surge needs a target: HOST:PORT or http://HOST/PATH; 'anteroom surge --help'");
        }
        SurgeTarget target = SurgeTarget.parse(line.getArgList().getFirst());
        int connections = CommandWords.number(line, CONNECTIONS, 1, SurgePlan.MOST_CONNECTIONS)
                .orElse(DEFAULT_CONNECTIONS);
        Arrivals arrivals = arrivals(line);
        Talk talk = talk(line, target);
        Optional<Tls> tls = tls(line, target);
        Duration patience = CommandWords.time(line, PATIENCE, LONGEST).orElse(DEFAULT_PATIENCE);
        if (patience.isZero()) {
            throw new UsageException("--patience takes a time above 0: nothing is answered in none");
        }
        int threads = CommandWords.number(line, THREADS, 1, MOST_THREADS)
                .orElseGet(() -> SurgePlan.usefulThreads(
                        arrivals instanceof Arrivals.Closed closed ? closed.concurrency() : connections));
        List<InetAddress> sources = sources(line);
        InetSocketAddress address = target.resolve();
        if (!SurgeTarget.isHarmless(address.getAddress()) && !line.hasOption(OWN)) {
            throw new UsageException(
                    "surge goes to servers of yours: " + address.getAddress().getHostAddress()
                            + " is neither this host nor a private address; if it is yours, say --i-own-this-target");
        }
        return new SurgePlan(
                address, connections, arrivals, talk, tls, patience, sources, Math.min(threads, connections));
    }

    private static Arrivals arrivals(CommandLine line) throws UsageException {
        atMostOne(line, AT_ONCE, RATE, WAVES, CONCURRENCY);
        atMostOne(line, POISSON, RAMP);
        needs(line, RATE, POISSON, RAMP);
        needs(line, POISSON, SEED);
        needs(line, WAVES, EVERY);
        Optional<Double> rate = CommandWords.rate(line, RATE, LEAST_PER_SECOND, MOST_PER_SECOND);
        Optional<Integer> waves = CommandWords.number(line, WAVES, 1, MOST_WAVES);
        Optional<Integer> concurrency = CommandWords.number(line, CONCURRENCY, 1, SurgePlan.MOST_CONNECTIONS);
        if (rate.isPresent() && line.hasOption(POISSON)) {
            int seed = CommandWords.number(line, SEED, 0, Integer.MAX_VALUE).orElse(1);
            return new Arrivals.Poisson(rate.get(), seed);
        }
        if (rate.isPresent() && line.hasOption(RAMP)) {
            return new Arrivals.Ramp(
                    rate.get(), CommandWords.time(line, RAMP, LONGEST).orElse(Duration.ZERO));
        }
        if (rate.isPresent()) {
            return new Arrivals.Uniform(rate.get());
        }
        if (waves.isPresent()) {
            return new Arrivals.Waves(
                    waves.get(), CommandWords.time(line, EVERY, LONGEST).orElse(Duration.ofSeconds(1)));
        }
        return concurrency.<Arrivals>map(Arrivals.Closed::new).orElseGet(Arrivals.AtOnce::new);
    }

    private static Talk talk(CommandLine line, SurgeTarget target) throws UsageException {
        atMostOne(line, REQUEST, SEND, SERVER_FIRST, CONNECT_ONLY);
        atMostOne(line, HEADER, SEND, SERVER_FIRST, CONNECT_ONLY);
        if (line.hasOption(CONNECT_ONLY)) {
            return new Talk.ConnectOnly();
        }
        if (line.hasOption(SERVER_FIRST)) {
            return new Talk.ServerFirst();
        }
        if (line.hasOption(SEND)) {
            String text = line.getOptionValue(SEND).replace("\\r", "\r").replace("\\n", "\n");
            if (text.isEmpty()) {
                throw new UsageException("--send needs a text; a client that says nothing is --server-first");
            }
            return new Talk.ClientFirst(text);
        }
        String requestLine = line.getOptionValue(REQUEST, "GET " + target.path() + " HTTP/1.1");
        List<String> headers = new ArrayList<>();
        if (line.hasOption(HEADER)) {
            headers.addAll(Arrays.asList(line.getOptionValues(HEADER)));
        }
        for (String header : headers) {
            if (header.indexOf(':') < 1) {
                throw new UsageException("--header takes 'Name: value', not '" + header + "'");
            }
        }
        addUnlessGiven(headers, "Host: " + target.authority());
        addUnlessGiven(headers, "User-Agent: anteroom");
        addUnlessGiven(headers, "Connection: close");
        return new Talk.Http(requestLine, headers);
    }

    private static void addUnlessGiven(List<String> headers, String header) {
        String name = header.substring(0, header.indexOf(':') + 1).toLowerCase(Locale.ROOT);
        if (headers.stream().noneMatch(given -> given.toLowerCase(Locale.ROOT).startsWith(name))) {
            headers.add(header);
        }
    }

    private static Optional<Tls> tls(CommandLine line, SurgeTarget target) throws UsageException {
        boolean secure = target.secure() || line.hasOption(TLS);
        if (!secure) {
            needs(line, TLS, INSECURE);
            return Optional.empty();
        }
        return Optional.of(line.hasOption(INSECURE) ? Tls.insecure(target.host()) : Tls.trusting(target.host()));
    }

    /// Addresses, or ranges of them that differ in their last number.
    private static List<InetAddress> sources(CommandLine line) throws UsageException {
        List<InetAddress> sources = new ArrayList<>();
        if (line.hasOption(SOURCE)) {
            for (String word : line.getOptionValue(SOURCE).split(",", -1)) {
                String[] ends = word.split("-", 2);
                byte[] address = address(ends[0]);
                int last = address[address.length - 1] & 0xff;
                int end = ends.length == 1 ? last : address(ends[1])[address.length - 1] & 0xff;
                if (end < last || sources.size() + end - last >= MOST_SOURCES) {
                    throw new UsageException("--source takes up to " + MOST_SOURCES + " addresses, ranges from low to"
                            + " high, not '" + word + "'");
                }
                for (int number = last; number <= end; number++) {
                    address[address.length - 1] = (byte) number;
                    sources.add(byAddress(address));
                }
            }
        }
        return sources;
    }

    private static byte[] address(String word) throws UsageException {
        try {
            return InetAddress.ofLiteral(word).getAddress();
        } catch (IllegalArgumentException noAddress) {
            throw new UsageException("--source takes addresses of this host such as 127.0.0.1 or 127.0.0.2-127.0.0.9,"
                    + " not '" + word + "'");
        }
    }

    private static InetAddress byAddress(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 bytes are an address", impossible);
        }
    }

    private static void atMostOne(CommandLine line, Option... options) throws UsageException {
        List<String> given = Arrays.stream(options)
                .filter(line::hasOption)
                .map(option -> "--" + option.getLongOpt())
                .toList();
        if (given.size() > 1) {
            throw new UsageException(String.join(" and ", given) + " exclude each other");
        }
    }

    private static void needs(CommandLine line, Option needed, Option... options) throws UsageException {
        for (Option option : options) {
            if (line.hasOption(option) && !line.hasOption(needed)) {
                throw new UsageException("--" + option.getLongOpt() + " needs --" + needed.getLongOpt());
            }
        }
    }
}
