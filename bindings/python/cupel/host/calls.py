"""One call, as the host's side of it: checks, counts and sends."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from cupel.host import messages
from cupel.host.address import offset_in
from cupel.host.conversation import Conversation
from cupel.host.environment import Environment
from cupel.host.failures import Failure
from cupel.host.jsonio import to_json
from cupel.host.names import Code, Level
from cupel.host.wire import Message
from cupel.plugin.call import (Child, Data, Item, LimitReached, NestedResult,
                               PluginError)

_MOST_NAME = 4096
_MOST_MESSAGE = 4096
_MOST_HELD = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may hand back. The host has the last word; stopping early
    spares the plugin the work and the host the bytes."""

    answer_bytes: int = 256 << 20
    children: int = 65536
    child_bytes: int = 128 << 20
    result_bytes: int = 16 << 20

    @classmethod
    def of(cls, load: messages.Load) -> Limits:
        """Those that the host told."""
        mine = cls()
        return cls(*(own if told is None else told for told, own in (
            (load.answer_bytes, mine.answer_bytes),
            (load.children, mine.children),
            (load.child_bytes, mine.child_bytes),
            (load.result_bytes, mine.result_bytes))))


def raw(name: str | bytes) -> bytes:
    """A name as bytes; how Python escapes other people's bytes is undone."""
    if isinstance(name, str):
        name = name.encode("utf-8", "surrogateescape" if _escaped(name)
                           else "replace")
    return bytes(name)[:_MOST_NAME + 1]  # the host says that it cut it


def _escaped(name: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" and not "\udc80" <= c <= "\udcff"
                   for c in name)


def view_of(data: Data | str, what: str) -> memoryview:
    """The bytes of what a plugin handed back. Raises TypeError."""
    if isinstance(data, str):
        data = data.encode("utf-8", "replace")
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"{what} is of the type {type(data).__name__}; "
                        "expected bytes")
    return memoryview(data)


def flat(view: memoryview) -> memoryview:
    """The same bytes in one piece."""
    return (view if view.c_contiguous else memoryview(bytes(view))).cast("B")


