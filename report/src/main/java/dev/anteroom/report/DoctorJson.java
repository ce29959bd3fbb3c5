package dev.anteroom.report;

import dev.anteroom.diagnosis.Finding;
import dev.anteroom.diagnosis.FindingsByListener;
import dev.anteroom.queue.Container;
import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.HostProcess;
import dev.anteroom.queue.ListenerEvidence;
import dev.anteroom.queue.NamespaceEvidence;
import dev.anteroom.queue.NotMeasured;
import dev.anteroom.queue.QueueContents;
import dev.anteroom.queue.QueueLimits;
import dev.anteroom.queue.Setting;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/// What `doctor --json` prints, schema `anteroom/doctor/1`. It is complete: every listener, every counter. What
/// could not be measured is null.
public final class DoctorJson {
    /// The name and version of the schema.
    public static final String SCHEMA = "anteroom/doctor/1";

    private final Evidence evidence;
    private final List<Finding> findings;
    private final FindingsByListener byListener;
    private final JsonGenerator json;

    private DoctorJson(Evidence evidence, List<Finding> findings, JsonGenerator json) {
        this.evidence = evidence;
        this.findings = findings;
        this.byListener = new FindingsByListener(findings);
        this.json = json;
    }

    /// Writes one document and leaves the stream open.
    public static void write(Evidence evidence, List<Finding> findings, OutputStream out) {
        JsonDocument.write(out, json -> new DoctorJson(evidence, findings, json).document());
    }

    private void document() {
        json.writeStartObject();
        json.writeStringProperty("schema", SCHEMA);
        json.writeObjectPropertyStart("host");
        json.writeStringProperty("kernel", evidence.kernel().release());
        json.writeStringProperty("kernelRules", evidence.kernel().numbers());
        json.writeBooleanProperty("kernelRulesUncertain", evidence.kernel().vendor());
        json.writeEndObject();
        json.writeNumberProperty("windowSeconds", evidence.window().toNanos() / 1e9);
        array("namespaces", evidence.namespaces(), this::namespace);
        json.writeArrayPropertyStart("listeners");
        evidence.namespaces().forEach(namespace -> namespace.listeners().forEach(one -> listener(namespace, one)));
        json.writeEndArray();
        array("findings", findings, this::finding);
        array("notMeasured", evidence.notMeasured(), this::notMeasured);
        json.writeEndObject();
    }

