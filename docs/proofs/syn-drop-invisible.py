"""Popular mistake: a full queue shows at the client as an error."""

import select
import socket
import struct

from staging import PORT, SYN, ListenerRow, Stage, connected, wait_until

LIMIT = 0
SO_TIMESTAMPNS = 35

with Stage("a client sees nothing of a SYN dropped for a full queue; it only asks again after 1 second") as stage:
    server = stage.listener(LIMIT)
    stage.callers(LIMIT + 1)
    wait_until(lambda: ListenerRow(server).depth == LIMIT + 1)

    capture = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    capture.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    caller = stage.callers(1)[0]
    port = caller.getsockname()[1]
    asked, answers = [], 0

    def look():
        """Reads what went over loopback since; each packet shows once as sent and once as received."""
        global answers
        while select.select([capture], [], [], 0)[0]:
            packet, [(_, _, stamp)], _, (_, _, direction, _, _) = capture.recvmsg(65536, 64)
            if direction == socket.PACKET_OUTGOING or packet[9] != socket.IPPROTO_TCP:
                continue
            source, target, flags = struct.unpack("!HH9xB", packet[20:34])
            if (source, target, flags & SYN) == (port, PORT, SYN):
                seconds, nanoseconds = struct.unpack("qq", stamp)
                asked.append(seconds + nanoseconds / 1e9)
            elif (source, target) == (PORT, port):
                answers += 1
        return len(asked)

    wait_until(lambda: look() >= 4)
    gaps = [later - earlier for earlier, later in zip(asked, asked[1:])]
    stage.check("4 SYNs of one connect(), %s s apart" % ", ".join("%.1f" % gap for gap in gaps[:3]),
                len(gaps) >= 3 and min(gaps[:3]) > 0.8)
    stage.check("%d packets came back, connect() goes on" % answers, answers == 0 and not connected([caller]))
    before = look()
    server.accept()
    stage.check("a place is free: connect() succeeds by a later SYN, not sooner",
                wait_until(lambda: connected([caller])) and look() > before)
