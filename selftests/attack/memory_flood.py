#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Connections that make a gateway hold as much memory as they can: nothing of their
content is acknowledged, and its lines are as short as lines can be.

    memory_flood.py open NAMESPACE CLIENT SERVER PORT COUNT
    memory_flood.py reset NAMESPACE CLIENT SERVER PORT COUNT
    memory_flood.py idle NAMESPACE CLIENT SERVER PORT COUNT

Of "idle" connections all is acknowledged. This program plays both ends with raw
packets, the server's in the named network namespace, or in its own if the name is
"-". The kernels of both ends must not see the packets.
"""

import os
import socket
import struct
import sys

import netns

SYN, RST, ACK = 2, 4, 16
FIRST_PORT = 10000
# Records of it take more than 8 kB, so the memory grows to 16 kB.
CONTENT = b"\r\na\r\n" * 4096


class End:
    """One end of all connections."""

    def __init__(self, address, peer):
        self.addresses = socket.inet_aton(address) + socket.inet_aton(peer)
        self.peer = peer
        self.raw = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                                 socket.IPPROTO_RAW)

    def send(self, ports, seq, ack, flags, payload=b""):
        """The gateway's conntrack does not look at checksums."""
        tcp = struct.pack("!HHIIBBHHH", *ports, seq, ack, 5 << 4, flags,
                          65535, 0, 0)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64,
                         socket.IPPROTO_TCP, 0) + self.addresses
        self.raw.sendto(ip + tcp + payload, (self.peer, 0))


def flood(client, server, port, count):
    """The server says what it must for content to begin, and nothing then."""
    for sport in range(FIRST_PORT, FIRST_PORT + count):
        there, back = (sport, port), (port, sport)
        client.send(there, 0, 0, SYN)
        server.send(back, 0, 1, SYN | ACK)
        server.send(back, 1, 1, ACK, b"220 x\r\n")
        client.send(there, 1, 8, ACK, b"DATA\r\n")
        server.send(back, 8, 7, ACK, b"354 x\r\n")
        client.send(there, 7, 15, ACK, CONTENT)


def idle(client, server, port, count):
    """A greeting and a command, and nothing then."""
    for sport in range(FIRST_PORT, FIRST_PORT + count):
        there, back = (sport, port), (port, sport)
        client.send(there, 0, 0, SYN)
        server.send(back, 0, 1, SYN | ACK)
        server.send(back, 1, 1, ACK, b"220 x\r\n")
        client.send(there, 1, 8, ACK, b"NOOP\r\n")
        server.send(back, 8, 7, ACK)


def reset(client, port, count):
    """The client gives up: the number is the one that the server awaits."""
    for sport in range(FIRST_PORT, FIRST_PORT + count):
        client.send((sport, port), 7, 0, RST)


def main():
    """Play."""
    what, namespace, client, server = sys.argv[1:5]
    port, count = int(sys.argv[5]), int(sys.argv[6])
    client_end = End(client, server)
    if namespace != "-":
        netns.enter(namespace)
    server_end = End(server, client)
    if what == "open":
        flood(client_end, server_end, port, count)
    elif what == "idle":
        idle(client_end, server_end, port, count)
    else:
        reset(client_end, port, count)


main()
