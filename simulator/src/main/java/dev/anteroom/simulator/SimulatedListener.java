package dev.anteroom.simulator;

import dev.anteroom.queue.QueueSample;

/// A listening socket at one moment.
///
/// @param acceptQueue its accept queue: depth, limit and drop events
/// @param synQueue how many requests wait for their final ACK
/// @param deepestAcceptQueue the most connections that waited for accept(2) up to then
/// @param deepestSynQueue the most requests that waited up to then
/// @param accepted how many connections accept(2) had returned
public record SimulatedListener(
        QueueSample acceptQueue, int synQueue, int deepestAcceptQueue, int deepestSynQueue, long accepted) {}
