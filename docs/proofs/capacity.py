"""Popular mistake: backlog N means that N connections may wait."""

from staging import ListenerRow, Stage, connected, wait_until

with Stage("an accept queue holds limit + 1 connections") as stage:
    for limit in (0, 1, 5, 128):
        server = stage.listener(limit)
        callers = stage.callers(limit + 4)
        wait_until(lambda: ListenerRow(server).depth == limit + 1)
        row, inside = ListenerRow(server), len(connected(callers))
        stage.check("listen(%d), %d clients: %d connected, Recv-Q %d  Send-Q %d"
                    % (limit, len(callers), inside, row.depth, row.limit),
                    inside == limit + 1 and (row.depth, row.limit) == (limit + 1, limit))
        for client in callers:
            client.close()
        server.close()
