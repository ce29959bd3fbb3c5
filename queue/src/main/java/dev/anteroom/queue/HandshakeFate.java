package dev.anteroom.queue;

import java.util.Locale;

/// What became of one handshake, as its packets alone can tell it. They do not show the queues: where several
/// things leave the same packets, the meaning names them all.
public enum HandshakeFate {
    ANSWERED("the server sent data: a program had accepted the connection"),
    ANSWERED_LATE("the server sent data, but a SYN, a SYN-ACK or data had to be sent again before it did"),
    SYN_UNANSWERED("nothing came back to the SYN: accept queue full, SYN queue full without cookies, or it was lost "
            + "or filtered on the way; the packets alone do not tell which"),
    REFUSED("a reset answered the SYN: nobody listens on that port, or a firewall rejects it"),
    HALF_OPEN("the SYN was answered and the final ACK never came: a flood, a client that vanished, or a path that "
            + "loses packets"),
    ABORTED("the client reset its own handshake"),
    RESET_IN_HANDSHAKE("the server answered the SYN and then reset it, before the final ACK"),
    FINAL_ACK_IGNORED("the server sent its SYN-ACK again after the final ACK: its accept queue was full, or it waits "
            + "for data (TCP_DEFER_ACCEPT), or the ACK was lost behind the place of the recording"),
    DATA_IGNORED("connected on the client, and its data was never acknowledged: a phantom, whose cookie met a full "
            + "accept queue, or a path that loses packets"),
    RESET_AFTER_FINAL_ACK("reset by the server before it acknowledged or sent a byte: accept queue full with "
            + "tcp_abort_on_overflow, a cookie too old, or a listener that was closed"),
    RESET_LATER("reset by the server after it had acknowledged data: the program or its end did it, or the kernel "
            + "when the listener was closed"),
    CLOSED("closed by the server before it sent a byte"),
    NO_ANSWER("the server's kernel acknowledged the data, and no program answered: it waits in the accept queue, or "
            + "the program is slow"),
    SILENT("the handshake is done on the client, and nobody sent a byte: it waits in the accept queue, or it is a "
            + "phantom that waits for the server to speak first"),
    REJECTED("an ICMP error answered the SYN: a firewall rejects it, or a router knows no way"),
    ONE_SIDED("only one direction of it was recorded, and that leaves its fate open"),
    UNDECIDED("the recording ended too early to tell");

    private final String meaning;

    HandshakeFate(String meaning) {
        this.meaning = meaning;
    }

    /// The stable id: lower case, words joined by dashes.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// One sentence on what it means.
    public String meaning() {
        return meaning;
    }
}
