#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Mail through a guard that comes and goes, and what may be said of it.

    storm_mail.py receive LOG PORT...
    storm_mail.py send LOG HOST PORT...
    storm_mail.py judge TIMES SENT RECEIVED

The logs have a line for each event:

    talk ID PORT BEGIN END masked|plain RESULT	a client's dialogue
    sent ID DIGEST				the content, before it is sent
    taken ID					the client heard that it is
    mail ID DIGEST				the server has it
    verb ID LINE				a command that is not permitted

Both go on until they are killed.
"""

import asyncio
import collections
import hashlib
import os
import random
import sys
import time

VERBS = (b"HELO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP", b"QUIT")
GREETING = b"220 mx.example.org ESMTP\r\n"
HIDDEN = b"252 root\r\n"

SHORT = 2	# clients that send a mail at once
LONG = 3	# clients that take their time within the content
# Seconds; what was out of the guard's sight may hang.
PATIENCE = 120 * int(os.environ.get("TEST_PATIENCE", 1))


def digest(content):
    """A word that stands for the content."""
    return hashlib.sha256(content).hexdigest()[:16]


def make_lines(rng):
    """Content, with lines that a confused guard would mask."""
    choice = (b"VRFY root", b"DATA", b"..", b"250 ok", b"x" * 70)
    return [rng.choice(choice) + b"\r\n" for _ in range(rng.randint(1, 40))]


class Client:
    """Sends one mail after another."""

    def __init__(self, log, host, ports):
        self.log = log
        self.host = host
        self.ports = ports
        self.count = 0
        self.rng = random.Random(os.environ.get("SEED", "storm"))

    async def reply(self, reader, code=b""):
        """A line of the server's."""
        line = await asyncio.wait_for(reader.readline(), PATIENCE)
        if not line.startswith(code) or not line:
            raise ConnectionError(f"got {line!r}")
        return line

    async def send_content(self, streams, name, pause):
        """Line by line, with pauses between, or as one."""
        reader, writer = streams
        lines = make_lines(self.rng) + [b".\r\n"]
        print("sent", name, digest(b"".join(lines)), file=self.log)
        for line in lines:
            writer.write(line)
            await writer.drain()
            if pause:
                await asyncio.sleep(pause)
        await self.reply(reader, b"250")
        print("taken", name, file=self.log)

    async def talk(self, streams, name, pause):
        """A dialogue. Tells whether anything was hidden."""
        reader, writer = streams
        plain = await self.reply(reader, b"220") == GREETING
        for line, code in ((f"HELO {name}".encode(), b"250"),
                           (b"VRFY root", b""),
                           (b"MAIL FROM:<a@b>", b"250"),
                           (b"RCPT TO:<c@d>", b"250"), (b"DATA", b"354")):
            writer.write(line + b"\r\n")
            plain |= await self.reply(reader, code) == HIDDEN
        await self.send_content(streams, name, pause)
        writer.write(b"VRFY root\r\n")
        plain |= await self.reply(reader) == HIDDEN
        writer.write(b"QUIT\r\n")
        await self.reply(reader, b"221")
        return "plain" if plain else "masked"

    async def send_mail(self, pause):
        """One connection, whatever becomes of it."""
        self.count += 1
        name = f"c{self.count}"
        port = self.rng.choice(self.ports)
        begin = time.monotonic()
        seen, result, writer = "masked", "ok", None
        try:
            streams = await asyncio.open_connection(self.host, port)
            writer = streams[1]
            seen = await self.talk(streams, name, pause)
        except (OSError, asyncio.TimeoutError) as error:
            result = repr(error)
        print("talk", name, port, begin, time.monotonic(), seen, result,
              file=self.log)
        if writer:
            writer.transport.abort()

    async def send_always(self, pause):
        """One of the clients."""
        while True:
            await self.send_mail(pause and self.rng.uniform(0.02, 0.1))
            await asyncio.sleep(self.rng.uniform(0, 0.3))

    async def run(self):
        """All of them."""
        await asyncio.gather(*(self.send_always(number >= SHORT)
                               for number in range(SHORT + LONG)))


