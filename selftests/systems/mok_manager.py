#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The person at the console who enrols a key in shim's MokManager.

    mok_manager.py SOCKET LOG PASSWORD

SOCKET is the machine's first serial line, and LOG gets what it says. The status is
0 when MokManager was left with the key enrolled.
"""

import re
import socket
import sys

DOWN = b"\x1b[B"
ENTER = b"\r"
ESCAPE = re.compile(rb"\x1b\[[0-9;?=]*[A-Za-z]")

SOCKET, LOG, PASSWORD = sys.argv[1:]
CONSOLE = socket.socket(socket.AF_UNIX)
CONSOLE.settimeout(300)
CONSOLE.connect(SOCKET)
OUT = open(LOG, "ab", buffering=0)


def read(said):
    """What was said so far, and what is said next, without escapes."""
    octets = CONSOLE.recv(4096)
    if not octets:
        raise EOFError("the machine went away")
    OUT.write(octets)
    return said + octets


def wait_for(text):
    """Until the console shows the text."""
    said = b""
    while text not in ESCAPE.sub(b"", said):
        said = read(said)


def press(*keys):
    """One after the other."""
    for key in keys:
        CONSOLE.sendall(key)


def main():
    """The menus of MokManager, in their order."""
    wait_for(b"Press any key")
    press(ENTER)
    wait_for(b"Enroll MOK")
    press(DOWN, ENTER)
    wait_for(b"Continue")
    press(DOWN, ENTER)
    wait_for(b"Enroll the key")
    press(DOWN, ENTER)
    wait_for(b"Password")
    press(PASSWORD.encode(), ENTER)
    wait_for(b"Reboot")
    press(ENTER)
    try:
        while True:
            read(b"")
    except (EOFError, OSError):
        return 0


sys.exit(main())
