"""Scanners: rules over paths, bytes and files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any

from cupel import _cupel, targets
from cupel._cupel import Cancel
from cupel.awaiting import in_thread
from cupel.engine import Engine, default_engine
from cupel.errors import FailedPrecondition, InvalidArgument
from cupel.limits import Limits
from cupel.plugin_use import UsesPlugins
from cupel.report import Report
from cupel.report_parts import Finding
from cupel.rules import Path, Rules
from cupel.targets import Target

_NO_UNPACK, _NO_EXCERPTS, _NO_DEDUP, _ANY_FILETYPE = 1, 2, 4, 8
_SELECT = {"namespace": 0, "tag": 1, "name": 2, "meta": 3}

Selection = Mapping[str, str | Iterable[str]]
"""Patterns (globs) by what they are for: "namespace", "tag", "name", "meta"."""


class Containers(StrEnum):
    """What is done with the bytes of a container itself, beside its members."""

    AUTO = "auto"
    """Scanned, but for compressed streams and tar, whose whole content is in
    the members; those only if they could not be taken apart to the end."""
    ALWAYS = "always"
    NEVER = "never"
    """Not scanned unless they could not be taken apart."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan has come."""

    elapsed: float
    """Seconds."""
    input_bytes: int
    """Size of all inputs that were found so far."""
    input_bytes_done: int
    """Of them, taken apart and scanned."""
    payloads: int
    scanned_bytes: int
    findings: int
    incidents: int
    current: str
    """Printable path of the payload at hand."""


