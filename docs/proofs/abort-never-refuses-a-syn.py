"""Popular mistake: tcp_abort_on_overflow makes the server refuse connections."""

from staging import Stage

LIMIT = 3

with Stage("tcp_abort_on_overflow never answers a SYN with a reset", tcp_abort_on_overflow=1) as stage:
    server = stage.full(LIMIT)
    with stage.step("tcp_abort_on_overflow 1, accept queue full: 5 SYNs", server, depth=LIMIT + 1, limit=LIMIT,
                    drop_events=5, ListenOverflows=5, ListenDrops=5):
        clients = stage.wire.half_open(5)
    stage.check("not one packet came back", not any(client.replies for client in clients))
