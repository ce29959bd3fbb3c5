package dev.anteroom.lab;

import dev.anteroom.queue.Counter;
import dev.anteroom.queue.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The names that a scenario can expect something of.
final class Quantity {
    /// States of sockets as netstat(8) writes them.
    static final List<String> SOCKET_STATES = List.of(
            "ESTABLISHED",
            "SYN_SENT",
            "SYN_RECV",
            "FIN_WAIT1",
            "FIN_WAIT2",
            "TIME_WAIT",
            "CLOSE",
            "CLOSE_WAIT",
            "LAST_ACK",
            "CLOSING");

    static final String DEPTH = "depth";
    static final String LIMIT = "limit";
    static final String CAPACITY = "capacity";
    static final String DROP_EVENTS = "dropEvents";
    static final String PEAK_DEPTH = "peakDepth";
    static final String SYN_QUEUE = "synQueue";
    static final String SYN_RETRANSMISSIONS = "synRetransmissions";
    static final String CONNECT_MAX = "connectMax";
    static final String FIRST_BYTE_MAX = "firstByteMax";
    static final String FIRST_BYTE_MEDIAN = "firstByteMedian";

    private Quantity() {}

    /// Whether it is a time, which is written with its unit.
    static boolean isTime(String name) {
        return List.of(CONNECT_MAX, FIRST_BYTE_MAX, FIRST_BYTE_MEDIAN).contains(name);
    }

    /// Whether it is a counter of the kernel, which an older one may not have.
    static boolean isCounter(String name) {
        return Arrays.stream(Counter.values())
                .anyMatch(counter -> counter.kernelName().equals(name));
    }

    /// All of them.
    static List<String> names() {
        List<String> names = new ArrayList<>(List.of(
                DEPTH,
                LIMIT,
                CAPACITY,
                DROP_EVENTS,
                PEAK_DEPTH,
                SYN_QUEUE,
                SYN_RETRANSMISSIONS,
                CONNECT_MAX,
                FIRST_BYTE_MEDIAN,
                FIRST_BYTE_MAX));
        for (String state : SOCKET_STATES) {
            names.add("client." + state);
            names.add("server." + state);
        }
        Arrays.stream(Outcome.values()).map(Outcome::id).forEach(names::add);
        Arrays.stream(Counter.values()).map(Counter::kernelName).forEach(names::add);
        return names;
    }
}
