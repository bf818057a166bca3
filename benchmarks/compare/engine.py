"""The table of the engine: what it promises, measured in one run.

`./dev bench --compare --table engine`, or compare.py --table engine. Prints
Markdown; --svg draws the comparison with yara. Every row is a function below.
Exit code 1 if matches differ anywhere.
"""

import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tarfile

import binaries
import cache
import compare
import corpus
import hostile
import matches
import measure
import participants
import rules
import svg
import table

COMPARED = (("npm", "large", 12), ("npm", "small", 8), ("pypi", "large", 12),
            ("bin", "large", 3))


@dataclasses.dataclass
class Row:
    """A promise: `value` is to be at least (or at most) `goal`."""
    what: str
    value: float
    goal: float
    unit: str
    at_least: bool
    note: str = ""

    def met(self):
        return (self.value >= self.goal if self.at_least
                else self.value <= self.goal)

    def cells(self):
        sign = "≥" if self.at_least else "≤"
        return (self.what, "{:.4g} {}".format(self.value, self.unit).strip(),
                "{} {:g} {}".format(sign, self.goal, self.unit).strip(),
                "yes" if self.met() else "**no**", self.note)


class Bench:
    """What the rows share: programs, options, results. Not thread-safe."""

    def __init__(self, options):
        self.options = options
        self.runner = compare.Runner(options)
        self.yara = participants.Yara(options.yara)
        self.cupel = participants.Cupel(options.cupel)
        self.plain = participants.CupelLibyara(options.cupel)
        self.output = cache.root() / "output"
        self.output.mkdir(exist_ok=True)
        self.bars = []  # (label, [(program, times yara)], goal)
        self.compared = {}

    def prepare(self):
        for who in (self.yara, self.cupel):
            why = who.missing()
            if why:
                sys.exit(why)
            for name in rules.SETS:
                who.prepare(name)
        # The same compiled file serves both engines.
        for name in rules.SETS:
            shutil.copyfile(self.cupel.compiled(name),
                            self.plain.compiled(name))

    def case(self, who, rule_set, corpus_name, threads=2):
        return compare.Case(who, rule_set, corpus_name, "compiled", threads)

    def wall(self, command, label):
        """One run of a command: its measure.Run."""
        run = measure.run(command, self.output / (label + ".out"),
                          self.output / (label + ".err"),
                          timeout=self.options.timeout)
        if run.code not in self.cupel.ok_codes or run.timed_out:
            sys.exit("{}: exit code {}: {}".format(
                label, run.code,
                (self.output / (label + ".err")).read_text()[-2000:]))
        print("{:8.3f} s  {}".format(run.wall, label), file=sys.stderr)
        return run


def _median(values):
    return statistics.median(values)


def compared(bench, say):
    """The packages and the programs, against yara on the unpacked tree."""
    rows = []
    for corpus_name, rule_set, goal in COMPARED:
        cases = [bench.case(who, rule_set, corpus_name)
                 for who in (bench.yara, bench.plain, bench.cupel)]
        results = bench.runner.interleaved("engine", cases)
        counts, lines = bench.runner.check(bench.yara, results)
        for line in lines:
            say(line)
        walls = [measure.median(results[case], "wall") for case in cases]
        cupel = results[cases[2]]
        rows.append(Row(
            "{} ({} files), {} rules: times `yara -r -p 2`".format(
                corpus_name, corpus.describe(corpus_name)[2], rule_set),
            walls[0] / walls[2], goal, "", True,
            "{:.2f} s against {:.2f} s; {:.2f} without the engine; {} matches".
            format(walls[2], walls[0], walls[0] / walls[1], counts[cases[2]])))
        bench.bars.append((
            "{}, {} rules".format(corpus_name, rule_set),
            [("cupel --engine libyara", walls[0] / walls[1]),
             ("cupel", walls[0] / walls[2])], goal))
        bench.compared[corpus_name, rule_set] = cupel
    return rows


def archive(bench, _say):
    """One archive of 1 GB with one thread and with two."""
    cases = [bench.case(who, "large", "big", threads)
             for who, threads in ((bench.cupel, 1), (bench.cupel, 2),
                                  (bench.plain, 2))]
    results = bench.runner.interleaved("archive", cases)
    walls = [measure.median(results[case], "wall") for case in cases]
    peaks = [measure.median(results[case], "peak_kb") / 1024 for case in cases]
    return [
        Row("one archive of 1 GB: 2 threads against 1", walls[0] / walls[1],
            1.8, "", True, "{:.2f} s and {:.2f} s".format(*walls[:2])),
        Row("the same, peak memory against the time before the engine",
            peaks[1] / peaks[2], 1.5, "", False,
            "{:.0f} MB, {:.0f} MB with --engine libyara".format(peaks[1],
                                                               peaks[2]))]


