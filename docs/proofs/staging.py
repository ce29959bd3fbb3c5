"""What every proof needs: a fresh network namespace with pinned settings, a listener, clients made of hand-made
packets on a TUN device, and steps that compare what the kernel counted with what the claim says.

Handshakes over loopback finish inside connect(2), so half-open ones are staged on the TUN device: its clients are
only addresses and numbers, they send nothing that a proof did not ask for and they never answer by themselves.
Addresses are of 198.18.0.0/15 (RFC 2544). Nothing outlives the process: sockets, device and namespace go with it.
"""

import contextlib
import fcntl
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import time

SETTINGS = {
    "net/core/somaxconn": 4096,
    "net/ipv4/tcp_syncookies": 1,
    "net/ipv4/tcp_max_syn_backlog": 2048,
    "net/ipv4/tcp_abort_on_overflow": 0,
    "net/ipv4/tcp_synack_retries": 5,
    "net/ipv4/tcp_syn_retries": 6,
    "net/ipv4/tcp_syn_linear_timeouts": 4,
    "net/ipv4/tcp_invalid_ratelimit": 500,
    "net/ipv4/tcp_fastopen": 1,
    "net/ipv4/tcp_migrate_req": 0,
    "net/ipv4/icmp_echo_ignore_all": 0,
    "net/ipv4/conf/all/rp_filter": 0,
    "net/ipv4/conf/default/rp_filter": 0,
    "net/ipv6/conf/default/disable_ipv6": 1,
}
ABSENT_IN_OLDER_KERNELS = {
    "net/ipv4/tcp_syn_linear_timeouts",
    "net/ipv4/tcp_migrate_req",
    "net/ipv6/conf/default/disable_ipv6",
}

# The counters of Counter.java. Those of timers move with time too, so a proof asks for "at least".
COUNTERS = {
    "TcpExt": [
        "ListenOverflows", "ListenDrops", "TCPReqQFullDrop", "TCPReqQFullDoCookies", "SyncookiesSent",
        "SyncookiesRecv", "SyncookiesFailed", "EmbryonicRsts", "TCPTimeouts", "TCPSynRetrans",
        "TCPDeferAcceptDrop", "TCPFastOpenListenOverflow", "TCPMigrateReqSuccess", "TCPMigrateReqFailure",
    ],
    "Tcp": ["PassiveOpens", "AttemptFails", "EstabResets", "OutRsts"],
}
TIMER_COUNTERS = {"TCPTimeouts", "TCPSynRetrans"}

WHOLE_PROOF_SECONDS = 60
EVENT_SECONDS = 10

SERVER = "198.18.0.1"
CLIENT = "198.18.0.2"
NETMASK = "255.254.0.0"
PORT = 8000

SYN, RST, ACK = 0x02, 0x04, 0x10


def write_setting(name, value):
    """Without truncation, so that pinning leaves no modification time (see somaxconn-time)."""
    descriptor = os.open("/proc/sys/" + name, os.O_WRONLY)
    try:
        os.write(descriptor, str(value).encode())
    finally:
        os.close(descriptor)


def read_setting(name):
    with open("/proc/sys/" + name) as setting:
        return setting.read().strip()


def read_counters(process="thread-self"):
    """The counters of the namespace that a process lives in; those that this kernel does not have are left out."""
    values = {}
    for file, group in (("netstat", "TcpExt"), ("snmp", "Tcp")):
        with open("/proc/%s/net/%s" % (process, file)) as table:
            rows = [row.split() for row in table if row.startswith(group + ":")]
        found = dict(zip(rows[0][1:], map(int, rows[1][1:])))
        values.update((name, found[name]) for name in COUNTERS[group] if name in found)
    return values


def moved(before, after):
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def wait_until(condition, seconds=EVENT_SECONDS):
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


class ListenerRow:
    """The row of one listening socket in `ss -ltnm`."""

    def __init__(self, listener):
        inode = os.fstat(listener.fileno()).st_ino
        table = subprocess.run(["ss", "-ltnmeH"], check=True, stdout=subprocess.PIPE, text=True).stdout
        row = next(row for row in re.split(r"\n(?=\S)", table) if re.search(r"\bino:%d\b" % inode, row))
        self.depth, self.limit = map(int, row.split()[1:3])
        self.drop_events = int(re.search(r"skmem:\(.*,d(\d+)\)", row).group(1))


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF


