#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
The dialogues of the unit test of kmod/core, over real connections.

    explain_corpus.py server PORT...	answer, until a signal
    explain_corpus.py client ADDRESS PORT...	call them in turn, once for each
					dialogue
    explain_corpus.py cut CAPTURE PORT	write what comes before a packet to this port
    explain_corpus.py merge OUTSIDE INSIDE	write what both sides have said
    explain_corpus.py compare OUTSIDE INSIDE EXPLAINED	what explain says of it,
					with what the other sides have got

The dialogues are the seeds of the fuzzer. Both sides know them: the source port
tells which it is. A side says its next words when it has got all that the other
side says before, which is as long as it was said, or when nothing comes.
explain judges at once what was held, but here it comes late, because its sender
doubles the time between repetitions. So a side waits as long again as the connection
exists: what was held comes within that time. A dialogue that takes too long is left.
"""

import asyncio
import glob
import json
import os
import re
import socket
import struct
import sys

FUZZ = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../fuzz")
FIRST_PORT = 20000
AT_A_TIME = 110
PATIENCE = 0.6 * float(os.environ.get("TEST_PATIENCE", 1))
AGE_MAX = 10 * PATIENCE
CLIENT, SERVER = 0, 1


def corpus():
    """All dialogues: lists of who says what."""
    with open(os.path.join(FUZZ, "profile.h"), encoding="ascii") as file:
        skip = int(re.search(r"PROFILE_BYTES\t(\d+)", file.read())[1])
    for path in sorted(glob.glob(os.path.join(FUZZ, "seeds/stream/dialogue-*"))):
        with open(path, "rb") as file:
            data = file.read()[skip:]
        steps = []
        at = 0
        while at < len(data):
            step, side = data[at] & 15, data[at] >> 4 & 1
            at += 2 if step in (0, 10) else 1
            if step:	# send, or acknowledge
                continue
            said = data[at:at + data[at - 1]]
            at += len(said)
            if steps and steps[-1][0] == side:
                steps[-1] = side, steps[-1][1] + said
            else:
                steps.append((side, said))
        yield steps


async def take(reader, count, age):
    """Read so many bytes, or as many as come in time; None: it has ended."""
    while count > 0:
        try:
            data = await asyncio.wait_for(reader.read(count), PATIENCE + age())
        except asyncio.TimeoutError:
            return count
        except OSError:
            return None
        if not data:
            return None
        count -= len(data)
    return count


def quiet(sock):
    """How many seconds ago a connection began, or got its last bytes."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 56)
    return struct.unpack_from("I", info, 52)[0] / 1000    # tcpi_last_data_recv


async def play(me, steps, reader, writer):
    """One side of a dialogue."""
    clock = asyncio.get_running_loop().time
    begin = clock() - quiet(writer.get_extra_info("socket"))
    due = 0

    def age():
        return clock() - begin

    try:
        for side, said in steps + [(me, b"")]:
            if side != me:
                due += len(said)
                continue
            due = await take(reader, due, age)
            if due is None or age() > AGE_MAX:
                break
            writer.write(said)
            await writer.drain()
        writer.write_eof()
        while due is not None and age() <= AGE_MAX:
            due = await take(reader, 1, age)
            if due:
                break
    except OSError:
        pass
    writer.close()


async def serve(ports):
    """Answer."""
    dialogues = list(corpus())

    async def answer(reader, writer):
        port = writer.get_extra_info("peername")[1]
        await play(SERVER, dialogues[port - FIRST_PORT], reader, writer)
    for port in ports:
        await asyncio.start_server(answer, "0.0.0.0", port, backlog=1000)
    print("ready", flush=True)
    await asyncio.Event().wait()


async def call(address, ports):
    """All dialogues, some at a time."""
    room = asyncio.Semaphore(AT_A_TIME)

    async def talk(number, steps):
        async with room:
            try:
                reader, writer = await asyncio.open_connection(
                    address, ports[number % len(ports)],
                    local_addr=("0.0.0.0", FIRST_PORT + number))
            except ConnectionResetError:
                return
            await play(CLIENT, steps, reader, writer)
    await asyncio.gather(*(talk(number, steps)
                           for number, steps in enumerate(corpus())))


