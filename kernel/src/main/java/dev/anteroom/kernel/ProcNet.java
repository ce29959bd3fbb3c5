package dev.anteroom.kernel;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Family;
import dev.anteroom.queue.QueueSample;
import dev.anteroom.queue.TcpCounters;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/// The text files of /proc/net.
final class ProcNet {
    private static final Map<String, Counter> BY_NAME = byName();
    private static final String LISTEN = "0A";

    private ProcNet() {}

    private static Map<String, Counter> byName() {
        Map<String, Counter> names = new HashMap<>();
        for (Counter counter : Counter.values()) {
            names.put(counter.group() + ":" + counter.kernelName(), counter);
        }
        return names;
    }

    /// Reads counters out of /proc/net/netstat and /proc/net/snmp: a line of names and a line of values for each
    /// group. Counters that the kernel does not list are absent from the result.
    static TcpCounters counters(String... files) {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (String file : files) {
            String[] lines = file.split("\n", -1);
            for (int i = 0; i + 1 < lines.length; i += 2) {
                if (lines[i].startsWith("Tcp: ") || lines[i].startsWith("TcpExt: ")) {
                    addCounters(lines[i], lines[i + 1], values);
                }
            }
        }
        return new TcpCounters(values);
    }

    private static void addCounters(String names, String numbers, Map<Counter, Long> into) {
        StringTokenizer name = new StringTokenizer(names, " ");
        StringTokenizer number = new StringTokenizer(numbers, " ");
        String group = name.nextToken();
        if (!number.hasMoreTokens() || !number.nextToken().equals(group)) {
            return;
        }
        while (name.hasMoreTokens() && number.hasMoreTokens()) {
            Counter counter = BY_NAME.get(group + name.nextToken());
            String value = number.nextToken();
            if (counter != null) {
                into.put(counter, Long.parseUnsignedLong(value));
            }
        }
    }

    /// The TCP listeners in /proc/PID/net/tcp or tcp6: where they are and how deep their queue is. The file shows
    /// neither the limit nor the drop events. Reading stops at the first connection, since the kernel lists the
    /// listeners first and the connections may be many.
    ///
    /// @throws IOException if the process is gone or the file may not be read
    static List<SockDiag.ListenRow> listeners(String path, Family family) throws IOException {
        List<SockDiag.ListenRow> rows = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(new FileInputStream(path), StandardCharsets.US_ASCII))) {
            reader.readLine();
            String line = reader.readLine();
            while (line != null && addListener(line, family, rows)) {
                line = reader.readLine();
            }
        }
        return rows;
    }

    private static boolean addListener(String line, Family family, List<SockDiag.ListenRow> into) {
        StringTokenizer fields = new StringTokenizer(line, " ");
        fields.nextToken();
        String local = fields.nextToken();
        fields.nextToken();
        if (!fields.nextToken().equals(LISTEN)) {
            return false;
        }
        String queues = fields.nextToken();
        fields.nextToken();
        fields.nextToken();
        int uid = Integer.parseUnsignedInt(fields.nextToken());
        fields.nextToken();
        long inode = Long.parseLong(fields.nextToken());
        int colon = local.indexOf(':');
        into.add(new SockDiag.ListenRow(
                family,
                address(local.substring(0, colon)),
                Integer.parseInt(local.substring(colon + 1), 16),
                0,
                0,
                inode,
                OptionalInt.of(uid),
                false,
                new QueueSample(
                        Long.parseLong(queues.substring(queues.indexOf(':') + 1), 16),
                        OptionalLong.empty(),
                        OptionalLong.empty())));
        return true;
    }

    /// The file prints each 32-bit word of an address as a number of the host's byte order.
    private static String address(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (int word = 0; word < bytes.length; word += Integer.BYTES) {
            swap(bytes, word, word + 3);
            swap(bytes, word + 1, word + 2);
        }
        return Addresses.text(bytes);
    }

    private static void swap(byte[] bytes, int a, int b) {
        byte kept = bytes[a];
        bytes[a] = bytes[b];
        bytes[b] = kept;
    }

    /// The names of interfaces by index, from /proc/net/igmp and igmp6; interfaces without any address are missing.
    static Map<Integer, String> interfaceNames(String igmp, String igmp6) {
        Map<Integer, String> names = new HashMap<>();
        igmp.lines()
                .filter(line -> !line.startsWith("\t") && !line.startsWith("Idx"))
                .forEach(line -> add(line, names));
        igmp6.lines().forEach(line -> add(line, names));
        return names;
    }

    private static void add(String line, Map<Integer, String> into) {
        StringTokenizer fields = new StringTokenizer(line);
        if (fields.countTokens() >= 2) {
            int index = Integer.parseInt(fields.nextToken());
            String name = fields.nextToken();
            into.put(index, name.endsWith(":") ? name.substring(0, name.length() - 1) : name);
        }
    }
}
