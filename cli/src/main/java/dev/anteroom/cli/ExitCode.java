package dev.anteroom.cli;

/// What the program tells the shell.
public enum ExitCode {
    /// Healthy, all served, or done.
    OK(0),
    /// Something was found, or not all were served.
    FINDINGS(1),
    /// The command line is wrong.
    USAGE(2),
    /// It could not look.
    COULD_NOT_LOOK(3),
    /// Stopped by Ctrl-C; what was known by then is printed. The number that shells give to a program that SIGINT
    /// ended, so that a script can tell half a surge from a bad one.
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /// The number.
    public int number() {
        return number;
    }
}
