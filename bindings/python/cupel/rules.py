"""Rules: from their text, or files of it, to compiled ones."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cupel import _cupel
from cupel.engine import Engine, default_engine
from cupel.errors import Diagnostic, InvalidArgument
from cupel.log import logger
from cupel.targets import Buffer

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]
External = bool | int | float | str

_SKIP_BROKEN = 1 << 0
_ALLOW_FOREIGN_COMPILED = 1 << 1
_LOAD_ALL = 1 << 3

_RULE_ENGINES = {"cupel": 0, "libyara": 1}


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What is known of one rule without running it."""

    name: str
    namespace: str
    file: str = ""
    """Empty for rules that were given as text."""
    tags: tuple[str, ...] = ()
    meta: Mapping[str, bool | int | str] = field(default_factory=dict)
    weight: int = 0
    filetype: tuple[str, ...] | None = None
    """The ends of names of files that it counts for; None: of all."""
    is_global: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class SkippedRule:
    """A rule, or a file of them, that was left out as it did not compile."""

    file: str
    line: int = 0
    rule: str = ""
    reason: str = ""


class Rules:
    """Compiled rules, made by `compile_rules`.

    Immutable: share one between all threads. It may be saved, and the file
    compiled again, which takes milliseconds.

    >>> rules = compile_rules('rule a : demo { condition: true }')
    >>> len(rules), [rule.name for rule in rules], rules.from_cache
    (1, ['a'], False)
    """

    __slots__ = ("_handle", "_known", "engine")

    engine: Engine
    """What they were compiled with; scanners take it too."""

    def __init__(self, handle: _cupel.Ruleset, engine: Engine) -> None:
        self._handle = handle
        self._known: dict[str, Any] | None = None
        self.engine = engine

    def __len__(self) -> int:
        """How many rules a scan runs."""
        return len(self._handle)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[RuleInfo]:
        return iter(self.rules)

    def __repr__(self) -> str:
        return f"<cupel.Rules: {len(self)}, digest {self.digest[:12]}>"

    @property
    def digest(self) -> str:
        """64 hexadecimal digits: equal digests give equal answers."""
        return self._handle.digest

    @property
    def from_cache(self) -> bool:
        """Whether they came out of a cache, or of a saved file."""
        return self._handle.from_cache

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the compiler warned of: slow rules and the like."""
        return self._handle.warnings()

    @property
    def rules(self) -> tuple[RuleInfo, ...]:
        """Every rule, in the order in which they were compiled."""
        return tuple(_info(rule) for rule in self._document()["rules"])

    @property
    def skipped(self) -> tuple[SkippedRule, ...]:
        """What was left out, if `skip_broken` was asked for."""
        if self._handle.skipped_count == 0:
            return ()
        return tuple(
            SkippedRule(one.get("file", ""), one.get("line", 0),
                        one.get("rule", ""), one.get("reason", ""))
            for one in self._document()["skipped"])

    def save(self, path: Path) -> None:
        """Writes them to a file that `compile_rules(paths=…)` takes.

        The file appears whole or not at all, with mode 0600. It fits one
        version of libyara and one kind of machine; any other refuses it.
        """
        self._handle.save(path)

    def explain(self, rule: str, data: Buffer | None = None, *,
                path: Path = "") -> dict[str, Any]:
        """Why the rules of that name are run for a file, or are not.

        With `data`, a file called `path`, also what holds of it. For people;
        shape: docs/report.md, "Rule sets and profiles".

        >>> rules = compile_rules('rule a { condition: filesize > 9 }')
        >>> rules.explain("a")["rules"][0]["formula"]
        'filesize > 9'
        >>> rules.explain("a", b"123")["rules"][0]["payload"]["matches"]
        False
        """
        return _object(self._handle.explain(rule, path, data))

    def to_dict(self) -> dict[str, Any]:
        """All there is to know; shape: docs/report.md, "Rule sets"."""
        return _object(self._handle.json())

    def _document(self) -> dict[str, Any]:
        if self._known is None:
            self._known = self.to_dict()
        return self._known


def _object(text: str) -> dict[str, Any]:
    parsed = json.loads(text)
    assert isinstance(parsed, dict)
    return parsed


def _info(rule: Mapping[str, Any]) -> RuleInfo:
    filetype = rule.get("filetype")
    return RuleInfo(
        name=rule["name"], namespace=rule["namespace"],
        file=rule.get("file", ""), tags=tuple(rule.get("tags", ())),
        meta=rule.get("meta", {}), weight=rule.get("weight", 0),
        filetype=None if filetype is None else tuple(filetype),
        is_global=rule.get("global", False),
        is_private=rule.get("private", False))


def compile_rules(
        source: str | bytes | None = None, *,
        sources: Mapping[str, str | bytes] | None = None,
        paths: Path | Iterable[Path] = (),
        externals: Mapping[str, External] | None = None,
        include_roots: Path | Iterable[Path] = (),
        cache_dir: Path | None = None,
        skip_broken: bool = False,
        allow_foreign_compiled: bool = False,
        rule_engine: Literal["cupel", "libyara"] = "cupel",
        load_all: bool = False,
        engine: Engine | None = None) -> Rules:
    """Compiles rules. Warnings go to the logger "cupel" as well.

    `source` is the text of rules, in the namespace "default"; `sources` are
    texts by their namespaces; `paths` are rule files, folders (searched for
    *.yar and *.yara), or what `Rules.save` wrote, each file a namespace.

    `externals` are variables that rules may use. filename, filepath, extension,
    filetype and owner are there for every file by themselves.
    `include_roots` are folders that `include` may read from, beside those of
    the paths. `cache_dir` keeps compiled rules from one start to the next.

    `skip_broken` leaves out rules that do not compile, `allow_foreign_compiled`
    takes files made by yarac (which can run code), `load_all` looks for damage
    in all of a saved file at once. `rule_engine` is how the rules are run:
    "cupel" finds out first which of them can match a file, "libyara" runs all
    for every file, for doubt and measuring; the answers are the same.

    Raises InvalidArgument with `diagnostics` if rules are broken:

    >>> try:
    ...     compile_rules("rule a { condition: b }")
    ... except InvalidArgument as error:
    ...     print(error.diagnostics[0])
    default:1: error in rule a: undefined identifier "b"
    """
    listed = _cupel.RuleSources()
    if source is not None:
        listed.add_text("default", source)
    for namespace, text in (sources or {}).items():
        listed.add_text(namespace, text)
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = (paths,)
    paths = tuple(paths)
    for path in paths:
        listed.add_path(path)
    if source is None and not sources and not paths:
        raise InvalidArgument("no rules to compile: give source, sources or "
                              "paths")
    if isinstance(include_roots, (str, bytes, os.PathLike)):
        include_roots = (include_roots,)
    for root in include_roots:
        listed.add_include_root(root)
    for name, value in (externals or {}).items():
        listed.define(name, value)
    flags = ((_SKIP_BROKEN if skip_broken else 0)
             | (_ALLOW_FOREIGN_COMPILED if allow_foreign_compiled else 0)
             | (_LOAD_ALL if load_all else 0))
    if rule_engine not in _RULE_ENGINES:
        raise InvalidArgument("rule_engine is {!r}; there are {}".format(
            rule_engine, " and ".join(map(repr, _RULE_ENGINES))))
    engine = engine or default_engine()
    rules = Rules(listed.compile(engine._handle, flags, cache_dir,
                                  _RULE_ENGINES[rule_engine]), engine)
    for warning in rules.warnings:
        logger.warning("%s", warning)
    for skipped in rules.skipped:
        logger.warning("%s:%d: left out: %s", skipped.file, skipped.line,
                       skipped.reason)
    return rules