def ip_packet(protocol, payload):
    addresses = socket.inet_aton(CLIENT) + socket.inet_aton(SERVER)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0) + addresses
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


class Wire:
    """A TUN device: what is written arrives at the kernel as if from a network, what the kernel sends is read."""

    TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000

    def __init__(self):
        self.device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        request = struct.pack("16sH22x", b"proof", self.IFF_TUN | self.IFF_NO_PI)
        fcntl.ioctl(self.device, self.TUNSETIFF, request)
        interface_up("proof", SERVER, NETMASK)
        self.clients = {}
        self.pings = 0
        self.pong = 0

    def client(self):
        return Client(self, 20000 + len(self.clients))

    def connect(self, count):
        """Clients that do the whole handshake as far as the server lets them."""
        clients = self.half_open(count)
        for client in clients:
            if client.answered():
                client.ack()
        self.settle()
        return clients

    def half_open(self, count):
        """Clients that send a SYN and leave the answer alone."""
        clients = [self.client() for _ in range(count)]
        for client in clients:
            client.syn()
        self.settle()
        return clients

    def settle(self):
        """Returns when the kernel has handled all that was sent: a ping went after it and came back. Counts nothing
        in TCP."""
        self.pings += 1
        self.send_icmp(8, 0, struct.pack("!HH", 7, self.pings))
        deadline = time.monotonic() + EVENT_SECONDS
        while self.pong < self.pings:
            ready, _, _ = select.select([self.device], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the kernel did not answer a ping")
            self.receive(os.read(self.device, 65536))

    def send_icmp(self, kind, code, body):
        checked = checksum(struct.pack("!BBH", kind, code, 0) + body)
        os.write(self.device, ip_packet(socket.IPPROTO_ICMP, struct.pack("!BBH", kind, code, checked) + body))

    def receive(self, packet):
        if packet[0] != 0x45:
            return
        payload = packet[20:]
        if packet[9] == socket.IPPROTO_ICMP and payload[0] == 0:
            self.pong = struct.unpack("!H", payload[6:8])[0]
        elif packet[9] == socket.IPPROTO_TCP:
            port, sequence, acknowledged = struct.unpack("!2xHII", payload[:12])
            self.clients[port].replies.append((payload[13], sequence, acknowledged))


class Client:
    """One hand-made client: a port and two sequence numbers."""

    def __init__(self, wire, port):
        self.wire = wire
        self.port = port
        self.sequence = 1000 * port
        self.replies = []
        wire.clients[port] = self

    def syn(self, data=b""):
        self.send(SYN, self.sequence, 0, options=struct.pack("!BBH", 2, 4, 1460), data=data)

    def ack(self, data=b""):
        """The last step of the handshake; with data, the first request too."""
        self.send(ACK, self.sequence + 1, self.server_sequence() + 1, data=data)

    def wrong_ack(self):
        self.send(ACK, self.sequence + 1, self.server_sequence() + 77777)

    def unreachable(self):
        """A router says that the server's SYN-ACK does not reach this client."""
        segment = struct.pack("!HHI", PORT, self.port, self.server_sequence())
        quoted = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0x4000, 64, socket.IPPROTO_TCP, 0)
        quoted += socket.inet_aton(SERVER) + socket.inet_aton(CLIENT) + segment
        self.wire.send_icmp(3, 1, b"\0\0\0\0" + quoted)

    def reset(self):
        self.send(RST, self.sequence + 1, 0)

    def answered(self):
        return any(flags & (SYN | RST) == SYN for flags, _, _ in self.replies)

    def was_reset(self):
        return any(flags & RST for flags, _, _ in self.replies)

    def server_sequence(self):
        return next(sequence for flags, sequence, _ in self.replies if flags & SYN)

    def send(self, flags, sequence, acknowledged, options=b"", data=b""):
        length = 20 + len(options)
        header = struct.pack("!HHIIBBHHH", self.port, PORT, sequence, acknowledged & 0xFFFFFFFF,
                             length // 4 << 4, flags, 64240, 0, 0) + options + data
        pseudo = socket.inet_aton(CLIENT) + socket.inet_aton(SERVER) + struct.pack("!HH", 6, len(header))
        segment = header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:]
        os.write(self.wire.device, ip_packet(socket.IPPROTO_TCP, segment))


