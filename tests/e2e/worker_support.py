"""Workers and queues for the end-to-end tests: started, watched, ended."""

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

from support import CUPEL, TempDirTest, run

RULE = 'rule found { strings: $a = "needle" condition: $a }\n'
# Takes hours: there is something to be killed.
SLOW_RULE = """rule slow {
  condition: for all i in (0..filesize * 100000) : (uint8(i % filesize) != 1)
}
"""


def wait_for(condition, what, seconds=60):
    """Polls until it holds; a test that waits for ever says what for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"never came: {what}")


def children(pid):
    """Processes whose parent `pid` is."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        fields = stat.rsplit(")", 1)[1].split()
        if int(fields[1]) == pid:
            found.append((int(entry.name), fields[0]))
    return found


def alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


class WorkerTest(TempDirTest):
    """A folder with a queue, a rule, and workers that end with the test."""

    def setUp(self):
        super().setUp()
        self.url = f"sqlite:{self.dir}/jobs.db"
        self.rules = self.write("rules/found.yar", RULE)
        self._workers = []
        self.addCleanup(self._end_workers)

    def _end_workers(self):
        for worker in self._workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()

    def queue(self, *arguments, text=None):
        done = run("queue", arguments[0], "--queue", self.url, *arguments[1:],
                   input=None if text is None else text.encode())
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def submit(self, inputs, **more):
        """One scan job; its id."""
        body = {"inputs": inputs}
        for key in ("rules", "options"):
            if key in more:
                body[key] = more.pop(key)
        job = {"kind": "scan", "body": body, **more}
        out = json.loads(self.queue("submit", "--format", "json", text=json.dumps(job)))
        return out["jobs"][0]["id"]

    def job(self, job_id):
        return json.loads(self.queue("show", job_id, "--format", "json"))

    def result(self, job_id):
        return json.loads(self.queue("result", job_id))

    def worker(self, *arguments, **environment):
        """A worker in the background, which logs JSON to log_of(it)."""
        log = self.dir / f"log{len(self._workers)}"
        with log.open("wb") as out:
            worker = subprocess.Popen(
                [CUPEL, "worker", "run", "--queue", self.url, "--log-format", "json",
                 *map(str, arguments)],
                stderr=out, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
        worker.log = log
        self._workers.append(worker)
        return worker

    def events(self, worker, name=None):
        found = []
        for line in worker.log.read_text().splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if name is None or event["event"] == name:
                found.append(event)
        return found

    def runners(self, worker):
        return [pid for pid, state in children(worker.pid) if state != "Z"]

    def wait_event(self, worker, name, count=1):
        return wait_for(lambda: len(self.events(worker, name)) >= count and
                        self.events(worker, name), name)

    def wait_state(self, job_id, *states):
        return wait_for(lambda: (found := self.job(job_id))["state"] in states and found,
                        f"{job_id} {states}")

    def busy_runner(self, worker, job_id):
        """The process that runs this job, as the log has it once it is there."""
        self.wait_event(worker, "job started")
        status = wait_for(lambda: self.slot_of(worker, job_id), "a slot with the job")
        return status["pid"]

    def slot_of(self, worker, job_id):
        for slot in self.status(worker)["slots"]:
            if slot["job"] == job_id and slot["step"].startswith("scan"):
                return slot
        return None

    def address(self, worker):
        def listening():
            for line in worker.log.read_text().splitlines():
                if line.startswith("listening on "):
                    return line.removeprefix("listening on ")
            return None
        return wait_for(listening, "an address")

    def get(self, worker, path, method="GET"):
        """Status, headers, body."""
        request = urllib.request.Request(self.address(worker) + path, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def status(self, worker):
        return json.loads(self.get(worker, "/status.json")[2])

    def end(self, worker, number=signal.SIGTERM):
        worker.send_signal(number)
        return worker.wait(timeout=120)
