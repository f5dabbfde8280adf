# SPDX-License-Identifier: GPL-2.0
"""What storm.py asks of the system, without a program for each: modules,
network namespaces, rulesets."""

import contextlib
import ctypes
import errno
import fcntl
import glob
import os
import socket
import struct
import time

# System calls that the C library has no function for; of x86-64.
SYS_DELETE_MODULE = 176
SYS_FINIT_MODULE = 313

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

MODULE = "nf_conntrack_smtp"

libc = ctypes.CDLL(None, use_errno=True)
nftables = ctypes.CDLL("libnftables.so.1")
nftables.nft_ctx_new.restype = ctypes.c_void_p


def call(function, *args):
    """A function of libc; a failure is an OSError."""
    if function(*args) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def is_loaded():
    """Is the module there?"""
    return os.path.exists("/sys/module/" + MODULE)


def load():
    """What insmod does."""
    path, = glob.glob(f"/lib/modules/{os.uname().release}/extra/{MODULE}.ko")
    fd = os.open(path, os.O_RDONLY)
    try:
        call(libc.syscall, SYS_FINIT_MODULE, fd, b"", 0)
    finally:
        os.close(fd)


def unload():
    """What rmmod does. Rules that were deleted, and namespaces, keep the
    module until RCU lets go of them."""
    end = time.monotonic() + 60
    while True:
        try:
            call(libc.syscall, SYS_DELETE_MODULE, MODULE.encode(),
                 os.O_NONBLOCK)
            return
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EBUSY) or \
                    time.monotonic() > end:
                raise
        time.sleep(0.005)


class Ruleset:
    """The nft ruleset of the namespace where this was made."""

    def __init__(self):
        self.ctx = ctypes.c_void_p(nftables.nft_ctx_new(0))

    def run(self, text):
        """What nft does."""
        if nftables.nft_run_cmd_from_buffer(self.ctx, text):
            raise RuntimeError(f"nft: {text}")

    def close(self):
        """Its socket would keep the namespace alive."""
        nftables.nft_ctx_free(self.ctx)


def open_namespace():
    """The network namespace of this thread."""
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def enter_namespace(fd):
    """Make it the one of this thread."""
    call(libc.setns, fd, CLONE_NEWNET)


@contextlib.contextmanager
def new_namespace():
    """Be in a new namespace, whose lo is up, and then where we were."""
    before = open_namespace()
    try:
        call(libc.unshare, CLONE_NEWNET)
        with socket.socket() as sock:
            fcntl.ioctl(sock, SIOCSIFFLAGS,
                        struct.pack("16sH14x", b"lo", IFF_UP))
        yield
    finally:
        enter_namespace(before)
        os.close(before)
