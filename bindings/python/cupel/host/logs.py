"""What plugins log with Python's own `logging`, in the host's log."""

from __future__ import annotations

import logging
from collections.abc import Callable

from cupel.host.names import Level

_MOST_TEXT = 64 << 10


class HostHandler(logging.Handler):
    """Sends each record to the host."""

    def __init__(self, send: Callable[[Level, str], None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except Exception as error:  # the plugin's format
            text = f"a record that can't be formatted: {record.msg!r}: {error}"
        self._send(_level(record.levelno), text[:_MOST_TEXT])


def _level(number: int) -> Level:
    if number >= logging.ERROR:
        return Level.ERROR
    if number >= logging.WARNING:
        return Level.WARNING
    return Level.INFO if number >= logging.INFO else Level.DEBUG


def install(send: Callable[[Level, str], None]) -> None:
    """Makes the host the place where all loggers write."""
    handler = HostHandler(send)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
