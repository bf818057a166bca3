#!/usr/bin/env python3
"""The checks must be able to fail: each is shown what it has to refuse."""

import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"


def load(name):
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(tool, *args):
    done = subprocess.run([sys.executable, TOOLS / tool, *args], text=True,
                          capture_output=True, check=False)
    return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def check(self, place, line):
        """What check_layers.py says about one file with one line."""
        with tempfile.TemporaryDirectory() as folder:
            ours = pathlib.Path(folder, "src/yara/library.h")
            ours.parent.mkdir(parents=True)
            ours.touch()
            path = pathlib.Path(folder, place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(line + "\n")
            return run("check_layers.py", folder)

    def accepted(self, place, line):
        status, output = self.check(place, line)
        self.assertEqual(0, status, output)

    def refused(self, place, line, why):
        status, output = self.check(place, line)
        self.assertEqual(1, status, output)
        self.assertIn(f"{place}:1: ", output)
        self.assertIn(why, output)

    def test_an_arrow_downwards(self):
        self.accepted("src/archive/zip.cc", '#include "payload/type.h"')

    def test_an_arrow_upwards(self):
        self.refused("src/payload/type.cc", '#include "archive/zip.h"',
                     "payload may include only")

    def test_an_arrow_between_equals(self):
        self.refused("src/format/json.cc", '#include "crypto/digest.h"',
                     "format may include only: base")

    def test_past_the_engine(self):
        self.refused("capi/scanner.cc", '#include "pipeline/scan.h"',
                     "capi may include only")

    def test_spaces_do_not_hide_an_include(self):
        self.refused("src/base/x.h", ' #  include "rules/rule_set.h"',
                     "base may include only")

    def test_a_folder_without_a_layer(self):
        self.refused("src/misc/x.cc", '#include "base/status.h"',
                     "in no layer")

    def test_a_vendor_at_home(self):
        self.accepted("src/yara/compiler.cc", "#include <yara.h>")

    def test_a_vendor_abroad(self):
        self.refused("src/rules/compiler.cc", "#include <yara/types.h>",
                     "libyara belongs to src/yara")

    def test_a_quoted_vendor_abroad(self):
        self.refused("src/pipeline/x.cc", '#include "nlohmann/json.hpp"',
                     "nlohmann/json belongs to src/format")

    def test_our_archive_h_is_not_libarchive_s(self):
        self.accepted("src/pipeline/x.cc", '#include "archive/archive.h"')

    def test_our_yara_folder_is_not_libyara_s(self):
        self.accepted("src/rules/x.cc", '#include "yara/library.h"')
        self.refused("src/rules/x.cc", "#include <yara/library.h>",
                     "libyara belongs to src/yara")
        self.refused("src/rules/x.cc", '#include "yara/error.h"',
                     "libyara belongs to src/yara")

    def test_an_unknown_vendor(self):
        self.refused("src/base/x.cc", "#include <boost/any.hpp>",
                     "of no library known")

    def test_an_example_that_looks_inside(self):
        self.refused("examples/c/scan_package.c", '#include "base/status.h"',
                     "examples use the public headers")

    def test_an_example_that_links_a_vendor(self):
        self.refused("examples/cpp/scan_package.cc", "#include <zlib.h>",
                     "zlib belongs to src/archive")

    def test_an_installed_header_that_needs_a_library(self):
        self.refused("include/cupel/x.h", "#include <absl/status/status.h>",
                     "Abseil belongs to")

    def test_an_empty_tree_proves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(1, run("check_layers.py", folder)[0])


class Symbols(unittest.TestCase):
    def check(self, exported, listed):
        """check_symbols.py on a library with these symbols."""
        symbols = load("check_symbols")
        symbols.exported = lambda library: exported
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "symbols.txt")
            path.write_text("\n".join(listed))
            sys.argv = ["check_symbols.py", "libcupel.so", str(path)]
            return symbols.main()

    def test_the_same(self):
        names = ["CUPEL_1", "cupel_version@@CUPEL_1"]
        self.assertEqual(0, self.check(names, names))

    def test_one_is_gone(self):
        names = ["CUPEL_1", "cupel_version@@CUPEL_1"]
        self.assertEqual(1, self.check(names[:1], names))

    def test_one_is_new(self):
        names = ["CUPEL_1", "cupel_version@@CUPEL_1"]
        self.assertEqual(1, self.check(names, names[:1]))

    def test_a_foreign_one_even_if_it_is_listed(self):
        names = ["CUPEL_1", "_ZN4absl6StatusE@@CUPEL_1"]
        self.assertEqual(1, self.check(names, names))

    def test_nothing_is_exported(self):
        self.assertEqual(1, self.check([], []))


