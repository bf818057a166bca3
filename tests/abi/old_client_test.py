#!/usr/bin/env python3
"""The old client must notice: it is compiled against headers in which something
is not as it was, as if that had happened to the library, and has to fail."""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
OPTIONS = None


class OldClient(unittest.TestCase):

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cupel-old-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def fails(self, *changes):
        """Whether the client fails with each (old, new) in the header that has
        what is changed."""
        include = self.folder / "include"
        shutil.copytree(HERE / "headers-1.0", include)
        for path in sorted(include.rglob("*.h")):
            text = path.read_text()
            if changes and all(old == "@" or old in text
                               for old, _ in changes):
                for old, new in changes:
                    text = text.replace(old, new, 1)
                path.write_text(text)
                break
        else:
            self.assertFalse(changes, "no header has this")
        flags = ["-std=c99", "-w", f"-I{include}"]
        drivers = self.folder / "drivers"
        drivers.mkdir()
        subprocess.run([OPTIONS.cc, *flags, "-shared", "-fPIC",
                        HERE / "old_client" / "old_driver.c", "-o",
                        drivers / "cupel-driver-amqp.so"], check=True)
        sources = [path for path in (HERE / "old_client").glob("*.c")
                   if path.name != "old_driver.c"]
        program = self.folder / "client"
        subprocess.run([OPTIONS.cc, *flags, *sources, OPTIONS.library,
                        f"-Wl,-rpath,{OPTIONS.library.parent}", "-o", program],
                       check=True)
        done = subprocess.run([program, drivers], text=True,
                              capture_output=True, check=False, timeout=60)
        return done.returncode != 0

    def swapped(self, first, second):
        self.assertTrue(self.fails((first, "@"), (second, first),
                                   ("@", second)))

    def test_nothing_changed(self):
        self.assertFalse(self.fails())

    def test_fields_of_options(self):
        self.swapped("  uint64_t files;\n", "  uint64_t depth;\n")

    def test_fields_that_are_told(self):
        self.swapped("  uint64_t packages;\n",
                     "  uint64_t partial;\n")

    def test_callbacks(self):
        self.swapped("  cupel_progress_fn progress;\n",
                     "  cupel_finding_fn finding;\n")

    def test_a_field_in_the_middle(self):
        self.assertTrue(self.fails((
            "  const cupel_view* kinds;\n",
            "  uint64_t new_one;\n  const cupel_view* kinds;\n")))

    def test_functions_of_a_plugin(self):
        self.swapped("  cupel_method_fn scan;\n",
                     "  cupel_method_fn extract;\n")

    def test_functions_for_a_plugin(self):
        self.assertTrue(self.fails((
            "  uint64_t (*budget)(const cupel_call* call);\n",
            "  void (*none)(void);\n"
            "  uint64_t (*budget)(const cupel_call* call);\n")))

    def test_fields_between_host_and_driver(self):
        self.swapped("  uint64_t token;\n",
                     "  uint32_t attempt;\n")

    def test_a_constant(self):
        self.assertTrue(self.fails((
            "CUPEL_VERDICT_MATCHED = 2", "CUPEL_VERDICT_MATCHED = 3")))


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--cc", required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1])


if __name__ == "__main__":
    main()
