"""cupel worker dragonfly against a loopback API with the wire format of the
real one, and a file host with the faults of real ones."""

import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

import support

sys.path.insert(0, str(support.ROOT / "tests" / "support"))
import fake_dragonfly  # noqa: E402

RULES = {
    "evil": 'rule evil { meta: weight = 7 strings: $a = "EVIL" condition: $a }',
    "a_python": 'rule python { meta: weight = 3 filetype = ".py" strings: $a = "bad" '
                "condition: $a }",
}
SECRET = "client-secret"
UNTIL_EMPTY = {"CUPEL_WORKER_EXIT_WHEN_EMPTY": "true"}


class DragonflyTest(support.TempDirTest):
    def setUp(self):
        super().setUp()
        self.files = self.enterContext(fake_dragonfly.FileHost())
        self.mainframe = self.start()

    def enterContext(self, context):  # Python 3.11 has it
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def start(self, **options):
        return self.enterContext(fake_dragonfly.Mainframe(rules=dict(RULES), **options))

    def sdist(self, name, members, **how):
        content = support.tar_bytes({f"{name}/{path}": text.encode()
                                     for path, text in members.items()})
        return self.files.add(f"{name}.tar.gz", content, **how)

    def environment(self, mainframe=None, client="client-id", **more):
        base = {"PATH": os.environ["PATH"], "TMPDIR": str(self.dir),
                "DRAGONFLY_BASE_URL": (mainframe or self.mainframe).url,
                "DRAGONFLY_CF_ACCESS_CLIENT_ID": client,
                "DRAGONFLY_CF_ACCESS_CLIENT_SECRET": SECRET,
                "DRAGONFLY_LOAD_DURATION": "1", "DRAGONFLY_THREADS": "1"}
        base.update({f"DRAGONFLY_{k.upper()}": str(v) for k, v in more.items()})
        return base

    def work(self, *arguments, mainframe=None, code=0, **more):
        """Works until there is nothing left; returns the log."""
        done = support.run("worker", "dragonfly", *arguments, cwd=self.dir,
                           env={**self.environment(mainframe, **more), **UNTIL_EMPTY})
        log = done.stdout.decode() + done.stderr.decode()
        self.assertEqual(done.returncode, code, log)
        self.assertNotIn(SECRET, log)
        return log

    def start_worker(self, client="client-id", variables=None, **more):
        process = subprocess.Popen(
            [support.CUPEL, "worker", "dragonfly"], cwd=self.dir,
            env={**self.environment(client=client, **more), **(variables or {})},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def result(self, name, version="1"):
        return self.mainframe.scan(name, version)["result"]

    def puts(self):
        return [body.decode() for _, body in self.mainframe.calls("PUT /package")]


class ResultTest(DragonflyTest):
    def test_bodies_are_byte_by_byte_what_clients_send(self):
        wheel = self.files.add("a-1-py3-none-any.whl", support.zip_bytes({"a/x.py": b"bad"}))
        sdist = self.sdist("a-1", {"setup.py": "EVIL bad", "a/x.py": "bad", "z": "fine"})
        self.mainframe.add("a", "1", [sdist, wheel])
        self.mainframe.add("b", "2.0", [self.sdist("b-2.0", {"x.py": "ok", "y.py": "ok"})])
        self.mainframe.add("c", "3", [self.files.url + "/gone.whl"])
        self.mainframe.add("d", "4", [])
        self.work()
        bodies = self.puts()
        leases = [json.loads(body)["assignment_id"] for body in bodies]
        port = self.files.url.rsplit(":", 1)[1]
        link = f"http://inspector.pypi.io:{port}/project"
        self.assertEqual(bodies, [
            '{"name":"a","version":"1","attempt":1,"assignment_id":"%s","score":10,'
            '"inspector_url":"%s/a/1/a-1.tar.gz/a-1/setup.py",'
            '"rules_matched":["evil","python"],"commit":"c0ffee"}' % (leases[0], link),
            '{"name":"b","version":"2.0","attempt":1,"assignment_id":"%s","score":0,'
            '"inspector_url":"%s/b/2.0/b-2.0.tar.gz/b-2.0/y.py",'
            '"rules_matched":[],"commit":"c0ffee"}' % (leases[1], link),
            '{"name":"c","version":"3","attempt":1,"assignment_id":"%s","reason":"not scanned '
            'completely: download: HTTP status 404 from %s/gone.whl"}'
            % (leases[2], self.files.url),
            '{"name":"d","version":"4","attempt":1,"assignment_id":"%s","score":0,'
            '"inspector_url":null,"rules_matched":[],"commit":"c0ffee"}' % leases[3]])
        self.assertTrue(self.mainframe.finished())

    def test_downloads_carry_no_credentials(self):
        other = self.enterContext(fake_dragonfly.FileHost())
        place = other.add("a-1.tar.gz", support.tar_bytes({"a": b"EVIL"}))
        self.mainframe.add("a", "1", [self.files.add("a-1.tar.gz", b"", "redirect " + place)])
        self.work()
        self.assertEqual(self.result("a")["score"], 7)
        seen = [h for host in (self.files, other) for _, h, _ in host.requests]
        self.assertEqual(len(seen), 2)
        for headers in seen:
            names = {name.lower() for name in headers}
            self.assertFalse(names & {"cf-access-client-id", "cf-access-client-secret",
                                      "authorization", "cookie"}, names)
        for headers, _ in self.mainframe.calls("PUT /package"):
            self.assertEqual(headers["CF-Access-Client-Secret"], SECRET)

    def test_all_members_of_a_gzip_file_are_read(self):
        tar = gzip.decompress(support.tar_bytes({"a/ok.py": b"fine", "a/setup.py": b"EVIL"}))
        two = gzip.compress(tar[:1024]) + gzip.compress(tar[1024:])
        self.mainframe.add("a", "1", [self.files.add("a-1.tar.gz", two)])
        self.work()
        self.assertEqual(self.result("a")["score"], 7)

    def test_files_come_in_all_ways_that_http_has(self):
        content = support.tar_bytes({"a/setup.py": b"EVIL"})
        for how in ("plain", "chunked", "no-length", "gzip"):
            self.mainframe.add(how, "1", [self.files.add(f"{how}.tar.gz", content, how)])
        self.work()
        for how in ("plain", "chunked", "no-length", "gzip"):
            self.assertEqual(self.result(how)["score"], 7, how)

    def test_one_bad_thing_does_not_hide_the_others(self):
        good = self.sdist("a-1", {"setup.py": "EVIL"})
        damaged = bytearray(support.zip_bytes({"bad.py": b"x" * 5000, "ok.py": b"bad bad"}))
        damaged[40:44] = b"\xff\xff\xff\xff"
        wheel = self.files.add("a-1.whl", bytes(damaged))
        self.mainframe.add("a", "1", [wheel, "http://[not-a-url/", good])
        self.mainframe.add("b", "1", [wheel])
        log = self.work()
        self.assertEqual(self.result("a")["score"], 7)
        self.assertEqual(self.result("a")["rules_matched"], ["evil", "python"])
        self.assertIn("not everything was scanned", log)
        self.assertEqual(self.result("b")["score"], 3)

    def test_limits_end_in_failures_that_name_them(self):
        url = self.sdist("a-1", {"setup.py": "x" * 5000})
        self.mainframe.add("many", "1", [url] * 33)
        self.work()
        self.assertIn("33 distributions", self.result("many")["reason"])
        for name, value in {"max_download_size": 50, "max_scan_size": 4999,
                            "max_expanded_size": 4000}.items():
            self.mainframe.add(name, "1", [url])
            self.work(**{name: value})
            self.assertIn("not scanned completely", self.result(name)["reason"])


class RulesTest(DragonflyTest):
    def test_nothing_is_said_without_the_rules_that_were_asked_for(self):
        self.mainframe.rules_commit = "older"
        self.mainframe.add("a", "1", [self.sdist("a-1", {"setup.py": "EVIL"})])
        log = self.work()
        self.assertIn("the server has the rules of commit older, not of c0ffee", log)
        self.assertEqual(self.puts(), [])
        self.assertEqual(self.files.requests, [])
        self.mainframe.rules_commit = None
        self.mainframe.advance(fake_dragonfly.LEASE_SECONDS)
        self.work()
        self.assertEqual(self.result("a")["attempt"], 2)

    def test_rules_that_do_not_compile_are_not_used(self):
        self.mainframe.rules["zz"] = "rule evil { condition: true }"  # a second "evil"
        self.mainframe.add("a", "1", [self.sdist("a-1", {"setup.py": "EVIL"})])
        log = self.work()
        self.assertIn("can't be used", log)
        self.assertEqual(self.puts(), [])

    def test_results_are_of_the_rules_of_their_time(self):
        self.mainframe.add("a", "1", [self.sdist("a-1", {"x": "EVIL"}, how="stall")])
        self.mainframe.add("b", "1", [self.sdist("b-1", {"x": "EVIL"})])
        worker = self.start_worker(threads=2, bulk_size=1)
        self.mainframe.wait(lambda: self.mainframe.scan("b")["status"] == "FINISHED")
        self.assertEqual(self.result("b")["commit"], "c0ffee")
        # In mid-flight of "a" the rules change; then "a" goes on.
        with self.mainframe.lock:
            self.mainframe.commit = "beef"
            self.mainframe.rules["evil"] = RULES["evil"].replace("7", "9")
        self.mainframe.add("c", "1", [self.sdist("c-1", {"x": "EVIL"})])
        self.mainframe.wait(lambda: self.mainframe.scan("c")["status"] == "FINISHED")
        self.assertEqual((self.result("c")["commit"], self.result("c")["score"]), ("beef", 9))
        worker.send_signal(signal.SIGKILL)
        self.assertIsNone(self.mainframe.scan("a")["result"])


class FaultTest(DragonflyTest):
    def setUp(self):
        super().setUp()
        self.mainframe.add("a", "1", [self.sdist("a-1", {"setup.py": "EVIL"})])

    def test_results_are_submitted_until_they_are_taken(self):
        for kind in ("503", "525", "close"):
            self.mainframe.fault("PUT /package", kind)
        self.work()
        self.assertEqual(self.result("a")["score"], 7)
        bodies = self.puts()
        self.assertGreaterEqual(len(bodies), 4)
        self.assertEqual(len(set(bodies)), 1)

    def test_a_stale_lease_is_final(self):
        self.mainframe.fault("PUT /package", "409")
        log = self.work()
        self.assertEqual(len(self.puts()), 1)
        self.assertIn("HTTP status 409", log)

    def test_polls_that_fail_are_repeated(self):
        for kind in ("500", "truncate", "close", "401"):
            self.mainframe.fault("POST /jobs", kind)
        log = self.work()
        self.assertEqual(self.result("a")["score"], 7)
        self.assertIn("HTTP status 500", log)

    def test_redirects_of_the_api_are_not_followed(self):
        other = self.start()
        for call in ("POST /jobs", "GET /rules", "PUT /package"):
            self.mainframe.fault(call, "redirect " + other.url + "/jobs")
        self.work()
        self.assertEqual(other.requests, [])

    def test_a_cut_download_is_tried_by_the_next_attempt(self):
        self.mainframe.add("b", "1", [self.sdist("b-1", {"setup.py": "fine"}, how="short")])
        self.work()
        self.assertIsNone(self.result("b"))
        for _ in range(2):
            self.mainframe.advance(fake_dragonfly.LEASE_SECONDS)
            self.work()
        self.assertEqual(self.mainframe.scan("b")["status"], "FAILED")
        self.assertEqual(self.result("b")["attempt"], 3)
        self.assertIn("not scanned completely", self.result("b")["reason"])

    def test_jobs_without_leases_are_refused_or_not(self):
        self.mainframe.leases = False
        self.assertIn("job refused", self.work())
        self.assertEqual(self.puts(), [])
        self.mainframe.scans["a", "1"].update(status="QUEUED", attempt=0)
        self.work(lease="optional")
        self.assertEqual(list(self.result("a")), ["name", "version", "score", "inspector_url",
                                                  "rules_matched", "commit"])


class PasswordTest(DragonflyTest):
    def setUp(self):
        super().setUp()
        self.old = self.start(auth="auth0", leases=False)
        self.old.add("a", "1", [self.sdist("a-1", {"setup.py": "EVIL"})])

    def work_with_password(self, **more):
        return self.work(mainframe=self.old, client_id="numeric", client_secret="12",
                         username="user", password="12345", auth="auth0",
                         auth0_domain=self.old.url, **more)

    def test_the_first_generation_is_spoken(self):
        self.old.fault("POST /jobs", "401")
        self.old.expires_in = 1
        self.work_with_password()
        self.assertEqual(self.old.scan("a")["result"]["score"], 7)
        headers, body = self.old.calls("POST /oauth/token")[0]
        self.assertEqual(list(json.loads(body)), ["client_id", "client_secret", "audience",
                                                  "grant_type", "username", "password"])
        self.assertGreaterEqual(len(self.old.tokens), 2)
        self.assertNotIn("CF-Access-Client-Id", headers)


class ProcessTest(DragonflyTest):
    def test_sigterm_ends_what_runs_and_takes_no_more(self):
        gate = self.sdist("a-1", {"setup.py": "EVIL"})
        content, _ = self.files.files["/a-1.tar.gz"]
        self.files.files["/a-1.tar.gz"] = (None, None)
        original = self.files.respond

        def held(handler, call, query, body):
            self.files.wait(lambda: self.files.files["/a-1.tar.gz"][0] is not None)
            return original(handler, call, query, body)

        self.files.respond = held
        self.mainframe.add("a", "1", [gate])
        self.mainframe.add("b", "1", [gate])
        worker = self.start_worker()
        self.files.wait(lambda: self.files.requests)
        worker.send_signal(signal.SIGTERM)
        with self.files.changed:
            self.files.files["/a-1.tar.gz"] = (content, "plain")
            self.files.changed.notify_all()
        output = worker.communicate(timeout=60)[0].decode()
        self.assertEqual(worker.returncode, 0, output)
        self.assertEqual(self.result("a")["score"], 7)
        self.assertIsNone(self.result("b"))

    def test_several_workers_share_the_work(self):
        self.mainframe.clients["other-id"] = SECRET
        for number in range(12):
            self.mainframe.add(f"p{number}", "1",
                               [self.sdist(f"p{number}-1", {"setup.py": f"EVIL {number}"})])
        workers = [self.start_worker(client, UNTIL_EMPTY, bulk_size=1)
                   for client in ("client-id", "other-id")]
        for worker in workers:
            output = worker.communicate(timeout=120)[0].decode()
            self.assertEqual(worker.returncode, 0, output)
        self.assertTrue(self.mainframe.finished())
        self.assertEqual(len(self.puts()), 12)
        self.assertEqual(self.mainframe.refused, [])

    def test_a_killed_job_runner_costs_one_attempt(self):
        self.mainframe.add("a", "1", [self.sdist("a-1", {"setup.py": "EVIL"}, how="stall")])
        worker = self.start_worker(variables=UNTIL_EMPTY)
        self.files.wait(lambda: self.files.requests)
        tasks = pathlib.Path(f"/proc/{worker.pid}/task").iterdir()
        pids = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
        self.assertEqual(len(pids), 1)
        os.kill(pids[0], signal.SIGKILL)
        output = worker.communicate(timeout=60)[0].decode()
        self.assertEqual(self.puts(), [])
        self.assertIn("attempt 1 of 3", output)
        content, _ = self.files.files["/a-1.tar.gz"]
        self.files.files["/a-1.tar.gz"] = (content, "plain")
        self.mainframe.advance(fake_dragonfly.LEASE_SECONDS)
        self.work()
        self.assertEqual(self.result("a")["attempt"], 2)


class QueueTest(DragonflyTest):
    def test_packages_can_wait_in_a_queue_of_ours(self):
        queue = f"sqlite:{self.dir}/jobs.db"
        self.write("rules.yar", RULES["evil"])
        url = self.sdist("a-1", {"setup.py": "EVIL"})
        done = support.run("queue", "submit", "-q", queue, "package", "a", "1", url)
        self.assertEqual(done.returncode, 0, done.stderr)
        config = self.write("worker.toml", '[queue]\nkinds = ["package"]\n'
                            f'[rules]\npaths = ["{self.dir}/rules.yar"]\n')
        done = support.run("worker", "run", "--queue", queue, "-c", config, "-n", "1",
                           "--exit-when-empty", cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        done = support.run("queue", "list", "-q", queue, "--format", "json")
        job = json.loads(done.stdout)["jobs"][0]
        self.assertEqual(job["state"], "completed", done.stdout)
        done = support.run("queue", "result", "-q", queue, job["id"])
        result = json.loads(done.stdout)
        self.assertEqual((result["schema"], result["score"]), ("cupel.package/1", 7))
        self.assertEqual(result["report"]["verdict"], "matched")


class CheckTest(DragonflyTest):
    def check(self, code, **more):
        done = support.run("worker", "dragonfly", "--check", env=self.environment(**more),
                           cwd=self.dir)
        text = done.stdout.decode() + done.stderr.decode()
        self.assertEqual(done.returncode, code, text)
        self.assertNotIn(SECRET, text)
        return text

    def test_says_what_it_would_do(self):
        self.write("Config.toml", "max_distributions = 5\nnew_key = 1\n")
        text = self.check(0, wait_duration=10)
        self.assertIn("takes packages from " + self.mainframe.url, text)
        self.assertIn("5 distributions", text)
        self.assertIn("new_key", text)
        self.assertEqual(self.mainframe.requests, [])

    def test_says_all_that_is_wrong(self):
        text = self.check(2, threads="none", max_scan_size="16M", base_url="ftp://h")
        for name in ("DRAGONFLY_THREADS", "DRAGONFLY_MAX_SCAN_SIZE", "DRAGONFLY_BASE_URL"):
            self.assertIn(name, text)


if __name__ == "__main__":
    unittest.main()
