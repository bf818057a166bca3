"""Scanning: what can be scanned, options, callbacks, one thread at a time."""

from __future__ import annotations

import array
import gc
import io
import mmap
import os
import tempfile
import threading
import weakref
import zipfile

import pytest

import cupel
from conftest import HELLO, ROOT

BODY = b"say hello to the world"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "note.txt"
    path.write_bytes(BODY)
    return path


# -------------------------------------------------------------------- cache

def test_a_cache_keeps_answers_from_scanner_to_scanner(rules, tmp_path):
    folder = tmp_path / "cache"
    for cached in (0, 1):
        with cupel.Scanner(rules, cache_dir=folder, cache_bytes=8 << 20) as one:
            report = one.scan(BODY, name="note")
        assert report.counts.cached == cached
        assert [f.rule for f in report.findings] == ["hello"]
        assert report.cache_warning == ""
    folder.chmod(0o777)
    with pytest.raises(cupel.PermissionDenied):
        cupel.Scanner(rules, cache_dir=folder)


# ------------------------------------------------------------------ targets

@pytest.mark.parametrize("made", [
    bytes, bytearray, memoryview, lambda b: memoryview(b"xx" + b)[2:],
    lambda b: array.array("b", b)])
def test_bytes_like(scanner, made):
    report = scanner.scan(made(BODY), name="dir/note")
    (finding,) = report.findings
    assert [s.offset for s in finding.strings] == [4, 17]
    assert report.payloads[0].path == "dir/note"
    assert report.payloads[0].size == len(BODY)


def test_mmap(scanner, file):
    with open(file, "rb") as opened, \
            mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert scanner.scan(mapped).findings[0].rule == "hello"


def test_a_path_is_a_path(scanner, file):
    for path in (str(file), file, file.parent):
        report = scanner.scan(path)
        assert report.findings[0].path == str(file)


