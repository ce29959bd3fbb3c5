package dev.anteroom.report;

import dev.anteroom.lab.ConformanceResult;
import dev.anteroom.lab.Disagreement;
import java.io.OutputStream;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/// What `conform --json` prints, schema `anteroom/conform/1`. A time is in nanoseconds.
public final class ConformJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/conform/1";

    private ConformJson() {}

    /// Writes one document and leaves the stream open.
    public static void write(ConformanceResult result, OutputStream out) {
        JsonDocument.write(out, json -> document(result, json));
    }

    private static void document(ConformanceResult result, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("schema", SCHEMA);
        json.writeStringProperty("stack", result.stack());
        json.writeNumberProperty("seed", result.seed());
        json.writeNumberProperty("drawn", result.drawn());
        json.writeNumberProperty("racy", result.racy());
        json.writeNumberProperty("compared", result.compared());
        json.writeNumberProperty("late", result.late());
        json.writeBooleanProperty("agrees", result.agrees());
        json.writeArrayPropertyStart("disagrees");
        for (ConformanceResult.Refuted refuted : result.refuted()) {
            json.writeStartObject();
            json.writeStringProperty("scenario", refuted.yaml());
            json.writeArrayPropertyStart("quantities");
            for (Disagreement differs : refuted.disagreements()) {
                json.writeStartObject();
                json.writeStringProperty("quantity", differs.quantity());
                value(json, "predicted", differs.predicted());
                value(json, "measured", differs.measured());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /// A value that there is none of is null.
    private static void value(JsonGenerator json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }
}
