package dev.anteroom.diagnosis;

/// How much a finding matters, most first.
public enum Severity {
    /// Connections are being lost or left waiting now.
    CRITICAL,
    /// Connections were lost before, or will be at the next surge.
    WARNING,
    /// Worth knowing; nothing is lost by it. Does not count as a finding for the exit code.
    NOTE
}
