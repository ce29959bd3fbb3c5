package dev.anteroom.kernel;

/// The terminal behind standard output.
public final class Terminal {
    private static final int STANDARD_OUTPUT = 1;

    private Terminal() {}

    /// Whether standard output goes to a terminal, and not to a file or a pipe.
    public static boolean isStandardOutput() {
        return Syscalls.terminalColumns(STANDARD_OUTPUT) >= 0;
    }
}
