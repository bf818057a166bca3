"""Plugins that run in this process: the same classes and functions that
cupel.plugin has for those in a process of their own, and what is behind their
`Call`."""

from __future__ import annotations

import _thread
import contextlib
import gc
import json
import logging
import pathlib
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from cupel import _cupel
from cupel.host import native
from cupel.host.calls import (check_nested, flat, natural, object_text, raw,
                              view_of)
from cupel.host.failures import Failure, Interrupted, failure_of
from cupel.host.jsonio import object_of, to_json
from cupel.host.logs import HostHandler
from cupel.host.messages import Description
from cupel.host.names import Category, Code, Level, Method
from cupel.plugin.call import (Call, Child, Data, Item, LimitReached,
                               NestedResult)

_NO_SCAN, _SAVE = 1, 2


def table_of(description: Description, make: Callable[[], native.Functions],
             methods: Iterable[str], home: str, file: str,
             ) -> _cupel.PluginTable:
    """The table by which the library knows a plugin. `make` gives the
    functions for each thread that activates it; `home` is the folder of its
    code, `file` what errors call it."""
    category = Category(description.category)
    logger = logging.getLogger(f"cupel.{category.text}.{description.name}")

    def activate(handle: _cupel.PluginCall) -> Activated | int:
        host = InProcessHost(handle)
        try:
            options = object_of(handle.fields()[6], "options")
            plugin = native.activated(description, pathlib.Path(home), make(),
                                      file, options)
        except BaseException as error:  # a plugin may raise all
            return host.fail(error, home, logger)
        return Activated(plugin, home, logger)

    return _cupel.plugin_table(
        (description.name, description.version, description.description,
         description.author, " ".join(description.consumes),
         " ".join(description.requirements), description.max_tlp,
         description.min_version, description.max_version,
         description.options),
        category, int(description.needs), int(description.least_tier),
        description.heartbeat_ns,
        tuple(int(Method[name.upper()]) for name in methods
              if name.upper() in Method.__members__), activate)


class Activated:
    """A plugin that one thread has activated; called by the extension."""

    def __init__(self, plugin: native.NativePlugin, home: str,
                 logger: logging.Logger) -> None:
        self._plugin = plugin
        self._home = home
        self._logger = logger
        # A heartbeat may be beside a call.
        self._hosts: dict[int, InProcessHost] = {}
        self._log = logging.Logger(logger.name, logging.INFO)
        # Whose line it is the library says itself.
        self._log.addHandler(HostHandler(self._tell))

    def invoke(self, number: int, handle: _cupel.PluginCall) -> int:
        """One call of a method. Returns its status."""
        host = InProcessHost(handle)
        thread = threading.get_ident()
        self._hosts[thread] = host
        payload = handle.payload
        view = memoryview(payload)  # type: ignore[arg-type]
        status = int(Code.OK)
        try:
            self._plugin.invoke(Method(number), host.call(view, self._log),
                                host)
        except BaseException as error:  # a plugin may raise all
            status = host.fail(error, self._home, self._logger)
            error.__traceback__ = None  # and what its frames keep
        if not _released(view) or payload.exports:
            status = _let_go(payload, host) or status
        del self._hosts[thread]
        return status

    def _tell(self, level: Level, text: str) -> None:
        """A line of the plugin's log, on whatever thread."""
        hosts = self._hosts
        host = (hosts.get(threading.get_ident())
                or next(iter(list(hosts.values())), None))
        if host is not None:
            host.log(level, text)

    def deactivate(self) -> None:
        """After the last call."""
        try:
            self._plugin.deactivate()
        except BaseException as error:  # it is over anyway
            self._logger.warning("deactivate: %s",
                                 failure_of(error, self._home).message,
                                 exc_info=error)


def _released(view: memoryview) -> bool:
    try:
        view.release()
    except BufferError:  # somebody has it of this view
        return False
    return True


def _shows(view: memoryview, payload: _cupel.Payload) -> bool:
    try:
        shown: object = view.obj
    except ValueError:  # it was released
        return False
    return shown is payload


def _let_go(payload: _cupel.Payload, host: InProcessHost) -> int:
    """Ends views of the payload that a plugin kept: its bytes are about to go.
    Returns the status for a plugin that still has them."""
    for generation in range(3):  # slices of this call are young
        for each in gc.get_objects(generation):
            if type(each) is memoryview and _shows(each, payload):
                _released(each)
        if not payload.exports:
            return 0
    host.error(Code.INTERNAL, "the plugin keeps the bytes of a call that is "
               "over, by other means than a memoryview: that may end the "
               "process. Keep a copy, bytes(call.bytes)")
    return int(Code.INTERNAL)


