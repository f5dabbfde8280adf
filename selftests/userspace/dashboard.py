#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Ask a Prometheus what each panel of a dashboard of Grafana asks it.

    dashboard.py METRICS DASHBOARD

METRICS is a file that Prometheus scrapes. All counters in it are UNIT, and rise by
as much from one scrape to the next. Each expression must have a result,
and it the labels that the legend names; a line is printed for each that has not.
"""

import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

UNIT = 1000003
INTERVAL = 0.5      # between two scrapes, in seconds
RATE = "5s"
PATIENCE = 60


class Metrics(http.server.BaseHTTPRequestHandler):
    """What Prometheus scrapes."""

    text = ""
    scrapes = 0

    def do_GET(self):  # pylint: disable=invalid-name
        """The metrics, which count the scrapes."""
        Metrics.scrapes += 1
        text = self.text.replace(f" {UNIT}\n", f" {UNIT * self.scrapes}\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        """Say nothing."""


def free_port():
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Prometheus:
    """A real one, whose data go with it."""

    def __init__(self, target):
        self.dir = tempfile.TemporaryDirectory()
        config = os.path.join(self.dir.name, "prometheus.yml")
        with open(config, "w", encoding="ascii") as file:
            json.dump({"scrape_configs": [{
                "job_name": "node", "scrape_interval": f"{int(INTERVAL * 1000)}ms",
                "scrape_timeout": f"{int(INTERVAL * 1000)}ms",
                "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}]}, file)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/api/v1/"
        self.log = open(os.path.join(self.dir.name, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            ["prometheus", "--config.file", config, "--storage.tsdb.path",
             os.path.join(self.dir.name, "data"),
             "--web.listen-address", f"127.0.0.1:{port}"],
            stdout=self.log, stderr=self.log)

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
                self.ask("query", query=expression)["result"]]

    def wait(self):
        """Until there are enough scrapes for a rate."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.query(f"count_over_time(up[{RATE}]) > 5"):
                    return
            except OSError:
                pass    # it is not ready
            time.sleep(INTERVAL)
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
    """Serve, scrape and ask."""
    with open(sys.argv[1], encoding="ascii") as file:
        Metrics.text = file.read()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    prometheus = Prometheus(server.server_address[1])
    try:
        prometheus.wait()
        board = Dashboard(sys.argv[2], prometheus)
        for complaint in board.complaints():
            print(complaint)
    finally:
        prometheus.stop()


main()
