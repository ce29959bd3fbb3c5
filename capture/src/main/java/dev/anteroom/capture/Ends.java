package dev.anteroom.capture;

import dev.anteroom.queue.Endpoint;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.IpAddress;
import java.nio.ByteBuffer;

/// The addresses and ports of a connection: who asked, and who was asked. They are read where they are kept, because
/// few segments need them.
abstract sealed class Ends permits FlowWords {
    /// Where its record is.
    long[] page = {};

    int at;
    boolean ipv6;

    /// Both ports, and the numbers of its listener and its log.
    long tags;

    /// Becomes one with another record.
    final void stand(long[] newPage, int newAt, boolean isIpv6) {
        page = newPage;
        at = newAt;
        ipv6 = isIpv6;
    }

    /// Whether one of them has this address, with or without its port.
    final boolean include(String address) {
        return isEnd(address, client()) || isEnd(address, server());
    }

    private static boolean isEnd(String address, Endpoint end) {
        return address.equals(end.address()) || address.equals(end.toString());
    }

    final Endpoint client() {
        return endpoint(ipv6, clientHigh(), clientLow(), clientPort());
    }

    final Endpoint server() {
        return endpoint(ipv6, serverHigh(), serverLow(), serverPort());
    }

    final long clientHigh() {
        return ipv6 ? page[at + FlowRecord.CLIENT] : 0;
    }

    final long clientLow() {
        return ipv6
                ? page[at + FlowRecord.CLIENT + 1]
                : TcpSegment.mapped((int) (page[at + FlowRecord.CLIENT] >>> Integer.SIZE));
    }

    final int clientPort() {
        return (int) (tags >>> (Integer.SIZE + Short.SIZE));
    }

    final long serverHigh() {
        return ipv6 ? page[at + FlowRecord.SERVER] : 0;
    }

    final long serverLow() {
        return ipv6 ? page[at + FlowRecord.SERVER + 1] : TcpSegment.mapped((int) page[at + FlowRecord.CLIENT]);
    }

    final int serverPort() {
        return (int) (tags >>> Integer.SIZE) & 0xffff;
    }

    /// A number that the connections of one client share, and hardly any others.
    final long clientAddress() {
        return clientHigh() * 31 + clientLow();
    }

    static Endpoint endpoint(boolean ipv6, long high, long low, int port) {
        byte[] address = ipv6
                ? ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array()
                : ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array();
        return new Endpoint(ipv6 ? Family.INET6 : Family.INET, IpAddress.text(address), port);
    }
}
