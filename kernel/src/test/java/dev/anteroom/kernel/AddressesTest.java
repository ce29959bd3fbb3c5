package dev.anteroom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.queue.Family;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    /// RFC 5952, section 4 and 5.
    @ParameterizedTest
    @CsvSource({
        "00000000000000000000000000000000, ::",
        "00000000000000000000000000000001, ::1",
        "20010db8000000000001000000000001, 2001:db8::1:0:0:1",
        "20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1",
        "20010db8000000000000000000000001, 2001:db8::1",
        "20010000000000010000000000000001, 2001:0:0:1::1",
        "fe800000000000000000000000000000, fe80::",
        "00010000000000000000000000000000, 1::",
        "0000ffff000000000000000000000001, 0:ffff::1",
        "00000000000000000000ffff01020304, ::ffff:1.2.3.4",
        "00000000000000000000ffff7f000001, ::ffff:127.0.0.1",
        "20010db8aaaabbbbccccddddeeeeaaaa, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
        "00010002000300040005000600070000, 1:2:3:4:5:6:7:0",
        "00000002000300040005000600070008, 0:2:3:4:5:6:7:8",
        "0a0b0c0d, 10.11.12.13",
        "00000000, 0.0.0.0",
        "ffffffff, 255.255.255.255",
        "00000001, 0.0.0.1"
    })
    void anAddressIsWrittenAsRfc5952Asks(String hex, String text) {
        assertThat(text(HexFormat.of().parseHex(hex))).isEqualTo(text);
    }

    @Property
    void theTextOfAnIpv4AddressIsReadBackToTheSameBytes(@ForAll @Size(4) byte[] bytes) {
        assertThat(InetAddress.ofLiteral(text(bytes)).getAddress()).isEqualTo(bytes);
        assertThat(Addresses.bytes(text(bytes), Family.INET)).isEqualTo(bytes);
    }

    @Property(tries = 3000)
    void theTextOfAnIpv6AddressIsReadBackToTheSameBytes(@ForAll @From("sparse") byte[] bytes) {
        InetAddress parsed = InetAddress.ofLiteral(text(bytes));

        assertThat(Addresses.bytes(text(bytes), Family.INET6)).isEqualTo(bytes);
        if (parsed instanceof Inet4Address) {
            // The JDK takes a mapped address for an IPv4 one.
            assertThat(text(bytes)).isEqualTo("::ffff:" + parsed.getHostAddress());
        } else {
            assertThat(parsed.getAddress()).isEqualTo(bytes);
        }
    }

    @Property
    void noTextIsLongerThanItNeedsToBe(@ForAll @From("sparse") byte[] bytes) {
        assertThat(text(bytes)).doesNotContain(":::").doesNotMatch(".*(^|:)0[0-9a-f].*");
        assertThat(text(bytes).split("::", -1).length).isLessThanOrEqualTo(2);
    }

    /// Addresses with many zero groups, and now and then a mapped one.
    @Provide
    Arbitrary<byte[]> sparse() {
        Arbitrary<Byte> value = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just((byte) 0)),
                Tuple.of(1, Arbitraries.just((byte) 0xff)),
                Tuple.of(2, Arbitraries.bytes()));
        Arbitrary<byte[]> any = value.array(byte[].class).ofSize(16);
        Arbitrary<byte[]> mapped = any.map(bytes -> {
            byte[] copy = bytes.clone();
            Arrays.fill(copy, 0, 10, (byte) 0);
            Arrays.fill(copy, 10, 12, (byte) 0xff);
            return copy;
        });
        return Arbitraries.frequencyOf(Tuple.of(5, any), Tuple.of(1, mapped));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "", "::g", "1.2.3.4.5", "example.org"})
    void aNameIsNoAddressAndIsNeverLookedUp(String name) {
        assertThatExceptionOfType(KernelException.class).isThrownBy(() -> Addresses.bytes(name, Family.INET));
    }

    private static String text(byte[] bytes) {
        return Addresses.text(bytes);
    }
}
