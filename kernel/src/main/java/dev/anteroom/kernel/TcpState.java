package dev.anteroom.kernel;

import java.util.Arrays;

/// The state of a TCP socket, by the name that netstat(8) prints (`include/net/tcp_states.h`).
public enum TcpState {
    ESTABLISHED(1),
    SYN_SENT(2),
    SYN_RECV(3),
    FIN_WAIT1(4),
    FIN_WAIT2(5),
    TIME_WAIT(6),
    CLOSE(7),
    CLOSE_WAIT(8),
    LAST_ACK(9),
    LISTEN(10),
    CLOSING(11);

    private final int number;

    TcpState(int number) {
        this.number = number;
    }

    /// The bit that stands for it in a request.
    int bit() {
        return 1 << number;
    }

    /// The state with a number of the kernel.
    static TcpState of(int number) {
        return Arrays.stream(values())
                .filter(state -> state.number == number)
                .findFirst()
                .orElseThrow(() -> new KernelException("sock_diag tells of an unknown TCP state, " + number));
    }
}
