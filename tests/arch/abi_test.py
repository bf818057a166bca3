#!/usr/bin/env python3
"""The gates of the ABI must be able to fail: each is shown a small library or
header that a program compiled before would not survive."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
HEADER = """#include <stddef.h>
#include <stdint.h>
typedef struct cupel_box cupel_box;
typedef struct cupel_inner { size_t struct_size; int32_t deep; } cupel_inner;
typedef struct cupel_outer {
  size_t struct_size;
  int32_t first;
  int32_t second;
  const cupel_inner* inner;
  int32_t (*call)(void* data, int32_t number);
} cupel_outer;
#ifdef __cplusplus
extern "C" {
#endif
int32_t cupel_use(const cupel_outer* outer);
cupel_box* cupel_make(int32_t number);
#ifdef __cplusplus
}
#endif
"""
SOURCE = """#include "x.h"
#include <map>
#include <string>
struct cupel_box { std::map<std::string, int> inside; };
extern "C" int32_t cupel_use(const cupel_outer* outer) { return outer->first; }
extern "C" cupel_box* cupel_make(int32_t) { return new cupel_box; }
"""
MAP = "CUPEL_1 { global: cupel_*; local: *; };\n"


def run(tool, *args):
    done = subprocess.run([sys.executable, "-B", TOOLS / tool, *args],
                          text=True, capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Interface(unittest.TestCase):
    """check_abi.py on a library that is changed after its baseline."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="cupel-abi-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.baseline = cls.folder / "baseline.abi"
        status, output = run("check_abi.py", cls.build(), cls.folder,
                             cls.baseline, "--update")
        assert status == 0, output

    @classmethod
    def build(cls, header=HEADER, source=SOURCE, symbols=MAP, debug="-g"):
        for name, text in (("x.h", header), ("x.cc", source), ("x.map", symbols)):
            (cls.folder / name).write_text(text)
        library = cls.folder / "libx.so"
        subprocess.run(["g++", debug, "-fPIC", "-shared", cls.folder / "x.cc",
                        f"-Wl,--version-script={cls.folder / 'x.map'}",
                        "-o", library], check=True)
        return library

    def check(self, **changes):
        return run("check_abi.py", self.build(**changes), self.folder,
                   self.baseline)

    def accepted(self, **changes):
        status, output = self.check(**changes)
        self.assertEqual(0, status, output)

    def refused(self, why, **changes):
        status, output = self.check(**changes)
        self.assertEqual(1, status, output)
        self.assertIn(why, output)
        self.assertIn("tools/update_abi.sh", output)

    def header(self, old, new):
        self.assertIn(old, HEADER)
        return HEADER.replace(old, new)

    def test_the_same(self):
        self.accepted()

    def test_comments_and_places_may_change(self):
        self.accepted(header=self.header("int32_t first;",
                                         "/* one */\n\n  int32_t first;"))

    def test_what_is_hidden_may_change(self):
        self.accepted(source=SOURCE.replace("int> inside", "long> other"))

    def test_nothing_in_the_baseline_tells_of_this_machine(self):
        text = self.baseline.read_text()
        self.assertIn("cupel_outer", text)
        self.assertNotIn(str(self.folder), text)
        self.assertNotIn("std::", text)

    def test_a_field_in_the_middle(self):
        self.refused("'int32_t new_one', at offset 96", header=self.header(
            "int32_t second;", "int32_t new_one; int32_t second;"))

    def test_a_field_at_the_end(self):
        self.refused("'int32_t new_one'", header=self.header(
            "} cupel_outer", "int32_t new_one; } cupel_outer"))

    def test_a_field_at_the_end_of_a_struct_in_a_struct(self):
        self.refused("'int32_t deeper'", header=self.header(
            "int32_t deep;", "int32_t deep; int32_t deeper;"))

    def test_fields_that_change_places(self):
        self.refused("offset changed", header=self.header(
            "int32_t first;\n  int32_t second;",
            "int32_t second;\n  int32_t first;"))

    def test_a_field_of_another_type(self):
        self.refused("type of 'int32_t second' changed", header=self.header(
            "int32_t second", "uint32_t second"))

    def test_a_callback_with_another_argument(self):
        self.refused("parameter 2 of type", header=self.header(
            "(void* data, int32_t number)", "(void* data, int64_t number)"))

    def test_a_wider_result(self):
        self.refused("return type changed",
                     header=self.header("int32_t cupel_use",
                                        "int64_t cupel_use"),
                     source=SOURCE.replace("int32_t cupel_use",
                                           "int64_t cupel_use"))

    def test_one_more_argument(self):
        self.refused("parameter 2 of type 'typedef int32_t' was added",
                     header=self.header("make(int32_t number",
                                        "make(int32_t number, int32_t more"),
                     source=SOURCE.replace("make(int32_t",
                                           "make(int32_t, int32_t"))

    def test_a_function_that_is_gone(self):
        self.refused("cupel_make", symbols=MAP.replace("cupel_*", "cupel_use"))

    def test_a_function_that_is_new(self):
        self.refused("cupel_new", source=SOURCE +
                     'extern "C" void cupel_new() {}\n')

    def test_another_version_node(self):
        self.refused("cupel_use", symbols=MAP.replace("CUPEL_1", "CUPEL_2"))

    def test_a_library_that_tells_nothing(self):
        status, output = self.check(debug="-g0")
        self.assertEqual(2, status, output)
        self.assertIn("no debug information", output)

    def test_no_baseline(self):
        status, output = run("check_abi.py", self.build(), self.folder,
                             self.folder / "none.abi")
        self.assertEqual(2, status, output)
        self.assertIn("--update makes it", output)


