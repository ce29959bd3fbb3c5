package dev.anteroom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalTraceTest {
    private static long[] read(String text) throws IOException {
        return ArrivalTrace.read(new StringReader(text), "trace.txt");
    }

    @Test
    void oneTimePerLineInSecondsOrWithItsUnit() throws IOException {
        assertThat(read("0\n0.5\n 750ms \r\n.8\n1e0\n2s\n1m\n"))
                .containsExactly(
                        0, 500_000_000L, 750_000_000L, 800_000_000L, 1_000_000_000L, 2_000_000_000L, 60_000_000_000L);
    }

    @Test
    void whatProgramsPrintIsRead() throws IOException {
        assertThat(read("1e-05\n0.012345678901234567\n1764112258.123456789"))
                .containsExactly(10_000, 12_345_679, 1_764_112_258_123_456_789L);
    }

    @Test
    void onlyTheFirstColumnCountsAndHeadingsAndRemarksDoNot() throws IOException {
        assertThat(read("\uFEFFtime,client\n# a remark\n\n0.1,10.0.0.1\n\"0.2\";x\n0.3\ty\n"))
                .containsExactly(100_000_000L, 200_000_000L, 300_000_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~1\n2\nsoon\n~ | trace.txt, line 3: expected a time such as 12.5 or 20ms, found 'soon'",
                "~1\n\n0.5\n~ | trace.txt, line 3: '0.5' is earlier than line 1; arrivals have to be in order, as 'sort -n' makes them",
                "~NaN\n~ | trace.txt, line 1: expected a time such as 12.5 or 20ms, found 'NaN'",
                "~0\n-1\n~ | trace.txt, line 2: expected a time such as 12.5 or 20ms, found '-1'",
                "~0\n1e99\n~ | trace.txt, line 2: expected a time such as 12.5 or 20ms, found '1e99'",
                "~0\n\u001b[31m\n~ | trace.txt, line 2: expected a time such as 12.5 or 20ms, found '?[31m'",
                "~time\nwhen\n1\n~ | trace.txt, line 2: expected a time such as 12.5 or 20ms, found 'when'",
                "~time\n~ | trace.txt: no arrival in it; expected one time such as 12.5 or 20ms per line"
            })
    void aWrongLineIsNamed(String text, String message) {
        assertThatThrownBy(() -> read(text.translateEscapes().replace("\\u001b", "\u001b")))
                .isInstanceOf(CaptureException.class)
                .hasMessage(message);
    }

    @Test
    void aLineWithoutEndIsNoTrace() {
        assertThatThrownBy(() -> read("7".repeat(20_000))).hasMessageContaining("line 1: longer than 10000 characters");
    }

    @Property
    void anyTextIsReadOrRefused(
            @ForAll @StringLength(max = 40) @CharRange(from = '\t', to = '9') @CharRange(from = 'a', to = 'z')
                    String text)
            throws IOException {
        try {
            long[] moments = read(text);
            assertThat(moments).isSorted().isNotEmpty();
        } catch (CaptureException refused) {
            assertThat(refused).hasMessageStartingWith("trace.txt").message().hasLineCount(1);
        }
    }
}