async def serve(reader, writer, log):
    """A server that takes everything."""
    name = "-"
    writer.write(GREETING)
    while True:
        line = await reader.readline()
        verb = line[:4].upper()
        if not line:
            break
        if verb not in VERBS:
            print("verb", name, line, file=log)
        if verb == b"HELO":
            name = line.split()[1].decode()
        if verb == b"DATA":
            writer.write(b"354 go\r\n")
            content = await reader.readuntil(b"\r\n.\r\n")
            print("mail", name, digest(content), file=log)
        writer.write(b"221 bye\r\n" if verb == b"QUIT" else
                     HIDDEN if verb == b"VRFY" else b"250 ok\r\n")
        if verb == b"QUIT":
            break
    await writer.drain()


async def serve_one(reader, writer, log):
    """To an end of any kind."""
    try:
        await serve(reader, writer, log)
    except (OSError, EOFError, asyncio.IncompleteReadError):
        pass
    writer.close()


async def receive(log, ports):
    """Serve for ever."""
    for port in ports:
        await asyncio.start_server(
            lambda reader, writer: serve_one(reader, writer, log), None, port,
            backlog=100)
    await asyncio.get_running_loop().create_future()


def read_log(path):
    """The events of each kind, as lists of words."""
    events = collections.defaultdict(list)
    with open(path, encoding="ascii") as log:
        for line in log:
            kind, *words = line.split(maxsplit=6)
            events[kind].append(words)
    return events


def judge_mails(client, server):
    """What the client heard was taken is there, once, as it was sent."""
    sent = dict(client["sent"])
    mails = collections.defaultdict(list)
    for name, content in server["mail"]:
        mails[name].append(content)
        if sent.get(name) != content:
            print(name, "arrived changed")
    for name, contents in mails.items():
        if len(contents) > 1:
            print(name, "arrived twice")
    for name, in client["taken"]:
        if name not in mails:
            print(name, "was taken and did not arrive")


def judge_guarded(times, client, server):
    """
    What began and ended while its port was guarded. Returns how many. What was
    refused did not begin: conntrack had an entry from before for its ports.
    """
    unseen = {words[0] for words in server["verb"] if words[1] == "b'VRFY"}
    guarded = 0
    for name, port, begin, end, seen, result in client["talk"]:
        if not any(first <= float(begin) and float(end) <= last
                   for first, last in times[port]):
            continue
        if result.startswith("ConnectionRefusedError"):
            continue
        guarded += 1
        if seen == "plain" or name in unseen:
            print(name, "was not guarded:", seen)
        if result.strip() != "ok":
            print(name, "did not come to its end:", result)
    return guarded


def judge(times_path, sent_path, received_path):
    """Print what is wrong; and on the error output, how much there was."""
    times = collections.defaultdict(list)
    with open(times_path, encoding="ascii") as file:
        for line in file:
            port, begin, end = line.split()
            times[port].append((float(begin), float(end)))
    client, server = read_log(sent_path), read_log(received_path)
    judge_mails(client, server)
    guarded = judge_guarded(times, client, server)
    if not guarded:
        print("no dialogue was guarded from its beginning to its end")
    ends = collections.Counter(words[4] + " " + words[5].split("(")[0].strip()
                               for words in client["talk"])
    print(f"{len(client['talk'])} dialogues, {guarded} guarded all the time,"
          f" {len(client['taken'])} mails taken;",
          ", ".join(f"{n} {end}" for end, n in sorted(ends.items())),
          file=sys.stderr)


def main():
    """Receive, send or judge."""
    mode, path, *args = sys.argv[1:]
    if mode == "judge":
        judge(path, *args)
        return
    with open(path, "w", buffering=1, encoding="ascii") as log:
        if mode == "receive":
            asyncio.run(receive(log, [int(port) for port in args]))
        else:
            asyncio.run(Client(log, args[0],
                               [int(port) for port in args[1:]]).run())


main()
