"""The plugins that a host uses: built in, its own, from folders and shared
objects, with what is configured for them.

>>> from cupel import Plugins
>>> from cupel.plugin import Call, worker
>>> @worker
... def size(call: Call) -> dict[str, int]:
...     return {"size": len(call.bytes)}
>>> plugins = Plugins()
>>> plugins.register(size, version="1.0")
'worker:size'
>>> plugins.run("worker:size", b"hello")["results"]
[{'size': 5}]

A plugin that is registered runs in this process: docs/write-a-plugin.md says
what that means. docs/plugin-sets.md is the guide to sets of plugins.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any, Union

from cupel import _cupel, in_process, registering
from cupel._cupel import Cancel
from cupel.awaiting import in_thread
from cupel.documents import (Document, Path, Variables, fields_of, object_of,
                             optional_text, path_of, text_of, texts_of)
from cupel.errors import Error, InvalidArgument, NotFound
from cupel.host.failures import Refused
from cupel.host.messages import Description
from cupel.host.names import CATEGORIES, TIERS, Category
from cupel.host.native import description_of

Data = Union[bytes, bytearray, memoryview]

_NO_BUILTIN, _ENVIRONMENT, _NO_NETWORK, _NO_FILES = 1, 2, 4, 8
_JSON = 1
_REVEAL = 1
_BASE64 = 1
_UPGRADE = 1


class OptionOrigin(IntEnum):
    """Where an option's value comes from; a higher one counts before a lower.
    Two can be set."""

    COMMAND_LINE = 4
    CALL = 5


class PluginMethod(IntEnum):
    """A method, for plugins that have more than the one of their category."""

    DEFAULT = 0
    INGEST = 1
    READ = 2
    SCAN = 3
    EXTRACT = 4
    CARVE = 5
    DECODE = 6
    DECORATE = 7
    SAVE = 8
    NORMALIZE = 9
    CONNECT = 10
    DISCONNECT = 11
    GET_FILE = 12
    HEARTBEAT = 13


class Plugins:
    """Filled step by step, then used: the first run, or the first scanner that
    uses it, freezes it, and what would change it raises FailedPrecondition
    from then on. For any number of threads.

    What would run in this process otherwise runs at least as far away as
    `min_tier` ("builtin", "process", "oci") says; what can't is broken, never
    run nearer. `environment` lets variables of the process,
    CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION>, count. Without `network` and
    `files` no plugin in a process of its own gets them. `runner`, `python` and
    `python_path` are the programs for such processes; "": those that came with
    the library.
    """

    __slots__ = ("_handle", "__weakref__")

    def __init__(self, *, builtin: bool = True, environment: bool = False,
                 network: bool = True, files: bool = True,
                 min_tier: str = "builtin", runner: Path = "",
                 python: Path = "", python_path: Path = "") -> None:
        if min_tier not in TIERS:
            raise InvalidArgument(f"there is no tier {min_tier!r}: there are "
                                  f"{', '.join(TIERS)}")
        flags = ((0 if builtin else _NO_BUILTIN)
                 | (_ENVIRONMENT if environment else 0)
                 | (0 if network else _NO_NETWORK)
                 | (0 if files else _NO_FILES))
        self._handle = _cupel.plugins_new(
            os.fsencode(runner), os.fsencode(python_path), os.fsencode(python),
            flags, TIERS[min_tier])

    # --------------------------------------------------------------- filling

    def add_path(self, path: Path) -> None:
        """A folder, in which all plugins that are found are added without
        running anything of them; what is wrong in it is a broken plugin, no
        error. Or a shared object, whose code runs."""
        self._handle.add_path(path_of(path, "the path of plugins"))

    def register(self, plugin: Any, *, name: str = "", category: str = "",
                 version: str = "", description: str = "", author: str = "",
                 consumes: Iterable[str] = (), requires: Iterable[str] = (),
                 max_tlp: str = "", needs: Iterable[str] = (),
                 options: Mapping[str, Any] | None = None,
                 heartbeat_seconds: float = 0, min_version: str = "",
                 max_version: str = "",
                 manifest: Mapping[str, Any] | Path | None = None) -> str:
        """A plugin of the program's own: a function with a decorator of
        cupel.plugin, a class derived from one of its classes, an object of
        such a class, or a module with one of them. Returns what it is called,
        "worker:size".

        Its name is that of the function, class or module if none is given. A
        `manifest`, the fields of a plugin.json or its path, says the same as
        the other arguments, which come before it. What it `consumes` (names of
        types, MIME types, patterns) it is run on unasked.

        A class is made anew for each thread that scans; all else is entered by
        several at once. Raises AlreadyExists for a name that is taken,
        InvalidArgument for what is wrong.
        """
        given: dict[str, Any] = {key: value for key, value in {
            "name": name, "version": version, "description": description,
            "author": author, "consumes": list(texts_of(consumes, "consumes")),
            "requires": list(texts_of(requires, "requires")),
            "max_tlp": max_tlp, "needs": list(texts_of(needs, "needs")),
            "options": dict(options or {}),
            "heartbeat_seconds": heartbeat_seconds,
            "min_version": min_version, "max_version": max_version,
            "category": category}.items() if value}
        fields: dict[str, Any] = {"least_tier": "builtin",
                                  **_manifest(manifest), **given}
        try:
            found, make, methods = registering.functions_of(
                plugin, _category(fields))
            fields["category"] = found.text
            fields.setdefault("name", _name_of(plugin))
            fields.setdefault("description", _summary_of(plugin))
            described = description_of(fields, fields["name"])
        except Refused as error:
            raise InvalidArgument(str(error)) from None
        except TypeError as error:
            raise InvalidArgument(str(error)) from error
        home, file = registering.place_of(plugin)
        self._handle.register(in_process.table_of(
            described, make, methods, home, file or described.name))
        return self._registered(found, described)

    def _registered(self, category: Category, described: Description) -> str:
        full = f"{category.text}:{described.name}"
        if described.rate_limit:
            self.set_option(full, "rate_limit", described.rate_limit)
        return full

    def load_config(self, path: Path) -> None:
        """A stoq.cfg: options of plugins, and folders that it lists."""
        self._handle.load_config(path_of(path, "the path of the file"))

    def set_option(self, plugin: str, option: str, value: Any, *,
                   origin: OptionOrigin = OptionOrigin.COMMAND_LINE) -> None:
        """Sets an option of a plugin, "category:name", or of those of any
        category with a name; it need not be there yet. A `str` becomes a value
        of the type that the option has otherwise. Also max_tlp, rate_limit and
        needs."""
        is_text = isinstance(value, str)
        text = value if is_text else text_of(value, f"the option {option}")
        self._handle.set_option(plugin, option, text,
                                0 if is_text else _JSON, origin)

    def set_option_text(self, setting: str) -> None:
        """"name:key=value" or "category:name:key=value", as on a command
        line."""
        self._handle.set_option_text(setting)

    # --------------------------------------------------------------- telling

    def describe(self) -> list[dict[str, Any]]:
        """All of them, by category and name, those that are "broken" last with
        their "problem"."""
        plugins: list[dict[str, Any]] = object_of(
            self._handle.json())["plugins"]
        return plugins

    def show(self, plugin: str, *, reveal: bool = False) -> dict[str, Any]:
        """One of them, with its options and where each comes from. Values of
        options that look like secrets are "***" unless they are to be
        revealed. Raises NotFound, which names the nearest."""
        return object_of(self._handle.show(plugin, _REVEAL if reveal else 0))

    def warnings(self) -> list[str]:
        """What is odd in their configuration."""
        warnings: list[str] = object_of(self._handle.warnings())["warnings"]
        return warnings

    def config(self) -> dict[str, Any]:
        """The [core] of all files, later ones over earlier ones:
        {"max_recursion": {"value": 3, "place": "stoq.cfg:4"}}."""
        return object_of(self._handle.config())

    def __contains__(self, plugin: object) -> bool:
        if not isinstance(plugin, str):
            return False
        try:
            self.show(plugin)
        except (NotFound, InvalidArgument):
            return False
        return True

    # --------------------------------------------------------------- running

    def run(self, plugin: str, data: Data = b"", *, name: str | bytes = "",
            options: Document | None = None, document: Document | None = None,
            tlp: str = "", method: PluginMethod = PluginMethod.DEFAULT,
            environment: Variables | None = None,
            timeout: float | None = None, max_children: int = 0,
            max_children_bytes: int = 0, base64: bool = False,
            take: Callable[[int, bytes, bytes], object] | None = None,
            cancel: Cancel | None = None) -> dict[str, Any]:
        """Activates a plugin, calls it once, and tells what it gave back:
        "status" is how its method ended, which is no exception, "results",
        "children", "items", "statements", "dispatches", "errors" and "log" are
        what it handed back.

        `take` gets the number, name and bytes of each child, or of each item
        of a source; False ends the run. `base64` has the bytes of children in
        the document too. `environment` are the variables of a plugin in a
        process of its own, in place of all others: secrets. A run that
        `cancel` ends gives what there is.

        Raises NotFound, which names the nearest; FailedPrecondition for a
        plugin that is broken or does not activate; PermissionDenied for a
        label (`tlp`) that it may not see.
        """
        return object_of(self._handle.run(
            plugin, data, os.fsencode(name), optional_text(options, "options"),
            optional_text(document, "the document"), tlp,
            _BASE64 if base64 else 0, method,
            None if environment is None else fields_of(environment),
            _nanoseconds(timeout), max_children, max_children_bytes, take,
            cancel))

    async def run_async(self, plugin: str, data: Data = b"", *,
                        cancel: Cancel | None = None,
                        **arguments: Any) -> dict[str, Any]:
        """`run` for asyncio. Cancelling the task cancels the run."""
        return await in_thread(lambda switch: self.run(
            plugin, data, cancel=switch, **arguments), cancel)

    def __repr__(self) -> str:
        try:
            return f"<cupel.Plugins {len(self.describe())}>"
        except Error:
            return "<cupel.Plugins>"


def install(folder: Path, destination: Path, *,
            upgrade: bool = False) -> dict[str, Any]:
    """Copies the folder of a plugin into a folder of plugins, under the
    plugin's name. Nothing of it is run. Raises AlreadyExists unless what is
    there may be replaced (`upgrade`)."""
    return object_of(_cupel.plugins_install(
        path_of(folder, "the folder"), path_of(destination, "the destination"),
        _UPGRADE if upgrade else 0))


def _nanoseconds(seconds: float | None) -> int:
    if seconds is None:
        return 0
    if not 0 < seconds < 1e9:
        raise InvalidArgument(f"timeout must be more than 0 seconds, not "
                              f"{seconds}")
    return max(1, round(seconds * 1e9))


def _manifest(manifest: Mapping[str, Any] | Path | None) -> dict[str, Any]:
    if manifest is None:
        return {}
    if isinstance(manifest, Mapping):
        return dict(manifest)
    with open(manifest, encoding="utf-8-sig") as file:
        try:
            fields = json.load(file)
        except (ValueError, RecursionError) as error:
            raise InvalidArgument(f"{manifest!s}: no JSON: {error}") from None
    if not isinstance(fields, dict):
        raise InvalidArgument(f"{manifest!s}: expected a JSON object")
    return fields


def _category(fields: Mapping[str, Any]) -> Category | None:
    name = fields.get("category")
    if name is None:
        return None
    if name not in CATEGORIES:
        raise InvalidArgument(f"category: {name!r} is none; there are "
                              f"{', '.join(CATEGORIES)}")
    return CATEGORIES[name]


def _name_of(plugin: Any) -> str:
    own = getattr(plugin, "__name__", None) or type(plugin).__name__
    return str(own).rpartition(".")[2].lower()


def _summary_of(plugin: Any) -> str:
    own = plugin if getattr(plugin, "__name__", None) else type(plugin)
    return next(iter((inspect.getdoc(own) or "").splitlines()), "")
