package dev.anteroom.kernel;

import static dev.anteroom.kernel.ScriptedWire.INT;
import static dev.anteroom.kernel.ScriptedWire.SHORT;
import static dev.anteroom.kernel.ScriptedWire.done;
import static dev.anteroom.kernel.ScriptedWire.error;
import static dev.anteroom.kernel.ScriptedWire.framed;
import static dev.anteroom.kernel.ScriptedWire.header;
import static dev.anteroom.kernel.ScriptedWire.lying;
import static dev.anteroom.kernel.ScriptedWire.message;
import static dev.anteroom.kernel.ScriptedWire.withSequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.anteroom.queue.Family;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The conversation with the kernel, the kernel being a script.
class NetlinkTest {
    private static final int FIRST = 1;

    @Test
    void aListInSeveralDatagramsIsReadToItsEnd() {
        ScriptedWire wire = new ScriptedWire()
                .answer(message(FIRST, 0, 1), message(FIRST, 0, 2))
                .answer(message(FIRST, 0, 3))
                .answer(message(FIRST, 0, 4), done(FIRST));

        assertThat(numbers(wire)).containsExactly(1, 2, 3, 4);
        assertThat(wire.requests).isEqualTo(1);
        assertThat(wire.left()).isZero();
    }

    @Test
    void aRequestCarriesItsLengthAndItsFlags() {
        ScriptedWire wire = new ScriptedWire().answer(done(FIRST));
        numbers(wire);

        assertThat(wire.lastRequest).hasSize(NetlinkLayout.HEADER_BYTES + 56);
        MemorySegment sent = MemorySegment.ofArray(wire.lastRequest);
        assertThat(sent.get(INT, NetlinkLayout.LENGTH)).isEqualTo(72);
        assertThat(sent.get(SHORT, NetlinkLayout.TYPE)).isEqualTo((short) 20);
        assertThat(sent.get(SHORT, NetlinkLayout.FLAGS)).isEqualTo((short) 0x301);
        assertThat(sent.get(INT, NetlinkLayout.SEQUENCE)).isEqualTo(FIRST);
    }

    @Test
    void anInterruptedListIsThrownAwayAndAskedForAgain() {
        ScriptedWire wire = new ScriptedWire()
                .answer(message(1, 0, 1), message(1, NetlinkLayout.NLM_F_DUMP_INTR, 2), done(1))
                .answer(message(2, 0, 3), done(2));

        try (Netlink netlink = new Netlink("sock_diag", wire)) {
            assertThat(numbers(netlink)).containsExactly(3);
            assertThat(netlink.inconsistentDumps()).isZero();
        }
        assertThat(wire.requests).isEqualTo(2);
    }

    @Test
    void anInterruptionToldOnlyAtTheEndCountsToo() {
        ScriptedWire wire = new ScriptedWire()
                .answer(message(1, 0, 1), header(1, NetlinkLayout.NLMSG_DONE, NetlinkLayout.NLM_F_DUMP_INTR, 0))
                .answer(message(2, 0, 9), done(2));

        assertThat(numbers(wire)).containsExactly(9);
    }

    @Test
    void afterFiveInterruptedListsItGivesUpAndCountsIt() {
        ScriptedWire wire = new ScriptedWire();
        for (int sequence = 1; sequence <= 5; sequence++) {
            wire.answer(message(sequence, NetlinkLayout.NLM_F_DUMP_INTR, sequence), done(sequence));
        }

        try (Netlink netlink = new Netlink("sock_diag", wire)) {
            assertThat(numbers(netlink)).containsExactly(5);
            assertThat(netlink.inconsistentDumps()).isEqualTo(1);
        }
        assertThat(wire.requests).isEqualTo(5);
    }

    @Test
    void aListThatLostPartForWantOfSpaceIsAskedForAgain() {
        ScriptedWire wire = new ScriptedWire()
                .answer(message(1, 0, 1))
                .fail(Syscalls.ENOBUFS)
                .answer(message(1, 0, 2), done(1))
                .answer(message(2, 0, 1), message(2, 0, 2), message(2, 0, 3), done(2));

        assertThat(numbers(wire)).containsExactly(1, 2, 3);
        assertThat(wire.requests).isEqualTo(2);
    }

    @Test
    void anInterruptedCallIsMadeAgain() {
        ScriptedWire wire = new ScriptedWire()
                .failSend(Syscalls.EINTR)
                .fail(Syscalls.EINTR)
                .answer(message(1, 0, 7))
                .fail(Syscalls.EINTR)
                .answer(done(1));

        assertThat(numbers(wire)).containsExactly(7);
        assertThat(wire.requests).isEqualTo(1);
    }

