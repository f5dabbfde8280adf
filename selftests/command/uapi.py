#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The UAPI header and the netlink specification say the same (TAP)."""

import os
import re
import sys

try:
    import yaml
except ImportError:
    print("1..0 # SKIP no Python module yaml (Debian: python3-yaml)")
    sys.exit(4)

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
HEADER = os.path.join(TOP, "kmod/uapi/mailguard.h")
SPEC = os.path.join(TOP, "Documentation/netlink/specs/mailguard.yaml")


class Tap:
    """Test points, counted."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def same(self, got, wanted, what):
        """A point that passes when both are equal."""
        self.count += 1
        if got == wanted:
            print(f"ok {self.count} {what}")
            return
        self.failed += 1
        print(f"not ok {self.count} {what}")
        print(f"# header:        {got}")
        print(f"# specification: {wanted}")

    def finish(self):
        """The plan, and the exit status."""
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def read_header(path):
    """Values of the macros, and the enumerators of each enum, in order."""
    with open(path, encoding="ascii") as file:
        text = file.read()
    macros = dict(re.findall(r"^#define (MAILGUARD_\w+)\s+(\S+)$", text,
                             re.MULTILINE))
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    enums = {}
    for name, body in re.findall(r"enum (\w+) \{(.*?)\};", plain, re.DOTALL):
        enums[name] = re.findall(r"^\s*(\w+)", body, re.MULTILINE)
    docs = dict(re.findall(r"/\*\*\n \* enum (\w+) - (.*?)\*/", text,
                           re.DOTALL))
    return macros, enums, docs


def enumerators(prefix, names, unspec=False, render_max=False):
    """What the specification's names are in C."""
    full = [prefix + name.upper().replace("-", "_") for name in names]
    if unspec:
        full.insert(0, prefix + "UNSPEC")
    if render_max:
        full += ["__" + prefix + "MAX", prefix + "MAX"]
    return full


def documented(doc):
    """The values that a kernel-doc comment tells of."""
    return re.findall(r"^ \* @(\w+):", doc, re.MULTILINE)


def find_enum(enums, wanted):
    """The enum of the header that has the first of these, or nothing."""
    for names in enums.values():
        if wanted[0] in names:
            return names
    return []


def check_definitions(tap, spec, macros, enums):
    """Constants and enums."""
    for item in spec["definitions"]:
        name = item["name"]
        prefix = "MAILGUARD_" + name.upper().replace("-", "_")
        if item["type"] == "const":
            tap.same(macros.get(prefix), str(item["value"]), f"const {name}")
            continue
        names = [entry["name"] for entry in item["entries"]]
        wanted = enumerators(prefix + "_", names,
                             render_max=item.get("render-max", False))
        tap.same(find_enum(enums, wanted), wanted, f"enum {name}")


def check_messages(tap, spec, enums):
    """Attributes and operations."""
    sets = {}
    for item in spec["attribute-sets"]:
        name = item["name"]
        sets[name] = [attr["name"] for attr in item["attributes"]]
        wanted = enumerators(f"MAILGUARD_A_{name.upper()}_", sets[name],
                             unspec=True, render_max=True)
        tap.same(enums.get(f"mailguard_{name}_attr"), wanted,
                 f"attribute-set {name}")
    operations = spec["operations"]["list"]
    wanted = enumerators("MAILGUARD_CMD_", [op["name"] for op in operations],
                         unspec=True, render_max=True)
    tap.same(enums.get("mailguard_cmd"), wanted, "operations")
    for op in operations:
        used = set()
        for kind in "do", "dump":
            for message in op.get(kind, {}).values():
                used.update(message["attributes"])
        tap.same(used - set(sets[op["attribute-set"]]), set(),
                 f"attributes of {op['name']}")


def check_documentation(tap, enums, docs):
    """Each enumerator has its words in the comment above."""
    for name, names in enums.items():
        wanted = [n for n in names
                  if not n.startswith("__") and not n.endswith("_MAX")]
        tap.same(documented(docs.get(name, "")), wanted,
                 f"the comment on enum {name}")


def main():
    """Compare."""
    macros, enums, docs = read_header(HEADER)
    with open(SPEC, encoding="ascii") as file:
        spec = yaml.safe_load(file)
    tap = Tap()
    print("TAP version 13")
    tap.same(macros.get("MAILGUARD_FAMILY_NAME"), f'"{spec["name"]}"', "name")
    check_definitions(tap, spec, macros, enums)
    check_messages(tap, spec, enums)
    check_documentation(tap, enums, docs)
    tap.finish()


main()