def interface_up(name, address=None, netmask=None):
    SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, IFF_UP = 0x8914, 0x8916, 0x891C, 0x1

    def set_address(request, value):
        packed = struct.pack("16sH2x4s8x", name.encode(), socket.AF_INET, socket.inet_aton(value))
        fcntl.ioctl(control, request, packed)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        if address:
            set_address(SIOCSIFADDR, address)
            set_address(SIOCSIFNETMASK, netmask)
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), IFF_UP))


def fresh_namespace():
    """Only a loopback device, still down: nobody but us lives here."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = fcntl.ioctl(control, 0x8913, struct.pack("16sH22x", b"lo", 0))
    return [name for _, name in socket.if_nameindex()] == ["lo"] and not struct.unpack("16xH22x", flags)[0] & 1


class Stage:
    """One proof. Use it as a context manager: leaving it prints the verdict and ends the program with it."""

    def __init__(self, claim, **settings):
        if not fresh_namespace():
            sys.exit("This needs a network namespace of its own: docs/proofs/run " + program())
        signal.alarm(WHOLE_PROOF_SECONDS)
        print("%s: %s" % (program(), claim))
        for name, value in SETTINGS.items():
            if name not in ABSENT_IN_OLDER_KERNELS or os.path.exists("/proc/sys/" + name):
                write_setting(name, value)
        for name, value in settings.items():
            write_setting("net/ipv4/" + name, value)
        interface_up("lo")
        self.failures = 0
        self._wire = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            return False
        print("  holds" if not self.failures else "  DOES NOT HOLD on this kernel: %d checks" % self.failures)
        sys.stdout.flush()
        sys.exit(1 if self.failures else 0)

    @property
    def wire(self):
        if self._wire is None:
            self._wire = Wire()
        return self._wire

    def listener(self, backlog, reuse_port=False, port=PORT):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0", port))
        listener.listen(backlog)
        return listener

    def callers(self, count):
        """Real clients over loopback, connecting without waiting. The kernel repeats their SYNs."""
        callers = []
        for _ in range(count):
            caller = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", PORT))
            callers.append(caller)
        return callers

    def full(self, backlog):
        """A listener whose accept queue is full, and never emptied."""
        listener = self.listener(backlog)
        self.wire.connect(backlog + 1)
        return listener

    @contextlib.contextmanager
    def step(self, staged, listener, depth, limit, drop_events=0, **counters):
        """Runs its body, then waits for the counters named; all others of COUNTERS must not move, but for timers."""
        counters_before, row_before = read_counters(), ListenerRow(listener)
        yield
        if self._wire:
            self._wire.settle()

        def observed():
            now, row = moved(counters_before, read_counters()), ListenerRow(listener)
            same = all(now.get(name, 0) == counters.get(name, 0) for name in counters_before
                       if name not in TIMER_COUNTERS)
            timers = all(now.get(name, 0) >= counters.get(name, 0) for name in TIMER_COUNTERS)
            shown = (row.depth, row.limit, row.drop_events - row_before.drop_events)
            return now, shown, same and timers and shown == (depth, limit, drop_events)

        wait_until(lambda: observed()[2])
        now, shown, good = observed()
        print("  staged    " + staged)
        print("  moved     " + counted(now))
        print("  listener  Recv-Q %d  Send-Q %d  drop events +%d" % shown)
        if not good:
            self.failures += 1
            print("  EXPECTED  %s; Recv-Q %d  Send-Q %d  drop events +%d"
                  % (counted(counters), depth, limit, drop_events))

    def check(self, statement, true):
        print("  %s    %s" % ("seen  " if true else "UNSEEN", statement))
        if not true:
            self.failures += 1


def counted(counters):
    return "  ".join("%s +%d" % counter for counter in counters.items() if counter[1]) or "nothing"


def program():
    return os.path.basename(sys.argv[0]).replace(".py", "")


def connected(callers):
    """Those whose connect has succeeded."""
    _, writable, _ = select.select([], callers, [], 0)
    return [caller for caller in writable if caller.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0]
