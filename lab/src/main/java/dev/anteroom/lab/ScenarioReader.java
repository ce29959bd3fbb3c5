package dev.anteroom.lab;

import dev.anteroom.kernel.LinkShape;
import dev.anteroom.queue.Setting;
import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingLoad;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingServer;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.SurgePlan;
import dev.anteroom.traffic.Talk;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// From YAML to scenarios: every value has a default, a type and bounds; what is wrong is told with its line.
final class ScenarioReader {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /// In simulated time; a real surge holds [SurgePlan#MOST_CONNECTIONS].
    private static final int MOST_CONNECTIONS = 1_000_000_000;

    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration DEFAULT_LOOK = Duration.ofSeconds(1);
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_SOURCES = 200;
    private static final long HIGHEST_INT = Integer.MAX_VALUE;
    private static final String RECOMMENDED = "recommended";

    private final String name;

    private ScenarioReader(String name) {
        this.name = name;
    }

    /// The variants of a scenario; one without a name where it has none.
    ///
    /// @param name what to call it where it does not say so itself
    /// @param whole the document, overridden values laid over it already
    static List<Scenario> read(String name, Tree.Mapping whole) throws ScenarioException {
        Fields top = new Fields("", whole);
        ScenarioReader reader = new ScenarioReader(top.text("name").orElse(name));
        Tree.Mapping variants = top.fields("variants").mapping();
        if (variants.entries().isEmpty()) {
            return List.of(reader.scenario("", whole));
        }
        List<Scenario> all = new ArrayList<>();
        for (Map.Entry<String, Tree> variant : variants.entries().entrySet()) {
            if (!(variant.getValue() instanceof Tree.Mapping own)) {
                throw new ScenarioException(variant.getValue().place() + ": variants." + variant.getKey()
                        + ": expected values by name, which replace those of the scenario");
            }
            if (own.entries().containsKey("variants")) {
                throw new ScenarioException(own.place() + ": a variant has no variants of its own");
            }
            all.add(reader.scenario(variant.getKey(), whole.overlaid(own)));
        }
        return all;
    }

    private Scenario scenario(String variant, Tree.Mapping tree) throws ScenarioException {
        Fields top = new Fields("", tree);
        top.text("name");
        top.has("variants");
        String about = top.text("about").orElse("");
        Map<Setting, Long> server = settings(top.fields("host"));
        Map<Setting, Long> client = settings(top.fields("client"));
        LinkShape link = link(top.fields("link"));
        Scenario.SurgeSpec surge = surge(top.fields("surge"));
        List<Scenario.ServerSpec> listeners = new ArrayList<>();
        List<Fields> members = top.list("reuseport");
        if (members.isEmpty()) {
            listeners.add(listener(top.fields("server"), surge));
        }
        for (Fields member : members) {
            listeners.add(listener(member, surge));
        }
        if (listeners.stream().mapToInt(Scenario.ServerSpec::port).distinct().count() > 1) {
            throw top.wrong("reuseport", "several ports", "the same port for each member");
        }
        List<Scenario.Step> steps = new ArrayList<>();
        for (Fields step : top.list("steps")) {
            steps.add(step(step));
        }
        Duration look = top.time("look", DEFAULT_LOOK, LONGEST);
        List<Expectation> expectations = expectations(top.fields("expect"));
        top.nothingElse();
        return new Scenario(
                name,
                variant,
                about,
                server,
                client,
                link,
                listeners,
                surge,
                steps,
                look,
                expectations,
                yaml(tree, listeners.getFirst()));
    }

    /// What stages this variant again: the name it had, no variants, and the backlog that was computed.
    private String yaml(Tree.Mapping tree, Scenario.ServerSpec listener) {
        Map<String, Tree> entries = new LinkedHashMap<>();
        entries.put("name", new Tree.Scalar(tree.place(), name));
        tree.entries().forEach(entries::putIfAbsent);
        entries.remove("variants");
        Tree.Mapping alone = new Tree.Mapping(tree.place(), entries);
        return Tree.yaml(
                listener instanceof Scenario.ServerSpec.Sample(ServerPlan plan, boolean computed)
                                && computed
                                && !entries.containsKey("reuseport") // each member says it again
                        ? alone.overlaid(Tree.at("server.backlog", Integer.toString(plan.backlog()), tree.place()))
                        : alone);
    }

