"""Calls that last, for programs that may not wait for them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from cupel._cupel import Cancel

_T = TypeVar("_T")


async def in_thread(call: Callable[[Cancel], _T],
                    cancel: Cancel | None = None) -> _T:
    """The call in a thread of its own: those of the event loop's are few, and
    a call that lasts would keep them from others. Cancelling the task triggers
    the call's `Cancel`, and waits the moment until it has ended."""
    switch = cancel or Cancel()
    answer: Future[_T] = Future()
    running = asyncio.wrap_future(answer)
    threading.Thread(target=_answer, args=(answer, call, switch),
                     name="cupel").start()
    try:
        await asyncio.wait({running})
    except asyncio.CancelledError:
        switch.trigger()
        while not running.done():
            try:
                await asyncio.wait({running})
            except asyncio.CancelledError:
                pass  # it is on its way
        running.exception()  # it was looked at
        raise
    return running.result()


def _answer(answer: Future[_T], call: Callable[[Cancel], _T],
            switch: Cancel) -> None:
    try:
        answer.set_result(call(switch))
    except BaseException as error:  # for whoever waits
        answer.set_exception(error)
