package dev.anteroom.bench;

import dev.anteroom.kernel.SockDiag;
import dev.anteroom.queue.Family;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Lists the listeners of its network namespace over and over, in turn with the same list in C.
///
/// Reads `WARM_UP_MILLIS MILLIS` per line from standard input and answers with one line: number of listeners, best
/// and median nanoseconds in C, best and median in Java. Staying alive between the lines it stays warm while the
/// caller changes the population.
final class ListenSample {
    /// Samples in a row before the other has its turn: enough to have the caches for itself again, few enough that
    /// a disturbance hits both.
    private static final int BURST = 20;

    private static final int MOST_SAMPLES = 1 << 16;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final CSampler c;
    private final SockDiag java;
    private final long[] inC = new long[MOST_SAMPLES];
    private final long[] inJava = new long[MOST_SAMPLES];

    private ListenSample(CSampler c, SockDiag java) {
        this.c = c;
        this.java = java;
    }

    /// @param arguments the sampler in C
    static void main(String[] arguments) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (CSampler c = new CSampler(arguments[0]);
                SockDiag java = SockDiag.open()) {
            ListenSample sampler = new ListenSample(c, java);
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] millis = order.split(" ", -1);
                sampler.measure(Long.parseLong(millis[0]));
                System.out.println(sampler.measure(Long.parseLong(millis[1])));
            }
        }
    }

    private String measure(long millis) throws IOException {
        long end = System.nanoTime() + millis * NANOS_PER_MILLI;
        int taken = 0;
        int listeners = 0;
        while (taken + BURST <= MOST_SAMPLES && (taken == 0 || System.nanoTime() < end)) {
            String[] answer = c.samples(BURST);
            listeners = Integer.parseInt(answer[0]);
            for (int i = 0; i < BURST; i++) {
                inC[taken + i] = Long.parseLong(answer[i + 1]);
                long start = System.nanoTime();
                int found = java.listeners(Family.INET, 0).size()
                        + java.listeners(Family.INET6, 0).size();
                inJava[taken + i] = System.nanoTime() - start;
                if (found != listeners) {
                    throw new IllegalStateException("Java lists " + found + " listeners and C " + listeners);
                }
            }
            taken += BURST;
        }
        return listeners + " " + summary(inC, taken) + " " + summary(inJava, taken);
    }

    private static String summary(long[] nanos, int count) {
        Arrays.sort(nanos, 0, count);
        return nanos[0] + " " + nanos[count / 2];
    }
}
