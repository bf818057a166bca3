"""A worker: its configuration, one real job, how it ends."""

import asyncio
import json
import logging
import subprocess
import sys
import threading

import pytest

import cupel
from cupel.toml_text import toml_of

SECRET = "hunter2-is-the-secret"


@pytest.fixture
def config(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/a.yar").write_text(
        'rule evil { strings: $a = "evil" condition: $a }')
    return {"worker": {"pool_size": 1},
            "queue": {"url": f"sqlite:{tmp_path / 'jobs.db'}"},
            "rules": {"paths": [str(tmp_path / "rules")]},
            "scan": {"roots": [str(tmp_path)]}}


def submit(config, tmp_path):
    (tmp_path / "evil.txt").write_text("evil")
    queue = cupel.Queue(config["queue"]["url"])
    (added,) = queue.submit({"kind": "scan", "body": {
        "inputs": [{"path": str(tmp_path / "evil.txt")}]}})
    return queue, added["id"]


def test_a_job_is_worked_on(config, tmp_path, caplog):
    queue, job = submit(config, tmp_path)
    config["worker"]["exit_when_empty"] = True
    with caplog.at_level(logging.DEBUG, "cupel.worker"):
        cupel.Worker(config).run()
    told = queue.job(job)
    assert told["state"] == "completed", told
    report = json.loads(queue.result(job))
    assert report["verdict"] == "matched"
    assert {each.name for each in caplog.records} == {"cupel.worker"}
    assert len(caplog.records) > 1


def test_what_is_wrong_is_named(config):
    with pytest.raises(cupel.InvalidArgument) as caught:
        cupel.Worker({"worker": {"pool_size": 0}}, config_name="my.toml")
    assert "worker.pool_size" in str(caught.value)
    assert "queue.url" in str(caught.value)
    with pytest.raises(cupel.InvalidArgument, match="my.toml"):
        cupel.Worker("[worker", config_name="my.toml")
    with pytest.raises(cupel.InvalidArgument, match="equals sign"):
        cupel.Worker(environment={"A=B": "c"})


def test_checks(config):
    good = cupel.Worker.check(config)
    assert good["ok"] is True and good["plan"]
    config["queue"]["lease"] = -1
    bad = cupel.Worker.check(config)
    assert bad["ok"] is False
    assert bad["problems"][0]["key"] == "queue.lease"
    assert "queue.lease" in cupel.Worker.explain(config)


def test_variables_come_before_the_document(config):
    worker = cupel.Worker(config, environment={
        "CUPEL_WORKER_LISTEN": "127.0.0.1:0"})
    assert worker.listen == "127.0.0.1:0"
    assert cupel.Worker(config).listen == ""


def test_no_secret_is_shown(config):
    worker = cupel.Worker(config, environment={"KATALOGUS_TOKEN": SECRET})
    assert SECRET not in repr(worker)
    with pytest.raises(cupel.InvalidArgument) as caught:
        cupel.Worker(config, environment={
            "CUPEL_WORKER_QUEUE_URL": f"postgresq://me:{SECRET}@h/d"})
    assert SECRET not in str(caught.value)


def test_it_answers_requests(config):
    worker = cupel.Worker(config)
    assert worker.handle("GET", "/healthz").status == 200
    assert json.loads(worker.handle("GET", "/status.json").body) == \
        worker.status()
    said = []
    body = b"".join(worker.wsgi(
        {"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics"},
        lambda status, headers: said.append(status)))
    assert said == ["200 OK"] and b"cupel_" in body


def running(worker, log):
    """Runs it in a thread, until it has said that it works."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert log.wait(60)
    return thread


class Log:
    """Told when the worker writes its first line."""

    def __init__(self):
        self.lines = []
        self._said = threading.Event()
        self.wait = self._said.wait

    def __call__(self, level, line):
        self.lines.append((level, line))
        self._said.set()


@pytest.mark.parametrize("how", ["drain", "stop"])
def test_it_can_be_ended_from_another_thread(config, how):
    log = Log()
    worker = cupel.Worker(config, log=log)
    thread = running(worker, log)
    worker.reload()
    getattr(worker, how)()
    thread.join(60)
    assert not thread.is_alive()
    assert log.lines[0][0] in (logging.DEBUG, logging.INFO)
    with pytest.raises(cupel.FailedPrecondition, match="once"):
        worker.run()


def test_it_can_be_cancelled(config):
    cancel = cupel.Cancel()
    worker = cupel.Worker(config, log=lambda *_: cancel.trigger())
    worker.run(cancel)


def test_in_a_loop(config):
    async def main():
        log = Log()
        task = asyncio.create_task(cupel.Worker(config, log=log).run_async())
        await asyncio.to_thread(log.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_an_exception_in_the_log_ends_nothing(config, monkeypatch):
    raised = []
    monkeypatch.setattr(sys, "unraisablehook",
                        lambda each: raised.append(each.exc_type))
    config["worker"]["exit_when_empty"] = True

    def log(level, line):
        raise LookupError

    cupel.Worker(config, log=log).run()
    assert set(raised) == {LookupError}


INTERRUPTED = """
import json, os, signal, sys
import cupel
once = []
def log(level, line):
    if not once:
        once.append(line)
        os.kill(os.getpid(), signal.SIGINT)
worker = cupel.Worker(json.loads(sys.argv[1]), log=log)
try:
    worker.run()
except KeyboardInterrupt:
    print("drained")
"""


def test_ctrl_c_drains(config):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, json.dumps(config)],
        capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "drained\n", "")


INTERRUPTED_EARLY = """
import json, sys, threading
import cupel
wait = threading.Event.wait
def interrupted(self, timeout=None):
    threading.Event.wait = wait
    raise KeyboardInterrupt
lines = []
worker = cupel.Worker(json.loads(sys.argv[1]),
                      log=lambda level, line: lines.append(line))
threading.Event.wait = interrupted
try:
    worker.run()
except KeyboardInterrupt:
    print(any("worker ends" in line for line in lines))
"""


def test_ctrl_c_drains_however_early_it_comes(config):
    """Also while the thread is begun, which waits for an event."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_EARLY, json.dumps(config)],
        capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


ENDS_BESIDE = """
import json, sys, threading
import cupel
said = threading.Event()
worker = cupel.Worker(json.loads(sys.argv[1]), log=lambda *_: said.set())
threading.Thread(target=worker.run, daemon=True).start()
said.wait(60)
"""


def test_python_may_end_while_one_works(config):
    """A line of the log that comes while the interpreter ends is dropped; its
    thread is not ended in the midst of the library."""
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", ENDS_BESIDE, json.dumps(config)],
            capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")


def test_toml():
    import datetime
    import tomllib
    document = {"a": 1, "b": [1.5, True, "x\"\\\n\x00\x7fé"], "t": {
        "odd key": {"x": datetime.date(2026, 1, 2)}, "empty": {},
        "list": [{"k": 1}, {"k": 2}]}}
    assert tomllib.loads(toml_of(document)) == document
    assert tomllib.loads(toml_of({"n": None})) == {}
    for bad in ({"t": {"x": object()}}, {"x": "\ud800"}, {1: 2}):
        with pytest.raises(cupel.InvalidArgument):
            toml_of(bad)