def packets(path):
    """The packets of a capture: their records, whole, and what TCP has."""
    with open(path, "rb") as file:
        data = file.read()
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        record = data[at:at + 16 + size]
        ip = record[16 + 14:]
        ip = ip[:struct.unpack_from("!H", ip, 2)[0]]
        tcp = ip[(ip[0] & 15) * 4:]
        source, dest, seq = struct.unpack_from("!HHI", tcp)
        yield record, (source, dest), seq + (tcp[13] >> 1 & 1), tcp[13], \
            tcp[(tcp[12] >> 4) * 4:]
        at += 16 + size


def is_client(ports):
    """Does a client send this?"""
    return ports[0] >= FIRST_PORT


def cut(path, port):
    """The packets before the first one to a port."""
    with open(path, "rb") as file:
        sys.stdout.buffer.write(file.read(24))
    for record, ports, *_ in packets(path):
        if ports[1] == port:
            break
        sys.stdout.buffer.write(record)


def merge(outside, inside):
    """What the client says as it says it, and the server."""
    both = [packet[0] for packet in packets(outside) if is_client(packet[1])]
    both += [packet[0] for packet in packets(inside) if not is_client(packet[1])]
    both.sort(key=lambda record: struct.unpack_from("<II", record))
    with open(outside, "rb") as file:
        sys.stdout.buffer.write(file.read(24) + b"".join(both))


def streams(path, client):
    """What arrived, by the ports of the sender and the receiver."""
    found = {}
    for _, ports, seq, flags, data in packets(path):
        if is_client(ports) != client:
            continue
        if flags & 2:
            found[ports] = (seq, {})
        elif ports in found:
            begin, said = found[ports]
            said.setdefault(seq - begin & 0xffffffff, b"")
            if len(data) > len(said[seq - begin & 0xffffffff]):
                said[seq - begin & 0xffffffff] = data
    for ports, (_, said) in found.items():
        whole = b""
        for at in sorted(said):
            if at <= len(whole):
                whole += said[at][len(whole) - at:]
        found[ports] = whole
    return found


def notation(text):
    """The bytes of a line as explain writes it."""
    ends = not text.endswith("\\c")
    text = re.sub(r"\\(x..|.)", lambda found:
                  chr(int(found[1][1:], 16)) if len(found[1]) > 1 else
                  {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}[found[1]],
                  text if ends else text[:-2])
    return text.encode("latin-1") + (b"\r\n" if ends else b"")


def explained(path, said):
    """What goes on, by ports. @said: the bytes that explain only counts."""
    ports = {}
    sent = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            kind, item = json.loads(line).popitem()
            number = item.get("connection")
            if kind == "note" and " to " in item["text"]:
                ports[number] = tuple(int(port) for port in
                                      re.findall(r":(\d+)[, ]", item["text"])[:2])
            if kind not in ("line", "bytes"):
                continue
            key = ports[number]
            key = key if item["from"] == "client" else key[::-1]
            so_far = sent.setdefault(key, b"")
            if kind == "bytes":
                sent[key] += said[key][len(so_far):len(so_far) + item["bytes"]]
            elif "sent" in item:
                sent[key] += notation(item["sent"])
    return sent


def compare(outside, inside, result):
    """Say what differs; how much is alike."""
    got = streams(inside, True) | streams(outside, False)
    said = streams(outside, True) | streams(inside, False)
    sent = explained(result, said)
    count = 0
    for ports in sorted(got):
        if got[ports] == sent.get(ports, b""):
            count += 1
            continue
        print(f"dialogue {max(ports) - FIRST_PORT}, {ports}: got {got[ports]}, "
              f"explained {sent.get(ports)}, said {said[ports]}")
    edited = sum(got[ports] != said[ports] for ports in got)
    print(f"{count} of {len(got)} alike, {edited} edited")


def main():
    """What the first word says."""
    task, words = sys.argv[1], sys.argv[2:]
    if task == "server":
        asyncio.run(serve([int(port) for port in words]))
    elif task == "client":
        asyncio.run(call(words[0], [int(port) for port in words[1:]]))
    elif task == "cut":
        cut(words[0], int(words[1]))
    elif task == "merge":
        merge(*words)
    else:
        compare(*words)


main()
