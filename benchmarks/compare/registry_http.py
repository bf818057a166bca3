#!/usr/bin/env python3
"""Requests per second of `cupel registry serve`, over loopback, asked by wrk.

  registry_http.py [--cupel PATH] [--seconds 5] [--connections 1,8]
                   [--plugins 100] [--json FILE]

Makes a database and plugin folders in a temporary folder, starts the program
with eight threads and without its log, and has wrk (Debian: apt-get install
wrk) send each kind of request over and over, on connections that stay open.
Prints a Markdown table: requests per second, and the time that half and 99 of
100 answers took. Exit code 1 if an answer was not the one that was due.

wrk runs on the same machine and takes its share of the processors.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CUPEL = HERE.parent.parent / "build" / "release" / "bin" / "cupel"
SETTINGS = {"API_KEY": "0123456789abcdef0123456789abcdef", "TOP_PORTS": 250}
SCHEMA = {"type": "object", "required": ["API_KEY"], "secret": ["API_KEY"],
          "properties": {"API_KEY": {"type": "string", "maxLength": 64},
                         "TOP_PORTS": {"type": "integer", "minimum": 1}}}
ACME = "/v1/organisations/acme"
# What is asked, in words; method, path, status.
REQUESTS = (
    ("health", "GET", "/health", 200),
    ("one organisation", "GET", ACME, 200),
    ("one plugin", "GET", ACME + "/plugins/plugin-7", 200),
    ("all plugins", "GET", ACME + "/plugins", 200),
    ("settings, opened", "GET", ACME + "/plugin-7/settings", 200),
    ("settings, sealed and stored", "PUT", ACME + "/plugin-7/settings", 200),
    ("no such route", "GET", "/nothing", 404),
)
LUA = """wrk.method = "{method}"
wrk.body = [[{body}]]
function init(args) wrong = 0 end
function response(status) if status ~= {status} then wrong = wrong + 1 end end
threads = {{}}
function setup(thread) table.insert(threads, thread) end
function done(summary, latency)
  local total = 0
  for _, thread in ipairs(threads) do total = total + thread:get("wrong") end
  local e = summary.errors
  io.write(string.format("RESULT %f %f %f %d\\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50),
    latency:percentile(99), total + e.connect + e.read + e.write + e.timeout))
end
"""


def make_plugins(folder, count):
    """That many plugin folders, each with a schema."""
    for index in range(count):
        plugin = folder / f"plugin_{index}"
        plugin.mkdir(parents=True)
        (plugin / "__init__.py").touch()
        (plugin / "boefje.json").write_text(json.dumps({
            "id": f"plugin-{index}", "name": f"Plugin {index}",
            "description": "One of many.", "scan_level": 1,
            "consumes": ["Hostname"]}), encoding="utf-8")
        (plugin / "schema.json").write_text(json.dumps(SCHEMA),
                                            encoding="utf-8")


@contextlib.contextmanager
def server(options, folder):
    """Serves as long as the block runs; gives the URL."""
    make_plugins(folder / "plugins", options.plugins)
    base = {name: value for name, value in os.environ.items()
            if not name.startswith(("CUPEL_", "BOEFJE", "KATALOGUS_"))}
    subprocess.run([options.cupel, "settings", "keygen", "-o", folder / "keys"],
                   check=True, env=base, stdout=subprocess.DEVNULL)
    registry = ["-d", folder / "db", "-p", folder / "plugins"]
    subprocess.run([options.cupel, "registry", "organisation", "add", "acme",
                    *registry], check=True, env=base)
    process = subprocess.Popen(
        [options.cupel, "registry", "serve", "--listen", "127.0.0.1:0",
         "--quiet", "--threads", "8", "--keys-file", folder / "keys",
         *registry], env=base, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        yield re.search(r"http://\S+", line).group(0)
    finally:
        process.terminate()
        if process.wait(timeout=60) != 0:
            sys.exit("the server did not end well")


def measure(options, folder, url, request, connections):
    """(requests per second, median, 99th percentile in µs, wrong answers)."""
    _, method, path, status = request
    script = folder / "request.lua"
    body = json.dumps(SETTINGS) if method == "PUT" else ""
    script.write_text(LUA.format(method=method, body=body, status=status),
                      encoding="utf-8")
    done = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(connections),
         "--duration", f"{options.seconds}s", "--script", script, url + path],
        check=True, stdout=subprocess.PIPE, text=True)
    rate, half, most, wrong = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)",
                                        done.stdout).groups()
    return float(rate), float(half), float(most), int(wrong)


def run(options, folder):
    """A row for each kind of request and number of connections."""
    rows = []
    with server(options, folder) as url:
        first = urllib.request.Request(url + ACME + "/plugin-7/settings",
                                       json.dumps(SETTINGS).encode(),
                                       method="PUT")
        with urllib.request.urlopen(first) as answer:
            answer.read()
        for request in REQUESTS:
            for connections in options.connections:
                print(request[0], connections, file=sys.stderr)
                rate, half, most, wrong = measure(options, folder, url,
                                                  request, connections)
                rows.append({"request": request[0], "connections": connections,
                             "per_second": rate, "median_us": half,
                             "p99_us": most, "wrong": wrong})
    return rows


def print_table(options, rows):
    """Markdown, with what it was measured on."""
    print(f"`cupel registry serve`, {options.plugins} plugins, asked by wrk on "
          f"the same machine ({os.cpu_count()} processors, "
          f"{platform.system()} {platform.release()}), {options.seconds} s "
          "each:\n")
    print("| request | connections | requests/s | median | 99 % |")
    print("|---|---:|---:|---:|---:|")
    for row in rows:
        print(f"| {row['request']} | {row['connections']} | "
              f"{row['per_second']:,.0f} | {row['median_us'] / 1000:.2f} ms | "
              f"{row['p99_us'] / 1000:.2f} ms |")


def main():
    """Exit code 0, 1 for wrong answers, 2 for wrong use."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cupel", type=pathlib.Path, default=CUPEL)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", default="1,8",
                        type=lambda text: [int(n) for n in text.split(",")])
    parser.add_argument("--plugins", type=int, default=100)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is not installed: apt-get install wrk")
    if not options.cupel.exists():
        parser.error(f"{options.cupel} is not there: ./dev build, or --cupel")
    if options.plugins < 8:
        parser.error("--plugins: eight at least")
    with tempfile.TemporaryDirectory(prefix="cupel-bench-") as folder:
        rows = run(options, pathlib.Path(folder))
    print_table(options, rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    wrong = sum(row["wrong"] for row in rows)
    if wrong:
        sys.exit(f"{wrong} answers were not the ones that were due")


if __name__ == "__main__":
    main()
