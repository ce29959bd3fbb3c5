"""Popular mistake: with tcp_abort_on_overflow the client of a full accept queue is told."""

from staging import Stage, write_setting

LIMIT = 2

with Stage("a cookie's final ACK on a full accept queue is dropped in silence, whatever tcp_abort_on_overflow says",
           tcp_abort_on_overflow=1, tcp_syncookies=2) as stage:
    server = stage.listener(LIMIT)
    cookies = stage.wire.half_open(3)
    write_setting("net/ipv4/tcp_syncookies", 1)
    ordinary = stage.wire.half_open(3)
    stage.wire.connect(LIMIT + 1)

    def final_acks(clients):
        for client in clients:
            client.ack()

    with stage.step("tcp_abort_on_overflow 1: 3 final ACKs with cookies", server, depth=LIMIT + 1, limit=LIMIT,
                    drop_events=3, SyncookiesRecv=3, ListenOverflows=3, ListenDrops=3):
        final_acks(cookies)
    stage.check("no client was told", not any(client.was_reset() for client in cookies))
    with stage.step("tcp_abort_on_overflow 1: 3 ordinary final ACKs", server, depth=LIMIT + 1, limit=LIMIT,
                    drop_events=6, ListenOverflows=3, ListenDrops=3, EmbryonicRsts=3, OutRsts=3):
        final_acks(ordinary)
    stage.check("each client was reset", all(client.was_reset() for client in ordinary))
