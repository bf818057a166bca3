"""What reports are made of. Shape and words: docs/report.md.

A newer library may say more than these classes know: members they do not know
are left out, and are in `Report.to_dict()`. Members that may be missing have
defaults.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """Did a rule match? CLEAN is said only with coverage COMPLETE."""

    UNKNOWN = "unknown"
    """No match, but not everything was scanned."""
    CLEAN = "clean"
    MATCHED = "matched"

    @classmethod
    def _missing_(cls, value: object) -> Verdict:
        return cls.UNKNOWN


class Coverage(StrEnum):
    """Was every byte scanned that was owed a scan?"""

    NONE = "none"
    PARTIAL = "partial"
    COMPLETE = "complete"

    @classmethod
    def _missing_(cls, value: object) -> Coverage:
        return cls.NONE


_names: dict[type[Any], frozenset[str]] = {}


def _known(cls: type[Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """The members that the class has a field for; lists as tuples."""
    names = _names.get(cls)
    if names is None:
        names = _names[cls] = frozenset(part.name for part in fields(cls))
    return {key: tuple(value) if isinstance(value, list) else value
            for key, value in item.items() if key in names}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of everything in a report."""

    packages: int
    distributions: int
    payloads: int
    """Files, containers included."""
    matched: int
    """Of them, with a finding."""
    partial: int
    """Of them, not wholly scanned."""
    findings: int
    incidents: int
    scanned_bytes: int
    """Met by rules; equal content counts once."""
    elapsed: float
    """Seconds that the scan took."""
    cached: int = 0
    """Payloads that no rule had to run over: their answer was in the cache."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One file, given or unpacked."""

    id: int
    path: str
    """Container and member are joined by `!/`; escaped for people."""
    name: str
    verdict: Verdict
    coverage: Coverage
    """Both of it and all that is in it."""
    parents: tuple[int, ...] = ()
    producer: str = "input"
    size: int | None = None
    sha256: str | None = None
    type: str | None = None
    mime: str | None = None
    container: str | None = None
    score: int = 0
    same_as: int | None = None
    """The payload with the same bytes that was scanned in its place."""
    name_base64: str | None = None
    declared_size: int | None = None
    offset: int | None = None
    mode: str | None = None
    mtime: str | None = None
    link: str | None = None
    link_base64: str | None = None
    encrypted: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)
    origins: tuple[Mapping[str, Any], ...] = ()
    plugins: tuple[str, ...] = ()
    results: tuple[Mapping[str, Any], ...] = ()
    saved: tuple[Mapping[str, Any], ...] = ()

    @property
    def raw_name(self) -> bytes:
        """The bytes of the name, which may be no UTF-8."""
        if self.name_base64 is not None:
            return base64.b64decode(self.name_base64)
        return self.name.encode()

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Payload:
        known = _known(cls, item)
        known["verdict"] = Verdict(item.get("verdict", ""))
        known["coverage"] = Coverage(item.get("coverage", ""))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class StringMatch:
    """One place where a string of a rule matched."""

    id: str
    offset: int
    length: int
    excerpt: str = ""
    """The first of the matching bytes, in escaped ASCII."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that matched one payload, or what a plugin stated of it."""

    rule: str
    namespace: str
    payload: int
    """Its id."""
    path: str = ""
    """The payload's."""
    sha256: str | None = None
    """The payload's."""
    plugin: str = ""
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    weight: int = 0
    string_count: int = 0
    """All string matches, listed or not."""
    strings: tuple[StringMatch, ...] = ()
    suppressed: Mapping[str, Any] | None = None
    """Why it counts for no verdict and no score; None: it does count."""

    @classmethod
    def parse(cls, item: Mapping[str, Any],
              payload: Payload | None = None) -> Finding:
        known = _known(cls, item)
        known["strings"] = tuple(StringMatch(**_known(StringMatch, one))
                                 for one in item.get("strings", ()))
        if payload is not None:
            known["path"] = payload.path
            known["sha256"] = payload.sha256
        return cls(**known)

    @classmethod
    def from_json(cls, line: str) -> Finding:
        """Of one line of NDJSON."""
        return cls.parse(json.loads(line))


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that was not scanned, or was noticed."""

    kind: str
    """limit, timeout, encrypted, corrupt, unsupported, unreadable, engine,
    cancelled, plugin, policy, delivery, anomaly."""
    name: str = ""
    payload: int | None = None
    """Its id; None: the scan as a whole."""
    path: str = ""
    """The payload's."""
    value: int | None = None
    """Of the limit."""
    covered_bytes: int | None = None
    """How far it got, where that can be said."""
    detail: str = ""

    @classmethod
    def parse(cls, item: Mapping[str, Any],
              payload: Payload | None = None) -> Incident:
        known = _known(cls, item)
        if payload is not None:
            known["path"] = payload.path
        return cls(**known)


@dataclass(frozen=True, slots=True)
class UsedPlugin:
    """A plugin that had a part in a scan."""

    category: str
    name: str
    version: str = ""
    hash: str = ""
    tier: str = ""
    """The isolation that was reached: builtin, process, oci."""

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> UsedPlugin:
        return cls(**_known(cls, item))


@dataclass(frozen=True, slots=True)
class ReportRules:
    """The rules of a scan."""

    digest: str
    count: int = 0
    skipped: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> ReportRules:
        return cls(**_known(cls, item))


@dataclass(frozen=True, slots=True)
class Distribution:
    """An archive that was given, or the loose files of one input."""

    name: str
    verdict: Verdict
    coverage: Coverage
    score: int = 0
    payloads: tuple[int, ...] = ()
    top_payload: int | None = None
    """The one with the highest score."""

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Distribution:
        known = _known(cls, item)
        known["verdict"] = Verdict(item.get("verdict", ""))
        known["coverage"] = Coverage(item.get("coverage", ""))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Package:
    """All distributions of one name and version."""

    name: str
    verdict: Verdict
    coverage: Coverage
    version: str | None = None
    score: int = 0
    distributions: tuple[Distribution, ...] = ()

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> Package:
        known = _known(cls, item)
        known["verdict"] = Verdict(item.get("verdict", ""))
        known["coverage"] = Coverage(item.get("coverage", ""))
        known["distributions"] = tuple(
            map(Distribution.parse, item.get("distributions", ())))
        return cls(**known)
