"""Popular mistakes: ListenDrops is about the accept queue; ListenDrops equals ListenOverflows."""

from staging import Stage

LIMIT = 10

with Stage("ListenDrops counts what a full SYN queue refuses too", tcp_syncookies=0) as stage:
    server = stage.listener(LIMIT)
    with stage.step("cookies off, accept queue empty: 15 SYNs", server, depth=0, limit=LIMIT, drop_events=4,
                    ListenDrops=4, TCPReqQFullDrop=4):
        clients = stage.wire.half_open(15)
    answered = sum(client.answered() for client in clients)
    stage.check("%d SYNs were answered" % answered, answered == LIMIT + 1)
