"""Popular mistake: a full SYN queue drops SYNs."""

from staging import Stage

LIMIT = 10

with Stage("with cookies on, a full SYN queue drops nothing") as stage:
    server = stage.listener(LIMIT)
    stage.wire.half_open(LIMIT + 1)
    with stage.step("SYN queue full: 5 SYNs", server, depth=0, limit=LIMIT, TCPReqQFullDoCookies=5,
                    SyncookiesSent=5):
        clients = stage.wire.half_open(5)
    stage.check("all 5 were answered", all(client.answered() for client in clients))
    with stage.step("their 5 final ACKs", server, depth=5, limit=LIMIT, SyncookiesRecv=5, PassiveOpens=5):
        for client in clients:
            client.ack()

    stage.wire.connect(LIMIT - 4)
    with stage.step("both queues full: 3 SYNs", server, depth=LIMIT + 1, limit=LIMIT, drop_events=3,
                    TCPReqQFullDoCookies=3, ListenOverflows=3, ListenDrops=3):
        clients = stage.wire.half_open(3)
    stage.check("none was answered", not any(client.replies for client in clients))
