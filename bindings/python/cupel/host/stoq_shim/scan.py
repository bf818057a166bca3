"""stoq.scan: hashes, types, statistics."""

from __future__ import annotations

import collections
import hashlib
import importlib
import logging
from collections.abc import Iterator
from typing import Any

_log = logging.getLogger("stoq.scan")
_MAGIC_BYTES = 1000


def _raw(payload: Any) -> bytes:
    return payload.encode() if isinstance(payload, str) else bytes(payload)


def _hash(name: str, payload: Any) -> str:
    return hashlib.new(name, _raw(payload),
                       usedforsecurity=False).hexdigest()


def get_md5(payload: Any) -> str:
    """MD5, in hexadecimal."""
    return _hash("md5", payload)


def get_sha1(payload: Any) -> str:
    """SHA-1, in hexadecimal."""
    return _hash("sha1", payload)


def get_sha256(payload: Any) -> str:
    """SHA-256, in hexadecimal."""
    return _hash("sha256", payload)


def get_sha512(payload: Any) -> str:
    """SHA-512, in hexadecimal."""
    return _hash("sha512", payload)


def get_hashes(payload: Any) -> dict[str, str]:
    """The four of them."""
    return {name: _hash(name, payload)
            for name in ("md5", "sha1", "sha256", "sha512")}


def get_ssdeep(payload: Any) -> str | None:
    """The fuzzy hash; None without the module `ssdeep`."""
    try:
        ssdeep = importlib.import_module("ssdeep")
        return str(ssdeep.hash(_raw(payload)))
    except Exception as error:  # stoQ's contract: None
        _log.debug("no ssdeep: %s", error)
        return None


def compare_ssdeep(payload1: Any, payload2: Any) -> int | None:
    """How alike two payloads are, 0 to 100; None if it can't be said."""
    try:
        ssdeep = importlib.import_module("ssdeep")
        return int(ssdeep.compare(get_ssdeep(payload1), get_ssdeep(payload2)))
    except Exception as error:  # stoQ's contract: None
        _log.debug("no ssdeep: %s", error)
        return None


def get_magic(payload: Any, mime: bool = True) -> str | None:
    """The type by libmagic, of the first 1000 bytes; None without it."""
    try:
        magic = importlib.import_module("magic")
        head = _raw(payload[:_MAGIC_BYTES])
        return str(magic.from_buffer(head, mime=mime))
    except Exception as error:  # stoQ's contract: None
        _log.debug("no magic: %s", error)
        return None


def bytes_frequency(payload: Any, min_length: int = 1, max_length: int = 3,
                    min_count: int = 10) -> Iterator[tuple[Any, int, float]]:
    """Sequences of `min_length` to below `max_length` bytes that are there at
    least so often: (sequence, count, per cent)."""
    raw = _raw(payload)
    for length in range(min_length, max_length):
        total = len(raw) - length + 1
        if total < 1:
            continue
        counts = collections.Counter(
            raw[at:at + length] for at in range(total))
        for sequence, count in counts.most_common():
            if count < min_count:
                break
            if length > 1 and len(set(sequence)) == 1 and sequence[0] < 128:
                continue
            yield sequence, count, round(count / total * 100, 2)
