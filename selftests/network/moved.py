#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Connections that are under way while the gateway's address moves.

    moved.py serve PORT DIR
    moved.py talk PORT DIR NAME...

A name is WHO-STATE: WHO (client or server) speaks first behind the move, and STATE
is where the dialogue is then: idle, data or tls. The name lost-data stands for a
client whose content arrives before the move, but who hears of no acknowledgment.
WAY.WHO-STATE is one that does not take the plain way: ipv6; nat, where the gateway
translates the server's address; or out, where it translates the client's.

Both ends write DIR/NAME.client or DIR/NAME.server: what they read behind the move,
and how it ended. Files of DIR tell what has happened: NAME.ready when a connection
is where it should be, lost-data.port has the port of the lost one, deaf is there
when that hears nothing, lost-data.arrived when its content has arrived, early when
the address has moved, but conntrackd's entries are not there yet, and moved when
all is done. A server whose connection is translated speaks early.
"""

import collections
import os
import socket
import sys
import threading
import time

HOSTS = {"ipv6": "fd00:2::2", "nat": "10.0.1.1", "out": "10.0.1.2"}
PLAIN_HOST = "10.0.2.2"
# A question goes out with a retransmission. If the gateway was long in moving, the
# sender waits for that as long again, and twice as long for the next one.
PATIENCE = 120 * int(os.environ.get("TEST_PATIENCE", 1))
DENIED = b"VRFY root\r\n"
HELLO = b"\x16\x03\x03\x00\x20" + bytes(32)
RECORD = b"\x17\x03\x03\x00\x20" + bytes(32)
SPEECH = {"idle": DENIED, "data": b"\r\n.\r\n" + DENIED, "tls": RECORD}
EVENTS = collections.defaultdict(threading.Event)
LOCK = threading.Lock()


def watch(path, event):
    """Set the event when the file is there."""
    while not os.path.exists(path):
        time.sleep(0.1)
    event.set()


def wait_for_file(path):
    """One thread watches a file, however many wait for it."""
    with LOCK:
        is_new = path not in EVENTS
        event = EVENTS[path]
    if is_new:
        threading.Thread(target=watch, args=(path, event), daemon=True).start()
    event.wait()


class End:
    """One end of a connection, which writes down what happens to it."""

    def __init__(self, directory, sock, role):
        self.directory = directory
        self.sock = sock
        self.role = role
        self.name = None

    def path(self, what):
        """A file of the directory."""
        return os.path.join(self.directory, what)

    def note(self, line):
        """Write it down."""
        with open(self.path(f"{self.name}.{self.role}"), "a",
                  encoding="ascii") as log:
            print(line, file=log)

    def touch(self, what, details=""):
        """Tell that it has happened."""
        with open(self.path(f"{self.name}.{what}"), "w",
                  encoding="ascii") as file:
            print(details, file=file)

    def read_line(self):
        """A line, byte by byte."""
        line = b""
        while not line.endswith(b"\n"):
            octet = self.sock.recv(1)
            if not octet:
                raise EOFError(line)
            line += octet
        return line

    def say(self, octets, code):
        """A command and the code of its reply."""
        self.sock.sendall(octets)
        line = self.read_line()
        while line[3:4] == b"-":
            line = self.read_line()
        if not line.startswith(code):
            raise ValueError(line)

    def read(self, count):
        """So many octets."""
        octets = b""
        while len(octets) < count:
            more = self.sock.recv(count - len(octets))
            if not more:
                raise EOFError(octets)
            octets += more

    def start_tls(self):
        """A record each, the client's first: nobody on the way reads more."""
        if self.role == "server":
            self.read(len(HELLO))
        self.sock.sendall(HELLO)
        if self.role == "client":
            self.read(len(HELLO))

    def watch_end(self, speech, early=False):
        """Say it, and see how the connection ends."""
        wait_for_file(self.path("early" if early else "moved"))
        self.sock.settimeout(PATIENCE)
        try:
            if speech:
                self.sock.sendall(speech)
            while octets := self.sock.recv(4096):
                self.note(f"read {octets!r}")
            self.note("closed")
        except ConnectionResetError:
            self.note("reset")
        except (OSError, EOFError) as error:
            self.note(f"waits: {error}")


def serve_one(directory, sock):
    """The server's end."""
    end = End(directory, sock, "server")
    sock.sendall(b"220 mx\r\n")
    end.name = end.read_line().split()[1].decode()
    sock.sendall(b"250-mx\r\n250 STARTTLS\r\n")
    way, _, what = end.name.rpartition(".")
    who, state = what.split("-")
    if state == "tls":
        end.read_line()
        sock.sendall(b"220 go\r\n")
        end.start_tls()
    if state == "data":
        for reply in b"250", b"250", b"354":
            end.read_line()
            sock.sendall(reply + b" ok\r\n")
        end.read_line()
    if state != "idle":
        end.touch("ready")
    if who == "lost":
        end.read_line()
        end.touch("arrived")
    speech = RECORD if state == "tls" else b"250 more\r\n"
    end.watch_end(speech if who == "server" else b"",
                  early=who == "server" and way in ("nat", "out"))


def talk_one(directory, port, name):
    """The client's end."""
    way, _, what = name.rpartition(".")
    who, state = what.split("-")
    sock = socket.create_connection((HOSTS.get(way, PLAIN_HOST), port))
    end = End(directory, sock, "client")
    end.name = name
    end.say(b"", b"220")
    end.say(b"EHLO %s\r\n" % name.encode(), b"250")
    if state == "idle":
        end.touch("ready")
    if state == "tls":
        end.say(b"STARTTLS\r\n", b"220")
        end.start_tls()
    if state == "data":
        end.say(b"MAIL FROM:<a@b>\r\n", b"250")
        end.say(b"RCPT TO:<a@b>\r\n", b"250")
        end.say(b"DATA\r\n", b"354")
        end.sock.sendall(b"Subject: moved\r\n")
    if who == "lost":
        end.touch("port", sock.getsockname()[1])
        wait_for_file(end.path("deaf"))
        end.sock.sendall(b"This arrives.\r\n")
    end.watch_end(SPEECH[state] if who == "client" else b"")


def serve(port, directory):
    """For ever."""
    server = socket.create_server(("", int(port)), family=socket.AF_INET6,
                                  dualstack_ipv6=True)
    while True:
        sock, _ = server.accept()
        threading.Thread(target=serve_one, daemon=True,
                         args=(directory, sock)).start()


def talk(port, directory, *names):
    """All at once."""
    threads = [threading.Thread(target=talk_one,
                                args=(directory, int(port), name))
               for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


{"serve": serve, "talk": talk}[sys.argv[1]](*sys.argv[2:])
