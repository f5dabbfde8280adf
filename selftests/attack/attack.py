#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Packets of a hostile client, and what they made the server read.

    attack.py serve DIR PORT...
    attack.py attack DIR GATEWAY_MAC CLIENT SERVER PORT CASES
    attack.py attack-gateway DIR GATEWAY_MAC CLIENT SERVER PORT CASES
    attack.py attack-postfix DIR GATEWAY_MAC CLIENT SERVER PORT LOG CASES
    attack.py control DIR GATEWAY_MAC CLIENT SERVER PORT CASES
    attack.py attack-nested DIR GATEWAY_MAC CLIENT SERVER PORT CASES
    attack.py control-nested DIR GATEWAY_MAC CLIENT SERVER PORT CASES

The first one serves SMTP, and records in DIR what it reads, and every packet
that comes to its namespace, also for a server that is not its own. The others
play cases, by names that match the regular expression CASES, against such a
server, against one on the gateway itself, where packets are seen before they are
judged, against Postfix, of which LOG is read, and against a server that is not
guarded: there the attack must succeed. The cases of fragments in fragments, which
a table of fixups drops for all ports, are played by the two with "nested" in their
names. They print a line for each test point:
pass or fail, a description, and why, with tabs between.

What the server hides from the client is written in tildes, which stand nowhere
else: the client must see none, in whatever packet.

Accomplices send from other networks of the gateway: ACCOMPLICE_server and such
say in which namespace, and to which address of the gateway there.

Packets with a TTL of DIES end between gateway and server: a rule there stands
for the router where they would.
"""

import ast
import collections
import errno
import hashlib
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import netns

DIES = 2
PATIENCE = 120 * int(os.environ.get("TEST_PATIENCE", 1))
HIDDEN = (b"~", b"5.5.2")
PERMITTED = (b"HELO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP", b"QUIT")
RECORDS = (b"\x15", b"\x16", b"\x17")

TCP_AO_INFO = 40
ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 0x0003, 0x0800, 0x86dd
FIN, SYN, RST, PSH, ACK, URG = (1 << i for i in range(6))

Packet = collections.namedtuple(
    "Packet", "sport dport seq ack flags options payload")


def ip_payload(octets):
    """What an IP packet carries, if that is TCP."""
    version = octets[0] >> 4
    if version == 4 and octets[9] == socket.IPPROTO_TCP:
        total, = struct.unpack("!H", octets[2:4])
        return octets[(octets[0] & 15) * 4:total]
    if version == 6 and octets[6] == socket.IPPROTO_TCP:
        length, = struct.unpack("!H", octets[4:6])
        return octets[40:40 + length]
    return None


def parse(octets):
    """An IP packet, if it is one of TCP."""
    tcp = ip_payload(octets)
    if not tcp:
        return None
    sport, dport, seq, ack, offset, flags = struct.unpack("!HHIIBB", tcp[:14])
    end = (offset >> 4) * 4
    return Packet(sport, dport, seq, ack, flags, tcp[20:end], tcp[end:])


def packet_socket():
    """All that comes and goes in this namespace."""
    return socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                         socket.htons(ETH_P_ALL))


def socket_in(name):
    """A packet socket of another namespace."""
    with open("/proc/self/ns/net", "rb") as own:
        netns.enter(name)
        try:
            return packet_socket()
        finally:
            netns.enter_path("/proc/self/fd/%d" % own.fileno())


#
# The server's side
#

def read_content(stream, log):
    """Lines up to the end of data."""
    for line in stream:
        if line == b".\r\n":
            break
        print("content", repr(line), file=log, flush=True)
    print("message", file=log, flush=True)
    return b"250 taken\r\n"


def answer(line, sock, stream, log, state):
    """What a server says to a command."""
    verb = line[:4].upper()
    if verb == b"QUIT":
        return b"221 bye\r\n"
    if verb == b"STAR":
        state.add("tls")
        return b"220 go\r\n"
    if verb == b"EHLO":
        return b"250-mx\r\n250 CHUNKING\r\n"
    if verb == b"BDAT":
        stream.read(int(line.split()[1]))
        return b"250 taken\r\n"
    if verb == b"RCPT":
        state.add("rcpt")
    if verb == b"DATA" and "rcpt" not in state:
        return b"503 need rcpt\r\n"
    if verb == b"DATA":
        sock.sendall(b"354 go\r\n")
        return read_content(stream, log)
    return b"250 ok\r\n" if verb in PERMITTED else b"502 ~~~ ~~\r\n"


def next_line(stream, log, state):
    """A command; behind STARTTLS, what is no record is one."""
    while "tls" in state and stream.peek(1)[:1] in RECORDS:
        header = stream.read(5)
        stream.read(int.from_bytes(header[3:], "big"))
        print("record", file=log, flush=True)
    return stream.readline()


def serve_one(sock, log):
    """A dialogue, recorded line by line."""
    print("connect", file=log, flush=True)
    try:
        sock.sendall(b"220 ~~~~ ~~~~\r\n")
        state = set()
        stream = sock.makefile("rb")
        while line := next_line(stream, log, state):
            print("command", repr(line), file=log, flush=True)
            sock.sendall(answer(line, sock, stream, log, state))
            if line[:4].upper() == b"QUIT":
                break
    except OSError:
        pass
    sock.close()
    print("end", file=log, flush=True)


def has_multipath():
    """Does the kernel have Multipath TCP?"""
    try:
        socket.socket(proto=socket.IPPROTO_MPTCP).close()
    except OSError:
        return False
    return True


def has_signatures():
    """Does the kernel have AO? Others know no such option."""
    with socket.socket() as sock:
        try:
            sock.getsockopt(socket.IPPROTO_TCP, TCP_AO_INFO, 64)
        except OSError as error:
            return error.errno != errno.ENOPROTOOPT
    return True


def listen(port, protocol):
    """A socket for both families."""
    server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, protocol)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("::", port))
    server.listen(64)
    return server


def serve_port(directory, port):
    """
    A thread for each connection; its log is named after its port. PORT/mptcp
    takes Multipath TCP.
    """
    port, _, multipath = port.partition("/")
    server = listen(int(port), socket.IPPROTO_MPTCP if multipath else 0)
    while True:
        sock, peer = server.accept()
        log = open(os.path.join(directory, "%d.read" % peer[1]), "a",
                   encoding="ascii")
        threading.Thread(target=serve_one, args=(sock, log),
                         daemon=True).start()


def serve(directory, *ports):
    """Serve, and record the packets."""
    wire = packet_socket()
    for port in ports:
        threading.Thread(target=serve_port, args=(directory, port),
                         daemon=True).start()
    logs = {}
    while True:
        octets, address = wire.recvfrom(65536)
        packet = parse(octets)
        if not packet or address[2] == socket.PACKET_OUTGOING:
            continue
        if packet.sport not in logs:
            logs[packet.sport] = open(
                os.path.join(directory, "%d.packets" % packet.sport), "w",
                encoding="ascii")
        print(packet.seq, packet.flags, packet.payload.hex(),
              file=logs[packet.sport], flush=True)


#
# The client's side
#

class Failure(Exception):
    """Something did not happen that the attack needs."""


class Wire:
    """Raw packets to and from the gateway; the kernel keeps out of it."""

    def __init__(self, mac, address):
        from scapy.layers.inet import IP, TCP
        from scapy.layers.inet6 import IPv6
        self.layers = IP, IPv6, TCP
        self.mac = bytes.fromhex(mac.replace(":", ""))
        self.address = address
        self.sock = packet_socket()
        self.port = int(os.environ["FIRST_PORT"])
        self.accomplices = {}

    def sender(self, by):
        """The socket and the gateway's address of an accomplice, or ours."""
        if not by:
            return self.sock, self.mac
        if by not in self.accomplices:
            name, mac = os.environ["ACCOMPLICE_" + by].split()
            self.accomplices[by] = (socket_in(name),
                                    bytes.fromhex(mac.replace(":", "")))
        return self.accomplices[by]

    def nest(self, header, segment):
        """Two fragments of a segment, each in a fragment that is alone."""
        from scapy.layers.inet6 import IPv6ExtHdrFragment
        for offset, more, octets in ((0, 1, segment[:24]),
                                     (3, 0, segment[24:])):
            yield bytes(header / IPv6ExtHdrFragment(id=self.port, nh=44) /
                        IPv6ExtHdrFragment(id=self.port, nh=6, offset=offset,
                                           m=more) / octets)

    def send(self, src, dst, ttl=64, payload=b"", by=None, nested=False,
             **tcp):
        """Fields that are not said are right."""
        sock, mac = self.sender(by)
        ipv4, ipv6, tcp_layer = self.layers
        if ":" in dst:
            protocol, header = ETH_P_IPV6, ipv6(src=src, dst=dst, hlim=ttl)
        else:
            protocol, header = ETH_P_IP, ipv4(src=src, dst=dst, ttl=ttl)
        packets = [bytes(header / tcp_layer(**tcp) / payload)]
        if nested:
            packets = self.nest(header, packets[0][40:])
        for packet in packets:
            sock.sendto(packet, ("eth0", protocol, 0, 0, mac))

    def receive(self, timeout):
        """A packet that came, or None."""
        if not select.select([self.sock], [], [], timeout)[0]:
            return None
        octets, address = self.sock.recvfrom(65536)
        return (parse(octets) if address[2] != socket.PACKET_OUTGOING
                else None)


