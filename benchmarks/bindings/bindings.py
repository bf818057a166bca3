#!/usr/bin/env python3
"""What each language costs over the C interface: the same scans, by turns.

  bindings.py [--build build/release] [--rounds 15] [--seconds 0.2]
              [--languages c,cpp,go,extension,typed] [--clock cpu|wall]
              [--json FILE]

Prints Markdown on stdout and progress on stderr. README.md says how to read it.
"""

import argparse
import io
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LANGUAGES = {"c": "C", "cpp": "C++", "go": "Go",
             "extension": "Python, extension", "typed": "Python"}
CASES = {"entry": "bare call", "small": "scan of 1 KiB",
         "large": "scan of 1 MiB", "package": "package of 1,000 files",
         "report": "the same, report as values"}


class Participant:
    """One program that waits for cases: see participant.c."""

    def __init__(self, command, environment):
        self._process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, **environment})
        self._name = command[0]

    def measure(self, case, times, threads=1):
        """(wall, cpu) nanoseconds of so many calls in each of its threads."""
        self._process.stdin.write(f"{case} {times} {threads}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().split()
        if len(answer) != 2:
            sys.exit(f"{self._name} ended in the middle of {case}")
        return int(answer[0]), int(answer[1])

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def prose(size, seed):
    """Text of no type with a magic, in which no rule finds anything."""
    source = random.Random(seed)
    words = ["".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=k))
             for k in range(2, 12) for _ in range(50)]
    text = io.StringIO()
    while text.tell() < size:
        text.write(" ".join(source.choices(words, k=12)) + "\n")
    return text.getvalue()[:size].encode()


def write_inputs(folder):
    """The three inputs: 1 KiB, 1 MiB and a package."""
    small, large = folder / "small.txt", folder / "large.txt"
    package = folder / "package.tgz"
    small.write_bytes(prose(1 << 10, 1))
    large.write_bytes(prose(1 << 20, 2))
    with tarfile.open(package, "w:gz") as archive:
        for number in range(1000):
            data = prose(4096, 100 + number)
            info = tarfile.TarInfo(f"package/lib/module{number:04}.js")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return [small, large, package]


def build_go(build, folder):
    """Builds the Go program; nothing is downloaded."""
    program = folder / "bench_bindings_go"
    cache = build / "bindings" / "go"
    subprocess.run(
        ["go", "build", "-o", program, "."], cwd=HERE / "go", check=True,
        env={**os.environ, "PKG_CONFIG_PATH": str(build / "pkgconfig"),
             "GOFLAGS": "-mod=mod -buildvcs=false", "GOPROXY": "off",
             "GOTOOLCHAIN": "local", "CGO_ENABLED": "1",
             "GOCACHE": str(cache / "cache"), "GOPATH": str(cache / "path")})
    return program


def start(language, build, folder, arguments):
    """Starts the program of a language."""
    environment = {"LD_LIBRARY_PATH": str(build / "capi"),
                   "PYTHONPATH": str(build / "python")}
    if language in ("extension", "typed"):
        command = [sys.executable, HERE / "participant.py", language]
    elif language == "go":
        command = [build_go(build, folder)]
    else:
        command = [build / "bin" / f"bench_bindings_{language}"]
    return Participant([*command, *arguments], environment)


def calibrate(participant, case, seconds, clock):
    """How many calls take about so long."""
    times = 1
    while True:
        took = participant.measure(case, times)[clock]
        if took >= seconds * 0.5e9:
            return max(1, round(times * seconds * 1e9 / took))
        times *= 2 if took > seconds * 0.1e9 else 8


def compare(participants, options):
    """{case: {language: [nanoseconds of one call, by rounds]}}"""
    clock = ("wall", "cpu").index(options.clock)
    first = next(iter(participants.values()))
    times = {case: calibrate(first, case, options.seconds, clock)
             for case in CASES}
    took = {case: {name: [] for name in participants} for case in CASES}
    order = list(participants)
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        for case in CASES:
            for name in order:
                spent = participants[name].measure(case, times[case])[clock]
                took[case][name].append(spent / times[case])
        order = order[1:] + order[:1]  # nobody is always first
    return took


def spread(participants, options):
    """{language: [how many times one thread two are, by rounds]}"""
    first = next(iter(participants.values()))
    times = calibrate(first, "package", options.seconds, 0)
    gained = {name: [] for name in participants}
    for _ in range(options.rounds):
        for name, participant in participants.items():
            one = participant.measure("package", times, 1)[0]
            two = participant.measure("package", times, 2)[0]
            gained[name].append(2 * one / two)
    return gained


def row(cells):
    return "| " + " | ".join(cells) + " |"


def duration(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.4g} {unit}"
    return f"{nanoseconds:.0f} ns"


def over(took, name):
    """By how much a language is over the first: the median of the rounds'
    differences, in nanoseconds, and that as a part of the first."""
    first = next(iter(took.values()))
    more = statistics.median(own - base
                             for own, base in zip(took[name], first))
    return more, more / statistics.median(first)


def table(took, gained):
    """Everything as one table of Markdown."""
    names = list(gained)
    lines = [row(["", *(LANGUAGES[name] for name in names)]),
             row(["---"] * (len(names) + 1))]
    for case, by_name in took.items():
        cells = [duration(statistics.median(by_name[names[0]]))]
        for name in names[1:]:
            more, part = over(by_name, name)
            cells.append(f"{more:+,.0f} ns" if case == "entry" else
                         f"{more:+,.0f} ns ({part:+.1%})")
        lines.append(row([CASES[case], *cells]))
    lines.append(row(["2 threads, times 1",
                      *(f"{statistics.median(gained[name]):.2f}"
                        for name in names)]))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path,
                        default=ROOT / "build" / "release")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.2,
                        help="what one measurement takes, about")
    parser.add_argument("--clock", choices=("cpu", "wall"), default="cpu",
                        help="of a process, or of the wall; threads are "
                             "measured by the wall in any case")
    parser.add_argument("--threads-only", action="store_true",
                        help="only what two threads gain over one")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    names = options.languages.split(",")
    if unknown := set(names) - set(LANGUAGES):
        parser.error(f"no languages {', '.join(sorted(unknown))}; there are "
                     f"{', '.join(LANGUAGES)}")
    with tempfile.TemporaryDirectory(prefix="cupel-bench-") as name:
        folder = pathlib.Path(name)
        arguments = [ROOT / "examples" / "rules", *write_inputs(folder)]
        participants = {name: start(name, options.build.resolve(), folder,
                                    arguments) for name in names}
        took = {} if options.threads_only else compare(participants, options)
        gained = spread(participants, options)
        for participant in participants.values():
            participant.close()
    print(table(took, gained))
    if options.json:
        options.json.write_text(json.dumps(
            {"clock": options.clock, "nanoseconds": took, "threads": gained}),
            encoding="utf-8")


if __name__ == "__main__":
    main()
