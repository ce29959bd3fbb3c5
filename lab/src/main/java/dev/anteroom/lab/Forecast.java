package dev.anteroom.lab;

import dev.anteroom.simulator.Stack;
import dev.anteroom.traffic.ServerPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/// What the simulator says of a case, once as scripted and then under every disturbance that a sound run may have.
///
/// This is the rule that says which case is racy by nature: one of which a disturbance changes anything that is to
/// agree exactly. It is decided before the case is staged, from the scenario alone.
final class Forecast {
    /// What is not compared: peaks that are sampled, and whether the last client closes in the microseconds before or
    /// after the server's FIN comes, for a client that is done with its answer is done with the run.
    private static final List<String> NEVER = List.of(Quantity.PEAK_DEPTH, Quantity.SYN_QUEUE, "client.TIME_WAIT");

    /// A client that resets its connection when it is greeted may have the server's FIN by then or not; if not, it
    /// resets that too, and a reset that meets no connection is a drop event of the listener.
    private static final List<String> NOT_OF_GREETER = List.of(Quantity.DROP_EVENTS);

    private final boolean greets;
    private final Observation scripted;
    private final List<Observation> disturbed = new ArrayList<>();

    /// @throws IllegalArgumentException if the simulator does not model the scenario
    Forecast(Scenario scenario, Stack stack) {
        this.greets = scenario.listeners().stream()
                .anyMatch(server -> server instanceof Scenario.ServerSpec.Sample sample
                        && sample.plan().kind() == ServerPlan.Kind.SPEAK_FIRST);
        this.scripted = Prediction.of(scenario, stack, Optional.of(Duration.ZERO))
                .orElseThrow(() -> new IllegalArgumentException(scenario.name() + " is not modelled"));
        for (Disturbance disturbance : Disturbance.all()) {
            disturbed.add(Prediction.disturbed(scenario, stack, disturbance));
        }
    }

    /// The quantities that a disturbance changes though they are to agree exactly; empty for a sound case.
    List<String> racy() {
        return exact().stream()
                .filter(quantity -> disturbed.stream()
                        .anyMatch(other -> !other.value(quantity).equals(scripted.value(quantity))))
                .toList();
    }

    /// What a run shows that this does not say: counts exactly, times within what the disturbances make of them.
    List<Disagreement> disagreements(Observation measured) {
        List<Disagreement> all = new ArrayList<>();
        for (String quantity : exact()) {
            if (!measured.value(quantity).equals(scripted.value(quantity))) {
                all.add(disagreement(quantity, measured));
            }
        }
        for (String quantity : Quantity.names()) {
            if (Quantity.isTime(quantity) && !isInTime(quantity, measured.value(quantity))) {
                all.add(disagreement(quantity, measured));
            }
        }
        return all;
    }

    private Disagreement disagreement(String quantity, Observation measured) {
        return new Disagreement(quantity, scripted.value(quantity), measured.value(quantity));
    }

    private boolean isInTime(String quantity, OptionalLong measured) {
        TreeSet<Long> predicted = new TreeSet<>();
        disturbed.forEach(other -> other.value(quantity).ifPresent(predicted::add));
        if (predicted.isEmpty() || measured.isEmpty()) {
            return predicted.isEmpty() && measured.isEmpty();
        }
        long slack = Disturbance.MOST.toNanos();
        return measured.getAsLong() >= predicted.first() - slack && measured.getAsLong() <= predicted.last() + slack;
    }

    private List<String> exact() {
        return Quantity.names().stream()
                .filter(quantity -> !Quantity.isTime(quantity)
                        && !NEVER.contains(quantity)
                        && !(greets && NOT_OF_GREETER.contains(quantity)))
                .toList();
    }
}
