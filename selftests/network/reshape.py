#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A network that gives packets another shape, and leaves the stream alone.

    reshape.py TUN DEVICE MAC

What is routed to the interface TUN goes out at DEVICE, to MAC. Each connection
has a shape of its own, one after the other of

    fragments   in three fragments, the last of them first
    options     IPv4 with options

or, over IPv6,

    fragments   the same
    hop         with hop-by-hop options
    dest        with destination options
    routing     with a routing header that is used up
    all         with all of these, in fragments
"""

import fcntl
import os
import socket
import struct
import sys

TUNSETIFF = 0x400454ca
IFF_TUN, IFF_NO_PI = 1, 0x1000
ETHERTYPE = {4: 0x0800, 6: 0x86dd}
SHAPES = {4: ("fragments", "options"),
          6: ("fragments", "hop", "dest", "routing", "all")}

HOP, ROUTING, FRAGMENT, DEST = 0, 43, 44, 60
PADDING = bytes((1, 4, 0, 0, 0, 0))     # PadN, to the end of eight octets
RECORD_ROUTE = bytes((7, 7, 4, 0, 0, 0, 0, 0))


def checksum(octets):
    """Of an IPv4 header, whose field is zero."""
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


class Ipv4:
    """A packet: a header, options included, and what it carries."""

    def __init__(self, octets):
        length = (octets[0] & 15) * 4
        self.head, self.data = octets[:length], octets[length:]

    def octets(self, data=None, offset=0, more=False, ident=0):
        """It, or a fragment."""
        data = self.data if data is None else data
        head = bytearray(self.head)
        head[0] = 0x40 | len(head) // 4
        struct.pack_into("!HHH", head, 2, len(head) + len(data), ident,
                         offset // 8 | more << 13)
        struct.pack_into("!H", head, 10, 0)
        struct.pack_into("!H", head, 10, checksum(head))
        return bytes(head) + data

    def add(self, shape):
        """Options."""
        if shape == "options" and len(self.head) == 20:
            self.head += RECORD_ROUTE


class Ipv6:
    """The same, with the headers that do not go into fragments."""

    def __init__(self, octets):
        self.head, self.chain, self.data = octets[:40], [], octets[40:]

    def octets(self, data=None, offset=0, more=False, ident=None):
        """It, or a fragment."""
        data = self.data if data is None else data
        chain = list(self.chain)
        if ident is not None:
            chain.append((FRAGMENT, struct.pack("!BHI", 0, offset | more,
                                                ident)))
        kinds = [kind for kind, _ in chain] + [self.head[6]]
        headers = b"".join(bytes((after,)) + header for after, (_, header)
                           in zip(kinds[1:], chain))
        return (self.head[:4] + struct.pack("!HB", len(headers) + len(data),
                                            kinds[0]) +
                self.head[7:] + headers + data)

    def add(self, shape):
        """Extension headers, each of eight octets but for the routing header."""
        route = bytes((2, 0, 0, 0, 0, 0, 0)) + self.head[24:40]
        for kind, header, name in ((HOP, b"\0" + PADDING, "hop"),
                                   (DEST, b"\0" + PADDING, "dest"),
                                   (ROUTING, route, "routing")):
            if shape in (name, "all"):
                self.chain.append((kind, header))


def fragments(packet, ident):
    """The first one ends with the TCP header, or few octets behind it."""
    first = ((packet.data[12] >> 4) * 4 + 7) // 8 * 8
    second = first + max((len(packet.data) - first) // 16 * 8, 8)
    cuts = [0] + [cut for cut in (first, second) if cut < len(packet.data)]
    for at, end in reversed(list(zip(cuts, cuts[1:] + [len(packet.data)]))):
        yield packet.octets(packet.data[at:end], at, end < len(packet.data),
                            ident)


def reshape(packet, shape, ident):
    """The packets that one becomes."""
    packet.add(shape)
    if shape in ("fragments", "all"):
        return fragments(packet, ident)
    return [packet.octets()]


def main():
    """Without an end."""
    tun, device, mac = sys.argv[1:]
    mac = bytes.fromhex(mac.replace(":", ""))
    source = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(source, TUNSETIFF, struct.pack("16sH22x", tun.encode(),
                                               IFF_TUN | IFF_NO_PI))
    out = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
    shapes = {4: {}, 6: {}}
    ident = 0
    while True:
        octets = os.read(source, 65536)
        version = octets[0] >> 4
        packet = Ipv4(octets) if version == 4 else Ipv6(octets)
        if octets[9 if version == 4 else 6] != socket.IPPROTO_TCP:
            continue
        seen = shapes[version]
        shape = seen.setdefault(packet.data[:4],
                                SHAPES[version][len(seen) %
                                                len(SHAPES[version])])
        ident = (ident + 1) & 0xffff
        for part in reshape(packet, shape, ident):
            out.sendto(part, (device, ETHERTYPE[version], 0, 0, mac))


main()
