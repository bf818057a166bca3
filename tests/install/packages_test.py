#!/usr/bin/env python3
"""Makes the Debian packages of a build, and uses each one in a Debian that has
nothing else: as somebody would who got them from a repository."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "tests" / "support"))
import debian_root

OPTIONS = None
NAMES = ("libcupel1", "libcupel-dev", "cupel", "python3-cupel", "cupel-amqp",
         "cupel-postgresql", "cupel-ssdeep")
PYTHON = """
import cupel
rules = cupel.compile_rules('rule hello { strings: $a = "hello" condition: $a }')
report = cupel.Scanner(rules).scan(b"hello, world")
print(report.verdict.value, *[finding.rule for finding in report.findings])
"""


def host(*command, **options):
    """The standard output of a command on this system, which must succeed."""
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, check=False, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: exit status "
                             f"{done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Packages(unittest.TestCase):
    """Its tests run in the order of their names."""

    @classmethod
    def setUpClass(cls):
        cls.root = debian_root.Root(OPTIONS.work / "root")
        cls.addClassCleanup(shutil.rmtree, OPTIONS.work / "root")
        cls.folder = OPTIONS.work / "packages"
        shutil.rmtree(cls.folder, ignore_errors=True)
        host("cpack", "--config", OPTIONS.build / "CPackConfig.cmake", "-B",
             cls.folder)
        shutil.rmtree(cls.folder / "_CPack_Packages", ignore_errors=True)
        cls.files = {path.name.split("_")[0]: path
                     for path in cls.folder.glob("*.deb")}
        # A repository as apt knows it, beside those of Debian.
        there = cls.root.folder / "packages"
        shutil.copytree(cls.folder, there)
        (there / "Packages").write_text(
            host("dpkg-scanpackages", "--multiversion", ".", cwd=there))
        cls.root.write("etc/apt/sources.list.d/cupel.list",
                       "deb [trusted=yes] file:/packages ./\n")
        cls.root.run("apt-get", "update", "-q")
        shutil.copytree(ROOT / "examples", cls.root.folder / "examples")
        cls.root.run("dpkg-query", "--show")
        cls.before = cls.everything()

    @classmethod
    def everything(cls):
        """All there is of ours in that system, but for where it came from."""
        return {line for line in cls.root.run(
            "find", "/", "-xdev", "-iname", "*cupel*").splitlines()
            if not re.match(r"/(packages|examples|proc|sys|tmp)/|"
                            r"/etc/apt/|/var/(lib|cache)/apt/", line)}

    def install(self, *names):
        return self.root.run("apt-get", "install", "-q", "-y", *names)

    def control(self, name):
        """{field: text} of a package."""
        text = host("dpkg-deb", "--field", self.files[name])
        return dict(re.findall(r"^(\S+): ((?:.|\n )*)", text, re.MULTILINE))

    def test_01_all_are_there_and_fit_each_other(self):
        self.assertEqual(sorted(NAMES), sorted(self.files))
        for name in NAMES:
            fields = self.control(name)
            self.assertEqual(OPTIONS.version, fields["Version"], name)
            self.assertGreater(fields["Description"].count("\n"), 2, name)
            if name != "libcupel1":
                self.assertIn(f"libcupel1 (= {OPTIONS.version})",
                              fields["Depends"], name)
        self.assertIn("libarchive13", self.control("libcupel1")["Depends"])
        self.assertIn("librabbitmq4", self.control("cupel-amqp")["Depends"])
        self.assertIn("libpq5", self.control("cupel-postgresql")["Depends"])
        self.assertIn("libfuzzy2", self.control("cupel-ssdeep")["Depends"])
        for heavy in ("librabbitmq4", "libpq5", "libfuzzy2"):
            self.assertNotIn(heavy, self.control("libcupel1")["Depends"])

    def test_02_lintian_finds_no_error(self):
        done = subprocess.run(
            ["lintian", "--allow-root", "--fail-on", "error",
             *self.files.values()], text=True, capture_output=True,
            check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertNotIn("E: ", done.stdout)

    def test_03_each_file_is_in_one_package(self):
        seen = {}
        for name, path in self.files.items():
            for line in host("dpkg-deb", "--contents", path).splitlines():
                mode, _, place = line.split()[0], None, line.split()[5]
                if mode.startswith("d"):
                    continue
                self.assertNotIn(place, seen, f"{name}, {seen.get(place)}")
                seen[place] = name
        library = [place for place, name in seen.items()
                   if name == "libcupel1"]
        self.assertTrue(any(place.endswith(f"/libcupel.so.{OPTIONS.version}")
                            for place in library))
        self.assertIn("./usr/libexec/cupel/cupel-runner", library)

    def test_04_the_program_scans(self):
        self.install("cupel")
        self.assertIn(OPTIONS.version, self.root.run("cupel", "--version"))
        command = ("scan", "--format", "json", "--no-timing", "--rules")
        there = self.root.try_run("cupel", *command, "/usr/share/cupel/rules",
                                  "/examples/packages")
        here = subprocess.run(
            [OPTIONS.build / "bin" / "cupel", *command,
             ROOT / "examples" / "rules", ROOT / "examples" / "packages"],
            text=True, capture_output=True, check=False)
        self.assertEqual(here.returncode, there.returncode, there.stderr)
        found, wanted = (self.findings(run.stdout) for run in (there, here))
        self.assertTrue(wanted)
        self.assertEqual(wanted, found)

    @staticmethod
    def findings(report):
        """What matched what, wherever it lay."""
        report = json.loads(report)
        digests = {payload["id"]: payload["sha256"]
                   for payload in report["payloads"]}
        return sorted((finding["rule"], digests[finding["payload"]])
                      for finding in report["findings"])

    def test_05_units_are_there_and_not_enabled(self):
        units = self.root.folder / "usr" / "lib" / "systemd" / "system"
        self.assertTrue((units / "cupel-worker.service").is_file())
        enabled = self.root.folder / "etc" / "systemd" / "system"
        self.assertFalse(list(enabled.rglob("cupel*")))

    def test_06_a_python_plugin_runs_in_a_runner(self):
        # libcupel1 has all that this needs: python3-cupel is not there yet.
        self.assertIn("minimum", self.root.run(
            "cupel", "plugins", "show", "worker:strings", "--plugins",
            "/examples/plugins"))
        self.assertIn("acme", self.root.run(
            "cupel", "plugins", "run", "worker", "strings",
            "/examples/packages/README.md", "--plugins", "/examples/plugins"))

    def test_07_drivers_and_plugins(self):
        self.assertIn("ssdeep", self.root.try_run(
            "cupel", "plugins", "run", "worker", "ssdeep",
            "/etc/passwd").stderr)
        for name, url in (("cupel-amqp", "amqp://127.0.0.1:1/"),
                          ("cupel-postgresql", "postgresql://127.0.0.1:1/x")):
            with self.subTest(name):
                command = ("cupel", "queue", "stats", "--queue", url)
                self.assertIn("driver", self.root.try_run(*command).stderr)
                self.install(name)
                said = self.root.try_run(*command).stderr
                self.assertNotIn("driver", said)
                self.assertRegex(said, "connect.*(refused|socket error)")
        self.install("cupel-ssdeep")
        self.root.write("fuzzy", "a text of some length, " * 500)
        self.assertRegex(self.root.run(
            "cupel", "plugins", "run", "worker", "ssdeep", "/fuzzy",
            "--plugins", self.installed("cupel-plugin-ssdeep.so")),
                         r'"ssdeep": ?"\d+:')

    def installed(self, name):
        """Where a file of that name is."""
        return self.root.run("find", "/usr/lib", "-name", name).strip()

    def test_08_programs_are_built_with_the_development_files(self):
        self.install("libcupel-dev", "gcc", "g++", "cmake", "pkg-config",
                     "make")
        shutil.copytree(HERE / "consumer", self.root.folder / "consumer")
        for command in (
                "cmake -S /consumer -B /built && cmake --build /built && "
                "/built/consumer && /built/consumer_cxx",
                "cc -std=c99 /consumer/consumer.c "
                "$(pkg-config --cflags --libs cupel) -o /c && /c",
                "c++ -std=c++17 /consumer/consumer.cc "
                "$(pkg-config --cflags --libs cupel) -o /cc && /cc"):
            with self.subTest(command):
                said = self.root.run("sh", "-e", "-c", command).splitlines()
                self.assertEqual(OPTIONS.version, said[-1])

    def test_09_packages_that_link_it_learn_which_version_they_need(self):
        symbols = self.root.folder / "var/lib/dpkg/info/libcupel1.symbols"
        listed = symbols.read_text()
        self.assertIn("libcupel.so.1 libcupel1 #MINVER#\n", listed)
        self.assertIn("\n cupel_engine_new@CUPEL_1 1.0\n", listed)
        self.assertEqual(
            len((ROOT / "capi/abi/symbols.txt").read_text().split()),
            listed.count("\n "))

    def test_10_the_python_package(self):
        self.install("python3-cupel")
        self.assertEqual("matched hello\n",
                         self.root.run("python3", "-c", PYTHON))

    def test_11_nothing_is_left(self):
        self.root.run("apt-get", "purge", "-q", "-y", *NAMES)
        self.assertEqual(set(), self.everything() - self.before)
        self.assertNotRegex(self.root.run("dpkg-query", "--show"), "cupel")


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
