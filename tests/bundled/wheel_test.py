"""A wheel of the bundled flavour, installed, and used by a stranger: nothing of
the tree may be on the path. `./dev wheel` runs it."""

import argparse
import importlib.metadata
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import cupel

OPTIONS: argparse.Namespace

BUNDLED = ("abseil", "bzip2", "curl", "file", "fmtlib", "libarchive",
           "libseccomp", "libsodium", "libzstd", "lz4", "openssl", "protobuf",
           "re2", "sqlite3", "tlsh", "xz-utils", "yara", "zlib")
# What belongs to the C library, and the unwinder of all programs.
OF_THE_SYSTEM = re.compile(
    r"/(ld-linux[\w-]*|lib(c|m|dl|rt|pthread|gcc_s))[.-][^/]*$")
LOAD = """
import ctypes, sys
def loaded():
    with open("/proc/self/maps") as maps:
        return {line.split(maxsplit=5)[-1].strip() for line in maps
                if ".so" in line}
before = loaded()
ctypes.CDLL(sys.argv[1])
print("\\n".join(loaded() - before))
"""


def package():
    return pathlib.Path(cupel.__file__).resolve().parent


class Wheel(unittest.TestCase):

    def test_it_is_the_installed_package(self):
        self.assertIn("site-packages", str(package()))
        self.assertTrue((package() / "py.typed").is_file())

    def test_it_is_of_the_bundled_flavour(self):
        from cupel import _cupel
        self.assertRegex(_cupel.build_info(), r", bundled$")
        self.assertEqual(_cupel.version(), importlib.metadata.version("cupel"))

    def test_it_carries_the_licences_of_what_is_inside(self):
        files = [str(file) for file in importlib.metadata.files("cupel") or ()
                 if "/licenses/" in str(file)]
        for name in BUNDLED:
            self.assertTrue(
                [file for file in files
                 if file.endswith(f"/licenses/bundled/{name}/copyright")], name)
        self.assertTrue([f for f in files if f.endswith("/licenses/LICENSE")])

    def test_no_library_of_the_system_is_loaded_by_it(self):
        library = package() / "_lib" / "libcupel.so.1"
        loaded = set(subprocess.run(
            [sys.executable, "-I", "-c", LOAD, str(library)], check=True,
            stdout=subprocess.PIPE, text=True).stdout.split())
        self.assertIn(str(library), loaded)
        self.assertEqual(set(), {
            path for path in loaded - {str(library)}
            if not OF_THE_SYSTEM.search(path)})


class Use(unittest.TestCase):

    def test_the_example_packages(self):
        """Every archive format of theirs, and encryption."""
        scanner = cupel.Scanner(cupel.compile_rules(paths=OPTIONS.rules))
        verdicts = {}
        for path in sorted(OPTIONS.packages.iterdir()):
            if path.suffix != ".md":
                verdicts[path.name] = scanner.scan(path).verdict
        clean = {"acme-right-pad-2.1.0.tgz",
                 "acme_shapes-1.0.0-py3-none-any.whl"}
        self.assertEqual(
            clean, {name for name, verdict in verdicts.items()
                    if verdict == "clean"})
        self.assertEqual(
            set(verdicts) - clean, {name for name, verdict in verdicts.items()
                                    if verdict == "matched"})

    def test_yara_s_modules(self):
        rules = cupel.compile_rules(
            'import "hash" import "pe" import "math" '
            'rule r { condition: hash.md5(0, 5) == '
            '"5d41402abc4b2a76b9719d911017c592" and not pe.is_pe and '
            'math.entropy(0, 5) > 1 }')
        self.assertEqual("matched", cupel.Scanner(rules).scan(b"hello").verdict)

    def test_libmagic_s_database_is_inside(self):
        for tier in ("builtin", "process"):
            with self.subTest(tier):
                plugins = cupel.Plugins(min_tier=tier)
                run = plugins.run("worker:filetype", b"%PDF-1.7\n")
                self.assertEqual("application/pdf", run["results"][0]["mime"])

    def test_a_python_plugin_in_a_process_of_its_own(self):
        plugins = cupel.Plugins()
        plugins.add_path(OPTIONS.plugins)
        run = plugins.run("worker:strings", b"\0\0a text to be found\0\0")
        self.assertIn("a text to be found", json.dumps(run["results"]))

    def test_a_job_through_a_worker(self):
        """Its process is cupel-job-runner, out of the wheel."""
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:{folder}/jobs.db"
            package = OPTIONS.packages / "acme-invoice-infected.zip"
            queue = cupel.Queue(url)
            queue.submit({"id": "job", "kind": "scan", "body": {
                "inputs": [{"path": str(package)}],
                "rules": [str(OPTIONS.rules)]}})
            cupel.Worker({
                "worker": {"exit_when_empty": True, "pool_size": 1},
                "queue": {"url": url}}).run()
            self.assertEqual("matched",
                             json.loads(queue.result("job"))["verdict"])


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("packages", "rules", "plugins"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1], verbosity=2)


if __name__ == "__main__":
    main()
