"""Compiled rules with yara-python's methods."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import cupel.errors
from cupel.limits import UNLIMITED, Limits
from cupel.report import Report
from cupel.rules import External
from cupel.rules import Rules as CupelRules
from cupel.scanner import Containers, Scanner
from cupel.yara.errors import Error, TimeoutError, unsupported
from cupel.yara.matches import Match, Rule, RuleString, match_of

CALLBACK_CONTINUE = 0
CALLBACK_ABORT = 1
CALLBACK_MATCHES = 1
CALLBACK_NON_MATCHES = 2
CALLBACK_ALL = CALLBACK_MATCHES | CALLBACK_NON_MATCHES
CALLBACK_TOO_MANY_MATCHES = 6

FILE_EXTERNALS = ("filename", "filepath", "extension", "filetype", "owner")
"""Cupel sets these for every file by itself."""

Externals = Mapping[str, External]
Callback = Callable[[dict[str, Any]], int | None]
WarningsCallback = Callable[[int, RuleString], object]

# Sets of rules that are kept, for values of externals; and scanners, for rules
# and timeouts.
_KEPT = 8

_max_match_data = 512


def set_config(stack_size: int | None = None,
               max_strings_per_rule: int | None = None,
               max_match_data: int | None = None) -> None:
    """How many bytes `matched_data` has at most: 512 unless it is said here.

    The other two change libyara for the whole process, which a library must
    not do.
    """
    global _max_match_data
    if stack_size is not None or max_strings_per_rule is not None:
        raise unsupported("set_config of stack_size or max_strings_per_rule",
                          "libyara's defaults are in force")
    if max_match_data is not None:
        if max_match_data < 0:
            raise Error(f"max_match_data is {max_match_data}")
        _max_match_data = max_match_data


class Rules:
    """Made by `compile` and `load`. Any number of threads may use one."""

    def __init__(self, rules: CupelRules, warnings_: list[str],
                 externals: Externals,
                 recompile: Callable[[Externals], CupelRules] | None) -> None:
        self.warnings = warnings_
        self._rules = rules
        self._externals = dict(externals)
        self._recompile = recompile
        self._with: OrderedDict[tuple[Any, ...], CupelRules] = OrderedDict()
        self._idle: OrderedDict[tuple[str, int], list[Scanner]] = OrderedDict()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Rule]:
        for rule in self._rules:
            yield Rule(rule.name, list(rule.tags), dict(rule.meta),
                       rule.is_global, rule.is_private, rule.namespace)

    def match(self, filepath: str | os.PathLike[str] | None = None, *,
              pid: int | None = None,
              data: Any = None,
              externals: Externals | None = None,
              callback: Callback | None = None,
              fast: bool = False,
              timeout: int = 0,
              modules_data: Mapping[str, Any] | None = None,
              modules_callback: Callable[..., Any] | None = None,
              which_callbacks: int = CALLBACK_ALL,
              warnings_callback: WarningsCallback | None = None,
              console_callback: Callable[..., Any] | None = None,
              allow_duplicate_metadata: bool = False) -> list[Match]:
        """Runs the rules over a file, or over `data` (str or bytes-like).

        `timeout` is in seconds, 0 is none. `callback` gets one dict for each
        rule, as `which_callbacks` says, after the scan. `fast` changes
        nothing: it would only list fewer instances.
        """
        for what, given in (
                ("pid", pid is not None), ("modules_data", modules_data),
                ("modules_callback", modules_callback),
                ("console_callback", console_callback),
                ("allow_duplicate_metadata", allow_duplicate_metadata)):
            if given:
                raise unsupported(f"match({what}=…)", "only bytes and files "
                                  "are matched, and only matches given")
        if timeout < 0:
            raise Error(f"timeout is {timeout}")
        data = _bytes_of(filepath, data)
        name = _name(filepath, externals)
        rules = self._rules_for(externals)
        with memoryview(data).cast("B") as view:
            report = self._scan(rules, view, name, timeout)
            _check(report, warnings_callback)
            matches = [match_of(finding, view, _max_match_data)
                       for finding in report._all("findings")]
        if callback is not None:
            return _tell(rules, matches, callback, which_callbacks)
        return matches

    def save(self, filepath: str | os.PathLike[str] | None = None,
             file: IO[bytes] | None = None) -> None:
        """Writes them for `load`: in Cupel's format, not yarac's."""
        if (filepath is None) == (file is None):
            raise TypeError("save() takes one of filepath and file")
        try:
            if filepath is not None:
                self._rules.save(filepath)
                return
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "rules")
                self._rules.save(path)
                with open(path, "rb") as saved:
                    assert file is not None
                    shutil.copyfileobj(saved, file)
        except cupel.errors.Error as error:
            raise Error(error.message) from error

    # ---------------------------------------------------------------- inside

    def _rules_for(self, externals: Externals | None) -> CupelRules:
        """Rules with these values: the engine knows no others after they are
        compiled. Names that they don't have change nothing, as in libyara."""
        wanted = {name: value for name, value in (externals or {}).items()
                  if name in self._externals}
        if all(self._externals[name] == value
               and type(self._externals[name]) is type(value)
               for name, value in wanted.items()):
            return self._rules
        if self._recompile is None:
            raise unsupported("externals for loaded rules", "compile them "
                              "from their source")
        key = tuple(sorted((name, type(value), value)
                           for name, value in wanted.items()))
        with self._lock:
            rules = self._with.get(key)
            if rules is None:
                rules = self._recompile({**self._externals, **wanted})
                self._with[key] = rules
                while len(self._with) > _KEPT:
                    _, old = self._with.popitem(last=False)
                    for idle in [k for k in self._idle if k[0] == old.digest]:
                        del self._idle[idle]
            self._with.move_to_end(key)
            return rules

    def _scan(self, rules: CupelRules, data: memoryview, name: str,
              timeout: int) -> Report:
        """A scanner serves one thread at a time: each takes one that is idle,
        or makes one."""
        key = (rules.digest, timeout)
        with self._lock:
            idle = self._idle.setdefault(key, [])
            scanner = idle.pop() if idle else None
            self._idle.move_to_end(key)
            while len(self._idle) > _KEPT:
                self._idle.popitem(last=False)
        if scanner is None:
            scanner = _scanner(rules, timeout)
        report = scanner.scan(data, name=name)
        idle.append(scanner)
        return report


