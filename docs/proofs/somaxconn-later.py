"""Popular mistake: a raised somaxconn helps the server that runs."""

from staging import ListenerRow, Stage, write_setting

with Stage("a changed somaxconn reaches a listener only by another listen()") as stage:

    def fill(told, depth, limit):
        """More clients than fit; how many got in."""
        stage.wire.connect(30)
        row = ListenerRow(server)
        stage.check("%s, 30 more clients: depth %d, limit %d" % (told, row.depth, row.limit),
                    (row.depth, row.limit) == (depth, limit))

    write_setting("net/core/somaxconn", 5)
    server = stage.listener(20)
    fill("somaxconn 5, listen(20)", 6, 5)
    write_setting("net/core/somaxconn", 4096)
    fill("somaxconn 4096", 6, 5)
    server.listen(20)
    fill("listen(20) again", 21, 20)
    write_setting("net/core/somaxconn", 5)
    server.listen(20)
    fill("somaxconn 5, listen(20) again", 21, 5)
