#!/usr/bin/env python3
"""Installs a build, moves it elsewhere, and uses it as a stranger would."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
OPTIONS = None
# `license` is what every package has in a form of its own.
COMPONENTS = ("library", "development", "program", "python", "amqp",
              "postgresql", "ssdeep", "license")


def run(*command, **more):
    """The standard output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, check=False, **more)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: exit status "
                             f"{done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        shutil.rmtree(OPTIONS.work, ignore_errors=True)
        first = OPTIONS.work / "first"
        run(OPTIONS.cmake, "--install", OPTIONS.build, "--prefix", first)
        # Nothing may remember where it was put first.
        cls.prefix = OPTIONS.work / "moved here"
        first.rename(cls.prefix)
        cls.library = next(cls.prefix.rglob("libcupel.so"))
        cls.pkgconfig = next(cls.prefix.rglob("cupel.pc")).parent

    def pkg_config(self, *args):
        # The prefix has a space in it, which pkg-config escapes.
        flags = run("pkg-config", *args, "cupel",
                    env={**os.environ, "PKG_CONFIG_PATH": str(self.pkgconfig),
                         "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1"})
        return [re.sub(r"\\(.)", r"\1", flag)
                for flag in re.split(r"(?<!\\)\s+", flags.strip())]

    def configure(self, build, wanted_version):
        run(OPTIONS.cmake, "-S", HERE / "consumer", "-B", build,
            "-G", OPTIONS.generator,
            f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DCMAKE_C_COMPILER={OPTIONS.cc}",
            f"-DCMAKE_CXX_COMPILER={OPTIONS.cxx}",
            f"-DWANTED_VERSION={wanted_version}")

    def test_find_package(self):
        build = OPTIONS.work / "find-package"
        self.configure(build, OPTIONS.version)
        run(OPTIONS.cmake, "--build", build)
        for program in ("consumer", "consumer_cxx"):
            self.assertEqual(f"{OPTIONS.version}\n", run(build / program))

    def test_find_package_refuses_another_major_version(self):
        major = int(OPTIONS.version.split(".")[0]) + 1
        with self.assertRaises(AssertionError) as refused:
            self.configure(OPTIONS.work / "refused", f"{major}.0")
        self.assertIn("compatible with requested version",
                      " ".join(str(refused.exception).split()))

    def test_pkg_config(self):
        self.assertEqual([OPTIONS.version], self.pkg_config("--modversion"))
        flags = self.pkg_config("--cflags", "--libs")
        for compiler, source in ((OPTIONS.cc, "consumer.c"),
                                 (OPTIONS.cxx, "consumer.cc")):
            with self.subTest(source):
                program = OPTIONS.work / f"{source}.pkg-config"
                standard = (["-std=c++17"] if source.endswith(".cc")
                            else ["-std=c99"])
                run(compiler, *standard, "-Wall", "-Wextra", "-Werror",
                    HERE / "consumer" / source, *flags,
                    f"-Wl,-rpath,{self.library.parent}", "-o", program)
                self.assertEqual(f"{OPTIONS.version}\n", run(program))

    def test_each_file_is_of_one_component(self):
        # A package is a component: what is of none would be in no package.
        def files(folder):
            return {str(path.relative_to(folder))
                    for path in folder.rglob("*") if not path.is_dir()}

        seen = {}
        for name in COMPONENTS:
            folder = OPTIONS.work / f"component {name}"
            run(OPTIONS.cmake, "--install", OPTIONS.build, "--prefix", folder,
                "--component", name)
            for path in files(folder):
                self.assertNotIn(path, seen, f"{seen.get(path)} and {name}")
                seen[path] = name
        self.assertEqual(files(self.prefix), set(seen))

    def test_the_program_finds_its_library(self):
        self.assertIn(OPTIONS.version,
                      run(self.prefix / "bin" / "cupel", "--version"))

    def test_the_manual_page_tells_of_each_command(self):
        page = (self.prefix / "share" / "man" / "man1" / "cupel.1").read_text()
        listed = run(self.prefix / "bin" / "cupel", "--help")
        commands = re.findall(r"^  ([a-z]+) {2,}\S", listed.split(
            "Commands:\n")[1].split("\n\n")[0], re.MULTILINE)
        self.assertIn("scan", commands)
        self.assertEqual(commands, re.findall(r"^\.TP\n\.B ([a-z]+)$", page,
                                              re.MULTILINE))

    def test_the_example_rules_are_there(self):
        rules = self.prefix / "share" / "cupel" / "rules"
        self.assertTrue(list(rules.rglob("*.yar")))

    def test_plugins_that_are_shared_objects_are_there(self):
        self.assertTrue((self.library.parent / "cupel" / "plugins" /
                         "cupel-plugin-ssdeep.so").is_file())
        self.assertTrue((self.library.parent / "cupel" / "plugins" /
                         "cupel-plugin-amqp.so").is_file())
        self.assertTrue((self.library.parent / "cupel" / "drivers" /
                         "cupel-driver-amqp.so").is_file())

    def test_the_host_of_python_plugins_is_there(self):
        package = self.prefix / "share" / "cupel" / "python"
        source = HERE.parents[1] / "bindings" / "python"
        self.assertEqual(
            sorted(str(p.relative_to(package)) for p in package.rglob("*.py")),
            sorted(str(p.relative_to(source)) for p in source.rglob("*.py")))
        done = subprocess.run(
            ["/usr/bin/python3", "-B", "-m", "cupel.host"], cwd="/",
            env={"PYTHONPATH": str(package)}, capture_output=True, timeout=60)
        self.assertIn(b"is started by Cupel", done.stderr)

    def test_the_python_package_is_there(self):
        package = self.prefix / "lib" / "python3" / "dist-packages"
        program = ("import cupel; rules = cupel.compile_rules("
                   "'rule r { condition: true }'); "
                   "print(cupel.version(), cupel.Scanner(rules).scan(b'x')"
                   ".verdict, cupel.__file__)")
        found = run("/usr/bin/python3", "-B", "-c", program, cwd="/",
                    env={"PYTHONPATH": str(package)})
        self.assertEqual(f"{OPTIONS.version} matched {package}/cupel/"
                         "__init__.py\n", found)
        for name in ("py.typed", "_cupel.pyi", "yara/__init__.py"):
            self.assertTrue((package / "cupel" / name).is_file(), name)

    def test_headers_need_nothing_that_is_not_installed(self):
        include = self.prefix / "include"
        for header in (include / "cupel").iterdir():
            for name in re.findall(r'#include\s*[<"](cupel/[^">]+)',
                                   header.read_text()):
                self.assertTrue((include / name).is_file(),
                                f"{header.name} needs {name}")


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("build", "work"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    for name in ("cmake", "generator", "cc", "cxx", "version"):
        parser.add_argument(f"--{name}", required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1])


if __name__ == "__main__":
    main()
