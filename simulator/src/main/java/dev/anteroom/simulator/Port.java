package dev.anteroom.simulator;

/// The listeners that share a port, and which of them a connection belongs to: SO_REUSEPORT chooses by hash alone,
/// however full a member is. The hash is not the kernel's, but as even.
final class Port {
    private final ListenSocket[] members;
    private final long salt;

    Port(SimulationPlan plan, InFlight inFlight) {
        members = plan.listeners().stream()
                .map(model -> new ListenSocket(plan.server(), model, inFlight))
                .toArray(ListenSocket[]::new);
        salt = SplitMix64.mix(plan.seed());
    }

    ListenSocket[] members() {
        return members;
    }

    int number(Connection connection) {
        if (members.length == 1) {
            return 0;
        }
        long hash = SplitMix64.mix(salt ^ connection.number) >>> 32;
        return (int) ((hash * members.length) >>> 32);
    }

    ListenSocket member(Connection connection) {
        return members[number(connection)];
    }
}
