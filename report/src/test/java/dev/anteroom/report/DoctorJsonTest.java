package dev.anteroom.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.diagnosis.Diagnosis;
import dev.anteroom.queue.Evidence;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DoctorJsonTest {

    @Test
    void theDocumentHasTheShapeOfItsSchema() {
        JsonNode json = json(Host.with(
                Duration.ofMillis(1500), Host.tcp(8100, 6, OptionalLong.of(5), OptionalLong.of(8)), Host.unix("@bus")));

        assertThat(json.path("schema").asString()).isEqualTo("anteroom/doctor/1");
        assertThat(json.path("host").path("kernel").asString()).isEqualTo("6.18.44");
        assertThat(json.path("windowSeconds").asDouble()).isEqualTo(1.5);
        JsonNode namespace = json.path("namespaces").path(0);
        assertThat(namespace.path("inode").asLong()).isEqualTo(4026531840L);
        assertThat(namespace.path("settings").path("somaxconn").asLong()).isEqualTo(5);
        assertThat(namespace.path("counters").path("ListenOverflows").toString())
                .isEqualTo("{\"total\":4,\"delta\":4}");
        JsonNode listener = json.path("listeners").path(0);
        assertThat(listener.path("netns").asLong()).isEqualTo(4026531840L);
        assertThat(listener.path("family").asString()).isEqualTo("inet");
        assertThat(listener.path("capacity").asLong()).isEqualTo(6);
        assertThat(listener.path("boundBy").asString()).isEqualTo("somaxconn");
        assertThat(listener.path("dropEvents").toString()).isEqualTo("{\"total\":8,\"delta\":4}");
        assertThat(listener.path("processes").path(0).path("pid").asInt()).isEqualTo(812);
        assertThat(listener.path("container").isNull()).isTrue();
        assertThat(listener.path("synQueue").isNull()).isTrue();
        assertThat(json.path("listeners").path(1).path("family").asString()).isEqualTo("unix");
        assertThat(json.path("listeners").path(1).path("dropEvents").isNull()).isTrue();
        JsonNode finding = json.path("findings").path(0);
        assertThat(finding.propertyNames())
                .contains("cause", "severity", "netns", "listener", "summary", "evidence", "remedy", "refutedBy");
        assertThat(finding.path("listener").path("port").asInt()).isEqualTo(8100);
        assertThat(json.path("notMeasured").path(0).propertyNames()).containsExactly("what", "why", "how");
    }

    @Test
    void whatCannotBeSeenIsNull() {
        JsonNode listener = json(Host.with(
                        Duration.ZERO, Host.tcp(8100, 6, OptionalLong.empty(), OptionalLong.empty())))
                .path("listeners")
                .path(0);

        assertThat(listener.path("limit").isNull()).isTrue();
        assertThat(listener.path("capacity").isNull()).isTrue();
        assertThat(listener.path("dropEvents").isNull()).isTrue();
        assertThat(listener.path("boundBy").asString()).isEqualTo("unknown");
        assertThat(listener.path("processes")).isEmpty();
    }

    private static JsonNode json(Evidence evidence) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DoctorJson.write(evidence, Diagnosis.of(evidence), out);
        return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    }
}