def small_file(bench, _say):
    """1 KiB through the C interface."""
    program = bench.options.cupel.parent / "scan_bench"
    if not os.access(program, os.X_OK):
        sys.exit("no {}: build the target scan_bench".format(program))
    done = subprocess.run(
        [program, "--benchmark_filter=scan_1KiB/large",
         "--benchmark_repetitions={}".format(bench.options.rounds),
         "--benchmark_report_aggregates_only=true", "--benchmark_format=json"],
        check=True, capture_output=True, text=True,
        env={**os.environ, "CUPEL_BENCH_RULES": str(rules.folder("large"))})
    median = next(run for run in json.loads(done.stdout)["benchmarks"]
                  if run.get("aggregate_name") == "median")
    return [Row("one file of 1 KiB, large rules", median["cpu_time"], 20, "µs",
                False, "through the C interface, type and hash included")]


def _scan(bench, rule_file, target, more=()):
    return [bench.cupel.program, "scan", "--rules", rule_file, "--threads", 2,
            "--format", "json", "--no-match-data", "--scan-containers",
            "never", "--max-depth", "1", *more, "--output",
            bench.output / "rescan.json", target]


def _found(bench):
    return matches.of_cupel(bench.output / "rescan.json")


def rescan(bench, say):
    """A share of the rules changed; the next version of packages."""
    changed = bench.output / "large-changed.cupelyar"
    cache.run([bench.cupel.program, "rules", "compile", "--output", changed,
               "--rules", rules.changed("large")])
    rows = _changed_rules(bench, say, changed)
    return rows + _next_version(bench, say)


def _changed_rules(bench, say, changed):
    full, again = [], []
    target = corpus.packages("npm")
    for _ in range(bench.options.rounds):
        store = bench.output / "store"
        shutil.rmtree(store, ignore_errors=True)
        bench.wall(_scan(bench, bench.cupel.compiled("large"), target,
                         ("--cache", store)), "first scan, store empty")
        full.append(bench.wall(_scan(bench, changed, target),
                               "full scan, changed rules").wall)
        truth = _found(bench)
        again.append(bench.wall(_scan(bench, changed, target,
                                      ("--cache", store)),
                                "rescan, changed rules").wall)
        if _found(bench) != truth:
            bench.runner.wrong = True
            say("ERROR: the rescan found other matches than a full scan")
    return [Row("rescan, 1 % of the rules changed: share of a full scan",
                100 * _median(again) / _median(full), 5, "%", False,
                "npm: {:.3f} s of {:.3f} s".format(_median(again),
                                                  _median(full)))]


