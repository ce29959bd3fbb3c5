package dev.anteroom.simulator;

/// How many connections a queue without a limit holds in the long run: a list of probabilities that goes on
/// geometrically.
final class StationaryNumber {
    /// Nobody, ever.
    static final StationaryNumber NONE = new StationaryNumber(new double[] {1}, 0);

    private final double[] head;
    private final double ratio;

    /// P(N > n) for every n of the head.
    private final double[] tail;

    /// @param head P(N = 0), P(N = 1), ...; kept, not copied
    /// @param ratio of each later probability to the one before, below 1
    StationaryNumber(double[] head, double ratio) {
        this.head = head;
        this.ratio = ratio;
        this.tail = new double[head.length];
        tail[head.length - 1] = head[head.length - 1] * ratio / (1 - ratio);
        for (int n = head.length - 2; n >= 0; n--) {
            tail[n] = tail[n + 1] + head[n + 1];
        }
    }

    /// P(N = n).
    double probability(long n) {
        int last = head.length - 1;
        return n <= last ? head[(int) n] : head[last] * Math.pow(ratio, (double) (n - last));
    }

    /// P(N > n); 1 for a negative n.
    double above(long n) {
        int last = head.length - 1;
        return n < 0 ? 1 : n <= last ? tail[(int) n] : tail[last] * Math.pow(ratio, (double) (n - last));
    }

    /// E N.
    double mean() {
        double sum = 0;
        for (double above : tail) {
            sum += above;
        }
        return sum + tail[tail.length - 1] * ratio / (1 - ratio);
    }
}
