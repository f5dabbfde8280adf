#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Makes of Documentation/netlink/specs/mailguard.yaml what is generated from it.

    generate.py SOURCE		write the files
    generate.py --check SOURCE	say which files are not what the source gives

SOURCE is a kernel source with tools/net/ynl, whose ynl-gen-c.py does the work.
Two things it leaves to us. It puts the "doc" of enums into the header, but not
that of constants, attributes and operations. And its operations "per-op" cannot
be dumps alone, which kmod/netlink.c therefore lists by itself.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
import textwrap

import yaml

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
SPECS = "Documentation/netlink/specs"
NAME = "mailguard.yaml"
NAMES = "userspace/commands/reason_names.h"
MANUAL = "Documentation/mailguard.8"


def c_upper(*names):
    """A name of the specification as C has it."""
    return "_".join(names).upper().replace("-", "_")


def comment(lines, kernel_doc=False):
    """Lines as a comment in C."""
    if not kernel_doc and len(lines) == 1 and len(lines[0]) < 75:
        return f"/* {lines[0]} */\n"
    body = "".join(f" * {line}".rstrip() + "\n" for line in lines)
    return ("/**\n" if kernel_doc else "/*\n") + body + " */\n"


def wrap(text, indent=""):
    """Text in lines that fit into a comment."""
    return textwrap.wrap(" ".join(text.split()), 76, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)


