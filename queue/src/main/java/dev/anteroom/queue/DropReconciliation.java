package dev.anteroom.queue;

import java.util.ArrayList;
import java.util.List;

/// The listeners' drop events laid beside the counters of their namespace.
///
/// Every segment that ListenDrops counts adds at least one drop event to one listener, and every overflow is also a
/// drop; but drop events also count harmless duplicates, and a dropped final ACK adds two (`net/ipv4/tcp_ipv4.c`
/// tcp_v4_syn_recv_sock and tcp_v4_rcv, 6.18). The shares are therefore intervals: what cannot be otherwise, and
/// what may be.
///
/// @param shares one for each listener, in the order given
/// @param unattributed how many of ListenDrops belong to no listener that was seen: at least the drops for which
///     there are no drop events, as left behind by sockets that were closed
public record DropReconciliation(List<Share> shares, Range unattributed) {

    public DropReconciliation {
        shares = List.copyOf(shares);
    }

    /// An interval of whole numbers, both ends included.
    public record Range(long atLeast, long atMost) {
        /// Whether it is one number.
        public boolean exact() {
            return atLeast == atMost;
        }

        /// `4`, or `2 to 4`.
        @Override
        public String toString() {
            return exact() ? Long.toString(atLeast) : atLeast + " to " + atMost;
        }
    }

    /// What one listener has of the namespace's counters.
    ///
    /// @param dropEvents its own count
    /// @param overflows its part of ListenOverflows
    /// @param drops its part of ListenDrops
    public record Share(long dropEvents, Range overflows, Range drops) {
        /// That of every listener without drop events, whatever the counters say.
        public static final Share NONE = new Share(0, new Range(0, 0), new Range(0, 0));
    }

    /// Splits the counters of one namespace over its listeners.
    ///
    /// @param listenOverflows ListenOverflows of the namespace, 0 or more
    /// @param listenDrops ListenDrops of the namespace over the same time, 0 or more
    /// @param dropEvents the drop events of each listener over a time that holds the former, 0 or more
    /// @param complete whether no other socket listened in that time; otherwise a closed one may own any part
    public static DropReconciliation of(
            long listenOverflows, long listenDrops, List<Long> dropEvents, boolean complete) {
        long all = 0;
        for (long own : dropEvents) {
            all += own;
        }
        List<Share> shares = new ArrayList<>(dropEvents.size());
        for (long own : dropEvents) {
            long others = complete ? all - own : Long.MAX_VALUE;
            shares.add(
                    own == 0
                            ? Share.NONE
                            : new Share(own, share(listenOverflows, own, others), share(listenDrops, own, others)));
        }
        long unattributed = Math.max(0, listenDrops - all);
        return new DropReconciliation(shares, new Range(unattributed, complete ? unattributed : listenDrops));
    }

    private static Range share(long total, long own, long others) {
        return new Range(Math.clamp(total - others, 0, own), Math.min(own, total));
    }
}
