"""Connects from ports and sequence numbers of its choice: reuse.py PORT FIRST COUNT SEQUENCE.

As clients behind one translated address do: the next one gets the port of the last one, and its numbers are older. The
server closes first, so what stays in TIME-WAIT is on its side.
"""

import socket
import sys
import threading
import time

TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21  # include/uapi/linux/tcp.h
SEND_QUEUE, OFF_WITHOUT_PROBE = 2, -1
port, first, count, sequence = (int(word) for word in sys.argv[1:])


def ask(local):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind(("198.18.0.1", local))
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, SEND_QUEUE)
    client.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, sequence)
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, OFF_WITHOUT_PROBE)
    start = time.monotonic()
    client.connect(("198.18.0.2", port))
    print(f"port {local} connected after {time.monotonic() - start:.3f} s")
    client.sendall(b"GET / HTTP/1.1\r\nHost: server\r\n\r\n")
    while client.recv(65536):
        pass
    client.close()


clients = [threading.Thread(target=ask, args=(first + i,)) for i in range(count)]
for one in clients:
    one.start()
    time.sleep(0.01)
for one in clients:
    one.join()
