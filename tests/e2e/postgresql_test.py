#!/usr/bin/env python3
"""The program with a PostgreSQL for its registry, raws, queue and reports."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "tests" / "e2e")]

import support  # noqa: E402
from with_postgres import PostgresServer  # noqa: E402

PLUGIN = os.environ.get("CUPEL_POSTGRESQL_PLUGIN", str(
    ROOT / "build" / "release" / "lib" / "cupel" / "plugins" /
    "cupel-plugin-postgresql.so"))


class PostgresqlTest(unittest.TestCase):
    """One server for all; each test has a prefix of its own."""

    @classmethod
    def setUpClass(cls):
        cls.server = PostgresServer()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        # Without the password, which is in the environment.
        cls.url = cls.server.url_with("").replace(":@", "@")

    def cupel(self, *arguments, password=None, stdin=None):
        environment = os.environ | {
            "PGPASSWORD": password or self.server.password,
            "CUPEL_DATABASE": f"{self.url}?cupel_prefix={self._testMethodName}"}
        return subprocess.run([support.CUPEL, *map(str, arguments)],
                              env=environment, capture_output=True, text=True,
                              input=stdin, timeout=120, check=False)

    def done(self, *arguments, **options):
        process = self.cupel(*arguments, **options)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout

    def test_registry(self):
        self.done("registry", "organisation", "add", "acme", "Acme")
        self.assertIn("acme", self.done("registry", "organisation", "list"))
        self.assertEqual(
            self.server.psql("SELECT id FROM test_registry_registry.organisation"),
            ["acme"])
        self.assertEqual(self.done("raw", "list", "acme").strip().count("acme"),
                         0)
        self.assertEqual(
            self.server.psql("SELECT count(*) FROM test_registry_runs.raw"),
            ["0"])

    def test_wrong_password(self):
        process = self.cupel("registry", "organisation", "list",
                             password="wr0ng-s3cret")
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("password authentication failed", process.stderr)
        self.assertNotIn("wr0ng-s3cret", process.stderr + process.stdout)
        self.assertIn(f"postgresql://cupel@127.0.0.1:{self.server.port}",
                      process.stderr)

    def test_reports(self):
        process = self.cupel(
            "scan", support.ROOT / "examples" / "packages", "--rules",
            support.RULES, "--no-timing", "--format", "json", "--plugins",
            PLUGIN, "--connector", "postgresql", "--plugin-opt",
            f"postgresql:url={self.url}", "--plugin-opt",
            "postgresql:schema=test_reports")
        self.assertIn(process.returncode, (0, 1, 3), process.stderr)
        report = json.loads(process.stdout)
        self.assertEqual(
            [i for i in report["incidents"] if "postgresql" in str(i)], [])
        rows = self.server.psql(
            "SELECT verdict, jsonb_array_length(document->'payloads') FROM "
            "test_reports.report")
        self.assertEqual(
            rows, [f"{report['verdict']}|{len(report['payloads'])}"])


if __name__ == "__main__":
    unittest.main()
