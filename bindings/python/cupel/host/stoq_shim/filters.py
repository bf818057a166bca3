"""stoq.filters: a Bloom filter, of our own and in a format of our own.

stoQ's used the module `hydra`, which nobody maintains, and its files are not
read: a filter has to be filled anew.
"""

from __future__ import annotations

import hashlib
import math
import os
import struct
import threading
from typing import Any

_MAGIC = b"cupelbf1"
_HEADER = struct.Struct("<8sQI")


class StoqBloomFilter:
    """Says of an item that it was surely not, or probably was, seen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._bits = bytearray()
        self._hashes = 0
        self._path = ""
        self._timer: threading.Timer | None = None

    def create_filter(self, path: str, size: int, fp_rate: float) -> None:
        """For `size` items, wrong about so many of those never seen."""
        bits = math.ceil(-size * math.log(fp_rate) / math.log(2) ** 2)
        self._bits = bytearray(max(1, (bits + 7) // 8))
        self._hashes = max(1, round(bits / size * math.log(2)))
        self._path = path
        self.save()

    def import_filter(self, path: str) -> None:
        """Reads one that was saved. Raises ValueError for another file."""
        with open(path, "rb") as file:
            header = file.read(_HEADER.size)
            content = file.read()
        magic, size, hashes = (_HEADER.unpack(header)
                               if len(header) == _HEADER.size else (b"", 0, 0))
        if magic != _MAGIC or size != len(content) or not 0 < hashes < 100:
            raise ValueError(f"{path} is no filter that was saved here")
        self._bits, self._hashes = bytearray(content), hashes
        self._path = path

    def save(self) -> None:
        """Writes the filter; the file is whole at any time."""
        if not self._path:
            return
        part = f"{self._path}.{os.getpid()}.part"
        with open(part, "wb") as file:
            file.write(_HEADER.pack(_MAGIC, len(self._bits), self._hashes))
            file.write(self._bits)
        os.replace(part, self._path)

    def query_filter(self, item: Any, add_missing: bool = False) -> bool:
        """Whether the item was seen; optionally it counts as seen from now
        on."""
        if not self._bits:
            raise ValueError("there is no filter yet: create or import one")
        raw = item.encode() if isinstance(item, str) else bytes(item)
        digest = hashlib.blake2b(raw, digest_size=16).digest()
        first, second = struct.unpack("<QQ", digest)
        known = True
        for index in range(self._hashes):
            bit = (first + index * (second | 1)) % (len(self._bits) * 8)
            if not self._bits[bit >> 3] >> (bit & 7) & 1:
                known = False
                if add_missing:
                    self._bits[bit >> 3] |= 1 << (bit & 7)
        return known

    def backup_scheduler(self, seconds: float) -> None:
        """Saves the filter again and again."""
        self.save()
        self._timer = threading.Timer(seconds, self.backup_scheduler,
                                      (seconds,))
        self._timer.daemon = True
        self._timer.start()
