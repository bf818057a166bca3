#!/usr/bin/env python3
"""Every rule of examples/rules finds its positive fixture, and none of them
finds anything in a benign one.

    rules_fixtures_test.py --cupel build/release/bin/cupel
    rules_fixtures_test.py --yara yara

The fixtures of a rule are rules_fixtures/<rule>/positive.* and benign.*, or
folders of these names where the rule asks for a file name (package.json). All
are scanned in one run. With --yara the check of the benign ones is stricter,
since `yara` knows nothing of the meta `filetype`. The last line is
"N passed, M failed".
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
KINDS = ("positive", "benign")
SEVERITIES = {"low", "medium", "high", "critical"}
RULE = re.compile(
    r"^rule (\w+)([^{]*)\{\s*meta:(.*?)\n  (?:strings|condition):",
    re.MULTILINE | re.DOTALL)
META = re.compile(r'^\s*(\w+) = (?:"(.*)"|(\d+))$', re.MULTILINE)


class Rule:
    def __init__(self, name, tags, meta):
        self.name, self.tags = name, set(tags.replace(":", " ").split())
        self.meta = {key: text if text else int(number or 0)
                     for key, text, number in META.findall(meta)}

    def problem(self):
        """What its meta lacks, or None."""
        if self.meta.get("author") != "Cupel":
            return 'author is not "Cupel"'
        for key in ("description", "filetype"):
            if not isinstance(self.meta.get(key), str):
                return f"meta {key} is missing or no text"
        if "" in self.suffixes():
            return "filetype has an empty word, which fits every file"
        if self.meta.get("weight") not in range(1, 21):
            return "weight is no integer from 1 to 20"
        if len(self.tags & SEVERITIES) != 1:
            return f"needs one of the tags {', '.join(sorted(SEVERITIES))}"
        return None

    def suffixes(self):
        return tuple(self.meta["filetype"].split(" "))


def read_rules(folder):
    rules = []
    for path in sorted(folder.glob("*.yar")):
        text = path.read_text(encoding="utf-8")
        found = [Rule(*groups) for groups in RULE.findall(text)]
        if len(found) != len(re.findall(r"^rule ", text, re.MULTILINE)):
            sys.exit(f"{path}: not every rule could be read; each begins "
                     "with `rule NAME : TAGS {` and its meta")
        rules += found
    return rules


def read_fixtures(folder):
    """path relative to the folder -> (rule, kind)."""
    fixtures = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        rule, kind = re.split(r"[/.]", name)[:2]
        fixtures[name] = (rule, kind)
    return fixtures


def run(command, good_exits):
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in good_exits:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n"
                 + done.stderr.decode(errors="replace"))
    return done


def scan_with_cupel(program, rules, folder, fixtures):
    """relative path -> names of the rules found in it or below it."""
    done = run([program, "scan", "--format", "json", "--rules", str(rules),
                str(folder)], (0, 1))
    report = json.loads(done.stdout)
    if report["coverage"] != "complete":
        sys.exit("not everything was scanned, so nothing is proved: "
                 + json.dumps(report["incidents"], indent=1))
    place = {}
    for payload in report["payloads"]:
        parts = payload["path"].split("!/")[0].split("/")
        # A fixture is at rule/positive.py or at rule/positive/package.json.
        names = ("/".join(parts[-count:]) for count in (2, 3))
        place[payload["id"]] = next((n for n in names if n in fixtures), None)
    missing = set(fixtures) - set(place.values())
    if missing:
        sys.exit("the report names no payload for "
                 + ", ".join(sorted(missing)))
    hits = collections.defaultdict(set)
    for finding in report["findings"]:
        if place[finding["payload"]] is None:
            sys.exit(f"a finding outside of the fixtures: {finding}")
        hits[place[finding["payload"]]].add(finding["rule"])
    return hits


def scan_with_yara(program, rules, folder):
    files = [str(path) for path in sorted(rules.glob("*.yar"))]
    done = run([program, "-r", *files, str(folder)], (0,))
    if done.stderr:
        sys.exit("yara has something to say:\n"
                 + done.stderr.decode(errors="replace"))
    hits = collections.defaultdict(set)
    for line in done.stdout.decode().splitlines():
        rule, path = line.split(" ", 1)
        hits[pathlib.Path(path).relative_to(folder).as_posix()].add(rule)
    return hits


def check_fixture(name, rule, kind, rules, found):
    """What is wrong with it, or None."""
    if rule not in rules:
        return f"there is no rule {rule}"
    if kind not in KINDS:
        return "is neither positive nor benign"
    if not name.endswith(rules[rule].suffixes()):
        return f"its name does not end in {rules[rule].meta['filetype']}"
    if kind == "positive" and rule not in found:
        others = ", ".join(sorted(found)) or "none"
        return f"not found by its rule; found by: {others}"
    if kind == "benign" and found:
        return f"benign, but found by: {', '.join(sorted(found))}"
    return None


def checks(rules, fixtures, hits):
    """(what, problem or None) of everything that is asked."""
    by_name = {rule.name: rule for rule in rules}
    have = collections.Counter(fixtures.values())
    for rule in rules:
        yield rule.name, rule.problem()
        for kind in KINDS:
            count = have[rule.name, kind]
            if count != 1:
                yield rule.name, f"has {count} {kind} fixtures, wanted is one"
    twice = [name for name, count
             in collections.Counter(r.name for r in rules).items() if count > 1]
    yield "rule names", f"used twice: {', '.join(twice)}" if twice else None
    for name, (rule, kind) in fixtures.items():
        yield name, check_fixture(name, rule, kind, by_name, hits[name])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    program = parser.add_mutually_exclusive_group()
    program.add_argument("--cupel", metavar="PROGRAM", help="default: $CUPEL")
    program.add_argument("--yara", metavar="PROGRAM")
    parser.add_argument("--rules", type=pathlib.Path,
                        default=HERE.parents[1] / "examples" / "rules")
    parser.add_argument("--fixtures", type=pathlib.Path,
                        default=HERE / "rules_fixtures")
    args = parser.parse_args()
    if not args.yara:
        args.cupel = args.cupel or os.environ.get("CUPEL")
        if not args.cupel:
            parser.error("name a program with --cupel, --yara or $CUPEL")

    rules, fixtures = read_rules(args.rules), read_fixtures(args.fixtures)
    if not rules or not fixtures:
        sys.exit(f"no rules in {args.rules} or no fixtures in {args.fixtures}")
    if args.cupel:
        hits = scan_with_cupel(args.cupel, args.rules, args.fixtures, fixtures)
    else:
        hits = scan_with_yara(args.yara, args.rules, args.fixtures)
    passed = failed = 0
    for what, problem in checks(rules, fixtures, hits):
        passed += problem is None
        failed += problem is not None
        if problem:
            print(f"FAILED {what}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
