"""The programs compared: how each is started and how its output is read.

A participant is given the same rules, corpus and number of threads as the
others. `starts` says whether it can take rules from source and compiled ones.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import cache
import corpus
import matches
import rules

YARA_PYTHON = "yara-python==4.5.4"
YARA_X = "yara-x==1.22.1"


def _namespaced(rule_set):
    """Arguments for yara and yarac: one namespace per file."""
    return ["{}:{}".format(path.stem, path) for path in rules.files(rule_set)]


class Participant:
    """One program. Not thread-safe; `notes` grows while it is prepared."""

    reads = "tree"
    starts = ("source", "compiled")
    one_thread_only = False
    exact = True  # its matches must be those of yara
    writes_report = False  # matches are in its report, not on its stdout
    ok_codes = (0,)

    def __init__(self):
        self.notes = []

    def missing(self):
        """Why it cannot take part, or None."""
        return None

    def compiled(self, rule_set):
        """Where its compiled rules are kept."""
        folder = cache.root() / "compiled"
        folder.mkdir(exist_ok=True)
        return folder / "{}-{}".format(rule_set, self.name)

    def rules_for(self, rule_set, start):
        """What is handed over as rules: a folder or a compiled file."""
        return (rules.folder(rule_set) if start == "source"
                else self.compiled(rule_set))

    def inputs(self, corpus_name):
        """What is scanned: the folder of archives or of their trees."""
        return (corpus.tree(corpus_name) if self.reads == "tree"
                else corpus.packages(corpus_name))

    def environment(self):
        return {}

    def folder(self, _rule_set):
        """The working folder, or None for this one."""
        return None

    def matched(self, output, _target):
        """The set of (archive, member, rule) in its output."""
        return matches.of_lines(output)


class Yara(Participant):
    """The yara program on the unpacked tree: what the others are held to."""

    name = "yara -r"

    def __init__(self, program):
        super().__init__()
        self.program = program

    def missing(self):
        for name in (self.program, self.program + "c"):
            if not shutil.which(name):
                return "no program {}: install Debian's yara".format(name)
        return None

    def compiled(self, rule_set):
        return super().compiled(rule_set).with_name(rule_set + "-yara.yarc")

    def prepare(self, rule_set):
        cache.run([self.program + "c", "-w", *_namespaced(rule_set),
                   self.compiled(rule_set)])

    def command(self, rule_set, start, target, threads, _output):
        source = (_namespaced(rule_set) if start == "source"
                  else ["-C", self.compiled(rule_set)])
        return [self.program, "-w", "-r", "-p", threads, *source, target]

    def matched(self, output, target):
        return matches.of_yara(output, target)


class Loop(Participant):
    """loop/loop.cc: libarchive and libyara as one writes it at home."""

    name = "libarchive+libyara loop"
    reads = "archives"

    def __init__(self, program, yarac):
        super().__init__()
        self.program, self.yarac = program, yarac

    def missing(self):
        return None if os.access(self.program, os.X_OK) else (
            "no {}: build the target bench_libyara_loop".format(self.program))

    def compiled(self, rule_set):
        return super().compiled(rule_set).with_name(rule_set + "-loop.yarc")

    def prepare(self, rule_set):
        cache.run([self.yarac, "-w", *_namespaced(rule_set),
                   self.compiled(rule_set)])

    def command(self, rule_set, start, target, threads, _output):
        return [self.program, threads, self.rules_for(rule_set, start), target]


class Script(Participant):
    """A script of peers/ over a package from PyPI."""

    def __init__(self, requirement, exact):
        super().__init__()
        self.exact = exact
        self.requirement = requirement
        self.name = requirement.split("==", 1)[0]

    def _script(self):
        return (cache.HERE / "peers" /
                (self.name.replace("-", "_") + "_scan.py"))

    def environment(self):
        return {"PYTHONPATH": str(cache.python_tool(self.requirement)),
                "PYTHONDONTWRITEBYTECODE": "1"}

    def prepare(self, rule_set):
        done = subprocess.run(
            [sys.executable, self._script(), "1", rules.folder(rule_set), ".",
             self.compiled(rule_set)], check=False, capture_output=True,
            text=True, env={**os.environ, **self.environment()})
        if done.returncode:
            sys.exit("{}: {}".format(self.name, done.stderr[-2000:]))
        dropped = done.stderr.count("dropped ")
        if dropped:
            self.notes.append("{} drops {} rules of {}".format(
                self.name, dropped, rule_set))

    def command(self, rule_set, start, target, threads, _output):
        return [sys.executable, self._script(), threads,
                self.rules_for(rule_set, start), target]


class ClamScan(Participant):
    """clamscan with the rules as its only database. One thread, source only,
    and it takes a subset of YARA."""

    name = "clamscan -d"
    starts = ("source",)
    one_thread_only = True
    exact = False
    ok_codes = (0, 1, 2)

    def __init__(self, program):
        super().__init__()
        self.program = program

    def missing(self):
        return None if shutil.which(self.program) else (
            "n/a: no {} (Debian: clamav)".format(self.program))

    def prepare(self, rule_set):
        empty = cache.root() / "empty.txt"
        empty.write_text("\n", encoding="utf-8")
        done = subprocess.run(
            [str(part) for part in
             self.command(rule_set, "source", empty, 1, None)],
            check=False, capture_output=True, text=True,
            cwd=rules.folder(rule_set))
        known = [line.split(":")[1].strip()
                 for line in done.stdout.splitlines()
                 if line.startswith("Known viruses:")]
        self.notes.append("clamscan takes {} of {} rules of {}".format(
            known[0] if known else "an unknown number",
            rules.describe(rule_set)[1], rule_set))

    def command(self, rule_set, _start, target, _threads, _output):
        return [self.program, "-d", rules.folder(rule_set), "--normalize=no",
                "--allmatch", "--infected", "--max-filesize=0",
                "--max-scansize=0", "-r", target]

    def folder(self, rule_set):
        return rules.folder(rule_set)

    def matched(self, output, target):
        return matches.of_clamscan(output, target)


class Cupel(Participant):
    """Our program, on the archives themselves."""

    name = "cupel"
    reads = "archives"
    ok_codes = (0, 1, 3)
    writes_report = True

    def __init__(self, program, options=()):
        super().__init__()
        self.program = pathlib.Path(program).resolve()
        self.options = list(options)

    def missing(self):
        return None if os.access(self.program, os.X_OK) else (
            "no {}: build it, or name it with --cupel".format(self.program))

    def prepare(self, rule_set):
        cache.run([self.program, "rules", "compile", "--output",
                   self.compiled(rule_set), "--rules", rules.folder(rule_set)])

    def command(self, rule_set, start, target, threads, output):
        return [self.program, "scan", "--rules",
                self.rules_for(rule_set, start), "--threads", threads,
                "--format", "json", "--no-match-data", "--scan-containers",
                "never", "--max-depth", "1", *self.options, "--output", output,
                target]

    def matched(self, output, _target):
        return matches.of_cupel(output)


class CupelLibyara(Cupel):
    """Our program without its engine: every rule on every file."""

    name = "cupel --engine libyara"

    def __init__(self, program):
        super().__init__(program, ["--engine", "libyara"])


def every(options):
    """All participants by the name that --peers takes; yara is first."""
    return {"yara": Yara(options.yara),
            "loop": Loop(pathlib.Path(options.loop), options.yara + "c"),
            "yara-python": Script(YARA_PYTHON, exact=True),
            "yara-x": Script(YARA_X, exact=False),
            "clamscan": ClamScan(options.clamscan),
            "cupel": Cupel(options.cupel)}
