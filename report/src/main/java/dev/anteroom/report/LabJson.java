package dev.anteroom.report;

import dev.anteroom.kernel.ConnectionRow;
import dev.anteroom.lab.Check;
import dev.anteroom.lab.LabRun;
import dev.anteroom.lab.Measured;
import dev.anteroom.lab.QueueDepth;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.QueueSample;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

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
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
            new LabJson(json).document(runs);
        }
    }

    private void document(List<LabRun> runs) {
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
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void run(LabRun run) {
        json.writeStringProperty("scenario", run.scenario().name());
        if (!run.scenario().variant().isEmpty()) {
            json.writeStringProperty("variant", run.scenario().variant());
        }
        json.writeStringProperty("stack", run.stack());
        json.writeObjectPropertyStart("measured");
        measured(run.measured());
        json.writeEndObject();
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

    private void measured(Measured measured) {
        json.writeNumberProperty("lookedAtSeconds", measured.lookedAt().toNanos() / 1e9);
        json.writeObjectPropertyStart("sockets");
        states("client", measured.clientSockets());
        states("server", measured.serverSockets());
        json.writeEndObject();
        json.writeName("listener");
        listener(measured.listeners().getFirst());
        json.writeArrayPropertyStart("listeners");
        measured.listeners().forEach(this::listener);
        json.writeEndArray();
        counters("counters", measured.counters());
        counters("countersAtEnd", measured.countersAtEnd());
        json.writeArrayPropertyStart("depths");
        for (QueueDepth depth : measured.depths()) {
            json.writeStartArray();
            json.writeNumber(depth.at().toNanos() / 1e9);
            json.writeNumber(depth.accept());
            json.writeNumber(depth.syn());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeName("surge");
        SurgeJson.write(measured.surge(), json);
        json.writeObjectPropertyStart("link");
        json.writeNumberProperty(
                "packetsFromClient", measured.link().fromClient().packets());
        json.writeNumberProperty(
                "packetsFromServer", measured.link().fromServer().packets());
        json.writeNumberProperty(
                "lost",
                measured.link().fromClient().lost()
                        + measured.link().fromServer().lost());
        json.writeEndObject();
    }

    private void states(String whose, List<ConnectionRow> sockets) {
        json.writeObjectPropertyStart(whose);
        Measured.byState(sockets).forEach(json::writeNumberProperty);
        json.writeEndObject();
    }

    private void listener(QueueSample listener) {
        json.writeStartObject();
        json.writeNumberProperty("depth", listener.depth());
        if (listener.limit().isPresent()) {
            json.writeNumberProperty("limit", listener.limit().getAsLong());
            json.writeNumberProperty("capacity", listener.limit().getAsLong() + 1);
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
