#!/usr/bin/env python3
"""A cable between two network interfaces of this namespace that loses packets: for tests of bad links.

It hands each Ethernet frame from one interface to the other but for a share of the IPv4 datagrams, and says {"event": "ready"}. A line
`loss 0.05` on its standard input sets the share; it ends with its standard input. Made here because not every kernel has netem.
"""

import random
import selectors
import socket
import struct
import sys

from peer_events import say

FRAME_BYTES_MAX = 65_600
ALL_PROTOCOLS = 0x0003
IPV4 = 0x0800
UDP = 17
ETHERNET_BYTES = 14
SENT_BY_US = 4  # PACKET_OUTGOING


def without_udp_checksum(frame):
    """The sender's kernel leaves the checksum to a network card that is not there; 0 means none (RFC 768)."""
    ip = ETHERNET_BYTES
    header_bytes = (frame[ip] & 0x0F) * 4
    offset = struct.unpack_from("!H", frame, ip + 6)[0] & 0x1FFF
    if frame[ip + 9] == UDP and offset == 0 and len(frame) >= ip + header_bytes + 8:
        struct.pack_into("!H", frame, ip + header_bytes + 6, 0)


def open_interface(name):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024 * 1024)
    end.bind((name, 0))
    end.setblocking(False)
    return end


def main():
    chance = random.Random(1)
    loss = 0.0
    left, right = open_interface(sys.argv[1]), open_interface(sys.argv[2])
    selector = selectors.DefaultSelector()
    selector.register(left, selectors.EVENT_READ, right)
    selector.register(right, selectors.EVENT_READ, left)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    say(event="ready")
    while True:
        for key, _ in selector.select():
            if key.data is None:
                line = sys.stdin.readline()
                if line == "":
                    return
                loss = float(line.split()[1])
                say(event="loss is set")
                continue
            try:
                data, address = key.fileobj.recvfrom(FRAME_BYTES_MAX)
            except OSError:
                continue  # The other end is down.
            if address[2] == SENT_BY_US or len(data) < ETHERNET_BYTES:
                continue
            frame = bytearray(data)
            if struct.unpack_from("!H", frame, 12)[0] == IPV4:
                if chance.random() < loss:
                    continue
                without_udp_checksum(frame)
            try:
                key.data.send(frame)
            except OSError:
                pass


if __name__ == "__main__":
    main()
