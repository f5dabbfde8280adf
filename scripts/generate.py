#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Makes of Documentation/netlink/specs/mailguard.yaml what is generated from it, and
of Documentation/remedies.yaml, which has the remedy for each of its reasons.

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

from remedies import Remedies

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
SPECS = "Documentation/netlink/specs"
NAME = "mailguard.yaml"
NAMES = "userspace/language/names.h"
# The enums whose values user space reads and prints by their names.
NAMED = ("denied", "verdict", "state", "action", "tls-version", "mode", "reason",
         "event", "mark", "done", "end")
CATALOG = "userspace/mailguard.catalog"
IDS = "userspace/monitor/message_ids_gen.h"
REMEDIES = "Documentation/remedies.yaml"
COUNTERS = "Documentation/man/counters_gen.rst"
OPERATIONS = "Documentation/man/netlink_gen.rst"
GENERATED = ("/* SPDX-License-Identifier: GPL-2.0 */\n"
             "/* Do not edit directly, auto-generated from: */\n"
             f"/*\t{SPECS}/{NAME} */\n")


def c_upper(*names):
    """A name of the specification as C has it."""
    return "_".join(names).upper().replace("-", "_")


def dotted(name):
    """A name as people write it: a specification cannot say 1.2."""
    return re.sub(r"(\d)-(\d)", r"\1.\2", name)


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
        # kmod/netlink.c lists the group, and who may join it.
        del spec["mcast-groups"]
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


def definition(spec, name):
    """A constant or an enum by its name."""
    return next(item for item in spec["definitions"] if item["name"] == name)


def names(spec):
    """The names of enums, by value, as user space prints them."""
    text = (GENERATED +
            "#ifndef MAILGUARD_NAMES_H\n"
            "#define MAILGUARD_NAMES_H\n\n"
            "#include \"mailguard.h\"\n")
    for name in NAMED:
        lines = [f"\t[{c_upper(spec['name'], name, entry['name'])}] = "
                 f"\"{dotted(entry['name'])}\",\n"
                 for entry in definition(spec, name)["entries"]]
        text += (f"\nstatic const char * const {name.replace('-', '_')}_names[] = {{\n" +
                 "".join(lines) + "};\n")
    return text + docs(spec, "reason") + "\n#endif\n"


def docs(spec, name):
    """What the values of an enum mean, by value, as user space explains them."""
    text = (f"\nstatic const char * const {name.replace('-', '_')}_docs[] = {{\n")
    for entry in definition(spec, name)["entries"]:
        doc = " ".join(entry["doc"].split()).replace('"', "'")
        text += (f"\t[{c_upper(spec['name'], name, entry['name'])}] =\n"
                 f"\t\t\"{doc}\",\n")
    return text + "};\n"


def symbols(spec, enum):
    """The same for __print_symbolic()."""
    lines = [f"\t{{ {number}, \"{entry['name']}\" }}, \\\n"
             for number, entry in
             enumerate(definition(spec, enum)["entries"])]
    return (f"#define SMTP_{c_upper(enum)}_NAMES \\\n" + "".join(lines) +
            "\t{ SMTP_NAME_NONE, \"none\" }\n")


def trace_names(spec):
    """The names that the tracepoint prints."""
    return (GENERATED +
            "#ifndef _SMTP_MAILGUARD_TRACE_GEN_H\n"
            "#define _SMTP_MAILGUARD_TRACE_GEN_H\n\n"
            "#define SMTP_NAME_NONE 255\n\n" +
            symbols(spec, "reason") + "\n" + symbols(spec, "state") +
            "\n#endif /* _SMTP_MAILGUARD_TRACE_GEN_H */\n")


def message_ids(remedies):
    """The ids of the messages of the journal, by reason."""
    lines = [f"\t[MAILGUARD_REASON_{c_upper(reason)}] =\n\t\t\"{number}\",\n"
             for reason, number in remedies.ids()]
    others = [f"#define MESSAGE_ID_{c_upper(name)}\t\"{number}\"\n"
              for name, number in remedies.other_ids()]
    return (GENERATED +
            "#ifndef MAILGUARD_MESSAGE_IDS_GEN_H\n"
            "#define MAILGUARD_MESSAGE_IDS_GEN_H\n\n"
            "#include \"mailguard.h\"\n\n" + "".join(others) +
            "\nstatic const char * const reason_message_ids[] = {\n" +
            "".join(lines) + "};\n\n#endif\n")


def manual(items, directive="", remedies=None):
    """A list of what the manual describes, with the documentation of each."""
    text = (".. SPDX-License-Identifier: GPL-2.0\n"
            ".. Do not edit directly, auto-generated from:\n"
            f"..\t{SPECS}/{NAME}\n\n")
    for item in items:
        lines = wrap(item["doc"])
        if remedies and remedies.manual(item["name"]):
            lines += [""] + wrap(remedies.manual(item["name"]))
        doc = textwrap.indent("\n".join(lines), "   ")
        text += (f".. {directive}:: {item['name']}\n\n{doc}\n\n" if directive else
                 f"``{item['name']}``\n{doc}\n")
    return text.rstrip("\n") + "\n"


OPS = "/* Ops table for mailguard */\n"


def without_ops(source):
    """The attributes alone, which "mailguard explain" reads, too."""
    return source.partition("\n" + OPS)[0]


def ops_alone(source):
    """The table of the operations, with the head of the file it comes from."""
    head = source.partition("/* Common nested types */\n")[0]
    return head + "".join(source.partition(OPS)[1:])


def generate(source):
    """The generated files by their names."""
    with tempfile.TemporaryDirectory() as tree:
        generator = Generator(source, tree)
        family = generator.kernel("source", "netlink_gen.c")
        reasons = definition(generator.spec, "reason")["entries"]
        remedies = Remedies(os.path.join(TOP, REMEDIES), reasons)
        return {
            NAMES: names(generator.spec),
            "kmod/mailguard_trace_gen.h": trace_names(generator.spec),
            COUNTERS: manual(reasons, "counter", remedies),
            CATALOG: remedies.catalog(),
            IDS: message_ids(remedies),
            OPERATIONS: manual(generator.spec["operations"]["list"]),
            "kmod/uapi/mailguard.h": generator.header(),
            "kmod/netlink_gen.h": generator.kernel("header", "netlink_gen.h"),
            "kmod/netlink_gen.c": without_ops(family),
            "kmod/netlink_ops_gen.c": ops_alone(family),
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
