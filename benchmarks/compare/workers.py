#!/usr/bin/env python3
"""Workers side by side: Cupel's pool of processes and a plain Python
multiprocessing pool, with the same trivial jobs (a few bytes that no rule
matches), in one run; and what it costs when a process is killed.

    workers.py CUPEL [--jobs 2000] [--soak 20000] [--pool 2] [--output FILE]

Python's pool scans nothing, stores nothing and survives nothing: it takes jobs
from memory and forgets them. Cupel's jobs come out of a durable SQLite queue and
their reports go back in. Output: JSON, with machine, versions and command lines.
"""

import argparse
import base64
import calendar
import json
import multiprocessing
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

RULE = 'rule never { strings: $a = "a needle in it" condition: $a }\n'
SLOW = ("rule slow { condition: for all i in (0..filesize * 100000) : "
        "(uint8(i % filesize) != 1) }\n")


def trivial(content):
    return b"a needle in it" in base64.b64decode(content)


def python_pool(jobs, size):
    """Seconds for all jobs through multiprocessing.Pool, one task each."""
    contents = [base64.b64encode(b"job %d" % i).decode() for i in range(jobs)]
    with multiprocessing.Pool(size) as pool:
        pool.map(trivial, contents[:size], chunksize=1)  # it is up
        begin = time.perf_counter()
        for _ in pool.imap_unordered(trivial, contents, chunksize=1):
            pass
        return time.perf_counter() - begin


class Queue:
    def __init__(self, cupel, folder):
        self.cupel = cupel
        self.folder = folder
        self.url = f"sqlite:{folder}/jobs.db"
        self.rules = folder / "rules.yar"
        self.rules.write_text(RULE)

    def run(self, *arguments, text=None):
        return subprocess.run([self.cupel, "queue", arguments[0], "--queue", self.url,
                               *arguments[1:]], input=text, check=True,
                              capture_output=True, text=True).stdout

    def submit(self, bodies, **more):
        lines = "\n".join(json.dumps({"kind": "scan", "body": b, **more}) for b in bodies)
        return [j["id"] for j in json.loads(
            self.run("submit", "--format", "json", text=lines))["jobs"]]

    def submit_trivial(self, count):
        for start in range(0, count, 10_000):
            self.submit([{"inputs": [{"name": "a", "content":
                          base64.b64encode(b"job %d" % i).decode()}]}
                         for i in range(start, min(start + 10_000, count))])

    def worker(self, pool, *more):
        log = self.folder / "log"
        with log.open("wb") as out:
            return subprocess.Popen(
                [self.cupel, "worker", "run", "--queue", self.url, "--rules", str(self.rules),
                 "--pool-size", str(pool), "--log-format", "json", *more], stderr=out)

    def events(self, name):
        found = []
        for line in (self.folder / "log").read_text().splitlines():
            if line.startswith("{") and f'"event":"{name}"' in line:
                found.append(json.loads(line))
        return found


