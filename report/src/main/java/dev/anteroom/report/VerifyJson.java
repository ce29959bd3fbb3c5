package dev.anteroom.report;

import dev.anteroom.queue.Latency;
import dev.anteroom.remedy.Trial;
import dev.anteroom.remedy.Verification;
import java.io.OutputStream;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/// What `fix --verify --json` prints, schema `anteroom/fix-verify/1`. What is not known is null;
/// times are seconds.
public final class VerifyJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/fix-verify/1";

    private VerifyJson() {}

    /// Writes one document and leaves the stream open.
    public static void write(Verification verification, OutputStream out) {
        JsonDocument.write(out, json -> {
            json.writeStartObject();
            json.writeStringProperty("schema", SCHEMA);
            json.writeStringProperty("verdict", id(verification.verdict()));
            json.writeStringProperty("place", id(verification.place()));
            json.writeStringProperty("subject", verification.subject());
            LiveFixJson.sentences(json, "changes", verification.changes());
            LiveFixJson.sentences(json, "commands", verification.commands());
            trial(json, "before", verification.before());
            trial(json, "after", verification.after());
            json.writeEndObject();
        });
    }

    private static String id(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void trial(JsonGenerator json, String name, Trial trial) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("limit", trial.limit());
        json.writeNumberProperty("connections", trial.connections());
        json.writeNumberProperty("served", trial.served());
        json.writeNumberProperty("late", trial.late());
        json.writeNumberProperty("lost", trial.lost());
        if (trial.drops().isPresent()) {
            json.writeNumberProperty("drops", trial.drops().getAsLong());
        } else {
            json.writeNullProperty("drops");
        }
        json.writeNumberProperty("burstWidth", trial.surge().burstWidth().toNanos() / 1e9);
        Latency firstByte = trial.surge().firstByte();
        if (firstByte.count() > 0) {
            json.writeNumberProperty("firstByteMax", firstByte.max().toNanos() / 1e9);
        } else {
            json.writeNullProperty("firstByteMax");
        }
        json.writeObjectPropertyStart("outcomes");
        trial.surge().outcomes().forEach((outcome, count) -> json.writeNumberProperty(outcome.id(), count));
        json.writeEndObject();
        json.writeEndObject();
    }
}
