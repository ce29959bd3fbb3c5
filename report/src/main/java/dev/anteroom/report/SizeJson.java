package dev.anteroom.report;

import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingAdvice;
import dev.anteroom.simulator.SizingCandidate;
import dev.anteroom.simulator.SizingPeaks;
import dev.anteroom.simulator.SizingPresent;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingToday;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/// What `size --json` prints, schema `anteroom/size/1`. What was not given, or does not exist, is null. Times are in
/// seconds, rates per second.
public final class SizeJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/size/1";

    private final Sizing sizing;
    private final JsonGenerator json;

    private SizeJson(Sizing sizing, JsonGenerator json) {
        this.sizing = sizing;
        this.json = json;
    }

    /// Writes one document and leaves the stream open.
    public static void write(Sizing sizing, OutputStream out) {
        JsonDocument.write(out, json -> new SizeJson(sizing, json).document());
    }

    private void document() {
        json.writeStartObject();
        json.writeStringProperty("schema", SCHEMA);
        request(sizing.request());
        json.writeStringProperty("verdict", id(sizing.verdict()));
        json.writeStringProperty("knob", id(sizing.knob()));
        number("smallestThatHolds", sizing.smallestThatHolds());
        number("largestThatHelps", sizing.largestThatHelps());
        number("recommended", sizing.recommended());
        if (sizing.acceptRateNeeded().isPresent()) {
            json.writeNumberProperty(
                    "acceptRateNeeded", sizing.acceptRateNeeded().getAsDouble());
        } else {
            json.writeNullProperty("acceptRateNeeded");
        }
        json.writeStringProperty("method", sizing.method().text());
        json.writeStringProperty("tolerance", sizing.method().tolerance());
        json.writeArrayPropertyStart("candidates");
        sizing.candidates().forEach(this::candidate);
        json.writeEndArray();
        if (sizing.today().isPresent()) {
            today(sizing.today().get());
        } else {
            json.writeNullProperty("today");
        }
        SizingAdvice advice = SizingAdvice.of(sizing);
        json.writeStringProperty("headline", advice.headline());
        sentences("reasons", advice.reasons());
        sentences("steps", advice.steps());
        json.writeEndObject();
    }

    private void request(SizingRequest request) {
        json.writeObjectPropertyStart("request");
        json.writeNumberProperty("burst", request.load().burst());
        seconds("burstWidthSeconds", Optional.of(request.load().burstWidth()));
        json.writeBooleanProperty("burstVaries", request.load().burstVaries());
        json.writeNumberProperty("rate", request.load().rate());
        if (request.load().peaks().isPresent()) {
            SizingPeaks peaks = request.load().peaks().get();
            json.writeObjectPropertyStart("peaks");
            json.writeNumberProperty("rate", peaks.rate());
            seconds("lengthSeconds", Optional.of(peaks.length()));
            seconds("everySeconds", Optional.of(peaks.every()));
            json.writeEndObject();
        } else {
            json.writeNullProperty("peaks");
        }
        json.writeNumberProperty("acceptRate", request.server().acceptRate());
        json.writeNumberProperty("workers", request.server().workers());
        json.writeNumberProperty("variation", request.server().variation());
        seconds("pauseSeconds", Optional.of(request.server().pause()));
        seconds("patienceSeconds", request.patience());
        json.writeNumberProperty("target", request.target());
        if (request.present().isPresent()) {
            present(request.present().get());
        } else {
            json.writeNullProperty("present");
        }
        json.writeEndObject();
    }

    private void present(SizingPresent present) {
        json.writeObjectPropertyStart("present");
        json.writeNumberProperty("limit", present.limits().limit());
        json.writeStringProperty("boundBy", id(present.limits().boundBy()));
        json.writeNumberProperty("somaxconn", present.somaxconn());
        json.writeBooleanProperty("cookies", present.cookies());
        json.writeBooleanProperty("serverFirst", present.serverFirst());
        seconds("roundTripSeconds", present.roundTrip());
        json.writeEndObject();
    }

    private void candidate(SizingCandidate candidate) {
        json.writeStartObject();
        json.writeNumberProperty("limit", candidate.limit());
        json.writeNumberProperty("capacity", candidate.capacity());
        json.writeNumberProperty("loss", candidate.loss());
        json.writeNumberProperty("lost", candidate.lost());
        seconds("longestWaitSeconds", Optional.of(candidate.longestWait()));
        json.writeStringProperty("fit", id(candidate.fit()));
        json.writeEndObject();
    }

    private void today(SizingToday today) {
        json.writeObjectPropertyStart("today");
        json.writeNumberProperty("capacity", today.capacity());
        json.writeNumberProperty("firstTry", today.firstTry());
        json.writeNumberProperty("dropped", today.dropped());
        json.writeNumberProperty("phantoms", today.phantoms());
        json.writeNumberProperty("late", today.late());
        json.writeNumberProperty("neverIn", today.neverIn());
        seconds("lastServedSeconds", today.lastServed());
        json.writeStringProperty("tolerance", today.tolerance());
        json.writeArrayPropertyStart("waves");
        for (SizingToday.Wave wave : today.waves()) {
            json.writeStartObject();
            seconds("atSeconds", Optional.of(wave.at()));
            json.writeStringProperty("by", wave.bySyn() ? "syn" : "data");
            json.writeNumberProperty("trying", wave.trying());
            json.writeNumberProperty("admitted", wave.admitted());
            json.writeNumberProperty("phantoms", wave.phantoms());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void sentences(String name, List<String> sentences) {
        json.writeArrayPropertyStart(name);
        sentences.forEach(json::writeString);
        json.writeEndArray();
    }

    private void number(String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }

    private void seconds(String name, Optional<Duration> time) {
        if (time.isPresent()) {
            json.writeNumberProperty(name, time.get().toNanos() / 1e9);
        } else {
            json.writeNullProperty(name);
        }
    }

    private static String id(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
