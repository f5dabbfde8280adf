#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Figures from the samples of bench.sh: figures.py SAMPLES RESULTS.json

Prints a table and writes the same, and the medians it is made of, as JSON. The
first round of each load warms up and does not count.
"""

import json
import statistics
import sys


class Samples:
    """Medians of what bench.sh printed."""

    def __init__(self, path):
        values = {}
        with open(path) as lines:
            for line in lines:
                for key, value in self.read(*line.split()):
                    values.setdefault(key, []).append(int(value))
        self.median = {key: statistics.median(some)
                       for key, some in values.items()}

    @staticmethod
    def read(kind, *words):
        if kind == "sent":
            way, load, number, busy, elapsed = words
            if number != "0":
                yield ("busy", way, load), busy
                yield ("elapsed", way, load), elapsed
        elif kind == "scan":
            unit, what, _, value = words
            yield ("scan", unit, what), value
        else:
            connections, value = words
            yield (kind, int(connections)), value

    def ratio(self, above, below):
        return self.median[above] / self.median[below]

    def added(self, way, load):
        """What the way costs beyond plain forwarding."""
        return (self.median["busy", way, load] -
                self.median["busy", "plain", load])

    def share(self, way, load):
        return self.added("guarded", load) / self.added(way, load)

    def per_connection(self, kind):
        """What each of many connections adds."""
        few, many = self.counts()
        return ((self.median[kind, many] - self.median[kind, few]) /
                (many - few))

    def counts(self):
        return sorted(key[1] for key in self.median if key[0] == "idle")


def rows(samples):
    """(what, at least or at most, limit, figure)"""
    def kept(what, load, limit):
        """One processor does all the work: what it can do is one by its time."""
        return what, ">=", limit, samples.ratio(("busy", "plain", load),
                                                ("busy", "guarded", load))

    yield kept("large messages, guarded / plain", "large", 0.95)
    yield kept("the same, segments one by one", "segments", None)
    yield kept("small messages, guarded / plain", "small", 0.90)
    yield ("at 1 % loss, guarded / plain", ">=", 0.90,
           samples.ratio(("elapsed", "plain", "loss"),
                         ("elapsed", "guarded", "loss")))
    for way, name, limit in (("haproxy", "HAProxy, TCP mode", 0.05),
                             ("stream", "nginx stream", 0.05),
                             ("mail", "nginx mail", 0.05),
                             ("nfqueue", "NFQUEUE, accept only", 0.15)):
        yield (f"added per session, guarded / {name}", "<=", limit,
               samples.share(way, "small"))
    for load, unit in (("small", "session"), ("large", "MB"),
                       ("segments", "MB, segments one by one")):
        yield (f"added per {unit}, modern / default policy", "<=", 1.15,
               samples.added("modern", load) / samples.added("guarded", load))
    for way, name, limit in (("ftp", "ftp helper", 0.25),
                             ("strings", "ten xt_string", 0.10)):
        yield (f"added per MB, guarded / {name}", "<=", limit,
               samples.share(way, "large"))
        yield ("the same, segments one by one", "<=", None,
               samples.share(way, "segments"))
    few, many = samples.counts()
    yield ("bytes for an idle connection", "<=", 384,
           samples.per_connection("idle"))
    yield (f"an exchange, {many:,} connections alive / {few}", "<=", 1.10,
           samples.ratio(("exchange", many), ("exchange", few)))
    for unit in ("instructions", "time"):
        yield (f"memchr for LF / core, on a mail, {unit}", ">=", 0.5,
               samples.ratio(("scan", unit, "memchr"), ("scan", unit, "core")))


def missed(relation, limit, figure):
    if limit is None:
        return False
    return figure < limit if relation == ">=" else figure > limit


def main():
    samples = Samples(sys.argv[1])
    results = {"figures": [],
               "medians": {" ".join(map(str, key)): value
                           for key, value in samples.median.items()}}
    print(f"{'':50}{'limit':>8}{'figure':>10}")
    for what, relation, limit, figure in rows(samples):
        bound = f"{relation}{limit:g}" if limit is not None else ""
        mark = "!" if missed(relation, limit, figure) else ""
        print(f"{what:50}{bound:>8}{figure:>10.3g}{mark}")
        results["figures"].append({"what": what, "relation": relation,
                                   "limit": limit, "figure": figure})
    with open(sys.argv[2], "w") as out:
        json.dump(results, out, indent=1)
        out.write("\n")
    print("! misses its limit")


if __name__ == "__main__":
    main()
