#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Writes a capture of a dialogue, as "mailguard explain" reads dialogues.

    explain_capture.py [WORD ...] <DIALOGUE >CAPTURE

pcapng	write pcapng, not pcap
late	the same, at times far beyond any date
unit=N	the same, with times in this unit, as if_tsresol has it
at=N	the same, of an interface that may not be there
ipv6	IPv6, with a header of options
vlan	a VLAN tag within another one
cooked	of no Ethernet, but of "any" device
split=N	segments of N bytes
swap	each segment comes after the one that follows it
repeat	each segment comes twice
apart	all packets of the server, and then all of the client
mix=N	each side in its order, but the two at random: N begins that
lose=N	every Nth segment is missing
short	the last segment is missing
snap=N	of the last segment that many bytes are missing
half	the client closes with its last segment, which a FIN ends
forged	a RST with another number comes behind the greeting
middle	without SYN, SYN-ACK and the greeting
server	the SYN is missing
many=N	so many connections at the same time
mega=N	N messages more, each of a megabyte, before the last line
"""

import random
import re
import struct
import sys

CLIENT, SERVER = "C", "S"
ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}
SYN, FIN, ACK, PSH, RST = 2, 1, 16, 8, 4


def line_bytes(text):
    """The bytes of a line, from its notation."""
    ends = not text.endswith("\\c")
    text = re.sub(r"\\(x[0-9a-fA-F]{2}|.)", lambda found:
                  ESCAPES.get(found[1]) or chr(int(found[1][1:], 16)),
                  text if ends else text[:-2])
    return text.encode("latin-1") + (b"\r\n" if ends else b"")


def read_dialogue(file):
    """Who says what."""
    for line in file:
        if line[:2] in ("C:", "S:"):
            text = line[2:].rstrip("\n")
            yield line[0], line_bytes(text[1:] if text[:1] == " " else text)


def messages(count):
    """A mail of a megabyte, so many times."""
    content = b"Subject: large\r\n\r\n" + b"0123456789" * 7 + b"\r\n"
    content += (b"0123456789" * 7 + b"\r\n") * (2 ** 20 // 72) + b".\r\n"
    for _ in range(count):
        yield CLIENT, b"MAIL FROM:<a@example.org>\r\n"
        yield SERVER, b"250 ok\r\n"
        yield CLIENT, b"RCPT TO:<b@example.org>\r\n"
        yield SERVER, b"250 ok\r\n"
        yield CLIENT, b"DATA\r\n"
        yield SERVER, b"354 go on\r\n"
        yield CLIENT, content
        yield SERVER, b"250 taken\r\n"


class Connection:
    """The packets between a client and a server."""

    def __init__(self, words, number):
        self.words = words
        self.port = {CLIENT: 40000 + number, SERVER: 25}
        self.next = {CLIENT: 0xfffffff0 + number & 0xffffffff,
                     SERVER: 1000 * number}

    def ip(self, side, tcp):
        """An IP packet."""
        ends = (1, 2) if side == CLIENT else (2, 1)
        if "ipv6" in self.words:
            address = [bytes.fromhex("20010db8") + bytes(11) + bytes([end])
                       for end in ends]
            options = struct.pack("!BB6x", 6, 0)
            return struct.pack("!IHBB", 6 << 28, len(options + tcp), 0, 64) + \
                b"".join(address) + options + tcp
        address = [bytes([192, 0, 2, end]) for end in ends]
        # The field is 0 in a packet that is larger than it can say.
        size = 20 + len(tcp) if len(tcp) < 65000 else 0
        return struct.pack("!BBHHHBBH", 0x45, 0, size, 0, 0x4000, 64, 6, 0) + \
            b"".join(address) + tcp

    def frame(self, side, flags, data=b""):
        """A frame, and the sequence numbers go on."""
        other = SERVER if side == CLIENT else CLIENT
        tcp = struct.pack("!HHIIBBHHH", self.port[side], self.port[other],
                          self.next[side],
                          self.next[other] if flags & ACK else 0, 5 << 4, flags,
                          65535, 0, 0)
        ip = self.ip(side, tcp + data)
        size = len(data) + bool(flags & (SYN | FIN))
        self.next[side] = self.next[side] + size & 0xffffffff
        kind = 0x86dd if "ipv6" in self.words else 0x0800
        if "cooked" in self.words:
            return struct.pack("!HHIHBB8x", kind, 0, 1, 1, 0, 6) + ip
        tags = struct.pack("!HHHH", 0x88a8, 7, 0x8100, 8) \
            if "vlan" in self.words else b""
        # A short frame is padded.
        return (bytes(12) + tags + struct.pack("!H", kind) + ip).ljust(60, b"\0")

    def packets(self, dialogue):
        """All frames, with whether they have data, and whose they are."""
        handshake = [(self.frame(side, flags), False, side) for side, flags in
                     ((CLIENT, SYN), (SERVER, SYN | ACK), (CLIENT, ACK))]
        if "server" in self.words:
            del handshake[0]
        if "middle" not in self.words:
            yield from handshake
        size = int(self.words.get("split", 1460))
        for i, (side, data) in enumerate(dialogue):
            last = side == CLIENT and CLIENT not in (d[0] for d in dialogue[i + 1:])
            for at in range(0, len(data), size):
                fin = FIN * (last and at + size >= len(data) and "half" in self.words)
                frame = self.frame(side, ACK | PSH | fin, data[at:at + size])
                if i or "middle" not in self.words:
                    yield frame, True, side
            other = SERVER if side == CLIENT else CLIENT
            yield self.frame(other, ACK), False, other
            if not i and "forged" in self.words:
                self.next[CLIENT] ^= 1 << 30
                yield self.frame(CLIENT, RST), False, CLIENT
                self.next[CLIENT] ^= 1 << 30
        for side, flags in (CLIENT, FIN | ACK), (SERVER, FIN | ACK), (CLIENT, ACK):
            if "half" not in self.words or (side, flags) != (CLIENT, FIN | ACK):
                yield self.frame(side, flags), False, side


def merge(packets, words):
    """What is captured of each side, put together in an order of its own."""
    if "apart" not in words and "mix" not in words:
        return ((frame, data) for frame, data, _ in packets)
    sides = {SERVER: [], CLIENT: []}
    for frame, data, side in packets:
        sides[side].append((frame, data))
    chance = random.Random(words.get("mix"))
    order = [SERVER] * len(sides[SERVER]) + [CLIENT] * len(sides[CLIENT])
    if "apart" not in words:
        chance.shuffle(order)
    return (sides[side].pop(0) for side in order)


def disturb(packets, words):
    """What a network does to packets."""
    held = None
    count = 0
    if "short" in words:
        packets = list(packets)
        del packets[max(i for i, packet in enumerate(packets) if packet[1])]
    if "snap" in words:
        packets = list(packets)
        at = max(i for i, packet in enumerate(packets) if packet[1])
        packets[at] = packets[at][0][:-int(words["snap"])], True
    for frame, data in packets:
        count += data
        if data and "lose" in words and count % int(words["lose"]) == 0:
            continue
        if data and "swap" in words and held is None:
            held = frame
            continue
        yield frame
        if "repeat" in words and data:
            yield frame
        if held is not None:
            yield held
            held = None
    if held is not None:
        yield held


def write(frames, words, out):
    """A file of libpcap, or a pcapng."""
    link = 276 if "cooked" in words else 1
    late = "late" in words
    interface = int(words.get("at", 0))
    pcapng = bool({"late", "unit", "at", "pcapng"} & set(words))
    if pcapng:
        out.write(struct.pack("<IIIHHqI", 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1,
                              28))
        # The unit of time is a second, or by default a microsecond.
        unit = struct.pack("<HHB3xHH", 9, 1, int(words.get("unit", 0)), 0, 0) \
            if late or "unit" in words else b""
        size = 20 + len(unit)
        out.write(struct.pack("<IIHHI", 1, size, link, 0, 262144) + unit +
                  struct.pack("<I", size))
    else:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link))
    for i, frame in enumerate(frames):
        micros = 2 ** 62 if late else 1600000000 * 10 ** 6 + i
        if pcapng:
            padded = frame + bytes(-len(frame) % 4)
            size = 32 + len(padded)
            out.write(struct.pack("<IIIIIII", 6, size, interface, micros >> 32,
                                  micros & 0xffffffff, len(frame), len(frame)) +
                      padded + struct.pack("<I", size))
        else:
            out.write(struct.pack("<IIII", micros // 10 ** 6, micros % 10 ** 6,
                                  len(frame), len(frame)) + frame)


def take_turns(sequences):
    """One of each, until all have ended."""
    while sequences:
        for sequence in list(sequences):
            try:
                yield next(sequence)
            except StopIteration:
                sequences.remove(sequence)


def main():
    """Read, and write."""
    words = dict((word.split("=") + [""])[:2] for word in sys.argv[1:])
    dialogue = list(read_dialogue(sys.stdin))
    count = int(words.get("mega", 0))
    dialogue[-2:-2] = messages(count)
    write(take_turns([disturb(merge(Connection(words, number + 1).packets(dialogue),
                                    words), words)
                      for number in range(int(words.get("many", 1)))]),
          words, sys.stdout.buffer)


main()