    private void namespace(NamespaceEvidence namespace) {
        json.writeStartObject();
        json.writeNumberProperty("inode", namespace.inode());
        json.writeStringProperty("label", namespace.label());
        json.writeObjectPropertyStart("settings");
        namespace
                .settings()
                .values()
                .forEach((Setting setting, Long value) -> json.writeNumberProperty(setting.shortName(), value));
        json.writeEndObject();
        json.writeObjectPropertyStart("counters");
        for (Counter counter : Counter.values()) {
            OptionalLong total = namespace.after().value(counter);
            if (total.isPresent()) {
                json.writeObjectPropertyStart(counter.kernelName());
                json.writeNumberProperty("total", total.getAsLong());
                number("delta", inWindow(namespace.moved(counter)));
                json.writeEndObject();
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void listener(NamespaceEvidence namespace, ListenerEvidence one) {
        Optional<QueueLimits> limits = namespace.limits(one);
        json.writeStartObject();
        json.writeNumberProperty("netns", namespace.inode());
        json.writeStringProperty("address", one.listener().endpoint().address());
        json.writeNumberProperty("port", one.listener().endpoint().port());
        json.writeStringProperty(
                "family", one.listener().endpoint().family().name().toLowerCase(Locale.ROOT));
        json.writeBooleanProperty("v6Only", one.listener().v6Only());
        json.writeNumberProperty("inode", one.listener().inode());
        json.writeNumberProperty("depth", one.after().depth());
        number("limit", one.after().limit());
        number(
                "capacity",
                limits.map(known -> OptionalLong.of(known.capacity())).orElse(OptionalLong.empty()));
        json.writeStringProperty(
                "boundBy",
                limits.map(known -> known.boundBy().name().toLowerCase(Locale.ROOT))
                        .orElse("unknown"));
        json.writeStringProperty(
                "boundByCertainty",
                limits.map(known -> known.certainty().name().toLowerCase(Locale.ROOT))
                        .orElse("possible"));
        number("synQueue", one.synQueue());
        if (one.after().dropEvents().isPresent()) {
            json.writeObjectPropertyStart("dropEvents");
            number("total", one.after().dropEvents());
            number("delta", inWindow(one.dropEventsInWindow()));
            json.writeEndObject();
        } else {
            json.writeNullProperty("dropEvents");
        }
        one.contents().ifPresent(this::contents);
        array("processes", one.listener().processes(), this::process);
        Optional<Container> container = one.listener().processes().stream()
                .flatMap(process -> process.container().stream())
                .findFirst();
        if (container.isPresent()) {
            container(container.get());
        } else {
            json.writeNullProperty("container");
        }
        if (one.listener().uid().isPresent()) {
            json.writeNumberProperty(
                    "uid", Integer.toUnsignedLong(one.listener().uid().getAsInt()));
        }
        json.writeStringProperty(
                "verdict",
                byListener
                        .verdict(one.listener())
                        .name()
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-'));
        json.writeEndObject();
    }

    private void contents(QueueContents contents) {
        json.writeObjectPropertyStart("waiting");
        json.writeNumberProperty("visible", contents.visible());
        json.writeNumberProperty("closedByPeer", contents.closedByPeer());
        json.writeNumberProperty("resetByPeer", contents.resetByPeer());
        json.writeEndObject();
    }

    private void process(HostProcess process) {
        json.writeStartObject();
        json.writeNumberProperty("pid", process.pid());
        json.writeStringProperty("name", process.name());
        json.writeStringProperty("program", process.program());
        json.writeEndObject();
    }

    private void container(Container container) {
        json.writeObjectPropertyStart("container");
        json.writeStringProperty("runtime", container.runtime());
        json.writeStringProperty("id", container.id());
        if (container.pod().isPresent()) {
            json.writeStringProperty("pod", container.pod().get());
        }
        json.writeEndObject();
    }

    private void finding(Finding finding) {
        json.writeStartObject();
        json.writeStringProperty("cause", finding.cause().id());
        json.writeStringProperty("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("when", finding.when().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("certainty", finding.certainty().name().toLowerCase(Locale.ROOT));
        json.writeNumberProperty("netns", finding.namespace());
        if (finding.listener().isPresent()) {
            json.writeObjectPropertyStart("listener");
            json.writeStringProperty(
                    "address", finding.listener().get().endpoint().address());
            json.writeNumberProperty("port", finding.listener().get().endpoint().port());
            json.writeNumberProperty("inode", finding.listener().get().inode());
            json.writeEndObject();
        } else {
            json.writeNullProperty("listener");
        }
        json.writeStringProperty("summary", finding.summary());
        array("evidence", finding.evidence(), json::writeString);
        array("refutedBy", finding.refutedBy(), json::writeString);
        array("remedy", finding.remedy(), json::writeString);
        json.writeEndObject();
    }

    private void notMeasured(NotMeasured missing) {
        json.writeStartObject();
        json.writeStringProperty("what", missing.what());
        json.writeStringProperty("why", missing.why());
        json.writeStringProperty("how", missing.how());
        json.writeEndObject();
    }

    /// With a single look there is no window in which anything could move.
    private OptionalLong inWindow(OptionalLong step) {
        return evidence.window().isZero() ? OptionalLong.empty() : step;
    }

    private void number(String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }

    private <T> void array(String name, List<T> elements, Consumer<T> writer) {
        json.writeArrayPropertyStart(name);
        elements.forEach(writer);
        json.writeEndArray();
    }
}
