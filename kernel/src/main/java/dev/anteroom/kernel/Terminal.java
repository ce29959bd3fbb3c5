package dev.anteroom.kernel;

import java.util.OptionalInt;

/// The terminal behind standard output and standard error.
public final class Terminal {
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;

    private Terminal() {}

    /// How many columns it has; 0 for a terminal that does not tell, empty if standard output goes to a file or
    /// pipe.
    public static OptionalInt columns() {
        return columns(STANDARD_OUTPUT);
    }

    /// The same of standard error.
    public static OptionalInt errorColumns() {
        return columns(STANDARD_ERROR);
    }

    private static OptionalInt columns(int descriptor) {
        int columns = Syscalls.terminalColumns(descriptor);
        return columns < 0 ? OptionalInt.empty() : OptionalInt.of(columns);
    }
}
