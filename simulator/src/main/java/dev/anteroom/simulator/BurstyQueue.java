package dev.anteroom.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// MMPP/D/1/K: arrivals whose rate jumps between levels, one worker with a constant service time, K places with the
/// one in service. Exact, from the chain of the numbers that departures leave behind (Fischer and Meier-Hellstern,
/// The MMPP cookbook, Performance Evaluation 18, 1992), reduced without a subtraction, so that a small loss keeps its
/// digits.
///
/// The same load as a Poisson process can lose a million times less: where arrivals come in bursts, a formula for
/// steady ones must not be used.
public final class BurstyQueue {
    /// Beyond so many states of the chain it would take longer than a user waits.
    public static final int MOST_STATES = 2048;

    /// So many arrivals and jumps during one service at most, beyond which the chance of none is no double any more.
    public static final double MOST_ARRIVALS = 500;

    private static final double NEGLIGIBLE = 1e-300;
    private static final double HUGE = 1e150;
    private static final int STEPS = 200;

    private final double[][] generator;
    private final double[] rates;
    private final double serviceTime;

    /// `counts.get(n)[i][j]`: n arrive during one service that began in phase i, and it ends in phase j.
    private final List<double[][]> counts;

    /// The phase in which an idle worker meets the next arrival, by the phase in which it became idle.
    private final double[][] afterIdle;

    /// @param generator of the jumps between phases, per unit of time; each row sums to 0
    /// @param rates of arrivals in each phase, per unit of time
    /// @param serviceTime above 0
    public BurstyQueue(double[][] generator, double[] rates, double serviceTime) {
        if (rates.length == 0 || generator.length != rates.length || !(serviceTime > 0)) {
            throw new IllegalArgumentException(
                    generator.length + " phases, " + rates.length + " rates, service time " + serviceTime);
        }
        this.generator = Arrays.stream(generator).map(double[]::clone).toArray(double[][]::new);
        this.rates = rates.clone();
        this.serviceTime = serviceTime;
        this.counts = counts();
        this.afterIdle = afterIdle();
    }

    /// Two phases: calm and peak, each of an exponential length.
    ///
    /// @param calmTime mean length of the calm
    /// @param peakTime mean length of the peak, in the same unit
    public static BurstyQueue ofPeaks(
            double calmRate, double calmTime, double peakRate, double peakTime, double serviceTime) {
        double[][] generator = {{-1 / calmTime, 1 / calmTime}, {1 / peakTime, -1 / peakTime}};
        return new BurstyQueue(generator, new double[] {calmRate, peakRate}, serviceTime);
    }

    /// The probability that an arrival finds all places taken.
    ///
    /// @param places in the whole system, the one in service included; 1 to [#MOST_STATES] by the number of phases
    public double loss(int places) {
        int phases = rates.length;
        if (places < 1 || places > MOST_STATES / phases) {
            throw new IllegalArgumentException(places + " places in " + phases + " phases");
        }
        double[] lost = new double[places * phases];
        for (int level = 1; level < places; level++) {
            System.arraycopy(lostInService(places - level), 0, lost, level * phases, phases);
        }
        // An idle worker begins with one that finds it idle: from then on as if one had been left behind.
        System.arraycopy(times(afterIdle, lostInService(places - 1)), 0, lost, 0, phases);
        double[] visits = visits(chain(places));
        double lostPerDeparture = 0;
        double departures = 0;
        for (int state = 0; state < visits.length; state++) {
            lostPerDeparture += visits[state] * lost[state];
            departures += visits[state];
        }
        lostPerDeparture /= departures;
        return lostPerDeparture / (1 + lostPerDeparture);
    }

