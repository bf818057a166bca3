#!/usr/bin/env python3
"""Every function of include/cupel is defined once, in capi/, and every one that
returns a cupel_status does all it does inside exactly one Guard."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

DECLARATION = re.compile(
    r"^CUPEL_API\s+([\w\s\*]+?)\s*(cupel_\w+)\s*\(", re.M)
DEFINITION = re.compile(
    r"^(?:extern \"C\" )?(?:const )?[\w]+\*?\s+\*?(cupel_\w+)\([^;{]*\)\s*\{",
    re.M)
# Tells a status instead of having one; can't fail.
GETTERS = {"cupel_error_code"}
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)


def body_at(text, brace):
    """The text from the brace at `brace` to the one that closes it."""
    depth = 0
    for at in range(brace, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[brace:at + 1]
    raise ValueError("unbalanced braces")


def declared():
    """{name: what it returns} of the C headers."""
    found = {}
    for header in sorted((ROOT / "include/cupel").glob("*.h")):
        text = COMMENT.sub("", header.read_text())
        for returns, name in DECLARATION.findall(text):
            assert name not in found, f"{name} is declared twice"
            found[name] = returns
    return found


def defined():
    """{name: its bodies} of capi/."""
    found = {}
    for path in sorted((ROOT / "capi").glob("*.cc")):
        text = COMMENT.sub("", path.read_text())
        for match in DEFINITION.finditer(text):
            body = body_at(text, match.end() - 1)
            found.setdefault(match.group(1), []).append(body)
    return found


class GuardCount(unittest.TestCase):
    def test_every_function_is_defined_once(self):
        bodies = defined()
        self.assertGreater(len(declared()), 110)
        self.assertEqual(sorted(bodies), sorted(declared()))
        for name, of_name in bodies.items():
            self.assertEqual(len(of_name), 1, name)

    def test_every_status_comes_from_one_guard(self):
        bodies = defined()
        checked = 0
        for name, returns in declared().items():
            guards = len(re.findall(r"\bGuard\(", bodies[name][0]))
            fallible = returns == "cupel_status" and name not in GETTERS
            expected = 1 if fallible else 0
            self.assertEqual(guards, expected, name)
            if expected:
                self.assertRegex(bodies[name][0],
                                 r"return (cupel::capi::)?Guard\(", name)
            checked += expected
        self.assertGreater(checked, 75)

    def test_nothing_else_catches(self):
        for path in sorted((ROOT / "capi").glob("*.*")):
            if path.suffix in (".cc", ".h") and path.name != "guard.h":
                text = COMMENT.sub("", path.read_text())
                self.assertNotRegex(text, r"\b(try|catch|throw)\b", path.name)


if __name__ == "__main__":
    sys.exit(unittest.main())
