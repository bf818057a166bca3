#!/usr/bin/env python3
"""Compiles every header alone, twice in one file: each must bring what it uses.

    check_headers.py BUILD_DIR [--jobs N]
    check_headers.py --installed INCLUDE_DIR [--jobs N]

BUILD_DIR holds the compile_commands.json from which the compiler and the
include paths are taken. Headers of src/, capi/ and examples/ are C++20. What
is installed is compiled by GCC and, where it is, Clang: the headers of C
as C90, C99, C11, C++17 and C++20, those of C++ as C++17 and C++20.
With --installed, only these are looked at, in INCLUDE_DIR.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

STRICT = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror",
          "-Wno-missing-field-initializers", "-Wno-unused-const-variable"]
COMPILERS = (("gcc", "g++"), ("clang-19", "clang++-19"))
C = ("c90", "c99", "c11")
CXX = ("c++17", "c++20")


def flags_of(build):
    """(C++ compiler, include flags) of the build."""
    commands = json.loads((build / "compile_commands.json").read_text())
    flags, compiler = [], None
    for entry in commands:
        words = shlex.split(entry["command"])
        while words and os.path.basename(words[0]) in ("ccache", "env"):
            words = words[1:]
        if not entry["file"].endswith((".cc", ".cpp")):
            continue
        compiler = compiler or words[0]
        for at, word in enumerate(words):
            if word == "-isystem":
                flag = (word, words[at + 1])
            elif word.startswith("-I"):
                flag = (word,)
            else:
                continue
            if flag not in flags:
                flags.append(flag)
    if not compiler:
        sys.exit(f"{build}: no C++ file in compile_commands.json")
    return compiler, [word for flag in flags for word in flag]


def installed(include):
    """(header, what as, command, its name) for each way to include it."""
    for c_compiler, cxx_compiler in COMPILERS:
        if not shutil.which(cxx_compiler):
            print(f"{cxx_compiler} is not here: ./dev setup brings it")
            continue
        for header in sorted(include.rglob("*.h*")):
            name = header.relative_to(include).as_posix()
            ways = [(cxx_compiler, "c++", standard) for standard in CXX]
            if header.suffix == ".h":
                ways += [(c_compiler, "c", standard) for standard in C]
            for program, language, standard in ways:
                yield name, f"{standard} by {program}", [
                    program, f"-x{language}", f"-std={standard}",
                    "-pedantic-errors", f"-I{include}"], name


def inner(root, build):
    """The same for the headers that are not installed."""
    compiler, includes = flags_of(build)
    for folder in ("src", "capi", "examples"):
        top = root if folder == "capi" else root / folder
        for header in sorted((root / folder).rglob("*.h")):
            name = header.relative_to(top).as_posix()
            yield f"{folder}/{header.relative_to(root / folder)}", "c++20", [
                compiler, "-xc++", "-std=c++20", f"-I{root}", f"-I{top}",
                f"-I{root / 'include'}", *includes], name


def compile_one(check):
    label, standard, command, name = check
    # C wants something in a file, which a header of macros does not give.
    text = f'#include "{name}"\n#include "{name}"\nint check_headers;\n'
    done = subprocess.run([*command, *STRICT, "-"], input=text, text=True,
                          capture_output=True, check=False)
    return f"{label} as {standard}", done.returncode, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path, nargs="?")
    parser.add_argument("--installed", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    if (args.build is None) == (args.installed is None):
        parser.error("either BUILD_DIR or --installed")
    root = pathlib.Path(__file__).resolve().parent.parent
    checks = list(installed(args.installed or root / "include"))
    if args.build:
        checks += inner(root, args.build)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for label, status, errors in pool.map(compile_one, checks):
            if status:
                failed += 1
                print(f"{label} does not stand alone:\n{errors}")
    print(f"{len(checks)} compilations, {failed} failed")
    return 1 if failed or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
