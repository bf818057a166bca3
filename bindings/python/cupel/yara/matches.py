"""What `Rules.match` gives, with yara-python's names."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class RuleString(NamedTuple):
    """What a warning is about."""

    namespace: str
    rule: str
    string: str


class StringMatchInstance:
    """One place where a string matched."""

    __slots__ = ("offset", "matched_data", "matched_length", "xor_key")

    offset: int
    matched_data: bytes
    """The first of the bytes: as many as `set_config` says."""
    matched_length: int
    """Of the whole match."""
    xor_key: int
    """0 for strings without the modifier `xor`."""

    def __init__(self, offset: int, matched_data: bytes, matched_length: int,
                 xor_key: int = 0) -> None:
        self.offset = offset
        self.matched_data = matched_data
        self.matched_length = matched_length
        self.xor_key = xor_key

    def plaintext(self) -> bytes:
        """The matched data, without the key.

        >>> StringMatchInstance(0, b"kfool", 5, 3).plaintext()
        b'hello'
        """
        if self.xor_key == 0:
            return self.matched_data
        return bytes(byte ^ self.xor_key for byte in self.matched_data)

    def __repr__(self) -> str:
        return self.matched_data.decode("utf-8", "backslashreplace")


class StringMatch:
    """A string of a rule, and where it matched."""

    __slots__ = ("identifier", "instances", "_xor")

    identifier: str
    instances: list[StringMatchInstance]

    def __init__(self, identifier: str) -> None:
        self.identifier = identifier
        self.instances = []
        self._xor = False

    def is_xor(self) -> bool:
        """Whether it has the modifier `xor`."""
        return self._xor

    def __repr__(self) -> str:
        return self.identifier


@functools.total_ordering
class Match:
    """A rule that matched. Equal and sorted by rule and namespace."""

    __slots__ = ("rule", "namespace", "tags", "meta", "strings")

    rule: str
    namespace: str
    tags: list[str]
    meta: dict[str, Any]
    strings: list[StringMatch]

    def __init__(self, rule: str, namespace: str, tags: Sequence[str] = (),
                 meta: Mapping[str, Any] | None = None,
                 strings: Sequence[StringMatch] = ()) -> None:
        self.rule = rule
        self.namespace = namespace
        self.tags = list(tags)
        self.meta = dict(meta or {})
        self.strings = list(strings)

    def __repr__(self) -> str:
        return self.rule

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Match):
            return NotImplemented
        return (self.rule, self.namespace) == (other.rule, other.namespace)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Match):
            return NotImplemented
        return (self.rule, self.namespace) < (other.rule, other.namespace)

    def __hash__(self) -> int:
        return hash((self.rule, self.namespace))


class Rule(NamedTuple):
    """A rule, without running it."""

    identifier: str
    tags: list[str]
    meta: dict[str, Any]
    is_global: bool
    is_private: bool
    namespace: str


def match_of(finding: Mapping[str, Any], data: memoryview,
             shown: int) -> Match:
    """Of an entry of a report's `findings`, over the bytes it is about."""
    strings: dict[str, StringMatch] = {}
    for found in finding["strings"]:
        identifier = found["id"]
        string = strings.get(identifier)
        if string is None:
            string = strings[identifier] = StringMatch(identifier)
        offset, length = found["offset"], found["length"]
        key = found.get("xor_key")
        string._xor = string._xor or key is not None
        string.instances.append(StringMatchInstance(
            offset, bytes(data[offset:offset + min(length, shown)]), length,
            key or 0))
    return Match(finding["rule"], finding["namespace"], finding["tags"],
                 finding["meta"], list(strings.values()))
