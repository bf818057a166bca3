"""TOML out of dictionaries: Python reads it only."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from cupel.errors import InvalidArgument

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


def toml_of(document: Mapping[str, Any]) -> str:
    """The document as TOML. Raises InvalidArgument, with the key and without
    the value, for what TOML has not.

    >>> print(toml_of({"queue": {"url": "memory:", "kinds": ["scan"]}}))
    [queue]
    url = "memory:"
    kinds = ["scan"]
    <BLANKLINE>
    """
    return "\n".join(_table(document, ())) + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = []
    inner = []
    for key, value in table.items():
        if not isinstance(key, str):
            raise InvalidArgument(f"{'.'.join(path)}: its keys must be texts")
        if isinstance(value, Mapping):
            inner.append((key, value))
        elif value is not None:
            lines.append(f"{_key(key)} = {_value(value, (*path, key))}")
    if path and (lines or not inner):
        lines.insert(0, f"[{'.'.join(map(_key, path))}]")
    for key, value in inner:
        if lines:
            lines.append("")
        lines += _table(value, (*path, key))
    return lines


def _key(key: str) -> str:
    return key if _BARE.match(key) else _text(key)


def _text(text: str) -> str:
    # JSON's escapes are TOML's as well, but for DEL and surrogates.
    escaped = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    if any("\ud800" <= c <= "\udfff" for c in escaped):
        raise InvalidArgument("a text has a half of a surrogate pair in it")
    return escaped


def _value(value: Any, path: tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return str(float(value)) if math.isfinite(value) else _odd(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(each, path) for each in value)}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(
            f"{_key(str(key))} = {_value(each, (*path, str(key)))}"
            for key, each in value.items()) + " }"
    raise InvalidArgument(f"{'.'.join(path)}: a value of the type "
                          f"{type(value).__name__} can't be written as TOML")


def _odd(value: float) -> str:
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