    /// By how much each further place lowers the loss, far out, as a rate: the loss falls as exp(-decay places).
    /// That alone, without the exact loss at some number of places, is several times too high.
    ///
    /// @throws IllegalStateException if more arrive than are served in the long run
    public double decay() {
        double high = 1e-9;
        if (growth(high) >= high / serviceTime) {
            throw new IllegalStateException("more arrive than are served: the loss does not decay");
        }
        while (growth(high) < high / serviceTime) {
            high *= 2;
        }
        double low = high / 2;
        for (int step = 0; step < STEPS; step++) {
            double middle = (low + high) / 2;
            if (growth(middle) < middle / serviceTime) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /// Effective bandwidth: the largest eigenvalue of Q + (e^d - 1) L, by powers of a matrix made non-negative.
    private double growth(double decay) {
        int phases = rates.length;
        double shift = 0;
        for (int i = 0; i < phases; i++) {
            shift = Math.max(shift, -generator[i][i]);
        }
        double[][] matrix = new double[phases][phases];
        for (int i = 0; i < phases; i++) {
            matrix[i] = generator[i].clone();
            matrix[i][i] += Math.expm1(decay) * rates[i] + shift;
        }
        // Squaring doubles the power each time.
        double logScale = 0;
        double power = 1;
        for (int step = 0; step < 50; step++) {
            matrix = times(matrix, matrix);
            power *= 2;
            double norm = 0;
            for (double[] row : matrix) {
                norm = Math.max(norm, Arrays.stream(row).sum());
            }
            for (double[] row : matrix) {
                for (int j = 0; j < phases; j++) {
                    row[j] /= norm;
                }
            }
            logScale += Math.log(norm) / power;
        }
        return Math.exp(logScale) - shift;
    }

    /// Transitions between the numbers left behind, of which only the next lower level can be reached downwards.
    private double[][] chain(int places) {
        int phases = rates.length;
        double[][] chain = new double[places * phases][places * phases];
        for (int level = 1; level < places; level++) {
            fill(chain, level, places);
        }
        double[][] first = new double[phases][places * phases];
        if (places == 1) {
            double[][] all = atLeast(0);
            for (int i = 0; i < phases; i++) {
                System.arraycopy(all[i], 0, first[i], 0, phases);
            }
        } else {
            for (int i = 0; i < phases; i++) {
                first[i] = chain[phases + i];
            }
        }
        double[][] fromIdle = times(afterIdle, first);
        System.arraycopy(fromIdle, 0, chain, 0, phases);
        return chain;
    }

    private void fill(double[][] chain, int level, int places) {
        int phases = rates.length;
        int most = places - 1;
        for (int to = level - 1; to <= most; to++) {
            double[][] block = to == most ? atLeast(to - level + 1) : exactly(to - level + 1);
            for (int i = 0; i < phases; i++) {
                System.arraycopy(block[i], 0, chain[level * phases + i], to * phases, phases);
            }
        }
    }

    /// How often each state is visited, relative to the first: the states are taken out one by one from the last,
    /// their visits shared among the others (Grassmann, Taksar and Heyman 1985), and put back in order.
    private double[] visits(double[][] chain) {
        int phases = rates.length;
        int states = chain.length;
        for (int out = states - 1; out > 0; out--) {
            int lowest = Math.max(0, (out / phases - 1) * phases);
            double leaving = 0;
            for (int to = lowest; to < out; to++) {
                leaving += chain[out][to];
            }
            for (int from = 0; from < out; from++) {
                double share = chain[from][out] / leaving;
                chain[from][out] = share;
                if (share > 0) {
                    for (int to = lowest; to < out; to++) {
                        chain[from][to] += share * chain[out][to];
                    }
                }
            }
        }
        double[] visits = new double[states];
        visits[0] = 1;
        for (int state = 1; state < states; state++) {
            for (int from = 0; from < state; from++) {
                visits[state] += visits[from] * chain[from][state];
            }
            if (visits[state] > HUGE) {
                // Under overload they grow without end; what vanishes here is nothing beside it.
                for (int earlier = 0; earlier <= state; earlier++) {
                    visits[earlier] /= HUGE;
                }
            }
        }
        return visits;
    }

    /// How many find no place during a service that begins with so many free, by its first phase.
    private double[] lostInService(int free) {
        double[] lost = new double[rates.length];
        for (int n = free + 1; n < counts.size(); n++) {
            for (int i = 0; i < lost.length; i++) {
                lost[i] += (n - free) * Arrays.stream(counts.get(n)[i]).sum();
            }
        }
        return lost;
    }

    private double[][] exactly(int arrivals) {
        return arrivals < counts.size() ? counts.get(arrivals) : new double[rates.length][rates.length];
    }

    private double[][] atLeast(int arrivals) {
        double[][] sum = new double[rates.length][rates.length];
        for (int n = counts.size() - 1; n >= arrivals; n--) {
            add(sum, 1, counts.get(n));
        }
        return sum;
    }

    /// Uniformisation: jumps and arrivals together happen at the largest rate of any phase, and some change nothing.
    private List<double[][]> counts() {
        int phases = rates.length;
        double fastest = 0;
        for (int i = 0; i < phases; i++) {
            fastest = Math.max(fastest, rates[i] - generator[i][i]);
        }
        double[][] stay = new double[phases][phases];
        double[][] arrive = new double[phases][phases];
        for (int i = 0; i < phases; i++) {
            for (int j = 0; j < phases; j++) {
                stay[i][j] = generator[i][j] / fastest + (i == j ? 1 - rates[i] / fastest : 0);
            }
            arrive[i][i] = rates[i] / fastest;
        }
        double mean = fastest * serviceTime;
        if (mean > MOST_ARRIVALS) {
            throw new IllegalArgumentException(mean + " arrivals or jumps during one service");
        }
        List<double[][]> counts = new ArrayList<>();
        List<double[][]> paths = new ArrayList<>();
        paths.add(identity(phases));
        double logWeight = -mean;
        for (int events = 0; events <= mean || logWeight > Math.log(NEGLIGIBLE); events++) {
            counts.add(new double[phases][phases]);
            for (int n = 0; n <= events; n++) {
                add(counts.get(n), Math.exp(logWeight), paths.get(n));
            }
            paths = oneMore(paths, stay, arrive);
            logWeight += Math.log(mean / (events + 1));
        }
        return counts;
    }

    /// The paths of one more event, by the number of arrivals among them.
    private static List<double[][]> oneMore(List<double[][]> paths, double[][] stay, double[][] arrive) {
        List<double[][]> longer = new ArrayList<>();
        for (int n = 0; n <= paths.size(); n++) {
            double[][] sum = new double[stay.length][stay.length];
            if (n < paths.size()) {
                add(sum, 1, times(paths.get(n), stay));
            }
            if (n > 0) {
                add(sum, 1, times(paths.get(n - 1), arrive));
            }
            longer.add(sum);
        }
        return longer;
    }

    /// (L - Q)^-1 L, by taking out the phases in which nothing arrives or which are left before it does.
    private double[][] afterIdle() {
        int phases = rates.length;
        // The phase process until the first arrival, as a chain that ends in one state for each phase.
        double[][] jumps = new double[phases][2 * phases];
        for (int i = 0; i < phases; i++) {
            double all = rates[i] - generator[i][i];
            for (int j = 0; j < phases; j++) {
                jumps[i][j] = i == j ? 0 : generator[i][j] / all;
            }
            jumps[i][phases + i] = rates[i] / all;
        }
        for (int out = phases - 1; out >= 0; out--) {
            for (int from = 0; from < phases; from++) {
                if (from != out) {
                    takeOut(jumps, out, from);
                }
            }
        }
        double[][] met = new double[phases][];
        for (int i = 0; i < phases; i++) {
            double stays = jumps[i][i];
            met[i] = Arrays.stream(jumps[i], phases, 2 * phases)
                    .map(share -> share / (1 - stays))
                    .toArray();
        }
        return met;
    }

    private static void takeOut(double[][] jumps, int out, int from) {
        double share = jumps[from][out] / (1 - jumps[out][out]);
        jumps[from][out] = 0;
        for (int to = 0; to < jumps[from].length; to++) {
            if (to != out) {
                jumps[from][to] += share * jumps[out][to];
            }
        }
    }

    private static double[][] identity(int size) {
        double[][] identity = new double[size][size];
        for (int i = 0; i < size; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    private static double[] times(double[][] matrix, double[] column) {
        return Arrays.stream(matrix)
                .mapToDouble(row -> {
                    double sum = 0;
                    for (int j = 0; j < row.length; j++) {
                        sum += row[j] * column[j];
                    }
                    return sum;
                })
                .toArray();
    }

    private static double[][] times(double[][] left, double[][] right) {
        double[][] product = new double[left.length][right[0].length];
        for (int i = 0; i < left.length; i++) {
            for (int k = 0; k < right.length; k++) {
                for (int j = 0; j < right[k].length; j++) {
                    product[i][j] += left[i][k] * right[k][j];
                }
            }
        }
        return product;
    }

    private static void add(double[][] sum, double factor, double[][] matrix) {
        for (int i = 0; i < sum.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[i][j] += factor * matrix[i][j];
            }
        }
    }
}
