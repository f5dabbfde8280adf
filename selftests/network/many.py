#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A connection of each of many clients, and what happens to it.

    many.py serve PORT DIR
    many.py talk HOST PORT FIRST COUNT DIR

The clients have COUNT addresses, from FIRST on. They connect, and wait for the file
DIR/noop. Then each says NOOP. Both ends write to DIR/ADDRESS.client and
DIR/ADDRESS.server what comes of it: answered or reset. DIR/ADDRESS.ready tells that
the client has read the greeting.
"""

import ipaddress
import os
import socket
import sys
import threading
import time

PATIENCE = 120 * int(os.environ.get("TEST_PATIENCE", 1))


def note(directory, name, what):
    """Write it to a file of its own."""
    with open(os.path.join(directory, name), "w", encoding="ascii") as file:
        print(what, file=file)


def outcome(sock, speech, wanted):
    """Say it, and tell what comes of it."""
    sock.settimeout(PATIENCE)
    try:
        sock.sendall(speech)
        return "answered" if sock.recv(99).startswith(wanted) else "closed"
    except ConnectionResetError:
        return "reset"
    except OSError as error:
        return f"waits: {error}"


def serve_one(directory, sock, address):
    """The server's end."""
    heard = outcome(sock, b"220 mx\r\n", b"NOOP")
    if heard == "answered":
        sock.sendall(b"250 ok\r\n")
    note(directory, address + ".server", heard)


def talk_one(directory, address, client):
    """The client's end."""
    sock = socket.create_connection(address, source_address=(client, 0))
    if sock.recv(99).startswith(b"220"):
        note(directory, client + ".ready", "")
    while not os.path.exists(os.path.join(directory, "noop")):
        time.sleep(0.05)
    note(directory, client + ".client",
         outcome(sock, b"NOOP\r\n", b"250"))


def serve(port, directory):
    """For ever."""
    server = socket.create_server(("", int(port)), backlog=100)
    while True:
        sock, (address, _) = server.accept()
        threading.Thread(target=serve_one, daemon=True,
                         args=(directory, sock, address)).start()


def talk(host, port, first, count, directory):
    """All at once."""
    first = ipaddress.ip_address(first)
    threads = [threading.Thread(target=talk_one, args=(
        directory, (host, int(port)), str(first + i)))
               for i in range(int(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


{"serve": serve, "talk": talk}[sys.argv[1]](*sys.argv[2:])
