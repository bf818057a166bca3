"""stoq.helpers: rate limits, flat results, JSON of anything."""

from __future__ import annotations

import datetime
import functools
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any


class JsonComplexEncoder(json.JSONEncoder):
    """Bytes and dates become what str() makes of them, sets become lists."""

    def default(self, o: Any) -> Any:
        """The form of what JSON has not."""
        if isinstance(o, (bytes, bytearray, datetime.datetime,
                          datetime.date)):
            return str(o)
        if isinstance(o, (set, frozenset)):
            return list(o)
        return super().default(o)


class JsonComplexDecoder(json.JSONDecoder):
    """Plain JSON."""


def ratelimited(limit: str | None = None) -> Callable[..., Any]:
    """Spaces calls evenly: "1/10" is one in ten seconds. A `ratelimit` among
    the keyword arguments of a call is used, and not passed on."""
    lock = threading.Lock()
    last = [float("-inf")]

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def limited(*args: Any, **kwargs: Any) -> Any:
            rate = kwargs.pop("ratelimit", None) or limit
            if rate:
                count, _, seconds = str(rate).partition("/")
                interval = float(seconds or 1) / float(count)
                with lock:
                    wait = last[0] + interval - time.monotonic()
                    if wait > 0:
                        time.sleep(wait)
                    last[0] = time.monotonic()
            return function(*args, **kwargs)
        return limited
    return decorate


def flatten(data: Any, delim: str = "_") -> dict[str, Any]:
    """Nested dictionaries and lists as one dictionary: {"a_0_b": 1}. A list
    of plain values stays a list."""
    flat: dict[str, Any] = {}

    def put(value: Any, key: str) -> None:
        items: list[tuple[Any, Any]] = []
        if isinstance(value, Mapping):
            items = list(value.items())
        elif isinstance(value, (list, tuple)) and any(
                isinstance(item, (Mapping, list, tuple)) for item in value):
            items = list(enumerate(value))
        if not items:
            flat[key] = value
        for name, item in items:
            put(item, f"{key}{delim}{name}" if key else str(name))

    put(data, "")
    return flat
