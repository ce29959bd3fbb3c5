package dev.anteroom.report;

import dev.anteroom.queue.ExceptionGroup;
import dev.anteroom.queue.Latency;
import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.SurgeResult;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/// What `surge --json` prints, schema `anteroom/surge/1`; other documents hold the same object. Times are seconds
/// from the moment that a connection was due; a time that no connection had is null.
public final class SurgeJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/surge/1";

    private SurgeJson() {}

    /// Writes one document and leaves the stream open.
    public static void write(SurgeResult result, OutputStream out) {
        JsonDocument.write(out, json -> write(result, json));
    }

    /// Writes the object where a generator of another document expects a value.
    public static void write(SurgeResult result, JsonGenerator json) {
        Map<Outcome, Integer> outcomes = result.outcomes();
        json.writeStartObject();
        json.writeStringProperty("schema", SCHEMA);
        json.writeStringProperty("target", result.target());
        json.writeNumberProperty("connections", result.decided());
        json.writeBooleanProperty("complete", result.complete());
        json.writeNumberProperty("burstWidthSeconds", seconds(result.burstWidth()));
        json.writeNumberProperty("tookSeconds", seconds(result.took()));
        json.writeObjectPropertyStart("outcomes");
        for (Outcome outcome : Outcome.values()) {
            json.writeNumberProperty(outcome.id(), outcomes.getOrDefault(outcome, 0));
        }
        json.writeEndObject();
        json.writeObjectPropertyStart("synRetransmissions");
        result.synRetransmissions()
                .forEach((times, connections) -> json.writeNumberProperty(Integer.toString(times), connections));
        json.writeEndObject();
        latency(json, "connectSeconds", result.connect());
        latency(json, "firstByteSeconds", result.firstByte());
        json.writeArrayPropertyStart("exceptions");
        result.exceptions().forEach(group -> exception(json, group));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void latency(JsonGenerator json, String name, Latency latency) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("count", latency.count());
        time(json, "min", latency, latency.min());
        time(json, "p50", latency, latency.p50());
        time(json, "p90", latency, latency.p90());
        time(json, "p99", latency, latency.p99());
        time(json, "max", latency, latency.max());
        json.writeEndObject();
    }

    private static void time(JsonGenerator json, String name, Latency latency, Duration value) {
        if (latency.count() == 0) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, seconds(value));
        }
    }

    private static void exception(JsonGenerator json, ExceptionGroup group) {
        json.writeStartObject();
        json.writeStringProperty("type", group.type());
        json.writeStringProperty("message", group.message());
        json.writeStringProperty("phase", group.phase().id());
        json.writeNumberProperty("count", group.count());
        json.writeEndObject();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