def _scanner(rules: CupelRules, timeout: int) -> Scanner:
    limits = Limits(
        total_time=UNLIMITED, file_time=timeout or UNLIMITED,
        total_bytes=UNLIMITED, file_bytes=UNLIMITED,
        matches_per_rule=UNLIMITED, memory_bytes=UNLIMITED)
    return Scanner(rules, limits=limits, unpack=False, excerpt_bytes=0,
                   containers=Containers.ALWAYS, any_filetype=True)


def _bytes_of(filepath: str | os.PathLike[str] | None, data: Any) -> Any:
    if (filepath is None) == (data is None):
        raise TypeError("match() takes one of filepath and data")
    if filepath is None:
        return data.encode() if isinstance(data, str) else data
    try:
        with open(filepath, "rb") as file:
            return file.read()
    except OSError as error:
        raise Error(f'could not open file "{os.fspath(filepath)}": '
                    f"{error.strerror}") from error


def _name(filepath: str | os.PathLike[str] | None,
          externals: Externals | None) -> str:
    """The path that makes filename, filepath and extension what they are given
    as. Raises Error for what the engine would make something else of."""
    given: dict[str, str] = {}
    for name in FILE_EXTERNALS:
        value = (externals or {}).get(name, "")
        if not isinstance(value, str):
            raise TypeError(f"the external {name} is a str, not "
                            f"{type(value).__name__}")
        given[name] = value
    for name in ("filetype", "owner"):
        if given[name]:
            raise unsupported(f"match(externals={{{name!r}: …}})",
                              "it is found out for every file")
    path = os.fspath(filepath or "data")
    file = given["filename"] or path.rpartition("/")[2]
    folder, extension = given["filepath"], given["extension"]
    if "/" in file:
        raise unsupported(f"the filename {file!r}", "it is the last part of a "
                          "path, the rest is the filepath")
    if extension and extension != _extension(file):
        raise unsupported(f"the extension {extension!r} of {file!r}",
                          f"that name has {_extension(file)!r}")
    if folder:  # as it is, even if it is the whole path
        return f"{folder}/{file}"
    return file if given["filename"] else path


def _extension(name: str) -> str:
    """As the engine has it: with its dot, in small letters."""
    stem, dot, rest = name.rpartition(".")
    return dot + "".join(c.lower() if c.isascii() else c
                         for c in rest) if stem else ""


def _check(report: Report, warn: WarningsCallback | None) -> None:
    """Nothing is left out in silence."""
    for incident in report._all("incidents"):
        kind, name = incident["kind"], incident["name"]
        if kind == "timeout":
            raise TimeoutError("scanning timed out")
        if kind == "engine" and name == "too_many_matches":
            place, _, string = incident["detail"].rpartition(": ")
            namespace, _, rule = place.rpartition(".")
            about = RuleString(namespace, rule, string)
            if warn is not None:
                warn(CALLBACK_TOO_MANY_MATCHES, about)
            else:
                warnings.warn(f"too many matches for string {string} in rule "
                              f'"{rule}"', RuntimeWarning, stacklevel=4)
        elif kind != "anomaly":
            raise Error(f"{kind}: {name}: {incident['detail']}")


def _tell(rules: CupelRules, matches: list[Match], callback: Callback,
          which: int) -> list[Match]:
    """Calls back for rules in their order; gives the matches until it said
    stop."""
    found = {(match.namespace, match.rule): match for match in matches}
    told: list[Match] = []
    for rule in rules:
        if rule.is_private:
            continue
        match = found.get((rule.namespace, rule.name))
        if match is not None:
            told.append(match)
        elif not which & CALLBACK_NON_MATCHES:
            continue
        if match is not None and not which & CALLBACK_MATCHES:
            continue
        answer = callback({
            "matches": match is not None, "rule": rule.name,
            "namespace": rule.namespace, "tags": list(rule.tags),
            "meta": dict(rule.meta),
            "strings": match.strings if match is not None else []})
        if answer == CALLBACK_ABORT:
            break
    return told
