package dev.anteroom.kernel;

import java.util.OptionalInt;

/// The terminal behind standard output.
public final class Terminal {
    private static final int STANDARD_OUTPUT = 1;

    private Terminal() {}

    /// How many columns it has; 0 for a terminal that does not tell, empty if standard output goes to a file or
    /// pipe.
    public static OptionalInt columns() {
        int columns = Syscalls.terminalColumns(STANDARD_OUTPUT);
        return columns < 0 ? OptionalInt.empty() : OptionalInt.of(columns);
    }
}
