"""The messages of src/proto/cupel/v1/runner.proto, field by field."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from cupel.host.wire import Field, Kind, Message

_UINT, _INT, _BOOL = Kind.UINT, Kind.INT, Kind.BOOL
_BYTES, _TEXT = Kind.BYTES, Kind.TEXT
# Some messages have a field of that name.
_Raw = bytes


def _fields(**numbers: tuple[int, Kind]) -> dict[int, Field]:
    return {number: Field(name, kind)
            for name, (number, kind) in numbers.items()}


@dataclass(slots=True)
class Blob(Message):
    """Bytes, in the message or in a descriptor beside it."""

    inline: bytes | memoryview | None = None
    in_memfd: int | None = None
    descriptor: int = -1  # not written; the reader's
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        inline=(1, _BYTES), in_memfd=(2, _UINT))


@dataclass(slots=True)
class Variable(Message):
    """One variable of the environment."""

    name: str = ""
    value: bytes = b""
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        name=(1, _TEXT), value=(2, _BYTES))


@dataclass(slots=True)
class Load(Message):
    """The first message: which plugin this process is for."""

    protocol: int = 0
    origin: str = ""
    category: int = 0
    name: str = ""
    options: str = ""
    host_version: str = ""
    answer_bytes: int | None = None
    children: int | None = None
    child_bytes: int | None = None
    result_bytes: int | None = None
    manifest: str = ""
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        protocol=(1, _UINT), origin=(2, _TEXT), category=(3, _INT),
        name=(4, _TEXT), options=(5, _TEXT), host_version=(6, _TEXT),
        answer_bytes=(7, _UINT), children=(8, _UINT), child_bytes=(9, _UINT),
        result_bytes=(10, _UINT), manifest=(11, _TEXT))


@dataclass(slots=True)
class Invoke(Message):
    """One call of a method."""

    id: int = 0
    method: int = 0
    payload: Blob | None = None
    name: bytes = b""
    path: str = ""
    type: str = ""
    mime: str = ""
    sha256: str = ""
    tlp: str = ""
    options: str = ""
    document: Blob | None = None
    payload_id: int = 0
    depth: int = 0
    environment: list[Variable] = dataclasses.field(default_factory=list)
    replace_environment: bool = False
    deadline_ms: int = 0
    FIELDS: ClassVar[dict[int, Field]] = {
        **_fields(
            id=(1, _UINT), method=(2, _INT), name=(4, _BYTES),
            path=(5, _TEXT), type=(6, _TEXT), mime=(7, _TEXT),
            sha256=(8, _TEXT), tlp=(9, _TEXT), options=(10, _TEXT),
            payload_id=(12, _UINT), depth=(13, _UINT),
            replace_environment=(15, _BOOL), deadline_ms=(16, _UINT)),
        3: Field("payload", Kind.MESSAGE, type=Blob),
        11: Field("document", Kind.MESSAGE, type=Blob),
        14: Field("environment", Kind.MESSAGE, repeated=True, type=Variable),
    }


@dataclass(slots=True)
class Cancel(Message):
    """The call should end at once."""

    id: int = 0
    FIELDS: ClassVar[dict[int, Field]] = _fields(id=(1, _UINT))


@dataclass(slots=True)
class ItemTaken(Message):
    """Answers Item."""

    id: int = 0
    stop: bool = False
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        id=(1, _UINT), stop=(2, _BOOL))


@dataclass(slots=True)
class NestedAnswer(Message):
    """Answers Nested."""

    id: int = 0
    status: int = 0
    message: str = ""
    results: list[str] = dataclasses.field(default_factory=list)
    child_names: list[bytes] = dataclasses.field(default_factory=list)
    children: list[bytes] = dataclasses.field(default_factory=list)
    FIELDS: ClassVar[dict[int, Field]] = {
        **_fields(id=(1, _UINT), status=(2, _INT), message=(3, _TEXT)),
        4: Field("results", _TEXT, repeated=True),
        5: Field("child_names", _BYTES, repeated=True),
        6: Field("children", _BYTES, repeated=True),
    }


@dataclass(slots=True)
class Shutdown(Message):
    """The plugin is to be deactivated, and the process to end."""


@dataclass(slots=True)
class Description(Message):
    """What is known of a plugin."""

    category: int = 0
    name: str = ""
    version: str = ""
    description: str = ""
    author: str = ""
    consumes: list[str] = dataclasses.field(default_factory=list)
    requirements: list[str] = dataclasses.field(default_factory=list)
    max_tlp: str = ""
    needs: int = 0
    reentrant: bool = False
    least_tier: int = 2
    min_version: str = ""
    max_version: str = ""
    heartbeat_ns: int = 0
    options: str = "{}"
    rate_limit: str = ""
    dialect: str = ""
    FIELDS: ClassVar[dict[int, Field]] = {
        **_fields(
            category=(1, _INT), name=(2, _TEXT), version=(3, _TEXT),
            description=(4, _TEXT), author=(5, _TEXT), max_tlp=(8, _TEXT),
            needs=(9, _UINT), reentrant=(10, _BOOL), least_tier=(11, _INT),
            min_version=(12, _TEXT), max_version=(13, _TEXT),
            heartbeat_ns=(14, _UINT), options=(15, _TEXT),
            rate_limit=(16, _TEXT), dialect=(17, _TEXT)),
        6: Field("consumes", _TEXT, repeated=True),
        7: Field("requirements", _TEXT, repeated=True),
    }


@dataclass(slots=True)
class Loaded(Message):
    """Answers Load."""

    status: int = 0
    message: str = ""
    plugins: list[Description] = dataclasses.field(default_factory=list)
    FIELDS: ClassVar[dict[int, Field]] = {
        **_fields(status=(1, _INT), message=(2, _TEXT)),
        3: Field("plugins", Kind.MESSAGE, repeated=True, type=Description),
    }


@dataclass(slots=True)
class Child(Message):
    """A payload made of, or found in, the one at hand."""

    call: int = 0
    bytes: Blob | None = None
    offset: int | None = None
    length: int | None = None
    name: _Raw | None = None
    metadata: str | None = None
    dispatch: str | None = None
    no_scan: bool | None = None
    save: bool | None = None
    cut: bool | None = None
    FIELDS: ClassVar[dict[int, Field]] = {
        **_fields(
            call=(1, _UINT), offset=(3, _UINT), length=(4, _UINT),
            name=(5, _BYTES), metadata=(6, _TEXT), dispatch=(7, _TEXT),
            no_scan=(8, _BOOL), save=(9, _BOOL), cut=(10, _BOOL)),
        2: Field("bytes", Kind.MESSAGE, type=Blob),
    }


@dataclass(slots=True)
class Result(Message):
    """One result, a JSON value."""

    call: int = 0
    json: Blob | None = None
    FIELDS: ClassVar[dict[int, Field]] = {
        1: Field("call", _UINT),
        2: Field("json", Kind.MESSAGE, type=Blob),
    }


@dataclass(slots=True)
class Statement(Message):
    """What makes a payload `matched`."""

    call: int = 0
    name: str = ""
    tags: str | None = None
    meta: str | None = None
    weight: int | None = None
    offset: int | None = None
    length: int | None = None
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        call=(1, _UINT), name=(2, _TEXT), tags=(3, _TEXT), meta=(4, _TEXT),
        weight=(5, _INT), offset=(6, _UINT), length=(7, _UINT))


@dataclass(slots=True)
class Dispatch(Message):
    """A plugin that is to be run on this payload as well."""

    call: int = 0
    plugin: str = ""
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        call=(1, _UINT), plugin=(2, _TEXT))


@dataclass(slots=True)
class Error(Message):
    """Something went wrong; what was handed back is good."""

    call: int = 0
    code: int = 0
    message: str = ""
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        call=(1, _UINT), code=(2, _INT), message=(3, _TEXT))


@dataclass(slots=True)
class Log(Message):
    """A line of the log."""

    level: int = 0
    text: str = ""
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        level=(1, _INT), text=(2, _TEXT))


@dataclass(slots=True)
class Item(Message):
    """What a source brings."""

    call: int = 0
    name: _Raw | None = None
    path: _Raw | None = None
    bytes: Blob | None = None
    metadata: str | None = None
    tlp: str | None = None
    FIELDS: ClassVar[dict[int, Field]] = {
        **_fields(
            call=(1, _UINT), name=(2, _BYTES), path=(3, _BYTES),
            metadata=(5, _TEXT), tlp=(6, _TEXT)),
        4: Field("bytes", Kind.MESSAGE, type=Blob),
    }


@dataclass(slots=True)
class Nested(Message):
    """Another plugin is to be run, now."""

    call: int = 0
    id: int = 0
    plugin: str = ""
    bytes: Blob | None = None
    options: str = ""
    FIELDS: ClassVar[dict[int, Field]] = {
        **_fields(
            call=(1, _UINT), id=(2, _UINT), plugin=(3, _TEXT),
            options=(5, _TEXT)),
        4: Field("bytes", Kind.MESSAGE, type=Blob),
    }


@dataclass(slots=True)
class Done(Message):
    """The call is over."""

    call: int = 0
    status: int = 0
    message: str | None = None
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        call=(1, _UINT), status=(2, _INT), message=(3, _TEXT))


@dataclass(slots=True)
class Limit(Message):
    """Something was refused here already, for the limit of this name."""

    call: int = 0
    name: str = ""
    FIELDS: ClassVar[dict[int, Field]] = _fields(
        call=(1, _UINT), name=(2, _TEXT))


# The oneofs of the two envelopes, ToRunner and ToHost.
TO_RUNNER: dict[int, type[Message]] = {
    1: Load, 2: Invoke, 3: Cancel, 4: ItemTaken, 5: NestedAnswer, 6: Shutdown}
TO_HOST: dict[int, type[Message]] = {
    1: Loaded, 2: Child, 3: Result, 4: Statement, 5: Dispatch, 6: Error,
    7: Log, 8: Item, 9: Nested, 10: Done, 11: Limit}
