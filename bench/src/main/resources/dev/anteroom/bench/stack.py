"""Answers as another TCP stack does whose listen queue is full: stack.py macos|windows PORT PLACES.

So many connections are served; of the others macOS resets the final ACK, Windows the SYN. The kernel of this host is
kept out by a firewall rule and sees none of it. For a private host only.
"""

import socket
import struct
import sys

kind, port, places = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"
HOPS = 128 if kind == "windows" else 64
device = next(name for _, name in socket.if_nameindex() if name != "lo")
wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
wire.bind((device, 0x0800))
served, refused = set(), set()
print("listening", flush=True)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def options(stamp):
    if kind == "windows":
        return struct.pack("!BBHBBBBBBBB", 2, 4, 1460, 1, 3, 3, 8, 1, 1, 4, 2)
    return struct.pack("!BBHBBBBBBBBIIBBBB", 2, 4, 1460, 1, 3, 3, 6, 1, 1, 8, 10, 1, stamp, 4, 2, 0, 0)


def send(to, peer, flags, seq, ack, extra=b"", data=b""):
    tcp = struct.pack("!HHIIBBHHH", port, peer, seq, ack, (20 + len(extra)) // 4 << 4, flags, 65535, 0, 0) + extra + data
    pseudo = here + to + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, HOPS, 6, 0, here, to)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    wire.sendto(ip + tcp, (device, 0x0800))


def stamp_of(tcp, end):
    at = 20
    while at < end and tcp[at] != 0:
        if tcp[at] == 8:
            return struct.unpack("!I", tcp[at + 2 : at + 6])[0]
        at += 1 if tcp[at] == 1 else tcp[at + 1]
    return 0


while True:
    try:
        packet, address = wire.recvfrom(65536)
    except OSError:
        break  # the link is gone
    tcp = packet[(packet[0] & 15) * 4 : struct.unpack("!H", packet[2:4])[0]]
    if address[2] == socket.PACKET_OUTGOING or packet[9] != 6 or struct.unpack("!H", tcp[2:4])[0] != port:
        continue
    client, here = packet[12:16], packet[16:20]
    peer, _, seq, ack, offset, flags = struct.unpack("!HHIIBB", tcp[:14])
    offset = (offset >> 4) * 4
    data = tcp[offset:]
    who = (client, peer)
    after = seq + len(data) + (1 if flags & (SYN | FIN) else 0) & 0xFFFFFFFF
    if flags & RST:
        continue
    if flags & SYN:
        if who not in served and len(served) >= places:
            refused.add(who)
        else:
            served.add(who)
        if kind == "windows" and who in refused:
            send(client, peer, RST | ACK, 0, after)
        else:
            send(client, peer, SYN | ACK, 1000, after, options(stamp_of(tcp, offset)))
    elif who in refused:
        send(client, peer, RST, ack, 0)
    elif data:
        send(client, peer, PSH | ACK, ack, after, b"", ANSWER)
    elif flags & FIN:
        send(client, peer, FIN | ACK, ack, after)
