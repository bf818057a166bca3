#!/usr/bin/env python3
"""A decoder of one's own, registered in this process, takes part in a scan:
rules see what it decoded.

    python3 own_plugin.py rules/ hidden.py

Exits with 0 for a clean file, 1 if something was found, 2 on an error, 3 if
not everything could be scanned.
"""

import codecs
import sys
from collections.abc import Iterator

import cupel
from cupel.plugin import Call, Child, decoder

MARK = b"rot13:"


@decoder
def rot13(call: Call) -> Iterator[Child]:
    """It is asked about every payload, and acts on those with its mark."""
    if call.bytes[:len(MARK)] != MARK:
        return
    clear = codecs.encode(str(call.bytes[len(MARK):], "latin-1"), "rot13")
    call.log.info("%d bytes decoded", len(clear))
    yield Child(clear.encode("latin-1"), name="clear")


def scan(rules: str, path: str) -> int:
    plugins = cupel.Plugins()
    plugins.register(rot13)
    scanner = cupel.Scanner(
        cupel.compile_rules(paths=rules),
        on_finding=lambda finding: print(f"{finding.path}: {finding.rule}"))
    scanner.use_plugins(
        plugins, run="decoder:rot13",
        log=lambda _level, text, plugin: print(f"{plugin}: {text}"))
    report = scanner.scan(path)
    print(f"score {report.score}")
    return {cupel.Verdict.MATCHED: 1, cupel.Verdict.CLEAN: 0}.get(
        report.verdict, 3)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("usage: own_plugin RULES FILE", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(scan(*sys.argv[1:]))
    except cupel.Error as error:
        print(f"own_plugin: {error}", file=sys.stderr)
        sys.exit(2)
