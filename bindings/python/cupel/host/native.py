"""Cupel's own dialect: `plugin.json` and a module that uses cupel.plugin."""

from __future__ import annotations

import inspect
import json
import pathlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from cupel.host.dialect import (LoadedPlugin, import_module, inside,
                                read_text)
from cupel.host.failures import Refused
from cupel.host.handing_back import Taker, hand_back
from cupel.host.jsonio import object_of, texts
from cupel.host.messages import Description
from cupel.host.names import (CATEGORIES, TIERS, Category, Code, Method, Need,
                              article)
from cupel.plugin import kinds
from cupel.plugin.call import Call

_NEEDS = {"network": Need.NETWORK, "files": Need.FILES}


def describe(folder: pathlib.Path, manifest: str) -> list[Description]:
    """What the manifest says. Nothing is imported."""
    return [_read(folder, manifest)[0]]


def _read(folder: pathlib.Path,
          manifest: str) -> tuple[Description, dict[str, Any]]:
    path = folder / manifest
    try:
        fields = object_of(read_text(path), str(path))
    except ValueError as error:
        raise Refused(str(error)) from None
    return description_of(fields, str(path)), fields


def description_of(fields: dict[str, Any], path: str) -> Description:
    """The description in the fields of a manifest. Raises Refused, which
    names `path` and the field."""

    def text(key: str) -> str:
        value = fields.get(key, "")
        if not isinstance(value, str):
            raise Refused(f"{path}: {key}: expected text")
        return value

    def listed(key: str) -> list[str]:
        value = fields.get(key, [])
        if not isinstance(value, list) or len(texts(value)) != len(value):
            raise Refused(f"{path}: {key}: expected a list of texts")
        return value

    if text("category") not in CATEGORIES:
        raise Refused(f"{path}: category: {text('category')[:100]!r} is none;"
                      f" there are {', '.join(CATEGORIES)}")
    if not text("name"):
        raise Refused(f"{path}: name: is missing")
    needs = Need.NOTHING
    for need in listed("needs"):
        if need not in _NEEDS:
            raise Refused(f"{path}: needs: {need[:100]!r} is unknown; there "
                          f"are {', '.join(_NEEDS)}")
        needs |= _NEEDS[need]
    tier = text("least_tier") or "process"
    if tier not in TIERS:
        raise Refused(f"{path}: least_tier: {tier[:100]!r} is none; there are "
                      f"{', '.join(TIERS)}")
    options = fields.get("options", {})
    if not isinstance(options, dict):
        raise Refused(f"{path}: options: expected an object")
    beat = fields.get("heartbeat_seconds", 0)
    if not isinstance(beat, (int, float)) or not 0 <= beat <= 604800:
        raise Refused(f"{path}: heartbeat_seconds: expected a number from 0 "
                      "to 604800")
    return Description(
        category=CATEGORIES[text("category")], name=text("name"),
        version=text("version"), description=text("description"),
        author=text("author"), consumes=listed("consumes"),
        requirements=listed("requires"), max_tlp=text("max_tlp"), needs=needs,
        least_tier=TIERS[tier], min_version=text("min_version"),
        max_version=text("max_version"), heartbeat_ns=int(beat * 1e9),
        options=json.dumps(options), rate_limit=text("rate_limit"),
        dialect="cupel")


def load(folder: pathlib.Path, manifest: str, category: Category, name: str,
         options: dict[str, Any]) -> LoadedPlugin:
    """Imports and activates the plugin. Raises whatever it raises, and
    Refused."""
    description, fields = _read(folder, manifest)
    if (description.category, description.name) != (category, name):
        raise Refused(
            f"{folder / manifest} has {Category(description.category).text}:"
            f"{description.name}, not {category.text}:{name}", Code.NOT_FOUND)
    module_name = fields.get("module")
    if not isinstance(module_name, str):
        raise Refused(f"{folder / manifest}: module: is missing")
    path = inside(folder, module_name, f"{folder / manifest}: module:")
    if not path.is_file():
        raise Refused(f"{folder / manifest}: module: there is no {path}",
                      Code.NOT_FOUND)
    module = import_module(path, folder)
    found = find_in(module, category, f"{manifest} of {folder.name}",
                    path.name, name)
    return activated(description, folder, found, path.name, options)


