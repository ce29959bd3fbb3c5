"""Popular mistakes: tcp_max_syn_backlog is the limit of the SYN queue; a drop without an overflow means lost memory."""

from staging import Stage

MAX_SYN_BACKLOG = 16

with Stage("without cookies, strangers may fill about 3/4 of tcp_max_syn_backlog; only ListenDrops tells",
           tcp_syncookies=0, tcp_max_syn_backlog=MAX_SYN_BACKLOG) as stage:
    server = stage.listener(1000)
    with stage.step("tcp_max_syn_backlog 16, limit 1000: 20 SYNs", server, depth=0, limit=1000, drop_events=7,
                    ListenDrops=7):
        clients = stage.wire.half_open(20)
    answered = sum(client.answered() for client in clients)
    stage.check("%d SYNs were answered" % answered, answered == MAX_SYN_BACKLOG - (MAX_SYN_BACKLOG >> 2) + 1)
