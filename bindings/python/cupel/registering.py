"""What can be registered as a plugin: functions, classes, objects, modules."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from cupel.host import native
from cupel.host.names import Category
from cupel.plugin import kinds

Functions = native.Functions


def functions_of(target: Any, category: Category | None,
                 ) -> tuple[Category, Callable[[], Functions], set[str]]:
    """The category of what is to be registered, what makes its functions, and
    which methods it has. Raises TypeError, or Refused."""
    if inspect.isclass(target):
        if not issubclass(target, kinds.Plugin):
            raise TypeError(f"the class {target.__name__} is not derived from "
                            "one of cupel.plugin's")
        mine = _one(native.kinds_of(target), category, target.__name__)
        return (mine, lambda: native.methods_of(target(), mine),
                set(native.methods_of(target, mine)))
    if isinstance(target, kinds.Plugin):
        name = type(target).__name__
        mine = _one(native.kinds_of(type(target)), category, name)
        functions = native.methods_of(target, mine)
        return mine, lambda: functions, set(functions)
    if isinstance(target, ModuleType):
        return _of_module(target, category)
    mark = getattr(target, kinds.MARK, category)
    if not callable(target) or mark is None:
        raise TypeError(
            f"a {type(target).__name__} is no plugin: a plugin is a function "
            "with a decorator of cupel.plugin, an object or a class derived "
            "from one of cupel.plugin's, or a module with one of them")
    mine = Category(mark)
    return mine, lambda: {mine.method: target}, {mine.method}


def _one(found: list[Category], wanted: Category | None,
         name: str) -> Category:
    if wanted is None and len(found) == 1:
        return found[0]
    if wanted in found:
        return wanted
    names = ", ".join(each.text for each in found) or "none"
    raise TypeError(f"{name} has plugins of the categories {names}; say which "
                    "one is meant, with `category`")


def _of_module(module: ModuleType, category: Category | None,
               ) -> tuple[Category, Callable[[], Functions], set[str]]:
    offers = native.offers_of(module)
    mine = _one(sorted(offers), category, module.__name__)
    file = os.path.basename(module.__file__ or module.__name__)

    def make() -> Functions:
        return native.find_in(module, mine, module.__name__, file,
                              module.__name__)

    found = offers[mine][0]
    if isinstance(found, native.ClassFunctions):
        return mine, make, set(native.methods_of(found.kind, mine))
    return mine, make, set(found)


def place_of(target: Any) -> tuple[str, str]:
    """The folder and the file of a plugin's code; empty if it has none, as
    what was typed in."""
    try:
        where = target if (inspect.isclass(target) or inspect.isroutine(target)
                           or inspect.ismodule(target)) else type(target)
        path = inspect.getfile(where)
    except (TypeError, OSError):
        return "", ""
    return os.path.dirname(os.path.abspath(path)), os.path.basename(path)
