"""Calls that last, for programs that may not wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from cupel._cupel import Cancel

_T = TypeVar("_T")


async def in_thread(call: Callable[[Cancel], _T],
                    cancel: Cancel | None = None) -> _T:
    """The call in a thread of the event loop's. Cancelling the task triggers
    the call's `Cancel`, and waits the moment until it has ended."""
    switch = cancel or Cancel()
    running = asyncio.get_running_loop().run_in_executor(None, call, switch)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        switch.trigger()
        await asyncio.wait({running})
        if not running.cancelled():
            running.exception()  # it was looked at
        raise
