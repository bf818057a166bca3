"""The BOEFJE_ filter: which variables a plugin gets, with which values.

>>> from cupel import Environment
>>> environment = Environment.build(
...     schema={"properties": {"PORT": {"type": "integer", "default": 25},
...                            "TOKEN": {"type": "string"}},
...             "secret": ["TOKEN"]},
...     settings={"TOKEN": "12345"},
...     variables={"BOEFJE_PORT": "8025", "HOME": "/root"}, plugin="smtp")
>>> environment
<cupel.Environment PORT, TOKEN>
>>> environment["PORT"], environment.origin("PORT").name
('8025', 'SYSTEM')
>>> environment.to_dict()
{'PORT': '8025', 'TOKEN': '***'}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from cupel import _cupel
from cupel.documents import (Document, Variables, fields_of, object_of,
                             optional_text, texts_of)
from cupel.schema import Schema
from cupel.settings import Keyring

_DEFAULTS, _PROCESS = 1, 2
_SECRET, _CONVERTED = 1, 2
_REVEAL = 1


class Origin(IntEnum):
    """Where a value came from."""

    SETTINGS = 0
    """The organisation's settings of the plugin."""
    SYSTEM = 1
    """A BOEFJE_ variable of the host."""
    DEFAULT = 2
    """The schema's default."""


@dataclass(frozen=True, slots=True)
class EnvironmentEntry:
    """One variable, without its value."""

    key: str
    origin: Origin
    secret: bool
    """The schema says so."""
    converted: bool
    """Text was made into the schema's type."""
    size: int
    """Bytes of the value."""


class Environment(Mapping[str, str]):
    """What a plugin gets: a mapping of names to values. Immutable, for any
    number of threads.

    Values are secrets until proven otherwise. They lie in locked memory, and
    come out one at a time when they are asked for, or with `reveal`.
    """

    __slots__ = ("_handle", "_entries", "_places")

    def __init__(self, handle: _cupel.Environment) -> None:
        """For the other way, see `build`."""
        self._handle = handle
        self._entries = tuple(
            EnvironmentEntry(key, Origin(origin), bool(flags & _SECRET),
                             bool(flags & _CONVERTED), size)
            for key, flags, origin, size in handle.entries())
        self._places = {entry.key: place
                        for place, entry in enumerate(self._entries)}

    @classmethod
    def build(cls, *, schema: Schema | Document | None = None,
              settings: Document | None = None,
              variables: Variables | None = None,
              keys: Iterable[str] = (), plugin: str = "",
              defaults: bool = True, process: bool = False) -> Environment:
        """Settings come before BOEFJE_ variables, those before the schema's
        defaults (unless `defaults` is False). Text of variables is converted
        to the schema's types.

        Of `variables`, BOEFJE_X is offered as X, others do not count;
        `process` offers those of this process too. Without a schema only
        `keys` may be taken. `plugin` stands in messages. Raises
        InvalidArgument, naming the keys, if what comes out does not fit.
        """
        compiled = schema._handle if isinstance(schema, Schema) else None
        text = "" if compiled is not None else optional_text(
            schema, "the schema")
        return cls(_cupel.environment_build(
            text, optional_text(settings, "the settings"), plugin, compiled,
            texts_of(keys, "keys"), fields_of(variables),
            flags_of(defaults, process)))

    def __getitem__(self, key: str) -> str:
        return self._handle.value(self._places[key]).decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    @property
    def entries(self) -> tuple[EnvironmentEntry, ...]:
        """The variables, without their values."""
        return self._entries

    def origin(self, key: str) -> Origin:
        """Where the value of one came from. Raises KeyError."""
        return self._entries[self._places[key]].origin

    @property
    def uses_system(self) -> bool:
        """Whether any value came from the host's variables."""
        return self._handle.uses_system

    def explain(self) -> dict[str, Any]:
        """Where each value came from, and what was refused and why, without
        values: {"entries": […], "refused": […]}."""
        return object_of(self._handle.explain())

    def to_dict(self, *, reveal: bool = False) -> dict[str, str]:
        """The variables as the plugin gets them; "***" for secret ones unless
        they are to be revealed."""
        return object_of(self._handle.values_json(_REVEAL if reveal else 0))

    def fingerprint(self, keyring: Keyring) -> str:
        """Equal for equal environments; tells nothing of the values without
        the ring's sealing key."""
        return self._handle.fingerprint(keyring._handle).decode()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<cupel.Environment {', '.join(self._places) or 'empty'}>"


def flags_of(defaults: bool, process: bool) -> int:
    """The flags of cupel_environment_build."""
    return (_DEFAULTS if defaults else 0) | (_PROCESS if process else 0)
