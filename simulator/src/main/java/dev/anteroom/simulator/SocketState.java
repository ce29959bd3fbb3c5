package dev.anteroom.simulator;

/// The states of sockets that matter here, as netstat(8) names them.
public enum SocketState {
    SYN_SENT,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT1,
    FIN_WAIT2,
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT
}
