"""Popular mistake: the program asked for a backlog of 1000, so it has it."""

from staging import ListenerRow, Stage, wait_until, write_setting

with Stage("somaxconn caps the backlog and says nothing") as stage:
    write_setting("net/core/somaxconn", 20)
    server = stage.listener(1000)
    stage.check("somaxconn 20, listen(1000) succeeded: limit %d" % ListenerRow(server).limit,
                ListenerRow(server).limit == 20)
    callers = stage.callers(25)
    wait_until(lambda: ListenerRow(server).depth == 21)
    stage.check("25 clients, none accepted: depth %d" % ListenerRow(server).depth, ListenerRow(server).depth == 21)
