#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Compares what version 1 promises not to change with what there is.

    promise.py          print what is missing or different, and exit with 1 then
    promise.py --add    add to the promise what is new

Documentation/promise.txt is the promise: the numbers of the netlink interface, the
names of the counters, the words of the statements, and the keys of the JSON documents.
"""

import json
import os
import re
import sys

import yaml

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PROMISE = os.path.join(TOP, "Documentation/promise.txt")
SCHEMAS = ("mailguard.schema.json", "mailguard-events.schema.json")


def read(name):
    """A file of the project."""
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return file.read()


def numbered(items, number):
    """Each item, by its name, with its number."""
    for item in items:
        item = item if isinstance(item, dict) else {"name": item}
        number = item.get("value", number)
        yield item, number
        number += 1


def of_netlink():
    """Attributes with their types, operations, values of enums and constants."""
    spec = yaml.safe_load(read("Documentation/netlink/specs/mailguard.yaml"))
    for group in spec["attribute-sets"]:
        for item, number in numbered(group["attributes"], 1):
            yield f"netlink {group['name']} {item['name']} {item['type']} {number}"
    for item, number in numbered(spec["operations"]["list"], 1):
        yield f"netlink operation {item['name']} {number}"
    for group in spec["definitions"]:
        if group["type"] == "const":
            continue
        kind = "counter" if group["name"] == "reason" else f"netlink {group['name']}"
        for item, number in numbered(group["entries"], group.get("value-start", 0)):
            yield f"{kind} {item['name']} {number}"


def of_language():
    """The words of each statement, with its place."""
    text = read("userspace/language/statements.c")
    for row in re.split(r"\}, \{", text.partition("statements[] = {")[2]):
        words = re.search(r"\.words = \"(.*)\"", row)
        place = re.search(r"\.place = STATEMENT_(\w+)", row)
        if words:
            yield f"statement {place[1].lower() if place else 'top'} {words[1]}"


def of_json(schema, name):
    """The keys of each object, with their types."""
    for key, value in schema.get("properties", {}).items():
        kind = value.get("$ref", value.get("type", "")) or "any"
        yield f"json {name} {key} {kind}"
    for key, value in schema.items():
        parts = value.items() if isinstance(value, dict) else \
            enumerate(value) if isinstance(value, list) else ()
        for part, inner in parts:
            if isinstance(inner, dict):
                yield from of_json(inner, f"{name}/{part}")
        if isinstance(value, dict) and key not in ("properties", "$defs"):
            yield from of_json(value, f"{name}/{key}")


def present():
    """What there is."""
    yield from of_netlink()
    yield from of_language()
    for name in SCHEMAS:
        yield from of_json(json.loads(read("Documentation/" + name)), name)


def main():
    """Compares, or adds what is new."""
    now = set(present())
    add = sys.argv[1:] == ["--add"]
    promised = set()
    if os.path.exists(PROMISE):
        promised = set(read(PROMISE).splitlines())
    if add:
        with open(PROMISE, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in sorted(promised | now))
    gone = sorted(promised - now)
    for line in gone:
        print(f"promised, and gone or changed: {line}")
    for line in sorted(now - promised) if not add else ():
        print(f"new, and not in Documentation/promise.txt: {line}")
    sys.exit(bool(gone) or (now != promised and not add))


main()
