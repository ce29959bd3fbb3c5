package dev.anteroom.simulator;

import java.time.Duration;

/// Both queues of a port at one moment, all its listeners together.
///
/// @param at when, from the start of the surge
/// @param synQueue how many requests wait for their final ACK
/// @param acceptQueue how many connections wait for accept(2)
public record DepthSample(Duration at, int synQueue, int acceptQueue) {}
