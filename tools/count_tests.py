#!/usr/bin/env python3
"""Counts test cases in the JUnit file that ctest writes; prints the last line.

A GoogleTest, unittest, pytest or `go test` program is one test to ctest but
many cases: they are counted from what the program said. Any other test is one
case. A test that failed in ctest's eyes has at least one failed case, so a
crash after the last of them counts; one that never ran counts as failed.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

GTEST_STARTED = re.compile(r"^\[ RUN      \] ", re.M)
GTEST_PASSED = re.compile(r"^\[       OK \] .*\(\d+ ms\)\s*$", re.M)
GTEST_FAILED = re.compile(r"^\[  FAILED  \] .*\(\d+ ms\)\s*$", re.M)
GTEST_SKIPPED = re.compile(r"^\[  SKIPPED \] .*\(\d+ ms\)\s*$", re.M)
GO_STARTED = re.compile(r"^=== RUN   [^/\s]+$", re.M)
GO_ENDED = re.compile(r"^--- (PASS|FAIL|SKIP): [^/\s]+ \([\d.]+s\)\s*$", re.M)
UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in ", re.M)
UNITTEST_RESULT = re.compile(r"^(?:FAILED|OK) \((.*)\)\s*$", re.M)
PYTEST_BAD = ("failed", "error", "errors")
PYTEST_RESULT = re.compile(
    r"^(?:=+ )?((?:\d+ \w+, )*\d+ \w+) in [\d.]+s\b.*$", re.M)


def cases_of(output):
    """(passed, failed, skipped) as the program itself counted them."""
    passed = len(GTEST_PASSED.findall(output))
    failed = len(GTEST_FAILED.findall(output))
    skipped = len(GTEST_SKIPPED.findall(output))
    started = len(GTEST_STARTED.findall(output))
    if started:
        # One that never ended took the program down with it.
        lost = max(0, started - passed - failed - skipped)
        return passed, failed + lost, skipped
    started = len(GO_STARTED.findall(output))
    if started:
        ended = GO_ENDED.findall(output)
        passed, skipped = ended.count("PASS"), ended.count("SKIP")
        return passed, started - passed - skipped, skipped
    ran = sum(int(number) for number in UNITTEST_RAN.findall(output))
    for result in UNITTEST_RESULT.findall(output):
        for name, number in re.findall(r"(\w+)=(\d+)", result):
            failed += int(number) if name in ("failures", "errors") else 0
            skipped += int(number) if name == "skipped" else 0
    passed = max(0, ran - failed - skipped)
    for result in PYTEST_RESULT.findall(output):
        for number, name in re.findall(r"(\d+) (\w+)", result):
            passed += int(number) if name == "passed" else 0
            failed += int(number) if name in PYTEST_BAD else 0
            skipped += int(number) if name == "skipped" else 0
    return passed, failed, skipped


def count(path):
    passed = failed = skipped = 0
    failures = []
    for test in ElementTree.parse(path).getroot().iter("testcase"):
        ok = test.get("status") == "run" and test.find("failure") is None
        here = cases_of(test.findtext("system-out") or "")
        if not ok:
            failures.append(test.get("name"))
            here = (here[0], max(1, here[1]), here[2])
        elif not any(here):
            here = (1, 0, 0)
        passed += here[0]
        failed += here[1]
        skipped += here[2]
    return passed, failed, skipped, failures


def main():
    try:
        passed, failed, skipped, failures = count(sys.argv[1])
    except (OSError, ElementTree.ParseError) as error:
        print(f"no result of the tests: {error}", file=sys.stderr)
        passed, failed, skipped, failures = 0, 1, 0, []
    if failures:
        print("failed:", ", ".join(failures), file=sys.stderr)
    if skipped:
        print(f"skipped: {skipped}", file=sys.stderr)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
