"""Popular mistake: ListenOverflows is about the SYN queue."""

from staging import Stage

LIMIT = 5

with Stage("ListenOverflows counts segments refused by a full accept queue") as stage:
    server = stage.listener(LIMIT)
    stage.wire.connect(LIMIT)
    late = stage.wire.half_open(3)
    stage.wire.connect(1)

    with stage.step("accept queue full, SYN queue not: 4 SYNs", server, depth=LIMIT + 1, limit=LIMIT,
                    drop_events=4, ListenOverflows=4, ListenDrops=4):
        refused = stage.wire.half_open(4)
    stage.check("no SYN was answered", not any(client.replies for client in refused))

    with stage.step("3 final ACKs of handshakes begun before it was full", server, depth=LIMIT + 1, limit=LIMIT,
                    drop_events=6, ListenOverflows=3, ListenDrops=3):
        for client in late:
            client.ack()
    with stage.step("the 3 clients wait in silence, as if connected: SYN-ACKs are repeated", server, depth=LIMIT + 1,
                    limit=LIMIT, TCPTimeouts=3, TCPSynRetrans=3):
        pass
