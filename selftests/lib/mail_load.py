#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Mail in quantity, and whether it arrived.

    mail_load.py receive PORT RECEIVED [CERTIFICATE]
    mail_load.py send HOST PORT COUNT SENT [data|bdat|tls]

What was sent, and what was received, is written as one digest of content a
line; what was received is appended. The receiver writes other lines about
commands that it should not have seen; of BDAT and STARTTLS it only knows with a
certificate, which has its key in the same file. SEED makes the same mail again.
"""

import asyncio
import hashlib
import os
import random
import ssl
import sys

AT_ONCE = 16
VERBS = (b"HELO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP", b"QUIT")
EXTENDED = (b"EHLO", b"BDAT", b"STAR")
CHUNK = 30000   # octets of a BDAT


def digest(content):
    """A line that stands for the content."""
    return hashlib.sha256(content).hexdigest()


def make_line(rng):
    """Octets that a careless guard could trip over, now and then."""
    kind = rng.random()
    if kind < 0.1:
        return b""
    if kind < 0.15:
        return rng.choice((b"..", b"..x", b"VRFY root", b"DATA", b"250 ok"))
    if kind < 0.16:
        return b"x" * rng.randrange(5000)
    return bytes(rng.choices(range(0x21, 0x7f), k=rng.randrange(1, 78)))


def make_content(rng):
    """From a line to some hundred kilobytes, dots stuffed."""
    size = int(10 ** rng.uniform(1, 5.3))
    lines = [b"Subject: load", b""]
    total = 0
    while total < size:
        line = make_line(rng)
        if line.startswith(b".") and not line.startswith(b".."):
            line = b"." + line
        lines.append(line)
        total += len(line) + 2
    return b"\r\n".join(lines) + b"\r\n.\r\n"


async def expect(reader, code):
    """The reply must have this code."""
    line = await reader.readline()
    while line[3:4] == b"-":
        line = await reader.readline()
    if not line.startswith(code):
        raise ConnectionError(f"expected {code}, got {line!r}")


async def say(streams, octets, code):
    """Something that is answered with this code."""
    reader, writer = streams
    writer.write(octets)
    await expect(reader, code)


async def start_tls(streams):
    """Anybody's certificate will do."""
    await say(streams, b"STARTTLS\r\n", b"220")
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    await streams[1].start_tls(context)


async def send_content(streams, content, how):
    """In one piece, or in chunks."""
    if how != "bdat":
        await say(streams, b"DATA\r\n", b"354")
        await say(streams, content, b"250")
        return
    while content:
        chunk, content = content[:CHUNK], content[CHUNK:]
        last = b"" if content else b" LAST"
        await say(streams, b"BDAT %d%s\r\n%s" % (len(chunk), last, chunk),
                  b"250")


async def send_mail(host, port, content, how):
    """One connection, one mail."""
    streams = await asyncio.open_connection(host, port)
    await expect(streams[0], b"220")
    if how == "tls":
        await start_tls(streams)
    await say(streams, b"HELO c\r\n" if how == "data" else b"EHLO c\r\n",
              b"250")
    await say(streams, b"MAIL FROM:<a@b>\r\n", b"250")
    await say(streams, b"RCPT TO:<c@d>\r\n", b"250")
    await send_content(streams, content, how)
    await say(streams, b"QUIT\r\n", b"221")
    streams[1].close()


async def send(host, port, count, sent, how):
    """Send so many, some at once."""
    rng = random.Random(os.environ.get("SEED", "mail"))
    places = asyncio.Semaphore(AT_ONCE)

    async def one(content):
        async with places:
            await send_mail(host, port, content, how)
            sent.write(digest(content) + "\n")

    await asyncio.gather(*(one(make_content(rng)) for _ in range(count)))


def answer(verb):
    """What a server says that takes everything."""
    return {b"QUIT": b"221 bye\r\n", b"STAR": b"220 go\r\n",
            b"EHLO": b"250-mx\r\n250-STARTTLS\r\n250 CHUNKING\r\n"}.get(
                verb, b"250 ok\r\n")


class Receiver:
    """A server that takes everything, and writes down what."""

    def __init__(self, received, certificate=None):
        self.received = received
        self.verbs = VERBS
        if certificate:
            self.verbs += EXTENDED
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)

    def write(self, line):
        """At once."""
        print(line, file=self.received, flush=True)

    async def serve(self, reader, writer):
        """One connection."""
        writer.write(b"220 mx.example.org ESMTP\r\n")
        content = b""
        verb = None
        while verb != b"QUIT" and (line := await reader.readline()):
            verb = line[:4].upper()
            if verb not in self.verbs:
                self.write(f"unexpected: {line!r}")
            elif verb == b"DATA":
                writer.write(b"354 go\r\n")
                self.write(digest(await reader.readuntil(b"\r\n.\r\n")))
            elif verb == b"BDAT":
                words = line.split()
                content += await reader.readexactly(int(words[1]))
                if words[-1] == b"LAST":
                    self.write(digest(content))
            writer.write(answer(verb))
            if verb == b"STAR":
                await writer.start_tls(self.context)
        await writer.drain()
        writer.close()


async def receive(port, received):
    """Serve for ever."""
    server = await asyncio.start_server(received.serve, None, port,
                                        limit=1 << 22, backlog=100)
    await server.serve_forever()


def main():
    """Send or receive."""
    what, *words = sys.argv[1:]
    if what == "send":
        host, port, count, path, how = (words + ["data"])[:5]
        with open(path, "w", encoding="ascii") as sent:
            asyncio.run(send(host, int(port), int(count), sent, how))
    else:
        port, path, *certificate = words
        with open(path, "a", encoding="ascii") as received:
            asyncio.run(receive(int(port), Receiver(received, *certificate)))


main()
