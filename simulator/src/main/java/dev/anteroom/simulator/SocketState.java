package dev.anteroom.simulator;

/// The states of sockets that matter here, as `ss` names them.
public enum SocketState {
    SYN_SENT,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    TIME_WAIT
}
