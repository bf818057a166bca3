"""Reports: answers without parsing, lists, and the document as a whole."""

from __future__ import annotations

import dataclasses
import io
import json

import pytest

import cupel
from conftest import ROOT
from cupel.report_parts import Finding, Payload


@pytest.fixture(scope="module")
def report():
    rules = cupel.compile_rules(paths=ROOT / "examples" / "rules")
    return cupel.Scanner(rules).scan(ROOT / "examples" / "packages")


def test_the_answers(report):
    assert report.verdict is cupel.Verdict.MATCHED
    assert report.coverage is cupel.Coverage.PARTIAL
    assert report.verdict == "matched"
    document = report.to_dict()
    assert report.score == document["score"] > 0
    counts = report.counts
    for name, number in document["counts"].items():
        assert getattr(counts, name) == number
    assert counts.matched == len({f.payload for f in report.findings})
    assert counts.elapsed == document["timing"]["elapsed_ns"] / 1e9


def test_the_lists_are_the_document(report):
    document = report.to_dict()

    def same(part, item):
        for key, value in item.items():
            got = getattr(part, key)
            if key == "strings":
                for one, other in zip(got, value, strict=True):
                    same(one, other)
            elif key == "distributions":
                for one, other in zip(got, value, strict=True):
                    same(one, other)
            else:
                assert (list(got) if isinstance(value, list) else got) == value

    for name in ("payloads", "findings", "incidents", "packages", "plugins"):
        parts = getattr(report, name)
        assert len(parts) == len(document[name]) > 0
        for part, item in zip(parts, document[name]):
            same(part, item)
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(part, dataclasses.fields(part)[0].name, "x")
    same(report.rules, document["rules"])


def test_findings_and_incidents_name_the_payload(report):
    of = {payload.id: payload for payload in report.payloads}
    for finding in report.findings:
        assert finding.path == of[finding.payload].path
        assert finding.sha256 == of[finding.payload].sha256
    assert {i.path for i in report.incidents if i.payload} <= {
        p.path for p in report.payloads}


def test_the_forms(report):
    assert json.loads(report.to_json()) == report.to_dict()
    assert "\n" in report.to_json(indent=True)
    assert "timing" not in report.to_dict(timing=False)
    lines = report.to_ndjson().splitlines()
    assert [Finding.from_json(line) for line in lines] == list(report.findings)
    assert "acme" in report.to_text()
    assert "\x1b[" in report.to_text(color=True)
    assert len(report.to_text(all_files=True)) > len(report.to_text())
    assert " in " in report.to_text().splitlines()[-1]
    assert report.to_text(timing=False).splitlines()[-1].endswith(" scanned")


def test_writing(report, tmp_path):
    into = io.BytesIO()
    report.write(into)
    assert into.getvalue().decode() == report.to_json()
    report.write(tmp_path / "r.ndjson", "ndjson")
    assert (tmp_path / "r.ndjson").read_text() == report.to_ndjson()
    report.write(str(tmp_path / "r.txt"), "text")
    assert (tmp_path / "r.txt").read_text() == report.to_text()
    with pytest.raises(ValueError, match="'xml'"):
        report.write(into, "xml")


def test_a_file_that_can_not_be_written_says_so(report):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        report.write(Full())


def test_a_file_that_takes_a_part_gets_the_rest(report):
    """As a pipe without a buffer does."""
    class Slow(io.RawIOBase):
        taken = b""

        def write(self, data):
            self.taken += data[:7]
            return len(data[:7])

    file = Slow()
    report.write(file)
    assert file.taken.decode() == report.to_json()


@pytest.mark.parametrize("says, error", [
    (None, BlockingIOError), (0, OSError), (-1, OSError), (1 << 30, OSError)])
def test_a_file_that_did_not_take_it_is_an_error(report, says, error):
    class Full(io.RawIOBase):
        def write(self, data):
            return says

    with pytest.raises(error):
        report.write(Full())


def test_a_writer_that_gives_nothing_took_all(report):
    class Writer:
        def __init__(self):
            self.pieces = []

        def write(self, data):
            self.pieces.append(data)

    writer = Writer()
    report.write(writer)
    assert b"".join(writer.pieces).decode() == report.to_json()


def test_what_to_dict_gives_is_one_s_own(report):
    report.to_dict()["findings"].clear()
    assert report.to_dict()["findings"]
    assert report.findings


def test_a_report_is_neither_true_nor_false(report):
    with pytest.raises(TypeError, match="report.verdict"):
        bool(report)


def test_members_and_words_that_are_not_known_are_no_failure():
    finding = Finding.from_json(json.dumps(
        {"payload": 1, "rule": "r", "namespace": "n", "new": [1],
         "strings": [{"id": "$a", "offset": 1, "length": 2, "new": 3}]}))
    assert finding.strings == (cupel.StringMatch("$a", 1, 2),)
    payload = Payload.parse({"id": 1, "path": "p", "name": "p",
                             "verdict": "grave", "coverage": "most"})
    assert payload.verdict is cupel.Verdict.UNKNOWN
    assert payload.coverage is cupel.Coverage.NONE


def test_repr_says_the_answers(report):
    assert repr(report).startswith("<cupel.Report: matched, partial, ")
