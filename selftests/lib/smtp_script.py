# SPDX-License-Identifier: GPL-2.0
"""
The scripts of smtp_talk.py and smtp_server.py, which speak one side of an SMTP
dialogue octet by octet. One statement a line; empty lines and lines that begin
with "#" are skipped.

Sending (BYTES are written with Python's escapes, TEXT as it stands):
	> TEXT		TEXT and CRLF
	raw BYTES	BYTES
	char TEXT	TEXT and CRLF, one octet a segment
	charraw BYTES	BYTES, one octet a segment
	single BYTES	the same, but without waiting for acknowledgments
	repeat N BYTES	N times BYTES
	urgent BYTES	BYTES with the urgent flag (the last one is out of band)

Receiving (all that is received is printed, one line a line, escaped):
	< [START]	a reply, with all its lines; it must begin with START
	line [START]	one line; it must begin with START
	bytes N		N octets
	content		lines up to the end of a message
	quiet SECONDS	nothing must arrive
	eof		the peer must close
	rst		the peer must reset
	gone		the peer must close or reset; what came before is printed

Ending:
	shut		close the sending direction
	close		close
	reset		close with a reset

TLS:
	tls [FILE]	from here on all is in TLS: a client's side, or a server's
			with certificate and key from FILE
	plain BYTES	BYTES, all the same not in TLS

Order, between programs that run at the same time:
	acked		wait until the peer has acknowledged everything
	touch FILE	create a file in the directory of events
	await FILE	wait for it

For a server:
	auto		answer as a server would, until QUIT
"""

import codecs
import fcntl
import os
import re
import select
import socket
import struct
import sys
import termios
import time


# How long a second is on a slow kernel.
PATIENCE = float(os.environ.get("TEST_PATIENCE", 1))


class Failure(Exception):
    """Something else happened than the script says."""


def unescape(text):
    return codecs.escape_decode(text.encode())[0]


def quote(octets):
    return repr(octets)[2:-1]


def escape(octets):
    return quote(octets).replace("\\'", "'")


