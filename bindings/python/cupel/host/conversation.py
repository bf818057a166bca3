"""Who speaks when: calls, answers to questions, and being interrupted.

A plugin runs in the main thread, and nothing else does unless the plugin
starts it: a second thread that reads the socket would cost every call two
changes of threads. Instead the kernel sends SIGIO when something comes from
the host; Python runs the handler in the main thread, between two instructions
of the plugin or out of a system call in which it sleeps, and the handler
raises `Interrupted` right there if what came is a Cancel.
"""

from __future__ import annotations

import fcntl
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from types import FrameType, TracebackType

from cupel.host.channel import Channel, Closed
from cupel.host.failures import Interrupted
from cupel.host.messages import (Cancel, Invoke, ItemTaken, NestedAnswer,
                                 Shutdown)
from cupel.host.names import Code, Method
from cupel.host.wire import Message, WireError

# A plugin that swallows its interruption gets another, so often.
_AGAIN_SECONDS = 0.05

_Answers = queue.SimpleQueue[Message | None]


class Shield:
    """While entered, the main thread is not interrupted: half a frame on the
    socket would be the end of the conversation."""

    def __init__(self) -> None:
        self.depth = 0
        self._main = threading.main_thread().ident
        self._after: Callable[[], None] = lambda: None

    def after(self, action: Callable[[], None]) -> None:
        """What to do when the last one is left."""
        self._after = action

    def __enter__(self) -> None:
        if threading.get_ident() == self._main:
            self.depth += 1

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if threading.get_ident() != self._main:
            return
        self.depth -= 1
        if self.depth == 0 and kind is None:
            self._after()


class Conversation:
    """The messages of one process with its host."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.shield = Shield()
        self.shield.after(self._after_shield)
        self.heartbeat: Callable[[Invoke], None] = lambda _: None
        self._main = threading.main_thread().ident or 0
        self._current = 0
        self._interruption: Interrupted | None = None
        self._missed = False
        self._backlog: deque[Invoke | Shutdown] = deque()
        self._cancelled: set[int] = set()
        self._boxes: dict[tuple[type[Message], int], _Answers] = {}

    def listen(self) -> None:
        """From now on what comes during a call interrupts it."""
        signal.signal(signal.SIGIO, self._on_signal)
        number = self.channel.fileno()
        fcntl.fcntl(number, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(number, fcntl.F_GETFL)
        fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_ASYNC)

    # -------------------------------------------------------------- sending

    def send(self, *messages: Message) -> None:
        """Sends messages, whole, and raises `Interrupted` if it is time."""
        with self.shield:
            self.channel.send(*messages)

    # ----------------------------------------------------------------- calls

    def next(self) -> Invoke | Shutdown:
        """What the host wants next. Raises Closed, WireError."""
        with self.shield:
            while not self._backlog:
                message = self.channel.receive()
                assert message is not None
                self._sort(message)
            return self._backlog.popleft()

    def enter(self, call: int) -> None:
        """A call begins. Raises `Interrupted` if it is over already."""
        self._interruption = None
        self._current = call
        if call in self._cancelled:
            self._cancelled.discard(call)
            self._interrupt(Code.CANCELLED, "the call was cancelled")
        with self.shield:
            self._drain()

    def leave(self) -> Interrupted | None:
        """A call is over: nothing is raised any more. Gives what should have
        ended it, if anything did."""
        self._current = 0
        for box in list(self._boxes.values()):
            box.put(None)
        return self._interruption

    def cancelled(self) -> bool:
        """Whether the current call should end."""
        return self._interruption is not None

    def interrupt(self, code: Code, message: str) -> None:
        """Ends the current call, from inside."""
        self._interrupt(code, message)
        self._raise_if_interrupted()

    # ------------------------------------------------------------- questions

    def ask(self, kind: type[Message], number: int,
            send: Callable[[], None]) -> Message:
        """Sends a question and waits for the answer of this kind."""
        box: _Answers = queue.SimpleQueue()
        self._boxes[kind, number] = box
        try:
            answer: Message | None = None
            if threading.current_thread() is threading.main_thread():
                with self.shield:
                    send()
                    while box.empty() and self._interruption is None:
                        message = self.channel.receive()
                        assert message is not None
                        self._sort(message)
                answer = box.get_nowait()
            else:
                send()
                answer = box.get()
        finally:
            self._boxes.pop((kind, number), None)
        if answer is None:
            raise Interrupted(Code.CANCELLED, "the call is over")
        return answer

    # --------------------------------------------------------- what comes in

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._current == 0:
            return
        if self.shield.depth:
            self._missed = True
            return
        self._after_shield(True)

    def _after_shield(self, look: bool = False) -> None:
        if self._current == 0:
            return
        if look or self._missed:
            self.shield.depth += 1
            try:
                self._drain()
            finally:
                self.shield.depth -= 1
        self._raise_if_interrupted()

    def _drain(self) -> None:
        self._missed = False
        try:
            while (message := self.channel.receive(wait=False)) is not None:
                self._sort(message)
        except (Closed, WireError) as error:
            # Nobody is left to hear what became of the call.
            if isinstance(error, WireError):
                print(f"cupel.host: {error}", file=sys.stderr, flush=True)
            os._exit(1)

    def _sort(self, message: Message) -> None:
        if isinstance(message, Cancel):
            if message.id == self._current:
                self._interrupt(Code.CANCELLED, "the call was cancelled")
            elif any(isinstance(m, Invoke) and m.id == message.id
                     for m in self._backlog):
                self._cancelled.add(message.id)
        elif isinstance(message, (ItemTaken, NestedAnswer)):
            box = self._boxes.get((type(message), message.id))
            if box is not None:
                box.put(message)
        elif isinstance(message, Invoke):
            if message.method == Method.HEARTBEAT:
                self.heartbeat(message)
            else:
                self._backlog.append(message)
        elif isinstance(message, Shutdown):
            self._backlog.append(message)
            self._interrupt(Code.CANCELLED, "the host shuts the plugin down")
        else:
            raise WireError(f"a {type(message).__name__} after the first one")

    def _interrupt(self, code: Code, message: str) -> None:
        if self._current == 0 or self._interruption is not None:
            return
        self._interruption = Interrupted(code, message)
        threading.Thread(target=self._insist, args=(self._current,),
                         name="cupel-insist", daemon=True).start()

    def _insist(self, call: int) -> None:
        while True:
            time.sleep(_AGAIN_SECONDS)
            if self._current != call:
                return
            signal.pthread_kill(self._main, signal.SIGIO)

    def _raise_if_interrupted(self) -> None:
        found = self._interruption
        if found is not None and self._current:
            raise Interrupted(found.code, str(found))
