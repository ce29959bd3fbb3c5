"""Popular mistake: the host's ListenOverflows covers its containers."""

import subprocess
import sys

from staging import ListenerRow, Stage, read_counters

LIMIT = 1


def inner():
    """Runs in the other namespace: overflows, tells, and stays until its input ends."""
    sys.stdout = sys.stderr
    with Stage("(the other namespace)") as stage:
        server = stage.full(LIMIT)
        stage.wire.half_open(7)
        sys.__stdout__.write("%d\n" % ListenerRow(server).drop_events)
        sys.__stdout__.flush()
        sys.stdin.read()


def outer():
    with Stage("counters are of one network namespace") as stage:
        server = stage.listener(LIMIT)
        with stage.step("7 SYNs dropped in another namespace", server, depth=0, limit=LIMIT):
            other = subprocess.Popen(["unshare", "-n", sys.executable, "-B", sys.argv[0], "inner"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            drop_events = int(other.stdout.readline())
            theirs = read_counters(other.pid)
        overflows = theirs["ListenOverflows"]
        stage.check("over there: ListenOverflows %d, drop events %d; read here in /proc/PID/net/netstat"
                    % (overflows, drop_events), (overflows, drop_events) == (7, 7))
        other.communicate()


inner() if sys.argv[1:] == ["inner"] else outer()
