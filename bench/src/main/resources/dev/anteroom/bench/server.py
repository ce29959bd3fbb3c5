"""A server whose misbehaviour is chosen by name: server.py MODE PORT BACKLOG NUMBER. It prints what it does."""

import os
import resource
import socket
import struct
import sys
import threading
import time
import traceback

mode, port, backlog, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("198.18.0.2", port))
listener.listen(backlog)
print("listening", os.getpid(), flush=True)
held = []


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def serve(connection):
    try:
        if mode == "unread":
            connection.recv(4)
            time.sleep(number)
            connection.close()
        elif mode == "linger":
            connection.recv(65536)
            time.sleep(number)
            reset(connection)
        elif mode in ("brief", "large"):
            connection.recv(65536)
            connection.sendall(b"x" * int(number))
            connection.close()
        elif mode == "silent-close":
            connection.recv(65536)
            connection.close()
        elif mode == "keep-alive":
            connection.settimeout(number)
            try:
                while connection.recv(65536):
                    connection.sendall(ANSWER)
            except TimeoutError:
                pass
            connection.close()
        else:
            while connection.recv(65536):
                time.sleep(number if mode == "slow" else 0)
                connection.sendall(ANSWER)
            connection.close()
    except OSError:
        pass


if mode == "few-descriptors":
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(number), int(number)))
if mode == "stalled":
    time.sleep(600)
if mode == "late":
    time.sleep(number)
if mode == "close":
    time.sleep(number)
    listener.close()
    time.sleep(600)
while True:
    if mode == "slow-acceptor":
        time.sleep(number)
    if mode == "limited" and len(held) >= number:
        print("WARN maximum number of connections reached:", len(held), flush=True)
        time.sleep(600)
    try:
        connection, _ = listener.accept()
    except OSError:
        traceback.print_exc()
        time.sleep(0.2)
        continue
    if mode == "limited":
        held.append(connection)
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
