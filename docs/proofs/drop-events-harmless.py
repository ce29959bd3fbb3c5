"""Popular mistake: the d of `ss -ltnm` counts lost connections."""

import socket

from staging import Stage

LIMIT = 10

with Stage("drop events count segments that cost nobody anything") as stage:
    server = stage.listener(LIMIT)
    client = stage.wire.half_open(1)[0]
    with stage.step("1 SYN repeated: answered again", server, depth=0, limit=LIMIT, drop_events=1, TCPSynRetrans=1):
        client.syn()
    stage.check("the client got a SYN-ACK again", len(client.replies) >= 2)
    with stage.step("that client's final ACK", server, depth=1, limit=LIMIT, PassiveOpens=1):
        client.ack()
    with stage.step("2 resets of connections long forgotten", server, depth=1, limit=LIMIT, drop_events=2):
        stage.wire.client().reset()
        stage.wire.client().reset()

    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 5)
    patient = stage.wire.half_open(1)[0]
    with stage.step("TCP_DEFER_ACCEPT: 1 final ACK without data", server, depth=1, limit=LIMIT, drop_events=1,
                    TCPDeferAcceptDrop=1):
        patient.ack()
    with stage.step("then its request", server, depth=2, limit=LIMIT, PassiveOpens=1):
        patient.ack(b"GET / HTTP/1.0\r\n\r\n")
