#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A mail through the guard, and denied commands before it.

    guarded_mail.py [-n COUNT] [-s SIZE] [-p PORT] WANTED SERVER_PORT HOST...

On each of COUNT connections to each HOST, all at once, the greeting must be
masked. Then come bursts of commands, of which every second one is denied and
must be answered by the guard, and a mail of about SIZE octets. WANTED gets the
lines that "mail_load.py receive" must write about it. PORT is that of the
client's side.

When all replies are as they should be, the status is 0, and printed is how many
connections, commands, denied commands and mails must have been counted.
"""

import getopt
import hashlib
import re
import socket
import sys
import threading

DENIED = b"VRFY root\r\n"
BURSTS = 3
PAIRS = 5       # of a permitted and a denied command, in a burst
OTHERS = 5      # commands, all permitted


def make_content(number, size):
    """Lines that are no command and no end, though they look like it."""
    lines = [b"Subject: %d\r\n" % number, b"\r\n", DENIED, b"250 ok\r\n"]
    lines += [b"." * (i % 3 * 2) + b"%066d\r\n" % i for i in range(size // 70)]
    return b"".join(lines) + b".\r\n"


class Client:
    """One connection."""

    def __init__(self, address, port):
        self.sock = socket.create_connection(address, 60,
                                             port and ("", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.sock.makefile("rb")

    def expect(self, pattern):
        """The reply must be like that."""
        line = self.stream.readline()
        if not re.fullmatch(pattern + rb"\r\n", line):
            raise ConnectionError("wanted %r, got %r" % (pattern, line))

    def say(self, octets, *patterns):
        """What is said, and the replies to it."""
        self.sock.sendall(octets)
        for pattern in patterns:
            self.expect(pattern)

    def talk(self, content):
        """The whole dialogue."""
        self.expect(rb"220 [*20]+")
        for _ in range(BURSTS):
            self.say((b"NOOP\r\n" + DENIED) * PAIRS,
                     *[b"250 ok", b"500 Co"] * PAIRS)
        self.say(b"HELO c\r\n", b"250 ok")
        self.say(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
                 b"250 ok", b"250 ok", b"354 go")
        self.say(content, b"250 ok")
        self.say(b"QUIT\r\n", b"221 bye")


def run(number, options, address, wanted, failed):
    """One of the clients."""
    content = make_content(number, int(options.get("-s", 100000)))
    masked = b"X" * (len(DENIED) - 2) + b"\r\n"
    wanted.extend(["unexpected: %r\n" % masked] * (BURSTS * PAIRS))
    wanted.append(hashlib.sha256(content).hexdigest() + "\n")
    try:
        Client(address, int(options.get("-p", 0))).talk(content)
    except OSError as why:
        failed.append("%s: %s" % (address[0], why))


def main():
    """As many clients as were asked for."""
    options, (path, port, *hosts) = getopt.getopt(sys.argv[1:], "n:s:p:")
    options = dict(options)
    hosts *= int(options.get("-n", 1))
    wanted, failed = [], []
    threads = [threading.Thread(target=run, args=(
        number, options, (host, int(port)), wanted, failed))
               for number, host in enumerate(hosts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open(path, "w", encoding="ascii") as out:
        out.writelines(wanted)
    print("\n".join(failed) or "%d %d %d %d" % tuple(
        n * len(hosts) for n in (1, BURSTS * PAIRS + OTHERS, BURSTS * PAIRS, 1)))
    return bool(failed)


sys.exit(main())
