#!/usr/bin/env python3
"""Counts the UDP datagrams that this machine (or network namespace) sends through each of the interfaces named as arguments.

Prints {"event": "ready"}, and for each line on stdin {"event": "counted", "sent": {interface: datagrams}}; ends with stdin.
"""

import selectors
import socket
import sys

from peer_events import say

ETH_P_ALL = 3
ETH_P_IP = 0x0800
PACKET_OUTGOING = 4
UDP = 17


def main():
    selector = selectors.DefaultSelector()
    sent = {}
    sockets = {}
    for interface in sys.argv[1:]:
        listener = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        listener.bind((interface, ETH_P_ALL))
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, interface)
        sent[interface] = 0
        sockets[interface] = listener
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    say(event="ready")
    while True:
        for key, _ in selector.select():
            if key.data is not None:
                count(key.fileobj, key.data, sent)
            elif sys.stdin.readline() == "":
                return
            else:
                for interface, listener in sockets.items():
                    count(listener, interface, sent)
                say(event="counted", sent=dict(sent))


def count(listener, interface, sent):
    try:
        while True:
            data, (_, protocol, kind, *_) = listener.recvfrom(65536)
            if protocol == ETH_P_IP and kind == PACKET_OUTGOING and len(data) > 9 and data[9] == UDP:
                sent[interface] += 1
    except BlockingIOError:
        return


if __name__ == "__main__":
    main()
