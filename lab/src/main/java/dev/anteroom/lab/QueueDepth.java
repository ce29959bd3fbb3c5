package dev.anteroom.lab;

import java.time.Duration;

/// Both queues of a port at one moment, over all its listeners.
///
/// @param at from the start of the surge
/// @param accept how many connections wait in its accept queues
/// @param syn how many requests are in SYN_RECV
public record QueueDepth(Duration at, long accept, long syn) {}
