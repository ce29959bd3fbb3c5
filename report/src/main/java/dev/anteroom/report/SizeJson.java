package dev.anteroom.report;

import dev.anteroom.simulator.Sizing;
import dev.anteroom.simulator.SizingAdvice;
import dev.anteroom.simulator.SizingCandidate;
import dev.anteroom.simulator.SizingPeaks;
import dev.anteroom.simulator.SizingPresent;
import dev.anteroom.simulator.SizingRequest;
import dev.anteroom.simulator.SizingToday;
import dev.anteroom.simulator.SizingTrace;
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
    private final Optional<SizingSource> source;
    private final JsonGenerator json;

    private SizeJson(Sizing sizing, Optional<SizingSource> source, JsonGenerator json) {
        this.sizing = sizing;
        this.source = source;
        this.json = json;
    }

    /// Writes one document and leaves the stream open.
    ///
    /// @param source of what was read from a file; empty if everything was said by hand
    public static void write(Sizing sizing, Optional<SizingSource> source, OutputStream out) {
        JsonDocument.write(out, json -> new SizeJson(sizing, source, json).document());
    }

    private void document() {
        json.writeStartObject();
        json.writeStringProperty("schema", SCHEMA);
        source();
        request(sizing.request());
        boolean helps = sizing.verdict() == Sizing.Verdict.A_LIMIT_HOLDS;
        json.writeStringProperty(
                "verdict",
                !helps ? "no-queue-can-help" : sizing.knob() == Sizing.Knob.NONE ? "limit-is-enough" : "raise-limit");
        text("because", helps ? Optional.empty() : Optional.of(id(sizing.verdict())));
        json.writeStringProperty("bindingKnob", id(sizing.knob()));
        number("smallestLimit", sizing.smallestThatHolds());
        number("largestUsefulLimit", sizing.largestThatHelps());
        number("recommendedLimit", sizing.recommended());
        if (sizing.acceptRateNeeded().isPresent()) {
            json.writeNumberProperty(
                    "acceptRateNeeded", sizing.acceptRateNeeded().getAsDouble());
        } else {
            json.writeNullProperty("acceptRateNeeded");
        }
        json.writeStringProperty("method", id(sizing.method().kind()));
        json.writeStringProperty("formula", sizing.method().text());
        json.writeStringProperty("tolerance", sizing.method().tolerance());
        json.writeArrayPropertyStart("candidates");
        sizing.candidates().forEach(this::candidate);
        json.writeEndArray();
        if (sizing.today().isPresent()) {
            today(sizing.today().get());
        } else {
            json.writeNullProperty("atTodaysLimit");
        }
        SizingAdvice advice = SizingAdvice.of(sizing);
        json.writeStringProperty("headline", advice.headline());
        sentences("reasons", advice.reasons());
        sentences("steps", advice.steps());
        json.writeEndObject();
    }

    private void source() {
        if (source.isEmpty()) {
            json.writeNullProperty("source");
            return;
        }
        json.writeObjectPropertyStart("source");
        json.writeStringProperty("file", source.get().file());
        json.writeStringProperty("document", source.get().what());
        json.writeObjectPropertyStart("taken");
        source.get().taken().forEach(json::writeStringProperty);
        json.writeEndObject();
        sentences("missing", source.get().missing());
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
        if (request.load().trace().isPresent()) {
            SizingTrace trace = request.load().trace().get();
            json.writeObjectPropertyStart("trace");
            json.writeNumberProperty("connections", trace.connections());
            seconds("widthSeconds", Optional.of(trace.width()));
            json.writeNumberProperty("mostIn10Ms", trace.mostWithin(Duration.ofMillis(10)));
            json.writeNumberProperty("mostIn100Ms", trace.mostWithin(Duration.ofMillis(100)));
            json.writeNumberProperty("mostIn1S", trace.mostWithin(Duration.ofSeconds(1)));
            json.writeEndObject();
        } else {
            json.writeNullProperty("trace");
        }
        json.writeNumberProperty("load", request.utilisation());
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
        json.writeObjectPropertyStart("atTodaysLimit");
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

    private void text(String name, Optional<String> value) {
        if (value.isPresent()) {
            json.writeStringProperty(name, value.get());
        } else {
            json.writeNullProperty(name);
        }
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
