#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Mail in quantity, and whether it arrived.

    mail_load.py receive PORT RECEIVED
    mail_load.py send HOST PORT COUNT SENT

What was sent, and what was received, is written as one digest of content a
line; what was received is appended. The receiver writes other lines about commands that it should not have
seen. SEED makes the same mail again.
"""

import asyncio
import hashlib
import os
import random
import sys

AT_ONCE = 16
VERBS = (b"HELO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP", b"QUIT")


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
    if not line.startswith(code):
        raise ConnectionError(f"expected {code}, got {line!r}")


async def send_mail(host, port, content):
    """One connection, one mail."""
    reader, writer = await asyncio.open_connection(host, port)
    await expect(reader, b"220")
    for line, code in ((b"HELO c", b"250"), (b"MAIL FROM:<a@b>", b"250"),
                       (b"RCPT TO:<c@d>", b"250"), (b"DATA", b"354")):
        writer.write(line + b"\r\n")
        await expect(reader, code)
    writer.write(content)
    await expect(reader, b"250")
    writer.write(b"QUIT\r\n")
    await expect(reader, b"221")
    writer.close()


async def send(host, port, count, sent):
    """Send so many, some at once."""
    rng = random.Random(os.environ.get("SEED", "mail"))
    places = asyncio.Semaphore(AT_ONCE)

    async def one(content):
        async with places:
            await send_mail(host, port, content)
            sent.write(digest(content) + "\n")

    await asyncio.gather(*(one(make_content(rng)) for _ in range(count)))


async def read_content(reader):
    """Octets up to the end of data."""
    return await reader.readuntil(b"\r\n.\r\n")


async def serve(reader, writer, received):
    """A server that takes everything."""
    writer.write(b"220 mx.example.org ESMTP\r\n")
    while True:
        line = await reader.readline()
        if not line:
            break
        verb = line[:4].upper()
        if verb not in VERBS:
            print(f"unexpected: {line!r}", file=received, flush=True)
        if verb == b"DATA":
            writer.write(b"354 go\r\n")
            received.write(digest(await read_content(reader)) + "\n")
            received.flush()
        writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
        if verb == b"QUIT":
            break
    await writer.drain()
    writer.close()


async def receive(port, received):
    """Serve for ever."""
    server = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, received), None, port,
        limit=1 << 22, backlog=100)
    await server.serve_forever()


def main():
    """Send or receive."""
    if sys.argv[1] == "send":
        with open(sys.argv[5], "w", encoding="ascii") as sent:
            asyncio.run(send(sys.argv[2], int(sys.argv[3]),
                             int(sys.argv[4]), sent))
    else:
        with open(sys.argv[3], "a", encoding="ascii") as received:
            asyncio.run(receive(int(sys.argv[2]), received))


main()
