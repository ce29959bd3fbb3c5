"""A client with few descriptors: client.py PORT DESCRIPTORS COUNT. It keeps what it has opened, and logs what fails."""

import resource
import socket
import sys
import time
import traceback

port, descriptors, count = (int(word) for word in sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
held = []
for _ in range(count):
    try:
        held.append(socket.create_connection(("198.18.0.2", port), timeout=2))
        held[-1].sendall(b"GET / HTTP/1.1\r\nHost: server\r\n\r\n")
        held[-1].recv(100)
    except OSError:
        traceback.print_exc()
time.sleep(0.5)
