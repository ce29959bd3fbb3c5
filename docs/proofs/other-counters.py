"""The counters that no other proof moves, and two more ways to a drop. One step of each."""

import socket

from staging import PORT, Stage, write_setting

LIMIT = 10

with Stage("what one step of each other counter means") as stage:
    server = stage.listener(LIMIT)
    quiet = {"depth": 0, "limit": LIMIT}

    client = stage.wire.half_open(1)[0]
    with stage.step("handshake under way, 1 reset by the client", server, drop_events=1, AttemptFails=1,
                    EmbryonicRsts=1, **quiet):
        client.reset()
    client = stage.wire.half_open(1)[0]
    with stage.step("handshake under way, 1 ACK of something never sent", server, OutRsts=1, **quiet):
        client.wrong_ack()
    client.reset()
    client = stage.wire.half_open(1)[0]
    with stage.step("handshake under way, 1 ICMP host unreachable", server, drop_events=1, ListenDrops=1, **quiet):
        client.unreachable()
    stage.wire.half_open(1)
    with stage.step("handshake under way, the client stays silent", server, TCPTimeouts=1, TCPSynRetrans=1, **quiet):
        pass
    server.close()

    server = stage.listener(LIMIT)
    with stage.step("1 SYN under tcp_syncookies 2", server, TCPReqQFullDoCookies=1, SyncookiesSent=1, **quiet):
        write_setting("net/ipv4/tcp_syncookies", 2)
        client = stage.wire.half_open(1)[0]
        write_setting("net/ipv4/tcp_syncookies", 1)
    with stage.step("1 ACK with a wrong cookie", server, SyncookiesFailed=1, OutRsts=1, **quiet):
        client.wrong_ack()
    server.close()

    write_setting("net/ipv4/tcp_fastopen", 0x202)
    server = stage.listener(LIMIT)
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 1)
    with stage.step("Fast Open for 1: a SYN with data", server, depth=1, limit=LIMIT, PassiveOpens=1):
        stage.wire.client().syn(b"GET /")
    with stage.step("Fast Open for 1: another SYN with data", server, depth=1, limit=LIMIT,
                    TCPFastOpenListenOverflow=1):
        stage.wire.client().syn(b"GET /")
    server.close()
    write_setting("net/ipv4/tcp_fastopen", 1)

    bystander = stage.listener(LIMIT, port=PORT + 1)
    server = stage.listener(LIMIT, reuse_port=True)
    stage.wire.connect(3)
    with stage.step("a listener with 3 waiting connections is closed", bystander, EstabResets=3, OutRsts=3, **quiet):
        server.close()

    write_setting("net/ipv4/tcp_migrate_req", 1)
    server = stage.listener(LIMIT, reuse_port=True)
    stage.wire.connect(3)
    heir = stage.listener(0, reuse_port=True)
    with stage.step("the same under tcp_migrate_req 1; another member with limit 0 stays", heir, depth=3, limit=0,
                    TCPMigrateReqSuccess=3):
        server.close()
    with stage.step("then that member, the last one, is closed", bystander, TCPMigrateReqFailure=3, EstabResets=3,
                    OutRsts=3, **quiet):
        heir.close()