    @Test
    void answersToAnEarlierQuestionArePassedOver() {
        ScriptedWire wire = new ScriptedWire()
                .answer(message(0, NetlinkLayout.NLM_F_DUMP_INTR, 66), done(0))
                .answer(message(99, 0, 77), message(1, 0, 1), error(98, 22), done(1));

        assertThat(numbers(wire)).containsExactly(1);
        assertThat(wire.requests).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {Syscalls.EAGAIN, Syscalls.EPERM, Syscalls.ENOENT})
    void aReceiveThatFailsEndsTheQuestion(int errno) {
        assertRefused(new ScriptedWire().answer(message(1, 0, 1)).fail(errno));
        assertGetRefused(new ScriptedWire().fail(errno));
    }

    @Test
    void aSendThatFailsEndsTheQuestion() {
        assertRefused(new ScriptedWire().failSend(Syscalls.EPERM));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 13, 22, 95})
    void anErrorOfTheKernelIsARefusal(int errno) {
        assertRefused(new ScriptedWire().answer(message(1, 0, 1), error(1, errno)));
        assertRefused(new ScriptedWire().answer(header(1, NetlinkLayout.NLMSG_DONE, 0, -errno)));
    }

    @Test
    void noSuchSocketIsNoErrorWhenOneIsLookedUp() {
        assertThat(get(new ScriptedWire().answer(error(1, Syscalls.ENOENT)))).isEmpty();
        assertThat(get(new ScriptedWire().answer(message(0, 0, 5)).answer(message(1, 0, 6))))
                .contains(6);
        assertGetRefused(new ScriptedWire().answer(error(1, Syscalls.EPERM)));
    }

    @Test
    void aDatagramLargerThanTheBufferIsRefused() {
        assertRefused(new ScriptedWire().tooLong(1 << 16));
        assertGetRefused(new ScriptedWire().tooLong(1 << 16));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1, 15, 21, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aMessageThatLiesAboutItsLengthIsRefused(int length) {
        assertRefused(new ScriptedWire().answer(lying(1, length)));
        assertGetRefused(new ScriptedWire().answer(lying(1, length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 12, 15})
    void aDatagramShorterThanAHeaderSaysNothing(int bytes) {
        ScriptedWire wire = new ScriptedWire().answer(new byte[bytes]).answer(message(1, 0, 4), done(1));
        assertThat(numbers(wire)).containsExactly(4);
        assertThat(get(new ScriptedWire().answer(new byte[bytes]).answer(message(1, 0, 4))))
                .contains(4);
    }

    @Test
    void whatAnEarlierDatagramLeftInTheBufferIsNotReadAgain() {
        ScriptedWire wire = new ScriptedWire().answer(message(0, 0, 3)).answer(new byte[] {20, 0, 0, 0});
        wire.answer(message(1, 0, 4));

        assertThat(get(wire)).contains(4);
    }

    /// Whatever comes, a question ends, and in one of two ways.
    @Property
    void randomDatagramsEndInAResultOrInARefusal(
            @ForAll @Size(max = 8) List<byte @Size(max = 200) []> datagrams, @ForAll boolean rightSequence) {
        ScriptedWire list = new ScriptedWire();
        ScriptedWire one = new ScriptedWire();
        for (byte[] datagram : datagrams) {
            byte[] bytes = rightSequence ? withSequence(datagram, FIRST) : datagram;
            list.answer(bytes);
            one.answer(bytes);
        }
        for (int sequence = 1; sequence <= 5; sequence++) {
            list.answer(done(sequence));
        }
        one.fail(Syscalls.EAGAIN);

        endsWell(() -> numbers(list));
        endsWell(() -> get(one));
    }

    /// Sound framing around any bytes: what SockDiag makes of a message never leaves its bounds.
    @Property
    void randomMessagesEndInRowsOrInARefusal(
            @ForAll @Size(max = 6) List<byte @Size(max = 200) []> bodies, @ForAll @IntRange(max = 4) int question) {
        ScriptedWire wire = new ScriptedWire();
        bodies.forEach(body -> wire.answer(framed(FIRST, body)));
        for (int sequence = 1; sequence <= 10; sequence++) {
            wire.answer(done(sequence));
        }
        wire.fail(Syscalls.EAGAIN);
        try (SockDiag sockDiag = new SockDiag(new Netlink("sock_diag", wire))) {
            endsWell(() -> {
                switch (question) {
                    case 0 -> sockDiag.listeners(Family.INET, 0);
                    case 1 -> sockDiag.listeners(Family.INET6, 0);
                    case 2 -> sockDiag.unixListeners();
                    case 3 -> sockDiag.handshakes();
                    default -> sockDiag.waiting(80);
                }
            });
        }
    }

    /// A sound TCP or Unix message with any bytes in the place of its attributes.
    @Property
    void randomAttributesEndInRowsOrInARefusal(@ForAll byte @Size(max = 120) [] attributes, @ForAll boolean unix) {
        int bodyBytes = unix ? UnixDiagLayout.MESSAGE_BYTES : InetDiagLayout.MESSAGE_BYTES;
        byte[] body = new byte[bodyBytes + attributes.length];
        body[0] = 10;
        System.arraycopy(attributes, 0, body, bodyBytes, attributes.length);
        ScriptedWire wire = new ScriptedWire().answer(framed(FIRST, body)).answer(done(FIRST));
        try (SockDiag sockDiag = new SockDiag(new Netlink("sock_diag", wire))) {
            endsWell(() -> {
                List<SockDiag.ListenRow> rows = unix ? sockDiag.unixListeners() : sockDiag.listeners(Family.INET6, 0);
                assertThat(rows).hasSize(1);
            });
        }
    }

    /// Attributes that are there but too short to hold their value.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 32, 33, 35})
    void anAttributeThatIsTooShortIsARefusalOrAbsent(int valueBytes) {
        for (int type : List.of(
                InetDiagLayout.INET_DIAG_SKMEMINFO,
                InetDiagLayout.INET_DIAG_SKV6ONLY,
                UnixDiagLayout.UNIX_DIAG_NAME,
                UnixDiagLayout.UNIX_DIAG_RQLEN,
                UnixDiagLayout.UNIX_DIAG_UID)) {
            for (boolean unix : new boolean[] {true, false}) {
                int bodyBytes = unix ? UnixDiagLayout.MESSAGE_BYTES : InetDiagLayout.MESSAGE_BYTES;
                byte[] body = new byte[bodyBytes + 4 + valueBytes];
                body[0] = 10;
                body[bodyBytes] = (byte) (4 + valueBytes);
                body[bodyBytes + 2] = (byte) type;
                ScriptedWire wire =
                        new ScriptedWire().answer(framed(FIRST, body)).answer(done(FIRST));
                try (SockDiag sockDiag = new SockDiag(new Netlink("sock_diag", wire))) {
                    endsWell(() -> {
                        if (unix) {
                            sockDiag.unixListeners();
                        } else {
                            sockDiag.listeners(Family.INET6, 0);
                        }
                    });
                }
            }
        }
    }

    @Test
    void anAttributeIsFoundBehindOthersWhateverItsFlags() {
        byte[] message = {
            9,
            9,
            9,
            9, // the body
            5,
            0,
            1,
            0,
            42,
            0,
            0,
            0, // type 1, one byte and padding
            8,
            0,
            2,
            (byte) 0x80,
            7,
            0,
            0,
            0 // type 2 with NLA_F_NESTED
        };
        ByteBuffer bytes = inNativeOrder(message);

        assertThat(Netlink.attribute(bytes, 4, 1, 1).map(value -> value.get(0))).contains((byte) 42);
        assertThat(Netlink.attribute(bytes, 4, 2, 4).map(value -> value.getInt(0)))
                .contains(7);
        assertThat(Netlink.attribute(bytes, 4, 3, 0)).isEmpty();
        assertThat(Netlink.attribute(bytes, 4, 1, 2)).isEmpty();
    }

    @Property
    void aSearchForAnAttributeInAnyBytesEnds(
            @ForAll byte @Size(max = 100) [] bytes, @ForAll @IntRange(max = 20) int wanted) {
        Optional<ByteBuffer> found = Netlink.attribute(inNativeOrder(bytes), 0, wanted, 0);

        assertThat(found.map(ByteBuffer::limit).orElse(0)).isBetween(0, bytes.length);
    }

    private static void endsWell(Runnable question) {
        try {
            question.run();
        } catch (KernelException refused) {
            assertThat(refused.reason()).isNotBlank().doesNotContain("\n");
        }
    }

    private static void assertRefused(ScriptedWire wire) {
        assertThatExceptionOfType(KernelException.class).isThrownBy(() -> numbers(wire));
    }

    private static void assertGetRefused(ScriptedWire wire) {
        assertThatExceptionOfType(KernelException.class).isThrownBy(() -> get(wire));
    }

    private static List<Integer> numbers(ScriptedWire wire) {
        try (Netlink netlink = new Netlink("sock_diag", wire)) {
            return numbers(netlink);
        }
    }

    private static List<Integer> numbers(Netlink netlink) {
        ByteBuffer body = netlink.requestBody(InetDiagLayout.REQUEST_BYTES);
        return netlink.dump(
                body, ArrayList::new, (all, message) -> all.add(message.limit() < 4 ? -1 : message.getInt(0)));
    }

    private static Optional<Integer> get(ScriptedWire wire) {
        try (Netlink netlink = new Netlink("sock_diag", wire)) {
            return netlink.get(netlink.requestBody(InetDiagLayout.REQUEST_BYTES))
                    .map(message -> message.limit() < 4 ? -1 : message.getInt(0));
        }
    }

    private static ByteBuffer inNativeOrder(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
