package dev.anteroom.simulator;

import java.time.Duration;
import java.util.Map;

/// The sockets of both hosts at one moment, by state; states that none is in are absent.
///
/// @param at when, from the start of the surge
/// @param server those of the server, connections that nobody has accepted included
/// @param clients those of the clients
public record SocketLook(Duration at, Map<SocketState, Integer> server, Map<SocketState, Integer> clients) {}
