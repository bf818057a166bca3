#!/usr/bin/env python3
"""Every struct, field and constant of the headers must be checked in tests/abi.

    check_layouts.py INCLUDE_DIR CHECKS_DIR

The *_check.cc in there hold what programs rely on, as static_asserts:
compiling them shows that they hold, and this shows that nothing was left out.
Each struct needs SIZE or EXACT, each field FIELD, in the order of the header,
and each constant a `NAME == value`.
"""

import argparse
import pathlib
import re
import sys

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
STRUCT = re.compile(r"\bstruct\s+(cupel_\w+)\s*\{(.*?)\n?\}", re.DOTALL)
ENUM = re.compile(r"\benum\b[^{;]*\{(.*?)\}", re.DOTALL)
NUMBER = re.compile(r"typedef\s+u?int\d+_t\s+(cupel_\w+)\s*;")
# `int (*name)(…)`, or the last word before an array's brackets or the end.
POINTER = re.compile(r"\(\s*\*\s*(?:const\s+)?(\w+)\s*\)\s*\(")
PLAIN = re.compile(r"(\w+)\s*(?:\[[^\]]*\]\s*)*$")


class Unreadable(Exception):
    """A header is written in a way that this program does not understand."""


def fields(name, body):
    """The names of the fields of a struct, in order."""
    for declaration in body.split(";"):
        declaration = " ".join(declaration.split())
        if not declaration:
            continue
        function = POINTER.search(declaration)
        if "{" in declaration or (not function and "," in declaration):
            raise Unreadable(f"{name}: one field a line, please, and no struct "
                             f"in a struct: {declaration}")
        found = function or PLAIN.search(declaration)
        if not found:
            raise Unreadable(f"{name}: what field is {declaration}?")
        yield found[1]


def read_headers(include):
    """({struct: [field]}, [constant], [name of a number]) of all headers."""
    structs, constants, numbers = {}, [], []
    for header in sorted(include.rglob("*.h")):
        text = COMMENT.sub(" ", header.read_text())
        for name, body in STRUCT.findall(text):
            structs[name] = list(fields(name, body))
        for body in ENUM.findall(text):
            for entry in body.split(","):
                name, equals, _ = entry.partition("=")
                if name.strip() and not equals:
                    raise Unreadable(f"{name.strip()}: give it its value")
                if name.strip():
                    constants.append(name.strip())
        numbers += NUMBER.findall(text)
    return structs, constants, numbers


def missing(include, checks):
    """One line for everything that the checks leave out."""
    structs, constants, numbers = read_headers(include)
    text = "\n".join(COMMENT.sub(" ", path.read_text())
                     for path in sorted(checks.glob("*_check.cc")))
    sizes = set(re.findall(r"\b(?:SIZE|EXACT)\((\w+),", text))
    pinned = re.findall(r"\bFIELD\((\w+),\s*(\w+),", text)
    values = set(re.findall(r"\b(\w+)\s*==", text))
    for name in [*numbers, *structs]:
        if name not in sizes:
            yield f"{name}: its size is not checked"
    for name, wanted in structs.items():
        found = [field for struct, field in pinned if struct == name]
        for field in wanted:
            if field not in found:
                yield f"{name}.{field}: its place is not checked"
        if set(wanted) == set(found) and wanted != found:
            yield f"{name}: the header has its fields in another order"
    for name in constants:
        if name not in values:
            yield f"{name}: its value is not checked"
    for name in sorted({struct for struct, _ in pinned} - set(structs)):
        yield f"{name}: is checked, and in no header"
    if not structs:
        yield f"{include}: no struct is there, so nothing is shown"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("include", type=pathlib.Path)
    parser.add_argument("checks", type=pathlib.Path)
    args = parser.parse_args()
    try:
        problems = list(missing(args.include, args.checks))
    except Unreadable as why:
        problems = [str(why)]
    for problem in problems:
        print(problem)
    if problems:
        print(f"put it into {args.checks}/*_check.cc, as docs/abi.md tells")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
