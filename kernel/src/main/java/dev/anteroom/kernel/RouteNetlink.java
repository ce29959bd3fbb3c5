package dev.anteroom.kernel;

import dev.anteroom.queue.Family;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Changes of the interfaces, addresses and routes of one network namespace, that of the thread that opened it.
final class RouteNetlink implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 200;
    private static final int SHORTEST_QUEUE = 1000;

    private final Netlink netlink;

    private RouteNetlink(Netlink netlink) {
        this.netlink = netlink;
    }

    static RouteNetlink open() {
        return new RouteNetlink(Netlink.route());
    }

    /// Brings an interface up.
    void setUp(String device) {
        change(device, RouteLayout.IFF_UP);
    }

    /// Brings an Ethernet interface up that asks nobody for hardware addresses: all it sends carries its own.
    void setUpWithoutArp(String device) {
        change(device, RouteLayout.IFF_UP | RouteLayout.IFF_NOARP);
    }

    private void change(String device, int flags) {
        Message message = new Message(RouteLayout.LINK_BYTES);
        message.bytes.putInt(RouteLayout.LINK_FLAGS, flags).putInt(RouteLayout.LINK_CHANGE, flags);
        message.add(RouteLayout.IFLA_IFNAME, device);
        command(RouteLayout.RTM_NEWLINK, 0, message, "cannot bring up " + device);
    }

    /// Sets how large a packet may be and how many may wait for the program that reads them. Kernels that do not allow
    /// so long a queue, such as 6.12.117, get half of it, and so on.
    void setSizes(String device, int mtuBytes, int queuePackets) {
        Message message = new Message(RouteLayout.LINK_BYTES);
        message.add(RouteLayout.IFLA_IFNAME, device);
        message.add(RouteLayout.IFLA_MTU, mtuBytes);
        command(RouteLayout.RTM_NEWLINK, 0, message, "cannot set the MTU of " + device + " to " + mtuBytes);
        int packets = queuePackets;
        int errno = setQueue(device, packets);
        while (errno == Syscalls.ERANGE && packets > SHORTEST_QUEUE) {
            packets /= 2;
            errno = setQueue(device, packets);
        }
        if (errno != 0) {
            throw new KernelException(
                    "cannot let " + packets + " packets wait at " + device + ": " + Syscalls.describe(errno));
        }
    }

    private int setQueue(String device, int packets) {
        Message message = new Message(RouteLayout.LINK_BYTES);
        message.add(RouteLayout.IFLA_IFNAME, device);
        message.add(RouteLayout.IFLA_TXQLEN, packets);
        return answer(RouteLayout.RTM_NEWLINK, 0, message);
    }

    /// Makes two Ethernet interfaces, each of which receives what the other sends.
    void addVeth(String device, String peer) {
        Message message = new Message(RouteLayout.LINK_BYTES);
        message.add(RouteLayout.IFLA_IFNAME, device);
        int info = message.begin(RouteLayout.IFLA_LINKINFO);
        message.add(RouteLayout.IFLA_INFO_KIND, "veth");
        int data = message.begin(RouteLayout.IFLA_INFO_DATA);
        int peerInfo = message.begin(RouteLayout.VETH_INFO_PEER);
        message.bytes.position(message.bytes.position() + RouteLayout.LINK_BYTES);
        message.add(RouteLayout.IFLA_IFNAME, peer);
        message.end(peerInfo);
        message.end(data);
        message.end(info);
        command(
                RouteLayout.RTM_NEWLINK,
                NetlinkLayout.NLM_F_CREATE | NetlinkLayout.NLM_F_EXCL,
                message,
                "cannot make a veth pair (load it with 'modprobe veth', or open " + Tun.DEVICE + " with 'chmod 666 "
                        + Tun.DEVICE + "', as root)");
    }

    /// Takes an interface away, and with it its peer.
    void remove(String device) {
        Message message = new Message(RouteLayout.LINK_BYTES);
        message.add(RouteLayout.IFLA_IFNAME, device);
        command(RouteLayout.RTM_DELLINK, 0, message, "cannot remove " + device);
    }

    /// Gives an interface an address, and a route to all that share its prefix.
    void addAddress(String device, String address, int prefixBits) {
        Family family = family(address);
        byte[] bytes = Addresses.bytes(address, family);
        Message message = new Message(RouteLayout.ADDRESS_BYTES);
        message.bytes
                .put(RouteLayout.ADDRESS_FAMILY, (byte) family.number())
                .put(RouteLayout.ADDRESS_PREFIX, (byte) prefixBits)
                .put(RouteLayout.ADDRESS_FLAGS, RouteLayout.IFA_F_NODAD)
                .putInt(RouteLayout.ADDRESS_INDEX, index(device));
        message.add(RouteLayout.IFA_LOCAL, bytes);
        message.add(RouteLayout.IFA_ADDRESS, bytes);
        command(
                RouteLayout.RTM_NEWADDR,
                NetlinkLayout.NLM_F_CREATE,
                message,
                "cannot give " + device + " the address " + address + "/" + prefixBits);
    }

    /// Sends all that goes to a network through an interface.
    void addRoute(String device, String network, int prefixBits) {
        Family family = family(network);
        Message message = new Message(RouteLayout.ROUTE_BYTES);
        message.bytes
                .put(RouteLayout.ROUTE_FAMILY, (byte) family.number())
                .put(RouteLayout.ROUTE_PREFIX, (byte) prefixBits)
                .put(RouteLayout.ROUTE_TABLE, RouteLayout.RT_TABLE_MAIN)
                .put(RouteLayout.ROUTE_PROTOCOL, RouteLayout.RTPROT_STATIC)
                .put(RouteLayout.ROUTE_SCOPE, RouteLayout.RT_SCOPE_LINK)
                .put(RouteLayout.ROUTE_TYPE, RouteLayout.RTN_UNICAST);
        message.add(RouteLayout.RTA_DST, Addresses.bytes(network, family));
        message.add(RouteLayout.RTA_OIF, index(device));
        command(
                RouteLayout.RTM_NEWROUTE,
                NetlinkLayout.NLM_F_CREATE,
                message,
                "cannot route " + network + "/" + prefixBits + " to " + device);
    }

    private static Family family(String address) {
        return address.indexOf(':') < 0 ? Family.INET : Family.INET6;
    }

    /// The number of an interface of the network namespace of the calling thread.
    static int index(String device) {
        int index = DeviceCalls.interfaceIndex(device);
        if (index == 0) {
            throw new KernelException("no interface " + device + ": " + Syscalls.describe(Syscalls.errno()));
        }
        return index;
    }

    private void command(short type, int flags, Message message, String failure) {
        int errno = answer(type, flags, message);
        if (errno != 0) {
            throw new KernelException(failure + ": " + Syscalls.describe(errno));
        }
    }

    /// The error number of the kernel, 0 if it did as it was told.
    private int answer(short type, int flags, Message message) {
        ByteBuffer body = netlink.requestBody(message.bytes.position());
        body.put(0, message.bytes.array(), 0, message.bytes.position());
        return netlink.command(type, flags, body);
    }

    /// A request under construction: its fixed part, then attributes.
    private static final class Message {
        private final ByteBuffer bytes = ByteBuffer.allocate(MAX_BODY_BYTES).order(ByteOrder.nativeOrder());

        private Message(int fixedBytes) {
            bytes.position(fixedBytes);
        }

        private void add(int attribute, byte[] value) {
            int start = begin(attribute);
            bytes.put(value);
            end(start);
        }

        private void add(int attribute, int value) {
            int start = begin(attribute);
            bytes.putInt(value);
            end(start);
        }

        private void add(int attribute, String value) {
            int start = begin(attribute);
            bytes.put(value.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
            end(start);
        }

        private int begin(int attribute) {
            int start = bytes.position();
            bytes.putShort((short) 0).putShort((short) attribute);
            return start;
        }

        private void end(int start) {
            bytes.putShort(start, (short) (bytes.position() - start));
            bytes.position(NetlinkLayout.align(bytes.position()));
        }
    }

    @Override
    public void close() {
        netlink.close();
    }
}
