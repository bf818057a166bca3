#!/usr/bin/env python3
"""Copies the headers of C as they are now, for programs of long ago.

    freeze_headers.py INCLUDE_DIR TO_DIR

tests/abi/old_client is compiled against such a copy and run with the library
of today. Comments are left out: what is kept is what a compiler saw.
"""

import argparse
import pathlib
import re
import shutil

COMMENT = re.compile(r"[ \t]*/\*.*?\*/", re.DOTALL)


def bare(text):
    """The text without comments and empty lines."""
    lines = COMMENT.sub("", text).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines if line.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("include", type=pathlib.Path)
    parser.add_argument("to", type=pathlib.Path)
    args = parser.parse_args()
    shutil.rmtree(args.to, ignore_errors=True)
    headers = sorted(args.include.rglob("*.h"))
    for header in headers:
        path = args.to / header.relative_to(args.include)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(bare(header.read_text()))
    (args.to / ".clang-format").write_text("DisableFormat: true\n")
    print(f"{args.to}: {len(headers)} headers")


if __name__ == "__main__":
    main()
