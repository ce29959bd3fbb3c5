"""Popular mistake: ListenOverflows counts refused clients."""

from staging import ListenerRow, Stage, connected, moved, read_counters, wait_until

LIMIT = 2

with Stage("one unlucky client moves ListenOverflows many times") as stage:
    server = stage.listener(LIMIT)
    late = stage.wire.half_open(1)[0]
    stage.wire.connect(LIMIT + 1)
    with stage.step("1 client whose final ACK is refused sends its request 6 times", server, depth=LIMIT + 1,
                    limit=LIMIT, drop_events=14, ListenOverflows=7, ListenDrops=7):
        late.ack()
        for _ in range(6):
            late.ack(b"GET / HTTP/1.0\r\n\r\n")

    before, drops_before = read_counters(), ListenerRow(server).drop_events
    caller = stage.callers(1)

    def overflows():
        return moved(before, read_counters()).get("ListenOverflows", 0)

    wait_until(lambda: overflows() >= 4)
    stage.check("1 client whose connect() waits: ListenOverflows +4 or more by its repeated SYNs", overflows() >= 4)
    stage.check("drop events moved as much", wait_until(
        lambda: ListenerRow(server).drop_events - drops_before == overflows()))
    stage.check("the client still waits, without an error", not connected(caller))
