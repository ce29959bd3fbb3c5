package dev.anteroom.report;

import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.remedy.LiveChange;
import dev.anteroom.remedy.LivePlan;
import dev.anteroom.remedy.Undo;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/// What `fix --live --json` and `fix --undo --json` print, schemas `anteroom/fix-live/1` and
/// `anteroom/fix-undo/1`.
/// What is not known, or was not done, is null.
public final class LiveFixJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/fix-live/1";

    /// The same of an undoing.
    public static final String UNDO_SCHEMA = "anteroom/fix-undo/1";

    private LiveFixJson() {}

    /// Writes one document and leaves the stream open.
    ///
    /// @param done what was done; empty for a dry run
    public static void write(LivePlan plan, Optional<LiveChange> done, OutputStream out) {
        JsonDocument.write(out, json -> {
            json.writeStartObject();
            json.writeStringProperty("schema", SCHEMA);
            json.writeBooleanProperty("applied", done.isPresent());
            json.writeNumberProperty("limit", plan.limit());
            json.writeNumberProperty("netns", plan.namespace().inode());
            json.writeObjectPropertyStart("somaxconn");
            json.writeNumberProperty("before", plan.somaxconn());
            if (done.isPresent()) {
                json.writeNumberProperty("after", done.get().somaxconn());
            } else {
                json.writeNullProperty("after");
            }
            json.writeEndObject();
            json.writeArrayPropertyStart("listeners");
            plan.listeners().forEach(one -> listener(json, one, after(done, one)));
            json.writeEndArray();
            sentences(json, "steps", plan.steps());
            sentences(json, "costs", plan.costs());
            json.writeEndObject();
        });
    }

    /// Writes what was undone.
    ///
    /// @param steps empty if there was nothing to undo
    public static void write(List<Undo.Step> steps, OutputStream out) {
        JsonDocument.write(out, json -> {
            json.writeStartObject();
            json.writeStringProperty("schema", UNDO_SCHEMA);
            json.writeArrayPropertyStart("steps");
            for (Undo.Step step : steps) {
                json.writeStartObject();
                json.writeBooleanProperty("restored", step.restored());
                json.writeStringProperty("text", step.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static Optional<QueueSample> after(Optional<LiveChange> done, ListenerEvidence one) {
        return done.flatMap(change -> change.results().stream()
                .filter(result -> result.listener().equals(one))
                .map(LiveChange.Result::after)
                .findFirst());
    }

    private static void listener(JsonGenerator json, ListenerEvidence one, Optional<QueueSample> after) {
        json.writeStartObject();
        json.writeStringProperty("address", one.listener().endpoint().address());
        json.writeNumberProperty("port", one.listener().endpoint().port());
        json.writeNumberProperty("inode", one.listener().inode());
        if (one.listener().processes().isEmpty()) {
            json.writeNullProperty("pid");
        } else {
            json.writeNumberProperty(
                    "pid", one.listener().processes().getFirst().pid());
        }
        json.writeName("before");
        sample(json, one.after());
        json.writeName("after");
        if (after.isPresent()) {
            sample(json, after.get());
        } else {
            json.writeNull();
        }
        json.writeEndObject();
    }

    private static void sample(JsonGenerator json, QueueSample sample) {
        json.writeStartObject();
        json.writeNumberProperty("depth", sample.depth());
        number(json, "limit", sample.limit());
        number(json, "dropEvents", sample.dropEvents());
        json.writeEndObject();
    }

    static void sentences(JsonGenerator json, String name, List<String> sentences) {
        json.writeArrayPropertyStart(name);
        sentences.forEach(json::writeString);
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }
}
