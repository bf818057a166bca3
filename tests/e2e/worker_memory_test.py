"""What a job runner may have of memory. Apart from worker_test.py, because
sanitizers map more than any limit allows."""

import base64
import unittest

from worker_support import WorkerTest


def content(data):
    return base64.b64encode(data).decode()


class MemoryTest(WorkerTest):
    def scan(self, data, **more):
        return self.submit([{"name": "a", "content": content(data)}], **more)

    def test_out_of_memory_fails_the_job_only(self):
        # Its body alone takes several times its size.
        job = self.scan(bytes(40 << 20), max_attempts=1)
        self.worker("--rules", self.rules, "--pool-size", 1, "--memory", "192M")
        dead = self.wait_state(job, "dead")
        self.assertRegex(dead["reason"], "not enough memory: worker.memory")
        after = self.scan(b"needle")
        self.wait_state(after, "completed")


if __name__ == "__main__":
    unittest.main()