class Dialogue:
    """One connection, one script."""

    def __init__(self, sock, timeout, events, out=None, log=None):
        self.sock = sock
        self.timeout = timeout * PATIENCE
        self.events = events
        self.out = out
        self.log = log
        self.buffer = b""
        self.tls = False
        sock.settimeout(self.timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # Sending

    def send(self, octets):
        # Receives meanwhile: a peer that answers much and is not read would
        # stop reading, too.
        deadline = time.monotonic() + self.timeout
        rest = memoryview(octets)
        while rest:
            left = deadline - time.monotonic()
            readable, writable, _ = select.select(
                [self.sock], [self.sock], [], max(left, 0))
            if writable:
                rest = rest[self.sock.send(rest):]
            elif readable and not self.receive():
                raise Failure("the peer closed while we sent")
            elif not readable:
                raise Failure("the peer does not take what we send")

    def send_singly(self, octets):
        for i in range(len(octets)):
            self.send(octets[i:i + 1])
            self.do_acked("")

    def do_send(self, text):
        self.send(text.encode() + b"\r\n")

    def do_raw(self, text):
        self.send(unescape(text))

    def do_char(self, text):
        self.send_singly(text.encode() + b"\r\n")

    def do_charraw(self, text):
        self.send_singly(unescape(text))

    def do_single(self, text):
        octets = unescape(text)
        for i in range(len(octets)):
            self.send(octets[i:i + 1])

    def do_repeat(self, text):
        count, octets = text.split(" ", 1)
        self.send(unescape(octets) * int(count))

    def do_urgent(self, text):
        self.sock.send(unescape(text), socket.MSG_OOB)

    # Receiving

    def receive(self):
        """Wait for octets; nothing when the peer has closed."""
        try:
            # TLS would take a reset for an end.
            if self.tls and not self.sock.pending():
                socket.socket.recv(self.sock, 1, socket.MSG_PEEK)
            octets = self.sock.recv(65536)
        except socket.timeout:
            raise Failure("nothing came in %g s%s" % (
                self.timeout, self.so_far())) from None
        self.buffer += octets
        if self.log:
            self.log.write(octets)
            self.log.flush()
        return octets

    def so_far(self):
        return " after '%s'" % escape(self.buffer) if self.buffer else ""

    def take(self, length):
        octets, self.buffer = self.buffer[:length], self.buffer[length:]
        if self.out:
            for line in octets.splitlines(keepends=True) if octets else []:
                print(escape(line), file=self.out, flush=True)
        return octets

    def take_line(self):
        while b"\n" not in self.buffer:
            if not self.receive():
                raise Failure("the peer closed" + self.so_far())
        return self.take(self.buffer.index(b"\n") + 1)

    def expect(self, line, start):
        if not line.lower().startswith(start.encode().lower()):
            raise Failure("wanted %s, got %s" % (start, escape(line)))

    def do_reply(self, start):
        while True:
            line = self.take_line()
            self.expect(line, start)
            if not re.match(rb"\d\d\d-", line):
                break

    def do_line(self, start):
        self.expect(self.take_line(), start)

    def do_bytes(self, text):
        while len(self.buffer) < int(text):
            if not self.receive():
                raise Failure("the peer closed" + self.so_far())
        self.take(int(text))

    def do_content(self, _):
        while self.take_line() != b".\r\n":
            pass

    def do_quiet(self, text):
        if self.buffer or select.select([self.sock], [], [], float(text))[0]:
            if not self.buffer and not self.receive():
                raise Failure("the peer closed")
            raise Failure("unexpected:" + self.so_far())

    def drain(self):
        """Take all until the end; how did it end?"""
        try:
            while self.receive():
                pass
            return "eof"
        except ConnectionError:
            return "rst"
        finally:
            self.take(len(self.buffer))

    def ending(self, *wanted):
        end = self.drain()
        if self.out:
            print(end, file=self.out, flush=True)
        if end not in wanted:
            raise Failure("wanted %s, got %s" % (" or ".join(wanted), end))

    def do_eof(self, _):
        self.ending("eof")

    def do_rst(self, _):
        self.ending("rst")

    def do_gone(self, _):
        self.ending("eof", "rst")

    # Ending

    def do_shut(self, _):
        self.sock.shutdown(socket.SHUT_WR)

    def do_close(self, _):
        self.sock.close()

    def do_reset(self, _):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        self.sock.close()

    # TLS

    def do_tls(self, pem):
        # It takes long to load, and few need it.
        import ssl
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
        else:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        self.sock = context.wrap_socket(self.sock, server_side=bool(pem))
        self.tls = True

    def do_plain(self, text):
        socket.socket.sendall(self.sock, unescape(text))

    # Order

    def until(self, condition, what):
        deadline = time.monotonic() + self.timeout
        while not condition():
            if time.monotonic() > deadline:
                raise Failure(what)
            time.sleep(0.002)

    def unacknowledged(self):
        size = fcntl.ioctl(self.sock, termios.TIOCOUTQ, bytes(4))
        return struct.unpack("i", size)[0]

    def do_acked(self, _):
        self.until(lambda: not self.unacknowledged(),
                   "the peer does not acknowledge what we sent")

    def do_touch(self, name):
        with open(os.path.join(self.events, name), "w"):
            pass

    def do_await(self, name):
        path = os.path.join(self.events, name)
        self.until(lambda: os.path.exists(path), "no event " + name)

    # A server

    answers = {
        b"EHLO": b"250-server.example.org\r\n250-PIPELINING\r\n250 8BITMIME",
        b"HELO": b"250 server.example.org",
        b"MAIL": b"250 2.1.0 Ok",
        b"RCPT": b"250 2.1.5 Ok",
        b"DATA": b"354 End data with <CR><LF>.<CR><LF>",
        b"RSET": b"250 2.0.0 Ok",
        b"NOOP": b"250 2.0.0 Ok",
        b"QUIT": b"221 2.0.0 Bye",
    }

    def do_auto(self, _):
        self.do_send("220 server.example.org ESMTP")
        verb = b""
        while verb != b"QUIT":
            verb = self.take_line()[:4].upper()
            answer = self.answers.get(
                verb, b"502 5.5.2 Error: command not recognized")
            self.send(answer + b"\r\n")
            if verb == b"DATA":
                self.do_content("")
                self.do_send("250 2.0.0 Ok: queued")

    names = {"<": "reply", ">": "send"}

    def run(self, script):
        for number, line in enumerate(script, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            name, _, rest = line.partition(" ")
            step = getattr(self, "do_" + self.names.get(name, name), None)
            try:
                if step is None:
                    raise Failure("no such statement")
                step(rest)
            except (Failure, OSError) as why:
                print("# line %d, %s: %s" % (number, line, why),
                      file=sys.stderr, flush=True)
                return False
        return True
