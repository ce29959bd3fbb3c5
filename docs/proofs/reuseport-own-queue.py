"""Popular mistake: the members of a SO_REUSEPORT group share a queue."""

from staging import ListenerRow, Stage, moved, read_counters

with Stage("each SO_REUSEPORT member has its own queue: one drops while another has room") as stage:
    small, large = stage.listener(3, reuse_port=True), stage.listener(1000, reuse_port=True)
    before = read_counters()
    for _ in range(100):
        stage.wire.connect(1)
    rows = ListenerRow(small), ListenerRow(large)
    overflows = moved(before, read_counters()).get("ListenOverflows", 0)
    for row in rows:
        print("  listener  Recv-Q %d  Send-Q %d  drop events %d" % (row.depth, row.limit, row.drop_events))
    stage.check("100 clients, ListenOverflows +%d, all by the small member" % overflows,
                rows[0].depth == 4 and overflows == rows[0].drop_events > 0 == rows[1].drop_events)
    stage.check("the large member took the rest", rows[1].depth == 100 - 4 - overflows)
