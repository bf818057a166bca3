"""Plugins in Python that run in this process: the same as in one of their own,
and what only they can do wrong."""

import gc
import logging
import re
import struct
import threading
import weakref

import pytest

import cupel
from cupel.plugin import (LimitReached, Source, Worker, carver, extractor,
                          reader, source, worker)
from nine_plugins import CODE, folder_of, module_of

DATA = b"hello world"


def run_both(tmp_path, category, code="", data=DATA, **arguments):
    """What a plugin gives in a process of its own, and in this one."""
    folder = folder_of(tmp_path, category, code)
    apart = cupel.Plugins(python="/usr/bin/python3")
    apart.add_path(tmp_path)
    here = cupel.Plugins()
    name = here.register(module_of(folder), manifest=folder / "plugin.json")
    given = []
    for plugins in (apart, here):
        children = []
        document = plugins.run(
            name, data, take=lambda *child: children.append(child),
            **arguments)
        document["children bytes"] = children
        for line in document["log"]:  # from a process of its own: of any logger
            line["text"] = line["text"].removeprefix(
                f"cupel.{category}.mine-{category}: ")
        given.append(document)
    assert (given[0].pop("tier"), given[1].pop("tier")) == (
        "process", "builtin")
    return given


@pytest.mark.parametrize("category", CODE)
def test_the_same_in_both_places(tmp_path, category):
    document = {"decorator": {"b": 1, "a": 2}, "connector": {"x": 1}}
    apart, here = run_both(tmp_path, category, name="n\udcff.txt", tlp="green",
                           document=document.get(category))
    assert here == apart
    assert here["status"] == "OK", here
    handed = [here[key] for key in ("results", "children", "items")]
    assert any(handed)


def test_get_file_too(tmp_path):
    apart, here = run_both(tmp_path, "connector", data=b"",
                           method=cupel.PluginMethod.GET_FILE,
                           document={"conn_id": "x1"})
    assert here == apart
    assert here["children bytes"] == [(0, b"", b"x1")]


@pytest.mark.parametrize("body", [
    "raise ValueError('of mine')",
    "raise SystemExit(3)",
    "raise __import__('cupel.plugin').plugin.PluginError('no', 'unavailable')",
    "return 7 .nothing",
    "return True",
    "return object()",
    "return {'a': {1: {2, 3}}}",
    "call.statement('x' * 300)",
    "call.statement('x', offset=-1)",
    "call.statement('x', meta=[1])",
    "call.dispatch('nonsense:x')",
    "call.error('what', 'nonsense')",
    "call.child(7)",
    "call.nested('reader:nothing', b'')",
    "import nothing_of_that_name",
    "async def f(): pass\n    return f()",
])
def test_the_same_mistakes_in_both_places(tmp_path, body):
    code = ("from cupel.plugin import worker\n@worker\ndef scan(call):\n"
            f"    {body}\n")
    apart, here = run_both(tmp_path, "worker", code)
    for document in (apart, here):
        document.pop("log")  # the traceback is logged, each in its place
        # So does what Cupel's own code raised, of which there are two copies.
        document["message"] = re.sub(r"/\S*/cupel/host/", "",
                                     document["message"])
    assert here == apart


def test_nested_calls_in_both_places(tmp_path):
    code = """
from cupel.plugin import worker
@worker
def scan(call):
    found = call.nested("decoder:base64", b"aGVsbG8=")
    return [data.decode() for _, data in found.children]
"""
    apart, here = run_both(tmp_path, "worker", code)
    assert here == apart and here["results"] == [["hello"]]


# -------------------------------------------------------------- exceptions

def test_a_traceback_is_logged_and_not_reported(caplog):
    @worker
    def fails(call):
        secret_variable = 1
        return secret_variable / 0

    plugins = cupel.Plugins()
    plugins.register(fails)
    document = plugins.run("worker:fails", DATA)
    assert document["status"] == "UNKNOWN"
    assert document["message"].startswith("ZeroDivisionError: division by")
    assert "secret_variable" not in str(document)
    (record,) = caplog.records
    assert record.name == "cupel.worker.fails"
    assert "secret_variable / 0" in caplog.text


def test_what_a_plugin_logs_is_the_run_s():
    @worker
    def logs(call):
        call.log.warning("look: %s", "here")
        call.log.debug("not shown")

    plugins = cupel.Plugins()
    plugins.register(logs)
    assert plugins.run("worker:logs", DATA)["log"] == [
        {"level": "warning", "text": "look: here"}]


def test_activating():
    class No(Worker):
        def activate(self, options):
            return False

        def scan(self, call):
            raise AssertionError("it is not active")

    class Raises(No):
        def activate(self, options):
            raise OSError("no such thing")

    plugins = cupel.Plugins()
    plugins.register(No)
    plugins.register(Raises)
    with pytest.raises(cupel.FailedPrecondition, match="returned False"):
        plugins.run("worker:no", DATA)
    with pytest.raises(cupel.FailedPrecondition, match="no such thing"):
        plugins.run("worker:raises", DATA)


