"""Workers over a real queue: what they do, and what they survive."""

import base64
import json
import os
import re
import signal
import unittest

from support import run
from worker_support import SLOW_RULE, WorkerTest, alive, children, wait_for

LISTEN = ("--listen", "127.0.0.1:0")


def content(data):
    return base64.b64encode(data).decode()


class WorkTest(WorkerTest):
    """Jobs that come to their end."""

    def test_runs_jobs_and_stores_reports(self):
        found = self.submit([{"path": str(self.write("a", "a needle"))}])
        clean = self.submit([{"name": "b", "content": content(b"hay")}])
        worker = self.worker("--rules", self.rules, "--pool-size", 2, "--exit-when-empty")
        self.assertEqual(worker.wait(timeout=120), 0, worker.log.read_text())
        self.assertEqual(self.job(found)["state"], "completed")
        self.assertEqual(self.result(found)["verdict"], "matched")
        self.assertEqual(self.result(clean)["verdict"], "clean")
        events = {e["job"]: e for e in self.events(worker, "job completed")}
        self.assertEqual(events[found]["verdict"], "matched")
        self.assertEqual(events[clean]["coverage"], "complete")

    def test_large_contents_go_there_and_back(self):
        data = os.urandom(3 << 20) + b"needle" + os.urandom(3 << 20)
        job = self.submit([{"name": "large", "content": content(data)}])
        worker = self.worker("--rules", self.rules, "--pool-size", 1, "--exit-when-empty")
        self.assertEqual(worker.wait(timeout=120), 0, worker.log.read_text())
        report = self.result(job)
        self.assertEqual(report["payloads"][0]["size"], len(data))
        self.assertEqual(report["verdict"], "matched")

    def test_several_workers_run_each_job_once(self):
        jobs = [self.submit([{"name": f"n{i}", "content": content(b"needle %d" % i)}])
                for i in range(20)]
        workers = [self.worker("--rules", self.rules, "--pool-size", 2, "--exit-when-empty")
                   for _ in range(3)]
        for worker in workers:
            self.assertEqual(worker.wait(timeout=180), 0, worker.log.read_text())
        done = [e["job"] for w in workers for e in self.events(w, "job completed")]
        self.assertEqual(sorted(done), sorted(jobs))
        for job in jobs:
            self.assertEqual(self.job(job)["attempts"], 1)

    def test_thread_mode_needs_no_processes(self):
        job = self.submit([{"name": "a", "content": content(b"needle")}])
        worker = self.worker("--rules", self.rules, "--mode", "thread", *LISTEN)
        self.wait_state(job, "completed")
        self.assertEqual(children(worker.pid), [])
        self.assertEqual(self.end(worker), 0)

    def test_rules_of_the_job(self):
        rules = self.write("own.yar", 'rule own { strings: $a = "hay" condition: $a }')
        job = self.submit([{"name": "a", "content": content(b"hay")}], rules=[str(rules)])
        worker = self.worker("--pool-size", 1, "--exit-when-empty")
        self.assertEqual(worker.wait(timeout=120), 0, worker.log.read_text())
        self.assertEqual(self.result(job)["findings"][0]["rule"], "own")

    def test_files_outside_the_roots_are_refused(self):
        inside = self.write("in/a", "needle")
        outside = self.write("out/a", "needle")
        (self.dir / "in/link").symlink_to(outside)
        paths = [inside, outside, self.dir / "in/../out/a", self.dir / "in/link"]
        jobs = [self.submit([{"path": str(p)}], max_attempts=1) for p in paths]
        worker = self.worker("--rules", self.rules, "--root", self.dir / "in",
                             "--pool-size", 1, "--exit-when-empty")
        self.assertEqual(worker.wait(timeout=120), 0, worker.log.read_text())
        states = [self.job(j)["state"] for j in jobs]
        self.assertEqual(states, ["completed", "dead", "dead", "dead"])
        self.assertIn("scan.roots", self.job(jobs[1])["reason"])

    def test_a_bad_body_names_the_place(self):
        job = self.submit([{"name": "a", "content": "no base64!"}], max_attempts=1)
        worker = self.worker("--rules", self.rules, "--pool-size", 1, "--exit-when-empty")
        self.assertEqual(worker.wait(timeout=120), 0, worker.log.read_text())
        self.assertIn("$.inputs[0].content: is no base64 text", self.job(job)["reason"])


