"""Boefjes and normalizers as jobs of a queue of ours, without OpenKAT."""

import base64
import json
import unittest

import registry_support

HOST = "Hostname|internet|a.b.example.com"


class BoefjeQueueTest(registry_support.CatalogueTest):
    def setUp(self):
        super().setUp()
        self.organisations("acme")
        self.queue = f"sqlite:{self.dir}/jobs.db"
        self.config = self.write("worker.toml", f"""
[queue]
url = "{self.queue}"
kinds = ["boefje", "normalizer"]
[worker]
pool_size = 1
exit_when_empty = true
[openkat]
plugin_folders = ["{registry_support.EXAMPLE_PLUGINS}"]
registry = "{self.database}"
settings_keys_file = "{self.keys}"
""")

    def submit(self, job):
        """The id of the job."""
        out = self.cupel("queue", "submit", "-q", self.queue, stdin=json.dumps(job))
        return out.split()[0]

    def work(self):
        self.cupel("worker", "run", "--config", self.config)

    def result(self, job):
        shown = self.cupel("queue", "show", "-q", self.queue, job, "--format", "json")
        self.assertIn("completed", shown)
        return json.loads(self.cupel("queue", "result", "-q", self.queue, job))

    def test_a_pair_of_them(self):
        self.cupel("settings", "set", "acme", "parent-domains", "-p",
                   registry_support.EXAMPLE_PLUGINS, stdin=json.dumps({"MOST_PARENTS": 1}))
        job = self.submit({"kind": "boefje", "organisation": "acme",
                           "body": {"boefje": "parent-domains", "input": HOST}})
        self.work()
        done = self.result(job)
        self.assertEqual((done["status"], done["tier"]), ("completed", "process"))
        [file] = done["files"]
        raw = base64.b64decode(file["content"])
        self.assertEqual(json.loads(raw)["parents"], ["b.example.com"])
        self.assertEqual(file["tags"], ["application/json", "boefje/parent-domains",
                                        "openkat/parent-domains"])
        self.assertEqual(done["boefje_meta"]["environment"], {"MOST_PARENTS": "***"})
        self.assertEqual(done["boefje_meta"]["organization"], "acme")

    def test_what_is_wrong_with_a_job_is_said(self):
        for body, word in (({"boefje": "no-such"}, "no-such"),
                           ({"boefje": "parent-domains", "input": "nonsense"}, "nonsense"),
                           ({"task": {}}, "task")):
            job = self.submit({"kind": "boefje", "organisation": "acme", "body": body,
                               "max_attempts": 1})
            self.work()
            shown = json.loads(self.cupel("queue", "show", "-q", self.queue, job,
                                          "--format", "json"))
            self.assertIn(word, json.dumps(shown))
            self.assertNotIn("completed", json.dumps(shown.get("state", "")))


if __name__ == "__main__":
    unittest.main()