class Layouts(unittest.TestCase):
    """check_layouts.py on a header and what is asserted about it."""

    HEADER = ("typedef int32_t cupel_kind;\n"
              "enum { CUPEL_KIND_A = 0, CUPEL_KIND_B = 1 /* b, c = 4 */ };\n"
              "typedef struct cupel_x {\n  size_t struct_size;\n"
              "  const char* name; /* int32_t none; */\n  char text[8];\n"
              "  int32_t (*call)(void* data, int32_t number);\n} cupel_x;\n")
    CHECKS = ("EXACT(cupel_kind, 4);\nSIZE(cupel_x, 32);\n"
              "FIELD(cupel_x, struct_size, 0, 8);\nFIELD(cupel_x, name, 8, 8);\n"
              "FIELD(cupel_x, text, 16, 8);\nFIELD(cupel_x, call, 24, 8);\n"
              "static_assert(CUPEL_KIND_A == 0 && CUPEL_KIND_B == 1);\n")

    def check(self, header=HEADER, checks=CHECKS):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "x.h").write_text(header)
            pathlib.Path(folder, "x_check.cc").write_text(checks)
            return run("check_layouts.py", folder, folder)

    def refused(self, why, **texts):
        status, output = self.check(**texts)
        self.assertEqual(1, status, output)
        self.assertIn(why, output)

    def test_all_is_there(self):
        status, output = self.check()
        self.assertEqual(0, status, output)

    def test_what_is_left_out(self):
        for line, why in (("EXACT(cupel_kind, 4);", "cupel_kind: its size"),
                          ("SIZE(cupel_x, 32);", "cupel_x: its size"),
                          ("FIELD(cupel_x, text, 16, 8);", "cupel_x.text: its"),
                          ("FIELD(cupel_x, call, 24, 8);", "cupel_x.call: its"),
                          (" && CUPEL_KIND_B == 1", "CUPEL_KIND_B: its value")):
            with self.subTest(line):
                self.refused(why, checks=self.CHECKS.replace(line, ""))

    def test_a_comment_checks_nothing(self):
        self.refused("cupel_x.text: its", checks=self.CHECKS.replace(
            "FIELD(cupel_x, text", "// FIELD(cupel_x, text"))

    def test_a_struct_that_is_gone(self):
        self.refused("cupel_y: is checked, and in no header",
                     checks=self.CHECKS + "FIELD(cupel_y, a, 0, 8);\n")

    def test_another_order(self):
        self.refused("in another order", header=self.HEADER.replace(
            "  size_t struct_size;\n", "").replace(
                "  char text", "  size_t struct_size;\n  char text"))

    def test_a_constant_without_a_value(self):
        self.refused("CUPEL_KIND_B: give it its value",
                     header=self.HEADER.replace("B = 1", "B"))

    def test_two_fields_in_one_line(self):
        self.refused("one field a line", header=self.HEADER.replace(
            "char text[8]", "int32_t a, b"))

    def test_no_header(self):
        self.refused("nothing is shown", header="", checks="")


if __name__ == "__main__":
    unittest.main()
