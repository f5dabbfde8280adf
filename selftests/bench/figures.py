#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Figures from the samples of bench.sh: figures.py SAMPLES RESULTS.json

Prints a table and writes the same, and the medians it is made of, as JSON. The
first round of each load warms up and does not count.
"""

import json
import statistics
import sys

UNITS = ("instructions", "time")


class Samples:
    """Medians of what bench.sh printed."""

    def __init__(self, path):
        values = {}
        with open(path) as lines:
            for line in lines:
                kind, unit, *words = line.split()
                self.take(values, kind, unit, words)
        self.median = {key: statistics.median(some)
                       for key, some in values.items()}

    @staticmethod
    def take(values, kind, unit, words):
        if kind == "sent":
            way, load, number, busy, elapsed = words
            if number != "0":
                values.setdefault((unit, way, load, "busy"), []).append(int(busy))
                values.setdefault((unit, way, load, "elapsed"),
                                  []).append(int(elapsed))
        elif kind == "scan":
            way, _, value = words
            values.setdefault((unit, "scan", way), []).append(int(value))
        else:
            way, connections, value = words
            values.setdefault((kind, way, connections), []).append(int(value))

    def has(self, unit, scanned):
        """Of the gateway, or of what the core does on the host."""
        return (unit, "scan", "core") in self.median if scanned else \
            (unit, "plain", "small", "busy") in self.median

    def busy(self, unit, way, load):
        return self.median[unit, way, load, "busy"]

    def added(self, unit, way, load):
        """What the way costs beyond plain forwarding."""
        return self.busy(unit, way, load) - self.busy(unit, "plain", load)


def throughput(samples, unit, load):
    """One processor does all the work: what it can do is one by its time."""
    return samples.busy(unit, "plain", load) / samples.busy(unit, "guarded", load)


def at_loss(samples, unit):
    return (samples.median[unit, "plain", "loss", "elapsed"] /
            samples.median[unit, "guarded", "loss", "elapsed"])


def share(samples, unit, way, load):
    return (samples.added(unit, "guarded", load) /
            samples.added(unit, way, load))


def scan(samples, unit):
    return samples.median[unit, "scan", "memchr"] / samples.median[unit, "scan", "core"]


def idle_counts(samples):
    return sorted({int(key[2]) for key in samples.median if key[0] == "idle"})


def memory(samples):
    few, many = idle_counts(samples)
    return (samples.median["idle", "guarded", str(many)] -
            samples.median["idle", "guarded", str(few)]) / (many - few)


def exchange(samples):
    few, many = idle_counts(samples)
    return (samples.median["exchange", "guarded", str(many)] /
            samples.median["exchange", "guarded", str(few)])


def rows(samples):
    """(what, limit, at least or at most, {unit: figure})"""
    def each(function, *arguments):
        return {unit: function(samples, unit, *arguments) for unit in UNITS
                if samples.has(unit, function == scan)}

    yield "large messages, guarded / plain", 0.95, ">=", each(throughput, "large")
    yield ("the same, segments one by one", None, ">=",
           each(throughput, "segments"))
    yield "small messages, guarded / plain", 0.90, ">=", each(throughput, "small")
    if samples.has("time", False):
        yield ("at 1 % loss, guarded / plain", 0.90, ">=",
               {"time": at_loss(samples, "time")})
    for way, name, limit in (("haproxy", "HAProxy, TCP mode", 0.05),
                             ("stream", "nginx stream", 0.05),
                             ("mail", "nginx mail", 0.05),
                             ("nfqueue", "NFQUEUE, accept only", 0.15)):
        yield (f"added per session, guarded / {name}", limit, "<=",
               each(share, way, "small"))
    for way, name, limit in (("ftp", "ftp helper", 0.25),
                             ("strings", "ten xt_string", 0.10)):
        yield (f"added per MB, guarded / {name}", limit, "<=",
               each(share, way, "large"))
        yield ("the same, segments one by one", None, "<=",
               each(share, way, "segments"))
    yield ("octets for an idle connection", 384, "<=",
           {"instructions": memory(samples)})
    yield ("a packet with many connections / with 100", 1.10, "<=",
           {"instructions": exchange(samples)})
    yield "memchr for LF / core, on a mail", 0.5, ">=", each(scan)


def verdict(figure, limit, relation):
    if limit is None or figure is None:
        return ""
    good = figure >= limit if relation == ">=" else figure <= limit
    return "" if good else "!"


def main():
    samples = Samples(sys.argv[1])
    results = {"figures": [], "medians": {" ".join(key): value for key, value in
                                          samples.median.items()}}
    print(f"{'':50}{'limit':>8}{'instructions':>14}{'time':>8}")
    for what, limit, relation, figures in rows(samples):
        cells = [f"{figures[unit]:.2f}{verdict(figures[unit], limit, relation)}"
                 if unit in figures else "-" for unit in UNITS]
        bound = f"{relation}{limit:g}" if limit is not None else ""
        print(f"{what:50}{bound:>8}{cells[0]:>14}{cells[1]:>8}")
        results["figures"].append({"what": what, "relation": relation,
                                   "limit": limit, **figures})
    with open(sys.argv[2], "w") as out:
        json.dump(results, out, indent=1)
        out.write("\n")
    print("! misses its limit")


if __name__ == "__main__":
    main()
