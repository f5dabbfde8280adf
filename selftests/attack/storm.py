#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Operations upon the guard of this namespace, in an order that SEED tells.

    storm.py COUNT TIMES SENT PORT...

Each kind of operation is done COUNT times. TIMES gets a line "PORT BEGIN END"
for each time during which the port was guarded without a break. SENT is the log
of the clients.
"""

import os
import random
import socket
import struct
import subprocess
import sys
import time

import storm_system as system

# A ruleset of one's own, for connections within the gateway.
RULES = b"""
table inet own {
	ct helper guard { type "smtp" protocol tcp; }
	chain output {
		type filter hook output priority mangle
		tcp dport 25 ct helper set "guard"
	}
}
"""

# Seconds; what was out of the guard's sight hangs for a tenth of that, and all
# clients may.
TRAFFIC = 300 * int(os.environ.get("TEST_PATIENCE", 1))

KINDS = ("load", "unload", "fixup", "no_fixup", "policy", "namespace", "flush")
COMMANDS = "helo, mail, rcpt, data, rset, noop, quit"


def mailguard(text):
    """Configure the namespace that this thread is in."""
    done = subprocess.run(["mailguard", "-f", "-"], input=text, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode:
        raise RuntimeError(f"mailguard: {text}: {done.stdout}")


class Namespace:
    """One with a guarded connection, which is within content."""

    def __init__(self):
        with system.new_namespace():
            self.ruleset = system.Ruleset()
            self.ruleset.run(RULES)
            listener = socket.create_server(("127.0.0.1", 25))
            self.client = socket.create_connection(("127.0.0.1", 25), 30)
            self.server, _ = listener.accept()
            self.server.settimeout(30)
            listener.close()
        self.talk()

    def hear(self, sock, wanted):
        """The other side must get this."""
        heard = b""
        while not heard.endswith(b"\n"):
            heard += sock.recv(1000)
        if heard != wanted:
            raise RuntimeError(f"in the namespace: {heard}, not {wanted}")

    def talk(self):
        """A dialogue as far as the content."""
        for sender, sent, heard in (
                (self.server, b"220 mx\r\n", b"220 **\r\n"),
                (self.client, b"VRFY\r\n", b"XXXX\r\n"),
                (self.server, b"250 ok\r\n", b"500 Co\r\n"),
                (self.client, b"DATA\r\n", b"DATA\r\n"),
                (self.server, b"354 go\r\n", b"354 go\r\n"),
                (self.client, b"VRFY\r\n", b"VRFY\r\n")):
            sender.sendall(sent)
            self.hear(self.client if sender is self.server else self.server,
                      heard)

    def destroy(self):
        """Nothing holds it any more: no socket waits for its last ACK."""
        self.ruleset.close()
        for sock in self.client, self.server:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
            sock.close()


class Storm:
    """The guard, and since when each port has been guarded."""

    def __init__(self, rng, times, sent, ports):
        self.rng = rng
        self.times = times
        self.sent = sent
        self.ports = ports
        self.since = {}
        self.has_policy = False
        self.ruleset = system.Ruleset()
        self.space = Namespace()

    def end(self, ports):
        """What comes next ends the guard of these ports."""
        now = time.monotonic()
        for port in ports:
            print(port, self.since.pop(port), now, file=self.times)

    def next_event(self):
        """The words of a line of the log, once it is whole."""
        place = self.sent.tell()
        line = self.sent.readline()
        if not line.endswith("\n"):
            self.sent.seek(place)
            return []
        return line.split()

    def await_traffic(self, count):
        """So many dialogues begin after this, and end."""
        now = time.monotonic()
        while time.monotonic() < now + TRAFFIC:
            words = self.next_event()
            if words and words[0] == "talk" and float(words[3]) > now:
                count -= 1
            if not count:
                return
            if not words:
                time.sleep(0.01)
        raise RuntimeError("no dialogue comes to its end")

    def load(self):
        """The command may have loaded it already."""
        if not system.is_loaded():
            system.load()

    def unload(self):
        """What names a helper must go first; connections may go on."""
        self.flush()
        self.space.ruleset.run(b"flush ruleset")
        if not system.is_loaded():
            system.load()
        system.unload()
        self.has_policy = False

    def fixup(self):
        """Of some ports, which may be guarded already."""
        ports = self.rng.sample(self.ports, self.rng.choice((1, 2, 3, 3)))
        policy = self.has_policy and self.rng.random() < 0.5
        mailguard("\n".join(f"fixup protocol smtp {port}" +
                            (" policy storm" if policy else "")
                            for port in ports))
        for port in ports:
            self.since.setdefault(port, time.monotonic())
        self.await_traffic(1)

    def no_fixup(self):
        """Of one that is guarded, or of all."""
        if self.since and self.rng.random() < 0.8:
            port = self.rng.choice(sorted(self.since))
            self.end([port])
            mailguard(f"no fixup protocol smtp {port}")
            # Meanwhile those end that were guarded on other ports.
            if self.since:
                self.await_traffic(4)
        else:
            self.end(list(self.since))
            mailguard("no fixup protocol smtp")

    def policy(self):
        """Whatever its profile is, it hides and denies the same."""
        denied = self.rng.choice(("x", "noop"))
        own = self.rng.choice(("", ', "x-own"', ", etrn"))
        keep = self.rng.choice(("2", "20"))
        mailguard(f'policy storm {{ banner fill "*" keep "{keep}";'
                  f' commands {{ {COMMANDS}{own} }};'
                  f' denied {denied} reply 500 "no"; }}')
        self.has_policy = True

    def namespace(self):
        """One goes, with all that is in it, and another comes."""
        self.space.destroy()
        self.space = Namespace()

    def flush(self):
        """As if nobody knew of mailguard's table."""
        self.end(list(self.since))
        self.ruleset.run(b"flush ruleset")


def make_order(rng, count):
    """So many of each, at random, but "load" and "unload" in turns."""
    order = list(KINDS * count)
    rng.shuffle(order)
    turn = 0
    for i, kind in enumerate(order):
        if kind in KINDS[:2]:
            order[i] = KINDS[1 - turn]
            turn = 1 - turn
    return order


def main():
    """Storm."""
    rng = random.Random(os.environ.get("SEED", "storm"))
    spent = dict.fromkeys(KINDS, 0.0)
    with open(sys.argv[2], "w", encoding="ascii") as times, \
            open(sys.argv[3], encoding="ascii") as sent:
        storm = Storm(rng, times, sent, [int(port) for port in sys.argv[4:]])
        for kind in make_order(rng, int(sys.argv[1])):
            begin = time.monotonic()
            getattr(storm, kind)()
            spent[kind] += time.monotonic() - begin
        storm.unload()
        storm.space.destroy()
    print(f"{sum(spent.values()):.0f} s:",
          ", ".join(f"{kind} {spent[kind]:.0f}" for kind in KINDS))


main()
