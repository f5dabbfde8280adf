#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Compares the manual with the code, and lets the command read its examples.

    manual.py COMMAND

Each statement of the command's table needs an entry, those of the language one in
mailguard.conf(5) with an example, and each setting of a policy its default, its bounds
and its origin, of which the first two are compared with those of the module. Each
preset needs an entry in mailguard-presets(7), and each link of a file in Markdown needs
its file. COMMAND reads each example of the language, in all pages. Prints what is
wrong.
"""

import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

import yaml

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
COMMAND = "Documentation/man/mailguard.rst"
CONF = "Documentation/man/mailguard.conf.rst"
PRESETS = "Documentation/man/mailguard-presets.rst"
SPEC = "Documentation/netlink/specs/mailguard.yaml"
PAGES = ("Documentation/**/*.rst", "README.md")
# A setting of an example stands in such a policy.
VERBS = "commands { helo, ehlo, mail, rcpt, data, rset, noop, quit, auth, starttls }"
END = "the end of the example"


def read(name):
    """A file of the project."""
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return file.read()


def table():
    """The rows of the command's table of statements."""
    rows = []
    text = read("userspace/language/statements.c").partition("#define STATEMENTS")[0]
    for row in re.split(r"\}, \{", text):
        keys = dict(re.findall(r"\.(\w+) = \"?([^\"\n]+?)\"?,\n", row))
        if "words" in keys:
            rows.append(keys)
    return rows


def entries():
    """What mailguard.conf(5) says of each statement, by its words."""
    found = {}
    for part in re.split(r"^\.\. statement::", read(CONF), flags=re.M)[1:]:
        # It ends where a line is not indented.
        part = re.split(r"^(?=\S)", part, flags=re.M)[0]
        signatures, _, text = part.partition("\n\n")
        for signature in signatures.splitlines():
            found[signature.strip()] = text
    return found


def entry_of(words, found):
    """The entry of a statement, or None."""
    for signature, text in found.items():
        if (signature + " ").startswith(words + " "):
            return text
    return None


def field(text, name):
    """A field of an entry."""
    match = re.search(rf"^   :{name}: (.*(?:\n {{6,}}.*)*)", text, re.M)
    return match[1] if match else None


def defaults():
    """The defaults that kmod/core/policy.c has, by the attribute."""
    text = read("kmod/core/policy.c")
    found = {}
    for name, value in re.findall(r"\tNUMBER\((\w+), \w+, \w+, (\w+)\)", text):
        found["MAILGUARD_A_POLICY_" + name] = value
    for name, value in re.findall(r"\tACTION\((\w+), (\w+),", text):
        found["MAILGUARD_A_ACTIONS_" + name] = value
    for name in re.findall(r"\tCHECK\((\w+)\)", text):
        found["MAILGUARD_A_ACTIONS_" + name] = "PASS"
    return found


def bounds():
    """The least and the greatest number of an attribute of a policy."""
    spec = yaml.safe_load(read(SPEC))
    const = {item["name"]: item.get("value") for item in spec["definitions"]}
    policy = next(item for item in spec["attribute-sets"] if item["name"] == "policy")
    found = {}
    for attr in policy["attributes"]:
        if attr["type"] not in ("u16", "u32") or "enum" in attr:
            continue
        checks = attr.get("checks", {})
        most = 2 ** int(attr["type"][1:]) - 1
        name = "MAILGUARD_A_POLICY_" + attr["name"].upper().replace("-", "_")
        found[name] = [const.get(value, value) for value in
                       (checks.get("min", 0), checks.get("max", most))]
    return found


def check_fields(row, text, default, bound):
    """What is wrong with the fields of a setting."""
    for name in ("Default", "Origin"):
        if not field(text, name):
            yield f"has no {name}"
    said = field(text, "Default") or ""
    for attr in (row.get("attr"), row.get("action")):
        value = default.get(attr, "0")
        value = value.rpartition("_")[2] if "MAILGUARD" in value else value
        # A limit without a number has no effect, and its action no default word.
        if value != "0" and value.lower() not in said:
            yield f"has the default {value.lower()}, and not: {said}"
    for number in bound.get(row.get("attr"), ()):
        if row.get("type") in ("SETTING_NUMBER", "SETTING_LIMIT") and \
           str(number) not in (field(text, "Values") or "").split():
            yield f"has no {number} among its Values"


def check_entries():
    """What is missing in mailguard.conf(5) and mailguard-presets(7)."""
    found = entries()
    default = defaults()
    bound = bounds()
    for row in table():
        place = row.get("place", "STATEMENT_TOP")
        if place == "STATEMENT_COMMAND_LINE":
            if f"\n``{row['words']}``\n" not in read(COMMAND):
                yield f"{COMMAND}: {row['words']}: no entry"
            continue
        text = entry_of(row["words"], found)
        if text is None:
            yield f"{CONF}: {row['words']}: no entry"
            continue
        examples = "\n".join(code for _, code in blocks(text, "mailguard"))
        if not re.search(rf"(^|[;{{\d] ?|\t){row['words']}\b", examples, re.M):
            yield f"{CONF}: {row['words']}: no example"
        if place == "STATEMENT_POLICY":
            for wrong in check_fields(row, text, default, bound):
                yield f"{CONF}: {row['words']}: {wrong}"
    text = read(PRESETS)
    for name in os.listdir(os.path.join(TOP, "presets")):
        if f"\n.. preset:: {name}\n" not in text:
            yield f"{PRESETS}: {name}: no entry"


