#!/usr/bin/env python3
"""Compares the interface of libcupel.so with the one that was promised.

    check_abi.py LIBCUPEL.SO INCLUDE_DIR BASELINE.ABI [--update]

The types of every exported function come from the debug information of the
library, so capi/ must be built with -g. abidiff of abigail-tools compares them
with BASELINE, without any suppression: its rules for changes that are said to
be harmless let harmful ones pass. What is meant to change goes into BASELINE
by --update, in the same commit, and is reviewed there.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

# Nothing that depends on where, from which lines, or with what it was built.
ABIDW = ["abidw", "--drop-private-types", "--no-corpus-path",
         "--no-comp-dir-path", "--no-show-locs", "--no-parameter-names",
         "--no-elf-needed", "--type-id-style", "hash"]
ABIDIFF = ["abidiff", "--no-default-suppression", "--drop-private-types"]
# Bits of abidiff's exit status; without them there is no difference.
ABIDIFF_FAILED = 1 | 2


class Failed(Exception):
    """Nothing could be compared; says why."""


def run(command):
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, check=False)
    if done.stderr.strip():
        raise Failed(f"{command[0]}: {done.stderr.strip()}")
    return done


def ids_in(element):
    """The ids of the types that an element and what is in it speak of."""
    for part in element.iter():
        for attribute in ("type-id", "naming-typedef-id"):
            if attribute in part.attrib:
                yield part.attrib[attribute]


def reachable(corpus):
    """The exported functions, and the types that they lead to.

    abidw also lists what the C++ standard library defines, which is another
    with each compiler, and says some types once for every source file.
    """
    types, functions = {}, []
    for element in corpus.iterfind("abi-instr/*"):
        name = element.get("id")
        if element.tag == "function-decl" and element.get("elf-symbol-id"):
            functions.append(element)
        elif name and (name not in types or
                       types[name].get("is-declaration-only")):
            types[name] = element
    kept, waiting = {}, [i for f in functions for i in ids_in(f)]
    while waiting:
        name = waiting.pop()
        if name not in kept and name in types:
            kept[name] = types[name]
            waiting.extend(ids_in(types[name]))
    return functions, [kept[name] for name in sorted(kept)]


def describe(library, include, path):
    """Writes the interface of the library to a file, in the form of abidw but
    as one source file, in an order that stays. Returns how many functions."""
    run([*ABIDW, "--headers-dir", include, "--out-file", path, library])
    tree = xml.parse(path)
    corpus = tree.getroot()
    functions, types = reachable(corpus)
    if not functions:
        raise Failed(f"{library} has no debug information: configure with "
                     "--preset release, or compile capi/ with -g")
    units = corpus.findall("abi-instr")
    for unit in units:
        corpus.remove(unit)
    whole = xml.SubElement(corpus, "abi-instr", {
        "address-size": units[0].get("address-size"),
        "language": units[0].get("language")})
    whole.extend(types)
    whole.extend(sorted(functions, key=lambda f: f.get("name")))
    xml.indent(tree)
    tree.write(path, encoding="unicode")
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n")
    return len(functions)


def differences(baseline, library, include):
    """What abidiff says of the library, nothing if all is as promised."""
    with tempfile.TemporaryDirectory() as folder:
        now = pathlib.Path(folder, "now.abi")
        describe(library, include, now)
        done = run([*ABIDIFF, baseline, now])
    if done.returncode & ABIDIFF_FAILED:
        raise Failed(f"abidiff: exit status {done.returncode}\n{done.stdout}")
    return done.stdout if done.returncode else ""


def check(args):
    for program in ("abidw", "abidiff"):
        if not shutil.which(program):
            raise Failed(f"no {program} here: install abigail-tools")
    if args.update:
        count = describe(args.library, args.include, args.baseline)
        print(f"{args.baseline}: {count} functions written")
        return 0
    if not args.baseline.is_file():
        raise Failed(f"{args.baseline} is not there; --update makes it")
    report = differences(args.baseline, args.library, args.include)
    if not report:
        print("the interface is the one that was promised")
        return 0
    print(report)
    print("If a program compiled before could notice, take it back. If only "
          "functions, or\nfields behind others, were added, as docs/abi.md "
          "tells: tools/update_abi.sh")
    return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("include", type=pathlib.Path)
    parser.add_argument("baseline", type=pathlib.Path)
    parser.add_argument("--update", action="store_true",
                        help="write the baseline instead of comparing with it")
    try:
        return check(parser.parse_args())
    except Failed as why:
        print(why)
        return 2


if __name__ == "__main__":
    sys.exit(main())
