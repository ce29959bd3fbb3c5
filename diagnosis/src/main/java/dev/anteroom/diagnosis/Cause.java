package dev.anteroom.diagnosis;

/// What can be found, what explains the most first. The ids are stable: scripts may rely on them.
public enum Cause {
    ACCEPTOR_STALLED("acceptor-stalled"),
    ACCEPT_QUEUE_FULL("accept-queue-full"),
    ACCEPT_QUEUE_OVERFLOW("accept-queue-overflow"),
    SYN_QUEUE_OVERFLOW("syn-queue-overflow"),
    SYN_REFUSED_BY_MAX_SYN_BACKLOG("syn-refused-by-max-syn-backlog"),
    DROPS_FOR_ANOTHER_REASON("drops-for-another-reason"),
    SYN_COOKIES_SENT("syn-cookies-sent"),
    LIMIT_BOUND_BY_BACKLOG("limit-bound-by-backlog"),
    LIMIT_BOUND_BY_SOMAXCONN("limit-bound-by-somaxconn"),
    SOMAXCONN_RAISED_AFTER_LISTEN("somaxconn-raised-after-listen"),
    SOMAXCONN_LOWERED_AFTER_LISTEN("somaxconn-lowered-after-listen"),
    REUSEPORT_IMBALANCE("reuseport-imbalance"),
    DEAD_CONNECTIONS_IN_QUEUE("dead-connections-in-queue"),
    DROPS_UNATTRIBUTED("drops-unattributed"),
    SYSCTL_HAS_NO_EFFECT("sysctl-has-no-effect"),
    QUEUE_TOO_LONG_FOR_CLIENTS("queue-too-long-for-clients");

    private final String id;

    Cause(String id) {
        this.id = id;
    }

    /// The stable id: lower case, words joined by dashes.
    public String id() {
        return id;
    }
}
