"""Settings of plugins, sealed for storage, and the keys for it.

>>> keyring = Keyring([Keyring.generate_key()])
>>> box = SettingsBox(keyring)
>>> row = box.seal("acme", "shodan", {"API_KEY": "12345"})
>>> box.open("acme", "shodan", row)
{'API_KEY': '12345'}
>>> box
<cupel.SettingsBox cupel, 1 key>

Nothing that is shown of keys and settings, in errors or by `repr`, is a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, TypedDict

from cupel import _cupel
from cupel.documents import (Document, Variables, fields_of, object_of,
                             text_of, value_of)
from cupel.schema import Schema

_ALLOW_IDENTITY = 1
_PROCESS = 1


class SealFormat(IntEnum):
    """How a row is stored."""

    CUPEL = 0
    """A sealed box with key id, bound to organisation and plugin."""
    OPENKAT_NACL_SEALBOX = 1
    """OpenKAT's, bit for bit."""
    OPENKAT_IDENTITY = 2
    """Plain JSON."""


class RowInfo(TypedDict):
    """What can be told of a row without opening it."""

    format: str
    key_id: str | None


class Keyring:
    """Keys to open with, the first of which seals. For any number of threads.

    `keys` are texts as `generate_key` makes them.
    """

    __slots__ = ("_handle",)

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._handle = _cupel.Keyring()
        for key in (keys,) if isinstance(keys, str) else keys:
            self.add(key)

    @classmethod
    def from_environment(cls, variables: Variables | None = None, *,
                         process: bool = True) -> Keyring:
        """The keys that variables name, of `variables` and, unless `process`
        is False, of this process: CUPEL_SETTINGS_KEYS, CUPEL_SETTINGS_KEYS_FILE
        and OpenKAT's. An empty ring if there are none."""
        made = cls()
        made._handle = _cupel.keyring_from_environment(
            fields_of(variables), _PROCESS if process else 0)
        return made

    @staticmethod
    def generate_key() -> str:
        """A new key as text, "cupel-key-1:…": a secret, in no ring yet."""
        return _cupel.keyring_generate_key().decode()

    def add(self, key: str) -> None:
        """Adds a key. Raises AlreadyExists for one that is in the ring."""
        self._handle.add_key(key)

    def set_openkat(self, private_key: str, public_key: str) -> None:
        """OpenKAT's keys, each base64 of 32 bytes."""
        self._handle.set_openkat(private_key, public_key)

    @property
    def ids(self) -> list[str]:
        """Ids of the keys, which are no secrets; the first one seals."""
        ids: list[str] = object_of(self._handle.json())["keys"]
        return ids

    @property
    def has_openkat(self) -> bool:
        """Whether OpenKAT's keys are there."""
        return bool(object_of(self._handle.json())["openkat"])

    def __repr__(self) -> str:
        return f"<cupel.Keyring {', '.join(self.ids) or 'empty'}>"


class SettingsBox:
    """Seals settings for storage and opens them again.

    `seal_format` is that of new rows, the format of a row that is opened is
    seen by its text. Plain JSON is opened only with `allow_identity`.
    """

    __slots__ = ("keyring", "seal_format", "allow_identity")

    def __init__(self, keyring: Keyring, *,
                 seal_format: SealFormat = SealFormat.CUPEL,
                 allow_identity: bool = False) -> None:
        self.keyring = keyring
        self.seal_format = SealFormat(seal_format)
        self.allow_identity = allow_identity

    @classmethod
    def from_environment(cls, variables: Variables | None = None, *,
                         process: bool = True,
                         allow_identity: bool = False) -> SettingsBox:
        """With the keys that variables name, and the format that
        BOEFJES_ENCRYPTION_MIDDLEWARE names, if it is set."""
        found = _cupel.seal_format_from_environment(
            fields_of(variables), _PROCESS if process else 0)
        return cls(Keyring.from_environment(variables, process=process),
                   seal_format=SealFormat(found or 0),
                   allow_identity=allow_identity)

    def seal(self, organisation: str, plugin: str, settings: Document) -> str:
        """Settings as the text of a row. Raises FailedPrecondition if the ring
        has no key for the format."""
        return self.keyring._handle.seal(
            organisation, plugin, text_of(settings, "the settings"),
            self.seal_format).decode()

    def open(self, organisation: str, plugin: str, row: str) -> dict[str, Any]:
        """The settings of a row. Raises NotFound, with the id of a key that is
        not in the ring; DataLoss if the row was changed, or is of another
        organisation or plugin."""
        return object_of(self.keyring._handle.open(
            organisation, plugin, row, self._flags()))

    def reseal(self, organisation: str, plugin: str, row: str) -> str:
        """The row in the box's format, with the sealing key of today."""
        return self.keyring._handle.reseal(
            organisation, plugin, row, self.seal_format,
            self._flags()).decode()

    def fingerprint(self, plugin: str, settings: Document) -> str:
        """Equal for equal settings of one plugin, whatever the order of their
        keys; tells nothing without the ring's sealing key."""
        return self.keyring._handle.fingerprint(
            plugin, text_of(settings, "the settings")).decode()

    @staticmethod
    def inspect(row: str) -> RowInfo:
        """What can be told of a row without opening it."""
        found: RowInfo = value_of(_cupel.settings_inspect(row))
        return found

    @staticmethod
    def mask(settings: Mapping[str, Any] | str,
             schema: Schema | None = None) -> dict[str, Any]:
        """The settings with "***" for every value that the schema calls
        secret; for all of them without one.

        >>> SettingsBox.mask({"TOKEN": "abc"})
        {'TOKEN': '***'}
        """
        return object_of(_cupel.settings_mask(
            text_of(settings, "the settings"),
            None if schema is None else schema._handle))

    def _flags(self) -> int:
        return _ALLOW_IDENTITY if self.allow_identity else 0

    def __repr__(self) -> str:
        count = len(self.keyring.ids)
        return (f"<cupel.SettingsBox {self.seal_format.name.lower()}, "
                f"{count} key{'' if count == 1 else 's'}>")
