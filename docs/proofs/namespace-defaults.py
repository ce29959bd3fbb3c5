"""Popular mistake: a container has the settings of its host."""

import subprocess

from staging import Stage, read_setting, write_setting

TUNED = {
    "net/core/somaxconn": 33333,
    "net/ipv4/tcp_syncookies": 0,
    "net/ipv4/tcp_max_syn_backlog": 77,
    "net/ipv4/tcp_abort_on_overflow": 1,
    "net/ipv4/tcp_synack_retries": 2,
}

with Stage("a new network namespace starts with the kernel's defaults") as stage:
    for name, value in TUNED.items():
        write_setting(name, value)
    files = ["/proc/sys/" + name for name in TUNED]
    new = subprocess.run(["unshare", "-n", "cat"] + files, check=True, stdout=subprocess.PIPE, text=True)
    for name, fresh in zip(TUNED, new.stdout.split()):
        stage.check("%s: here %s, in a namespace made from here %s" % (name, read_setting(name), fresh),
                    int(fresh) != TUNED[name])
