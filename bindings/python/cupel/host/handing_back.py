"""What a native plugin's method returned or yielded, handed back."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Protocol

from cupel.host.names import PRODUCERS, Category, Code, Method
from cupel.host.failures import Refused
from cupel.plugin.call import Child, Item

_BYTES = (bytes, bytearray, memoryview)


class Taker(Protocol):
    """Who takes what a method gave."""

    def child(self, child: Child) -> None: ...

    def result(self, value: Any, hold: bool = False) -> None: ...

    def item(self, item: Item) -> None: ...


def hand_back(category: Category, method: Method, value: Any,
              host: Taker) -> None:
    """Hands back what a method gave. Generators run in here, as a part of the
    call. Raises TypeError for what the method can't give."""
    if value is None or method in (Method.HEARTBEAT, Method.CONNECT,
                                   Method.DISCONNECT):
        return
    if inspect.iscoroutine(value):
        value.close()
        raise TypeError(f"{method.text}() is asynchronous; plain functions "
                        "and generators are called")
    if method is Method.GET_FILE:
        host.child(_child(value, method))
    elif category is Category.SOURCE:
        for item in _each(value, (Item,)):
            host.item(_item(item))
    elif category in PRODUCERS:
        for child in _each(value, (*_BYTES, Child, tuple)):
            if child is not None:
                host.child(_child(child, method))
    elif category is Category.READER and isinstance(value, (str, *_BYTES)):
        host.child(Child(value, "text"))
    elif isinstance(value, Iterator):
        for result in value:
            if result is not None:
                _result(result, category, host)
    elif category is Category.NORMALIZER and isinstance(value, (list, tuple)):
        for result in value:
            _result(result, category, host)
    else:
        _result(value, category, host, hold=True)


def _each(value: Any, single: tuple[type, ...]) -> Iterator[Any]:
    if isinstance(value, single) or isinstance(value, (str, dict)):
        yield value
        return
    try:
        items = iter(value)
    except TypeError:
        yield value
        return
    yield from items


def _child(value: Any, method: Method) -> Child:
    if isinstance(value, Child):
        return value
    if isinstance(value, _BYTES):
        return Child(value)
    if (isinstance(value, tuple) and len(value) == 2
            and isinstance(value[0], (str, bytes))
            and isinstance(value[1], _BYTES)):
        return Child(value[1], value[0])
    raise TypeError(f"{method.text}() gave {_shown(value)}; expected bytes, "
                    "(name, bytes) or a Child")


def _item(value: Any) -> Item:
    if isinstance(value, Item):
        return value
    raise TypeError(f"ingest() gave {_shown(value)}; expected an Item")


def _result(value: Any, category: Category, host: Taker,
            hold: bool = False) -> None:
    if category in (Category.DECORATOR, Category.NORMALIZER):
        if not isinstance(value, dict):
            raise TypeError(f"{category.method}() gave {_shown(value)}; "
                            "expected a dictionary")
    if isinstance(value, bool) and category is Category.WORKER:
        raise Refused(f"scan() gave {value}; expected a result, or None for "
                      "none", Code.INVALID_ARGUMENT)
    host.result(value, hold)


def _shown(value: Any) -> str:
    """The type of a value, and the value if it is short."""
    kind = type(value).__name__
    if value is None or isinstance(value, (bool, int, float)):
        return f"{value!r} ({kind})"
    return f"a value of the type {kind}"
