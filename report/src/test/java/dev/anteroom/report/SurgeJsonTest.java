package dev.anteroom.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;
import dev.anteroom.queue.SurgeResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SurgeJsonTest {

    private static JsonNode json(SurgeResult result) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SurgeJson.write(result, out);
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n").hasLineCount(1);
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void holdsEverythingThatTheSchemaPromises() {
        JsonNode json = json(new Surges()
                .served(6, 0, 0.001)
                .served(4, 1, 1.03)
                .lost(2, Outcome.PHANTOM, Phase.FIRST_BYTE, "SocketTimeoutException", "Read timed out")
                .result());

        assertThat(json.path("schema").asString()).isEqualTo("anteroom/surge/1");
        assertThat(json.path("target").asString()).isEqualTo("127.0.0.1:8100");
        assertThat(json.path("connections").asInt()).isEqualTo(12);
        assertThat(json.path("complete").asBoolean()).isTrue();
        assertThat(json.path("burstWidthSeconds").asDouble()).isEqualTo(0.02);
        assertThat(json.path("outcomes").path("served").asInt()).isEqualTo(10);
        assertThat(json.path("outcomes").path("phantom").asInt()).isEqualTo(2);
        assertThat(json.path("outcomes").size()).isEqualTo(Outcome.values().length);
        assertThat(json.path("synRetransmissions").path("0").asInt()).isEqualTo(8);
        assertThat(json.path("synRetransmissions").path("1").asInt()).isEqualTo(4);
        assertThat(json.path("connectSeconds").path("max").asDouble()).isEqualTo(1.03);
        assertThat(json.path("firstByteSeconds").path("count").asInt()).isEqualTo(10);
        JsonNode exception = json.path("exceptions").path(0);
        assertThat(exception.path("type").asString()).isEqualTo("SocketTimeoutException");
        assertThat(exception.path("message").asString()).isEqualTo("Read timed out");
        assertThat(exception.path("phase").asString()).isEqualTo("first-byte");
        assertThat(exception.path("count").asInt()).isEqualTo(2);
    }

    @Test
    void aTimeThatNobodyHadIsNull() {
        JsonNode json = json(new Surges()
                .lost(1, Outcome.REFUSED, Phase.CONNECT, "ConnectException", "Connection refused")
                .stopped()
                .result());

        assertThat(json.path("complete").asBoolean()).isFalse();
        assertThat(json.path("firstByteSeconds").path("count").asInt()).isZero();
        assertThat(json.path("firstByteSeconds").path("p99").isNull()).isTrue();
    }
}
