"""Exceptions: one class per code, with all that the library said."""

from __future__ import annotations

import pickle

import pytest

import cupel
from cupel.errors import BY_CODE


def test_every_code_has_a_class_of_its_own():
    assert [kind.code for kind in BY_CODE[1:]] == list(range(1, 17))
    assert len(set(BY_CODE)) == 17
    assert all(issubclass(kind, cupel.Error) for kind in BY_CODE)


@pytest.mark.parametrize("kind, builtin", [
    (cupel.InvalidArgument, ValueError), (cupel.NotFound, LookupError),
    (cupel.DeadlineExceeded, TimeoutError),
    (cupel.PermissionDenied, PermissionError),
    (cupel.FailedPrecondition, RuntimeError), (cupel.OutOfRange, IndexError),
    (cupel.Unimplemented, NotImplementedError),
    (cupel.Internal, RuntimeError)])
def test_the_builtin_of_the_same_meaning_catches_it(kind, builtin):
    with pytest.raises(builtin) as caught:
        raise kind("no such thing")
    assert str(caught.value) == caught.value.message == "no such thing"


@pytest.mark.parametrize("kind", BY_CODE[1:])
def test_errors_travel_between_processes(kind):
    remark = cupel.Diagnostic("error", "a.yar", 3, "r", "bad")
    copy = pickle.loads(pickle.dumps(kind("text: 100%", (remark,))))
    assert type(copy) is kind
    assert (copy.message, copy.diagnostics) == ("text: 100%", (remark,))


def test_every_mistake_of_every_file_is_listed():
    with pytest.raises(cupel.InvalidArgument) as caught:
        cupel.compile_rules(sources={
            "one": "rule a { condition: b }\nrule c { condition: d }",
            "two": "rule e {"})
    found = caught.value.diagnostics
    assert [(d.file, d.line, d.rule) for d in found[:2]] == [
        ("one", 1, "a"), ("one", 2, "c")]
    assert found[-1].file == "two"
    assert all(d.severity == "error" and d.message for d in found)
    assert str(found[0]) == \
        'one:1: error in rule a: undefined identifier "b"'


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(cupel.NotFound, match="no/such/rules"):
        cupel.compile_rules(paths="no/such/rules")
