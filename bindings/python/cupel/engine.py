"""Engines: what rules, scanners, registries and queues are made from."""

from __future__ import annotations

import threading

from cupel import _cupel


class Engine:
    """What everything else is made from. Immutable, for any number of threads.

    One per process is usual, and there is one that all functions take when
    none is given. Several do not disturb each other.

    >>> Engine()
    <cupel.Engine>
    """

    __slots__ = ("_handle",)

    def __init__(self) -> None:
        self._handle = _cupel.Engine()

    def __repr__(self) -> str:
        return "<cupel.Engine>"


_lock = threading.Lock()
_default: Engine | None = None


def default_engine() -> Engine:
    """The engine of this process, made when it is first asked for.

    >>> default_engine() is default_engine()
    True
    """
    global _default
    if _default is None:
        with _lock:
            if _default is None:
                _default = Engine()
    return _default
