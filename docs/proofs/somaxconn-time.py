"""Not a mistake but a trace: when somaxconn was last set."""

import os
import subprocess
import time

from staging import Stage, read_setting, wait_until

FILE = "/proc/sys/net/core/somaxconn"
CLOCK_REALTIME_COARSE = 5


def trace():
    """The modification time, if it is later than the access time."""
    status = os.stat(FILE)
    return status.st_mtime_ns if status.st_mtime_ns > status.st_atime_ns else None


def shell(command):
    """When a command began and ended. The kernel stamps files by its coarse clock, a tick behind at most."""
    began = time.clock_gettime_ns(CLOCK_REALTIME_COARSE)
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return began, time.time_ns()


def set_first(value):
    """Whether a truncating write left a trace in a new namespace, where nobody had looked at the file before."""
    command = "echo %d > %s; stat -c '%%x/%%y' %s" % (value, FILE, FILE)
    times = subprocess.run(["unshare", "-n", "sh", "-c", command], check=True, stdout=subprocess.PIPE, text=True)
    accessed, modified = times.stdout.strip().split("/")
    return modified > accessed


with Stage("the modification time of somaxconn's file tells when a truncating write last set it") as stage:
    stage.check("never set: no trace", trace() is None)
    wait_until(lambda: time.clock_gettime_ns(CLOCK_REALTIME_COARSE) > os.stat(FILE).st_atime_ns)
    shell("cat " + FILE)
    stage.check("read: no trace", trace() is None)
    shell("echo 1001 | dd of=%s conv=notrunc" % FILE)
    stage.check("set to %s without truncation: no trace" % read_setting("net/core/somaxconn"),
                trace() is None and read_setting("net/core/somaxconn") == "1001")
    for command in ("echo 1002 > " + FILE, "sysctl -w net.core.somaxconn=1003"):
        began, ended = shell(command)
        told = trace()
        stage.check("%s: told, to the moment" % command.replace(FILE, "FILE"),
                    told is not None and began <= told <= ended)
    shell("echo 1004 | dd of=%s conv=notrunc" % FILE)
    stage.check("set to %s without truncation: the older time stays" % read_setting("net/core/somaxconn"),
                trace() == told and read_setting("net/core/somaxconn") == "1004")
    began, ended = shell("unshare --mount --pid --fork --mount-proc sh -c 'echo 1005 > %s'" % FILE)
    stage.check("set to %s through another mount of /proc: the older time stays"
                % read_setting("net/core/somaxconn"),
                trace() == told and read_setting("net/core/somaxconn") == "1005")
    traces = sum(set_first(2000 + attempt) for attempt in range(10))
    stage.check("set by the first who touches the file, in 10 new namespaces: %d traces" % traces, traces < 10)
