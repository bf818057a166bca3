"""Every report fits docs/report.schema.json, and equals itself whatever the
number of threads."""

import json
import os
import unittest

import jsonschema

from support import ROOT, RULES, TempDirTest, run, scan, tar_bytes, zip_bytes

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text())


class SchemaTest(TempDirTest):

    def check(self, *arguments):
        report = scan(*arguments, "--rules", RULES)
        jsonschema.validate(report, SCHEMA)
        self.assertEqual(scan(*arguments, "--rules", RULES, "--threads", "5"), report)
        return report

    def test_schema_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_example_packages(self):
        report = self.check(ROOT / "examples" / "packages")
        self.assertEqual(report["verdict"], "matched")

    def test_with_timing(self):
        done = run("scan", "--format", "json", "--rules", RULES, ROOT / "examples" / "packages")
        report = json.loads(done.stdout)
        jsonschema.validate(report, SCHEMA)
        self.assertGreater(report["timing"]["elapsed_ns"], 0)

    def test_odd_inputs(self):
        self.write("empty", b"")
        self.write("nested.tgz", tar_bytes({"a/b.zip": zip_bytes({"c": b"x"}), "d\x01": b"y"}))
        self.write("cut.zip", zip_bytes({"c": b"x" * 5000})[:60])
        os.symlink("nowhere", self.dir / "dangling")
        with open(os.fsencode(self.dir) + b"/\xff\xfe", "wb") as odd:
            odd.write(b"odd")
        report = self.check(self.dir, "--max-file-bytes", "1000")
        self.assertEqual(report["coverage"], "partial")
        self.assertTrue(any("name_base64" in p for p in report["payloads"]))

    def test_nothing_there(self):
        report = self.check(self.dir / "missing")
        self.assertEqual((report["verdict"], report["coverage"]), ("unknown", "none"))

    def test_ndjson_lines_are_the_findings(self):
        done = run("scan", "--format", "ndjson", "--rules", RULES, ROOT / "examples" / "packages")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        findings = scan(ROOT / "examples" / "packages", "--rules", RULES)["findings"]
        self.assertEqual([(l["payload"], l["rule"]) for l in lines],
                         [(f["payload"], f["rule"]) for f in findings])


if __name__ == "__main__":
    unittest.main()
