#!/usr/bin/env python3
"""Cupel side by side with its peers: interleaved runs, medians, ratios.

  compare.py [--sets small,large] [--corpora npm,pypi] [--peers yara,loop,...]
             [--rounds 5] [--threads 2] [--quick] [--json FILE] ...

Prints Markdown on stdout and progress on stderr. Exit code 1 if a program that
must find what yara finds did not. README.md says how to read the numbers.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import resource
import signal
import subprocess
import sys

import cache
import corpus
import matches
import measure
import participants
import rules
import table

PEERS = ("yara", "loop", "yara-python", "yara-x", "clamscan", "cupel")
BUILD = cache.HERE.parent.parent / "build" / "release" / "bin"


@dataclasses.dataclass(frozen=True)
class Case:
    """One way to start one program; what a median is taken of."""
    participant: participants.Participant
    rule_set: str
    corpus: str
    start: str
    threads: int

    def outputs(self):
        """Files for its report, its stdout and its stderr."""
        folder = cache.root() / "output"
        folder.mkdir(exist_ok=True)
        name = "-".join((self.participant.name.replace(" ", "_"),
                         self.rule_set, self.corpus, self.start,
                         str(self.threads)))
        return [folder / (name + end) for end in (".json", ".out", ".err")]


class Runner:
    """Runs cases and keeps what they took. Not thread-safe."""

    def __init__(self, options):
        self.options = options
        self.record = []
        self.wrong = False

    def once(self, case):
        """One measured run; the program must end well or in time-out."""
        who = case.participant
        report, out, err = case.outputs()
        command = who.command(case.rule_set, case.start,
                              who.inputs(case.corpus), case.threads, report)
        run = measure.run(command, out, err, env=who.environment(),
                          cwd=who.folder(case.rule_set),
                          timeout=self.options.timeout)
        if not run.timed_out and run.code not in who.ok_codes:
            sys.exit("{}: exit code {}: {}".format(
                who.name, run.code, err.read_text(errors="replace")[-2000:]))
        print("{:8.3f} s  {} {} {} {} {} threads".format(
            run.wall, who.name, case.rule_set, case.corpus, case.start,
            case.threads), file=sys.stderr)
        return run

    def interleaved(self, title, cases):
        """A B C, A B C, ...; a slow case is run once. {case: [Run]}"""
        results = {case: [] for case in cases}
        for _ in range(self.options.rounds):
            for case, runs in results.items():
                if not runs or runs[0].wall <= self.options.slow:
                    runs.append(self.once(case))
        for case, runs in results.items():
            self.record.append({
                "table": title, "program": case.participant.name,
                "rules": case.rule_set, "corpus": case.corpus,
                "start": case.start, "threads": case.threads,
                "runs": [run._asdict() for run in runs]})
        return results

    def found(self, case):
        """The matches of a case's last run, as far as a tree has them."""
        who = case.participant
        report, out, _ = case.outputs()
        found = who.matched(report if who.writes_report else out,
                            who.inputs(case.corpus))
        return matches.in_tree(found, corpus.tree(case.corpus))

    def check(self, reference, results):
        """Compares every case with the reference: (counts, lines)."""
        sets = {case: self.found(case) for case, runs in results.items()
                if not runs[-1].timed_out}
        truth = next((found for case, found in sets.items()
                      if case.participant is reference), None)
        lines = []
        for case, found in sets.items():
            if truth is None or found == truth:
                continue
            must = case.participant.exact
            self.wrong = self.wrong or must
            lines.append("{}{} ({}) differs from {}: {} more, {} fewer".format(
                "ERROR: " if must else "", case.participant.name, case.start,
                reference.name, len(found - truth), len(truth - found)))
            if must:
                lines += matches.differences(found, truth)
        for case, found in sets.items():
            self.record.append({
                "matches": len(found), "program": case.participant.name,
                "rules": case.rule_set, "corpus": case.corpus,
                "start": case.start, "equal": truth is None or found == truth})
        return {case: len(found) for case, found in sets.items()}, lines


def _cases(chosen, rule_set, corpus_name, threads, starts=None):
    return [Case(who, rule_set, corpus_name, start,
                 1 if who.one_thread_only else threads)
            for start in starts or ("source", "compiled")
            for who in chosen if start in who.starts]


def _compare(runner, chosen, options, say):
    """The main table, for every rule set and corpus."""
    for rule_set in options.sets:
        for name in options.corpora:
            say("## {} rules, {}\n".format(rule_set, name))
            say("{} files, {} rules, {} strings; {} archives of {:.1f} MB, {} "
                "files of {:.1f} MB.\n".format(*_scale(rule_set, name)))
            results = runner.interleaved(
                "compare", _cases(chosen, rule_set, name, options.threads))
            counts, lines = runner.check(chosen[0], results)
            say(table.comparison(results, chosen[0], counts, options.rounds))
            say("\n" + ("\n".join(lines) if lines else
                        "Matches: equal everywhere.") + "\n")


def _scale(rule_set, name):
    archives, packed, files, unpacked = corpus.describe(name)
    return (*rules.describe(rule_set), archives, packed / 1e6, files,
            unpacked / 1e6)


