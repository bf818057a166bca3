#!/usr/bin/env python3
"""Scans a package and prints what was found in it.

    python3 scan_package.py rules/ pkg.tgz

Exits as `cupel scan` does: 0 clean, 1 matched, 2 wrong use or broken rules,
3 not everything was scanned, 4 nothing was.
"""

import sys

import cupel


def scan(rules: str, path: str) -> int:
    report = cupel.Scanner(cupel.compile_rules(paths=rules)).scan(path)
    for finding in report.findings:
        print(f"{finding.path}: {finding.rule} ({finding.namespace}, "
              f"weight {finding.weight})")
        for string in finding.strings:
            print(f"  {string.id} at {string.offset}, {string.length} bytes")
    for incident in report.incidents:
        # What is about no payload is about the scan.
        print(f"{incident.path or 'scan'}: {incident.name}: {incident.detail}")
    print(f"{report.verdict}, coverage {report.coverage}, score {report.score}")
    if report.verdict == cupel.Verdict.MATCHED:
        return 1
    if report.verdict == cupel.Verdict.CLEAN:
        return 0
    return 4 if report.coverage == cupel.Coverage.NONE else 3


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("usage: scan_package RULES PATH", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(scan(*sys.argv[1:]))
    except cupel.Error as error:
        print(f"scan_package: {error}", file=sys.stderr)
        sys.exit(2)