class InProcessHost:
    """What a plugin can do while it is called; implements plugin.Host."""

    def __init__(self, handle: _cupel.PluginCall) -> None:
        self._handle = handle

    def call(self, view: memoryview, log: logging.Logger) -> Call:
        """What the plugin is given."""
        (name, path, kind, mime, sha256, tlp, options, document, payload,
         depth) = self._handle.fields()
        return Call(host=self, bytes=view, name=name, path=path, type=kind,
                    mime=mime, sha256=sha256, tlp=tlp,
                    options=object_of(options, "options"),
                    raw_document=document, payload_id=payload, depth=depth,
                    log=log)

    def child(self, child: Child) -> None:
        """Hands back a payload."""
        self._go_on()
        view = view_of(child.data, "a payload that was handed back")
        status = self._handle.child(
            view if view.c_contiguous else flat(view), raw(child.name),
            object_text(child.metadata, "metadata") or b"", child.dispatch,
            (0 if child.scan else _NO_SCAN) | (_SAVE if child.save else 0))
        self._took(status, "children and bytes")

    def result(self, value: Any, hold: bool = False) -> None:
        """Hands back a result."""
        self._go_on()
        self._took(self._handle.result(to_json(value)), "results")

    def statement(self, name: str, tags: Iterable[str],
                  meta: Mapping[str, Any] | None, weight: int, offset: int,
                  length: int) -> None:
        """Makes the payload `matched`."""
        self._go_on()
        if isinstance(tags, str):
            tags = tags.split()
        status = self._handle.statement(
            str(name), " ".join(tags), object_text(meta, "meta") or b"",
            int(weight), natural(offset, "offset"), natural(length, "length"))
        self._took(status, "statements")

    def dispatch(self, plugin: str) -> None:
        """Has another plugin run on this payload."""
        self._go_on()
        self._took(self._handle.dispatch(str(plugin)), "dispatches")

    def error(self, code: Code, message: str) -> None:
        """Reports something that went wrong."""
        self._handle.error(_printable(str(message)), int(code))

    def item(self, item: Item) -> None:
        """Brings one piece of work and waits until it was scanned."""
        self._go_on()
        data = view_of(b"" if item.data is None else item.data, "an item")
        status = self._handle.item(
            raw(item.name), raw(item.path),
            data if data.c_contiguous else flat(data),
            object_text(item.metadata, "metadata") or b"", item.tlp)
        if status == Code.CANCELLED:
            raise Interrupted(Code.CANCELLED,
                              "the host wants no more from this source")

    def nested(self, plugin: str, data: Data,
               options: Mapping[str, Any] | None) -> NestedResult:
        """Runs another plugin."""
        self._go_on()
        view = view_of(data, "the bytes for another plugin")
        status, parts = self._handle.nested(
            plugin, view if view.c_contiguous else flat(view),
            object_text(options, "options") or b"")
        check_nested(plugin, status, "")
        return NestedResult(
            [json.loads(text) for is_child, _, text in parts if not is_child],
            [(name, data) for is_child, name, data in parts if is_child])

    def cancelled(self) -> bool:
        """Whether the call should end."""
        return self._handle.cancelled()

    def budget(self) -> int:
        """Bytes that children may still have."""
        return self._handle.budget()

    def fail(self, error: BaseException, home: str,
             logger: logging.Logger) -> int:
        """Tells the host what was raised. Returns the status. The traceback
        goes to the program's own log: it is not for the report."""
        failure: Failure = failure_of(error, home)
        if failure.trace:
            logger.error("%s", failure.message, exc_info=error)
        if isinstance(error, KeyboardInterrupt):
            _thread.interrupt_main()  # for whoever called the library
        self.error(failure.code, failure.message)
        return int(failure.code)

    def log(self, level: Level, text: str) -> None:
        """Writes a line in the host's log, if the call still lasts."""
        with contextlib.suppress(RuntimeError):  # it is over
            self._handle.log(_printable(text), int(level))

    def _go_on(self) -> None:
        if self._handle.cancelled():
            raise Interrupted(Code.CANCELLED, "the call was cancelled")

    def _took(self, status: int, what: str) -> None:
        """What else was refused stands in the report, and is no reason to end
        the call."""
        if status == Code.RESOURCE_EXHAUSTED:
            self._too_much(what)

    def _too_much(self, what: str) -> NoReturn:
        raise LimitReached(f"one call may not hand back so many {what}: the "
                           "rest is dropped")


def _printable(text: str) -> bytes:
    return text.encode("utf-8", "replace")