class SurvivalTest(WorkerTest):
    """What happens to processes."""

    def setUp(self):
        super().setUp()
        self.slow = self.write("slow.yar", SLOW_RULE)

    def slow_job(self, **more):
        options = {"limits": {"file_time_ms": 600_000}}
        return self.submit([{"name": "slow", "content": content(bytes(2 << 20))}],
                           rules=[str(self.slow)], options=options, **more)

    def start(self, *arguments):
        return self.worker("--rules", self.rules, "--log-level", "DEBUG", *LISTEN, *arguments)

    def config(self):
        return ("--config", self.write("worker.toml",
                                       '[scan.limits]\nfile_time_ms = 600000\n'))

    def check_killed(self, number):
        job = self.slow_job(max_attempts=1)
        worker = self.start("--pool-size", 1, *self.config())
        runner = self.busy_runner(worker, job)
        os.kill(runner, number)
        dead = self.wait_state(job, "dead")
        self.assertIn(f"signal {int(number)}", dead["reason"])
        attempt = dead["history"][-1]
        self.assertEqual(attempt["signal"], number)
        self.assertIn("scan slow", attempt["last_step"])
        self.assertGreater(attempt["max_rss_bytes"], 1 << 20)
        # Replaced, and as good as the one before.
        after = self.submit([{"name": "a", "content": content(b"needle")}])
        self.wait_state(after, "completed")
        self.assertNotIn(runner, self.runners(worker))
        self.assertEqual([s for _, s in children(worker.pid) if s == "Z"], [])
        self.assertEqual(self.end(worker), 0)

    def test_sigkill_of_a_runner(self):
        self.check_killed(signal.SIGKILL)

    def test_segfault_of_a_runner(self):
        self.check_killed(signal.SIGSEGV)

    def test_an_idle_runner_that_dies_is_replaced(self):
        worker = self.start("--pool-size", 1)
        first = wait_for(lambda: self.runners(worker), "a runner")[0]
        wait_for(lambda: self.status(worker)["ready"], "ready")
        os.kill(first, signal.SIGKILL)
        self.wait_event(worker, "job runner ended while it did nothing")
        job = self.submit([{"name": "a", "content": content(b"needle")}])
        done = self.wait_state(job, "completed")
        self.assertEqual(done["attempts"], 1)

    def test_time_over_is_the_end(self):
        job = self.slow_job(max_attempts=1)
        worker = self.start("--pool-size", 1, "--time-limit", "1s", *self.config())
        # The scan ends itself: what it did not see is an incident.
        done = self.wait_state(job, "completed", "dead")
        self.assertEqual(done["state"], "completed", done)
        report = self.result(job)
        self.assertEqual(report["verdict"], "unknown")
        self.assertTrue(report["incidents"])
        self.assertEqual(self.end(worker), 0)

    def test_a_runner_that_does_not_end_in_time_is_killed(self):
        job = self.slow_job(max_attempts=1)
        worker = self.start("--pool-size", 1, "--time-limit", "2s", *self.config())
        runner = self.busy_runner(worker, job)
        os.kill(runner, signal.SIGSTOP)
        dead = self.wait_state(job, "dead")
        self.assertIn("was over, and it was killed", dead["reason"])
        self.assertFalse(alive(runner))

    def test_a_poison_job_does_not_take_the_pool_along(self):
        poison = self.slow_job(max_attempts=2)
        worker = self.start("--pool-size", 2, *self.config())
        for _ in range(2):
            runner = self.busy_runner(worker, poison)
            os.kill(runner, signal.SIGKILL)
            wait_for(lambda pid=runner: not alive(pid), "its end")
            good = self.submit([{"name": "a", "content": content(b"needle")}])
            self.wait_state(good, "completed")
        dead = self.wait_state(poison, "dead")
        self.assertEqual(len(dead["history"]), 2)

    def test_nothing_is_left_of_a_worker_that_is_killed(self):
        job = self.slow_job()
        worker = self.start("--pool-size", 3, "--lease", "2s", *self.config())
        self.busy_runner(worker, job)
        runners = wait_for(lambda: len(self.runners(worker)) == 3 and self.runners(worker),
                           "three runners")
        worker.kill()
        worker.wait()
        for runner in runners:
            wait_for(lambda pid=runner: not alive(pid), "the end of a runner")
        # Another takes the job once its lease is over.
        other = self.worker("--rules", self.rules, "--pool-size", 1, "--exit-when-empty",
                            "--lease", "2s", "--time-limit", "1s", *self.config())
        self.assertEqual(other.wait(timeout=180), 0, other.log.read_text())
        done = self.job(job)
        self.assertEqual(done["state"], "completed")
        self.assertEqual(done["history"][0]["outcome"], "lease expired")

    def test_sigterm_lets_jobs_end_and_a_second_one_gives_them_back(self):
        job = self.slow_job()
        worker = self.start("--pool-size", 1, *self.config())
        self.busy_runner(worker, job)
        worker.send_signal(signal.SIGTERM)
        self.wait_event(worker, "worker drains")
        self.assertIsNone(worker.poll())
        self.assertEqual(self.get(worker, "/readyz")[0], 503)
        worker.send_signal(signal.SIGTERM)
        self.assertEqual(worker.wait(timeout=60), 0)
        waiting = self.job(job)
        self.assertEqual(waiting["state"], "waiting")
        self.assertEqual(waiting["attempts"], 0)

    def test_sighup_reads_rules_again_and_keeps_good_ones(self):
        worker = self.start("--pool-size", 1)
        wait_for(lambda: self.status(worker)["ready"], "ready")
        self.rules.write_text('rule changed { strings: $a = "hay" condition: $a }')
        worker.send_signal(signal.SIGHUP)
        self.wait_event(worker, "rules and plugins were read again")
        job = self.submit([{"name": "a", "content": content(b"hay")}])
        self.wait_state(job, "completed")
        self.assertEqual(self.result(job)["findings"][0]["rule"], "changed")
        self.rules.write_text("rule broken {")
        worker.send_signal(signal.SIGHUP)
        event = self.wait_event(worker, "new rules or plugins are no good, the old ones stay")
        self.assertIn("found.yar", event[0]["reason"])
        job = self.submit([{"name": "a", "content": content(b"hay")}])
        self.wait_state(job, "completed")

    def test_cancelling_a_job_that_runs(self):
        job = self.slow_job()
        worker = self.start("--pool-size", 1, "--lease", "600ms", *self.config())
        self.busy_runner(worker, job)
        self.queue("cancel", job)
        self.wait_state(job, "cancelled", "dead")
        good = self.submit([{"name": "a", "content": content(b"needle")}])
        self.wait_state(good, "completed")