def test_a_life():
    life = []

    class Lives(Worker):
        def __init__(self):
            life.append("made")

        def activate(self, options):
            life.append(options)

        def scan(self, call):
            life.append(call.options)

        def deactivate(self):
            life.append("over")
            raise RuntimeError("of no use")

    plugins = cupel.Plugins()
    plugins.register(Lives, options={"a": 1})
    plugins.set_option("worker:lives", "a", 5)
    plugins.run("worker:lives", DATA, options={"b": 2})
    assert life == ["made", {"a": 5, "b": 2}, {"a": 5, "b": 2}, "over"]


# ------------------------------------------------------------- the payload

def test_bytes_are_not_copied_and_slices_cost_nothing():
    payload = bytes(8 << 20)

    @extractor
    def slices(call):
        assert call.bytes.readonly and call.bytes.nbytes == len(payload)
        before = call.budget
        for at in range(64):
            yield call.bytes[at:at + (4 << 20)]
        assert call.budget == before

    plugins = cupel.Plugins()
    plugins.register(slices)
    document = plugins.run("extractor:slices", payload)
    assert document["status"] == "OK", document
    assert [each["offset"] for each in document["children"]] == list(range(64))


def test_views_that_are_kept_end_with_the_call():
    kept = []

    @worker
    def keeps(call):
        kept.extend([call.bytes, call.bytes[2:5], call.bytes[1:].cast("b"),
                     memoryview(call.bytes[3:]), {"in": call.bytes[4:]}])
        return bytes(call.bytes[2:5]).decode()

    plugins = cupel.Plugins()
    plugins.register(keeps)
    document = plugins.run("worker:keeps", DATA)
    assert (document["status"], document["results"]) == ("OK", ["llo"])
    kept[-1] = kept[-1]["in"]
    for view in kept:
        with pytest.raises(ValueError, match="released"):
            bytes(view)


def test_what_can_t_be_ended_is_an_error():
    kept = []

    @worker
    def keeps(call):
        kept.append(struct.iter_unpack("B", call.bytes))

    plugins = cupel.Plugins()
    plugins.register(keeps)
    document = plugins.run("worker:keeps", DATA)
    assert document["status"] == "INTERNAL"
    assert "bytes(call.bytes)" in document["message"]
    kept.clear()


def test_a_call_that_is_over_refuses_all():
    kept = []

    @worker
    def keeps(call):
        kept.append(call)

    plugins = cupel.Plugins()
    plugins.register(keeps)
    plugins.run("worker:keeps", DATA)
    (call,) = kept
    for late in (lambda: call.result(1), lambda: call.child(b"x"),
                 lambda: call.statement("x"), lambda: call.dispatch("a:b"),
                 lambda: call.error("x"), lambda: call.item(data=b"x"),
                 lambda: call.nested("reader:text", b"x"),
                 lambda: call.budget):
        with pytest.raises((RuntimeError, cupel.host.failures.Interrupted)):
            late()
    assert call.cancelled
    with pytest.raises(BufferError, match="over"):
        memoryview(call.host._handle.payload)


def test_other_threads_may_log_and_ask_and_no_more():
    refused = []

    @worker
    def shares(call):
        def work():
            call.log.info("from beside")
            assert not call.cancelled
            try:
                call.result(1)
            except RuntimeError as error:
                refused.append(str(error))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    plugins = cupel.Plugins()
    plugins.register(shares)
    document = plugins.run("worker:shares", DATA)
    assert document["log"][0]["text"].endswith("from beside")
    assert "thread" in refused[0]
    assert document["results"] == []


# ------------------------------------------------------- limits, cancelling

def test_limits():
    reached = []

    @carver
    def floods(call):
        try:
            while True:
                call.child(b"x" * 1000)
        except LimitReached as error:
            reached.append(str(error))
            raise

    plugins = cupel.Plugins()
    plugins.register(floods)
    document = plugins.run("carver:floods", DATA, max_children=5)
    assert document["status"] == "RESOURCE_EXHAUSTED"
    assert len(document["children"]) == 5 and reached
    assert document["limits"] == [{"name": "children", "value": 5}]
    document = plugins.run("carver:floods", DATA, max_children_bytes=2500)
    assert len(document["children"]) == 2


def test_cancelling_ends_what_hands_back():
    cancel = cupel.Cancel()

    @carver
    def endless(call):
        number = 0
        while True:
            yield b"x"
            number += 1
            if number == 10:
                cancel.trigger()

    plugins = cupel.Plugins()
    plugins.register(endless)
    document = plugins.run("carver:endless", DATA, cancel=cancel)
    assert len(document["children"]) == 10
    assert document["complete"] is False


