#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Scripted peers without a program to start for each of them: starting Python is
what takes longest where each instruction is emulated. lib.sh starts this once
for a test; it listens on a port of the loopback, which it writes to PORT, and
forks for every request:

	KEY PID FD talk NETNS OPTION...	smtp_talk.py. It reads the standard input
					of PID, and prints to its descriptor FD
	KEY PID FD server NETNS DIR OPTION... PORT
					smtp_server.py, with the same input. It
					keeps what it receives in DIR
	KEY PID FD lines FILE		print FILE, escaped, one line a line
	KEY PID FD listening NETNS PORT	wait until somebody listens there

A request is a line of fields with tabs between; KEY is $PEERS_KEY. The answer
is a line: a status, or the server's process as soon as it listens.
"""

import os
import signal
import socket
import sys
import time

import netns
import smtp_script
import smtp_server
import smtp_talk


def print_to(path):
    # What is there already stays.
    sys.stdout = sys.stderr = open(path, "a", buffering=1)


def talk(process, output, namespace, *options):
    netns.enter(namespace)
    print_to(process + output)
    with open(process + "0") as script:
        status = smtp_talk.main(options, script)
    sys.stdout.close()
    return status


def lines(process, output, path):
    print_to(process + output)
    with open(path, "rb") as octets:
        for line in octets.read().splitlines(True):
            print(smtp_script.quote(line))
    sys.stdout.close()
    return 0


def listening(_process, _output, namespace, port):
    netns.enter(namespace)
    wanted = ":%04X" % int(port)
    deadline = time.monotonic() + 60 * smtp_script.PATIENCE
    while time.monotonic() < deadline:
        for table in "/proc/self/net/tcp", "/proc/self/net/tcp6":
            with open(table) as rows:
                for row in rows:
                    fields = row.split()
                    # LISTEN
                    if fields[3] == "0A" and fields[1].endswith(wanted):
                        return 0
        time.sleep(0.05)
    return 1


def server(conn, process, _output, namespace, directory, *options):
    netns.enter(namespace)
    os.makedirs(directory, exist_ok=True)
    print_to(directory + "/log")

    def ready():
        with open(directory + "/pid", "w") as file:
            print(os.getpid(), file=file)
        answer(conn, os.getpid())
    smtp_server.main([*options, process + "0",
                      directory + "/received"], ready)


def answer(conn, number):
    conn.sendall(b"%d\n" % number)
    conn.close()


def serve(conn):
    with conn.makefile() as request:
        fields = request.readline().rstrip("\n").split("\t")
    key, pid, output, what, *rest = fields
    if key != os.environ["PEERS_KEY"]:
        return
    rest = ["/proc/%s/fd/" % pid, output, *rest]
    if what == "server":
        server(conn, *rest)
    else:
        todo = {"talk": talk, "lines": lines, "listening": listening}[what]
        answer(conn, todo(*rest))


def main(path):
    # Nobody waits for the children.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    with open(path + ".new", "w") as file:
        print(listener.getsockname()[1], file=file)
    os.rename(path + ".new", path)
    while True:
        conn, _ = listener.accept()
        if os.fork():
            conn.close()
            continue
        listener.close()
        try:
            serve(conn)
        except Exception:  # of who asks, too: it may not read all
            sys.stderr = sys.__stderr__
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(0)


main(sys.argv[1])
