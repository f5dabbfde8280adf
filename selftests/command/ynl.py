#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Talks to the module with the kernel's YNL client, which knows of it what the
netlink specification says.

    ynl.py YNL_DIR SPEC policies		each policy as a line of JSON
    ynl.py ... add JSON				add or replace a policy
    ynl.py ... connections | counters		print as "mailguard list" does
"""

import json
import sys


def print_policies(family):
    """Every policy, its attributes sorted."""
    for policy in family.dump("policy-get", {}):
        print(json.dumps(policy, sort_keys=True))


def end_point(connection, name):
    """An address and its port."""
    address = connection[name]
    prefix = "" if name == "address" else name + "-"
    port = connection[prefix + "port"]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def print_connections(family):
    """The connections; the address is left out when it is the server's."""
    for conn in family.dump("connection-get", {}):
        client, address, server = (end_point(conn, name) for name in
                                   ("client", "address", "server"))
        between = "" if address == server else f" address {address}"
        print(f"client {client}{between} server {server} "
              f"policy {conn['policy']} state {conn['state']} "
              f"passed {conn['passed']} denied {conn['denied']}")


def print_counters(family):
    """The counters under their names in the specification, and the memory."""
    width = max(map(len, family.consts["reason"].entries))
    for policy in family.dump("counter-get", {}):
        print(f"policy {policy['policy']} {{")
        for counter in policy["counter"]:
            print(f"\t{counter['reason']:{width}} {counter['count']}")
        print("}")
    for memory in family.dump("memory-get", {}):
        print("memory machine {" if "machine" in memory else "memory {")
        print(f"\theld   {memory['held']}\n\tbudget {memory['budget']}\n}}")


def main():
    """Do what the words say."""
    directory, spec, what = sys.argv[1:4]
    sys.path.insert(0, directory)
    # pylint: disable=import-outside-toplevel,import-error
    from lib import NlError, YnlFamily
    # Lint compares the specification with the schema. The client of Linux 6.12
    # takes the type "pad" for unknown.
    family = YnlFamily(spec, "", True)
    try:
        if what == "add":
            family.do("policy-new", json.loads(sys.argv[4]))
        else:
            {"policies": print_policies, "connections": print_connections,
             "counters": print_counters}[what](family)
    except NlError as error:
        print(error)
        sys.exit(1)


main()