def activated(description: Description, folder: pathlib.Path,
              functions: Functions, file: str,
              options: dict[str, Any]) -> NativePlugin:
    """The plugin, activated. Raises whatever it raises, and Refused."""
    plugin = NativePlugin(description, folder, functions)
    activate = functions.get("activate")
    if activate is not None and activate(
            {**object_of(description.options, "options"), **options}) is False:
        raise Refused(f"{file}: activate() returned False",
                      Code.FAILED_PRECONDITION)
    return plugin


# ------------------------------------------------------ what is in a module

Functions = dict[str, Callable[..., Any]]
"""The functions of a plugin, by the names of methods."""
_OTHERS = ("activate", "deactivate", "heartbeat", "connect", "disconnect",
           "get_file")


def offers_of(module: ModuleType) -> dict[Category, list[Functions]]:
    """The plugins of a module. Those that are classes are not made yet."""
    offers: dict[Category, list[Functions]] = {}
    # One and the same may have two names.
    for value in {id(value): value for value in vars(module).values()
                  }.values():
        if inspect.isclass(value):
            if (issubclass(value, kinds.Plugin)
                    and value.__module__ == module.__name__):
                for kind in kinds_of(value):
                    offers.setdefault(kind, []).append(
                        ClassFunctions(value, kind))
        elif isinstance(mark := getattr(value, kinds.MARK, None), Category):
            offers.setdefault(mark, []).append(
                _of_module(module, mark, value))
    if not offers:
        for kind in Category:
            function = getattr(module, kind.method, None)
            if inspect.isfunction(function):
                offers.setdefault(kind, []).append(
                    _of_module(module, kind, function))
    return offers


def find_in(module: ModuleType, category: Category, manifest: str, file: str,
            name: str) -> Functions:
    """The functions of the plugin of this category. Raises Refused if the
    module has another."""
    offers = offers_of(module)
    mine = offers.get(category, [])
    if len(mine) == 1:
        found = mine[0]
        return found.made() if isinstance(found, ClassFunctions) else found
    if mine:
        raise Refused(f"{file} has {len(mine)} plugins of the category "
                      f"{category.text}; one module is one plugin")
    if not offers:
        raise Refused(
            f"{manifest} says that {name!r} is {article(category.text)}, but "
            f"{file} has no plugin: neither a function marked @"
            f"{category.text}, nor a class derived from "
            f"cupel.plugin.{category.text.capitalize()}")
    other = ", ".join(f"{article(kind.text)} ({kind.method})"
                      for kind in sorted(offers))
    raise Refused(f"{manifest} says that {name!r} is {article(category.text)} "
                  f"({category.method}), but {file} has {other}")


class ClassFunctions(dict[str, Callable[..., Any]]):
    """The methods of a class that was not made yet."""

    def __init__(self, kind: type[kinds.Plugin], category: Category) -> None:
        super().__init__()
        self.kind = kind
        self._category = category

    def made(self) -> Functions:
        """Makes the object."""
        return methods_of(self.kind(), self._category)


def methods_of(plugin: object, category: Category) -> Functions:
    """The methods of an object, or of its class, that are a plugin's."""
    return {name: method for name in (category.method, *_OTHERS)
            if callable(method := getattr(plugin, name, None))}


def kinds_of(kind: type[kinds.Plugin]) -> list[Category]:
    """The categories that a class is of. Raises Refused for one that lacks
    its method."""
    if kind.category is not None:
        if not callable(getattr(kind, kind.category.method, None)):
            raise Refused(
                f"the class {kind.__name__} is {article(kind.category.text)}"
                f", but has no {kind.category.method}()")
        return [kind.category]
    return [category for category in Category
            if callable(getattr(kind, category.method, None))]


def _of_module(module: ModuleType, category: Category,
               function: Callable[..., Any]) -> Functions:
    found: Functions = {category.method: function}
    for name in _OTHERS:
        other = getattr(module, name, None)
        if inspect.isfunction(other):
            found[name] = other
    return found


class NativePlugin(LoadedPlugin):
    """A plugin of Cupel's own dialect."""

    def __init__(self, description: Description, folder: pathlib.Path,
                 functions: Functions) -> None:
        super().__init__(description, folder)
        self._functions = functions

    def invoke(self, method: Method, call: Call, host: Taker) -> None:
        function = self._functions.get(method.text)
        if function is None:
            if method in (Method.CONNECT, Method.DISCONNECT):
                return
            raise self.refuse(method)
        hand_back(Category(self.description.category), method,
                  function(call), host)

    def deactivate(self) -> None:
        deactivate = self._functions.get("deactivate")
        if deactivate is not None:
            deactivate()
