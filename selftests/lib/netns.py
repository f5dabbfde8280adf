# SPDX-License-Identifier: GPL-2.0
"""Network namespaces. Python knows setns() since 3.12 only."""

import ctypes
import os

CLONE_NEWNET = 0x40000000


def enter_path(path):
    """Go to the namespace that this file stands for."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(path, "rb") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET):
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), path)


def enter(name):
    """Go to a namespace that "ip netns add" named."""
    enter_path("/run/netns/" + name)
