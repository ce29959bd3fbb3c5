package dev.anteroom.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// A TUN device of a private host: what its kernel sends to the networks behind the device is read here as IP
/// packets, and what is written here arrives there. No offloads, so every packet carries its full checksums and
/// none is longer than the MTU.
///
/// One thread reads and any write. Vanishes when closed, or with the process. Needs CAP_NET_ADMIN over the host,
/// and /dev/net/tun open to this user (Documentation/networking/tuntap.rst).
public final class Tun implements AutoCloseable {
    /// Where the kernel gives out TUN devices.
    public static final String DEVICE = "/dev/net/tun";

    private final PrivateHost host;
    private final String name;
    private final int descriptor;
    private final Readiness readiness;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private volatile boolean closed;

    private Tun(PrivateHost host, String name, int descriptor) {
        this.host = host;
        this.name = name;
        this.descriptor = descriptor;
        try {
            this.readiness = new Readiness(descriptor);
        } catch (KernelException refused) {
            Syscalls.close(descriptor);
            throw refused;
        }
    }

    /// Makes a device, up and without any address.
    ///
    /// @param name what ip-link(8) shows, up to 15 ASCII characters
    /// @param mtuBytes how long a packet may be, 68 to 65535; 1500 as on Ethernet
    /// @param queuePackets how many packets may wait to be read; more are dropped, and only the device counts them
    /// @throws KernelException if /dev/net/tun may not be opened, or no device made
    public static Tun open(PrivateHost host, String name, int mtuBytes, int queuePackets) {
        if (name.isEmpty() || name.length() > DeviceCalls.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("an interface name has 1 to 15 characters: '" + name + "'");
        }
        return ThreadInside.get(host.door(), () -> {
            Tun tun = new Tun(host, name, make(name));
            try (RouteNetlink route = RouteNetlink.open()) {
                route.setSizes(name, mtuBytes, queuePackets);
                PinnedSettings.withoutIpv6(name);
                route.setUp(name);
                return tun;
            } catch (RuntimeException failed) {
                tun.close();
                throw failed;
            }
        });
    }

    /// Whether this user may open /dev/net/tun.
    public static boolean mayOpen() {
        int descriptor = Syscalls.openNonBlocking(DEVICE);
        if (descriptor >= 0) {
            Syscalls.close(descriptor);
        }
        return descriptor >= 0;
    }

    private static int make(String name) {
        int descriptor = Syscalls.openNonBlocking(DEVICE);
        if (descriptor < 0) {
            throw new KernelException("cannot open " + DEVICE + ": " + Syscalls.describe(Syscalls.errno())
                    + "; open it with 'chmod 666 " + DEVICE + "' as root, or load it with 'modprobe tun'");
        }
        if (DeviceCalls.makeTun(descriptor, name) < 0) {
            int errno = Syscalls.errno();
            Syscalls.close(descriptor);
            throw new KernelException("cannot make the TUN device " + name + ": " + Syscalls.describe(errno));
        }
        return descriptor;
    }

    /// What ip-link(8) shows.
    public String name() {
        return name;
    }

    /// Gives the private host's side of the device an address, and a route to all that share its prefix.
    ///
    /// @param address a numeric IPv4 address
    public void addAddress(String address, int prefixBits) {
        host.change(route -> route.addAddress(name, address, prefixBits));
    }

    /// Sends all that goes to a network through this device.
    ///
    /// @param network its first address
    public void addRoute(String network, int prefixBits) {
        host.change(route -> route.addRoute(name, network, prefixBits));
    }

    int descriptor() {
        return descriptor;
    }

    /// Takes one packet that the kernel sends, into a direct buffer from its position on, and moves the position
    /// past it. Call it from one thread.
    ///
    /// @param timeout how long to wait for one; zero not to wait
    /// @return the length of the packet in bytes, cut to what fits; 0 if none came in time or [#close()] was called
    public int read(ByteBuffer into, Duration timeout) {
        Lock lock = use.readLock();
        lock.lock();
        try {
            long address = address(into);
            int length = closed ? 0 : DeviceCalls.read(descriptor, address, into.remaining());
            if (length < 0 && !timeout.isZero()) {
                readiness.await(timeout.toNanos());
                length = closed ? 0 : DeviceCalls.read(descriptor, address, into.remaining());
            }
            into.position(into.position() + Math.max(0, length));
            return Math.max(0, length);
        } finally {
            lock.unlock();
        }
    }

    /// Lets the packet between position and limit of a direct buffer arrive at the private host; the buffer stays
    /// as it is. The kernel has dealt with the packet when this returns.
    ///
    /// @return false if the kernel did not take it: it is no IP packet, or the device is closed
    public boolean write(ByteBuffer packet) {
        Lock lock = use.readLock();
        lock.lock();
        try {
            return !closed && DeviceCalls.write(descriptor, address(packet), packet.remaining()) >= 0;
        } finally {
            lock.unlock();
        }
    }

    private static long address(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a direct buffer is needed: the kernel reads and writes it in place");
        }
        return MemorySegment.ofBuffer(buffer).address();
    }

    /// Ends a read that waits, and the device. A second call does nothing.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        readiness.wake();
        Lock lock = use.writeLock();
        lock.lock();
        try {
            readiness.close();
            Syscalls.close(descriptor);
        } finally {
            lock.unlock();
        }
    }
}