class Multipath:
    """
    The options of Multipath TCP (RFC 8684), version 1, without checksums. An end
    that insists sends them though the other one has none.
    """

    KIND = 30
    CAPABLE, DSS = b"\1\1", 0x20

    def __init__(self, insists):
        self.key = b"\1\2\3\4\5\6\7\10"
        self.peer_key = bytes(8) if insists else None
        self.confirmed = False

    def hear(self, options):
        """The server's key, if it is on the SYN-ACK."""
        at = options.find(bytes((self.KIND, 12)))
        if at >= 0:
            self.peer_key = options[at + 4:at + 12]

    @staticmethod
    def first(key):
        """The first data sequence number of the end that has this key."""
        return int.from_bytes(hashlib.sha256(key).digest()[-8:], "big") + 1

    def syn(self):
        """The offer."""
        return [(self.KIND, self.CAPABLE)]

    def ack(self, heard):
        """Both keys, once; then how much data was heard."""
        if self.peer_key is None:
            return []
        if not self.confirmed:
            self.confirmed = True
            return [(self.KIND, self.CAPABLE + self.key + self.peer_key)]
        return [(self.KIND, struct.pack(
            "!BBQ", self.DSS, 3,
            (self.first(self.peer_key) + heard) % 2 ** 64))]

    def data(self, heard, place, length, data_place):
        """Octets at a place of the TCP stream have another one in the data."""
        if self.peer_key is None:
            return []
        return [(self.KIND, struct.pack(
            "!BBQQIH", self.DSS, 15,
            (self.first(self.peer_key) + heard) % 2 ** 64,
            (self.first(self.key) + data_place) % 2 ** 64, place + 1, length))]