def check_links():
    """Links of files in Markdown to what is not there."""
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
                 "selftests/README.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", read(name)):
            path = os.path.join(TOP, os.path.dirname(name), link)
            if not link.startswith("https://") and not os.path.exists(path):
                yield f"{name}: no file: {link}"


def blocks(text, language):
    """The code blocks of a language, each with the number of its first line."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = re.fullmatch(rf"( *)\.\. code-block:: {language}", line)
        if not match:
            continue
        code = []
        for inside in lines[number + 1:]:
            if inside.strip() and not inside.startswith(match[1] + " "):
                break
            code.append(inside[len(match[1]) + 3:])
        yield number + 3, "\n".join(code).strip("\n") + "\n"


def statements(code):
    """The statements of an example, one by one."""
    statement = ""
    for line in code.splitlines():
        statement += line + "\n"
        bare = re.sub(r'"(\\.|[^"\\])*"|#.*', "", statement)
        if bare.count("{") <= bare.count("}") and not line.endswith("\\"):
            if bare.strip():
                yield statement
            statement = ""
    if statement.strip():
        yield statement


def as_file(code):
    """An example as a file: a setting that stands alone gets a policy."""
    settings = [row["words"] for row in table()
                if row.get("place") == "STATEMENT_POLICY"]
    text = ""
    for number, statement in enumerate(statements(code)):
        words = " ".join(statement.split())
        if any((words + " ").startswith(setting + " ") for setting in settings):
            verbs = "" if words.startswith(("commands", "preset")) else VERBS
            statement = f"policy e{number} {{\n{verbs}\n{statement}}}\n"
        text += statement
    return text


def in_console(code):
    """What examples for a shell give to the command: statements."""
    commands = [row["words"].split()[0] for row in table()
                if row.get("place") == "STATEMENT_COMMAND_LINE"]
    code = re.sub(r"\\\n\s*", " ", code)
    for match in re.finditer(r"^(?:gw)?[#$] mailguard (.*)\n", code, re.M):
        heredoc = re.search(r"-f - <<'(\w+)'", match[1])
        if heredoc:
            yield code[match.end():].partition(f"\n{heredoc[1]}\n")[0] + "\n"
            continue
        lexer = shlex.shlex(match[1], posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = []
        for word in lexer:
            if re.fullmatch(r"[|<>&]+", word):
                break
            words.append(word)
        said = re.sub(r"(^| )(-f|--format|--test-for) \S+|(^| )--?[A-Za-z]+", " ", " ".join(words))
        if said.strip() and said.split()[0] not in commands and "--help" not in words:
            yield said.strip() + "\n"


def examples():
    """The examples of all pages: where each stands, and a file."""
    for pattern in PAGES:
        for path in sorted(glob.glob(os.path.join(TOP, pattern), recursive=True)):
            name = os.path.relpath(path, TOP)
            text = read(name)
            for file in re.findall(r"literalinclude:: (\S+)\n +:language: mailguard",
                                   text):
                file = os.path.join(os.path.dirname(name), file)
                yield file, read(file)
            for line, code in blocks(text, "mailguard"):
                yield f"{name}:{line}", as_file(code)
            for line, code in blocks(text, "console"):
                for statement in in_console(code):
                    yield f"{name}:{line}", statement
            for code in re.findall(r"<!-- example: \S+\.conf -->\n```\n(.*?)```",
                                   text, re.S):
                if "policy " in code:
                    yield name, code


def run(command, *words):
    """What the command says."""
    env = dict(os.environ, MAILGUARD_PRESETS=os.path.join(TOP, "presets"))
    done = subprocess.run([command, *words], env=env, text=True, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def check_example(command, directory, text):
    """What the command says against an example. Nothing of it is ever done."""
    path = os.path.join(directory, "example")
    for name in re.findall(r'^include "(.*)"', text, re.M):
        with open(os.path.join(directory, name), "w", encoding="utf-8"):
            pass
    # An error in the end keeps the statements before it from being done.
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + END + "\n")
    _, said = run(command, "-c", "-f", path)
    errors = re.findall(r"^\S+:(\d+):.* Error: .*", said, re.M)
    if errors != [str(text.count("\n") + 1)]:
        return said
    # What changes something is checked as a whole.
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(statement for statement in statements(text)
                           if re.match(r"(add )?policy|define|fixup|mailhost|include",
                                       statement)))
    status, said = run(command, "-c", "-f", path)
    return said if status else None


def main():
    """Prints what is wrong, and exits with 1 if something is."""
    command = os.path.abspath(sys.argv[1])
    wrong = [*check_entries(), *check_links()]
    count = 0
    with tempfile.TemporaryDirectory() as directory:
        for where, text in examples():
            count += 1
            said = check_example(command, directory, text)
            if said:
                wrong.append(f"{where}: the command refuses the example:\n{text}{said}")
    print(*wrong, f"{count} examples", sep="\n")
    sys.exit(bool(wrong))


main()