def _start_up(runner, chosen, options, say):
    say("## Start-up: one tiny package, rules from source and compiled\n")
    name = corpus.tiny()
    results = {}
    for rule_set in options.sets:
        results |= runner.interleaved(
            "start-up", _cases(chosen, rule_set, name, options.threads))
    say(table.pairs(("source s", "compiled s"), results,
                    lambda case: int(case.start == "compiled")) + "\n")


def _threads(runner, chosen, options, say):
    say("## One thread and {}\n".format(options.threads))
    several = [who for who in chosen if not who.one_thread_only]
    results = {}
    for rule_set in options.sets:
        for name in options.corpora:
            results |= runner.interleaved("threads", [
                case for threads in (1, options.threads)
                for case in _cases(several, rule_set, name, threads,
                                   ("compiled",))])
    say(table.pairs(("1 thread s", "{} threads s".format(options.threads)),
                    results, lambda case: int(case.threads != 1)) + "\n")


def _memory(runner, chosen, options, say):
    say("## Peak memory: the largest archive alone\n")
    results = {}
    for rule_set in options.sets:
        for name in options.corpora:
            largest = corpus.largest(name)
            say("Largest of {}: {}".format(name, next(
                corpus.packages(largest).iterdir()).name))
            results |= runner.interleaved("memory", _cases(
                chosen, rule_set, largest, options.threads, ("compiled",)))
    say("\n" + table.memory(results) + "\n")


SECTIONS = {"compare": _compare, "start-up": _start_up, "threads": _threads,
            "memory": _memory}


def _choose(options, parser):
    """The participants asked for; what is missing is said, not skipped."""
    every = participants.every(options)
    chosen, notes = [], []
    for name in options.peers:
        why = every[name].missing()
        if why and not why.startswith("n/a"):
            parser.exit(2, "{}: {}\n".format(name, why))
        if why:
            notes.append("{}: {}".format(name, why))
        else:
            chosen.append(every[name])
    if not chosen or chosen[0] is not every["yara"]:
        parser.error("--peers must begin with yara: it is the yardstick")
    for who in chosen:
        for rule_set in options.sets:
            who.prepare(rule_set)
        notes += who.notes
    return chosen, notes


def _list(allowed):
    def convert(text):
        names = text.split(",")
        for name in names:
            if name not in allowed:
                raise argparse.ArgumentTypeError("no {}; there are {}".format(
                    name, ", ".join(allowed)))
        return names
    return convert


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add = parser.add_argument
    add("--sets", type=_list(rules.SETS), default=["small", "large"])
    add("--corpora", type=_list(corpus.CORPORA), default=["npm", "pypi"])
    add("--peers", type=_list(PEERS), default=list(PEERS))
    add("--sections", type=_list(SECTIONS), default=list(SECTIONS))
    add("--rounds", type=int, default=5)
    add("--threads", type=int, default=2)
    add("--quick", action="store_true",
        help="a dozen packages, one round: checks the benchmark itself")
    add("--timeout", type=float, default=600, help="seconds for one run")
    add("--slow", type=float, default=120,
        help="what takes longer than this is run once")
    add("--json", type=pathlib.Path, help="write everything measured there")
    add("--yara", default="yara", help="the yara program; yarac beside it")
    add("--loop", default=str(BUILD / "bench_libyara_loop"))
    add("--clamscan", default="clamscan")
    add("--cupel", default=BUILD / "cupel", type=pathlib.Path)
    add("--table", choices=("engine",),
        help="instead of the comparison: what the engine promises (engine.py)")
    add("--rows", type=lambda text: text.split(","), default=None,
        help="of --table engine: compared,archive,small-file,rescan,start,"
             "memory,hostile")
    add("--svg", type=pathlib.Path, help="of --table: draw the comparison")
    return parser, parser.parse_args()


def _engine(options, parser):
    import engine  # it imports this file
    options.rows = options.rows or list(engine.ROWS)
    for name in options.rows:
        if name not in engine.ROWS:
            parser.error("no row {}; there are {}".format(
                name, ", ".join(engine.ROWS)))
    return engine.main(options)


def main():
    parser, options = _options()
    # As with Ctrl-C: the program being measured is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.rounds < 1 or options.threads < 2:
        parser.error("--rounds must be at least 1 and --threads at least 2")
    if options.table:
        return _engine(options, parser)
    if options.quick:
        corpus.fetch("npm")
        options.corpora, options.rounds = [corpus.quick()], 1
    else:
        for name in options.corpora:
            corpus.fetch(name)
    chosen, notes = _choose(options, parser)
    runner = Runner(options)

    def say(text):
        print(text, flush=True)

    version = subprocess.run([options.yara, "--version"], check=True,
                             capture_output=True, text=True).stdout.strip()
    say("yara {}, {} processors, {}, {} threads, medians of {}.\n".format(
        version, os.cpu_count(), platform.machine(), options.threads,
        options.rounds))
    for note in notes:
        say("- " + note)
    for section in options.sections:
        SECTIONS[section](runner, chosen, options, say)
    if options.json:
        floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        options.json.write_text(json.dumps(
            {"yara": version, "notes": notes, "results": runner.record,
             "peak_kb_floor": floor}, indent=1) + "\n", encoding="utf-8")
    return int(runner.wrong)


if __name__ == "__main__":
    sys.exit(main())