class Client:
    """
    One end of a connection. Places in its stream count from the first octet;
    "mark" is the one where the case begins.
    """

    def __init__(self, wire, server, dport, isn=None, sport=None,
                 timestamps=False, syn_data=b"", multipath=None):
        self.wire, self.server, self.dport = wire, server, dport
        wire.port += not sport
        self.sport = sport or wire.port
        self.isn = 1000000 if isn is None else isn
        self.timestamps = timestamps
        self.multipath = multipath and Multipath(multipath == "insists")
        self.clock = 1000
        self.acked = 0          # octets the server has acknowledged
        self.mark = 0
        self.peer_isn = None
        self.stream = b""       # what was heard, in order
        self.packets = []       # what was heard, in packets
        self.auto_ack = True
        self.closes = True      # the server, after QUIT
        self.window = 65535
        self.ended = ""
        self.connections = 0
        self.open(syn_data)

    def path_options(self, place, octets, data_place):
        """Those of Multipath TCP; data is at its place, or at another one."""
        heard = len(self.stream)
        if not self.multipath:
            return []
        if place < 0:
            return self.multipath.syn()
        if not octets:
            return self.multipath.ack(heard)
        return self.multipath.data(heard, place, len(octets),
                                   place if data_place is None else data_place)

    def options(self, old=False, md5=False, signed=False):
        """Other TCP options of a packet."""
        options = []
        if self.timestamps:
            clock = self.clock - 900 if old else self.clock
            options += [("NOP", None)] * 2 + [("Timestamp", (clock, 0))]
        if md5:
            options += [("NOP", None)] * 2 + [(19, bytes(16))]
        if signed:
            options += [(29, bytes(14))]
        return options

    def send(self, at, octets=b"", flags=ACK, ack=None, data_place=None,
             old=False, md5=False, signed=False, **fields):
        """A packet; "at" counts from the mark."""
        if ack is None:
            ack = len(self.stream)
        ack = 0 if self.peer_isn is None else self.peer_isn + 1 + ack
        fields.setdefault("options", self.options(old, md5, signed) +
                          self.path_options(self.mark + at, octets,
                                            data_place))
        fields.setdefault("window", self.window)
        self.wire.send(
            self.wire.address, self.server, sport=self.sport, dport=self.dport,
            seq=(self.isn + 1 + self.mark + at) % 2 ** 32, flags=flags,
            ack=ack % 2 ** 32, payload=octets, **fields)

    def forge(self, octets=b"", flags=ACK, seq=None, ack=None, by=None):
        """A packet as if from the server, by an accomplice or ourselves."""
        seq = len(self.stream) if seq is None else seq
        ack = self.acked if ack is None else ack
        self.wire.send(
            self.server, self.wire.address, sport=self.dport, dport=self.sport,
            seq=(self.peer_isn + 1 + seq) % 2 ** 32, flags=flags,
            ack=(self.isn + 1 + ack) % 2 ** 32, payload=octets, window=65535,
            by=by)

    def open(self, syn_data):
        """The handshake."""
        self.connections += 1
        self.peer_isn = None
        self.send(-1, syn_data, flags=SYN)
        self.wait(lambda: self.peer_isn is not None or self.ended,
                  "no connection", lambda: self.send(-1, flags=SYN))
        if self.ended:
            raise Failure("no connection: " + self.ended)
        self.send(0)

    def again(self):
        """Another connection with the same ports."""
        self.isn = (self.isn + 2 ** 28) % 2 ** 32
        self.acked, self.mark, self.stream, self.ended = 0, 0, b"", ""
        self.auto_ack = True
        self.open(b"")
        self.reply(0)

    def take(self, packet):
        """One packet of the server."""
        if packet.flags & SYN:
            if packet.ack == (self.isn + 1) % 2 ** 32:
                self.peer_isn = packet.seq
                if self.multipath:
                    self.multipath.hear(packet.options)
            return
        if packet.flags & RST:
            self.ended = "reset"
            return
        if self.peer_isn is None:
            return
        acked = (packet.ack - self.isn - 1) % 2 ** 32
        if acked < 2 ** 31:
            self.acked = max(self.acked, acked)
        at = (packet.seq - self.peer_isn - 1) % 2 ** 32
        if packet.payload:
            self.packets.append((at, packet.payload))
        if at <= len(self.stream) < at + len(packet.payload):
            self.stream += packet.payload[len(self.stream) - at:]
        if packet.flags & FIN and at + len(packet.payload) == len(self.stream):
            self.ended = self.ended or "closed"
        if self.auto_ack and (packet.payload or packet.flags & FIN):
            self.send(self.acked - self.mark,
                      ack=len(self.stream) + (self.ended == "closed"))

    def wait(self, condition, failure, repeat=None):
        """Take packets until it is so; do what a sender does when it waits."""
        end = time.monotonic() + PATIENCE
        again = time.monotonic() + 0.3
        while not condition():
            packet = self.wire.receive(0.1)
            if packet and packet.dport == self.sport and \
               packet.sport == self.dport:
                self.take(packet)
            if time.monotonic() > end:
                raise Failure("%s; heard %r, acknowledged %d, ended %r" % (
                    failure, self.stream, self.acked, self.ended))
            if repeat and time.monotonic() > again:
                repeat()
                again = time.monotonic() + 0.3

    def deliver(self, octets):
        """Send from the mark on until all of it is acknowledged."""
        def rest():
            done = max(self.acked - self.mark, 0)
            self.clock += 1
            self.send(done, octets[done:], flags=ACK | PSH)
        if self.acked < self.mark + len(octets):
            rest()
        self.wait(lambda: self.ended == "reset" or
                  self.acked >= self.mark + len(octets),
                  "%r does not arrive" % octets, rest)
        self.mark += len(octets)

    def reply(self, before):
        """Wait for a line more than there were."""
        self.wait(lambda: self.ended or self.stream.count(b"\n") > before,
                  "no reply")

    def say(self, octets):
        """A command and its reply."""
        before = self.stream.count(b"\n")
        self.deliver(octets)
        self.reply(before)

    def close(self):
        """The server has read everything before, and closes."""
        self.deliver(b"QUIT\r\n")
        self.wait(lambda: self.ended, "the server does not close")

    def abort(self):
        """Nothing is left of it anywhere, and a recorder knows the end."""
        self.send(max(self.acked - self.mark, 0), flags=RST | ACK)


HELO = (b"HELO a\r\n",)
MAIL = HELO + (b"MAIL FROM:<a@example.net>\r\n",
               b"RCPT TO:<b@example.org>\r\n", b"DATA\r\n")
EHLO = (b"EHLO a\r\n",)
TLS = HELO + (b"STARTTLS\r\n",)


#
# Cases. The segments are sent first, as (place, octets, fields); then what the
# client says its stream is, until all of it is acknowledged. "commands" is what
# the server reads, from first to last. A case that has "play" does what that
# does, instead of sending segments. "port" 1 is the one where EHLO, BDAT and
# STARTTLS are permitted, and on 2 the server takes Multipath TCP. With "pause"
# the server is stopped for a while. "signed" cases succeed without the guard only
# if the server's kernel has AO.
#

