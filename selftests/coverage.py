#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Sum up what gcov prints as JSON: coverage.sh uses it."""

import json
import os
import sys


class File:
    """What ran of a source file, in whichever object it was compiled."""

    def __init__(self):
        self.lines = {}
        self.branches = {}

    def add(self, line):
        number = line["line_number"]
        self.lines[number] = self.lines.get(number, 0) + line["count"]
        for i, branch in enumerate(line["branches"]):
            key = (number, i)
            self.branches[key] = self.branches.get(key, 0) + branch["count"]


def read(stream):
    files = {}
    for text in stream:
        for source in json.loads(text)["files"]:
            name = os.path.relpath(os.path.join("/", source["file"]), "/")
            if "/kmod/core/" not in "/" + name:
                continue
            found = files.setdefault(os.path.basename(name), File())
            for line in source["lines"]:
                found.add(line)
    return files


def counts(table):
    return sum(1 for count in table.values() if count), len(table)


def ratio(ran, total):
    return 100 * ran / total if total else 100


def row(name, lines, branches):
    print(f"{name:<12} {lines[0]:5} of {lines[1]:5} {ratio(*lines):6.1f} %"
          f" {branches[0]:6} of {branches[1]:5} {ratio(*branches):6.1f} %")


def main():
    files = read(sys.stdin)
    rows = [(name, counts(f.lines), counts(f.branches))
            for name, f in files.items()]
    rows.sort(key=lambda r: (ratio(*r[1]), ratio(*r[2]), r[0]))
    print(f"{'kmod/core':<12} {'lines':>14} {'':8} {'branches':>15}")
    for name, lines, branches in rows:
        row(name, lines, branches)
    row("total", [sum(r[1][i] for r in rows) for i in (0, 1)],
        [sum(r[2][i] for r in rows) for i in (0, 1)])
    if "-l" not in sys.argv:
        return
    for name, found in sorted(files.items()):
        for number, count in sorted(found.lines.items()):
            ran = [found.branches[key] for key in sorted(found.branches)
                   if key[0] == number]
            if not count:
                print(f"{name}:{number}: not run")
            elif not all(ran):
                print(f"{name}:{number}: of the branches, not taken:",
                      " ".join(str(i) for i, n in enumerate(ran) if not n))


main()
