package dev.anteroom.lab;

import dev.anteroom.kernel.ConnectionRow;
import dev.anteroom.kernel.Link;
import dev.anteroom.queue.Evidence;
import dev.anteroom.queue.HandshakeTally;
import java.util.List;
import java.util.Optional;

/// What only a run on a real kernel leaves behind.
///
/// @param clientSockets the client's end of each connection at the look
/// @param serverSockets the server's end, listeners left out
/// @param evidence the server's host as doctor sees it, from the start of the surge to the look
/// @param link what the link did
/// @param handshakes what the packets show, with one connection of each fate
/// @param captureFailure why packets are missing in the capture file, in one line; empty if none are
public record Traces(
        List<ConnectionRow> clientSockets,
        List<ConnectionRow> serverSockets,
        Evidence evidence,
        Link.Statistics link,
        HandshakeTally handshakes,
        Optional<String> captureFailure) {

    public Traces {
        clientSockets = List.copyOf(clientSockets);
        serverSockets = List.copyOf(serverSockets);
    }
}
