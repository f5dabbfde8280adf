#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
An SMTP client that does what the script on standard input says, and prints
every line it receives. smtp_script.py describes the statements. The status is
0 when everything happened as the script says.
"""

import argparse
import socket
import sys

from smtp_script import Dialogue, unescape


def connect_multipath(args):
    """Multipath TCP, if the other end has it, too."""
    family = socket.getaddrinfo(args.host, args.port)[0][0]
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_MPTCP)
    sock.settimeout(args.timeout)
    sock.connect((args.host, args.port))
    return sock


def connect(args):
    if args.multipath:
        return connect_multipath(args)
    if args.syn_data is None:
        return socket.create_connection((args.host, args.port), args.timeout,
                                        (args.source, args.source_port))
    # TCP Fast Open: a SYN that carries data.
    family = socket.getaddrinfo(args.host, args.port)[0][0]
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.sendto(unescape(args.syn_data), socket.MSG_FASTOPEN,
                (args.host, args.port))
    return sock


def main(argv, script):
    parser = argparse.ArgumentParser(description="scripted SMTP client")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--timeout", type=float, default=120,
                        help="seconds to wait for anything")
    parser.add_argument("--source", default="",
                        help="address to connect from")
    parser.add_argument("--source-port", type=int, default=0,
                        help="port to connect from")
    parser.add_argument("--events", default=".", help="directory of events")
    parser.add_argument("--syn-data", help="BYTES to send on the SYN")
    parser.add_argument("--multipath", action="store_true",
                        help="offer Multipath TCP")
    args = parser.parse_args(argv)
    try:
        sock = connect(args)
    except OSError as why:
        print("# connect: %s" % why, file=sys.stderr)
        return 1
    dialogue = Dialogue(sock, args.timeout, args.events, out=sys.stdout)
    return 0 if dialogue.run(script) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin))
