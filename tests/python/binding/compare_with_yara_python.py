"""Compares cupel.yara with yara-python, rule by rule and match by match.

    python3 compare_with_yara_python.py RULES PATH…

RULES is a rule file or a folder of them, each PATH a file or a folder. Needs
yara-python of PyPI, so no test runs it; test_yara.py has what came out. Prints
what differs and ends with 1 if anything does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yara as theirs

from cupel import yara as ours


def files_of(paths: list[str], *patterns: str) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        found += [path] if path.is_file() else sorted(
            file for pattern in patterns for file in path.rglob(pattern)
            if file.is_file())
    return found


def shown(matches: Any) -> dict[Any, Any]:
    """All of them, but for what docs/python.md says of the strings: they come
    in another order, and private ones not at all."""
    result = {}
    for match in matches:
        strings: dict[str, list[Any]] = {}
        for string in match.strings:
            listed = strings.setdefault(string.identifier, [])
            listed += [(i.offset, i.matched_data, i.matched_length,
                        i.xor_key, i.plaintext(), string.is_xor())
                       for i in string.instances]
        result[match.namespace, match.rule] = (
            match.tags, match.meta,
            {name: sorted(listed) for name, listed in strings.items()
             if listed})
    return result


def main() -> int:
    rule_files = files_of(sys.argv[1:2], "*.yar", "*.yara")
    targets = files_of(sys.argv[2:], "*")
    filepaths = {path.stem: str(path) for path in rule_files}
    they, we = (module.compile(filepaths=filepaths)
                for module in (theirs, ours))
    differ = compared = instances = 0
    if [r.identifier for r in they] != [r.identifier for r in we]:
        print("the lists of rules differ")
        differ += 1
    for target in targets:
        one = they.match(str(target))
        other = we.match(str(target))
        if [m.rule for m in one] != [m.rule for m in other]:
            print(f"{target}: {one} {other}")
            differ += 1
        left, right = shown(one), shown(other)
        for key in left.keys() | right.keys():
            compared += 1
            if left.get(key) != right.get(key):
                print(f"{target}: {key}:\n  {left.get(key)!s:.200}\n"
                      f"  {right.get(key)!s:.200}")
                differ += 1
        instances += sum(len(s.instances) for m in other for s in m.strings)
    print(f"{len(rule_files)} rule files, {len(targets)} files, {compared} "
          f"matches, {instances} string matches: {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
