"""JSON documents on their way into the library and out of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, Union

from cupel.errors import InvalidArgument

Text = Union[str, bytes, bytearray, memoryview]
Document = Union[Text, Mapping[str, Any], list[Any]]
"""A JSON document: as an object of Python's, or as its text. A `str` is always
the text of a document, never a string in it."""

Variables = Mapping[str, str]
Path = Union[str, os.PathLike[str], os.PathLike[bytes]]


def text_of(document: object, what: str) -> str | bytes | memoryview:
    """The text of a document. Raises InvalidArgument, which names `what` and
    shows no value: it may be a secret."""
    if isinstance(document, (str, bytes, bytearray, memoryview)):
        return bytes(document) if isinstance(document, bytearray) else document
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False,
                          separators=(",", ":"), default=_refuse)
    except (TypeError, ValueError, RecursionError) as error:
        reason = (str(error) if isinstance(error, _NotJson)
                  else type(error).__name__)
        raise InvalidArgument(
            f"{what} can't be written as JSON: {reason}") from None


class _NotJson(TypeError):
    """Says of which type a value is that JSON has not."""


def _refuse(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    raise _NotJson(f"it has a value of the type {type(value).__name__}")


def optional_text(document: object, what: str) -> str | bytes | memoryview:
    """The same; nothing for None."""
    return "" if document is None else text_of(document, what)


def value_of(text: bytes) -> Any:
    """What the library wrote, which is JSON."""
    return json.loads(text)


def object_of(text: bytes) -> dict[str, Any]:
    """The same for what is always an object."""
    value = json.loads(text)
    assert isinstance(value, dict)
    return value


def list_of(text: bytes) -> list[Any]:
    """The same for what is always an array."""
    value = json.loads(text)
    assert isinstance(value, list)
    return value


def path_of(path: Path, what: str) -> bytes:
    """A path as the system has it. Raises InvalidArgument for an empty one,
    which elsewhere would mean the default."""
    encoded = os.fsencode(path)
    if not encoded:
        raise InvalidArgument(f"{what} is empty: give a path")
    return encoded


def paths_of(paths: Path | Iterable[Path], what: str) -> list[bytes]:
    """Several paths, or one alone. Each is named as `what` in errors."""
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = (paths,)
    return [path_of(path, what) for path in paths]


def database_of(database: Path | None) -> bytes:
    """A path or URL of a database; nothing, for one in memory."""
    return b"" if database is None else path_of(database, "database")


def fields_of(variables: Variables | None) -> list[tuple[bytes, bytes]]:
    """Variables as pairs of bytes. Whatever os.environ has can be given."""
    return [(os.fsencode(name), os.fsencode(value))
            for name, value in (variables or {}).items()]


def texts_of(texts: Iterable[str] | str, what: str) -> tuple[str, ...]:
    """Several texts. Raises InvalidArgument for one alone, which would be
    taken apart into its letters."""
    if isinstance(texts, (str, bytes)):
        raise InvalidArgument(f"{what} must be a list of texts, not one")
    return tuple(texts)


def milliseconds(seconds: float | None, what: str) -> int:
    """A time for the library; 0, its default, for None. Raises
    InvalidArgument."""
    if seconds is None:
        return 0
    if not 0 < seconds < 1e12:
        raise InvalidArgument(f"{what} must be more than 0 seconds, not "
                              f"{seconds}")
    return max(1, round(seconds * 1000))
