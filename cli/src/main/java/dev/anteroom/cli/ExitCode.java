package dev.anteroom.cli;

/// What the program tells the shell.
public enum ExitCode {
    /// Healthy, or done.
    OK(0),
    /// Something was found.
    FINDINGS(1),
    /// The command line is wrong.
    USAGE(2),
    /// It could not look.
    COULD_NOT_LOOK(3);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /// The number.
    public int number() {
        return number;
    }
}