class HostCall:
    """What a plugin can do while it is called; implements plugin.Host."""

    _questions = itertools.count(1)

    def __init__(self, conversation: Conversation, environment: Environment,
                 number: int, payload: memoryview, limits: Limits) -> None:
        self._conversation = conversation
        self._environment = environment
        self._number = number
        self.payload = payload
        self._limits = limits
        self._bytes = 0
        self._children = 0
        self._result_bytes = 0
        self._held: list[Message] = []

    # ---------------------------------------------------------- handing back

    def child(self, child: Child) -> None:
        """Hands back a payload."""
        view = view_of(child.data, "a payload that was handed back")
        if self._children >= self._limits.children:
            self._too_much("children", self._limits.children)
        self._children += 1
        name = raw(child.name)
        self._count_text(len(name))
        message = messages.Child(
            call=self._number, name=name or None,
            metadata=self._object(child.metadata, "metadata"),
            dispatch=child.dispatch or None, no_scan=not child.scan or None,
            save=child.save or None)
        offset = offset_in(self.payload, view)
        if offset is None:
            self._send_bytes_of(message, view)
        else:
            message.offset, message.length = offset, view.nbytes
            self._conversation.send(message)

    def _send_bytes_of(self, message: messages.Child,
                       view: memoryview) -> None:
        if view.nbytes > self._limits.child_bytes:
            message.cut = True
            view = flat(view)[:self._limits.child_bytes]
        if view.nbytes > self._limits.answer_bytes - self._bytes:
            self._too_much("bytes", self._limits.answer_bytes)
        self._bytes += view.nbytes

        def fill(blob: messages.Blob) -> Message:
            message.bytes = blob
            return message

        self._send_blob(fill, view)

    def _send_blob(self, make: Callable[[messages.Blob], Message],
                   data: bytes | memoryview) -> None:
        with self._conversation.shield:
            self._conversation.channel.send_bytes(make, data)

    def _too_much(self, name: str, limit: int) -> NoReturn:
        """Tells the host and the plugin of a limit: what comes after is
        dropped."""
        self._flush()
        self._conversation.send(messages.Limit(call=self._number, name=name))
        raise LimitReached(f"one call may hand back {name} up to {limit}, and "
                           "this was more")

    def _count_text(self, size: int) -> None:
        if size > self._limits.result_bytes - self._result_bytes:
            self._too_much("result_bytes", self._limits.result_bytes)
        self._result_bytes += size

    def result(self, value: Any, hold: bool = False) -> None:
        """Hands back a result; `hold`: together with the end of the call."""
        text = to_json(value)
        self._count_text(len(text))

        def make(blob: messages.Blob) -> Message:
            return messages.Result(call=self._number, json=blob)

        if hold and len(text) <= _MOST_HELD:
            self._held.append(make(messages.Blob(inline=text)))
            return
        self._flush()
        self._send_blob(make, text)

    def statement(self, name: str, tags: Iterable[str],
                  meta: Mapping[str, Any] | None, weight: int, offset: int,
                  length: int) -> None:
        """Makes the payload `matched`."""
        if isinstance(tags, str):
            tags = tags.split()
        self._conversation.send(messages.Statement(
            call=self._number, name=str(name), tags=" ".join(tags) or None,
            meta=self._object(meta, "meta"), weight=int(weight),
            offset=natural(offset, "offset"),
            length=natural(length, "length")))

    def dispatch(self, plugin: str) -> None:
        """Has another plugin run on this payload."""
        self._conversation.send(
            messages.Dispatch(call=self._number, plugin=str(plugin)))

    def error(self, code: Code, message: str) -> None:
        """Reports something that went wrong."""
        self._conversation.send(messages.Error(
            call=self._number, code=int(code),
            message=self._environment.mask(str(message))[:_MOST_MESSAGE]))

    def log(self, level: Level, text: str) -> None:
        """Writes a line in the host's log."""
        self._conversation.send(messages.Log(
            level=int(level), text=self._environment.mask(text)))

    def item(self, item: Item) -> None:
        """Brings one piece of work and waits until the host took it."""
        data = b"" if item.data is None else view_of(item.data, "an item")
        message = messages.Item(
            call=self._number, name=raw(item.name) or None,
            path=raw(item.path) or None,
            metadata=self._object(item.metadata, "metadata"),
            tlp=item.tlp or None)

        def fill(blob: messages.Blob) -> Message:
            message.bytes = blob
            return message

        def send() -> None:
            if message.path is None:
                self._conversation.channel.send_bytes(fill, data)
            else:
                self._conversation.channel.send(message)

        answer = self._conversation.ask(messages.ItemTaken, self._number, send)
        if isinstance(answer, messages.ItemTaken) and answer.stop:
            self._conversation.interrupt(
                Code.CANCELLED, "the host wants no more from this source")

    def nested(self, plugin: str, data: Data,
               options: Mapping[str, Any] | None) -> NestedResult:
        """Runs another plugin."""
        question = next(self._questions)
        view = view_of(data, "the bytes for another plugin")

        def make(blob: messages.Blob) -> Message:
            return messages.Nested(
                call=self._number, id=question, plugin=plugin, bytes=blob,
                options=self._object(options, "options") or "")

        answer = self._conversation.ask(
            messages.NestedAnswer, question,
            lambda: self._conversation.channel.send_bytes(make, view))
        assert isinstance(answer, messages.NestedAnswer)
        check_nested(plugin, answer.status, answer.message)
        names = itertools.chain(answer.child_names, itertools.repeat(b""))
        return NestedResult([json.loads(text) for text in answer.results],
                            list(zip(names, answer.children)))

    def cancelled(self) -> bool:
        """Whether the call should end."""
        return self._conversation.cancelled()

    def budget(self) -> int:
        """Bytes that children may still have."""
        return max(0, self._limits.answer_bytes - self._bytes)

    def mask(self, text: str) -> str:
        """The text without the secrets of the call."""
        return self._environment.mask(text)

    # ----------------------------------------------------------------- ending

    def finish(self, failure: Failure | None) -> None:
        """The last thing that is sent for this call."""
        done = messages.Done(call=self._number, status=int(Code.OK))
        if failure is not None:
            done.status = int(failure.code)
            done.message = self._environment.mask(failure.message)
            if failure.trace:
                self._held.append(messages.Log(
                    level=int(Level.ERROR),
                    text=self._environment.mask(failure.trace)))
        held, self._held = self._held, []
        self._conversation.send(*held, done)

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, []
            self._conversation.send(*held)

    def _object(self, value: Mapping[str, Any] | None,
                what: str) -> str | None:
        text = object_text(value, what)
        if text is None:
            return None
        self._count_text(len(text))
        return text.decode("utf-8")


def check_nested(plugin: str, status: int, message: str) -> None:
    """Raises what a nested call raises that ended with this status."""
    if status == Code.NOT_FOUND:
        raise LookupError(message or f"there is no plugin {plugin}.")
    if status != Code.OK:
        text = message or "no reason was given"
        raise PluginError(f"{plugin}: {text}", code_name(status))


def object_text(value: Mapping[str, Any] | None, what: str) -> bytes | None:
    """A dictionary as JSON; None for an empty one. Raises TypeError."""
    if not value:
        return None
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} must be a dictionary, not "
                        f"{type(value).__name__}")
    return to_json(dict(value), what)


def natural(value: int, what: str) -> int:
    """A place or a length. Raises ValueError."""
    number = int(value)
    if not 0 <= number < 1 << 64:
        raise ValueError(f"{what} must be from 0 to 2^64-1, not {number}")
    return number


def code_name(status: int) -> str:
    """The name of a status; "unknown" for one that is none."""
    try:
        return Code(status).name
    except ValueError:
        return "unknown"
