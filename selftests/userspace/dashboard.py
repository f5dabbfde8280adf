#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Ask a Prometheus what each panel of a dashboard of Grafana asks it.

    dashboard.py METRICS DASHBOARD

METRICS is a file that Prometheus could scrape. All counters in it are UNIT, and
Prometheus gets a history in which they rise by as much each second. Each expression
must have a result, and it the labels that the legend names; a line is printed for each
that has not.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

UNIT = 1000003
SAMPLES = 10        # of each series, one a second
RATE = f"{SAMPLES}s"
PATIENCE = 300
LABELS = 'instance="gateway:9100",job="node"'   # which a scrape adds


def free_port():
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def history(metrics, end):
    """Samples up to the time @end, as promtool imports them: series by series."""
    for line in metrics.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = re.fullmatch(r"(\w+)(?:{(.*)})? (\S+)", line).groups()
        labels = ",".join(filter(None, (labels, LABELS)))
        for n in range(SAMPLES):
            risen = UNIT * (n + 1) if value == str(UNIT) else value
            yield f"{name}{{{labels}}} {risen} {end - SAMPLES + n + 1}\n"
    yield "# EOF\n"


class Prometheus:
    """A real one, with a history of its own that goes with it."""

    def __init__(self, metrics):
        self.dir = tempfile.TemporaryDirectory()
        self.end = int(time.time())
        data = os.path.join(self.dir.name, "data")
        self.import_history(metrics, data)
        config = os.path.join(self.dir.name, "prometheus.yml")
        with open(config, "w", encoding="ascii"):
            pass    # nothing is scraped
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/api/v1/"
        self.log = open(os.path.join(self.dir.name, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            ["prometheus", "--config.file", config, "--storage.tsdb.path", data,
             "--web.listen-address", f"127.0.0.1:{port}"],
            stdout=self.log, stderr=self.log)

    def import_history(self, metrics, data):
        """Make the files of a database."""
        samples = os.path.join(self.dir.name, "samples")
        with open(samples, "w", encoding="ascii") as file:
            file.writelines(history(metrics, self.end))
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics",
                        samples, data], stdout=subprocess.DEVNULL, check=True)

    def ask(self, path, **parameters):
        """The data of an answer. Raises ValueError if it has an error."""
        url = self.url + path + "?" + urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            # Without this content it is not about the question.
            if error.headers.get_content_type() != "application/json":
                raise
            raise ValueError(json.load(error)["error"]) from error

    def query(self, expression):
        """The labels of each series of the result."""
        return [series["metric"] for series in
                self.ask("query", query=expression, time=self.end)["result"]]

    def wait(self):
        """Until it answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.query("mailguard_guarding"):
                    return
            except OSError:
                pass    # it is not ready
            time.sleep(0.2)
        self.log.seek(0)
        sys.exit("no data:\n" + self.log.read()[-2000:])

    def stop(self):
        """With its data."""
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.dir.cleanup()


class Dashboard:
    """What a dashboard asks for, with its variables as when "All" is chosen."""

    def __init__(self, path, prometheus):
        with open(path, encoding="utf-8") as file:
            self.board = json.load(file)
        self.prometheus = prometheus
        self.values = {"__rate_interval": RATE}
        for variable in self.board["templating"]["list"]:
            if variable["type"] == "query":
                self.values[variable["name"]] = self.choices(variable["query"])

    def choices(self, query):
        """All values of a variable, as Grafana writes them into an expression."""
        selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query).groups()
        found = {labels[label] for labels in
                 self.prometheus.query(self.replaced(selector))}
        return "(" + "|".join(re.escape(value).replace("\\", "\\\\")
                              for value in sorted(found)) + ")"

    def replaced(self, expression):
        """An expression with the values of its variables."""
        return re.sub(r"\$(\w+)", lambda found: self.values[found[1]], expression)

    def complaints(self):
        """What is wrong, a line each."""
        for panel in self.board["panels"]:
            for target in panel.get("targets", []):
                why = self.wrong(target)
                if why:
                    yield f"{panel['title']}: {target['expr']}: {why}"

    def wrong(self, target):
        """What is wrong with an expression, or None."""
        try:
            result = self.prometheus.query(self.replaced(target["expr"]))
        except (KeyError, ValueError) as error:
            return str(error)
        if not result:
            return "no data"
        legend = re.findall(r"{{\s*(\w+)\s*}}", target.get("legendFormat", ""))
        lacks = [label for label in legend
                 if not all(label in labels for labels in result)]
        return "no label " + ", ".join(lacks) if lacks else None


def main():
    """Begin a Prometheus, and ask it."""
    with open(sys.argv[1], encoding="ascii") as file:
        prometheus = Prometheus(file.read())
    try:
        prometheus.wait()
        board = Dashboard(sys.argv[2], prometheus)
        for complaint in board.complaints():
            print(complaint)
    finally:
        prometheus.stop()


main()
