#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Senders that try again, as mail servers do.

    traffic.py send HOST PORT DIR
    traffic.py hold HOST PORT DIR

"send" sends mail until the file DIR/stop exists, on some connections at a time.
A mail is sent again until it was accepted. DIR gets
    greetings   each greeting, one a line
    sent        the digest of each accepted mail
    ends        how each connection that failed ended: "reset", or what happened
    stopped     when all is done

"hold" begins a dialogue, makes DIR/held, waits for DIR/ask, and sends a denied
command. DIR/held-end gets what came of it: "reset", "closed" or the reply.
"""

import hashlib
import os
import socket
import sys
import threading
import time

SENDERS = 4
PAUSE = 0.1     # before another attempt, or look
REST = 2        # so that an emulated processor does other work too


class Log:
    """Lines appended to a file at once, by many threads."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="ascii", buffering=1)
        self.lock = threading.Lock()

    def write(self, line):
        """One line."""
        with self.lock:
            self.file.write(line + "\n")


class Connection:
    """One SMTP connection, of a client."""

    def __init__(self, address):
        self.sock = socket.create_connection(address, 60)
        self.stream = self.sock.makefile("rb")

    def line(self):
        """The next line of the server."""
        line = self.stream.readline()
        if not line:
            raise EOFError("closed")
        return line

    def say(self, octets, code):
        """Something that must be answered by this code."""
        self.sock.sendall(octets)
        line = self.line()
        if not line.startswith(code):
            raise ValueError("wanted %r, got %r" % (code, line))

    def close(self):
        """Close both the stream and the socket."""
        self.stream.close()
        self.sock.close()


def how_it_ended(why):
    """An exception, in a word."""
    if isinstance(why, (ConnectionResetError, ConnectionRefusedError,
                        BrokenPipeError)):
        return "reset"
    return str(why).replace("\n", " ") or type(why).__name__


class Sender(threading.Thread):
    """Sends one mail after the other."""

    def __init__(self, number, address, path):
        super().__init__()
        self.number = number
        self.address = address
        self.path = path
        self.count = 0

    def dialogue(self, connection, content):
        """The whole dialogue of one mail."""
        greeting = connection.line()
        LOGS["greetings"].write(repr(greeting))
        connection.say(b"HELO c\r\n", b"250")
        connection.say(b"MAIL FROM:<a@b>\r\n", b"250")
        connection.say(b"RCPT TO:<c@d>\r\n", b"250")
        time.sleep(REST)    # here, so that some mail is always under way
        connection.say(b"DATA\r\n", b"354")
        connection.say(content, b"250")
        LOGS["sent"].write(hashlib.sha256(content).hexdigest())

    def attempt(self, content):
        """True if the mail was accepted."""
        connection = None
        try:
            connection = Connection(self.address)
            self.dialogue(connection, content)
        except (OSError, EOFError, ValueError) as why:
            LOGS["ends"].write(how_it_ended(why))
            return False
        finally:
            if connection:
                connection.close()
        return True

    def run(self):
        while not os.path.exists(self.path + "/stop"):
            self.count += 1
            content = b"Subject: %d of %d\r\n\r\n" % (self.count, self.number)
            content += b"x" * 70 + b"\r\n.\r\n"
            while not self.attempt(content):
                time.sleep(PAUSE)


def send(address, path):
    """All senders, to their end."""
    senders = [Sender(n, address, path) for n in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    with open(path + "/stopped", "w", encoding="ascii"):
        pass


def hold(address, path):
    """A connection that outlives what is done to the guard."""
    connection = Connection(address)
    connection.line()
    connection.say(b"HELO c\r\n", b"250")
    with open(path + "/held", "w", encoding="ascii"):
        pass
    while not os.path.exists(path + "/ask"):
        time.sleep(PAUSE)
    try:
        connection.sock.sendall(b"VRFY root\r\n")
        end = repr(connection.line())
    except (OSError, EOFError) as why:
        end = how_it_ended(why)
    with open(path + "/held-end.new", "w", encoding="ascii") as out:
        out.write(end + "\n")
    os.rename(path + "/held-end.new", path + "/held-end")


WHAT, HOST, PORT, DIR = sys.argv[1:]
if WHAT == "send":
    LOGS = {name: Log(DIR + "/" + name)
            for name in ("greetings", "sent", "ends")}
    send((HOST, int(PORT)), DIR)
else:
    hold((HOST, int(PORT)), DIR)
