"""Plugins in a scan: the same reports in this process and in others, threads,
sources, connectors, documents."""

import asyncio
import gc
import json
import logging
import subprocess
import sys
import threading
import time
import weakref

import pytest

import cupel
from cupel.plugin import Connector, Source, Worker, decoder, worker
from nine_plugins import folder_of, module_of

DATA = b"hello world"


@pytest.fixture
def rules():
    return cupel.compile_rules(
        'rule found { strings: $a = "dlrow" condition: $a }')


@decoder
def backwards(call):
    return bytes(call.bytes)[::-1]


@worker
def size(call):
    if len(call.bytes) > 100:
        call.statement("large", weight=2)
    return {"size": len(call.bytes)}


def using(*mine, rules=None, threads=1, **use):
    """A scanner that uses these plugins."""
    plugins = cupel.Plugins()
    for each in mine:
        plugins.register(each)
    scanner = cupel.Scanner(rules, threads=threads)
    scanner.use_plugins(plugins, **use)
    return scanner


def plain(report):
    """What is the same between two runs."""
    document = json.loads(report.to_json(timing=False))
    for each in document["plugins"]:
        each.pop("tier"), each.pop("hash", None)
    return document


def test_the_same_reports_in_both_places(tmp_path, rules):
    """A decoder, an extractor, a worker, a reader, a carver, a decorator and a
    connector at once."""
    kinds = ["worker", "reader", "extractor", "carver", "decoder", "decorator",
             "connector"]
    apart = cupel.Plugins(python="/usr/bin/python3")
    here = cupel.Plugins()
    for kind in kinds:
        folder = folder_of(tmp_path, kind)
        here.register(module_of(folder), manifest=folder / "plugin.json")
    apart.add_path(tmp_path)
    reports = []
    for plugins in (apart, here):
        scanner = cupel.Scanner(rules)
        scanner.use_plugins(
            plugins, run="mine-worker", decorators="mine-decorator",
            connectors="mine-connector",
            by_type={"text/*": "decoder:mine-decoder",
                     "unknown": "extractor:mine-extractor"})
        reports.append(plain(scanner.scan(DATA, name="a.txt")))
    assert reports[0] == reports[1]
    used = {f"{each['category']}:{each['name']}"
            for each in reports[1]["plugins"]}
    assert {"worker:mine-worker", "decorator:mine-decorator",
            "connector:mine-connector"} <= used, used
    assert len(reports[1]["payloads"]) > 1


def test_children_are_scanned_and_statements_match(rules):
    scanner = using(backwards, size, rules=rules, run=["size"],
                    by_type={"*": "decoder:backwards"})
    report = scanner.scan(DATA)
    assert report.verdict is cupel.Verdict.MATCHED
    assert [each.rule for each in report.findings] == ["found"]
    large = scanner.scan(b"x" * 200)
    assert "large" in {each.rule for each in large.findings}


def test_an_exception_is_an_incident_and_the_scan_goes_on(caplog):
    @worker
    def fails(call):
        raise ValueError("of mine")

    report = using(fails, size, run="fails,size").scan(DATA)
    assert report.coverage is not cupel.Coverage.COMPLETE
    assert "of mine" in report.to_json()
    assert "Traceback" not in report.to_json()
    assert "Traceback" in caplog.text


def test_many_threads(tmp_path):
    seen = set()

    class Counts(Worker):
        inside = False

        def scan(self, call):
            assert not self.inside
            self.inside = True
            seen.add(id(self))
            time.sleep(0.001)  # so that there is something to share
            self.inside = False
            return {"sum": sum(call.bytes)}

    for number in range(200):
        (tmp_path / f"{number:03}").write_bytes(b"%d" % number)
    scanner = using(Counts, run="counts", threads=2)
    report = scanner.scan(tmp_path)
    assert report.counts.payloads >= 200
    assert not report.incidents
    assert len(seen) == 2


