package dev.anteroom.report;

import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// One JSON document on one line.
final class JsonDocument {
    private JsonDocument() {}

    /// Writes one document and leaves the stream open.
    static void write(OutputStream out, Consumer<JsonGenerator> content) {
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
            content.accept(json);
            json.writeRaw('\n');
        }
    }
}
