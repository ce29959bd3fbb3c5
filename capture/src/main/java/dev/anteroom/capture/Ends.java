package dev.anteroom.capture;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.IpAddress;
import java.nio.ByteBuffer;

/// The addresses and ports of a connection: who asked, and who was asked. A base and not a part of a [Flow]: a look-up
/// would go to memory twice.
abstract sealed class Ends permits Flow {
    private final boolean ipv6;
    private final long clientHigh;
    private final long clientLow;
    private final long serverHigh;
    private final long serverLow;
    private final int clientPort;
    private final int serverPort;

    /// @param byServer whether the server sent the segment
    Ends(TcpSegment segment, boolean byServer) {
        ipv6 = segment.ipv6;
        clientHigh = byServer ? segment.destinationHigh : segment.sourceHigh;
        clientLow = byServer ? segment.destinationLow : segment.sourceLow;
        clientPort = byServer ? segment.destinationPort : segment.sourcePort;
        serverHigh = byServer ? segment.sourceHigh : segment.destinationHigh;
        serverLow = byServer ? segment.sourceLow : segment.destinationLow;
        serverPort = byServer ? segment.sourcePort : segment.destinationPort;
    }

    boolean sentByClient(TcpSegment segment) {
        return segment.sourcePort == clientPort
                && segment.destinationPort == serverPort
                && segment.sourceLow == clientLow
                && segment.destinationLow == serverLow
                && segment.sourceHigh == clientHigh
                && segment.destinationHigh == serverHigh;
    }

    boolean sentByServer(TcpSegment segment) {
        return segment.sourcePort == serverPort
                && segment.destinationPort == clientPort
                && segment.sourceLow == serverLow
                && segment.destinationLow == clientLow
                && segment.sourceHigh == serverHigh
                && segment.destinationHigh == clientHigh;
    }

    /// Whether one of them has this address, with or without its port.
    boolean include(String address) {
        return isEnd(address, client()) || isEnd(address, server());
    }

    private static boolean isEnd(String address, Endpoint end) {
        return address.equals(end.address()) || address.equals(end.toString());
    }

    Endpoint client() {
        return endpoint(ipv6, clientHigh, clientLow, clientPort);
    }

    Endpoint server() {
        return endpoint(ipv6, serverHigh, serverLow, serverPort);
    }

    /// A number that the connections of one client share, and hardly any others.
    long clientAddress() {
        return clientHigh * 31 + clientLow;
    }

    static Endpoint endpoint(boolean ipv6, long high, long low, int port) {
        byte[] address = ipv6
                ? ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array()
                : ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array();
        return new Endpoint(ipv6 ? Family.INET6 : Family.INET, IpAddress.text(address), port);
    }
}
