package dev.anteroom.report;

import dev.anteroom.kernel.LinkShape;
import dev.anteroom.lab.Scenario;
import dev.anteroom.queue.Durations;
import dev.anteroom.queue.Setting;
import dev.anteroom.traffic.Arrivals;
import dev.anteroom.traffic.ServerPlan;
import dev.anteroom.traffic.Talk;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a scenario stages, in words: who listens, on which host, behind which link, and who comes.
final class ScenarioText {
    private ScenarioText() {}

    static void writeTo(StringBuilder out, Scenario scenario) {
        for (Scenario.ServerSpec listener : scenario.listeners()) {
            out.append("  server  ").append(words(listener)).append('\n');
        }
        if (!scenario.server().isEmpty()) {
            out.append("  host    ").append(words(scenario.server())).append('\n');
        }
        out.append("  link    ").append(words(scenario.link())).append('\n');
        out.append("  surge   ").append(words(scenario.surge())).append('\n');
        for (Scenario.Step step : scenario.steps()) {
            out.append("  then    at ")
                    .append(Durations.text(step.at()))
                    .append(": ")
                    .append(words(step.settings()))
                    .append('\n');
        }
    }

    private static String words(Scenario.ServerSpec listener) {
        return switch (listener) {
            case Scenario.ServerSpec.Sample(ServerPlan plan, boolean computed) ->
                plan.kind().id() + " (" + plan.kind().meaning() + "), port " + listener.port() + ", backlog "
                        + plan.backlog() + (computed ? " (computed from the surge)" : "")
                        + (plan.kind() == ServerPlan.Kind.POOL ? ", workers " + plan.workers() : "")
                        + unlessZero(", service time ", plan.serviceTime())
                        + unlessZero(", accepts at most once in ", plan.acceptEvery())
                        + unlessZero(", pauses for ", plan.pause());
            case Scenario.ServerSpec.Command(List<String> command, int port) ->
                String.join(" ", command) + ", port " + port;
        };
    }

    private static String unlessZero(String before, Duration time) {
        return time.isZero() ? "" : before + Durations.text(time);
    }

    private static String words(Map<Setting, Long> settings) {
        return settings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey().shortName() + "=" + entry.getValue())
                .collect(Collectors.joining("  "));
    }

    private static String words(LinkShape link) {
        return Durations.text(link.delay()) + " each way"
                + unlessZero(", jitter ", link.jitter())
                + (link.loss() == 0 ? "" : String.format(Locale.ROOT, ", loss %.3g%%", link.loss() * 100))
                + (link.bitsPerSecond().isEmpty()
                        ? ""
                        : ", " + link.bitsPerSecond().getAsLong() + " bit/s");
    }

    private static String words(Scenario.SurgeSpec surge) {
        return surge.connections() + " connections " + words(surge.arrivals()) + ", " + words(surge.talk())
                + ", patience " + Durations.text(surge.patience());
    }

    private static String words(Arrivals arrivals) {
        return switch (arrivals) {
            case Arrivals.AtOnce _ -> "at once";
            case Arrivals.Uniform(double perSecond) ->
                "one every " + Durations.text(Duration.ofNanos(Math.round(1e9 / perSecond)));
            case Arrivals.Poisson(double perSecond, long seed) ->
                String.format(Locale.ROOT, "%.4g a second, Poisson (seed %d)", perSecond, seed);
            case Arrivals.Ramp(double perSecond, Duration rise) ->
                String.format(Locale.ROOT, "rising to %.4g a second within %s", perSecond, Durations.text(rise));
            case Arrivals.Waves(int count, Duration every) ->
                "in " + count + " waves, one every " + Durations.text(every);
            case Arrivals.Closed(int concurrency) -> concurrency + " at a time";
            case Arrivals.Trace trace -> groups(trace);
        };
    }

    private static String groups(Arrivals.Trace trace) {
        return trace.due().stream()
                .collect(Collectors.groupingBy(due -> due, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(group -> group.getValue() + " at " + Durations.text(group.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String words(Talk talk) {
        return switch (talk) {
            case Talk.ConnectOnly _ -> "which say nothing and leave";
            case Talk.ServerFirst _ -> "which wait for the server to speak";
            case Talk.ClientFirst _ -> "which speak first";
            case Talk.Http http -> http.requestLine();
        };
    }
}
