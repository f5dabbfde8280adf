#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Both sides of what smtp_products.py knows, for products.sh.

    products.py ports			print each preset and its port
    products.py serve DIR		serve all of them; what was read is kept in DIR
    products.py captures HOST DIR	play the captures
    products.py told HOST		ask the servers of all products

A line that begins with "ok" or "not ok" is a result. Captures have the ports from
2600 on, in their order, and products those from 2700 on.
"""

import re
import socket
import sys
import threading

from smtp_products import CAPTURES, SERVERS, TOLD_AS, told_by

CAPTURE_PORT = 2600
SERVER_PORT = 2700
SILENT = "silent"
PROBES = "/usr/share/nmap/nmap-service-probes"
GREETED = "220 mx ESMTP"


def wire(text):
    """As it is sent: a bar stands between lines."""
    return text.replace("|", "\r\n").encode() + b"\r\n"


def reply_to(replies, line):
    verb = line.split(" ", 1)[0].upper()
    if verb in replies:
        return replies[verb]
    if verb == "QUIT":
        return "221 Bye"
    return replies.get("?", "500 Command unrecognized")


def serve_one(sock, greeting, replies, log):
    with sock, sock.makefile("rb") as lines, open(log, "a") as seen:
        sock.sendall(wire(greeting))
        for line in lines:
            line = line.decode("latin-1").rstrip("\r\n")
            print(line, file=seen, flush=True)
            sock.sendall(wire(reply_to(replies, line)))
            if line == "QUIT":
                return


def serve(port, greeting, replies, log):
    """A thread for each connection."""
    server = socket.create_server(("", port), backlog=64)
    while True:
        sock, _ = server.accept()
        threading.Thread(target=serve_one, daemon=True,
                         args=(sock, greeting, replies, log)).start()


def main_serve(directory):
    threads = [threading.Thread(target=serve, args=(
        port, greeting, replies, "%s/%d" % (directory, port)))
               for port, greeting, replies in
               [(CAPTURE_PORT + i, c[2], c[3])
                for i, c in enumerate(CAPTURES)] +
               [(SERVER_PORT + i, s[1], s[2])
                for i, s in enumerate(SERVERS)]]
    for thread in threads:
        thread.start()


class Client:
    """One connection."""

    def __init__(self, host, port):
        self.sock = socket.create_connection((host, port), 30)
        self.lines = self.sock.makefile("rb")

    def reply(self):
        """All lines of a reply, with bars between them."""
        lines = []
        while not lines or re.match(r"\d\d\d-", lines[-1]):
            line = self.lines.readline()
            if not line.endswith(b"\r\n"):
                raise ConnectionError("no reply behind %s" % lines)
            lines.append(line[:-2].decode("latin-1"))
        return "|".join(lines)

    def ask(self, command):
        self.sock.sendall(wire(command))
        return self.reply()


def result(wanted, got, what):
    if wanted == got:
        print("ok %s" % what)
    else:
        print("not ok %s: wanted %r, got %r" % (what, wanted, got))


def play(host, port, dialogue):
    """The replies to the commands of a capture, and the greeting."""
    client = Client(host, port)
    got = {"": client.reply()}
    for command, _, _ in dialogue:
        if command:
            got[command] = client.ask(command)
    client.sock.close()
    return got


def main_captures(host, directory):
    told = {}
    for port, capture in enumerate(CAPTURES, CAPTURE_PORT):
        preset, place, _, _, dialogue = capture
        got = play(host, port, dialogue)
        result([step[2] for step in dialogue],
               [got[step[0]] for step in dialogue],
               "%s: what the client gets, as in %s" % (preset, place))
        with open("%s/%d" % (directory, port)) as seen:
            result([step[1] for step in dialogue if step[0]],
                   seen.read().splitlines(),
                   "%s: what the server sees, as in %s" % (preset, place))
        for command, reply in got.items():
            for product in told_by({command.split(" ")[0]: reply}):
                told.setdefault(preset, set()).add(product)
    for preset in {capture[0]: None for capture in CAPTURES}:
        result(TOLD_AS.get(preset, []), sorted(told.get(preset, [])),
               "%s: recog tells it as it should" % preset)


def nmap_patterns():
    """By which replies nmap tells a server: by a probe, regular expressions."""
    probe = None
    patterns = {}
    with open(PROBES, encoding="latin-1") as lines:
        for line in lines:
            if line.startswith("Probe "):
                probe = line.split()[2]
            found = re.match(r"match smtp(?:-proxy)? m(.)(.*?)\1([is]*) ", line)
            if not found:
                continue
            flags = re.DOTALL if "s" in found[3] else 0
            flags |= re.IGNORECASE if "i" in found[3] else 0
            try:
                pattern = re.compile(found[2], flags)
            except re.error:
                continue
            patterns.setdefault(probe, []).append((pattern, line))
    return patterns


def nmap_told(patterns, replies):
    """What nmap says about a server that replies so."""
    said = {name: wire(text).decode("latin-1")
            for name, text in replies.items()}
    heard = {"NULL": said[""],
             "Help": said[""] + said["HELP"],
             "Hello": said[""] + said["EHLO"]}
    return sorted({line.split(" p/")[-1].split("/")[0]
                   for probe, text in heard.items()
                   for pattern, line in patterns.get(probe, ())
                   if pattern.search(text)})


def main_told(host):
    patterns = nmap_patterns()
    greetings = {}
    named = 0
    for i, (product, greeting, replies) in enumerate(SERVERS):
        original = {name: reply_to(replies, name)
                    for name in ("EHLO", "HELP", "VRFY", "NOOP", "?", "QUIT")}
        original[""] = greeting
        result([product], list(told_by(original)),
               "recog tells %s, unless it is guarded" % product)
        named += bool(nmap_told(patterns, original))
        client = Client(host, SERVER_PORT + i)
        got = {"": client.reply()}
        for name in original:
            if name:
                got[name] = client.ask("FOO" if name == "?" else name)
        result([], list(told_by(got)),
               "recog does not tell %s behind %s" % (product, SILENT))
        result([], nmap_told(patterns, got),
               "nor does nmap, by its table")
        greetings.setdefault(len(greeting), set()).add(got[""])
        result([reply[:4] for reply in original.values()],
               [got[name][:4] for name in original],
               "%s: the codes stay" % product)
    result(True, named > 15, "nmap's table tells most of them, unguarded")
    result({length: {GREETED.ljust(length)} for length in greetings}, greetings,
           "all greetings of one length are the same")


def main_ports():
    for i, capture in enumerate(CAPTURES):
        print(capture[0], CAPTURE_PORT + i)
    print(SILENT, "%d-%d" % (SERVER_PORT, SERVER_PORT + len(SERVERS) - 1))


globals()["main_" + sys.argv[1]](*sys.argv[2:])
