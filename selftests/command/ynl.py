#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Talks to the module with the kernel's YNL client, which knows of it what the
netlink specification says.

    ynl.py YNL_DIR SPEC policies		each policy as a line of JSON, and
						each further message of one
    ynl.py ... policy NAME			the same of one policy
    ynl.py ... add JSON				add or replace a policy
    ynl.py ... connections | counters		print as "mailguard list" does
    ynl.py ... events FILE			make FILE, then print events up
						to the end of a connection
    ynl.py ... actions				each anomaly, the actions that it
						may have, and what the refusals
						of the others say
"""

import json
import select
import sys


def print_messages(messages):
    """Policies, their attributes sorted."""
    for message in messages:
        print(json.dumps(message, sort_keys=True))


def print_policies(family):
    """Every policy."""
    print_messages(family.dump("policy-get", {}))


def print_policy(family, name):
    """One policy; the client returns its only message without a list."""
    reply = family.do("policy-get", {"name": name})
    print_messages(reply if isinstance(reply, list) else [reply])


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


def print_events(family):
    """What happens to connections, until one ends."""
    family.ntf_subscribe("events")
    with open(sys.argv[4], "w", encoding="ascii"):
        pass
    ended = False
    while not ended:
        select.select([family.sock], [], [])
        family.check_ntf()
        for event in family.async_msg_queue:
            event["msg"].pop("pad", None)
            event["msg"]["text"] = event["msg"].get("text", b"").decode()
            print(event["name"], json.dumps(event["msg"], sort_keys=True))
            ended |= event["name"] == "connection-end"
        family.async_msg_queue.clear()


def refusal(family, anomaly, action):
    """Where and why an action is refused, or None."""
    # pylint: disable=import-outside-toplevel,import-error
    from lib import NlError
    try:
        family.do("policy-new", {
            "name": "try", "check": True,
            "commands": {"verb": ["ehlo", "starttls"]},
            "actions": {anomaly: action}})
    except NlError as error:
        extack = error.nl_msg.extack
        return f"{extack['bad-attr']}: {extack['msg']}"
    return None


def print_actions(family):
    """What the kernel permits, found by trying it all."""
    for anomaly in family.attr_sets["actions"]:
        refusals = {action: refusal(family, anomaly, action)
                    for action in family.consts["action"].entries}
        print(anomaly, *(action for action, why in refusals.items()
                         if not why))
        print(*sorted(set(why for why in refusals.values() if why)), sep="\n")


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
        elif what == "policy":
            print_policy(family, sys.argv[4])
        else:
            {"policies": print_policies, "connections": print_connections,
             "counters": print_counters, "events": print_events,
             "actions": print_actions}[what](family)
    except NlError as error:
        print(error)
        sys.exit(1)


main()
