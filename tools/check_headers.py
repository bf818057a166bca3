#!/usr/bin/env python3
"""Compiles every header alone, twice in one file: each must bring what it uses.

    check_headers.py BUILD_DIR [--jobs N]

BUILD_DIR holds the compile_commands.json from which the compiler and the
include paths are taken. Headers of src/, capi/ and examples/ are C++20;
cupel.h is C99, C11 and C++17, and cupel.hpp C++17, whoever compiles them.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

STRICT = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror",
          "-Wno-missing-field-initializers", "-Wno-unused-const-variable"]


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


def variants(root, compiler, includes):
    """(header, what as, command, its input) of every check."""
    c_compiler = compiler.replace("clang++", "clang").replace("g++", "gcc")
    c_compiler = c_compiler.replace("c++", "cc")
    public = [f"-I{root / 'include'}"]
    for header in sorted((root / "include").rglob("*.h")):
        name = header.relative_to(root / "include").as_posix()
        for standard in ("c99", "c11"):
            yield name, standard, [c_compiler, "-xc", f"-std={standard}",
                                   "-pedantic-errors", *public], name
        yield name, "c++17", [compiler, "-xc++", "-std=c++17",
                              "-pedantic-errors", *public], name
    for header in sorted((root / "include").rglob("*.hpp")):
        name = header.relative_to(root / "include").as_posix()
        for standard in ("c++17", "c++20"):
            yield name, standard, [compiler, "-xc++", f"-std={standard}",
                                   "-pedantic-errors", *public], name
    for folder in ("src", "capi", "examples"):
        top = root if folder == "capi" else root / folder
        for header in sorted((root / folder).rglob("*.h")):
            name = header.relative_to(top).as_posix()
            yield f"{folder}/{header.relative_to(root / folder)}", "c++20", [
                compiler, "-xc++", "-std=c++20", f"-I{root}", f"-I{top}",
                *public, *includes], name


def compile_one(check):
    label, standard, command, name = check
    # C wants something in a file, which a header of macros does not give.
    text = f'#include "{name}"\n#include "{name}"\nint check_headers;\n'
    done = subprocess.run([*command, *STRICT, "-"], input=text, text=True,
                          capture_output=True, check=False)
    return f"{label} as {standard}", done.returncode, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    compiler, includes = flags_of(args.build)
    checks = list(variants(root, compiler, includes))
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
