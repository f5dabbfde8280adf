#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Let an interface make and take IPv4 packets of more than 64 kB, which the ip(8)
of Debian 12 cannot say:

    link_max_size.py INTERFACE OCTETS

The status is 4 where the kernel knows nothing of it (before Linux 6.3).
"""

import socket
import struct
import sys

RTM_NEWLINK, RTM_GETLINK, NLMSG_ERROR = 16, 18, 2
NLM_F_REQUEST, NLM_F_ACK = 1, 4
IFLA_GSO_IPV4_MAX_SIZE, IFLA_GRO_IPV4_MAX_SIZE = 63, 64
NETLINK_ROUTE = 0
HEADER = 16 + 16            # of the message, and of the interface


def ask(sock, what, flags, index, attributes=b""):
    """A request about an interface, and the first message of the answer."""
    sock.send(struct.pack("=IHHII", HEADER + len(attributes), what,
                          NLM_F_REQUEST | flags, 1, 0) +
              struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, 0, 0) +
              attributes)
    answer = sock.recv(65536)
    if struct.unpack_from("=H", answer, 4)[0] == NLMSG_ERROR:
        error = -struct.unpack_from("=i", answer, 16)[0]
        if error:
            raise OSError(error, "netlink")
    return answer


def attributes_of(answer):
    """Numbers and values of the interface's attributes."""
    at = HEADER
    while at + 4 <= len(answer):
        size, kind = struct.unpack_from("=HH", answer, at)
        yield kind, answer[at + 4:at + size]
        at += (size + 3) & ~3


def main():
    """See the top."""
    index, octets = socket.if_nametoindex(sys.argv[1]), int(sys.argv[2])
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
    ask(sock, RTM_NEWLINK, NLM_F_ACK, index, b"".join(
        struct.pack("=HHI", 8, kind, octets)
        for kind in (IFLA_GSO_IPV4_MAX_SIZE, IFLA_GRO_IPV4_MAX_SIZE)))
    known = dict(attributes_of(ask(sock, RTM_GETLINK, 0, index)))
    return 0 if IFLA_GSO_IPV4_MAX_SIZE in known else 4


sys.exit(main())
