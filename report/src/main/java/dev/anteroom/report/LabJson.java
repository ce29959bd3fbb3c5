package dev.anteroom.report;

import dev.anteroom.lab.Check;
import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Observation;
import dev.anteroom.lab.QueueDepth;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.QueueSample;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/// What `lab --json` prints, schema `anteroom/lab/1`: one run as the document itself, several as its `runs`.
public final class LabJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/lab/1";

    private final JsonGenerator json;

    private LabJson(JsonGenerator json) {
        this.json = json;
    }

    /// Writes one document and leaves the stream open.
    public static void write(List<LabRun> runs, OutputStream out) {
        write(runs, List.of(), out);
    }

    /// Writes one document and leaves the stream open.
    ///
    /// @param leftOut what else was asked for, each with the reason why it is not there
    public static void write(List<LabRun> runs, List<String> leftOut, OutputStream out) {
        JsonDocument.write(out, json -> new LabJson(json).document(runs, leftOut));
    }

    private void document(List<LabRun> runs, List<String> leftOut) {
        json.writeStartObject();
        json.writeStringProperty("schema", SCHEMA);
        LabRun first = runs.getFirst();
        if (runs.size() == 1) {
            run(first);
        } else {
            json.writeStringProperty("scenario", first.scenario().name());
            json.writeStringProperty("stack", first.stack());
            json.writeArrayPropertyStart("runs");
            for (LabRun run : runs) {
                json.writeStartObject();
                run(run);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanProperty("agrees", runs.stream().allMatch(LabRun::agrees));
        }
        if (!leftOut.isEmpty()) {
            json.writeArrayPropertyStart("leftOut");
            leftOut.forEach(json::writeString);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void run(LabRun run) {
        json.writeStringProperty("scenario", run.scenario().name());
        if (!run.scenario().variant().isEmpty()) {
            json.writeStringProperty("variant", run.scenario().variant());
        }
        json.writeStringProperty("stack", run.stack());
        run.predicted()
                .flatMap(predicted -> predicted.stack().rulesOf())
                .ifPresent(whose -> json.writeStringProperty("rulesOf", whose));
        run.measured().ifPresent(measured -> observation("measured", measured));
        run.predicted().ifPresent(predicted -> observation("predicted", predicted));
        run.traces().ifPresent(traces -> {
            json.writeObjectPropertyStart("link");
            json.writeNumberProperty(
                    "packetsFromClient", traces.link().fromClient().packets());
            json.writeNumberProperty(
                    "packetsFromServer", traces.link().fromServer().packets());
            json.writeNumberProperty(
                    "lost",
                    traces.link().fromClient().lost()
                            + traces.link().fromServer().lost());
            json.writeEndObject();
            traces.captureFailure().ifPresent(failure -> json.writeStringProperty("captureFailure", failure));
        });
        json.writeObjectPropertyStart("expected");
        for (Check check : run.checks()) {
            json.writeStringProperty(
                    check.expectation().quantity(), check.expectation().text());
        }
        json.writeEndObject();
        json.writeArrayPropertyStart("differs");
        run.checks().stream()
                .filter(check -> !check.agrees())
                .forEach(check -> json.writeString(check.expectation().quantity()));
        json.writeEndArray();
        json.writeBooleanProperty("agrees", run.agrees());
    }

    private void observation(String name, Observation observation) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("lookedAtSeconds", observation.lookedAt().toNanos() / 1e9);
        json.writeObjectPropertyStart("sockets");
        states("client", observation.clientSockets());
        states("server", observation.serverSockets());
        json.writeEndObject();
        json.writeName("listener");
        listener(observation, observation.listeners().getFirst());
        json.writeArrayPropertyStart("listeners");
        observation.listeners().forEach(one -> listener(observation, one));
        json.writeEndArray();
        counters("counters", observation.counters());
        counters("countersAtEnd", observation.countersAtEnd());
        json.writeArrayPropertyStart("depths");
        for (QueueDepth depth : observation.depths()) {
            json.writeStartArray();
            json.writeNumber(depth.at().toNanos() / 1e9);
            json.writeNumber(depth.accept());
            json.writeNumber(depth.syn());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeName("surge");
        SurgeJson.write(observation.surge(), json);
        json.writeEndObject();
    }

    private void states(String whose, Map<String, Integer> sockets) {
        json.writeObjectPropertyStart(whose);
        sockets.forEach(json::writeNumberProperty);
        json.writeEndObject();
    }

    private void listener(Observation observation, QueueSample listener) {
        json.writeStartObject();
        json.writeNumberProperty("depth", listener.depth());
        if (listener.limit().isPresent()) {
            json.writeNumberProperty("limit", listener.limit().getAsLong());
            json.writeNumberProperty("capacity", observation.capacity(listener).getAsLong());
        }
        if (listener.dropEvents().isPresent()) {
            json.writeNumberProperty("dropEvents", listener.dropEvents().getAsLong());
        }
        json.writeEndObject();
    }

    private void counters(String name, Map<Counter, Long> moved) {
        json.writeObjectPropertyStart(name);
        for (Counter counter : Counter.values()) {
            Long step = moved.get(counter);
            if (step != null) {
                json.writeNumberProperty(counter.kernelName(), step);
            }
        }
        json.writeEndObject();
    }
}
