"""Popular mistake: raise tcp_max_syn_backlog to get a larger SYN queue."""

from staging import Stage, write_setting

LIMIT = 50

with Stage("while cookies are on, tcp_max_syn_backlog changes nothing") as stage:
    for value in (1, 65536):
        write_setting("net/ipv4/tcp_max_syn_backlog", value)
        server = stage.listener(LIMIT)
        with stage.step("tcp_max_syn_backlog %d, limit %d: %d SYNs" % (value, LIMIT, LIMIT + 1), server, depth=0,
                        limit=LIMIT):
            stage.wire.half_open(LIMIT + 1)
        with stage.step("2 SYNs more", server, depth=0, limit=LIMIT, TCPReqQFullDoCookies=2, SyncookiesSent=2):
            stage.wire.half_open(2)
        server.close()