class Headers(unittest.TestCase):
    def check(self, text, name="x.h"):
        """What check_headers.py says about an installed header."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "cupel", name)
            path.parent.mkdir()
            path.write_text(f"#ifndef X_\n#define X_\n{text}\n#endif\n")
            return run("check_headers.py", "--installed", folder)

    def refused(self, text, standards, name="x.h"):
        status, output = self.check(text, name)
        self.assertEqual(1, status, output)
        said = set(re.findall(r"as (\S+) by \S+ does not", output))
        self.assertEqual(set(standards), said, output)

    def test_a_header_that_is_fine(self):
        status, output = self.check("#include <stddef.h>\n"
                                    "typedef size_t cupel_x;")
        self.assertEqual(0, status, output)

    def test_what_c90_does_not_know(self):
        self.refused("static inline int F(void) { return 1; }", ["c90"])
        self.refused("// a comment of C++", ["c90"])

    def test_what_c_does_not_know(self):
        self.refused("typedef int cupel_x = 3;",
                     ["c90", "c99", "c11", "c++17", "c++20"])

    def test_a_word_of_cpp20(self):
        self.refused("typedef int requires;", ["c++20"])

    def test_a_header_that_leans_on_another(self):
        self.refused("typedef size_t cupel_x;",
                     ["c90", "c99", "c11", "c++17", "c++20"])

    def test_cpp_that_is_too_new(self):
        self.refused("template <class T> concept X = true;", ["c++17"],
                     "x.hpp")


class Docs(unittest.TestCase):
    GOOD = """/** One. */
typedef int32_t cupel_x;

/** Its values. */
enum {
  /** The first. */
  CUPEL_X_ONE = 1
};

/** A struct. */
typedef struct cupel_y {
  /** A field. */
  int32_t field;
  /** A function. */
  int32_t (*call)(int32_t first,
                  int32_t second);
} cupel_y;

/**
 * Told something.
 *
 * @param user_data As given.
 */
typedef void (*cupel_x_fn)(void* user_data);

/**
 * Does something.
 *
 * @param[in] a What.
 * @param[out] out The answer.
 * @return CUPEL_STATUS_OK.
 * @since 1.0
 */
CUPEL_API int32_t cupel_do(const cupel_y* a, cupel_x* out);
"""

    def check(self, text, classes="auto made = cupel_do(a, &out);"):
        """What check_docs.py says about a header."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "include/cupel/x.h")
            path.parent.mkdir(parents=True)
            path.write_text(text)
            path.with_suffix(".hpp").write_text(classes)
            return run("check_docs.py", folder)

    def refused(self, before, after, why):
        self.assertIn(before, self.GOOD)
        status, output = self.check(self.GOOD.replace(before, after))
        self.assertEqual(1, status, output)
        self.assertIn(why, output)

    def test_a_header_that_is_fine(self):
        status, output = self.check(self.GOOD)
        self.assertEqual(0, status, output)

    def test_a_parameter_that_is_not_told(self):
        self.refused(" * @param[in] a What.\n", "",
                     "cupel_do does not tell of its parameter a")
        self.refused(" * @param user_data As given.\n", "",
                     "cupel_x_fn does not tell of its parameter user_data")

    def test_a_parameter_that_is_none(self):
        self.refused("@param[in] a What.", "@param[in] a What.\n * @param[in] "
                     "b That.", "cupel_do tells of b, which is no parameter")

    def test_no_word_on_what_is_returned(self):
        self.refused(" * @return CUPEL_STATUS_OK.\n", "",
                     "cupel_do does not say what it returns")

    def test_no_word_on_since_when(self):
        self.refused(" * @since 1.0\n", "",
                     "cupel_do does not say since when")

    def test_no_comment_at_all(self):
        self.refused("CUPEL_API", "CUPEL_API int32_t cupel_be(void);\n"
                     "CUPEL_API", "cupel_do has no comment")

    def test_a_field_and_a_value_without_a_comment(self):
        self.refused("  /** A field. */\n", "", "has field without a comment")
        self.refused("  /** The first. */\n", "",
                     "has CUPEL_X_ONE without a comment")
        self.refused("  /** A function. */\n", "",
                     "without a comment")

    def test_a_function_without_a_class(self):
        status, output = self.check(self.GOOD, "class Doing;")
        self.assertEqual(1, status, output)
        self.assertIn("cupel_do is used in no .hpp", output)

    def test_more_code_than_comments(self):
        self.refused("/** One. */", "int a;\n" * 60, "at least 55%")


