"""Reports: what a scan answers."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol

from cupel import _cupel
from cupel.report_parts import (Counts, Coverage, Finding, Incident, Package,
                                Payload, ReportRules, UsedPlugin, Verdict)

_VERDICTS = (Verdict.UNKNOWN, Verdict.CLEAN, Verdict.MATCHED)
_COVERAGES = (Coverage.NONE, Coverage.PARTIAL, Coverage.COMPLETE)
_JSON, _NDJSON, _TEXT = 0, 1, 2
_INDENT, _NO_TIMING, _COLOR, _ALL_FILES = 1, 2, 4, 8


class BinaryWriter(Protocol):
    """What `Report.write` writes to: a file opened with "wb", for example."""

    def write(self, data: bytes, /) -> Any: ...


class Report:
    """The answer of a scan. Immutable, for any number of threads.

    Two answers, never mixed: `verdict` and `coverage`; clean is said only if
    everything was scanned. Asking for them, for `score` and `counts` costs
    nothing; the lists are parsed when the first of them is asked for.

    A report is neither true nor false. Shape and words: docs/report.md.

    >>> import cupel
    >>> report = cupel.Scanner().scan(b"some bytes", name="note.txt")
    >>> report.verdict, report.coverage
    (<Verdict.UNKNOWN: 'unknown'>, <Coverage.NONE: 'none'>)
    >>> report.payloads[0].path
    'note.txt'
    """

    __slots__ = ("_handle", "_document", "_payloads", "_findings",
                 "_incidents", "_by_id")

    def __init__(self, handle: _cupel.Report) -> None:
        self._handle = handle
        self._document: dict[str, Any] | None = None
        self._payloads: tuple[Payload, ...] | None = None
        self._findings: tuple[Finding, ...] | None = None
        self._incidents: tuple[Incident, ...] | None = None
        self._by_id: dict[int, Payload] | None = None

    def __bool__(self) -> bool:
        raise TypeError("a report is neither true nor false: compare "
                        "report.verdict")

    def __repr__(self) -> str:
        counts = self.counts
        return (f"<cupel.Report: {self.verdict}, {self.coverage}, "
                f"{counts.payloads} payloads, {counts.findings} findings, "
                f"{counts.incidents} incidents>")

    # ------------------------------------------------------------ the whole

    @property
    def verdict(self) -> Verdict:
        """Did a rule match? A value that is not known here is unknown."""
        number = self._handle.verdict
        return _VERDICTS[number] if 0 <= number < 3 else Verdict.UNKNOWN

    @property
    def coverage(self) -> Coverage:
        """Was every byte scanned that was owed a scan?"""
        number = self._handle.coverage
        return _COVERAGES[number] if 0 <= number < 3 else Coverage.NONE

    @property
    def score(self) -> int:
        """The highest of the packages."""
        return self._handle.score

    @property
    def counts(self) -> Counts:
        """How many there are of everything."""
        numbers = self._handle.counts()
        return Counts(*numbers[:8], numbers[8] / 1e9, numbers[9])

    @property
    def cache_warning(self) -> str:
        """Why the cache was of less use than it could have been, or ""."""
        return self._handle.cache_warning

    # ------------------------------------------------------------ the lists

    @property
    def payloads(self) -> tuple[Payload, ...]:
        """Every file that was seen, depth first."""
        if self._payloads is None:
            self._payloads = tuple(map(Payload.parse, self._all("payloads")))
        return self._payloads

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every rule that matched a payload, and what plugins stated."""
        if self._findings is None:
            self._findings = tuple(
                Finding.parse(item, self._payload(item))
                for item in self._all("findings"))
        return self._findings

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """What was not scanned, and what was noticed."""
        if self._incidents is None:
            self._incidents = tuple(
                Incident.parse(item, self._payload(item))
                for item in self._all("incidents"))
        return self._incidents

    @property
    def packages(self) -> tuple[Package, ...]:
        """Distributions by name and version, with their scores."""
        return tuple(map(Package.parse, self._all("packages")))

    @property
    def plugins(self) -> tuple[UsedPlugin, ...]:
        """What was run, in which isolation."""
        return tuple(map(UsedPlugin.parse, self._all("plugins")))

    @property
    def rules(self) -> ReportRules | None:
        """Which rules it was scanned with; None: without any."""
        found = self._parsed().get("rules")
        return None if found is None else ReportRules.parse(found)

    @property
    def decorations(self) -> dict[str, Any]:
        """What decorators added, by plugin."""
        found = self.to_dict().get("decorations", {})
        assert isinstance(found, dict)
        return found

    # ------------------------------------------------------------ as a whole

    def to_dict(self, *, timing: bool = True) -> dict[str, Any]:
        """The document as docs/report.md has it; a new one with each call."""
        parsed = json.loads(self.to_json(timing=timing))
        assert isinstance(parsed, dict)
        return parsed

    def to_json(self, *, indent: bool = False, timing: bool = True) -> str:
        """The document as JSON; without timing equal scans are equal."""
        return self._handle.render(_JSON, (_INDENT if indent else 0)
                                   | (0 if timing else _NO_TIMING))

    def to_ndjson(self) -> str:
        """One finding a line."""
        return self._handle.render(_NDJSON, 0)

    def to_text(self, *, color: bool = False, all_files: bool = False,
                timing: bool = True) -> str:
        """For people; without timing equal scans are equal."""
        return self._handle.render(_TEXT, (_COLOR if color else 0)
                                   | (_ALL_FILES if all_files else 0)
                                   | (0 if timing else _NO_TIMING))

    def write(self, file: BinaryWriter | str | os.PathLike[str],
              format: str = "json", *, indent: bool = False,
              timing: bool = True) -> None:
        """Writes it piece by piece, so that a large one is never in memory
        as a whole: to a binary file, or a new file at a path. `format` is
        "json", "ndjson" or "text".

        A file without a buffer may take less than it is given: the rest is
        given again. One that does not block and is full raises
        BlockingIOError."""
        formats = {"json": _JSON, "ndjson": _NDJSON, "text": _TEXT}
        if format not in formats:
            raise ValueError(f"format is {format!r}; there are "
                             f"{', '.join(map(repr, formats))}")
        flags = (_INDENT if indent else 0) | (0 if timing else _NO_TIMING)
        if isinstance(file, (str, os.PathLike)):
            with open(file, "wb") as opened:
                self._handle.write(formats[format], flags, opened.write)
        else:
            self._handle.write(formats[format], flags,
                               partial(_write_all, file))

    # ---------------------------------------------------------------- inside

    def _parsed(self) -> dict[str, Any]:
        if self._document is None:
            self._document = self.to_dict()
        return self._document

    def _all(self, name: str) -> Iterator[dict[str, Any]]:
        return iter(self._parsed().get(name, ()))

    def _payload(self, item: dict[str, Any]) -> Payload | None:
        """The one that a finding or an incident is about."""
        if self._by_id is None:
            self._by_id = {one.id: one for one in self.payloads}
        return self._by_id.get(item.get("payload", 0))


def _write_all(file: BinaryWriter, piece: bytes) -> None:
    """Writers that give no number are taken to have written all."""
    while piece:
        written = file.write(piece)
        if written is None and isinstance(file, io.RawIOBase):
            raise BlockingIOError(
                errno.EAGAIN, "the file does not block and is full: make it "
                "block, or give it a buffer")
        if type(written) is not int:
            return
        if not 0 < written <= len(piece):
            raise OSError(f"write() was given {len(piece)} bytes and says that "
                          f"it wrote {written}")
        piece = piece[written:]