class Generator:
    """The kernel's generator, with a tree as it expects one."""

    def __init__(self, source, tree):
        self.tool = os.path.join(source, "tools/net/ynl/ynl-gen-c.py")
        self.tree = tree
        with open(os.path.join(TOP, SPECS, NAME), encoding="ascii") as file:
            self.text = file.read()
        self.spec = yaml.safe_load(self.text)
        os.makedirs(os.path.join(tree, SPECS))
        with open(os.path.join(tree, "MAINTAINERS"), "x", encoding="ascii"):
            pass
        schema = os.path.join("Documentation/netlink",
                              self.spec["protocol"] + ".yaml")
        os.symlink(os.path.join(os.path.abspath(source), schema),
                   os.path.join(tree, schema))

    def run(self, spec, mode, part, name):
        """What the generator makes of a specification."""
        path = os.path.join(self.tree, SPECS, NAME)
        out = os.path.join(self.tree, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(self.text.partition("\n")[0] + "\n")
            yaml.safe_dump(spec, file, sort_keys=False)
        subprocess.run([sys.executable, self.tool, "--mode", mode,
                        "--" + part, "--spec", path, "-o", out], check=True)
        with open(out, encoding="ascii") as file:
            return file.read()

    def kernel(self, part, name):
        """The policies, and the operations that are no mere dumps."""
        spec = dict(self.spec)
        spec["operations"] = dict(spec["operations"])
        spec["operations"]["list"] = [op for op in spec["operations"]["list"]
                                      if "do" in op]
        return self.run(spec, "kernel", part, name)

    def header(self):
        """The UAPI header, with all its documentation."""
        docs = header_docs(self.spec)
        long = False
        lines = []
        for line in self.run(self.spec, "uapi", "header", "u.h").splitlines():
            if line.startswith("\t__") and lines[-1] != "\t/* private: */":
                lines.append("\t/* private: */")
            doc = docs.get(tuple(line.split()[:2]), "")
            # A comment of some lines stands between blank lines.
            if (long or doc.count("\n") > 1) and lines[-1]:
                lines.append("")
            long = doc.count("\n") > 1 and line.startswith("#")
            lines += doc.splitlines()
            lines.append(line)
        return "\n".join(lines) + "\n"


def attribute_type(attr):
    """What an attribute carries."""
    what = attr["type"]
    if "nested-attributes" in attr:
        what = f"nest of &enum mailguard_{attr['nested-attributes']}_attr"
    elif "enum" in attr:
        what += ", &enum " + attr["enum-c"]
    if attr.get("byte-order") == "big-endian":
        what += ", network byte order"
    if attr.get("multi-attr"):
        what += ", repeated"
    return what


def header_docs(spec):
    """Comments of the header, by the first two words of the line below."""
    docs = {("#define", "MAILGUARD_FAMILY_NAME"): comment(wrap(spec["doc"]))}
    enums = {}
    for item in spec["definitions"]:
        if item["type"] == "const":
            docs["#define", c_upper(spec["name"], item["name"])] = \
                comment(wrap(item["doc"]))
        else:
            enums[item["name"]] = item.get(
                "enum-name", spec["name"] + "-" + item["name"]).replace("-", "_")
    for item in spec["attribute-sets"]:
        name = item["enum-name"].replace("-", "_")
        lines = wrap(f"enum {name} - {item['doc']}")
        for attr in item["attributes"]:
            attr = dict(attr)
            attr["enum-c"] = enums.get(attr.get("enum"))
            lines += wrap(f"@{c_upper(spec['name'], 'a', item['name'], attr['name'])}: "
                          f"{attribute_type(attr)}. {attr['doc']}", "  ")
        docs["enum", name] = comment(lines, True)
    name = spec["operations"]["enum-name"].replace("-", "_")
    lines = wrap(f"enum {name} - Operations.")
    for op in spec["operations"]["list"]:
        lines += wrap(f"@{c_upper(name, op['name'])}: {op['doc']} "
                      f"Attributes: &enum mailguard_{op['attribute-set']}_attr.",
                      "  ")
    docs["enum", name] = comment(lines, True)
    return docs


def reasons(spec):
    """The reasons, in order."""
    for item in spec["definitions"]:
        if item["name"] == "reason":
            return item["entries"]
    raise KeyError("reason")


def reason_names(spec):
    """The names that "mailguard list counters" prints."""
    lines = [f"\t[MAILGUARD_REASON_{c_upper(reason['name'])}] = "
             f"\"{reason['name']}\",\n" for reason in reasons(spec)]
    return ("/* SPDX-License-Identifier: GPL-2.0 */\n"
            "/* Do not edit directly, auto-generated from: */\n"
            f"/*\t{SPECS}/{NAME} */\n\n"
            "#include \"mailguard.h\"\n\n"
            "static const char * const reason_names[] = {\n" +
            "".join(lines) + "};\n")


def manual(spec):
    """The manual page, with a list of the reasons between two comments."""
    text = read(os.path.join(TOP, MANUAL))
    before, begin, rest = text.partition(
        '.\\" "make generate" makes this list of mailguard.yaml.\n')
    _, end, after = rest.partition('.\\" The list ends.\n')
    items = []
    for reason in reasons(spec):
        items.append(f".It {reason['name']}")
        # A sentence begins a line.
        for sentence in re.split(r"(?<=\.) ", reason["doc"]):
            items += textwrap.wrap(sentence, 80, break_long_words=False,
                                   break_on_hyphens=False)
    return before + begin + "\n".join(items) + "\n" + end + after


def generate(source):
    """The generated files by their names."""
    with tempfile.TemporaryDirectory() as tree:
        generator = Generator(source, tree)
        return {
            NAMES: reason_names(generator.spec),
            MANUAL: manual(generator.spec),
            "kmod/uapi/mailguard.h": generator.header(),
            "kmod/netlink_gen.h": generator.kernel("header", "netlink_gen.h"),
            "kmod/netlink_gen.c": generator.kernel("source", "netlink_gen.c"),
        }


def read(path):
    """A file's text, or none."""
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def main():
    """Write, or compare."""
    check = sys.argv[1] == "--check"
    differs = False
    for name, text in generate(sys.argv[-1]).items():
        path = os.path.join(TOP, name)
        old = read(path)
        if old == text:
            continue
        differs = True
        if check:
            sys.stdout.writelines(difflib.unified_diff(
                old.splitlines(True), text.splitlines(True), name,
                "what the specification gives"))
            continue
        print("generated " + name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    if check and differs:
        print('"make generate" writes these files')
    sys.exit(check and differs)


main()
