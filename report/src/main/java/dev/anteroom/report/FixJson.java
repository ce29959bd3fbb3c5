package dev.anteroom.report;

import dev.anteroom.remedy.FixPlan;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/// What `fix --json` prints, schema `anteroom/fix/1`. What is not known is null.
public final class FixJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/fix/1";

    private FixJson() {}

    /// Writes one document and leaves the stream open.
    ///
    /// @param done what was applied, one sentence each; empty for a dry run
    public static void write(List<FixPlan> plans, List<String> done, OutputStream out) {
        JsonDocument.write(out, json -> {
            json.writeStartObject();
            json.writeStringProperty("schema", SCHEMA);
            LiveFixJson.sentences(json, "applied", done);
            json.writeArrayPropertyStart("listeners");
            plans.forEach(plan -> plan(json, plan));
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void plan(JsonGenerator json, FixPlan plan) {
        json.writeStartObject();
        json.writeStringProperty(
                "address", plan.listener().listener().endpoint().address());
        json.writeNumberProperty("port", plan.listener().listener().endpoint().port());
        json.writeNumberProperty("netns", plan.namespace().inode());
        text(json, "software", plan.software().map(row -> row.name()).orElse(""));
        json.writeNumberProperty("limit", plan.listener().after().limit().orElse(-1));
        json.writeNumberProperty("target", plan.target().limit());
        json.writeStringProperty("origin", plan.target().origin());
        json.writeArrayPropertyStart("changes");
        for (FixPlan.Change change : plan.changes()) {
            json.writeStartObject();
            json.writeStringProperty("kind", change.kind().name().toLowerCase(Locale.ROOT));
            json.writeStringProperty("why", change.why());
            json.writeStringProperty("file", change.file());
            json.writeStringProperty("text", change.text());
            json.writeStringProperty("then", change.then());
            LiveFixJson.sentences(json, "traps", change.traps());
            json.writeEndObject();
        }
        json.writeEndArray();
        text(json, "live", plan.live().orElse(""));
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, String value) {
        if (value.isEmpty()) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }
}
