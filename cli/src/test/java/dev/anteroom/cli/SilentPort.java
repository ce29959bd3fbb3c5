package dev.anteroom.cli;

import dev.anteroom.capture.TcpSegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A capture of one client whose SYNs nobody answers: at 0, 1, 2 and 3 s.
final class SilentPort {
    private static final int ROOM = 1000;
    private static final int RAW_IP = 101;
    private static final int SYNS = 4;
    private static final int NOON = 1_764_072_000;

    private SilentPort() {}

    static byte[] pcap() {
        ByteBuffer file = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(ROOM)
                .putInt(RAW_IP);
        for (int second = 0; second < SYNS; second++) {
            ByteBuffer packet = ByteBuffer.allocate(ROOM);
            new TcpSegment()
                    .fromIpv4(0x0a000001, 1024)
                    .toIpv4(0x0a000002, 80)
                    .numbers(TcpSegment.SYN, 7, 0)
                    .segmentSize(1460)
                    .timestamps(second, 0)
                    .write(packet, ByteBuffer.allocate(0));
            packet.flip();
            file.putInt(NOON + second).putInt(0).putInt(packet.remaining()).putInt(packet.remaining());
            file.put(packet);
        }
        byte[] bytes = new byte[file.position()];
        file.get(0, bytes);
        return bytes;
    }
}