class Counting(unittest.TestCase):
    def count(self, *tests):
        """count_tests.py on tests given as (status, output)."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "tests.xml")
            path.write_text("<testsuite>" + "".join(
                f'<testcase name="t" status="{status}">'
                f'{"" if status == "run" else "<failure/>"}'
                f"<system-out>{output}</system-out></testcase>"
                for status, output in tests) + "</testsuite>")
            return load("count_tests").count(path)[:3]

    def test_cases_of_a_program_are_counted(self):
        output = ("[ RUN      ] A.B\n[       OK ] A.B (0 ms)\n"
                  "[ RUN      ] A.C\n[       OK ] A.C (12 ms)\n")
        self.assertEqual((2, 0, 0), self.count(("run", output)))

    def test_the_summary_does_not_count_twice(self):
        output = ("[ RUN      ] A.B\n[       OK ] A.B (0 ms)\n"
                  "[ RUN      ] A.C\n[  FAILED  ] A.C (1 ms)\n"
                  "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.C\n")
        self.assertEqual((1, 1, 0), self.count(("fail", output)))

    def test_a_crash_is_a_failure(self):
        output = ("[ RUN      ] A.B\n[  FAILED  ] A.B (0 ms)\n"
                  "[ RUN      ] A.C\nSegmentation fault\n")
        self.assertEqual((0, 2, 0), self.count(("fail", output)))

    def test_a_crash_after_the_last_case_is_a_failure(self):
        output = "[ RUN      ] A.B\n[       OK ] A.B (0 ms)\nleaked\n"
        self.assertEqual((1, 1, 0), self.count(("fail", output)))

    def test_tests_of_go_are_counted(self):
        output = ("=== RUN   TestA\n=== RUN   TestA/one\n"
                  "--- PASS: TestA (0.01s)\n    --- PASS: TestA/one (0.00s)\n"
                  "=== RUN   ExampleB\n--- PASS: ExampleB (0.00s)\n")
        self.assertEqual((2, 0, 0), self.count(("run", output + "PASS\n")))
        output += ("=== RUN   TestC\n--- FAIL: TestC (0.00s)\n"
                   "=== RUN   TestD\n--- SKIP: TestD (0.00s)\n"
                   "=== RUN   TestE\npanic: boo\n")
        self.assertEqual((2, 2, 1), self.count(("fail", output)))

    def test_what_never_ran_failed(self):
        self.assertEqual((0, 1, 0), self.count(("notrun", "")))

    def test_any_other_program_is_one_case(self):
        self.assertEqual((2, 0, 0), self.count(("run", "fine"), ("run", "")))

    def test_unittest(self):
        self.assertEqual((5, 0, 0), self.count(
            ("run", "Ran 5 tests in 0.1s\n\nOK\n")))
        self.assertEqual((2, 2, 1), self.count(
            ("fail", "Ran 5 tests in 0.1s\n\n"
                     "FAILED (failures=1, errors=1, skipped=1)\n")))

    def test_pytest(self):
        self.assertEqual((5, 0, 0), self.count(
            ("run", ".....      [100%]\n5 passed in 0.12s\n")))
        self.assertEqual((2, 2, 1), self.count(
            ("fail", "= 1 failed, 2 passed, 1 skipped, 3 warnings, 1 error "
                     "in 61.5s (0:01:01) =\n")))


if __name__ == "__main__":
    unittest.main()
