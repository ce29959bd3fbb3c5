package dev.anteroom.kernel;

/// The kernel refused or could not answer. The message is one line: the thing, the reason, the next step.
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /// An error with its one line.
    public KernelException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /// The message, which is never absent.
    public String reason() {
        return reason;
    }
}
