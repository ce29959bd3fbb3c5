package dev.anteroom.simulator;

import dev.anteroom.queue.QueueSample;

/// A listening socket at the end of a run.
///
/// @param acceptQueue its accept queue: depth, limit and drop events
/// @param synQueue how many requests wait for their final ACK
/// @param deepestAcceptQueue the most connections that ever waited for accept(2)
/// @param deepestSynQueue the most requests that ever waited
/// @param accepted how many connections accept(2) returned
public record SimulatedListener(
        QueueSample acceptQueue, int synQueue, int deepestAcceptQueue, int deepestSynQueue, long accepted) {}
