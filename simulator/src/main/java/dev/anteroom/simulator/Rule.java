package dev.anteroom.simulator;

/// One rule of a TCP stack, with where it was read.
public sealed interface Rule
        permits ServerRules.BacklogRule,
                ServerRules.AcceptRoom,
                ServerRules.SynRoom,
                ServerRules.CookieRule,
                ServerRules.SynWhenAcceptQueueFull,
                ServerRules.AckWhenAcceptQueueFull,
                ServerRules.ResetOfRequest,
                ServerRules.Pruning,
                ServerRules.DeferRule,
                CountingRule,
                ClientRules.SynSchedule,
                ClientRules.ResetRule {

    /// One line on what it does.
    String says();

    /// The file it was read in, or the document that states it. What rests on memory alone says so.
    String source();
}
