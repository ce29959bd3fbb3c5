package dev.anteroom.kernel;

import dev.anteroom.queue.Family;
import dev.anteroom.queue.IpAddress;
import java.net.InetAddress;

/// Numeric IP addresses between their bytes and their text.
final class Addresses {
    private static final int GROUPS = 8;

    private Addresses() {}

    /// The text of an address of 4 or 16 bytes in network byte order, as [IpAddress] writes it.
    static String text(byte[] address) {
        return IpAddress.text(address);
    }

    /// The bytes of a numeric address, in network byte order: 4 or 16 of them, as its family asks for. The JDK
    /// takes an IPv4-mapped address for an IPv4 one, so these are mapped back.
    static byte[] bytes(String address, Family family) {
        try {
            byte[] parsed = InetAddress.ofLiteral(address).getAddress();
            if (family == Family.INET6 && parsed.length == Integer.BYTES) {
                byte[] mapped = new byte[2 * GROUPS];
                mapped[10] = mapped[11] = (byte) 0xff;
                System.arraycopy(parsed, 0, mapped, mapped.length - parsed.length, parsed.length);
                return mapped;
            }
            return parsed;
        } catch (IllegalArgumentException notNumeric) {
            throw new KernelException("'" + address + "' is not a numeric IP address");
        }
    }
}
