package dev.anteroom.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {

    @Provide
    Arbitrary<String> wholeAnswers() {
        return Arbitraries.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nX: y\r\ncontent-length:0\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 503 Service Unavailable\nContent-Length: 3\n\nno\n",
                "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nA;x=1\r\n0\r\n\r\n56789\r\n0\r\nTrailer: t\r\n\r\n");
    }

    /// However the network cuts an answer into pieces, it is whole with its last byte and not before.
    @Property(tries = 500)
    void anAnswerIsWholeWithItsLastByteHoweverItIsCut(
            @ForAll("wholeAnswers") String text, @ForAll @IntRange(min = 1, max = 60) int piece) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        HttpAnswer answer = new HttpAnswer(false);

        for (int at = 0; at < bytes.length; at += piece) {
            assertThat(answer.isDone()).isFalse();
            int end = Math.min(bytes.length, at + piece);
            answer.take(Arrays.copyOfRange(bytes, at, end), end - at);
            if (end < bytes.length) {
                assertThat(answer.isDone())
                        .as("after %d of %d bytes", end, bytes.length)
                        .isFalse();
            }
        }

        assertThat(answer.isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nhello"
            })
    void aLengthThatNoAnswerHasEndsWithTheStream(String text) {
        assertThat(taken(text).isDone()).isFalse();
        assertThat(taken(text).isDoneAtEnd()).isTrue();
    }

    @Test
    void manyProvisionalAnswersAreReadOver() {
        String provisional = "HTTP/1.1 100 Continue\r\n\r\n";

        assertThat(taken(provisional.repeat(20_000) + "HTTP/1.1 204 No Content\r\n\r\n")
                        .isDone())
                .isTrue();
    }

    @Test
    void withoutALengthOnlyTheEndOfTheStreamEndsAnAnswer() {
        HttpAnswer answer = taken("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nhello");

        assertThat(answer.isDone()).isFalse();
        assertThat(answer.isDoneAtEnd()).isTrue();
    }

    @Test
    void theEndOfTheStreamCutsOffAnAnswerWithALengthOrWithoutAHead() {
        assertThat(taken("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello").isDoneAtEnd())
                .isFalse();
        assertThat(taken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                        .isDoneAtEnd())
                .isFalse();
        assertThat(taken("HTTP/1.1 200 OK\r\nServer").isDoneAtEnd()).isFalse();
        assertThat(new HttpAnswer(false).isDoneAtEnd()).isFalse();
    }

    @Test
    void theAnswerToHeadHasNoBody() {
        byte[] head = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        HttpAnswer answer = new HttpAnswer(true);
        answer.take(head, head.length);

        assertThat(answer.isDone()).isTrue();
    }

    private static HttpAnswer taken(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        HttpAnswer answer = new HttpAnswer(false);
        answer.take(bytes, bytes.length);
        return answer;
    }
}
