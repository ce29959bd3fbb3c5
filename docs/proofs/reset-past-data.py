"""Found by holding the simulator against the kernel: which reset ends a handshake under way."""

from staging import ACK, RST, Stage

LIMIT = 10
REQUEST = b"GET / HTTP/1.0\r\n\r\n"

with Stage("a reset ends a handshake only with the sequence number that is expected next") as stage:
    server = stage.listener(LIMIT)
    client = stage.wire.half_open(1)[0]

    def reset(past):
        client.send(RST | ACK, client.sequence + 1 + past, client.server_sequence() + 1)

    with stage.step("handshake under way, 1 reset as of a client that has sent its request", server, depth=0,
                    limit=LIMIT, drop_events=1):
        reset(past=len(REQUEST))
    flags, _, expected = client.replies[-1]
    stage.check("the handshake goes on, and an ACK says which sequence number is expected",
                flags == ACK and expected == client.sequence + 1)
    answers = len(client.replies)
    with stage.step("1 such reset more, within half a second", server, depth=0, limit=LIMIT, drop_events=1):
        reset(past=len(REQUEST))
    stage.check("that one is not answered", len(client.replies) == answers)
    with stage.step("1 reset with the number expected", server, depth=0, limit=LIMIT, drop_events=1, EmbryonicRsts=1,
                    AttemptFails=1):
        client.reset()
