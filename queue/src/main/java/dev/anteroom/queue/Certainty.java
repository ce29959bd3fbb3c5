package dev.anteroom.queue;

/// How far a conclusion is carried by what was read from the kernel.
public enum Certainty {
    /// Follows from what the kernel reports and nothing else could have produced it.
    PROVED,
    /// The only usual explanation; the kernel does not keep what would prove it.
    LIKELY,
    /// One of several explanations.
    POSSIBLE
}
