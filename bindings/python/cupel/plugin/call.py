"""One call of a plugin's method, as the plugin sees it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Union

from cupel.host.names import Code

Data = Union[bytes, bytearray, memoryview]
# `Call` has an attribute of that name.
Bytes = bytes


class PluginError(Exception):
    """Ends a call with a code of one's own choice: "data_loss",
    "unavailable"; the names are those of the canonical status codes."""

    def __init__(self, message: str, code: str = "unknown") -> None:
        super().__init__(message)
        self.cupel_code = code_of(code)


class LimitReached(PluginError):
    """More was handed back than a call may; the rest would be dropped."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "resource_exhausted")


def code_of(name: str) -> Code:
    """The code of this name, in any case. Raises ValueError."""
    try:
        return Code[name.upper()]
    except KeyError:
        known = ", ".join(code.name.lower() for code in Code if code)
        raise ValueError(
            f"there is no code {name!r}; there are {known}") from None


@dataclass(slots=True)
class Child:
    """A payload that was found in, or made of, the one at hand. A slice of
    `call.bytes` costs nothing, whatever its size."""

    data: Data | str
    name: str | bytes = b""
    metadata: Mapping[str, Any] | None = None
    dispatch: str = ""  # "decoder:xor, worker:pe"
    scan: bool = True
    save: bool = False


@dataclass(slots=True)
class Item:
    """What a source brings: the path of a file, or bytes."""

    path: str | bytes = b""
    data: Data | str | None = None
    name: str | bytes = b""
    metadata: Mapping[str, Any] | None = None
    tlp: str = ""


@dataclass(slots=True)
class NestedResult:
    """What another plugin handed back."""

    results: list[Any] = field(default_factory=list)
    children: list[tuple[bytes, bytes]] = field(default_factory=list)


class Host(Protocol):
    """What is behind a `Call`; the host implements it."""

    def child(self, child: Child) -> None: ...

    def result(self, value: Any) -> None: ...

    def statement(self, name: str, tags: Iterable[str],
                  meta: Mapping[str, Any] | None, weight: int, offset: int,
                  length: int) -> None: ...

    def dispatch(self, plugin: str) -> None: ...

    def error(self, code: Code, message: str) -> None: ...

    def item(self, item: Item) -> None: ...

    def nested(self, plugin: str, data: Data,
               options: Mapping[str, Any] | None) -> NestedResult: ...

    def cancelled(self) -> bool: ...

    def budget(self) -> int: ...


@dataclass(slots=True, eq=False)
class Call:
    """One call. Valid until the method returns; a generator's body counts as
    a part of the method.

    `bytes` is a view of the payload that nobody copied. `bytes(call.bytes)`
    makes a copy, `call.bytes[10:20]` does not.
    """

    host: Host
    bytes: memoryview
    name: Bytes  # its own name, as it was found: any bytes
    path: str  # with all that is around it, printable
    type: str  # "zip"; empty if not known
    mime: str
    sha256: str
    tlp: str  # "clear" to "red"
    options: dict[str, Any]  # a dispatching rule's metas are among them
    raw_document: Bytes
    payload_id: int
    depth: int
    log: logging.Logger

    @property
    def document(self) -> Any:
        """The report (decorators and connectors), what is known of a payload
        (connectors), the raw's metadata (normalizers); else None."""
        return json.loads(self.raw_document) if self.raw_document else None

    def child(self, data: Data | str, name: str | Bytes = b"", *,
              metadata: Mapping[str, Any] | None = None, dispatch: str = "",
              scan: bool = True, save: bool = False) -> None:
        """Hands back a payload. Raises LimitReached."""
        self.host.child(Child(data, name, metadata, dispatch, scan, save))

    def result(self, value: Any) -> None:
        """Hands back a result. Raises LimitReached; TypeError or ValueError
        for what JSON can't hold."""
        self.host.result(value)

    def statement(self, name: str, *, tags: Iterable[str] = (),
                  meta: Mapping[str, Any] | None = None, weight: int = 0,
                  offset: int = 0, length: int = 0) -> None:
        """Makes the payload `matched`, as a rule's match does."""
        self.host.statement(name, tags, meta, weight, offset, length)

    def dispatch(self, plugin: str) -> None:
        """Has another plugin, "decoder:xor", run on this payload as well."""
        self.host.dispatch(plugin)

    def error(self, message: str, code: str = "unknown") -> None:
        """Reports what went wrong, although the call goes on."""
        self.host.error(code_of(code), message)

    def item(self, path: str | Bytes = b"", *, data: Data | str | None = None,
             name: str | Bytes = b"",
             metadata: Mapping[str, Any] | None = None,
             tlp: str = "") -> None:
        """Sources: brings one piece of work, and waits while the host has
        enough."""
        self.host.item(Item(path, data, name, metadata, tlp))

    def nested(self, plugin: str, data: Data,
               options: Mapping[str, Any] | None = None) -> NestedResult:
        """Runs another plugin, "reader:text", on these bytes, now. Raises
        PluginError; LookupError if there is no such plugin."""
        return self.host.nested(plugin, data, options)

    @property
    def cancelled(self) -> bool:
        """Whether to return as soon as possible. Rarely needed: a call that
        is cancelled gets an exception where it stands."""
        return self.host.cancelled()

    @property
    def budget(self) -> int:
        """Bytes that children may still have."""
        return self.host.budget()
