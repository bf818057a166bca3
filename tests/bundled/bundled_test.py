#!/usr/bin/env python3
"""The bundled flavour needs nothing of the system's and shows nothing of its
own: the shared library, its two programs, and libcupel.a."""

import argparse
import ctypes
import os
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OPTIONS = None

# The C library, and libgcc_s, which every program with exceptions shares.
ALLOWED = re.compile(
    r"lib(c|m|dl|rt|pthread|gcc_s)\.so\.\d+|ld-linux[\w-]*\.so\.\d+")
# RHEL 9's and Debian 12's; a wheel for manylinux_2_34 may need no newer one.
NEWEST_GLIBC = (2, 34)


def run(*command, **more):
    """The standard output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, check=False, **more)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: exit status "
                             f"{done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def needed(file):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", file))


def listed_symbols():
    names = (ROOT / "capi" / "abi" / "symbols.txt").read_text().split()
    return sorted({name.split("@")[0] for name in names if "@" in name})


class SharedFiles(unittest.TestCase):

    def files(self):
        return OPTIONS.library, OPTIONS.runner, OPTIONS.job_runner

    def test_they_need_the_c_library_alone(self):
        for file in self.files():
            with self.subTest(file.name):
                foreign = [name for name in needed(file)
                           if not ALLOWED.fullmatch(name)]
                self.assertEqual([], foreign)

    def test_they_need_no_new_glibc(self):
        for file in self.files():
            with self.subTest(file.name):
                found = re.findall(r"GLIBC_(\d+)\.(\d+)",
                                   run("readelf", "-VW", file))
                newest = max((int(a), int(b)) for a, b in found)
                self.assertLessEqual(newest, NEWEST_GLIBC)

    def test_the_library_exports_the_interface(self):
        print(run(sys.executable, ROOT / "tools" / "check_symbols.py",
                  OPTIONS.library, ROOT / "capi" / "abi" / "symbols.txt"))

    def test_the_programs_export_nothing(self):
        for file in (OPTIONS.runner, OPTIONS.job_runner):
            with self.subTest(file.name):
                listing = run("nm", "-D", "--defined-only", file).split("\n")
                # Data of the C library has its place in the program.
                self.assertEqual([], [line for line in listing
                                      if line and "@GLIBC_" not in line])

    def test_the_library_says_what_it_is(self):
        library = ctypes.CDLL(str(OPTIONS.library))
        library.cupel_build_info.restype = ctypes.c_char_p
        self.assertRegex(library.cupel_build_info().decode(), r", bundled$")


class StaticLibrary(unittest.TestCase):

    def setUp(self):
        self.archive = OPTIONS.static / "lib" / "libcupel.a"
        OPTIONS.work.mkdir(parents=True, exist_ok=True)

    def test_it_shows_the_interface_and_nothing_else(self):
        listing = run("nm", "--extern-only", "--defined-only", self.archive)
        lines = [line.split() for line in listing.splitlines()
                 if len(line.split()) == 3]
        names = {name for *_, name in lines}
        self.assertEqual(set(), names ^ set(listed_symbols()))
        self.assertEqual({"T"}, {kind for _, kind, _ in lines})

    def test_what_it_lacks_is_the_c_and_the_cxx_library_s(self):
        """Nothing of a vendor may be left for the program to supply."""
        listing = run("nm", "--undefined-only", self.archive)
        lacking = {line.split()[-1] for line in listing.splitlines()
                   if line.startswith(" ")}
        available = set()
        for name in ("libc.so.6", "libm.so.6", "libstdc++.so.6",
                     "libgcc_s.so.1", "ld-linux-x86-64.so.2"):
            path = run(OPTIONS.cc, f"-print-file-name={name}").strip()
            available |= {line.split()[-1].split("@")[0] for line in run(
                "nm", "-D", "--defined-only", path).splitlines()}
        linker = {"_GLOBAL_OFFSET_TABLE_", "__dso_handle", "atexit",
                  "__start___lcxx_override", "__stop___lcxx_override",
                  "_DYNAMIC", "__tls_get_addr", "at_quick_exit", "stat",
                  "fstat", "lstat", "mknod", "pthread_atfork"}
        self.assertEqual(set(), lacking - available - linker)

    def test_a_program_with_functions_of_the_same_names_is_left_alone(self):
        program = OPTIONS.work / "static_host"
        flags = run("pkg-config", "--cflags", "--libs", "cupel-static",
                    env={**os.environ, "PKG_CONFIG_PATH":
                         str(OPTIONS.static / "lib" / "pkgconfig")}).split()
        run(OPTIONS.cc, "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall",
            "-Wextra", "-Werror", HERE / "static_host.c", *flags, "-o",
            program)
        self.assertEqual([], [name for name in needed(program)
                              if name != "libstdc++.so.6"
                              and not ALLOWED.fullmatch(name)])
        package = ROOT / "examples" / "packages" / "acme-invoice-infected.zip"
        self.assertEqual("matched\n", run(program, package, timeout=60))


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("library", "runner", "job-runner", "static", "work"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--cc", required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1])


if __name__ == "__main__":
    main()
