"""cupel job: what a document is, and whether one run serves for two jobs."""

import copy
import json
import unittest

from registry_support import SECRET, CatalogueTest

META = {
    "id": "70da7d4f-f41f-4940-901b-d98a92e9014b",
    "started_at": None,
    "ended_at": None,
    "boefje": {"id": "dns-records", "version": None, "oci_image": None},
    "input_ooi": "Hostname|internet|example.com",
    "arguments": {"input": {"name": "example.com", "port": 443}},
    "organization": "acme",
    "runnable_hash": "ab" * 32,
    "environment": {"API_KEY": SECRET},
}
TASK = {
    "id": "70da7d4f-f41f-4940-901b-d98a92e9014c",
    "scheduler_id": "boefje",
    "schedule_id": None,
    "organisation": "acme",
    "priority": 1,
    "status": "queued",
    "type": "boefje",
    "hash": None,
    "data": META,
    "created_at": "2024-01-02T03:04:05Z",
    "modified_at": "2024-01-02T03:04:05Z",
}


class Check(CatalogueTest):
    def check(self, document, *arguments, **options):
        return self.cupel("job", "check", "-", *arguments, stdin=json.dumps(document), **options)

    def test_says_what_it_is(self):
        for document, kind in ((META, "BoefjeMeta"), (TASK, "Task"),
                               ({"results": [TASK]}, "TaskPop"),
                               ({"status": "COMPLETED", "files": []}, "BoefjeOutput")):
            self.assertEqual(self.check(document), kind + "\n")

    def test_from_a_file(self):
        self.write("task.json", json.dumps(TASK))
        self.assertEqual(self.cupel("job", "check", "task.json"), "Task\n")
        self.assertIn("nowhere", self.fails("job", "check", "nowhere"))

    def test_prints_it_as_openkat_does(self):
        shuffled = dict(reversed(TASK.items()), created_at="2024-01-02 03:04:05+00:00",
                        unknown=SECRET, id=TASK["id"].upper().replace("-", ""))
        printed = self.check(shuffled, "--format", "json")
        expected = copy.deepcopy(TASK)
        expected["data"]["environment"]["API_KEY"] = "***"
        self.assertEqual(printed, json.dumps(expected, separators=(",", ":")) + "\n")

    def test_every_problem_with_its_path(self):
        bad = dict(TASK, status="done", priority=SECRET, data=dict(META, boefje={"id": ""}))
        del bad["schedule_id"]
        done = self.process("job", "check", "-", stdin=json.dumps(bad))
        self.assertEqual(done.returncode, 1, done.stderr)
        complaint = done.stderr.decode()
        for path in ("$.status", "$.priority", "$.schedule_id", "$.data"):
            self.assertIn(path, complaint)
        self.assertNotIn(SECRET, complaint + done.stdout.decode())
        self.assertRegex(done.stdout.decode(), r"^Task, [0-9]+ problems\n$")
        listed = json.loads(self.check(bad, "--format", "json", code=1))
        self.assertFalse(listed["sound"])
        self.assertIn("$.status", [p["path"] for p in listed["problems"]])

    def test_what_looks_like_nothing(self):
        done = self.process("job", "check", "-", stdin='{"a": 1}')
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"no job", done.stdout)

    def test_what_is_no_json(self):
        for text in (b"", b"{", b'{"id":"\xff"}', b'{"a\x00b":1}', b"[" * 100000,
                     b'{"id":1,"id":2}', b"NaN", b'{"' + SECRET.encode()):
            with self.subTest(text[:20]):
                self.fails("job", "check", "-", stdin=text)

    def test_one_that_is_too_large(self):
        self.write("large", b'{"id":"' + b"x" * (17 << 20) + b'"}')
        self.assertIn("large", self.fails("job", "check", "large"))

    def test_nothing_in_it_steers_a_terminal(self):
        done = self.process("job", "check", "-", stdin=json.dumps(dict(TASK, **{
            "status": "\x1b[2J", "data": {"\x1b]0;": {"\x07": 1}}})))
        self.assertNotIn(b"\x1b", done.stdout + done.stderr)
        self.assertNotIn(b"\x07", done.stdout + done.stderr)


class Explain(CatalogueTest):
    def explain(self, first, second, *arguments, code=0):
        self.write("a.json", json.dumps(first))
        self.write("b.json", json.dumps(second))
        return self.cupel("job", "explain", "a.json", "b.json", *arguments, code=code)

    def test_the_same_for_two_organisations(self):
        other = dict(copy.deepcopy(META), organization="other", id=TASK["id"])
        other["arguments"]["input"] = {"port": 443, "name": "example.com"}
        self.assertTrue(self.explain(META, other).startswith("the same"))
        self.assertTrue(self.explain(TASK, other).startswith("the same"))

    def test_what_differs_is_named_and_not_shown(self):
        other = copy.deepcopy(META)
        other["arguments"]["input"]["port"] = 8443
        other["environment"]["API_KEY"] = "another-" + SECRET
        text = self.explain(META, other, code=1)
        self.assertTrue(text.startswith("not the same:\n"), text)
        self.assertIn("port", text)
        self.assertIn("environment", text)
        for value in ("443", "8443", "another"):
            self.assertNotIn(value, text)
        answer = json.loads(self.explain(META, other, "--format", "json", code=1))
        self.assertFalse(answer["same"])
        self.assertEqual(len(answer["differences"]), 2)

    def test_what_has_no_key(self):
        self.write("a.json", json.dumps(META))
        self.write("b.json", json.dumps({"name": "n", "content": "", "tags": None}))
        self.assertIn("File", self.fails("job", "explain", "a.json", "b.json"))
        self.assertIn("nowhere", self.fails("job", "explain", "a.json", "nowhere"))
        self.assertIn("--help", self.fails("job", "explain", "a.json"))


if __name__ == "__main__":
    unittest.main()
