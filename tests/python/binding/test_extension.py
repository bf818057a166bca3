"""The extension module by itself: hostile arguments, references, buffers."""

from __future__ import annotations

import gc
import itertools
import sys

import pytest

import cupel
from cupel import _cupel
from conftest import HELLO

NUMBERS = (0,) * 11
STRANGE = [None, True, -1, 2**70, 1.5, "", "\ud800", "a\0b", b"", b"\xff",
           object(), (), [1], {}, len, _cupel.Cancel]


@pytest.fixture
def objects():
    engine = _cupel.Engine()
    sources = _cupel.RuleSources()
    sources.add_text("n", HELLO)
    rules = sources.compile(engine, 0, None, 0)
    scanner = _cupel.Scanner(engine, rules, 0, 1, 0, 0, NUMBERS, None, None,
                             None, 0)
    report = scanner.scan_memory("d", b"hello", None)
    return [engine, sources, rules, scanner, report, _cupel.Inputs(),
            _cupel.Cancel()]


def methods_of(objects):
    for thing in objects:
        for name in dir(type(thing)):
            method = getattr(thing, name)
            if not name.startswith("_") and callable(method):
                yield method


@pytest.mark.parametrize("count", range(4))
def test_strange_arguments_are_refused(objects, tmp_path, monkeypatch, count):
    """Or do something, but never end the process."""
    monkeypatch.chdir(tmp_path)
    calls = failed = 0
    for method in methods_of(objects):
        for args in itertools.product(STRANGE, repeat=count):
            calls += 1
            try:
                method(*args)
            except (TypeError, ValueError, OverflowError, cupel.Error,
                    BufferError):
                failed += 1
    assert 0 < failed <= calls


@pytest.mark.parametrize("count", [1, 3, 9, 11, 12])
def test_strange_options_are_refused(objects, count):
    good = [objects[0], objects[2], 0, 1, 0, 0, NUMBERS, None, None, None, 0]
    for place in range(11):
        for value in (object(), -1, 2**70, (1,), "x"):
            args = (good[:place] + [value] + good[place + 1:] + [None])
            if count == 11 and 7 <= place <= 9:
                continue  # any object may be a callback, a text a folder
            with pytest.raises((TypeError, ValueError, OverflowError,
                                cupel.Error)):
                _cupel.Scanner(*args[:count])


def test_profile_refuses_what_it_can_not_take(objects):
    for args in itertools.product([None, 1, objects[0], objects[5]], repeat=2):
        with pytest.raises(TypeError):
            _cupel.profile(*args, objects[5], None, None)


@pytest.mark.parametrize("kind", [
    _cupel.Ruleset, _cupel.Report, _cupel.Buffer])
def test_what_only_the_library_makes(kind):
    with pytest.raises(TypeError):
        kind()


def test_types_can_not_be_derived_from_or_changed():
    for kind in (_cupel.Engine, _cupel.Scanner, _cupel.Cancel):
        with pytest.raises(TypeError):
            type("Derived", (kind,), {})
        with pytest.raises(TypeError):
            kind.extra = 1


def compile_and_fail():
    with pytest.raises(cupel.Error):
        cupel.compile_rules("rule a { condition: b }")


def scan_and_raise(rules):
    def fail(finding):
        raise KeyError(finding)

    with pytest.raises(KeyError):
        cupel.Scanner(rules, on_finding=fail).scan(b"hello")


def refuse(scanner):
    for wrong in (object(), 7):
        with pytest.raises(TypeError):
            scanner.scan(wrong)
        with pytest.raises(TypeError):
            scanner.scan(b"x", cancel=wrong)


@pytest.mark.parametrize("times, use", [
    (200, lambda rules, scanner: scanner.scan(b"hello").findings),
    (200, lambda rules, scanner: scanner.scan(b"hello").to_json()),
    (200, lambda rules, scanner: scanner.scan(b"hello" + bytes(70000))),
    (200, lambda rules, scanner: scanner.scan_many([bytearray(b"x"), b"x"])),
    (200, lambda rules, scanner: cupel.Scanner(rules, threads=2).scan(b"")),
    (200, lambda rules, scanner: (rules.to_dict(), rules.warnings)),
    (200, lambda rules, scanner: scan_and_raise(rules)),
    (200, lambda rules, scanner: refuse(scanner)),
    (30, lambda rules, scanner: cupel.compile_rules(HELLO,
                                                    externals={"v": "x"})),
    (30, lambda rules, scanner: compile_and_fail()),
], ids=["findings", "json", "apart", "inputs", "scanner", "rules", "raise",
        "refuse", "compile", "mistake"])
def test_nothing_is_kept(rules, scanner, times, use):
    """A reference that is lost once a call is a block that stays once a
    call."""
    def blocks_after(times):
        for _ in range(times):
            use(rules, scanner)
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks_after(10)
    assert blocks_after(times) - before < times * 3 // 4


def test_the_references_to_what_is_given(rules):
    data = bytearray(b"hello" * 10)
    cancel = cupel.Cancel()
    scanner = cupel.Scanner(rules)
    scanner.scan(data, name="name", cancel=cancel)
    before = sys.getrefcount(data), sys.getrefcount(cancel)
    for _ in range(100):
        scanner.scan(data, name="name", cancel=cancel)
        scanner.scan_many({"name": data}, cancel=cancel)
    assert (sys.getrefcount(data), sys.getrefcount(cancel)) == before
    data.extend(b"not locked any more")