DENIED = b"VRFY root\r\n"
HARMLESS = b"NOOP xxxx\r\n"
MASKED = b"XXXXXXXXX\r\n"

DEAD = {"ttl": DIES}
CASES = []


def case(name, segments, says, commands, preface=HELO, **more):
    """Another one."""
    CASES.append(dict(
        {"name": name, "segments": segments, "says": says,
         "commands": commands, "preface": preface, "open": {}, "play": None,
         "control": False, "ends": 0, "end": "closed", "alive": False,
         "port": 0, "pause": False, "nested": False, "signed": False,
         "privileged": False}, **more))


def octet_by_octet(octets):
    """A segment each."""
    return [(i, octets[i:i + 1], {}) for i in range(len(octets))]


def in_turn(first, second):
    """Of each octet two copies that differ."""
    return [segment for pair in zip(octet_by_octet(first),
                                    octet_by_octet(second))
            for segment in pair]


case("a denied command", [], DENIED, [MASKED], control=True)
case("the first copy dies, the second is denied",
     [(0, HARMLESS, DEAD)], DENIED, [HARMLESS], control=True)
case("the first copy dies, and was denied",
     [(0, DENIED, DEAD)], HARMLESS, [MASKED])
case("half of the first copy dies",
     [(0, b"NOOP", {}), (4, b" xxxx\r\n", DEAD)], b"NOOP\r\nVRFY x\r\n",
     [b"NOOP xxxx\r\n", b"X\r\n"])
case("a wrong checksum on the first copy",
     [(0, HARMLESS, {"chksum": 0x1234})], DENIED, [MASKED], control=True)
case("a wrong checksum on the denied copy",
     [(0, DENIED, {"chksum": 0x1234})], HARMLESS, [HARMLESS])
case("an old timestamp on the first copy",
     [(0, HARMLESS, {"old": True})], DENIED, [HARMLESS], control=True,
     open={"timestamps": True})
case("an MD5 option on the first copy",
     [(0, HARMLESS, {"md5": True})], DENIED, [HARMLESS], control=True)
case("an AO option on the first copy",
     [(0, HARMLESS, {"signed": True})], DENIED, [HARMLESS], control=True,
     signed=True)
case("no flag but PSH on the first copy",
     [(0, HARMLESS, {"flags": PSH})], DENIED, [MASKED], control=True)
case("overlap before", [(0, b"NOOP", {}), (-4, b"a\r\nx" + DENIED, {})],
     DENIED, [b"NOOP root\r\n"])
case("overlap before what is new", [(-4, b"VRFY" + DENIED, {})],
     DENIED, [MASKED], control=True)
case("overlap inside", [(0, HARMLESS, DEAD), (2, b"\r\nVRFY r", {})],
     HARMLESS, [HARMLESS])
case("overlap after", [(0, b"NOOP x", DEAD), (4, b"\r\n" + DENIED, {})],
     b"NOOP\r\n" + DENIED, [b"NOOP xVRFY root\r\n"], control=True)
case("overlap after what was acknowledged",
     [(0, b"NOOP x", {}), (4, b"\r\n" + DENIED, {})],
     b"NOOP\r\n" + DENIED, [b"NOOP xVRFY root\r\n"])
case("the end first, then two beginnings",
     [(4, b" root\r\n", {}), (0, b"NOOP", DEAD), (0, b"VRFY", {})],
     DENIED, [b"NOOP root\r\n"], control=True)
case("the end first, in two copies",
     [(4, b" xxxx\r\n", {}), (4, b"\r\nVRFY\r\n"[:7], {}), (0, b"VRFY", {})],
     HARMLESS, [MASKED])
case("octet by octet in reverse", octet_by_octet(DENIED)[::-1], DENIED,
     [MASKED], control=True)
case("octet by octet in two copies", in_turn(HARMLESS, DENIED), HARMLESS,
     [HARMLESS])
case("octet by octet in two copies, the denied one first",
     in_turn(DENIED, HARMLESS), HARMLESS, [MASKED], control=True)
case("octet by octet in two copies, the first of them dies",
     [(at, octets, DEAD if i % 2 == 0 else {}) for i, (at, octets, _) in
      enumerate(in_turn(HARMLESS, DENIED))], DENIED, [HARMLESS], control=True)
case("duplicates", [(0, DENIED, {})] * 3, DENIED, [MASKED], control=True)
case("beyond the window", [(1 << 20, DENIED, {}), (1 << 30, DENIED, {}),
                           (-(1 << 20), DENIED, {})], HARMLESS, [HARMLESS])
case("urgent data", [(0, b"N" + DENIED, {"flags": ACK | URG, "urgptr": 1})],
     b"N" + DENIED, [b"NXXXXXXXXX\r\n"], control=True)
case("an urgent pointer without the flag",
     [(0, b"N" + DENIED, {"urgptr": 1})], b"N" + DENIED, [b"NXXXXXXXXX\r\n"])
case("a keep-alive probe with an octet",
     [(-1, b"V", {}), (-1, b"\n", {}), (-1, b"\n" + DENIED, {})], DENIED,
     [MASKED], control=True)
case("a RST out of the window", [(1 << 20, b"", {"flags": RST})], DENIED,
     [MASKED], control=True)
case("a RST in the window that is not exact", [(100, b"", {"flags": RST})],
     DENIED, [MASKED])
case("a RST that dies", [(0, b"", {"flags": RST, "ttl": DIES})], DENIED,
     [MASKED])
case("a RST with data", [(0, DENIED, {"flags": RST, "ttl": DIES})], DENIED,
     [MASKED])
case("a FIN out of order", [(50, b"", {"flags": ACK | FIN})], DENIED,
     [MASKED], control=True)
case("a FIN that dies", [(0, b"", {"flags": ACK | FIN, "ttl": DIES})], DENIED,
     [MASKED], control=True)
case("a FIN with data that dies",
     [(0, HARMLESS, {"flags": ACK | FIN, "ttl": DIES})], DENIED, [HARMLESS],
     control=True)
