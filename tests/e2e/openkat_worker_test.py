"""cupel worker openkat: tasks of a fake OpenKAT, real plugin folders, real
processes."""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

import support

sys.path.insert(0, str(support.ROOT / "tests" / "support"))
import fake_openkat  # noqa: E402

SECRET = "hunter2-is-the-secret"
HOST = "Hostname|internet|a.b.example.com"
SCHEMA = {"type": "object", "secret": ["API_KEY"],
          "properties": {"API_KEY": {"type": "string"}, "COUNT": {"type": "integer"}}}


class Worker:
    """One `cupel worker openkat`, running; its log is kept."""

    def __init__(self, arguments, variables, folder):
        kept = {k: v for k, v in os.environ.items()
                if not k.startswith(("CUPEL_", "BOEFJE", "KATALOGUS", "BYTES", "OCTOPOES",
                                     "SCHEDULER"))}
        kept.update(variables)
        self.log = []
        self.process = subprocess.Popen(
            [support.CUPEL, "worker", "openkat", *map(str, arguments)], env=kept, cwd=folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.log.append(line.decode("utf-8", "replace"))

    def text(self):
        return "".join(self.log)

    def end(self, again=False, seconds=60):
        """Its exit code. `again`: more than one SIGTERM, so that it does not wait
        for what runs."""
        deadline = time.monotonic() + seconds
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        # Those that come before the first was heard are one with it.
        while again and self.process.poll() is None and time.monotonic() < deadline:
            self.process.send_signal(signal.SIGTERM)
            time.sleep(0.05)
        code = self.process.wait(seconds)
        self._reader.join(10)
        return code


def children_of(parent, name):
    """The ids of a process's children that are called so."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                comm, _, rest = file.read().partition("(")[2].rpartition(")")
        except OSError:
            continue  # it ended
        if int(rest.split()[1]) == parent and comm.startswith(name):
            found.append(int(entry))
    return found


class OpenKatTest(support.TempDirTest):
    def setUp(self):
        super().setUp()
        self.fake = self.enterContext(fake_openkat.Fake())
        self.plugins = self.dir / "plugins"
        self.plugins.mkdir()
        self.workers = []
        self.addCleanup(self._end_all)
        for organisation in ("aa", "bb", "cc"):
            self.fake.add_hostname(organisation, "a.b.example.com")
            self.fake.katalogus.settings[organisation, "mine"] = {"API_KEY": SECRET, "COUNT": 3}

    def _end_all(self):
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()
            worker.process.wait(20)
            worker.process.stdout.close()
            # Whatever happened: no secret in what was said.
            self.assertNotIn(SECRET, worker.text())
            self.assertNotIn(self.fake.bytes.password, worker.text())

    def boefje(self, code, identifier="mine", schema=SCHEMA, **more):
        folder = f"plugins/{identifier}"
        self.write(f"{folder}/boefje.json", json.dumps(
            {"id": identifier, "name": identifier, "scan_level": 0, "consumes": ["Hostname"],
             **more}))
        self.write(f"{folder}/__init__.py", "")
        self.write(f"{folder}/main.py", code)
        if schema is not None:
            self.write(f"{folder}/schema.json", json.dumps(schema))

    def normalizer(self, code, identifier="kat_mine"):
        folder = f"plugins/{identifier}"
        self.write(f"{folder}/normalizer.json", json.dumps(
            {"id": identifier, "name": identifier, "consumes": ["boefje/mine"], "produces": []}))
        self.write(f"{folder}/__init__.py", "")
        self.write(f"{folder}/normalize.py", code)

    def start(self, *arguments, kind="boefje", config="", **variables):
        path = self.write(f"worker-{len(self.workers)}.toml", f"""
[openkat]
plugin_folders = ["{self.plugins}"]
spool = "{self.dir}/spool-{len(self.workers)}/outbox"
{config}
""")
        worker = Worker([kind, "--config", path, *arguments], self.fake.variables(**variables),
                        self.dir)
        self.workers.append(worker)
        return worker

    def until(self, task, *statuses, seconds=60):
        try:
            self.fake.wait(lambda: self.fake.status(task) in statuses, seconds)
        except AssertionError:
            raise AssertionError("\n".join(w.text() for w in self.workers)) from None


class Outside:
    """Something in the network that boefjes look at: the first request is held
    until the test lets it go."""

    def __init__(self):
        self.began, self.go = threading.Event(), threading.Event()
        outside = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outside.began.set()
                outside.go.wait(120)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass  # the boefje was killed

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.go.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def code(self):
        return ("import urllib.request\n"
                "def run(meta):\n"
                "    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(\n"
                f"        'http://127.0.0.1:{self.server.server_address[1]}/').read()\n"
                "    return [(set(), b'done')]\n")


class BoefjeTest(OpenKatTest):
    def test_a_task_is_run_and_stored(self):
        self.boefje("import json, os\n"
                    "def run(boefje_meta):\n"
                    "    seen = {'name': boefje_meta['arguments']['input']['name'],\n"
                    "            'user': boefje_meta['arguments']['input']['user_id'],\n"
                    "            'organization': boefje_meta['organization'],\n"
                    "            'count': os.environ['COUNT'],\n"
                    "            'foreign': sorted(k for k in os.environ\n"
                    "                              if k.startswith(('BYTES', 'BOEFJES')))}\n"
                    "    return [({'application/json'}, json.dumps(seen)),\n"
                    "            (set(), b'two'), (set(), b'three')]\n")
        task = self.fake.boefje_task("mine", HOST)
        worker = self.start()
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "completed"], worker.text())
        raws = {frozenset(tags): content for tags, content in self.fake.raws(task)}
        self.assertEqual(json.loads(raws[frozenset({"application/json", "boefje/mine"})]), {
            "name": "a.b.example.com", "user": "None", "organization": "aa", "count": "3",
            "foreign": []})
        # bytes would refuse a second file with the same set of types.
        self.assertEqual(raws[frozenset({"boefje/mine"})], b"two")
        self.assertEqual(raws[frozenset({"boefje/mine", "cupel/file-2"})], b"three")
        meta = self.fake.bytes.boefje_metas[task]
        self.assertEqual(meta["environment"], {"API_KEY": "***", "COUNT": "***"})
        self.assertEqual(meta["input_ooi"], HOST)
        self.assertRegex(meta["runnable_hash"], "^[0-9a-f]{64}$")
        self.assertLess(fake_openkat.aware(meta["started_at"]),
                        fake_openkat.aware(meta["ended_at"]))
        # The raws are there before the task is completed.
        kinds = [line for _, line, *_ in self.fake.requests]
        self.assertLess(kinds.index("POST /bytes/raw"),
                        len(kinds) - kinds[::-1].index(f"PATCH /tasks/{task}") - 1)
        self.assertEqual(worker.end(), 0, worker.text())

    def test_upstream_metas_have_the_values(self):
        self.boefje("def run(meta):\n    return []\n")
        task = self.fake.boefje_task("mine", HOST)
        self.start("--upstream-metas")
        self.until(task, "completed")
        self.assertEqual(self.fake.bytes.boefje_metas[task]["environment"],
                         {"API_KEY": SECRET, "COUNT": "3"})

    def test_secrets_are_in_no_metas_logs_and_command_lines(self):
        self.boefje("import os\n"
                    "def run(meta):\n"
                    "    print(os.environ['API_KEY'])\n"
                    "    lines = [open(f'/proc/{p}/cmdline', 'rb').read()\n"
                    "             for p in (os.getpid(), os.getppid())]\n"
                    "    return [({'text/plain'}, b'\\n'.join(lines))]\n")
        task = self.fake.boefje_task("mine", HOST)
        worker = self.start("--log-level", "DEBUG")
        self.until(task, "completed", "failed")
        for process in os.listdir("/proc"):
            if process.isdigit():
                try:
                    with open(f"/proc/{process}/cmdline", "rb") as file:
                        self.assertNotIn(SECRET.encode(), file.read())
                except OSError:
                    pass  # it ended
        for _, _, _, _, body in self.fake.requests:
            self.assertNotIn(SECRET.encode(), body)
        for _, content in self.fake.raws(task):
            self.assertNotIn(SECRET.encode(), content)
        worker.end()

    def test_a_failing_one_leaves_a_traceback(self):
        self.boefje("def run(meta):\n    raise RuntimeError('dummy error')\n")
        task = self.fake.boefje_task("mine", HOST)
        self.start()
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "failed"])
        [(tags, content)] = self.fake.raws(task)
        self.assertEqual(tags, {"error/boefje", "boefje/mine"})
        self.assertIn(b"Traceback (most recent call last)", content)
        self.assertIn(b"RuntimeError: dummy error", content)

    def test_a_process_that_dies_fails_its_task_with_a_reason(self):
        outside = self.enterContext(Outside())
        self.boefje(outside.code)
        self.boefje("def run(meta):\n    return [(set(), b'x')]\n", identifier="other")
        self.fake.katalogus.settings["aa", "other"] = {}
        task = self.fake.boefje_task("mine", HOST)
        following = self.fake.boefje_task("other", HOST, priority=2)
        worker = self.start()
        self.assertTrue(outside.began.wait(60), worker.text())
        [runner] = children_of(worker.process.pid, "cupel-job-runn")
        os.kill(runner, signal.SIGKILL)
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "failed"])
        [(tags, content)] = self.fake.raws(task)
        self.assertEqual(tags, {"error/boefje", "boefje/mine"})
        self.assertIn(b"signal 9", content)
        # Another process takes its place.
        self.until(following, "completed")
        [another] = children_of(worker.process.pid, "cupel-job-runn")
        self.assertNotEqual(another, runner)

    def test_a_task_that_cant_be_hydrated_says_why(self):
        self.boefje("def run(meta):\n    return []\n")
        gone = self.fake.boefje_task("mine", "Hostname|internet|gone.example.com")
        unknown = self.fake.boefje_task("no-such-boefje", HOST)
        self.fake.katalogus.settings["bb", "mine"] = {"COUNT": "many"}
        misfit = self.fake.boefje_task("mine", HOST, organisation="bb")
        self.start()
        for task, word in ((gone, b"gone.example.com"), (unknown, b"no-such-boefje"),
                           (misfit, b"COUNT")):
            self.until(task, "completed", "failed")
            self.assertEqual(self.fake.patches(task), ["running", "failed"])
            [(tags, content)] = self.fake.raws(task)
            self.assertIn("error/boefje", tags)
            self.assertIn(word, content)

    def test_variables_of_the_host_reach_those_that_name_them(self):
        self.boefje("import os\n"
                    "def run(meta):\n"
                    "    return [(set(), os.environ['COUNT'] + str('OTHER' in os.environ))]\n")
        self.fake.katalogus.settings["aa", "mine"] = {}
        task = self.fake.boefje_task("mine", HOST)
        self.start(BOEFJE_COUNT="250", BOEFJE_OTHER="x")
        self.until(task, "completed", "failed")
        [(_, content)] = self.fake.raws(task)
        self.assertEqual(content, b"250False")

    def test_only_what_was_asked_for_is_popped(self):
        self.boefje("def run(meta):\n    return []\n")
        other = self.fake.boefje_task("other", HOST)
        mine = self.fake.boefje_task("mine", HOST)
        self.start("-p", "mine")
        self.until(mine, "completed")
        self.assertEqual(self.fake.status(other), "queued")
        self.assertEqual(self.fake.mula.pops[0][2], [
            {"column": "data", "field": "boefje__id", "operator": "in", "value": ["mine"]}])

    def test_a_token_that_is_over_is_renewed(self):
        self.boefje("def run(meta):\n    return [(set(), b'x')]\n")
        self.fake.bytes.token_seconds = 1
        tasks = [self.fake.boefje_task("mine", HOST) for _ in range(3)]
        self.fake.fault("bytes", "POST /bytes/boefje_meta", 401, times=1)
        self.start()
        for task in tasks:
            self.until(task, "completed", "failed")
            self.assertEqual(self.fake.patches(task), ["running", "completed"])
            self.assertEqual(len(self.fake.raws(task)), 1)
        self.assertGreaterEqual(self.fake.bytes.logins, 2)

    def test_faults_on_the_way_lose_nothing(self):
        self.boefje("def run(meta):\n    return [(set(), b'x')]\n")
        # A pop whose answer was cut short has taken a task for nobody: mula alone
        # could give it back. So these come while there are none.
        for what in (500, "truncate", "close"):
            self.fake.fault("mula", "POST /schedulers", what)
        worker = self.start()
        self.fake.wait(lambda: all(f.times == 0 for f in self.fake.faults))
        for service, pattern, what in (
                ("mula", "GET /tasks", "close"), ("bytes", "POST /token", "truncate"),
                ("bytes", "POST /bytes/boefje_meta", 502), ("bytes", "POST /bytes/raw", 500),
                ("bytes", "GET /bytes/raw", "close"), ("octopoes", "GET", 503),
                ("katalogus", "settings", "truncate")):
            self.fake.fault(service, pattern, what)
        tasks = [self.fake.boefje_task("mine", HOST) for _ in range(4)]
        for task in tasks:
            self.until(task, "completed", "failed")
            self.assertEqual(self.fake.patches(task)[-1], "completed", worker.text())
            self.assertEqual(len(self.fake.raws(task)), 1)
        self.assertTrue(all(f.times == 0 for f in self.fake.faults))


class ShutdownTest(OpenKatTest):
    def setUp(self):
        super().setUp()
        self.outside = self.enterContext(Outside())
        self.boefje(self.outside.code)

    def test_what_runs_when_the_worker_is_stopped_goes_back(self):
        running = self.fake.boefje_task("mine", HOST)
        queued = self.fake.boefje_task("mine", HOST, priority=2)
        worker = self.start()
        self.assertTrue(self.outside.began.wait(60), worker.text())
        self.assertEqual(self.fake.patches(running), ["running"])
        worker.end(again=True)
        self.assertEqual(self.fake.patches(running), ["running", "queued"], worker.text())
        # It was never taken, or was given back unchanged.
        self.assertEqual(self.fake.status(queued), "queued")
        self.assertNotIn("running", self.fake.patches(queued))
        self.assertEqual(self.fake.raws(running), [])

    def test_a_drained_worker_ends_what_runs(self):
        running = self.fake.boefje_task("mine", HOST)
        worker = self.start()
        self.assertTrue(self.outside.began.wait(60), worker.text())
        worker.process.send_signal(signal.SIGTERM)
        self.outside.go.set()
        self.assertEqual(worker.process.wait(60), 0)
        self.assertEqual(self.fake.patches(running), ["running", "completed"])

    def test_a_cancelled_task_is_ended(self):
        task = self.fake.boefje_task("mine", HOST)
        worker = self.start()
        self.assertTrue(self.outside.began.wait(60), worker.text())
        with self.fake.lock:
            self.fake.mula.tasks[task]["status"] = "cancelled"
        self.fake.wait(lambda: "cancelled" in worker.text())
        self.assertEqual(worker.end(), 0, worker.text())
        self.assertEqual(self.fake.patches(task), ["running"])
        self.assertNotIn(task, self.fake.bytes.boefje_metas)


class OutboxTest(OpenKatTest):
    def test_bytes_away_and_back(self):
        self.boefje("def run(meta):\n    return [(set(), b'x')]\n")
        self.fake.bytes.stop()
        tasks = [self.fake.boefje_task("mine", HOST) for _ in range(3)]
        worker = self.start()
        self.fake.wait(lambda: all("running" in self.fake.patches(t) for t in tasks))
        for task in tasks:
            self.assertEqual(self.fake.patches(task), ["running"])
        self.fake.bytes.start()
        for task in tasks:
            self.until(task, "completed", "failed", seconds=120)
            self.assertEqual(self.fake.patches(task), ["running", "completed"], worker.text())
            self.assertEqual(len(self.fake.raws(task)), 1)
        metas = [meta for what, meta in self.fake.bytes.order if what == "boefje_meta"]
        self.assertEqual(metas, tasks)  # in order, each once

    def test_what_a_killed_worker_left_is_delivered_by_the_next(self):
        self.boefje("def run(meta):\n    return [(set(), b'x')]\n")
        self.fake.bytes.stop()
        task = self.fake.boefje_task("mine", HOST)
        worker = self.start()
        self.fake.wait(lambda: "kept" in worker.text())
        worker.process.kill()
        worker.process.wait()
        self.fake.bytes.start()
        path = self.dir / "worker-0.toml"
        again = Worker(["boefje", "--config", path], self.fake.variables(), self.dir)
        self.workers.append(again)
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "completed"])
        self.assertEqual(len(self.fake.raws(task)), 1)

    def test_mula_away_while_a_boefje_runs(self):
        outside = self.enterContext(Outside())
        self.boefje(outside.code)
        task = self.fake.boefje_task("mine", HOST)
        worker = self.start()
        self.assertTrue(outside.began.wait(60), worker.text())
        self.fake.mula.stop()
        outside.go.set()
        self.fake.wait(lambda: self.fake.raws(task))
        self.assertEqual(self.fake.patches(task), ["running"])
        self.fake.mula.start()
        self.until(task, "completed", seconds=120)
        self.assertEqual(self.fake.patches(task), ["running", "completed"])
        self.assertEqual(len(self.fake.raws(task)), 1)


class DeduplicationTest(OpenKatTest):
    def group(self):
        return [self.fake.boefje_task("mine", HOST, organisation=o, group="k")
                for o in ("aa", "bb", "cc")]

    def test_one_run_serves_all(self):
        self.boefje("import uuid\n"
                    "def run(meta):\n"
                    "    return [(set(), uuid.uuid4().hex + meta['organization'])]\n")
        leader, *followers = self.group()
        self.start(BOEFJES_DEDUPLICATE="true")
        for task in (leader, *followers):
            self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(leader), ["running", "completed"])
        self.assertEqual([self.fake.patches(f) for f in followers], [["completed"]] * 2)
        contents = {self.fake.raws(task)[0][1] for task in (leader, *followers)}
        self.assertEqual(len(contents), 1)
        self.assertEqual(len(contents.pop()), 32)  # nobody's organisation is in it
        for task, organisation in zip((leader, *followers), ("aa", "bb", "cc")):
            self.assertEqual(self.fake.bytes.boefje_metas[task]["organization"], organisation)
        # Only without a limit mula hands out the whole group.
        self.assertIsNone(self.fake.mula.pops[0][1])

    def test_a_leader_that_fails_releases_the_others(self):
        leader, second, third = self.group()
        self.boefje("def run(meta):\n"
                    f"    if str(meta['id']) == '{leader}':\n"
                    "        raise RuntimeError('the first time')\n"
                    "    return [(set(), b'x')]\n")
        self.start(BOEFJES_DEDUPLICATE="true")
        for task in (leader, second, third):
            self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(leader), ["running", "failed"])
        self.assertEqual(self.fake.patches(second), ["queued", "running", "completed"])
        self.assertEqual(self.fake.patches(third), ["queued", "completed"])

    def test_other_settings_are_another_run(self):
        self.boefje("import os\ndef run(meta):\n    return [(set(), os.environ['COUNT'])]\n")
        self.fake.katalogus.settings["bb", "mine"] = {"COUNT": 7}
        leader, second, third = self.group()
        self.start(BOEFJES_DEDUPLICATE="true")
        for task in (leader, second, third):
            self.until(task, "completed", "failed")
        self.assertEqual([self.fake.raws(t)[0][1] for t in (leader, second, third)],
                         [b"3", b"7", b"3"])

    def test_a_boefje_that_needs_the_organisation_is_not_shared(self):
        self.boefje("def run(meta):\n    return [(set(), meta['organization'])]\n",
                    deduplicate=False)
        tasks = self.group()
        self.start(BOEFJES_DEDUPLICATE="true")
        for task in tasks:
            self.until(task, "completed", "failed")
        self.assertEqual([self.fake.raws(t)[0][1] for t in tasks], [b"aa", b"bb", b"cc"])


class TwoWorkersTest(OpenKatTest):
    def test_each_task_is_run_once(self):
        self.boefje("def run(meta):\n    return [(set(), b'x')]\n")
        tasks = [self.fake.boefje_task("mine", HOST) for _ in range(12)]
        self.start(BOEFJES_POOL_SIZE="2")
        self.start(BOEFJES_POOL_SIZE="2")
        for task in tasks:
            self.until(task, "completed", "failed")
            self.assertEqual(self.fake.patches(task), ["running", "completed"])
            self.assertEqual(len(self.fake.raws(task)), 1)


class NormalizerTest(OpenKatTest):
    ALL = ("def ooi(name):\n"
           "    return {'object_type': 'Hostname', 'scan_profile': None, 'user_id': None,\n"
           "            'primary_key': f'Hostname|internet|{name}',\n"
           "            'network': 'Network|internet', 'name': name}\n"
           "def run(input_ooi, raw):\n"
           "    yield ooi(raw.decode())\n"
           "    yield ooi(input_ooi['primary_key'].rpartition('|')[2])\n"
           "    yield {'type': 'declaration', 'ooi': ooi('declared.example')}\n"
           "    yield {'type': 'affirmation', 'ooi': ooi('affirmed.example')}\n"
           "    yield {'scan_profile_type': 'declared', 'level': 4, 'user_id': None,\n"
           "           'reference': 'Hostname|internet|found.example'}\n")

    def test_all_four_kinds_of_output(self):
        self.normalizer(self.ALL)
        task = self.fake.normalizer_task("kat_mine", b"found.example", input_ooi=HOST)
        worker = self.start(kind="normalizer",
                            BOEFJES_SCAN_PROFILE_WHITELIST='{"kat_mine": 2}')
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "completed"], worker.text())
        self.assertEqual([what for _, what, _ in self.fake.octopoes.posted],
                         ["observations", "declarations", "affirmations", "scan_profiles"])
        observed, declared, affirmed, profiles = [b for _, _, b in self.fake.octopoes.posted]
        # What it ran on is no result of it.
        self.assertEqual([o["primary_key"] for o in observed["result"]],
                         ["Hostname|internet|found.example"])
        self.assertEqual((observed["method"], observed["source"], observed["source_method"]),
                         ("kat_mine", HOST, "dns-records"))
        self.assertEqual(observed["task_id"], task)
        self.assertEqual(fake_openkat.aware(observed["valid_time"]),
                         fake_openkat.aware("2024-01-02T03:04:06Z"))
        self.assertEqual(declared["ooi"]["name"], "declared.example")
        self.assertEqual(affirmed["ooi"]["name"], "affirmed.example")
        self.assertEqual([p["level"] for p in profiles], [2])
        self.assertIn(task, self.fake.bytes.normalizer_metas)

    def test_scan_profiles_need_the_whitelist(self):
        self.normalizer(self.ALL)
        task = self.fake.normalizer_task("kat_mine", b"found.example", input_ooi=HOST)
        self.start(kind="normalizer")
        self.until(task, "completed", "failed")
        self.assertNotIn("scan_profiles", [what for _, what, _ in self.fake.octopoes.posted])

    def test_nothing_is_an_empty_observation(self):
        self.normalizer("def run(input_ooi, raw):\n    return []\n")
        task = self.fake.normalizer_task("kat_mine", b"x", input_ooi=HOST)
        self.start(kind="normalizer")
        self.until(task, "completed", "failed")
        [(organisation, what, body)] = self.fake.octopoes.posted
        self.assertEqual((organisation, what, body["result"]), ("aa", "observations", []))

    def test_a_failure_posts_nothing_but_its_meta(self):
        self.normalizer("def run(input_ooi, raw):\n"
                        "    yield {'type': 'affirmation', 'ooi': {'object_type': 'Network',\n"
                        "           'primary_key': 'Network|x', 'name': 'x'}}\n"
                        "    raise ValueError('half way')\n")
        task = self.fake.normalizer_task("kat_mine", b"x", input_ooi=HOST)
        worker = self.start(kind="normalizer")
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "failed"])
        self.assertEqual(self.fake.octopoes.posted, [])
        self.assertIn(task, self.fake.bytes.normalizer_metas)
        self.fake.wait(lambda: "half way" in worker.text())

    def test_a_raw_that_is_gone_fails_without_a_meta(self):
        self.normalizer(self.ALL)
        task = self.fake.normalizer_task("kat_mine", b"x", input_ooi=HOST)
        self.fake.bytes.raws.clear()
        self.start(kind="normalizer")
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "failed"])
        self.assertEqual(self.fake.bytes.normalizer_metas, {})

    def test_octopoes_away_and_back(self):
        self.normalizer(self.ALL)
        self.fake.fault("octopoes", "POST .*/affirmations", 503)
        task = self.fake.normalizer_task("kat_mine", b"found.example", input_ooi=HOST)
        self.start(kind="normalizer", BOEFJES_SCAN_PROFILE_WHITELIST='{"kat_mine": 2}')
        self.until(task, "completed", "failed")
        self.assertEqual([what for _, what, _ in self.fake.octopoes.posted],
                         ["observations", "declarations", "affirmations", "scan_profiles"])

    def test_what_octopoes_refuses_fails_the_task(self):
        self.normalizer(self.ALL)
        self.fake.fault("octopoes", "POST .*/observations", 422)
        task = self.fake.normalizer_task("kat_mine", b"found.example", input_ooi=HOST)
        self.start(kind="normalizer")
        self.until(task, "completed", "failed")
        self.assertEqual(self.fake.patches(task), ["running", "failed"])
        self.assertEqual(self.fake.octopoes.posted, [])
        self.assertIn(task, self.fake.bytes.normalizer_metas)


class CheckTest(OpenKatTest):
    def run_check(self, *arguments, **variables):
        path = self.write("check.toml", f'[openkat]\nplugin_folders = ["{self.plugins}"]\n')
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CUPEL_")}
        return subprocess.run(
            [support.CUPEL, "worker", "openkat", "boefje", "--check", "--config", str(path),
             *arguments], env={**kept, **variables}, capture_output=True, timeout=60,
            cwd=self.dir)

    def test_says_what_it_would_do_and_asks_nobody(self):
        done = self.run_check(**self.fake.variables(BOEFJES_REMOTE_NS="1.1.1.1"))
        text = (done.stdout + done.stderr).decode()
        self.assertEqual(done.returncode, 0, text)
        self.assertIn(self.fake.mula.url, text)
        self.assertIn("BOEFJES_REMOTE_NS", text)
        self.assertNotIn(self.fake.bytes.password, text)
        self.assertEqual(self.fake.requests, [])

    def test_tells_all_problems_at_once(self):
        done = self.run_check(SCHEDULER_API="mula", BOEFJES_POOL_SIZE="none")
        text = (done.stdout + done.stderr).decode()
        self.assertEqual(done.returncode, 2, text)
        for name in ("SCHEDULER_API", "BOEFJES_POOL_SIZE", "BYTES_API", "BYTES_PASSWORD",
                     "KATALOGUS_API", "OCTOPOES_API"):
            self.assertIn(name, text)


if __name__ == "__main__":
    unittest.main()
