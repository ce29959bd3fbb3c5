package dev.anteroom.queue;

/// What waits in one accept queue: the established sockets of its port that no process has accepted yet.
///
/// @param atStart how many of them were seen at the start of the window; none of it where the window is zero
/// @param stillWaiting how many of those still wait at its end. The queue is first in, first out: if all of them
///     do, nothing was accepted in between
/// @param visible how many wait at the end
/// @param closedByPeer how many of these the client has closed already (CLOSE_WAIT)
/// @param depth the depth of the queue at the end, unchanged while the sockets were listed; a child that the client
///     has reset is in no list of sockets but keeps its place in the queue, so `depth - visible` of them were reset
public record QueueContents(long atStart, long stillWaiting, long visible, long closedByPeer, long depth) {

    /// How many waiting connections the client has reset.
    public long resetByPeer() {
        return Math.max(0, depth - visible);
    }

    /// How many waiting connections nobody needs any more.
    public long dead() {
        return closedByPeer + resetByPeer();
    }

    /// Whether nothing was accepted in the window.
    public boolean noneAccepted() {
        return atStart > 0 && stillWaiting == atStart;
    }

    /// How many connections were accepted in the window; at least that many where all of those at its start are
    /// gone.
    public long accepted() {
        return atStart - stillWaiting;
    }
}
