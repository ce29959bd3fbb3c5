package dev.anteroom.queue;

/// What waits in one accept queue: the established sockets of its port that no process has accepted yet.
///
/// @param atStart how many of them were seen at the start of the window; none of it where the window is zero
/// @param depthAtStart the depth of the queue then
/// @param stillWaiting how many of those still wait at its end. The queue is first in, first out: if all of them
///     do, nothing was accepted in between
/// @param visible how many wait at the end
/// @param closedByPeer how many of these the client has closed already (CLOSE_WAIT)
/// @param depth the depth of the queue at the end, unchanged while the sockets were listed; a child that the client
///     has reset is in no list of sockets but keeps its place in the queue, so `depth - visible` of them were reset
public record QueueContents(
        long atStart, long depthAtStart, long stillWaiting, long visible, long closedByPeer, long depth) {

    /// How many waiting connections the client has reset.
    public long resetByPeer() {
        return Math.max(0, depth - visible);
    }

    /// How many waiting connections nobody needs any more.
    public long dead() {
        return closedByPeer + resetByPeer();
    }

    /// Whether nothing was accepted in the window: what was there at its start still is, or was reset since.
    public boolean noneAccepted() {
        return atStart > 0 && accepted() == 0;
    }

    /// How many connections were accepted in the window: those that left, less those that were reset and keep their
    /// place. At least that many where none of those at its start is left.
    public long accepted() {
        long resetInWindow = Math.max(0, resetByPeer() - Math.max(0, depthAtStart - atStart));
        return Math.max(0, atStart - stillWaiting - resetInWindow);
    }
}
