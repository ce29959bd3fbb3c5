"""Popular mistake: a client that gave up makes room for another."""

import subprocess

from staging import Stage

LIMIT = 2

with Stage("a connection reset by its client keeps its place in the accept queue") as stage:
    server = stage.listener(LIMIT)
    clients = stage.wire.connect(LIMIT + 1)
    with stage.step("accept queue full; every client resets its connection", server, depth=LIMIT + 1, limit=LIMIT,
                    EstabResets=LIMIT + 1):
        for client in clients:
            client.reset()
    table = subprocess.run(["ss", "-tnH"], check=True, stdout=subprocess.PIPE, text=True).stdout
    stage.check("ss shows no connection any more", not table.strip())
    with stage.step("1 SYN of a new client", server, depth=LIMIT + 1, limit=LIMIT, drop_events=1, ListenOverflows=1,
                    ListenDrops=1):
        stage.wire.half_open(1)
    connection, _ = server.accept()
    try:
        connection.recv(1)
        outcome = "end of file"
    except ConnectionResetError:
        outcome = "connection reset"
    stage.check("accept() hands out a dead one: read says " + outcome, outcome == "connection reset")
