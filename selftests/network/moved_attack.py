#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A hostile client whose connections are under way while the gateway's address moves.

    moved_attack.py DIR OLD_MAC NEW_MAC

In raw packets, against "attack.py serve" on port 2525 of the server. The gateways
have these addresses on the client's network. Behind the move, the first packets try
to get VRFY to the server, with an accomplice on its network (ACCOMPLICE_server, as
for attack.py). DIR/attack.ready tells that all connections are under way, and
DIR/moved that the address has moved. Each case prints a line: pass or fail, a
description, and why, with tabs between.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "attack"))
import attack   # noqa: E402
from attack import ACK, DENIED, FIN, RST, SYN   # noqa: E402

SERVER, PORT, CLIENT = "10.0.2.2", 2525, "10.0.1.2"
CASES = []


def case(name, preface=attack.HELO, judged=False):
    """
    A way to begin behind the move. Where the server itself seems to begin again,
    the guard judges the connection from there on: it is "judged".
    """
    def add(play):
        CASES.append((name, preface, judged, play))
        return play
    return add


def try_denied(client):
    """In retransmissions, at once and octet by octet, at each likely place."""
    at = client.acked - client.mark
    for _ in range(3):
        client.send(at, DENIED)
        time.sleep(0.05)
    for i in range(len(DENIED)):
        client.send(at + i, DENIED[i:i + 1])
    client.send(at + 1, DENIED)
    client.send(at - 4, b"\r\n\r\n" + DENIED)


def forge_beginning(client, by, replies):
    """The server seems to answer a SYN, and then to speak."""
    at = len(client.stream) - 1
    client.forge(flags=SYN | ACK, seq=at, by=by)
    time.sleep(0.1)
    for reply in replies:
        at += 1
        client.forge(reply, seq=at, by=by)
        at += len(reply) - 1
        time.sleep(0.1)


@case("the client speaks first")
def client_first(_):
    """Nothing before."""


@case("the end of data first", preface=attack.MAIL)
def end_first(client):
    """The server is in a message."""
    client.send(client.acked - client.mark, b".\r\n" + DENIED)


@case("the server speaks first")
def server_first(client):
    """A reply."""
    client.forge(b"250 ok\r\n", by="server")


@case("the server acknowledges first")
def server_acknowledges(client):
    """No data."""
    client.forge(by="server")


@case("a 354 forged on the client's network first")
def forged_354(client):
    """Content would pass unread."""
    client.forge(b"354 go\r\n")


@case("a FIN first")
def fin_first(client):
    """Conntrack knows no such beginning."""
    client.send(client.acked - client.mark, flags=FIN | ACK)


@case("a RST in the window first")
def rst_first(client):
    """Of which the server takes no notice."""
    client.send(client.acked - client.mark + 5, flags=RST | ACK)


@case("a SYN-ACK and a 354 forged on the client's network")
def forged_syn_ack(client):
    """As if it began now."""
    forge_beginning(client, None, (b"220 a\r\n", b"354 go\r\n"))


@case("a SYN, and a SYN-ACK and a 354 forged on the client's network")
def syn_first(client):
    """As if it began now."""
    client.send(client.acked - client.mark - 1, flags=SYN)
    forge_beginning(client, None, (b"220 a\r\n", b"354 go\r\n"))


@case("a SYN, and a SYN-ACK forged on the server's network", judged=True)
def syn_and_accomplice(client):
    """As if it began now."""
    client.send(client.acked - client.mark - 1, flags=SYN)
    forge_beginning(client, "server", (b"220 a\r\n",))


def payload_of(directory, client):
    """What came to the server's network of this client."""
    path = os.path.join(directory, "%d.packets" % client.sport)
    with open(path, encoding="ascii") as packets:
        return b"".join(bytes.fromhex(line.rstrip("\n").split(" ")[2])
                        for line in packets)


def judge(directory, name, judged, client, before):
    """A test point."""
    got = payload_of(directory, client)[len(before):]
    attack.check(name + (": no denied command passes" if judged else
                         ": nothing passes"),
                 b"VRFY" not in got if judged else not got, repr(got))


def main():
    """See the top."""
    directory, old, new = sys.argv[1:]
    wire = attack.Wire(old, CLIENT)
    plays = []
    # All SYNs at once: conntrackd may tell of these, and of nothing later.
    for i in range(len(CASES)):
        wire.send(CLIENT, SERVER, sport=wire.port + 1 + i, dport=PORT,
                  seq=1000000, flags=SYN, window=65535)
    for name, preface, judged, play in CASES:
        client = attack.Client(wire, SERVER, PORT)
        client.reply(0)
        for line in preface:
            client.say(line)
        plays.append((name, judged, play, client))
    with open(os.path.join(directory, "attack.ready"), "w", encoding="ascii"):
        pass
    while not os.path.exists(os.path.join(directory, "moved")):
        time.sleep(0.05)
    wire.mac = bytes.fromhex(new.replace(":", ""))
    befores = [payload_of(directory, client) for _, _, _, client in plays]
    for _, _, play, client in plays:
        play(client)
        try_denied(client)
    # What was sent before it has arrived when this has.
    time.sleep(1)
    for (name, judged, _, client), before in zip(plays, befores):
        judge(directory, name, judged, client, before)


main()