def memory(pid):
    """What is its own, in KiB: files that are mapped are shared by all."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def children(pid):
    return [int(p) for p in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] or [
        int(p) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
        for p in (task / "children").read_text().split()]


def seconds(event):
    return calendar.timegm(time.strptime(event["time"][:19], "%Y-%m-%dT%H:%M:%S")) + float(
        "0" + event["time"][19:-1])


def through_queue(cupel, jobs, pool, samples):
    """Seconds from the first job to the last, and memory on the way."""
    with tempfile.TemporaryDirectory(prefix="cupel-bench-") as folder:
        queue = Queue(cupel, pathlib.Path(folder))
        queue.submit_trivial(jobs)
        worker = queue.worker(pool, "--exit-when-empty")
        sizes = []
        while worker.poll() is None:
            try:
                sizes.append((memory(worker.pid), [memory(p) for p in children(worker.pid)]))
            except (FileNotFoundError, ProcessLookupError):
                pass
            time.sleep(0.1)
            if len(sizes) > samples:
                sizes = sizes[::2]
        done = queue.events("job completed")
        assert worker.returncode == 0 and len(done) == jobs, (worker.returncode, len(done))
        runs = sorted(float(e["run_ms"]) for e in done)
        return seconds(done[-1]) - seconds(done[0]), runs, sizes


def kill_to_failed(cupel, rounds):
    """Milliseconds from kill -9 of a job runner to the job marked dead."""
    times = []
    with tempfile.TemporaryDirectory(prefix="cupel-bench-") as folder:
        queue = Queue(cupel, pathlib.Path(folder))
        slow = queue.folder / "slow.yar"
        slow.write_text(SLOW)
        worker = queue.worker(1, "--listen", "127.0.0.1:0")
        address = ""
        while not address:
            for line in (queue.folder / "log").read_text().splitlines():
                if line.startswith("listening on "):
                    address = line.removeprefix("listening on ")
        body = {"inputs": [{"name": "s", "content": base64.b64encode(bytes(1 << 16)).decode()}],
                "rules": [str(slow)]}
        for _ in range(rounds):
            job = queue.submit([body], max_attempts=1)[0]
            slot = {}
            while not (slot.get("job") == job and slot["step"].startswith("scan")):
                with urllib.request.urlopen(address + "/status.json") as answer:
                    slot = json.load(answer)["slots"][0]
            begin = time.time()
            os.kill(slot["pid"], signal.SIGKILL)
            state = ""
            while state != "dead":
                shown = json.loads(queue.run("show", job, "--format", "json"))
                state = shown["state"]
            ended = shown["finished"]
            stamp = time.strptime(ended[:19], "%Y-%m-%dT%H:%M:%S")
            fraction = float("0" + ended[19:].rstrip("Z")) if ended[19] == "." else 0
            times.append((calendar.timegm(stamp) + fraction - begin) * 1000)
        worker.terminate()
        worker.wait()
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cupel")
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--soak", type=int, default=20000)
    parser.add_argument("--pool", type=int, default=2)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--output")
    options = parser.parse_args()
    python = [python_pool(options.jobs, options.pool) for _ in range(3)]
    cupel = [through_queue(options.cupel, options.jobs, options.pool, 100) for _ in range(3)]
    seconds_each = statistics.median(took for took, _, _ in cupel) / options.jobs
    runs = cupel[-1][1]
    soak_s, _, sizes = through_queue(options.cupel, options.soak, options.pool, 400)
    half = [max(s) for s in (sum(([c for c in r] for _, r in part), [])
                             for part in (sizes[len(sizes) // 4:len(sizes) // 2],
                                          sizes[3 * len(sizes) // 4:])) if s]
    kills = kill_to_failed(options.cupel, options.kills)
    result = {
        "machine": {"cpus": os.cpu_count(), "system": platform.platform()},
        "python": platform.python_version(),
        "jobs": options.jobs, "pool": options.pool,
        "python_pool_jobs_per_s": options.jobs / statistics.median(python),
        "cupel_jobs_per_s": 1 / seconds_each,
        "added_latency_ms": {"median": statistics.median(runs),
                             "p99": runs[int(len(runs) * 0.99)]},
        "kill_to_failed_ms": {"median": statistics.median(kills), "max": max(kills)},
        "soak": {"jobs": options.soak, "seconds": soak_s,
                 "supervisor_own_kib": {"second_quarter": max(s for s, _ in
                                        sizes[len(sizes) // 4:len(sizes) // 2]),
                                        "last_quarter": max(s for s, _ in
                                        sizes[3 * len(sizes) // 4:])},
                 "runner_own_kib": dict(zip(("second_quarter", "last_quarter"), half))},
    }
    text = json.dumps(result, indent=2)
    print(text)
    if options.output:
        pathlib.Path(options.output).write_text(text + "\n")


if __name__ == "__main__":
    main()
