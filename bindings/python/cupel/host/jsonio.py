"""JSON out of what plugins hand back, which may be anything."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import enum
import json
import math
import pathlib
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_DEPTH = 100
_NOT_MINE = object()


def _plain(value: Any) -> Any:
    """A value with a form in JSON for one of the types that have none of their
    own but are what everybody means by them; _NOT_MINE for other types."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        raw = bytes(value)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(raw).decode("ascii")}
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=lambda item: (str(type(item)), repr(item)))
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (uuid.UUID, pathlib.PurePath, datetime.timedelta)):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name)
                for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if type(value).__module__ == "ipaddress":
        return str(value)
    return _NOT_MINE


def _default(value: Any) -> Any:
    plain = _plain(value)
    if plain is _NOT_MINE:
        raise TypeError(type(value).__name__)
    return plain


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False,
                            default=_default)


def _clean(value: Any, path: str, depth: int) -> Any:
    """A copy of the value with nothing in it that JSON has not. Slow and
    exact: says where it found what can't be written."""
    if depth > _MOST_DEPTH:
        raise ValueError(f"{path[:200]} is nested too deeply, or in itself")
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else _key(key): _clean(
                item, f"{path}.{key}", depth + 1)
            for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item, f"{path}[{index}]", depth + 1)
                for index, item in enumerate(value)]
    plain = _plain(value)
    if plain is _NOT_MINE:
        raise TypeError(f"{path[:200]} is of the type "
                        f"{type(value).__name__}, which JSON can't hold")
    return _clean(plain, path, depth + 1)


def _key(key: Any) -> str:
    if isinstance(key, bytes):
        return key.decode("utf-8", "replace")
    return str(key)


def to_json(value: Any, what: str = "the result") -> bytes:
    """The value as JSON in UTF-8.

    Raises TypeError or ValueError, saying what is wrong and where, for what
    has no form in JSON. Bytes are text if they are UTF-8, else
    {"base64": …}; half a surrogate pair becomes U+FFFD; numbers that JSON has
    not ("inf") become text.
    """
    try:
        text = _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError):
        # Some key or value that is not plain: find out which, and where.
        text = json.dumps(_clean(value, what, 0), ensure_ascii=False,
                          allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode("utf-8")


def object_of(text: str | bytes, what: str) -> dict[str, Any]:
    """The JSON object in a text; an empty text is an empty one. Raises
    ValueError, which names `what`."""
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{what}: no JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"{what}: expected a JSON object")
    return value


def texts(value: Iterable[Any]) -> list[str]:
    """The texts among the values."""
    return [item for item in value if isinstance(item, str)]
