package dev.anteroom.cli;

/// The command line is wrong. The message is one line.
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message, null, false, false);
    }
}