def test_a_name_that_is_no_unicode(scanner, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    with open(path, "wb") as opened:
        opened.write(BODY)
    (payload,) = scanner.scan(path).payloads
    assert payload.raw_name.endswith(b"\xff.txt")
    assert payload.path.endswith(r"\xff.txt")


def test_what_is_not_there_is_an_incident(scanner):
    report = scanner.scan("no/such/file")
    assert (report.verdict, report.coverage) == ("unknown", "none")
    assert [i.kind for i in report.incidents] == ["unreadable"]


def test_open_files(scanner, file):
    with open(file, "rb") as opened:
        opened.read(10)
        report = scanner.scan(opened)
        assert opened.tell() == 10
    assert report.findings[0].path == str(file)
    with open(file, encoding="ascii") as text:
        assert scanner.scan(text, name="t").findings[0].path == "t"
    with open(file, "rb", buffering=0) as raw:
        assert scanner.scan(raw).verdict == "matched"


def test_a_file_that_was_just_written(scanner):
    with tempfile.NamedTemporaryFile() as named:
        named.write(BODY)
        assert scanner.scan(named).verdict == "matched"
    with tempfile.TemporaryFile() as unnamed:
        unnamed.write(BODY)
        assert scanner.scan(unnamed).findings[0].path == "file"


def test_text_that_was_just_written(scanner, tmp_path):
    """It is in the buffer of the text file, not in that of its bytes."""
    with open(tmp_path / "text", "w+") as opened:
        opened.write("hello")
        report = scanner.scan(opened)
        assert report.verdict is cupel.Verdict.MATCHED
        assert report.payloads[0].size == 5
    with tempfile.NamedTemporaryFile("w+") as temporary:
        temporary.write("hello")
        report = scanner.scan(temporary)
        assert report.verdict is cupel.Verdict.MATCHED


def test_a_stream_that_has_nothing_yet_is_not_at_its_end(scanner):
    receiving, sending = os.pipe()
    with open(receiving, "rb", buffering=0) as pipe, \
            open(sending, "wb", buffering=0) as other:
        os.set_blocking(receiving, False)
        other.write(b"hel")
        with pytest.raises(BlockingIOError, match="does not block"):
            scanner.scan(pipe, name="pipe")


def test_streams(scanner, file):
    assert scanner.scan(io.BytesIO(BODY)).verdict == "matched"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.txt", BODY)
    with zipfile.ZipFile(packed) as archive, archive.open(
            "inner.txt") as member:
        report = scanner.scan(member)
    assert report.findings[0].path == "inner.txt"
    assert [p.size for p in report.payloads] == [len(BODY)]


def test_a_pipe_that_was_begun_to_be_read(scanner):
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, os.fdopen(write, "wb") as writer:
        writer.write(b"xx" + BODY)
        writer.close()
        assert reader.read(2) == b"xx"
        report = scanner.scan(reader, name="pipe")
    assert report.payloads[0].size == len(BODY)
    assert report.verdict == "matched"


def test_a_long_stream_does_not_stay_in_memory(scanner):
    class Long(io.RawIOBase):
        left = 20 << 20

        def read(self, size=-1):
            size = min(size, self.left)
            self.left -= size
            return b"\0" * size if self.left else BODY * (size > 0)

    report = scanner.scan(Long(), name="long")
    assert report.verdict == "matched"
    assert report.counts.scanned_bytes > 19 << 20


def test_a_stream_of_text_is_refused(scanner):
    with pytest.raises(TypeError, match="binary"):
        scanner.scan(io.StringIO("hello"))


@pytest.mark.parametrize("target", [None, 7, object(), ["x"]])
def test_what_can_not_be_scanned(scanner, target):
    with pytest.raises(TypeError, match="bytes-like"):
        scanner.scan(target)


def test_a_view_with_gaps_is_refused(scanner):
    with pytest.raises(BufferError, match="contiguous"):
        scanner.scan(memoryview(BODY)[::2])


def test_a_name_for_a_path_is_refused(scanner, file):
    with pytest.raises(TypeError, match="stands for itself"):
        scanner.scan(file, name="other")


def test_several_as_one_job(scanner, file):
    report = scanner.scan_many([file, BODY, io.BytesIO(b"nothing")])
    assert [p.path for p in report.payloads] == [str(file), "data", "file"]
    named = scanner.scan_many({"a": BODY, "b": bytearray(b"world")})
    assert [f.path for f in named.findings] == ["a", "b"]
    with pytest.raises(cupel.InvalidArgument, match="inputs is empty"):
        scanner.scan_many([])


# ------------------------------------------------------------------ options

@pytest.mark.parametrize("one", ["abc", b"abc", bytearray(b"abc"), ROOT,
                                 io.BytesIO(b"a\nb")])
def test_one_is_not_several(scanner, one):
    """It would be taken apart into letters, numbers or lines."""
    for call in (scanner.scan_many, scanner.profile):
        with pytest.raises(TypeError, match="list"):
            call(one)


@pytest.mark.parametrize("one", ["infected", b"infected"])
def test_one_password_is_no_list(rules, one):
    with pytest.raises(TypeError, match="list of passwords"):
        cupel.Scanner(rules, passwords=one)


def test_limits_are_in_force_and_in_the_report(rules):
    limits = cupel.Limits(file_bytes=8, total_time=2.5,
                          depth=cupel.UNLIMITED)
    report = cupel.Scanner(rules, limits=limits).scan(BODY)
    (incident,) = report.incidents
    assert (incident.kind, incident.name, incident.value,
            incident.covered_bytes) == ("limit", "file_bytes", 8, 8)
    assert report.coverage == "partial"
    in_force = report.to_dict()["limits"]
    assert in_force["total_time"] == 2_500_000_000
    assert in_force["depth"] is None
    assert in_force["ratio"] == 200


@pytest.mark.parametrize("wrong, error", [
    ({"depth": 0}, ValueError), ({"depth": -1}, ValueError),
    ({"depth": 1.5}, ValueError), ({"depth": True}, TypeError),
    ({"files": "8"}, TypeError), ({"ratio": float("nan")}, ValueError)])
def test_limits_that_make_no_sense(wrong, error):
    with pytest.raises(error, match="limits"):
        cupel.Limits(**wrong)


def test_which_rules_are_reported():
    rules = cupel.compile_rules(
        HELLO + ' rule other : rest { strings: $a = "say" condition: $a }')

    def found(**selection):
        report = cupel.Scanner(rules, **selection).scan(BODY)
        return [finding.rule for finding in report.findings]

    assert found() == ["hello", "other"]
    assert found(include={"tag": "gre*"}) == ["hello"]
    assert found(exclude={"name": ["hell?"]}) == ["other"]
    assert found(include={"meta": "weight=3"}) == ["hello"]
    with pytest.raises(cupel.NotFound):
        found(include={"tag": "nothing"})
    with pytest.raises(cupel.InvalidArgument, match="'colour'"):
        found(include={"colour": "red"})


def test_containers_and_unpacking(rules):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", BODY)
    assert len(cupel.Scanner(rules).scan(packed).payloads) == 2
    assert len(cupel.Scanner(rules, unpack=False).scan(packed).payloads) == 1
    never = cupel.Scanner(rules, containers="never").scan(packed)
    assert [f.path for f in never.findings] == ["file!/a.txt"]
    with pytest.raises(ValueError, match="often"):
        cupel.Scanner(rules, containers="often")


def test_passwords_replace_the_usual_ones(rules):
    path = ROOT / "examples" / "packages" / "acme-invoice-infected.zip"
    assert cupel.Scanner(rules).scan(path).coverage == "complete"
    other = cupel.Scanner(rules, passwords=["wrong", b"also"]).scan(path)
    assert "encrypted" in [i.kind for i in other.incidents]
    right = cupel.Scanner(rules, passwords=["x", "infected"]).scan(path)
    assert right.coverage == "complete"
    with pytest.raises(cupel.InvalidArgument, match="password"):
        cupel.Scanner(rules, passwords=[""])


def test_excerpts(rules):
    def excerpt(count):
        report = cupel.Scanner(rules, excerpt_bytes=count).scan(BODY)
        return report.findings[0].strings[0].excerpt

    assert (excerpt(64), excerpt(2), excerpt(0)) == ("hello", "he", "")
    with pytest.raises(cupel.InvalidArgument, match="excerpt_bytes"):
        excerpt(5000)


@pytest.mark.parametrize("threads", [0, -1, 1000])
def test_numbers_of_threads_that_make_no_sense(rules, threads):
    with pytest.raises(ValueError, match="threads"):
        cupel.Scanner(rules, threads=threads)


def test_threads_change_nothing_in_the_report(rules):
    packages = ROOT / "examples" / "packages"
    one = cupel.Scanner(rules).scan(packages)
    four = cupel.Scanner(rules, threads=4).scan(packages)
    assert one.to_dict(timing=False) == four.to_dict(timing=False)


def test_profile(scanner):
    told = []
    profile = scanner.profile([BODY], on_progress=lambda *a: told.append(a))
    assert profile["schema"] == "cupel.profile/1"
    assert [rule["name"] for rule in profile["rules"]] == ["hello"]
    assert told and told[-1][0] == told[-1][1]
    with pytest.raises(cupel.Cancelled):
        scanner.profile([BODY], on_progress=lambda done, total: False)
    with pytest.raises(ZeroDivisionError):
        scanner.profile([BODY], on_progress=lambda done, total: 1 / 0)
    with pytest.raises(cupel.FailedPrecondition, match="no rules"):
        cupel.Scanner().profile([BODY])


# ---------------------------------------------------------------- callbacks

def test_findings_are_told_as_they_stand_in_the_report(rules):
    told = []
    report = cupel.Scanner(rules, on_finding=told.append).scan_many(
        [b"hello"] * 3 + [BODY])
    assert tuple(told) == report.findings


def test_a_callback_must_be_callable(rules):
    for wrong in ({"on_finding": 1}, {"on_progress": "x"}):
        with pytest.raises(TypeError, match="callable"):
            cupel.Scanner(rules, **wrong)


def test_progress(rules):
    told = []
    cupel.Scanner(rules, on_progress=told.append).scan(BODY, name="n")
    last = told[-1]
    assert (last.payloads, last.findings, last.input_bytes_done,
            last.current) == (1, 1, len(BODY), "n")
    assert 0 < last.elapsed < 60


@pytest.mark.parametrize("threads", [1, 3])
def test_a_callback_ends_the_scan(rules, threads):
    scanner = cupel.Scanner(rules, threads=threads,
                            on_finding=lambda finding: False)
    report = scanner.scan_many([b"hello %d" % i for i in range(2000)])
    assert report.coverage != "complete"
    assert "cancelled" in [i.kind for i in report.incidents]


@pytest.mark.parametrize("data", [BODY, BODY + bytes(1 << 20)],
                         ids=["small", "large"])
@pytest.mark.parametrize("callback", ["on_finding", "on_progress"])
def test_what_a_callback_raises_comes_out(rules, callback, data):
    def fail(told):
        raise KeyError(callback)

    scanner = cupel.Scanner(rules, **{callback: fail})
    for _ in range(2):
        with pytest.raises(KeyError, match=callback):
            scanner.scan(data)


def test_a_callback_runs_in_the_thread_that_scans(rules):
    seen = []
    scanner = cupel.Scanner(
        rules, threads=2,
        on_finding=lambda finding: seen.append(threading.get_ident()))
    scanner.scan(BODY + bytes(1 << 20))
    assert seen == [threading.get_ident()]


def test_a_scanner_is_busy_in_its_own_callback(rules):
    caught = []

    def again(finding):
        with pytest.raises(cupel.FailedPrecondition, match="busy") as error:
            scanner.scan(BODY)
        caught.append(error)

    scanner = cupel.Scanner(rules, on_finding=again)
    scanner.scan(BODY)
    scanner.scan(BODY + bytes(1 << 20))
    assert len(caught) == 2


def test_another_scanner_is_not(rules, scanner):
    inner = []
    outer = cupel.Scanner(
        rules, on_finding=lambda f: inner.append(scanner.scan(BODY).verdict))
    outer.scan(BODY + bytes(1 << 20))
    assert inner == ["matched"]


# ----------------------------------------------------------------- lifetime

def test_a_closed_scanner_says_so(rules):
    with cupel.Scanner(rules) as scanner:
        scanner.scan(BODY)
    for use in (lambda: scanner.scan(BODY), lambda: scanner.scan_many([BODY]),
                lambda: scanner.profile([BODY])):
        with pytest.raises(cupel.FailedPrecondition, match="closed"):
            use()


def test_a_callback_may_close_the_scanner(rules):
    scanner = cupel.Scanner(rules, on_finding=lambda f: scanner.close())
    assert scanner.scan(BODY).verdict == "matched"


def test_a_scanner_that_its_callback_refers_to_is_collected(rules):
    class Owner:
        def __init__(self):
            self.scanner = cupel.Scanner(rules, on_finding=self.found)

        def found(self, finding):
            pass

    owner = Owner()
    owner.scanner.scan(BODY)
    gone = weakref.ref(owner)
    del owner
    gc.collect()
    assert gone() is None


def test_reports_outlive_everything():
    report = cupel.Scanner(cupel.compile_rules(HELLO)).scan(BODY)
    gc.collect()
    assert report.findings[0].rule == "hello"


def test_a_buffer_is_locked_while_it_is_scanned(rules):
    data = bytearray(BODY)
    seen = []

    def grow(finding):
        with pytest.raises(BufferError):
            data.append(0)
        seen.append(finding.rule)

    cupel.Scanner(rules, on_finding=grow).scan(data)
    assert seen == ["hello"]
    data.append(0)
    cupel.Scanner(rules).scan_many([data])
    data.append(0)