class TellingTest(WorkerTest):
    """What it says of itself."""

    def test_pages(self):
        worker = self.worker("--rules", self.rules, "--pool-size", 1, *LISTEN)
        bad = self.submit([{"path": "/no/<b>such</b>"}], max_attempts=1)
        good = self.submit([{"name": "a", "content": content(b"needle")}])
        self.wait_state(bad, "completed", "dead")
        self.wait_state(good, "completed")
        wait_for(lambda: self.get(worker, "/readyz")[0] == 200, "ready")
        self.assertEqual(self.get(worker, "/healthz")[2], "ok\n")
        metrics = self.get(worker, "/metrics")[2]
        self.assertRegex(metrics, r'cupel_jobs_total\{outcome="completed"\} \d')
        self.assertRegex(metrics, r'cupel_queue_jobs\{state="waiting"\} 0')
        self.assertRegex(metrics, r'cupel_job_seconds_bucket\{kind="scan",le="\+Inf"\} 2')
        self.assertRegex(metrics,
                         r'cupel_stage_seconds_total\{stage="rules"\} [0-9.e-]+')
        for line in metrics.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) .+|\w+(\{.*\})? [-0-9.e+]+)$')
        status, headers, page = self.get(worker, "/")
        self.assertEqual(status, 200)
        self.assertIn("default-src 'none'", headers["content-security-policy"])
        self.assertNotIn("<b>such", page)
        self.assertNotIn("<script", page)
        self.assertEqual(self.get(worker, "/", "POST")[0], 405)
        self.assertEqual(self.get(worker, "/etc/passwd")[0], 404)
        self.assertEqual(self.end(worker), 0)

    def test_check_tells_all_problems_at_once(self):
        config = self.write("worker.toml", """
[worker]
pool_sise = 3
time_limit = "soon"
[queue]
lease = 5
[scam]
""")
        done = run("worker", "run", "--check", "--config", config, "--format", "json",
                   "--rules", self.dir / "none.yar", "--queue", self.url)
        self.assertEqual(done.returncode, 2)
        problems = {p["key"]: p for p in json.loads(done.stdout)["problems"]}
        self.assertEqual(problems["worker.pool_sise"]["remedy"], "Is it 'worker.pool_size'?")
        self.assertIn("a time such as", problems["worker.time_limit"]["message"])
        self.assertIn("Is it 'scan'?", problems["scam"]["remedy"])
        self.assertIn("none.yar", problems["rules.paths"]["message"])

    def test_check_says_what_it_would_do(self):
        done = run("worker", "run", "--check", "--rules", self.rules, "--queue", self.url,
                   "--pool-size", 3)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        text = done.stdout.decode()
        self.assertIn("runs 3 at once", text)
        self.assertIn(str(self.rules), text)

    def test_broken_rules_are_told_at_once(self):
        self.rules.write_text("rule broken {")
        worker = self.worker("--rules", self.rules, "--pool-size", 2)
        self.assertEqual(worker.wait(timeout=60), 2)
        self.assertIn("found.yar", worker.log.read_text())

    def test_variables_stand_above_the_file(self):
        config = self.write("worker.toml", "[worker]\npool_size = 7\n")
        done = run("worker", "run", "--check", "--config", config, "--queue", self.url,
                   env={**os.environ, "CUPEL_WORKER_POOL_SIZE": "5"})
        self.assertIn("runs 5 at once", done.stdout.decode())

    def test_text_logs(self):
        job = self.submit([{"name": "a", "content": content(b"needle")}])
        done = run("worker", "run", "--queue", self.url, "--rules", self.rules,
                   "--exit-when-empty", "--pool-size", 1)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(re.search(r"^\S+Z INFO job completed job=%s kind=scan" % job,
                                  done.stderr.decode(), re.M), done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
