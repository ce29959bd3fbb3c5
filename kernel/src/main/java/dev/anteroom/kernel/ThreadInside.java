package dev.anteroom.kernel;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Platform threads that enter a network namespace and end there, so that no other thread is moved. A door is a
/// file that setns(2) takes: `/proc/812/ns/net`, `/run/netns/blue`.
final class ThreadInside {
    private ThreadInside() {}

    /// Runs an action on a new thread inside and waits for its result, even if the waiting thread is interrupted.
    ///
    /// @throws KernelException if the namespace cannot be entered
    /// @throws Exception what the action threw
    static <T> T call(String door, Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter(door);
            return action.call();
        });
        Thread thread = Thread.ofPlatform().name("inside " + door).start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    thread.join();
                    return result(task);
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T result(FutureTask<T> ended) throws Exception {
        if (ended.state() == FutureTask.State.SUCCESS) {
            return ended.resultNow();
        }
        switch (ended.exceptionNow()) {
            case Exception failed -> throw failed;
            case Error failed -> throw failed;
            case Throwable failed -> throw new IllegalStateException(failed);
        }
    }

    /// The same for an action that throws nothing checked.
    static <T> T get(String door, Supplier<T> action) {
        try {
            return call(door, action::get);
        } catch (RuntimeException unchecked) {
            throw unchecked;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Moves the calling thread into a namespace for good.
    ///
    /// @throws KernelException if it is gone, or without CAP_SYS_ADMIN over it
    static void enter(String door) {
        int descriptor = Syscalls.open(door);
        if (descriptor < 0) {
            throw new KernelException("cannot open the network namespace: " + Syscalls.describe(Syscalls.errno()));
        }
        try {
            if (Syscalls.enterNetworkNamespace(descriptor) < 0) {
                throw new KernelException("cannot enter the network namespace: " + Syscalls.describe(Syscalls.errno()));
            }
        } finally {
            Syscalls.close(descriptor);
        }
    }
}
