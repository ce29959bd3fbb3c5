package dev.anteroom.queue;

import java.time.Instant;
import java.util.List;

/// One connection from its first SYN on, as its packets tell it.
///
/// @param client who asked
/// @param server who was asked
/// @param start when the first SYN was seen
/// @param fate what became of it
/// @param synRetransmissions how often its SYN was sent again
/// @param synAckRetransmissions how often the server's answer was sent again
/// @param dataRetransmissions how often data of the client was sent again before the server sent any
/// @param cookieSuspected whether the answer lacks the options that the client offered and that Linux leaves out of
///     a SYN cookie only; with timestamps a cookie keeps the options and does not show
/// @param portReused whether an earlier connection had the same addresses and ports
/// @param events its segments in the order seen
/// @param eventsLeftOut how many later ones there were
public record Handshake(
        Endpoint client,
        Endpoint server,
        Instant start,
        HandshakeFate fate,
        int synRetransmissions,
        int synAckRetransmissions,
        int dataRetransmissions,
        boolean cookieSuspected,
        boolean portReused,
        List<HandshakeEvent> events,
        int eventsLeftOut) {

    public Handshake {
        events = List.copyOf(events);
    }
}
