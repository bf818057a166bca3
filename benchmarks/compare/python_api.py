#!/usr/bin/env python3
"""Cupel's Python package beside yara-python and yara-x, in a program that
scans bytes in memory.

  python_api.py [--sets small,large] [--rounds 7] [--clock cpu|wall]
                [--build build/release] [--json FILE]

The files are those of Python's own standard library: the first KiB of each, the
whole, and 1 MiB at a time. Every peer's answers are compared with those of
yara-python before anything is timed. Prints Markdown on stdout and progress on
stderr. Exit code 1 if Cupel did not find exactly what yara-python found.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import sysconfig
import tempfile

import cache
import participants
import rules

ROOT = cache.HERE.parent.parent
REFERENCE = "yara-python"
PEERS = {"yara-python": participants.YARA_PYTHON,
         "yara-x": participants.YARA_X, "cupel.yara": None, "cupel": None}
INPUTS = {"1 KiB": "kib", "whole files": "files", "1 MiB": "mib"}
MOST_FILES = 400


def write_files(folder):
    """The three folders of files; {name: (files, bytes)}."""
    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    found = sorted(path for path in library.glob("*.py")) + sorted(
        path for path in library.glob("*/*.py")
        if path.parent.name not in ("site-packages", "dist-packages"))
    texts = [text for path in found if (text := path.read_bytes())]
    texts = texts[::-(-len(texts) // MOST_FILES)]
    whole = b"".join(texts)
    pieces = {"kib": [text[:1024] for text in texts], "files": texts,
              "mib": [whole[at:at + (1 << 20)]
                      for at in range(0, len(whole) - (1 << 20), 1 << 20)]}
    sizes = {}
    for name, contents in pieces.items():
        (folder / name).mkdir()
        for number, content in enumerate(contents):
            (folder / name / f"{number:04}").write_bytes(content)
        sizes[name] = (len(contents), sum(map(len, contents)))
    return sizes


class Peer:
    """A process of peers/python_api.py."""

    def __init__(self, name, rule_set, files, build):
        requirement = PEERS[name]
        path = (build / "python" if requirement is None
                else cache.python_tool(requirement))
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, cache.HERE / "peers" / "python_api.py", name,
             rules.folder(rule_set), files], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(path),
                 "PYTHONDONTWRITEBYTECODE": "1"})

    def ask(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit(f"{self.name} ended at: {line}")
        return json.loads("[" + answer.replace(" ", ",") + "]"
                          if line.startswith("time") else answer)

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def differences(peers, folder):
    """{peer: (more, fewer)} than the reference, without the rules that a peer
    refused, and how many (file, rule) the reference found."""
    found = {peer.name: {tuple(pair) for pair in peer.ask(f"answers {folder}")}
             for peer in peers}
    lines = {}
    for peer in peers:
        dropped = set(peer.ask("dropped"))
        truth = {(file, rule) for file, rule in found[REFERENCE]
                 if rule not in dropped}
        own = found[peer.name]
        lines[peer.name] = (len(own - truth), len(truth - own))
    return lines, len(found[REFERENCE])


def measure(peers, folder, options):
    """{peer: [nanoseconds, by rounds]}"""
    clock = ("wall", "cpu").index(options.clock)
    took = {peer.name: [] for peer in peers}
    for number in range(options.rounds):
        print(f"{folder}: round {number + 1} of {options.rounds}",
              file=sys.stderr)
        for peer in peers[number % len(peers):] + peers[:number % len(peers)]:
            took[peer.name].append(peer.ask(f"time {folder}")[clock])
    return took


def row(cells):
    return "| " + " | ".join(cells) + " |"


def compare(rule_set, files, sizes, options):
    """Prints one table; returns its record, and whether Cupel was right."""
    peers = [Peer(name, rule_set, files, options.build.resolve())
             for name in PEERS]
    print(f"## {rule_set} rules\n\n{rules.describe(rule_set)[1]} rules, "
          f"{rules.describe(rule_set)[2]} strings.\n")
    print(row(["input", "matches", *PEERS]))
    print(row(["---"] * (len(PEERS) + 2)))
    record, right, notes = [], True, []
    for title, folder in INPUTS.items():
        lines, count = differences(peers, folder)
        for name, (more, fewer) in lines.items():
            if more or fewer:
                right = right and not name.startswith("cupel")
                notes.append(f"{title}: {name} finds {more} more and {fewer} "
                             f"fewer than {REFERENCE}")
        took = measure(peers, folder, options)
        middle = {name: statistics.median(each) for name, each in took.items()}
        number, size = sizes[folder]
        print(row([f"{title} ({number} files, {size / 1e6:.1f} MB)",
                   str(count),
                   *(f"{spent / 1e6:.1f} ms "
                     f"({middle[REFERENCE] / spent:.2f})"
                     for spent in middle.values())]), flush=True)
        record.append({"rules": rule_set, "input": folder, "matches": count,
                       "nanoseconds": took, "differs": lines})
    for peer in peers:
        peer.close()
    print("\n" + ("\n".join(notes) or "Matches: equal everywhere.") + "\n")
    return record, right


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--sets", default="small,large")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clock", choices=("cpu", "wall"), default="cpu")
    parser.add_argument("--build", type=pathlib.Path,
                        default=ROOT / "build" / "release")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    record, right = [], True
    with tempfile.TemporaryDirectory(prefix="cupel-bench-") as name:
        files = pathlib.Path(name)
        sizes = write_files(files)
        for rule_set in options.sets.split(","):
            found, equal = compare(rule_set, files, sizes, options)
            record += found
            right = right and equal
    if options.json:
        options.json.write_text(json.dumps(record), encoding="utf-8")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
