#!/usr/bin/env python3
"""examples/packages holds exactly what build_packages.py makes.

    packages_reproducible.py

Builds every archive in memory and compares it with the one that is committed,
byte for byte. The last line is "N passed, M failed".
"""

import pathlib
import sys

sys.dont_write_bytecode = True  # leaves the source folder as it was
import build_packages

MOST_BYTES = 4096
FOLDER = build_packages.SOURCES.parents[2] / "examples" / "packages"
REMEDY = "python3 tests/e2e/build_packages.py examples/packages"


def problem(name, wanted):
    path = FOLDER / name
    if not path.is_file():
        return f"is missing; make it with: {REMEDY}"
    found = path.read_bytes()
    if found != wanted:
        same = next((i for i, (a, b) in enumerate(zip(found, wanted))
                     if a != b), min(len(found), len(wanted)))
        return (f"differs at byte {same} ({len(found)} bytes committed, "
                f"{len(wanted)} built); make it again with: {REMEDY}")
    if len(found) > MOST_BYTES:
        return f"has {len(found)} bytes, at most {MOST_BYTES} are wanted"
    return None


def main():
    if len(sys.argv) != 1:
        sys.exit("usage: packages_reproducible.py")
    built = build_packages.packages()
    failures = [(name, why) for name, data in sorted(built.items())
                if (why := problem(name, data))]
    strays = sorted(p.name for p in FOLDER.iterdir()
                    if p.name not in built and p.name != "README.md")
    failures += [(name, "is not made by build_packages.py")
                 for name in strays]
    for name, why in failures:
        print(f"FAILED examples/packages/{name}: {why}")
    print(f"{len(built) + len(strays) - len(failures)} passed, "
          f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
