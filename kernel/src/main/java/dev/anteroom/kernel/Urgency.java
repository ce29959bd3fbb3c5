package dev.anteroom.kernel;

/// Has the thread that takes it run before those that would keep it from being on time, until it is closed: the
/// highest ordinary priority (nice -20, setpriority(2)), and timers without slack (prctl(2) PR_SET_TIMERSLACK), which
/// may be 50 µs late otherwise.
///
/// To be closed by the thread that took it. The priority needs CAP_SYS_NICE; without it that of the thread stays as
/// it is.
public final class Urgency implements AutoCloseable {
    private static final int BEFORE_ALL_OTHERS = -20;
    private static final int DEFAULT_SLACK = 0;

    private final int before;

    private Urgency(int before) {
        this.before = before;
    }

    /// Makes the calling thread urgent.
    public static Urgency take() {
        Urgency taken = new Urgency(DeviceCalls.priority());
        DeviceCalls.setTimerSlack(1);
        DeviceCalls.setPriority(BEFORE_ALL_OTHERS);
        return taken;
    }

    @Override
    public void close() {
        DeviceCalls.setPriority(before);
        DeviceCalls.setTimerSlack(DEFAULT_SLACK);
    }
}
