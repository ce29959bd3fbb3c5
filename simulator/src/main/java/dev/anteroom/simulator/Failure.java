package dev.anteroom.simulator;

import dev.anteroom.queue.Outcome;
import dev.anteroom.queue.Phase;

/// How a connection can fail, in the words that a Java client would have logged.
enum Failure {
    REFUSED(Outcome.REFUSED, Phase.CONNECT, "ConnectException", "Connection refused"),
    KERNEL_GAVE_UP(Outcome.CONNECT_TIMEOUT, Phase.CONNECT, "ConnectException", "Connection timed out"),
    NOT_CONNECTED_IN_TIME(Outcome.CONNECT_TIMEOUT, Phase.CONNECT, "SocketTimeoutException", "Connect timed out"),
    RESET_IN_CONNECT(Outcome.RESET_IN_CONNECT, Phase.CONNECT, "SocketException", "Connection reset by peer"),
    RESET_LATER(Outcome.RESET_AFTER_CONNECT, Phase.FIRST_BYTE, "SocketException", "Connection reset"),
    CLOSED(Outcome.CLOSED, Phase.FIRST_BYTE, "SocketException", "Unexpected end of file from server"),
    NO_ANSWER_IN_TIME(Outcome.PHANTOM, Phase.FIRST_BYTE, "SocketTimeoutException", "Read timed out"),
    DATA_NEVER_ACKNOWLEDGED(Outcome.PHANTOM, Phase.FIRST_BYTE, "SocketException", "Connection timed out");

    private final Outcome outcome;
    private final Phase phase;
    private final String exception;
    private final String message;

    Failure(Outcome outcome, Phase phase, String exception, String message) {
        this.outcome = outcome;
        this.phase = phase;
        this.exception = exception;
        this.message = message;
    }

    Outcome outcome() {
        return outcome;
    }

    Phase phase() {
        return phase;
    }

    /// The simple name of the exception.
    String exception() {
        return exception;
    }

    /// Its message.
    String message() {
        return message;
    }
}
