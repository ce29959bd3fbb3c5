"""A server that nobody should run: in a network namespace of its own it listens with a backlog of 50 under a somaxconn
of 5, accepts nothing, and gets ten clients. Six fit; the other four lose a SYN each, and give up.

    sudo unshare -n python3 docs/examples/overflow.py

Ends by itself after a minute, and with it everything it made.
"""

import os
import socket
import subprocess
import sys
import time

if os.readlink("/proc/self/ns/net") == os.readlink("/proc/%d/ns/net" % os.getppid()):
    sys.exit("this is not a network namespace of its own: start it with 'unshare -n', as told above")

subprocess.check_call(["ip", "link", "set", "lo", "up"])
with open("/proc/sys/net/core/somaxconn", "w") as somaxconn:
    somaxconn.write("5")

server = socket.create_server(("127.0.0.1", 8100), backlog=50)
clients = []
for _ in range(10):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", 8100))
    clients.append(client)
time.sleep(0.5)
for client in clients[6:]:
    client.close()

print("one minute to look at 127.0.0.1:8100", flush=True)
time.sleep(60)
