#!/usr/bin/env python3
"""Compares what libcupel.so exports with capi/abi/symbols.txt.

    check_symbols.py LIBCUPEL.SO SYMBOLS.TXT [--update]

Nothing but cupel_* functions and the version node may be exported. A symbol
that is gone breaks programs that were built against it; a new one is a
promise. So the list changes only by --update, and the change is reviewed.
"""

import argparse
import pathlib
import re
import subprocess
import sys

OURS = re.compile(r"cupel_[a-z0-9_]+@@CUPEL_[0-9.]+|CUPEL_[0-9.]+")


def exported(library):
    """The defined dynamic symbols with their versions, sorted."""
    listing = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--with-symbol-versions",
         library], check=True, capture_output=True, text=True).stdout
    names = set()
    for line in listing.splitlines():
        kind, name = line.split()[-2:]
        # The version node itself is absolute, and listed with its own version.
        names.add(name.split("@")[0] if kind == "A" else name)
    return sorted(names)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("symbols", type=pathlib.Path)
    parser.add_argument("--update", action="store_true",
                        help="write the list instead of comparing with it")
    args = parser.parse_args()
    found = exported(args.library)
    foreign = [name for name in found if not OURS.fullmatch(name)]
    for name in foreign:
        print(f"{name} must not be exported: see capi/cupel.map")
    if args.update and not foreign:
        args.symbols.write_text("".join(f"{name}\n" for name in found))
        print(f"{args.symbols}: {len(found)} symbols written")
        return 0
    try:
        listed = args.symbols.read_text().split()
    except FileNotFoundError:
        print(f"{args.symbols} is not there; --update makes it")
        return 1
    gone = sorted(set(listed) - set(found))
    new = sorted(set(found) - set(listed) - set(foreign))
    for name in gone:
        print(f"{name} is no longer exported: programs that use it break")
    for name in new:
        print(f"{name} is new: if it is meant to stay, --update lists it")
    print(f"{len(found)} symbols, {len(gone)} gone, {len(new)} new, "
          f"{len(foreign)} foreign")
    return 1 if foreign or gone or new or not found else 0


if __name__ == "__main__":
    sys.exit(main())
