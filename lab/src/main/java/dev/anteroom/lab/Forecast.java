package dev.anteroom.lab;

import dev.anteroom.simulator.Stack;
import dev.anteroom.traffic.ServerPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/// What the simulator says of a case, once as scripted and then under every disturbance of one size.
///
/// This is the rule that says which case is racy by nature, or which was staged too late: one of which such a
/// disturbance changes anything that is to agree exactly. What the kernel shows plays no part in it.
final class Forecast {
    /// What is not compared: peaks that are sampled, and whether the last client closes in the microseconds before or
    /// after the server's FIN comes, for a client that is done with its answer is done with the run.
    private static final List<String> NEVER = List.of(Quantity.PEAK_DEPTH, Quantity.SYN_QUEUE, "client.TIME_WAIT");

    /// A client that resets its connection when it is greeted may have the server's FIN by then or not; if not, it
    /// resets that too, and a reset that meets no connection is a drop event of the listener.
    private static final List<String> NOT_OF_GREETER = List.of(Quantity.DROP_EVENTS);

    private final Duration most;
    private final List<String> exact;
    private final Map<String, OptionalLong> scripted = new HashMap<>();
    private final Map<String, TreeSet<Long>> times = new HashMap<>();
    private final List<String> racy = new ArrayList<>();

    /// @param most by how much anything may be early or late
    /// @throws IllegalArgumentException if the simulator does not model the scenario
    Forecast(Scenario scenario, Stack stack, Duration most) {
        this.most = most;
        boolean greets = scenario.listeners().stream()
                .anyMatch(server -> server instanceof Scenario.ServerSpec.Sample sample
                        && sample.plan().kind() == ServerPlan.Kind.SPEAK_FIRST);
        this.exact = Quantity.names().stream()
                .filter(quantity -> !Quantity.isTime(quantity)
                        && !NEVER.contains(quantity)
                        && !(greets && NOT_OF_GREETER.contains(quantity)))
                .toList();
        Observation asScripted = Prediction.of(scenario, stack, Optional.of(Duration.ZERO))
                .orElseThrow(() -> new IllegalArgumentException(scenario.name() + " is not modelled"));
        Quantity.names().forEach(quantity -> scripted.put(quantity, asScripted.value(quantity)));
        List<Duration> looks = List.of(
                scenario.look().minus(most), scenario.look(), scenario.look().plus(most));
        for (Disturbance disturbance : Disturbance.upTo(most)) {
            Prediction.disturbed(scenario, stack, disturbance, looks).forEach(this::take);
            if (!racy.isEmpty()) {
                return; // one is enough
            }
        }
    }

    private void take(Observation disturbed) {
        for (String quantity : exact) {
            if (!racy.contains(quantity) && !disturbed.value(quantity).equals(scripted.get(quantity))) {
                racy.add(quantity);
            }
        }
        Quantity.names().stream()
                .filter(Quantity::isTime)
                .forEach(quantity -> disturbed
                        .value(quantity)
                        .ifPresent(times.computeIfAbsent(quantity, _ -> new TreeSet<>())::add));
    }

    /// The quantities that the first disturbance that changes any changes, though they are to agree exactly; empty for
    /// a sound case.
    List<String> racy() {
        return List.copyOf(racy);
    }

    /// What a run shows that this does not say: counts exactly, times within what the disturbances make of them. What
    /// this kernel does not count is not compared.
    List<Disagreement> disagreements(Observation measured) {
        List<Disagreement> all = new ArrayList<>();
        for (String quantity : exact) {
            OptionalLong value = measured.value(quantity);
            if (!(Quantity.isCounter(quantity) && value.isEmpty()) && !value.equals(scripted(quantity))) {
                all.add(new Disagreement(quantity, scripted(quantity), value));
            }
        }
        for (String quantity : Quantity.names()) {
            OptionalLong value = measured.value(quantity);
            if (Quantity.isTime(quantity) && !isInTime(quantity, value)) {
                all.add(new Disagreement(quantity, scripted(quantity), value));
            }
        }
        return all;
    }

    private OptionalLong scripted(String quantity) {
        return scripted.getOrDefault(quantity, OptionalLong.empty());
    }

    private boolean isInTime(String quantity, OptionalLong measured) {
        TreeSet<Long> predicted = times.getOrDefault(quantity, new TreeSet<>());
        if (predicted.isEmpty() || measured.isEmpty()) {
            return predicted.isEmpty() && measured.isEmpty();
        }
        long slack = most.toNanos();
        return measured.getAsLong() >= predicted.first() - slack && measured.getAsLong() <= predicted.last() + slack;
    }
}