def test_a_source_that_nobody_wants_more_of_ends():
    ended = []

    class Counts(Source):
        def ingest(self, call):
            try:
                for number in range(1000):
                    call.item(data=b"%d" % number)
            finally:
                ended.append(number)

    plugins = cupel.Plugins()
    plugins.register(Counts)
    document = plugins.run("source:counts",
                           take=lambda number, name, data: number < 2)
    assert ended and ended[0] < 10, ended
    assert len(document["items"]) == 2


def test_take_may_raise():
    @carver
    def two(call):
        return [b"one", b"two"]

    plugins = cupel.Plugins()
    plugins.register(two)

    def take(*child):
        raise LookupError("of the program's own")

    with pytest.raises(LookupError, match="of the program's own"):
        plugins.run("carver:two", DATA, take=take)


# ------------------------------------------------------------- registering

def test_what_can_be_registered():
    class Object(Worker):
        """Says what it is.

        And more."""

        def __init__(self, word):
            self.word = word

        def scan(self, call):
            return self.word

    def plain(call):
        return "plain"

    plugins = cupel.Plugins()
    assert plugins.register(Object("given")) == "worker:object"
    assert plugins.register(plain, category="worker") == "worker:plain"
    assert plugins.register(plain, category="reader", name="r-1",
                            version="2.0", author="me",
                            consumes=["text/*", "zip"],
                            requires=["worker:plain"], max_tlp="amber",
                            min_version="0.1") == "reader:r-1"
    assert plugins.run("worker:object")["results"] == ["given"]
    assert plugins.show("worker:object")["description"] == "Says what it is."
    shown = plugins.show("reader:r-1")
    assert (shown["version"], shown["consumes"], shown["requires"],
            shown["max_tlp"]) == ("2.0", ["text/*", "zip"], ["worker:plain"],
                                  "amber")


@pytest.mark.parametrize("wrong, message", [
    (dict(plugin=7), "no plugin"),
    (dict(plugin=int), "not derived"),
    (dict(plugin=logging), "none"),
    (dict(plugin=print), "no plugin"),
    (dict(plugin=print, category="nonsense"), "category"),
    (dict(plugin=Worker), "no scan"),
    (dict(name="-bad name-"), "name"),
    (dict(name="\0"), "NUL|name"),
    (dict(needs=["money"]), "needs"),
    (dict(consumes="zip"), "consumes"),
    (dict(max_tlp="purple"), "max_tlp"),
    (dict(version="\ud800"), "surrogates"),
    (dict(manifest={"options": 7}), "options"),
    (dict(requires=["nonsense"]), "nonsense"),
])
def test_what_can_t(wrong, message):
    @worker
    def good(call):
        return None

    plugins = cupel.Plugins()
    with pytest.raises(ValueError, match=message):
        plugins.register(**{"plugin": good, **wrong})


def test_names_are_taken_once_and_sets_freeze():
    @worker
    def good(call):
        return None

    plugins = cupel.Plugins()
    plugins.register(good)
    with pytest.raises(cupel.AlreadyExists):
        plugins.register(good)
    plugins.run("worker:good", DATA)
    with pytest.raises(cupel.FailedPrecondition):
        plugins.register(good, name="other")
    apart = cupel.Plugins(min_tier="process")
    with pytest.raises(cupel.FailedPrecondition):
        apart.register(good)
    with pytest.raises(cupel.FailedPrecondition):
        cupel.Plugins().register(good, manifest={"least_tier": "process"})


# ------------------------------------------------------------------- lives

def test_tables_go_with_the_last_who_needs_them():
    class Big(Worker):
        def scan(self, call):
            return None

    gone = weakref.ref(Big)
    plugins = cupel.Plugins()
    plugins.register(Big)
    plugins.run("worker:big", DATA)
    del Big
    gc.collect()
    assert gone() is not None
    del plugins
    gc.collect()
    assert gone() is None


def test_a_cycle_through_a_plugin_is_collected():
    class Holder:
        pass

    holder = Holder()
    holder.plugins = cupel.Plugins()

    @worker
    def refers(call):
        return repr(holder)

    holder.plugins.register(refers)
    gone = weakref.ref(holder)
    del holder, refers
    gc.collect()
    assert gone() is None


def test_threads_have_their_own(tmp_path):
    seen = set()

    class Counts(Worker):
        def __init__(self):
            self.calls = 0

        def scan(self, call):
            self.calls += 1
            seen.add((id(self), threading.get_ident()))

    plugins = cupel.Plugins()
    plugins.register(Counts)
    errors = []
    together = threading.Barrier(4)

    def work():
        try:
            together.wait(60)
            for _ in range(50):
                assert plugins.run("worker:counts", DATA)["status"] == "OK"
            together.wait(60)
        except BaseException as error:  # for the assertion
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({thread for _, thread in seen}) >= 4
