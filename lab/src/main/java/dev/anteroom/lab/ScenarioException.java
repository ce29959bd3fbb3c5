package dev.anteroom.lab;

/// A scenario that cannot be staged as it is written. The message names the file, the line, what stands there and
/// what was expected.
public final class ScenarioException extends Exception {
    private static final long serialVersionUID = 1L;

    ScenarioException(String message) {
        super(message);
    }
}