    private static Map<Setting, Long> settings(Fields host) throws ScenarioException {
        Map<Setting, Long> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (host.has(setting.shortName())) {
                values.put(setting, host.number(setting.shortName(), 0, 0, HIGHEST_INT));
            }
        }
        host.nothingElse();
        return values;
    }

    private static LinkShape link(Fields link) throws ScenarioException {
        Duration most = Duration.ofSeconds(10);
        Optional<String> rate = link.text("rate");
        Duration delay = link.time("delay", Duration.ZERO, most);
        Duration jitter = link.time("jitter", Duration.ZERO, most);
        if (jitter.compareTo(delay) > 0) {
            throw link.wrong("jitter", link.text("jitter").orElse(""), "at most the delay");
        }
        LinkShape shape = new LinkShape(
                delay,
                jitter,
                link.share("loss"),
                rate.isEmpty() ? OptionalLong.empty() : bitsPerSecond(link, rate.get()),
                link.number("seed", 1, 0, Long.MAX_VALUE));
        link.nothingElse();
        return shape;
    }

    private static OptionalLong bitsPerSecond(Fields link, String text) throws ScenarioException {
        for (Map.Entry<String, Long> unit : Map.of("kbit", 1_000L, "Mbit", 1_000_000L, "Gbit", 1_000_000_000L)
                .entrySet()) {
            String digits = text.replace(unit.getKey(), "").strip();
            if (text.endsWith(unit.getKey()) && digits.matches("\\d{1,6}") && !digits.matches("0+")) {
                return OptionalLong.of(Long.parseLong(digits) * unit.getValue());
            }
        }
        throw link.wrong("rate", text, "a rate such as 512kbit, 10Mbit or 1Gbit");
    }

    private static Scenario.ServerSpec listener(Fields server, Scenario.SurgeSpec surge) throws ScenarioException {
        int port = (int) server.number("port", ServerPlan.DEFAULT_PORT, 1, HIGHEST_PORT);
        List<String> command = server.texts("command");
        if (!command.isEmpty()) {
            server.nothingElse();
            return new Scenario.ServerSpec.Command(command, port);
        }
        Map<String, ServerPlan.Kind> kinds = new LinkedHashMap<>();
        for (ServerPlan.Kind each : ServerPlan.Kind.values()) {
            kinds.put(each.id(), each);
        }
        String word = server.oneOf("kind", ServerPlan.Kind.POOL.id(), List.copyOf(kinds.keySet()));
        ServerPlan.Kind kind = kinds.getOrDefault(word, ServerPlan.Kind.POOL);
        boolean recommended = server.text("backlog").filter(RECOMMENDED::equals).isPresent();
        Duration acceptEvery = server.time("accept-every", kind.acceptEvery(), LONGEST);
        Duration pauseEvery = server.time("pause-every", Duration.ZERO, LONGEST);
        Duration pause = server.time("pause", Duration.ZERO, LONGEST);
        if (pause.isZero() != pauseEvery.isZero() || (!pause.isZero() && pause.compareTo(pauseEvery) >= 0)) {
            throw server.wrong("pause", server.text("pause").orElse(""), "less than pause-every, and both or none");
        }
        ServerPlan plan = new ServerPlan(
                kind,
                new InetSocketAddress(port),
                recommended
                        ? recommendedBacklog(surge.connections(), acceptEvery)
                        : (int) server.number("backlog", ServerPlan.JDK_BACKLOG, 1, HIGHEST_INT),
                (int) server.number("workers", 10, 1, 10_000),
                server.time("service-time", Duration.ZERO, LONGEST),
                acceptEvery,
                pauseEvery,
                pause);
        server.nothingElse();
        return new Scenario.ServerSpec.Sample(plan, recommended);
    }

    /// What holds all connections at once; where nobody knows how fast they are accepted, as if none was meanwhile.
    private static int recommendedBacklog(int connections, Duration acceptEvery) {
        if (acceptEvery.isZero()) {
            return Math.max(1, connections - 1);
        }
        Sizing sizing = Sizing.of(SizingRequest.of(
                SizingLoad.ofBurst(connections, Duration.ZERO), SizingServer.accepting(1e9 / acceptEvery.toNanos())));
        return (int) Math.max(1, sizing.smallestThatHolds().orElse(connections - 1L));
    }

    private static Scenario.SurgeSpec surge(Fields surge) throws ScenarioException {
        Talk talk =
                switch (surge.oneOf("talk", "http", List.of("http", "server-first", "client-first", "connect-only"))) {
                    case "server-first" -> new Talk.ServerFirst();
                    case "client-first" -> new Talk.ClientFirst("hello\r\n");
                    case "connect-only" -> new Talk.ConnectOnly();
                    default ->
                        new Talk.Http(
                                surge.text("request").orElse("GET / HTTP/1.1"),
                                List.of("Host: 198.18.0.2", "Connection: close"));
                };
        List<String> groups = surge.texts("groups");
        if (!groups.isEmpty()) {
            surge.oneAtMost("groups", "connections", "pace", "rate", "waves");
        }
        int connections =
                groups.isEmpty() ? (int) surge.number("connections", 100, 1, MOST_CONNECTIONS) : sum(surge, groups);
        Arrivals arrivals = groups.isEmpty() ? arrivals(surge, connections) : groups(surge, groups);
        Duration patience = surge.time("patience", DEFAULT_PATIENCE, LONGEST);
        if (!patience.isPositive()) {
            throw surge.wrong("patience", "0", "more than no time at all");
        }
        int sources = (int) surge.number("sources", 1, 1, MOST_SOURCES);
        surge.nothingElse();
        return new Scenario.SurgeSpec(connections, arrivals, talk, patience, sources);
    }

    private static Arrivals arrivals(Fields surge, int connections) throws ScenarioException {
        surge.oneAtMost("pace", "rate", "waves");
        surge.onlyBeside("ramp", "rate");
        surge.onlyBeside("spacing", "rate");
        surge.onlyBeside("seed", "rate");
        surge.onlyBeside("every", "waves");
        Duration pace = surge.time("pace", Duration.ZERO, LONGEST);
        double rate = surge.rate("rate", 0, 0.001, 10_000_000);
        boolean poisson =
                surge.oneOf("spacing", "even", List.of("even", "poisson")).equals("poisson");
        Duration ramp = surge.time("ramp", Duration.ZERO, LONGEST);
        int waves = (int) surge.number("waves", 1, 1, connections);
        Duration every = surge.time("every", Duration.ofSeconds(1), LONGEST);
        if (pace.isPositive()) {
            return new Arrivals.Uniform(1e9 / pace.toNanos());
        }
        if (rate > 0) {
            return ramp.isPositive()
                    ? new Arrivals.Ramp(rate, ramp)
                    : poisson
                            ? new Arrivals.Poisson(rate, surge.number("seed", 1, 0, Long.MAX_VALUE))
                            : new Arrivals.Uniform(rate);
        }
        return waves > 1 ? new Arrivals.Waves(waves, every) : new Arrivals.AtOnce();
    }

    private static int sum(Fields surge, List<String> groups) throws ScenarioException {
        int sum = 0;
        for (String group : groups) {
            if (!group.matches("[1-9]\\d{0,5}")) {
                throw surge.wrong("groups", group, "how many connect at once, as in '[ 3, 4 ]'");
            }
            sum += Integer.parseInt(group);
        }
        if (sum > SurgePlan.MOST_CONNECTIONS) {
            throw surge.wrong("groups", sum + " in all", "at most " + SurgePlan.MOST_CONNECTIONS);
        }
        return sum;
    }

    private static Arrivals groups(Fields surge, List<String> groups) throws ScenarioException {
        Duration every = surge.time("every", Duration.ofSeconds(1), LONGEST);
        List<Duration> due = new ArrayList<>();
        for (int group = 0; group < groups.size(); group++) {
            for (int i = 0; i < Integer.parseInt(groups.get(group)); i++) {
                due.add(every.multipliedBy(group));
            }
        }
        return new Arrivals.Trace(due);
    }

    private static Scenario.Step step(Fields step) throws ScenarioException {
        Scenario.Step read = new Scenario.Step(step.time("at", Duration.ZERO, LONGEST), settings(step.fields("set")));
        step.nothingElse();
        return read;
    }

    private static List<Expectation> expectations(Fields expect) throws ScenarioException {
        List<Expectation> all = new ArrayList<>();
        for (String quantity : Quantity.names()) {
            Optional<String> text = expect.text(quantity);
            if (text.isPresent()) {
                all.add(Expectation.parse(quantity, text.get())
                        .orElseThrow(() -> expect.wrong(
                                quantity,
                                text.get(),
                                Quantity.isTime(quantity)
                                        ? "a time, a range or a comparison such as 1s, 900ms..1.3s or \">= 1s\""
                                        : "a number, a range or a comparison such as 6, 840..880 or \"> 0\"")));
            }
        }
        expect.nothingElse();
        return all;
    }
}