class Scanner(UsesPlugins):
    """Scans with one set of rules, again and again.

    One thread at a time: a scanner that is busy raises FailedPrecondition. The
    GIL is released while it scans, so scanners of several threads run side by
    side; or one uses several `threads` by itself.

    >>> import cupel
    >>> rules = cupel.compile_rules('rule a { strings: $a = "evil" '
    ...                             'condition: $a }')
    >>> with Scanner(rules) as scanner:
    ...     for finding in scanner.scan(b"so evil").findings:
    ...         print(finding.rule, [s.offset for s in finding.strings])
    a [3]

    Without rules everything is unpacked and listed, and nothing can match.

    `include` and `exclude` say which rules are reported: a rule has to fit one
    pattern of every kind that `include` has, and none of `exclude`. A pattern
    that no rule fits raises NotFound.

    `passwords` for encrypted members take the place of "infected", "malware"
    and "password". `excerpt_bytes` is how much of each string match is shown;
    0 keeps the bytes of payloads out of the report. `dedup=False` scans equal
    bytes again each time they turn up. With `any_filetype` rules count for
    files of every name, whatever their meta `filetype` says.

    `cache_dir` is a folder in which answers are kept, so that a later scan of
    content that was seen runs only the rules that were added or changed since;
    reports are the same with and without. `cache_bytes` bounds it (0: 1 GiB).

    `on_finding` and `on_progress` (about ten times a second) are called by the
    thread that scans, without another thread being let in; what they raise
    comes out of the scan. The scan ends early, as with `Cancel`, if they return
    False.
    """

    __slots__ = ("_handle", "_rules", "_engine", "_limits", "__weakref__")

    def __init__(
            self, rules: Rules | None = None, *,
            threads: int = 1,
            limits: Limits | None = None,
            containers: Containers | str = Containers.AUTO,
            excerpt_bytes: int = 64,
            passwords: Iterable[str | bytes] | None = None,
            include: Selection | None = None,
            exclude: Selection | None = None,
            on_finding: Callable[[Finding], object] | None = None,
            on_progress: Callable[[Progress], object] | None = None,
            unpack: bool = True,
            dedup: bool = True,
            any_filetype: bool = False,
            cache_dir: Path | None = None,
            cache_bytes: int = 0,
            engine: Engine | None = None) -> None:
        if threads < 1:
            raise InvalidArgument(f"threads is {threads}: at least one scans")
        if isinstance(passwords, (str, bytes)):
            raise TypeError("passwords must be a list of passwords, not one")
        self._rules = rules
        self._limits = limits or Limits()
        self._engine = engine or (rules.engine if rules is not None
                                  else default_engine())
        flags = ((0 if unpack else _NO_UNPACK)
                 | (0 if dedup else _NO_DEDUP)
                 | (_ANY_FILETYPE if any_filetype else 0)
                 | (0 if excerpt_bytes else _NO_EXCERPTS))
        handle = _cupel.Scanner(
            self._engine._handle, None if rules is None else rules._handle,
            flags, threads, list(Containers).index(Containers(containers)),
            excerpt_bytes, self._limits._numbers(), _progress(on_progress),
            _finding(on_finding), cache_dir, cache_bytes)
        self._handle: _cupel.Scanner | None = handle
        for password in passwords or ():
            handle.add_password(password)
        _select(handle, include, 0)
        _select(handle, exclude, 1)

    def __repr__(self) -> str:
        state = "closed" if self._handle is None else f"{self._rules!r}"
        return f"<cupel.Scanner: {state}>"

    @property
    def rules(self) -> Rules | None:
        return self._rules

    # -------------------------------------------------------------- scanning

    def scan(self, target: Target, *, name: str | None = None,
             cancel: Cancel | None = None) -> Report:
        """Scans a path, bytes, or an open file.

        A `str` or `os.PathLike` is a path: a file, or a folder with all that is
        under it; what can't be read is an incident of the report. Bytes may be
        anything with the buffer protocol (bytes, bytearray, memoryview, mmap)
        and are not copied; they can't be resized meanwhile, and should not be
        changed. A file of the operating system's is read through its
        descriptor, from its start, and an io.BytesIO is all its bytes; anything
        else with `read` is read to its end.

        `name` stands for bytes and files in the report. A scan that `cancel`
        ends gives the report so far; KeyboardInterrupt ends it and is raised.
        """
        handle = self._open()
        if type(target) is bytes:
            return Report(handle.scan_memory("data" if name is None else name,
                                             target, cancel))
        if targets.is_path(target) and name is None:
            return Report(handle.scan_path(target, cancel))
        if not targets.is_path(target) and targets.is_memory(target):
            return Report(handle.scan_memory("data" if name is None else name,
                                             target, cancel))
        inputs = _cupel.Inputs()
        kept = targets.add(inputs, target, name)
        report = Report(handle.scan_inputs(inputs, cancel))
        del kept
        return report

    def scan_many(self, targets_: Iterable[Target] | Mapping[str, Target], *,
                  cancel: Cancel | None = None) -> Report:
        """Scans several as one job with one report. A mapping gives names to
        bytes and files."""
        targets.check_several(targets_)
        inputs = _cupel.Inputs()
        kept = []
        if isinstance(targets_, Mapping):
            for name, target in targets_.items():
                kept.append(targets.add(inputs, target, name))
        else:
            for target in targets_:
                kept.append(targets.add(inputs, target, None))
        report = Report(self._open().scan_inputs(inputs, cancel))
        del kept
        return report

    async def scan_async(self, target: Target, *, name: str | None = None,
                         cancel: Cancel | None = None) -> Report:
        """`scan` in a thread of its own. Cancelling the task cancels the scan,
        and waits the moment until the scanner is free again.

        Callbacks run in that thread.
        """
        return await in_thread(lambda switch: self.scan(
            target, name=name, cancel=switch), cancel)

    def profile(self, targets_: Iterable[Target], *,
                cancel: Cancel | None = None,
                on_progress: Callable[[int, int], object] | None = None,
                ) -> dict[str, Any]:
        """What each rule costs over files of one's own: docs/report.md, "Rule
        sets and profiles". Slow: every rule is run alone over every input.

        `on_progress` gets the passes that are done and that there are. Ended
        by `cancel`, or as it returned False, it raises Cancelled.
        """
        targets.check_several(targets_)
        self._open()
        if self._rules is None:
            raise FailedPrecondition("the scanner has no rules to profile")
        inputs = _cupel.Inputs()
        kept = [targets.add(inputs, target, None) for target in targets_]
        tell = None
        if on_progress is not None:
            told = on_progress

            def tell(_elapsed: int, done: int, total: int) -> bool:
                return told(done, total) is False

        text = _cupel.profile(self._engine._handle, self._rules._handle, inputs,
                              cancel, tell)
        del kept
        parsed = json.loads(text)
        assert isinstance(parsed, dict)
        return parsed

    # ------------------------------------------------------------------ end

    def close(self) -> None:
        """Lets go of everything that is kept between scans. A scan that runs
        in another thread goes on to its end."""
        self._handle = None

    def __enter__(self) -> Scanner:
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _open(self) -> _cupel.Scanner:
        if self._handle is None:
            raise FailedPrecondition("the scanner is closed")
        return self._handle


def _progress(callback: Callable[[Progress], object] | None,
              ) -> Callable[..., bool] | None:
    if not callable(callback):
        return callback  # None; or the extension says what is wrong with it
    told = callback

    def tell(elapsed_ns: int, *rest: Any) -> bool:
        return told(Progress(elapsed_ns / 1e9, *rest)) is False

    return tell


def _finding(callback: Callable[[Finding], object] | None,
             ) -> Callable[[str], bool] | None:
    if not callable(callback):
        return callback  # None; or the extension says what is wrong with it
    told = callback
    return lambda line: told(Finding.from_json(line)) is False


def _select(handle: _cupel.Scanner, selection: Selection | None,
            exclude: int) -> None:
    for kind, patterns in (selection or {}).items():
        if kind not in _SELECT:
            raise InvalidArgument(
                f"rules can't be selected by {kind!r}, only by "
                f"{', '.join(map(repr, _SELECT))}")
        for pattern in (patterns,) if isinstance(patterns, str) else patterns:
            handle.select(_SELECT[kind], pattern, exclude)