case("a SYN in the middle", [(-1, DENIED, {"flags": SYN}),
                             (5, DENIED, {"flags": SYN, "ttl": DIES})],
     DENIED, [MASKED])
case("data on the SYN", [], HARMLESS, [HARMLESS],
     open={"syn_data": DENIED})

WRAP = {"isn": 2 ** 32 - 1 - len(HELO[0]) - 5}
case("sequence wrap: a denied command", [], DENIED, [MASKED], control=True,
     open=WRAP)
case("sequence wrap: the first copy dies", [(0, HARMLESS, DEAD)], DENIED,
     [HARMLESS], control=True, open=WRAP)
case("sequence wrap: octet by octet in reverse",
     octet_by_octet(DENIED)[::-1], DENIED, [MASKED], open=WRAP)

# Content: a message of 40 octets, and another of as many that ends within.
TEXT = b"a" * 38 + b"\r\n"
ENDS = b"a" * 18 + b"\r\n.\r\n" + DENIED + b"abcd\r\n"
END = b".\r\n"

case("content: the second copy has an end of data", [(0, TEXT, DEAD)],
     ENDS + END, [], preface=MAIL, ends=1, control=True)
case("content: a dot in the second copy",
     [(0, b"a\r\nb\r\n", DEAD)], b"a\r\n.\r\n" + DENIED + END, [],
     preface=MAIL, ends=1, control=True)
case("content: CRLF before the dot in the second copy",
     [(0, b"abcd.\r\n", DEAD)], b"ab\r\n.\r\n" + DENIED + END, [],
     preface=MAIL, ends=1, control=True)
case("content: octet by octet, the first of two copies dies",
     [(at, octets, DEAD if i % 2 == 0 else {}) for i, (at, octets, _) in
      enumerate(in_turn(TEXT, ENDS))], ENDS + END, [], preface=MAIL, ends=1,
     control=True)
case("content: the second copy has no end of data",
     [(0, b"aaaa\r\n" + END, DEAD)], b"aaaaaaaaa" + DENIED,
     [MASKED], preface=MAIL, ends=1)
case("content: the second copy has no end of data and no line",
     [(0, b"aaaa\r\n" + END, DEAD)], b"a" * 9 + b"a" * 9 + b"\r\n" + DENIED,
     [MASKED, MASKED], preface=MAIL, ends=1)

BLOCK = (b"b" * 58 + b"\r\n") * 10
BAD_BLOCK = (b"b" * 58 + b"\r\n") * 5 + b"b\r\n" + END + DENIED + \
    b"c" * (600 - 300 - 6 - 11 - 2) + b"\r\n"
case("content ahead: the second copy has an end of data",
     [(40, BLOCK, {}), (40, BAD_BLOCK, {})], TEXT + BAD_BLOCK + END, [],
     preface=MAIL, ends=1)
case("content ahead: the first copy dies",
     [(40, BLOCK, DEAD), (40, BAD_BLOCK, {})], TEXT + BAD_BLOCK + END, [],
     preface=MAIL, ends=1, control=True)
case("content ahead: it has an end of data", [(40, BAD_BLOCK, {})],
     TEXT + BAD_BLOCK, [b"X" * (600 - 300 - 6 - 11 - 2) + b"\r\n"],
     preface=MAIL, ends=1, commands_begin=[MASKED], control=True)
case("content ahead: the hole's second copy has an end of data",
     [(40, BLOCK, {}), (0, TEXT, DEAD), (0, ENDS, {})], ENDS + BLOCK + END,
     [], preface=MAIL, ends=1, control=True)
case("content ahead: commands, and an end of data in the hole",
     [(40, DENIED * 60, {})], b"a" * 35 + b"\r\n" + END + DENIED * 60, [],
     preface=MAIL, end="reset", control=True)


# A record of as many octets as the command.
RECORD = b"\x16\x03\x01\x00\x06abcdef"

case("TLS: a command behind STARTTLS",
     [(0, b"STARTTLS\r\n" + DENIED, {})], b"STARTTLS\r\n" + DENIED,
     [b"STARTTLS\r\n"], port=1, end="reset", control=True)
case("TLS: a command instead of a record", [], DENIED, [], preface=TLS,
     port=1, end="reset", control=True)
case("TLS: a command behind a record", [], RECORD + DENIED, [], preface=TLS,
     port=1, end="reset", control=True)
case("TLS: the first copy dies, the second is a command",
     [(0, RECORD, DEAD)], DENIED, [], preface=TLS, port=1, end="reset",
     control=True)
case("TLS: the first copy dies, and is a command",
     [(0, DENIED, DEAD)], RECORD, [], preface=TLS, port=1, end="reset")
case("TLS: octet by octet, the first of two copies dies",
     [(at, octets, DEAD if i % 2 == 0 else {}) for i, (at, octets, _) in
      enumerate(in_turn(RECORD, DENIED))], DENIED, [], preface=TLS, port=1,
     end="reset", control=True)
case("TLS: octet by octet in reverse", octet_by_octet(DENIED)[::-1], DENIED,
     [], preface=TLS, port=1, end="reset", control=True)

LONG = RECORD + b"\x17\x03\x03\x00\x78" + b"d" * 120
BEHIND = DENIED + b"x" * 600 + b"\r\n"
case("TLS ahead: a command behind the record in the hole",
     [(0, RECORD, {}), (len(LONG), BEHIND, {})], LONG + BEHIND, [],
     preface=TLS, port=1, end="reset", control=True)
case("TLS ahead: the first copy dies, the second has a command",
     [(0, RECORD, {}), (36, b"d" * 700, DEAD), (36, (LONG + BEHIND)[36:], {})],
     LONG + BEHIND, [], preface=TLS, port=1, end="reset", control=True)

CHUNK = b"BDAT 640 LAST\r\n" + b"c" * 638 + b"\r\n"
case("BDAT ahead: a command behind the chunk",
     [(0, CHUNK[:100], {}), (115, CHUNK[115:] + DENIED, {})], CHUNK + DENIED,
     [b"BDAT 640 LAST\r\n", MASKED], preface=EHLO, port=1, control=True)
