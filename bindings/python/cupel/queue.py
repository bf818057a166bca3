"""A queue of jobs that outlives those who work on them.

>>> queue = Queue("memory:")
>>> queue.submit({"kind": "greet", "body": {"name": "Ada"}})[0]["existed"]
False
>>> with queue.lease_one(kinds=["greet"]) as job:
...     job.result(f"hello, {job.body['name']}", "text/plain")
>>> queue.stats()["completed"]
1

docs/queue.md is the guide.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypedDict, Union

from cupel import _cupel
from cupel._cupel import Cancel
from cupel.awaiting import in_thread
from cupel.documents import (Document, Path, milliseconds, object_of, paths_of,
                             text_of, texts_of, value_of)
from cupel.errors import Aborted, Cancelled, NotFound

Data = Union[bytes, bytearray, memoryview]

_FINAL = 1
_MOST_REASON = 1000
_BYTES = "application/octet-stream"


class Submitted(TypedDict):
    """A job that was submitted."""

    id: str
    existed: bool
    """It was there already; nothing was added."""


class Renewed(TypedDict):
    """A lease that goes on."""

    expires: str
    cancel_wanted: bool
    """The job is to end: `fail` or `release` it."""


class Statistics(TypedDict):
    """How many jobs there are in which state."""

    waiting: int
    delayed: int
    leased: int
    completed: int
    dead: int
    cancelled: int
    oldest_waiting: str | None


class LeasedJob:
    """A job that was leased to this worker, until it says how it ended or the
    lease is over.

    What is said after another worker has it raises Aborted, and changes
    nothing.
    """

    __slots__ = ("_queue", "info", "_result", "_ended")

    def __init__(self, queue: Queue, info: dict[str, Any]) -> None:
        self._queue = queue
        self.info = info
        """All that `Queue.job` tells of it, without its history."""
        self._result: tuple[Data, str] | None = None
        self._ended = False

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.info["id"])

    @property
    def kind(self) -> str:
        """What kind of job it is."""
        return str(self.info["kind"])

    @property
    def body(self) -> Any:
        """What is to be done."""
        return self.info["body"]

    @property
    def token(self) -> int:
        """Of this lease."""
        return int(self.info["token"])

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return int(self.info["attempts"])

    @property
    def ended(self) -> bool:
        """Whether it was completed, failed or released."""
        return self._ended

    def renew(self, lease: float = 60) -> Renewed:
        """The worker is still at it, for so many seconds from now."""
        found: Renewed = value_of(self._queue._handle.renew(
            self.id, self.token, milliseconds(lease, "lease")))
        return found

    def result(self, data: Data | str, type: str = _BYTES) -> None:
        """What the job is to be completed with at the end of the `with`. `type`
        is its MIME type."""
        if not isinstance(data, str):
            memoryview(data).release()  # raises TypeError
        if not isinstance(type, str):
            raise TypeError("type must be a str, the MIME type of the result")
        self._result = (data.encode() if isinstance(data, str) else data, type)

    def complete(self, data: Data | str = b"", type: str = _BYTES) -> None:
        """It is done, with this result."""
        self._queue._handle.complete(self.id, type, data, self.token)
        self._ended = True

    def fail(self, reason: str, *, final: bool = False, last_step: str = "",
             signal: int = 0, max_rss_bytes: int = 0) -> None:
        """It waits again, later with each attempt, or is dead; at once if
        another attempt would end the same way (`final`). `reason` is one line,
        without secrets."""
        self._queue._handle.fail(self.id, reason, last_step, self.token,
                                 _FINAL if final else 0, signal,
                                 max_rss_bytes)
        self._ended = True

    def release(self, reason: str = "") -> None:
        """It was not done, and loses no attempt."""
        self._queue._handle.release(self.id, reason, self.token)
        self._ended = True

    def __repr__(self) -> str:
        return f"<cupel.LeasedJob {self.kind} {self.id}>"


class Queue:
    """Internally synchronised; several processes may have the same one open.

    `url` is "sqlite:PATH" (made if it is not there), "memory:",
    "postgresql://…" or "amqp://…". Jobs that don't say have `max_attempts`
    [3]; after a first failure they wait for `backoff` seconds [1], then twice
    as long, up to `max_backoff` [600].
    """

    __slots__ = ("_handle", "__weakref__")

    def __init__(self, url: str, *, max_attempts: int = 0,
                 busy_timeout: float | None = None,
                 backoff: float | None = None,
                 max_backoff: float | None = None, max_body_bytes: int = 0,
                 max_result_bytes: int = 0,
                 driver_folders: Path | Iterable[Path] = ()) -> None:
        self._handle = _cupel.queue_open(
            os.fsencode(url), max_attempts,
            milliseconds(busy_timeout, "busy_timeout"),
            milliseconds(backoff, "backoff"),
            milliseconds(max_backoff, "max_backoff"), max_body_bytes,
            max_result_bytes, paths_of(driver_folders, "a folder of drivers"))

    @property
    def url(self) -> str:
        """Its URL without a password."""
        return self._handle.url().decode()

    def submit(self, jobs: Document | Iterable[Any]) -> list[Submitted]:
        """Adds a job, or several, all or none; in the same order. Each has
        "kind" and "body", and may have "id", "organisation", "priority",
        "not_before", "deadline", "dedup_key" and "max_attempts"."""
        if not isinstance(jobs, (str, bytes, bytearray, memoryview, dict)):
            jobs = list(jobs)
        added: list[Submitted] = object_of(self._handle.submit(
            text_of(jobs, "the jobs")))["jobs"]
        return added

    # ------------------------------------------------- for those who work

    def lease(self, max: int = 1, *, kinds: Iterable[str] = (),
              lease: float | None = None,
              worker: str = "") -> list[LeasedJob]:
        """Up to so many jobs, of any of these kinds (none: of any), for so
        many seconds [60]; none if there is nothing to do."""
        found = object_of(self._handle.lease(
            worker or _whoami(), max, milliseconds(lease, "lease"),
            texts_of(kinds, "kinds")))
        return [LeasedJob(self, each) for each in found["jobs"]]

    @contextmanager
    def lease_one(self, *, kinds: Iterable[str] = (),
                  lease: float | None = None, worker: str = "",
                  wait: float = 0, cancel: Cancel | None = None,
                  ) -> Iterator[LeasedJob]:
        """One job, for the time of a `with`. What the body does not say
        itself is said at its end: completed with its `result`, or failed with
        the exception that ends the body, which goes on, or with that of a
        result that is refused; a job whose worker is
        interrupted (KeyboardInterrupt, SystemExit, asyncio.CancelledError)
        goes back.

        Waits up to `wait` seconds for one. Raises NotFound if there is none
        then, Cancelled if `cancel` ends the waiting.
        """
        kinds = texts_of(kinds, "kinds")
        job = self._next(kinds, lease, worker, wait, cancel)
        try:
            yield job
            if not job.ended:
                job.complete(*(job._result or (b"",)))
        except Exception as error:
            if not job.ended:
                _say(job.fail, _reason(error))
            raise
        except BaseException as error:  # whatever interrupts
            if not job.ended:
                _say(job.release, type(error).__name__)
            raise

    def _next(self, kinds: tuple[str, ...], lease: float | None, worker: str,
              wait: float, cancel: Cancel | None) -> LeasedJob:
        until = time.monotonic() + wait
        while True:
            found = self.lease(kinds=kinds, lease=lease, worker=worker)
            if found:
                return found[0]
            left = until - time.monotonic()
            if left <= 0:
                raise NotFound("the queue has no job "
                               f"{'of these kinds ' if kinds else ''}to lease")
            if cancel is not None and cancel.triggered:
                raise Cancelled("the waiting for a job was cancelled")
            self.wait(left, kinds=kinds, cancel=cancel)

    def wait(self, timeout: float, *, kinds: Iterable[str] = (),
             cancel: Cancel | None = None) -> None:
        """Until there may be a job of these kinds (none: of any) to lease, at
        most so many seconds; may return early, as it does before the first
        `lease`. Raises Cancelled within 50 ms of `cancel`."""
        self._handle.wait(texts_of(kinds, "kinds"),
                          milliseconds(timeout, "timeout"), cancel)

    async def wait_async(self, timeout: float, *, kinds: Iterable[str] = (),
                         cancel: Cancel | None = None) -> None:
        """`wait` for asyncio. Cancelling the task ends it."""
        kinds = texts_of(kinds, "kinds")
        await in_thread(lambda switch: self.wait(timeout, kinds=kinds,
                                                 cancel=switch), cancel)

    # -------------------------------------------------------------- telling

    def job(self, id: str) -> dict[str, Any]:
        """All that is known of a job, with its history. Raises NotFound."""
        return object_of(self._handle.job(id))

    def result(self, id: str) -> bytes:
        """The bytes that the job was completed with."""
        return self._handle.result(id)

    def jobs(self, *, state: str = "", kind: str = "", after: str = "",
             max: int = 0) -> list[dict[str, Any]]:
        """Jobs in the order of submission, without bodies and histories: of
        one state ("waiting", "leased", "completed", "dead", "cancelled"), of
        one kind, after the one with an id; up to `max` [100]."""
        jobs: list[dict[str, Any]] = object_of(
            self._handle.list(state, kind, after, max))["jobs"]
        return jobs

    def stats(self) -> Statistics:
        """How many there are in which state."""
        found: Statistics = value_of(self._handle.stats())
        return found

    # -------------------------------------------------------- for operators

    def retry(self, id: str) -> None:
        """A dead or cancelled job waits again, with all its attempts."""
        self._handle.retry(id)

    def cancel(self, id: str, reason: str = "") -> None:
        """At once if it waits; if it is leased, its worker is told when it
        renews."""
        self._handle.cancel(id, reason)

    def purge(self, older_than: int, *, state: str = "") -> int:
        """Removes jobs that ended at least so many seconds ago, of one state
        or of all; returns how many."""
        return self._handle.purge(state, older_than)

    def __repr__(self) -> str:
        return f"<cupel.Queue {self.url}>"


def _whoami() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _reason(error: Exception) -> str:
    try:
        text = str(error)
    except Exception:  # anything at all
        text = ""
    words = " ".join(f"{type(error).__name__}: {text}".split())
    return words[:_MOST_REASON]


def _say(say: Any, reason: str) -> None:
    """Says how a job ended, beside an exception that is on its way. That
    another worker has it by now is for the queue to know."""
    try:
        say(reason)
    except Aborted:
        pass
