package dev.anteroom.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PacketQueueTest {
    private record Packet(int number, int length) {
        private byte[] bytes() {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) number);
            return bytes;
        }
    }

    /// Positive steps add a packet of that many bytes, zero and negative ones take one away.
    @Property(tries = 300)
    void givesBackWhatItWasGivenInTheSameOrderHoweverItWrapsAndGrows(
            @ForAll @Size(max = 200) List<@IntRange(min = -100, max = 200) Integer> steps) {
        PacketQueue queue = new PacketQueue(256, 1 << 16);
        Deque<Packet> model = new ArrayDeque<>();
        for (int number = 0; number < steps.size(); number++) {
            int length = steps.get(number);
            if (length > 0) {
                Packet packet = new Packet(number, length);
                assertThat(queue.add(number, MemorySegment.ofArray(packet.bytes()), length))
                        .isTrue();
                model.add(packet);
            } else if (!model.isEmpty()) {
                assertFirst(queue, model.remove());
                queue.remove();
            }
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
        for (Packet packet : model) {
            assertFirst(queue, packet);
            queue.remove();
        }
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.due()).isEqualTo(Long.MAX_VALUE);
    }

    private static void assertFirst(PacketQueue queue, Packet packet) {
        assertThat(queue.due()).isEqualTo(packet.number);
        assertThat(queue.length()).isEqualTo(packet.length);
        assertThat(queue.first().toArray(JAVA_BYTE)).isEqualTo(packet.bytes());
    }

    @Test
    void takesNoMoreThanItsBoundAndLosesNothingOfWhatItHas() {
        PacketQueue queue = new PacketQueue(64, 256);
        byte[] bytes = new byte[48];
        int taken = 0;
        while (queue.add(taken, MemorySegment.ofArray(bytes), bytes.length)) {
            taken++;
        }
        assertThat(taken).isEqualTo(256 / 64);
        for (int i = 0; i < taken; i++) {
            assertThat(queue.due()).isEqualTo(i);
            queue.remove();
        }
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.add(7, MemorySegment.ofArray(bytes), bytes.length)).isTrue();
    }
}
