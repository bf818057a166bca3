"""Whole reports against what they were: text and JSON of the example packages.

CUPEL_UPDATE_GOLDEN=1 writes them anew; read the difference before committing it.
"""

import json
import os
import unittest

from support import ROOT, RULES, run

GOLDEN = ROOT / "tests" / "golden"


class GoldenTest(unittest.TestCase):
    maxDiff = None

    def check(self, name, text):
        path = GOLDEN / name
        if os.environ.get("CUPEL_UPDATE_GOLDEN") == "1":
            path.write_text(text)
        self.assertEqual(text, path.read_text(), f"{name}: see the top of this file")

    def output(self, *options):
        # From the root, so that paths are the same on every machine.
        done = run("scan", "examples/packages", "--rules", "examples/rules", "--no-timing",
                   *options, cwd=ROOT)
        self.assertEqual(done.returncode, 1, done.stderr.decode())
        return done.stdout.decode()

    def test_text(self):
        self.check("packages.txt", self.output())

    def test_json(self):
        report = json.loads(self.output("--format", "json"))
        for plugin in report["plugins"]:
            plugin["version"] = "(libyara's)"
        # Of files in the checkout, not of the archives.
        for payload in report["payloads"]:
            if not payload["parents"]:
                payload.pop("mtime")
                payload.pop("mode")
        self.check("packages.json", json.dumps(report, indent=1, ensure_ascii=False) + "\n")

    def test_ndjson(self):
        self.check("packages.ndjson", self.output("--format", "ndjson", "--quiet"))


if __name__ == "__main__":
    unittest.main()
