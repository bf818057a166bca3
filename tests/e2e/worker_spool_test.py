"""Reports whose receiver is away: they wait on disk and are delivered when it
is back, also by a worker that has nothing else to do."""

import base64
import json
import pathlib
import subprocess
import sys
import unittest

from worker_support import WorkerTest, wait_for

RECEIVER = pathlib.Path(__file__).parents[1] / "support" / "http_receiver.py"
CONFIG = """
[plugins]
connectors = ["http"]
min_tier = "builtin"
[plugins.options]
"connector:http" = {{ url = "http://127.0.0.1:{port}/in", sign = false, spool = "{spool}" }}
"""


class SpoolTest(WorkerTest):
    def receiver(self, plan):
        log = self.dir / "received"
        log.touch()
        process = subprocess.Popen([sys.executable, "-B", RECEIVER, plan, log, ""],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.stdout.close)
        port = int(process.stdout.readline())
        return port, lambda: [json.loads(line) for line in log.read_text().splitlines()]

    def test_an_idle_worker_delivers_what_was_left(self):
        port, received = self.receiver("503,503")
        config = self.write("w.toml", CONFIG.format(port=port, spool=self.dir / "spool"))
        worker = self.worker("--config", config, "--rules", self.rules, "--pool-size", 1)
        job = self.submit([{"name": "a", "content": base64.b64encode(b"needle").decode()}])
        self.wait_state(job, "completed")
        posts = wait_for(lambda: len(received()) >= 3 and received(), "three posts")
        self.assertEqual([post["step"] for post in posts], ["503", "503", "200"])
        self.assertEqual(len({post["key"] for post in posts}), 1)
        self.assertEqual(json.loads(posts[2]["body"])["verdict"], "matched")
        self.assertEqual(self.end(worker), 0)
        self.assertEqual(len(received()), 3)


if __name__ == "__main__":
    unittest.main()