def test_several_scanners_of_several_threads_share_a_set(tmp_path):
    plugins = cupel.Plugins()
    plugins.register(size)
    errors = []

    def work():
        try:
            scanner = cupel.Scanner()
            scanner.use_plugins(plugins, run="size")
            for number in range(30):
                report = scanner.scan(b"x" * number)
                assert '"size"' in report.to_json()
        except BaseException as error:  # for the assertion
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_logs_go_to_loggers_or_where_one_says(caplog):
    @worker
    def logs(call):
        call.log.warning("look here")

    with caplog.at_level(logging.INFO):
        using(logs, run="logs").scan(DATA)
    assert [each.name for each in caplog.records] == ["cupel.worker.logs"]
    told = []
    using(logs, run="logs", log=lambda *each: told.append(each)).scan(DATA)
    assert told == [(logging.WARNING, "look here", "worker:logs")]


def test_connectors_get_documents():
    class Keeps(Connector):
        documents = []

        def save(self, call):
            self.documents.append(call.document)

    scanner = using(Keeps, size, run="size", connectors="keeps",
                    metadata={"ticket": 7}, tlp="amber")
    report = scanner.scan(DATA)
    assert Keeps.documents[0]["payloads"] == report.to_dict()["payloads"]
    scanner.use_plugins(None)
    scanner.scan(DATA)
    assert len(Keeps.documents) == 1
    options = cupel.DocumentOptions(schema=cupel.DocumentSchema.STOQ3,
                                    source="me")
    (document,) = cupel.documents_of(report, options)
    assert json.loads(document)["request_meta"]["source"] == "me"
    assert json.loads(cupel.documents_of(report)[0])["schema"] == \
        report.to_dict()["schema"]


def test_rules_dispatch():
    scanner = using(backwards, dispatch_rules=cupel.compile_rules(
        'rule d { meta: plugin = "decoder:backwards" strings: $a = "hello" '
        'condition: $a }'))
    assert scanner.scan(DATA).counts.payloads == 2
    assert scanner.scan(b"other").counts.payloads == 1


def test_what_is_wrong_is_named():
    plugins = cupel.Plugins()
    plugins.register(size)
    scanner = cupel.Scanner()
    with pytest.raises(cupel.NotFound, match="size"):
        scanner.use_plugins(plugins, run="sise")
    with pytest.raises(cupel.InvalidArgument):
        scanner.use_plugins(plugins, decorators="worker:size")
    with pytest.raises(cupel.FailedPrecondition):
        scanner.ingest("filedir", lambda report: None)
    with pytest.raises(cupel.InvalidArgument, match="delimiter"):
        scanner.use_plugins(plugins, run="size",
                            documents=cupel.DocumentOptions(delimiter="."))


# ----------------------------------------------------------------- sources

class Numbers(Source):
    """As many items as are asked for, and what became of it."""

    ended = None

    def ingest(self, call):
        number = -1
        try:
            for number in range(call.options.get("count", 3)):
                call.item(data=b"item %d" % number, name=str(number))
        finally:
            type(self).ended = number


def test_a_source_is_scanned_item_by_item():
    scanner = using(Numbers, size, run="size")
    names = []
    scanner.ingest("numbers", lambda report: names.append(
        report.payloads[0].path), options={"count": 5})
    assert names == ["0", "1", "2", "3", "4"]


def test_whoever_is_told_may_stop_it():
    scanner = using(Numbers)
    with pytest.raises(cupel.Cancelled):
        scanner.ingest("numbers", lambda report: False,
                       options={"count": 1000})
    assert Numbers.ended < 3

    def told(report):
        raise LookupError("of the program's own")

    with pytest.raises(LookupError, match="of the program's own"):
        scanner.ingest("numbers", told, options={"count": 1000})
    cancel = cupel.Cancel()
    with pytest.raises(cupel.Cancelled):
        scanner.ingest("numbers", lambda report: cancel.trigger(),
                       options={"count": 10_000}, cancel=cancel)


