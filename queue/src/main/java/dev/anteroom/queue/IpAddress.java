package dev.anteroom.queue;

/// IP addresses as text.
public final class IpAddress {
    private static final int GROUPS = 8;

    private IpAddress() {}

    /// The text of an address of 4 or 16 bytes in network byte order, IPv6 as RFC 5952 asks for it.
    public static String text(byte[] address) {
        if (address.length == 4) {
            return unsigned(address, 0) + "." + unsigned(address, 1) + "." + unsigned(address, 2) + "."
                    + unsigned(address, 3);
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = unsigned(address, 2 * i) << 8 | unsigned(address, 2 * i + 1);
        }
        return text(groups);
    }

    private static String text(int[] groups) {
        if (groups[5] == 0xffff && leadingZeros(groups) == 5) {
            return "::ffff:" + (groups[6] >> 8) + "." + (groups[6] & 0xff) + "." + (groups[7] >> 8) + "."
                    + (groups[7] & 0xff);
        }
        int bestStart = -1;
        int bestLength = 1; // a single zero group is not shortened
        for (int start = 0; start < GROUPS; start++) {
            int end = start;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int leadingZeros(int[] groups) {
        int count = 0;
        while (count < groups.length && groups[count] == 0) {
            count++;
        }
        return count;
    }

    private static int unsigned(byte[] bytes, int index) {
        return bytes[index] & 0xff;
    }
}
