package dev.anteroom.simulator;

import dev.anteroom.queue.KernelVersion;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.queue.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A TCP stack with its version: its rules as a server and as a client.
///
/// A rule whose exact release is not settled takes effect here with the first release in which it was read.
///
/// @param name as in `linux-6.14`, `freebsd-13`, `xnu`, `windows`, `gvisor`
/// @param kernel the version, of a Linux
/// @param server its rules as a server
/// @param client its rules as a client
/// @param defaults the settings of a new host; those it lacks are absent
public record Stack(
        String name,
        Optional<KernelVersion> kernel,
        ServerRules server,
        ClientRules client,
        Map<Setting, Long> defaults) {

    /// What no stack models here.
    public static final List<String> NOT_MODELLED = List.of(
            "TIME_WAIT reuse: every connection has a port of its own",
            "the entries of tcp_metrics that were there before the run",
            "Multipath TCP, SMC, IPv6 and ICMP errors",
            "memory pressure, and what it costs to process a segment or to wake a thread",
            "segmentation, congestion and flow control: a request and an answer are one segment each",
            "Fast Open without a cookie and its SYN-ACKs sent again by the server; SO_REUSEPORT migration",
            "XNU: the random victim while overflows come fast; Windows: limits of its own for requests");

    private static final String LINUX = "linux-";
    private static final Pattern VERSION = Pattern.compile("\\d{1,4}\\.\\d{1,4}(?:\\.\\d{1,4})?(?:[-+].*)?");
    private static final KernelVersion OLDEST_READ = KernelVersion.of(2, 2, 0);

    /// The first release whose rules were not read.
    private static final KernelVersion NOT_READ = KernelVersion.of(6, 19, 0);
    private static final int USUAL_HZ = 250;

    public Stack {
        defaults = Map.copyOf(defaults);
    }

    /// The stacks that have a name of their own. Any `linux-` followed by a version is one too.
    public static List<String> names() {
        return List.of(
                "linux-2.2",
                "linux-2.4",
                "linux-2.6.32",
                "linux-3.10",
                "linux-4.3",
                "linux-4.4",
                "linux-4.10",
                "linux-5.4",
                "linux-6.1",
                "linux-6.5",
                "linux-6.14",
                "freebsd-13",
                "xnu",
                "windows",
                "gvisor");
    }

    /// The stack of that name.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Stack named(String name) {
        if (name.startsWith(LINUX)
                && VERSION.matcher(name.substring(LINUX.length())).matches()) {
            KernelVersion kernel = KernelVersion.parse(name.substring(LINUX.length()), "", "");
            return LinuxRules.stack(name, kernel);
        }
        return switch (name) {
            case "freebsd-13" -> OtherStacks.freebsd();
            case "xnu" -> OtherStacks.xnu();
            case "windows" -> OtherStacks.windows();
            case "gvisor" -> OtherStacks.gvisor();
            default ->
                throw new IllegalArgumentException("no TCP stack is called '" + name + "'; known are "
                        + String.join(", ", names()) + " and linux- with any version, as in linux-5.15.0");
        };
    }

    /// The rules of a running kernel.
    public static Stack of(KernelVersion kernel) {
        return LinuxRules.stack(LINUX + kernel.numbers(), kernel);
    }

    /// What listen(2) makes of a backlog.
    ///
    /// @param backlog its argument
    /// @param somaxconn the largest limit of the host at that time
    public long limit(int backlog, long somaxconn) {
        return switch (server.backlog()) {
            case LINUX ->
                QueueLimits.ofListen(kernel.orElseThrow(), backlog, somaxconn).limit();
            case FREEBSD -> backlog < 0 || backlog > somaxconn ? somaxconn : backlog;
            case XNU -> backlog <= 0 || backlog > somaxconn ? somaxconn : backlog;
            case WINDOWS -> Math.clamp(Integer.toUnsignedLong(backlog), 1, 200);
            case GVISOR -> Math.min(Integer.toUnsignedLong(backlog), 1024);
        };
    }

    /// How many connections an accept queue of that limit really holds: limit + 1 on Linux alone.
    public long capacity(long limit) {
        return server.acceptRoom().capacity(limit);
    }

    /// Whether a host with this stack has a setting. What it lacks cannot be set, and what others make of it is a
    /// constant there.
    public boolean has(Setting setting) {
        return kernel.map(version -> LinuxRules.has(version, setting)).orElseGet(() -> defaults.containsKey(setting));
    }

    /// Whose rules these are, where those of the version itself were not read: the newest known for a later one, as in
    /// `linux-6.18, the newest known`. Empty for every version that was.
    public Optional<String> rulesOf() {
        return kernel.flatMap(version -> version.compareTo(NOT_READ) >= 0
                ? Optional.of(LINUX + "6.18, the newest known")
                : version.compareTo(OLDEST_READ) < 0 ? Optional.of(LINUX + "2.2, the oldest known") : Optional.empty());
    }

    /// How punctual its retransmission timers are: since 4.8 Linux keeps them in a wheel, at 250 ticks in a second on
    /// most distributions. Other stacks are taken to be exact.
    public TimerModel timers() {
        return kernel.filter(version -> version.atLeast(4, 8, 0)).isPresent()
                ? TimerModel.wheel(USUAL_HZ)
                : TimerModel.EXACT;
    }

    /// All its rules, with their sources.
    public List<Rule> rules() {
        return Stream.concat(server.rules().stream(), client.rules().stream()).toList();
    }
}
