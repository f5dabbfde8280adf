#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
An SMTP server that does what a script says, on every connection it gets, IPv4
and IPv6. smtp_script.py describes the statements. The octets received on the
first connection are kept in LOG.1, those of the second in LOG.2, and so on;
LOG.N.end appears when the script came to its end, and holds "ok" if everything
happened as it says.
"""

import argparse
import socket
import sys
import threading

from smtp_script import Dialogue, Failure


def serve(sock, number, args, script):
    with open("%s.%d" % (args.log, number), "wb") as log:
        dialogue = Dialogue(sock, args.timeout, args.events, log=log)
        good = dialogue.run(script)
        # What comes after the script is of interest, too.
        if good and sock.fileno() >= 0:
            try:
                sock.shutdown(socket.SHUT_WR)
                dialogue.drain()
            except (OSError, Failure):
                pass
    with open("%s.%d.end" % (args.log, number), "w") as end:
        print("ok" if good else "not ok", file=end)
    sock.close()


def listen_multipath(args):
    """Multipath TCP, for clients that have it, too."""
    sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM,
                         socket.IPPROTO_MPTCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", args.port))
    sock.listen(128)
    return sock


def listen(args):
    if args.multipath:
        return listen_multipath(args)
    sock = socket.create_server(("::", args.port), family=socket.AF_INET6,
                                dualstack_ipv6=True, backlog=128)
    if args.fastopen:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
    return sock


def main(argv, ready):
    """Call ready() when clients may come."""
    parser = argparse.ArgumentParser(description="scripted SMTP server")
    parser.add_argument("port", type=int)
    parser.add_argument("script", help="file of statements")
    parser.add_argument("log", help="where to keep what is received")
    parser.add_argument("--timeout", type=float, default=120,
                        help="seconds to wait for anything")
    parser.add_argument("--events", default=".", help="directory of events")
    parser.add_argument("--fastopen", action="store_true",
                        help="take data on a SYN")
    parser.add_argument("--multipath", action="store_true",
                        help="take Multipath TCP")
    args = parser.parse_args(argv)
    with open(args.script) as script:
        script = script.readlines()
    server = listen(args)
    ready()
    number = 0
    while True:
        sock, _ = server.accept()
        number += 1
        threading.Thread(target=serve, daemon=True,
                         args=(sock, number, args, script)).start()


if __name__ == "__main__":
    main(sys.argv[1:], lambda: None)
