package dev.anteroom.cli;

import java.time.Duration;

/// While it is open, Ctrl-C does not end the program at once: it stops the work that is going on, and the thread that
/// opened this has a moment to print what is known.
final class CtrlC implements AutoCloseable {
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Thread hook;
    private volatile boolean pressed;

    private CtrlC(Runnable stop, Thread printer) {
        this.hook = new Thread(() -> {
            pressed = true;
            stop.run();
            try {
                printer.join(FAREWELL);
            } catch (InterruptedException givenUp) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Stops the work on Ctrl-C; the calling thread is the one that then prints and ends.
    static CtrlC stops(Runnable work) {
        CtrlC ctrlC = new CtrlC(work, Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(ctrlC.hook);
        return ctrlC;
    }

    /// Whether it was pressed.
    boolean pressed() {
        return pressed;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            // It is running: this was Ctrl-C.
        }
    }
}
