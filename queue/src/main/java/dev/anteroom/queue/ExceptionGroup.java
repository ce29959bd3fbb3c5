package dev.anteroom.queue;

/// Connections that failed alike, in the words that a Java client would have logged.
///
/// @param type the simple name of the exception: `ConnectException`
/// @param message its message, without ports
/// @param phase where it was thrown
/// @param count how many connections
public record ExceptionGroup(String type, String message, Phase phase, long count) {}
