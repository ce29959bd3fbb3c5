package dev.anteroom.queue;

import java.time.Duration;

/// One segment of a connection.
///
/// @param at when it was seen, from the first SYN
/// @param sender who sent it
/// @param flags its flags in words: `SYN`, `SYN ACK`, `PSH ACK`
/// @param sequence its sequence number, from the first of its sender
/// @param acknowledgement the number that its sender expects next, from the first of the other side; 0 without ACK
/// @param payload bytes of data
/// @param again whether it had been sent before
/// @param lost whether it is known to be lost on its way
/// @param kernel what the kernel of the server did, in words; empty where there is nothing to say
public record HandshakeEvent(
        Duration at,
        Sender sender,
        String flags,
        long sequence,
        long acknowledgement,
        int payload,
        boolean again,
        boolean lost,
        String kernel) {

    /// A side of the connection.
    public enum Sender {
        CLIENT,
        SERVER
    }
}
