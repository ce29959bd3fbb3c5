package dev.anteroom.simulator;

/// What a segment means for the program behind the listener.
enum Notice {
    NOTHING,
    /// A connection was put in the accept queue.
    QUEUED,
    /// The request of a connection has come.
    READABLE,
    /// The client has closed or reset its connection.
    HUNG_UP
}
