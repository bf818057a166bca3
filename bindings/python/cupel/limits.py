"""How much a scan may take of everything."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

UNLIMITED: Final = math.inf
"""In a limit: never fires."""

_FOR_EVER = 2**64 - 1
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a scan; None in a field is its default, in brackets below.

    Counting limits hold for each input on its own, `total_time` and
    `memory_bytes` for the whole scan. A limit that fires stops nothing but
    what it is about; it is an incident in the report, whose coverage is then
    `partial`.

    >>> Limits(file_time=2.5, depth=3).depth
    3
    >>> Limits(depth=0)
    Traceback (most recent call last):
        ...
    cupel.errors.InvalidArgument: limits.depth is 0: it must be positive; \
None is the default, cupel.UNLIMITED never fires
    """

    total_time: float | None = None
    """Seconds for the whole scan [3600]."""
    file_time: float | None = None
    """Seconds of the rules over one file [10]."""
    total_bytes: float | None = None
    """Unpacked from one input [4 GiB]."""
    file_bytes: float | None = None
    """Of one file; the rest of it is not scanned [128 MiB]."""
    ratio: float | None = None
    """Bytes unpacked per byte of container, after the first 16 MiB [200]."""
    files: float | None = None
    """Unpacked from one input [131072]."""
    depth: float | None = None
    """Containers inside containers [8]."""
    name_bytes: float | None = None
    """Of a member's name [4096]."""
    matches_per_rule: float | None = None
    """String matches listed per rule and file [1000]."""
    memory_bytes: float | None = None
    """Of payloads held at once [1 GiB]."""
    plugin_time: float | None = None
    """Seconds of one call of a plugin [60]."""

    def __post_init__(self) -> None:
        self._numbers()

    def _numbers(self) -> tuple[int, ...]:
        """As they stand in cupel_limits: 0 is the default."""
        return tuple(_number(field.name, getattr(self, field.name))
                     for field in fields(self))


def _number(name: str, value: float | None) -> int:
    # Imported late: a plugin's process may want only the names.
    from cupel.errors import InvalidArgument
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"limits.{name} must be a number, not {value!r}")
    if not value > 0:
        raise InvalidArgument(
            f"limits.{name} is {value}: it must be positive; None is the "
            "default, cupel.UNLIMITED never fires")
    if math.isinf(value):
        return _FOR_EVER
    if name.endswith("_time"):
        value = max(1, round(value * _NS))
    elif value != int(value):
        raise InvalidArgument(f"limits.{name} is {value}: a whole number is "
                              "needed")
    return min(int(value), _FOR_EVER)