def _changed_files(folder):
    """Archives of those files of `newer` that `older` does not have."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    known = {cache.sha256(path) for path in corpus.tree("older").rglob("*")
             if path.is_file()}
    many = 0
    for archive_tree in sorted(corpus.tree("newer").iterdir()):
        with tarfile.open(folder / archive_tree.name, "w:gz") as tar:
            for path in sorted(archive_tree.rglob("*")):
                if path.is_file() and cache.sha256(path) not in known:
                    tar.add(path, str(path.relative_to(archive_tree)))
                    many += 1
    return many


def _next_version(bench, say):
    for name in corpus.VERSIONS:
        corpus.fetch(name)
    only = bench.output / "changed-files"
    many = _changed_files(only)
    compiled = bench.cupel.compiled("large")
    full, again, part = [], [], []
    for _ in range(bench.options.rounds):
        store = bench.output / "store"
        shutil.rmtree(store, ignore_errors=True)
        bench.wall(_scan(bench, compiled, corpus.packages("older"),
                         ("--cache", store)), "older version, store empty")
        full.append(bench.wall(_scan(bench, compiled,
                                     corpus.packages("newer")),
                               "newer version, whole").wall)
        truth = _found(bench)
        part.append(bench.wall(_scan(bench, compiled, only),
                               "newer version, changed files only").wall)
        again.append(bench.wall(_scan(bench, compiled,
                                      corpus.packages("newer"),
                                      ("--cache", store)),
                                "newer version, rescan").wall)
        if _found(bench) != truth:
            bench.runner.wrong = True
            say("ERROR: the rescan of the next version found other matches")
    over = 100 * (_median(again) - _median(part)) / _median(full)
    return [Row("next version of 10 packages: cost above that of the changed "
                "files, share of a full scan", over, 5, "%", False,
                "{:.3f} s; {} changed files alone {:.3f} s; everything {:.3f} s"
                .format(_median(again), many, _median(part), _median(full)))]


def start(bench, _say):
    """One tiny package: what is left is the start."""
    name = corpus.tiny()
    target = corpus.packages(name)
    warm = bench.output / "rules-cache"
    shutil.rmtree(warm, ignore_errors=True)
    sources = ("--rules-cache", warm)
    bench.wall(_scan(bench, rules.folder("large"), target, sources),
               "start from source, cold")
    compiled, cached = [], []
    for _ in range(2 * bench.options.rounds):
        compiled.append(bench.wall(_scan(
            bench, bench.cupel.compiled("large"), target), "start, compiled"))
        cached.append(bench.wall(_scan(bench, rules.folder("large"), target,
                                       sources), "start, rules cache"))
    return [Row("start with a warm plan, large rules",
                1000 * measure.median(compiled, "wall"), 60, "ms", False,
                "whole process, one tiny package; {:.0f} ms from sources with "
                "--rules-cache".format(1000 * measure.median(cached, "wall")))]


def memory(bench, _say):
    """The peaks of the comparison above."""
    peaks = {key: measure.median(runs, "peak_kb") / 1024
             for key, runs in bench.compared.items()}
    large = [peak for key, peak in peaks.items() if key[1] == "large"]
    if not large:
        sys.exit("the row `memory` needs the row `compared`")
    worst = max(large)
    return [Row("peak memory, large rules, 2 threads", worst, 120, "MB", False,
                ", ".join("{} {}: {:.0f}".format(*key, peak)
                          for key, peak in peaks.items()))]


def hostile_files(bench, _say):
    """Files made to be slow, against the same program without the engine."""
    files = hostile.make("large")
    compiled = bench.cupel.compiled("large")
    walls = {}
    for _ in range(bench.options.rounds):
        for name, path in files.items():
            for engine in ("libyara", "cupel"):
                run = bench.wall(_scan(bench, compiled, path,
                                       ("--engine", engine, "--no-unpack")),
                                 "{} --engine {}".format(name, engine))
                walls.setdefault((name, engine), []).append(run.wall)
    ratios = {name: _median(walls[name, "cupel"]) /
              _median(walls[name, "libyara"]) for name in files}
    return [Row("hostile files of 4 MB: time against --engine libyara, worst",
                max(ratios.values()), 1.1, "", False,
                ", ".join("{} {:.2f}".format(*pair)
                          for pair in ratios.items()))]


ROWS = {"compared": compared, "archive": archive, "small-file": small_file,
        "rescan": rescan, "start": start, "memory": memory,
        "hostile": hostile_files}


def main(options):
    """Runs the rows asked for; gives the exit code."""
    for name in corpus.CORPORA:
        corpus.fetch(name)
    if "compared" in options.rows:
        binaries.make("bin")
    if "archive" in options.rows:
        binaries.make("big", with_tree=False)
    bench = Bench(options)
    bench.prepare()

    def say(text):
        print(text, flush=True)

    version = subprocess.run([options.yara, "--version"], check=True,
                             capture_output=True, text=True).stdout.strip()
    say("yara {}, {} processors, medians of {}; large: {} rules, {} strings; "
        "small: {} rules, {} strings.\n".format(
            version, os.cpu_count(), options.rounds,
            *rules.describe("large")[1:], *rules.describe("small")[1:]))
    rows = []
    for name in options.rows:
        rows += ROWS[name](bench, say)
    say(table.plain(("what", "measured", "goal", "met", "how"),
                    [row.cells() for row in rows]))
    if options.svg and bench.bars:
        pathlib.Path(options.svg).write_text(
            svg.bars("Times as fast as `yara -r -p 2`, unpacking included",
                     bench.bars), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(
            {"yara": version, "rows": [dataclasses.asdict(row) for row in rows],
             "results": bench.runner.record}, indent=1) + "\n",
            encoding="utf-8")
    return int(bench.runner.wrong)