case("BDAT ahead: a command behind a chunk that dies",
     [(0, CHUNK[:100], {}), (115, CHUNK[115:], DEAD),
      (len(CHUNK), DENIED * 60, {})], CHUNK + DENIED,
     [b"BDAT 640 LAST\r\n", MASKED], preface=EHLO, port=1)


def repeated(client, at):
    """Wait until the server says again what begins there."""
    client.wait(lambda: sum(a <= at < a + len(o)
                            for a, o in client.packets) > 1,
                "the server repeats nothing")


def false_ack(client, at):
    """Acknowledge what is there, but not to the server, and hear it again."""
    client.send(client.acked - client.mark, ack=len(client.stream), ttl=DIES)
    repeated(client, at)
    client.auto_ack = True


def play_banner_again(client):
    """Before the greeting."""
    client.reply(0)
    client.send(0, ack=5, ttl=DIES)
    false_ack(client, 6)


def play_reply_again(client):
    """The client says that it has a denied command's reply."""
    client.auto_ack = False
    at = len(client.stream)
    client.say(DENIED)
    client.send(0, ack=at + 7, ttl=DIES)
    false_ack(client, at + 8)


def play_zero_window(client):
    """The server waits, and probes; then gets room for some octets."""
    client.window = 0
    client.send(0)
    start = before = len(client.stream)
    client.deliver(DENIED)

    # A server may send all of it at the first chance.
    def whole():
        return len(client.stream) > start and client.stream.endswith(b"\n")

    for window in (1, 2, 3):
        client.window = window
        client.send(0)
        client.wait(lambda heard=before: len(client.stream) > heard or whole(),
                    "no octet comes through a narrow window")
        before = len(client.stream)
    client.window = 65535
    client.send(0)


def play_reply_after_close(client):
    """
    The server's last reply is lost behind the gateway, and its FIN is not. To
    conntrack, a repetition of the FIN ends the connection.
    """
    client.auto_ack = False
    at = len(client.stream)

    def lack():
        client.send(client.acked - client.mark, ack=at)
    client.send(0, b"QUIT\r\n", flags=ACK | PSH, ack=at)
    client.wait(lambda: client.ended, "the server does not close", lack)
    gap = 0
    while gap < 2:
        client.packets.clear()
        lack()
        since = time.monotonic()
        client.wait(lambda: any(place <= at for place, _ in client.packets),
                    "the server's last reply does not come again")
        gap = time.monotonic() - since
    client.mark += 6
    client.send(0, flags=FIN | ACK, ack=len(client.stream) + 1)
    client.closes = False


case("the banner comes again after a false acknowledgment", [], HARMLESS,
     [HARMLESS], greet=play_banner_again, open={"auto_ack": False})
case("a denied command's reply comes again after a false acknowledgment",
     [], HARMLESS, [MASKED, HARMLESS], play=play_reply_again)
case("a reply comes again after the server's FIN", [], b"", [],
     play=play_reply_after_close)
case("a window of no octets, then of few", [], HARMLESS, [MASKED, HARMLESS],
     play=play_zero_window)


def play_forged_354(client):
    """DATA dies, the client answers it itself, and says what follows."""
    client.send(0, b"DATA\r\n", ttl=DIES)
    client.forge(b"354 go\r\n", ack=client.mark)
    client.send(6, DENIED, ack=len(client.stream) + 8, ttl=DIES)


def pause():
    """The server answers no more; its kernel still acknowledges."""
    server = int(os.environ["SERVER_PID"])
    os.kill(server, signal.SIGSTOP)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with open("/proc/%d/stat" % server, encoding="ascii") as file:
            if ") T " in file.read():
                return
    raise Failure("the server does not stop")


def play_forged_first(client):
    """The server is slow to answer DATA; the client is not."""
    before = client.stream.count(b"\n")
    try:
        pause()
        client.deliver(b"DATA\r\n")
        client.forge(b"354 go\r\n", ack=client.mark)
        client.send(0, DENIED)
    finally:
        os.kill(int(os.environ["SERVER_PID"]), signal.SIGCONT)
    client.reply(before)


def play_forged_begin(client):
    """A SYN-ACK begins another connection, with a greeting and a 354."""
    client.forge(flags=SYN | ACK, seq=99, ack=client.mark)
    client.forge(b"220 a\r\n", seq=100, ack=client.mark)
    client.send(0, b"DATA\r\n", ack=107, ttl=DIES)
    client.forge(b"354 go\r\n", seq=107, ack=client.mark)
    client.send(6, DENIED, ack=115, ttl=DIES)


def play_third_354(client):
    """DATA dies, and an accomplice on a third network answers it."""
    client.send(0, b"DATA\r\n", ttl=DIES)
    client.forge(b"354 go\r\n", ack=client.mark + 6, by="third")
    client.send(6, DENIED)


def play_third_syn(client):
    """An accomplice's SYN says that the client is elsewhere."""
    client.send(-1, flags=SYN, ttl=DIES, by="third")
    client.send(0, b"DATA\r\n", ttl=DIES)
    client.forge(b"354 go\r\n", ack=client.mark + 6)
    client.send(6, DENIED)


# The client acknowledges what never went: that is the end.
case("a forged 354", [], b"DATA\r\n" + DENIED, [], play=play_forged_354,
     end="reset")
case("a forged 354 before the server's reply", [], DENIED,
     [b"DATA\r\n", MASKED], play=play_forged_first, pause=True)
case("a forged SYN-ACK and 354", [], b"DATA\r\n" + DENIED, [],
     play=play_forged_begin, end="reset")


case("a forged 354 from a third network", [], b"DATA\r\n" + DENIED,
     [b"DATA\r\n", MASKED], play=play_third_354, control=True)
case("a SYN from a third network, and a forged 354", [],
     b"DATA\r\n" + DENIED, [b"DATA\r\n", MASKED], play=play_third_syn,
     control=True)


def play_blind_begin(client):
    """
    In the middle of content, SYN-ACKs from the server's network, by somebody who
    knows no number.
    """
    client.deliver(b"a\r\n.")
    for number in range(2 ** 28, 2 ** 32, 2 ** 29):
        client.forge(flags=SYN | ACK, seq=number, ack=number, by="server")