def test_a_source_in_a_loop():
    scanner = using(Numbers)
    reports = []

    async def main():
        await scanner.ingest_async("numbers", reports.append)
        task = asyncio.create_task(scanner.ingest_async(
            "numbers", reports.append, options={"count": 1_000_000}))
        while len(reports) < 5:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert 5 <= len(reports) < 1_000_000


# ------------------------------------------------------------------- lives

def test_plugins_live_as_long_as_scanners_that_use_them():
    life = []

    class Lives(Worker):
        def scan(self, call):
            return None

        def deactivate(self):
            life.append("over")

    gone = weakref.ref(Lives)
    scanner = using(Lives, run="lives")
    del Lives
    gc.collect()
    scanner.scan(DATA)
    assert life == []
    del scanner
    gc.collect()
    assert life == ["over"]
    assert gone() is None


def test_heartbeats_beat_beside_scans():
    beats = threading.Event()
    tried = []

    class Beats(Worker):
        def scan(self, call):
            assert beats.wait(60)

        def heartbeat(self, call):
            tried.append(call)
            beats.set()

    plugins = cupel.Plugins()
    plugins.register(Beats, heartbeat_seconds=0.01)
    scanner = cupel.Scanner()
    scanner.use_plugins(plugins, run="beats")
    assert not scanner.scan(DATA).incidents
    scanner.close()
    del scanner
    gc.collect()
    count = len(tried)
    assert count > 0


ENDS = """
import threading
import cupel
from cupel.plugin import Worker
inside = threading.Event()
class Works(Worker):
    def scan(self, call):
        inside.set()
        call.log.info("line")
    def heartbeat(self, call):
        call.log.info("beat")
plugins = cupel.Plugins()
plugins.register(Works, heartbeat_seconds=0.0001)
scanner = cupel.Scanner(threads=2)
scanner.use_plugins(plugins, run="works")
def work():
    while True:
        scanner.scan(b"x")
threading.Thread(target=work, daemon=True).start()
assert inside.wait(60)
"""


def test_python_may_end_while_plugins_work():
    """Nobody is let in any more, and no thread is ended in the midst of the
    library."""
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", ENDS], text=True,
                              capture_output=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")


INTERRUPTED = """
import os, signal, time
import cupel
from cupel.plugin import worker
@worker
def slow(call):
    os.kill(os.getpid(), signal.SIGINT)
    while not call.cancelled:
        time.sleep(0.001)
plugins = cupel.Plugins()
plugins.register(slow)
scanner = cupel.Scanner()
scanner.use_plugins(plugins, run="slow")
try:
    scanner.scan(b"x")
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_ends_a_scan_with_plugins():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], text=True,
                          capture_output=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (
        0, "interrupted\n", "")


FORKS = """
import os, threading, time
import cupel
inside = threading.Event()
go_on = threading.Event()
def log(level, line):
    inside.set()
    go_on.wait(60)
worker = cupel.Worker({"queue": {"url": "memory:"},
                       "worker": {"exit_when_empty": True}}, log=log)
thread = threading.Thread(target=worker.run)
thread.start()
inside.wait(60)
child = os.fork()
if child != 0:
    started = time.monotonic()
    status = os.waitpid(child, 0)[1]
    go_on.set()
    thread.join()
    print(status, time.monotonic() - started < 8)
"""


def test_a_child_waits_for_no_thread_that_it_has_not():
    done = subprocess.run([sys.executable, "-c", FORKS], text=True,
                          capture_output=True, timeout=120)
    assert (done.stdout, done.stderr) == ("0 True\n", "")


OTHER = """
import _xxsubinterpreters as interpreters
program = '''
import cupel
print(cupel.Job.check("{}")["sound"])
for call in (lambda: cupel.Plugins().register(print, category="worker"),
             lambda: cupel.Worker({"queue": {"url": "memory:"}})):
    try:
        call()
    except cupel.FailedPrecondition as error:
        print(error)
'''
interpreters.run_string(interpreters.create(), program)
"""


def test_another_interpreter_has_no_callbacks():
    done = subprocess.run([sys.executable, "-c", OTHER], text=True,
                          capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("main interpreter") == 2
