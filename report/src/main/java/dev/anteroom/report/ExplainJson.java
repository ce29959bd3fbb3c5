package dev.anteroom.report;

import dev.anteroom.capture.TextReading;
import dev.anteroom.diagnosis.Explanation;
import dev.anteroom.queue.Clue;
import dev.anteroom.queue.Handshake;
import dev.anteroom.queue.HandshakeEvent;
import dev.anteroom.queue.ListenerHandshakes;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/// What `explain --json` prints: one document, complete. Times in seconds.
public final class ExplainJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/explain/1";

    private final JsonGenerator json;

    private ExplainJson(JsonGenerator json) {
        this.json = json;
    }

    /// Writes one document and leaves the stream open.
    ///
    /// @param connections those to be told segment by segment
    public static void write(Explained explained, List<Handshake> connections, OutputStream out) {
        JsonDocument.write(out, json -> new ExplainJson(json).document(explained, connections));
    }

    private void document(Explained explained, List<Handshake> connections) {
        json.writeStartObject();
        json.writeStringProperty("schema", SCHEMA);
        json.writeArrayPropertyStart("sources");
        explained.captures().forEach(this::source);
        explained.texts().forEach(text -> source(text, explained.clues()));
        json.writeEndArray();
        json.writeArrayPropertyStart("listeners");
        explained
                .captures()
                .forEach(capture -> capture.handshakes()
                        .listeners()
                        .forEach(listener -> listener(capture.contents().name(), listener)));
        json.writeEndArray();
        json.writeArrayPropertyStart("connections");
        connections.forEach(this::connection);
        json.writeEndArray();
        json.writeArrayPropertyStart("findings");
        explained.findings().forEach(this::finding);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void source(Explained.Capture capture) {
        json.writeStartObject();
        json.writeStringProperty("name", capture.contents().name());
        json.writeStringProperty("format", capture.contents().format());
        json.writeNumberProperty("packets", capture.contents().packets());
        json.writeNumberProperty("notIp", capture.contents().notIp());
        json.writeNumberProperty("tookSeconds", seconds(capture.handshakes().took()));
        json.writeNumberProperty("connections", capture.handshakes().connections());
        json.writeNumberProperty("syns", capture.handshakes().syns());
        json.writeNumberProperty("synAcks", capture.handshakes().synAcks());
        json.writeNumberProperty("resets", capture.handshakes().resets());
        json.writeNumberProperty("lost", capture.handshakes().lost());
        json.writeNumberProperty("recordedTwice", capture.handshakes().duplicates());
        json.writeNumberProperty("fragments", capture.handshakes().fragments());
        json.writeNumberProperty("beganBefore", capture.handshakes().strangers());
        json.writeNumberProperty("unlistedConnections", capture.handshakes().unlisted());
        capture.contents().damage().ifPresent(damage -> json.writeStringProperty("damage", damage));
        json.writeEndObject();
    }

    private void source(TextReading text, List<Clue> clues) {
        json.writeStartObject();
        json.writeStringProperty("name", text.source());
        json.writeStringProperty("format", "text");
        json.writeNumberProperty("understood", text.understood());
        json.writeNumberProperty("notUnderstood", text.notUnderstood());
        json.writeArrayPropertyStart("unknown");
        text.unknown().forEach(json::writeString);
        json.writeEndArray();
        text.refused().ifPresent(reason -> json.writeStringProperty("damage", reason));
        json.writeArrayPropertyStart("clues");
        clues.stream().filter(clue -> clue.source().equals(text.source())).forEach(this::clue);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void clue(Clue clue) {
        json.writeStartObject();
        json.writeStringProperty("sign", clue.sign().id());
        json.writeStringProperty("where", clue.where());
        json.writeNumberProperty("count", clue.count());
        json.writeStringProperty("words", clue.words());
        clue.port().ifPresent(port -> json.writeNumberProperty("port", port));
        json.writeEndObject();
    }

    private void listener(String source, ListenerHandshakes listener) {
        json.writeStartObject();
        json.writeStringProperty("source", source);
        json.writeStringProperty("address", listener.listener().address());
        json.writeNumberProperty("port", listener.listener().port());
        json.writeNumberProperty("handshakes", listener.connections());
        json.writeObjectPropertyStart("fates");
        listener.fates().forEach((fate, count) -> json.writeNumberProperty(fate.id(), count));
        json.writeEndObject();
        json.writeObjectPropertyStart("synRetransmissions");
        listener.synRetransmissions()
                .forEach((times, count) -> json.writeNumberProperty(Integer.toString(times), count));
        json.writeEndObject();
        listener.synClock().ifPresent(clock -> {
            json.writeObjectPropertyStart("synClock");
            json.writeStringProperty(
                    "schedule", clock.schedule().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            json.writeArrayPropertyStart("medianSeconds");
            clock.peaks().forEach(peak -> json.writeNumber(seconds(peak.median())));
            json.writeEndArray();
            json.writeEndObject();
        });
        json.writeObjectPropertyStart("resets");
        listener.resets().forEach((phase, count) -> json.writeNumberProperty(phase.id(), count));
        json.writeEndObject();
        json.writeObjectPropertyStart("fastOpen");
        listener.fastOpen().forEach((what, count) -> json.writeNumberProperty(what.id(), count));
        json.writeEndObject();
        json.writeObjectPropertyStart("signs");
        listener.signs().forEach((sign, seen) -> json.writeNumberProperty(sign.id(), seen.count()));
        json.writeEndObject();
        if (listener.firstByte().count() > 0) {
            json.writeObjectPropertyStart("firstByteSeconds");
            json.writeNumberProperty("p50", seconds(listener.firstByte().p50()));
            json.writeNumberProperty("p99", seconds(listener.firstByte().p99()));
            json.writeNumberProperty("max", seconds(listener.firstByte().max()));
            json.writeEndObject();
        }
        json.writeObjectPropertyStart("waiting");
        json.writeNumberProperty("fromSeconds", seconds(listener.waiting().from()));
        json.writeNumberProperty("stretchSeconds", seconds(listener.waiting().stretch()));
        json.writeArrayPropertyStart("highest");
        listener.waiting().highest().forEach(json::writeNumber);
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void connection(Handshake handshake) {
        json.writeStartObject();
        json.writeStringProperty("client", handshake.client().toString());
        json.writeStringProperty("server", handshake.server().toString());
        json.writeStringProperty("start", handshake.start().toString());
        json.writeStringProperty("fate", handshake.fate().id());
        json.writeNumberProperty("synRetransmissions", handshake.synRetransmissions());
        json.writeNumberProperty("synAckRetransmissions", handshake.synAckRetransmissions());
        json.writeNumberProperty("dataRetransmissions", handshake.dataRetransmissions());
        json.writeBooleanProperty("cookieSuspected", handshake.cookieSuspected());
        json.writeArrayPropertyStart("events");
        for (HandshakeEvent event : handshake.events()) {
            json.writeStartObject();
            json.writeNumberProperty("atSeconds", seconds(event.at()));
            json.writeStringProperty("sender", event.sender().name().toLowerCase(Locale.ROOT));
            json.writeStringProperty("flags", event.flags());
            json.writeNumberProperty("sequence", event.sequence());
            json.writeNumberProperty("acknowledgement", event.acknowledgement());
            json.writeNumberProperty("payload", event.payload());
            json.writeBooleanProperty("again", event.again());
            json.writeBooleanProperty("lost", event.lost());
            json.writeStringProperty("kernel", event.kernel());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void finding(Explanation finding) {
        json.writeStartObject();
        json.writeStringProperty("cause", finding.cause());
        json.writeStringProperty("confidence", finding.confidence().name().toLowerCase(Locale.ROOT));
        finding.port().ifPresent(port -> json.writeNumberProperty("port", port));
        json.writeStringProperty("summary", finding.summary());
        json.writeArrayPropertyStart("evidence");
        finding.evidence().forEach(json::writeString);
        json.writeEndArray();
        json.writeArrayPropertyStart("refutedBy");
        finding.refutedBy().forEach(json::writeString);
        json.writeEndArray();
        json.writeStringProperty("next", finding.next());
        json.writeEndObject();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
