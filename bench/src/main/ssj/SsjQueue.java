import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Locale;
import umontreal.ssj.simevents.Event;
import umontreal.ssj.simevents.Simulator;
import umontreal.ssj.simevents.eventlist.BinaryTree;
import umontreal.ssj.simevents.eventlist.EventList;
import umontreal.ssj.simevents.eventlist.Henriksen;
import umontreal.ssj.simevents.eventlist.RedblackTree;
import umontreal.ssj.simevents.eventlist.SplayTree;

/// The model of SimulatorRun in SSJ: one event for each segment, timer and end of service. Not part of the build,
/// which does not need SSJ; `bench/run simulator` runs it from source.
///
/// Arguments: event list, connections, milliseconds, limit, workers, microseconds of service,
/// microseconds one way, rounds.
public final class SsjQueue {
    private static final double[] AGAIN = {1, 2, 3, 4, 5, 7, 11, 19, 35, 67};

    private final Simulator simulator = new Simulator();
    private final ArrayDeque<Connection> queue = new ArrayDeque<>();
    private final int limit;
    private final double service;
    private final double oneWay;
    private long events;
    private long served;
    private long again;
    private final int workers;
    private int busy;

    private SsjQueue(EventList list, int limit, int workers, double service, double oneWay) {
        simulator.init(list);
        this.limit = limit;
        this.workers = workers;
        this.service = service;
        this.oneWay = oneWay;
    }

    /// One connection; what it waits for is an event of its own kind.
    private final class Connection {
        private final double due;
        private int sent;
        private boolean answered;
        private boolean requested;
        private boolean waitedFor;
        private final Event timer = step(this::timer);

        Connection(double due) {
            this.due = due;
        }

        void connect() {
            send(this::syn);
            timer.schedule(AGAIN[0]);
        }

        private void timer() {
            if (answered || sent == AGAIN.length - 1) {
                return;
            }
            sent++;
            again++;
            send(this::syn);
            step(this::timer).schedule(due + AGAIN[sent] - simulator.time());
        }

        private void syn() {
            if (queue.size() <= limit) {
                send(this::synAck);
            }
        }

        private void synAck() {
            if (!answered) {
                answered = true;
                timer.cancel();
                send(this::ack);
                send(this::data);
            }
        }

        private void ack() {
            if (queue.size() <= limit) {
                queue.add(this);
                work();
            }
        }

        private void data() {
            requested = true;
            send(() -> {}); // it is acknowledged
            if (waitedFor) {
                serve();
            }
        }

        private void serve() {
            step(this::done).schedule(service);
        }

        private void done() {
            send(this::answer);
            busy--;
            work();
        }

        private void answer() {
            served++;
            send(() -> send(() -> {})); // FIN, and what acknowledges it
        }
    }

    private void work() {
        if (busy < workers && !queue.isEmpty()) {
            busy++;
            Connection next = queue.poll();
            next.waitedFor = true;
            if (next.requested) {
                next.serve();
            }
        }
    }

    private void send(Runnable arrival) {
        step(arrival).schedule(oneWay);
    }

    private Event step(Runnable action) {
        return new Event(simulator) {
            @Override
            public void actions() {
                events++;
                action.run();
            }
        };
    }

    private void begin(int number, int connections, double width) {
        double due = connections == 1 ? 0 : width * number / (connections - 1);
        step(() -> {
                    new Connection(due).connect();
                    if (number + 1 < connections) {
                        begin(number + 1, connections, width);
                    }
                })
                .schedule(Math.max(0, due - simulator.time()));
    }

    public static void main(String[] arguments) {
        int connections = Integer.parseInt(arguments[1]);
        double width = Integer.parseInt(arguments[2]) / 1e3;
        for (int round = Integer.parseInt(arguments[7]); round > 0; round--) {
            EventList list =
                    switch (arguments[0]) {
                        case "SplayTree" -> new SplayTree();
                        case "BinaryTree" -> new BinaryTree();
                        case "RedblackTree" -> new RedblackTree();
                        case "Henriksen" -> new Henriksen();
                        default -> throw new IllegalArgumentException(arguments[0]);
                    };
            SsjQueue run = new SsjQueue(
                    list,
                    Integer.parseInt(arguments[3]),
                    Integer.parseInt(arguments[4]),
                    Integer.parseInt(arguments[5]) / 1e6,
                    Integer.parseInt(arguments[6]) / 1e6);
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            run.begin(0, connections, width);
            run.simulator.start();
            long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            System.out.printf(Locale.ROOT, "%d %.3f %d %d%n", run.events, took / 1e9, run.served, run.again);
        }
    }
}
