package dev.anteroom.lab;

import dev.anteroom.simulator.Stack;
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
    /// Sampled, so that a short peak may be missed: not compared.
    private static final List<String> SAMPLED = List.of(Quantity.PEAK_DEPTH, Quantity.SYN_QUEUE);

    private final Observation scripted;
    private final List<Observation> disturbed = new ArrayList<>();

    /// @throws IllegalArgumentException if the simulator does not model the scenario
    Forecast(Scenario scenario, Stack stack) {
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

    private static List<String> exact() {
        return Quantity.names().stream()
                .filter(quantity -> !Quantity.isTime(quantity) && !SAMPLED.contains(quantity))
                .toList();
    }
}