def play_blind_syn(client):
    """A SYN comes before that, of which conntrack remembers the number."""
    client.send(-(2 ** 20), flags=SYN, by="third")
    play_blind_begin(client)


def play_accomplice_begin(client):
    """To the gateway, the server answers another SYN; to both ends, it does not."""
    at = len(client.stream)
    client.send(-7, flags=SYN, ttl=DIES)
    client.forge(flags=SYN | ACK, seq=at - 9, ack=client.mark - 6, by="server")


case("a blind SYN-ACK in the middle of content", [],
     b"b\r\n" + END + DENIED, [MASKED], preface=MAIL, play=play_blind_begin,
     ends=1, control=True)
case("a blind SYN and SYN-ACK in the middle of content", [],
     b"b\r\n" + END + DENIED, [MASKED], preface=MAIL, play=play_blind_syn,
     ends=1, control=True)
case("a SYN, and its SYN-ACK from the server's network", [], DENIED, [],
     play=play_accomplice_begin, end="reset", alive=True)


def balanced(begin, end):
    """
    Octets between, so that a fragment of all this changes no checksum: neither
    its words, nor its length in the pseudo header. They are printable.
    """
    for pad in b"", b"aa", b"zz":
        octets = begin + pad + bytes(4) + end
        words = struct.unpack("!%dH" % (len(octets) // 2),
                              octets[:len(octets) & ~1])
        odd = octets[-1] << 8 if len(octets) % 2 else 0
        missing = -sum(words) - odd - len(octets)
        for first in range(0x2121, 0x7f7f):
            both = struct.pack("!HH", first, (missing - first) % 0xffff)
            if all(ord("!") <= octet < 0x7f for octet in both):
                return begin + pad + both + end
    raise Failure("no octets balance %r" % end)


# The first fragment is a whole segment to conntrack, and the second is none.
REST = balanced(b" x", b"\r\n" + DENIED)
FRAGMENTS = b"NOOP" + REST


def play_nested(client):
    """They come, and nothing else does."""
    client.send(0, FRAGMENTS, nested=True)
    client.wait(lambda: client.acked >= client.mark + len(FRAGMENTS),
                "the fragments do not arrive")
    client.mark += len(FRAGMENTS)


case("fragments in fragments", [(0, FRAGMENTS, {"nested": True})], FRAGMENTS,
     [FRAGMENTS[:-len(DENIED)], MASKED], nested=True)
case("fragments in fragments alone", [], b"", [], play=play_nested,
     control=True, nested=True)


def play_multipath(client):
    """
    Segments in one order; by their mappings, what is denied comes first. A server
    that has Multipath TCP would not close before that acknowledges all.
    """
    before = client.stream.count(b"\n")
    client.send(0, b"NOOP ", data_place=client.mark + len(DENIED))
    client.send(5, DENIED, data_place=client.mark)
    client.deliver(b"NOOP " + DENIED + b"a\r\n")
    client.wait(lambda: client.stream.count(b"\n") > before + 1,
                "no replies")
    client.closes = client.multipath.peer_key is None


def play_insisting(client):
    """The first ACK is reset, so the server never accepts the connection."""
    client.wait(lambda: client.ended, "the connection goes on")
    client.connections = 0


def play_late_multipath(client):
    """Mappings in a connection that began without."""
    client.multipath = Multipath(insists=True)
    client.multipath.confirmed = True
    client.send(0, HARMLESS)
    client.wait(lambda: client.ended, "the connection goes on")


case("Multipath TCP in another order", [], b"",
     [b"NOOP " + DENIED, b"X\r\n"], play=play_multipath,
     open={"multipath": "offers"}, port=2, control=True)
case("Multipath TCP that was not agreed on", [], b"", [], preface=(),
     greet=lambda client: None, play=play_insisting,
     open={"multipath": "insists"}, port=2, end="reset")
case("Multipath TCP in the middle", [], b"", [], play=play_late_multipath,
     end="reset")


def play_reuse(client):
    """The same ports again after a RST."""
    client.say(DENIED)
    client.abort()
    client.again()
    client.say(HELO[0])


def play_reuse_after_close(client):
    """Both ends send a FIN at the same time, and the ports are used again."""
    client.auto_ack = False
    client.deliver(b"QUIT\r\n")
    client.wait(lambda: client.ended, "the server does not close")
    client.send(0, flags=FIN | ACK)
    client.send(1, ack=len(client.stream) + 1)
    client.again()
    client.say(HELO[0])


def forget(client):
    """Conntrack's entry goes, as after a time; the server knows nothing."""
    client.send(0, flags=RST, ttl=DIES)
    subprocess.run(os.environ["FORGET"].split() + [str(client.sport)],
                   check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def play_forgotten_forged(client):
    """To the gateway, another connection begins; to the server, none does."""
    forget(client)
    at = len(client.stream)
    client.send(-7, flags=SYN, ttl=DIES)
    client.forge(flags=SYN | ACK, seq=at - 9, ack=client.mark - 6)
    client.forge(b"220 a\r\n", seq=at - 8, ack=client.mark - 6)
    client.send(-6, b"DATA\r\n", ack=at - 1, ttl=DIES)
    client.forge(b"354 go\r\n", seq=at - 1, ack=client.mark)
    client.send(0, DENIED, ack=at)


def play_reversed(client):
    """To conntrack, the server begins another connection, and goes on with ours."""
    forget(client)
    heard = len(client.stream)
    client.forge(flags=SYN, seq=heard - 1)
    client.send(-1, flags=SYN | ACK, ttl=DIES)
    client.forge(seq=heard, ack=client.mark)
    client.send(0, DENIED)


case("the same ports after a RST", [], DENIED,
     [MASKED, HELO[0], MASKED], play=play_reuse)
case("the same ports after a simultaneous close", [], DENIED,
     [b"QUIT\r\n", HELO[0], MASKED], play=play_reuse_after_close)
case("a RST that dies, and conntrack forgets", [], DENIED, [], play=forget,
     end="reset", alive=True)
case("a forged SYN-ACK when conntrack forgot", [], DENIED, [],
     play=play_forgotten_forged, end="reset", alive=True)
case("the other way round when conntrack forgot", [], DENIED, [],
     play=play_reversed, end="reset", alive=True, privileged=True)

#
# Playing, and what came of it
#


class Recorder:
    """Our own server."""

    def __init__(self, directory):
        self.directory = directory

    def commands(self, script, client):
        """What the server read of a connection that has ended."""
        path = os.path.join(self.directory, "%d.read" % client.sport)
        lines = await_lines(path, lambda lines: script["alive"] or
                            not client.closes or
                            lines.count("end") == client.connections)
        return [ast.literal_eval(line.partition(" ")[2]) for line in lines
                if line.startswith("command ")]


class Postfix:
    """What a real one has logged, since we looked."""

    def __init__(self, path):
        self.path = path
        self.seen = 0

    def commands(self, _, client):
        """The same from its log."""
        lines = await_lines(self.path, lambda lines: client.connections == sum(
            ": disconnect from" in line for line in lines[self.seen:]))
        said = [re.search(r": < [^ ]*\[10\.0\.1\.2\]: (.*)", line)
                for line in lines[self.seen:]]
        self.seen = len(lines)
        return [m[1].encode() + b"\r\n" for m in said if m]


def await_lines(path, condition):
    """Lines of a file, when it is so."""
    end = time.monotonic() + PATIENCE
    while True:
        lines = []
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                lines = file.read().split("\n")[:-1]
        if condition(lines):
            return lines
        if time.monotonic() > end:
            raise Failure("%s ends with %r" % (path, lines[-9:]))
        time.sleep(0.02)


def readings(directory, script, client):
    """
    For each place, all the octets that came to the server's network for it:
    whichever copy a receiver prefers, it reads one of these.
    """
    def complete(lines):
        flags = [int(line.split(" ")[1]) for line in lines]
        return script["alive"] or flags and flags[-1] & RST

    path = os.path.join(directory, "%d.packets" % client.sport)
    values = collections.defaultdict(set)
    for line in await_lines(path, complete):
        seq, flags, octets = line.split(" ")
        first = int(seq) + bool(int(flags) & SYN) - client.isn - 1
        for i, octet in enumerate(bytes.fromhex(octets)):
            values[(first + i) % 2 ** 32].add(octet)
    values[2 ** 32 - 1].add(ord("\n"))
    return values


def places(values, pattern):
    """Where some receiver could read this."""
    return [at for at in sorted(values)
            if all(octet in values.get((at + i) % 2 ** 32, ())
                   for i, octet in enumerate(pattern))]


def check(what, good, why):
    """A test point."""
    if good:
        print("pass\t" + what)
    else:
        print("fail\t%s\t%s" % (what, why.replace("\t", " ")))
    sys.stdout.flush()


def play(wire, server, port, script):
    """The attack itself; the connection has ended after it."""
    options = dict(script["open"])
    auto_ack = options.pop("auto_ack", True)
    client = Client(wire, server, port, **options)
    client.auto_ack = auto_ack
    script.get("greet", lambda c: c.reply(0))(client)
    for line in script["preface"]:
        client.say(line)
    before = client.mark
    if script["play"]:
        script["play"](client)
    for at, octets, fields in script["segments"]:
        client.send(before - client.mark + at, octets, **fields)
    client.deliver(script["says"])
    if client.ended != "reset" and client.closes:
        client.close()
    client.abort()
    return client


def judge_commands(name, script, client, server):
    """What the server read."""
    wanted = list(script["preface"]) + script.get("commands_begin", []) + \
        script["commands"]
    if script["end"] == "closed":
        wanted.append(b"QUIT\r\n")
    got = server.commands(script, client)
    check(name + ": the server reads what it may", got == wanted and
          client.ended == script["end"],
          "it reads %r, not %r; %s" % (got, wanted, client.ended))


def judge_copies(name, script, client, directory):
    """What it could have read."""
    values = readings(directory, script, client)
    denied = [] if script["preface"] is MAIL else places(values, b"\nVRFY")
    ends = places(values, b"\r\n.\r\n")
    check(name + ": nor could a server that prefers other copies",
          not denied and len(ends) == script["ends"],
          "VRFY at %r, ends of data at %r" % (denied, ends))


def judge_client(name, client):
    """What the client got."""
    seen = [octets for _, octets in client.packets
            if any(word in octets for word in HIDDEN)]
    check(name + ": the client sees nothing hidden", not seen, repr(seen))


def is_for(script, server, where):
    """
    Not every kernel has Multipath TCP and AO, nor can every server be paused, or
    be seen to be as we want it.
    """
    if script["port"] == 2 and not has_multipath():
        return False
    if script["nested"] != where.endswith("-nested"):
        return False
    if script["privileged"] != (where == "attack-privileged"):
        return False
    if where.startswith("control"):
        return script["control"] and (not script["signed"] or has_signatures())
    if script["nested"]:
        return not script["control"]
    if where == "attack-gateway":
        return script["pause"]
    return isinstance(server, Recorder) or not (
        script["alive"] or script["port"] or script["pause"])


def attack(wire, directory, address, port, server, cases, where):
    """Play them, one after the other."""
    for script in CASES:
        name = script["name"]
        if not re.search(cases, name) or not is_for(script, server, where):
            continue
        try:
            client = play(wire, address, port + script["port"], script)
            if where.startswith("control"):
                got = server.commands(script, client)
                check(name + ": without the guard it works", DENIED in got,
                      repr(got))
                continue
            judge_commands(name, script, client, server)
            if where != "attack-gateway":
                judge_copies(name, script, client, directory)
            judge_client(name, client)
        except Failure as why:
            check(name + ": it comes to its end", False, str(why))


def main():
    """See the top."""
    name, directory, *rest = sys.argv[1:]
    if name == "serve":
        serve(directory, *rest)
        return
    mac, client, address, port, *log, cases = rest
    wire = Wire(mac, client)
    server = Postfix(*log) if log else Recorder(directory)
    attack(wire, directory, address, int(port), server, cases, name)


if __name__ == "__main__":
    main()
