"""cupel queue: submitting jobs and looking after them."""

import base64
import json
import os
import sqlite3
import subprocess
import unittest

from support import CUPEL, TempDirTest


class QueueTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.url = f"sqlite:{self.dir}/jobs.db"
        (self.dir / "a.txt").write_text("hello")
        (self.dir / "r.yar").write_text("rule x { condition: true }")

    def cupel(self, *arguments, code=0, stdin="", environment=None):
        variables = dict(os.environ, **(environment or {}))
        if environment is None:
            variables["CUPEL_QUEUE"] = self.url
        done = subprocess.run([CUPEL, "queue", *map(str, arguments)], input=stdin, text=True,
                              capture_output=True, timeout=120, env=variables, cwd=self.dir)
        self.assertEqual(done.returncode, code, done.stderr)
        self.stderr = done.stderr
        return done.stdout

    def job(self, job):
        return json.loads(self.cupel("show", job, "--format", "json"))

    def test_a_scan_has_absolute_paths(self):
        job = self.cupel("submit", "--priority", 4, "--max-attempts", 2, "--organisation", "acme",
                         "scan", "a.txt", "./a.txt", "--rules", "r.yar").strip()
        told = self.job(job)
        path = str(self.dir / "a.txt")
        self.assertEqual(told["body"], {"inputs": [{"path": path}, {"path": path}],
                                        "rules": [str(self.dir / "r.yar")]})
        self.assertEqual((told["kind"], told["priority"], told["max_attempts"],
                          told["organisation"]), ("scan", 4, 2, "acme"))

    def test_options_stand_on_either_side_of_the_kind(self):
        job = self.cupel("submit", "scan", "a.txt", "--priority", 4).strip()
        self.assertEqual(self.job(job)["priority"], 4)

    def test_embedded_bytes_go_along(self):
        (self.dir / "raw").write_bytes(bytes(range(256)))
        job = self.cupel("submit", "scan", "raw", "a.txt", "--embed").strip()
        contents = [base64.b64decode(each["content"], validate=True)
                    for each in self.job(job)["body"]["inputs"]]
        self.assertEqual(contents, [bytes(range(256)), b"hello"])

    def test_other_kinds(self):
        boefje = self.cupel("submit", "boefje", "dns", "Hostname|internet|a.example").strip()
        self.assertEqual(self.job(boefje)["body"],
                         {"boefje": "dns", "input": "Hostname|internet|a.example"})
        (self.dir / "task.json").write_text('{"id": 1}')
        for kind in (["boefje", "--task"], ["normalizer"]):
            job = self.cupel("submit", *kind, "task.json").strip()
            self.assertEqual(self.job(job)["body"], {"task": {"id": 1}})
        package = self.cupel("submit", "package", "n", "1", "https://a/b", "https://a/c").strip()
        self.assertEqual(self.job(package)["body"],
                         {"name": "n", "version": "1",
                          "distributions": ["https://a/b", "https://a/c"]})

    def test_documents_on_standard_input(self):
        lines = '{"kind":"x","id":"a","body":{}}\n{"kind":"y","id":"b","body":{"z":1}}\n'
        self.assertEqual(self.cupel("submit", stdin=lines), "a\nb\n")
        self.cupel("submit", stdin=lines)
        self.assertIn("2 of 2 had been submitted before", self.stderr)
        self.cupel("submit", stdin='{"kind":"x","bdy":{}}', code=2)
        self.assertIn("Is it 'body'?", self.stderr)
        self.cupel("submit", "--priority", "3", stdin=lines, code=2)
        self.assertIn("says itself", self.stderr)

    def test_once_for_each_key(self):
        first = self.cupel("submit", "--dedup-key", "k", "scan", "a.txt")
        self.assertEqual(self.cupel("submit", "--dedup-key", "k", "scan", "r.yar"), first)

    def test_times_are_from_now(self):
        job = self.cupel("submit", "--delay", "10m", "--deadline", "12h", "scan", "a.txt").strip()
        told = self.job(job)
        self.assertLess(told["submitted"], told["not_before"])
        self.assertLess(told["not_before"], told["deadline"])
        self.assertEqual(json.loads(self.cupel("stats", "-f", "json"))["delayed"], 1)
        for time in ("soon", "-1", "1y", "99999999999999999999"):
            self.cupel("submit", "--delay=" + time, "scan", "a.txt", code=2)
            self.assertIn("--delay", self.stderr)

    def test_looking_after_jobs(self):
        for job in "abc":
            self.cupel("submit", "--id", job, "scan", "a.txt")
        self.cupel("cancel", "b", "--reason", "not needed")
        self.assertIn("not needed", self.cupel("show", "b"))
        self.assertIn("1 job", self.cupel("list", "--state", "cancelled"))
        listed = json.loads(self.cupel("list", "--format", "json"))["jobs"]
        self.assertEqual([each["id"] for each in listed], ["a", "b", "c"])
        self.assertIn("--after a", self.cupel("list", "--limit", 1))
        self.assertIn("waiting               2", self.cupel("stats"))
        self.cupel("retry", "b")
        self.assertIn("waiting               3", self.cupel("stats"))
        self.cupel("cancel", "a", "b")
        self.assertEqual(self.cupel("purge", "--older-than", "1h"), "0 jobs\n")
        self.assertEqual(self.cupel("purge", "--state", "cancelled"), "2 jobs\n")
        self.cupel("show", "a", code=2)
        self.assertIn("there is no job 'a'", self.stderr)
        self.cupel("retry", code=2)
        self.cupel("retry", "--all")

    def test_a_dead_job_tells_its_history(self):
        self.cupel("submit", "--id", "a", "--max-attempts", 1, "scan", "a.txt")
        # A worker that leased it and was never heard of again.
        with sqlite3.connect(self.dir / "jobs.db") as database:
            database.execute(
                "INSERT INTO attempt SELECT number, 1, 1, 'host:7/2', submitted, submitted,"
                " 'failed', 'ended by the kernel', 9, 3221225472, 'unpack a.tgz' FROM job")
            database.execute("UPDATE job SET state = 3, attempts = 1, finished = submitted,"
                             " reason = 'ended by the kernel', token = 1")
        shown = self.cupel("show", "a")
        for part in ("failed by host:7/2", "SIGKILL", "3 GiB", "unpack a.tgz", "1 of 1"):
            self.assertIn(part, shown)
        self.assertIn("ended by the kernel", self.cupel("dead"))
        self.assertEqual(self.cupel("retry", "--all"), "1 job\n")
        self.assertIn("0 dead jobs", self.cupel("dead"))

    def test_the_result_is_the_bytes(self):
        self.cupel("submit", "--id", "a", "scan", "a.txt")
        self.cupel("result", "a", code=2)
        self.assertIn("has no result", self.stderr)
        with sqlite3.connect(self.dir / "jobs.db") as database:
            database.execute("UPDATE job SET state = 2, result_type = 't', result_size = 4")
            database.execute("INSERT INTO job_result SELECT number, x'6a6f6200' FROM job")
        self.assertEqual(self.cupel("result", "a"), "job\0")

    def test_no_password_is_shown(self):
        for url in ("nowhere://u:s3cret@h/x", "postgresql://u:s3cret@127.0.0.1:1/x"):
            self.cupel("stats", environment={"CUPEL_QUEUE": url}, code=2)
            self.assertNotIn("s3cret", self.stderr)
        self.cupel("stats", environment={"CUPEL_QUEUE": ""}, code=2)
        self.assertIn("CUPEL_QUEUE", self.stderr)

    def test_names_that_steer_a_terminal_are_shown_harmless(self):
        document = {"kind": "x", "id": "a", "organisation": "o", "body": {"k": "\x1b[31m"}}
        self.cupel("submit", stdin=json.dumps(document))
        self.assertNotIn("\x1b", self.cupel("show", "a"))


if __name__ == "__main__":
    unittest.main()
