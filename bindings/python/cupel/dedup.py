"""Runs that serve for several jobs, so that nothing is done twice.

>>> dedup = Dedup()
>>> key = "0" * 64                                 # of Job.key()
>>> first = dedup.join("acme", "job-1", key=key)
>>> dedup.join("other", "job-2", key=key)["action"]
'follow'
>>> for each in dedup.complete("acme", "job-1", first["token"],
...                            [(b"raw", ["text/plain"])]):
...     print(each["organisation"], each["job"], len(each["raws"]))
acme job-1 1
other job-2 1
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag
from typing import Any, Literal, TypedDict, Union

from cupel import _cupel
from cupel.documents import (Path, database_of, list_of, milliseconds,
                             object_of, texts_of, value_of)

Data = Union[bytes, bytearray, memoryview]


class Sharing(IntFlag):
    """The switches: runs are shared if all three are on."""

    NONE = 0
    INSTALL = 1
    ORGANISATION = 2
    PLUGIN = 4
    """"deduplicate" of its manifest."""
    ALL = 7


class Raw(TypedDict):
    """A file that a run gave, as one organisation has it."""

    id: str
    job: str
    mime_types: list[str]
    created: str
    sha256: str
    size: int


class Decision(TypedDict):
    """What is to be done with a job."""

    action: Literal["alone", "lead", "follow", "reuse"]
    """"alone", "lead": run it. "follow": it gets its raws when another is
    completed. "reuse": it is done, `raws` are its."""
    reason: str
    hands_organisation: bool
    """Only then is the plugin told the organisation."""
    token: int
    """The lease of who runs it."""
    expires: str | None
    raws: list[Raw]


class Handed(TypedDict):
    """What a job got of a run that is completed."""

    organisation: str
    job: str
    raws: list[Raw]


class Released(TypedDict):
    """A job that waits no more and is to be queued again."""

    organisation: str
    job: str
    led: bool


class Dedup:
    """Runs that go on and that are done, and the raws they gave. Internally
    synchronised; several processes, with PostgreSQL also several machines, may
    share a database.

    `database` is as that of a `Registry`. A leader that says nothing for
    `lease` seconds [600] is taken for dead.
    """

    __slots__ = ("_handle",)

    def __init__(self, database: Path | None = None, *,
                 lease: float | None = None, max_raw_bytes: int = 0,
                 busy_timeout: float | None = None) -> None:
        self._handle = _cupel.dedup_open(
            database_of(database), milliseconds(lease, "lease"),
            max_raw_bytes, milliseconds(busy_timeout, "busy_timeout"))

    def join(self, organisation: str, job: str, *, key: str = "",
             plugin: str = "", sharing: Sharing = Sharing.ALL,
             system_variables: Iterable[str] = (),
             max_age: int | None = None) -> Decision:
        """What is to be done with a job. May be repeated: nothing is done
        twice.

        `job` is its id, `key` that of `Job.key`, `plugin` its name for
        messages. `system_variables` are names of the host's BOEFJE_ variables
        that the plugin would get: with any, and runs that are shared, it
        raises FailedPrecondition. `max_age` is the organisation's interval in
        seconds, older data being of no use to it; None: it has none, then a
        day.
        """
        found: Decision = value_of(self._handle.join(
            organisation, job, plugin, key, sharing,
            texts_of(system_variables, "system_variables"),
            -1 if max_age is None else max_age))
        return found

    def renew(self, organisation: str, job: str, token: int) -> dict[str, Any]:
        """{"token": 12, "expires": "…"}: the leader is still at it. Raises
        FailedPrecondition, as `complete` and `fail`, if another took its
        place."""
        return object_of(self._handle.renew(organisation, job, token))

    def complete(self, organisation: str, job: str, token: int,
                 outputs: Iterable[tuple[Data, Iterable[str]]],
                 ) -> list[Handed]:
        """Stores what the run gave, bytes with their MIME types, once, and
        hands it to all who waited, the leader first."""
        return list_of(self._handle.complete(
            organisation, job, token,
            [(data, texts_of(types, "MIME types"))
             for data, types in outputs]))

    def fail(self, organisation: str, job: str, token: int) -> list[Released]:
        """Those who wait no more. The first of them to join again leads."""
        return list_of(self._handle.fail(organisation, job, token))

    def leave(self, organisation: str, job: str) -> list[Released]:
        """The job was cancelled; who waited for it."""
        return list_of(self._handle.leave(organisation, job))

    def release_expired(self) -> list[Released]:
        """Ends the runs whose leaders' time is up."""
        return list_of(self._handle.release_expired())

    def forget(self, organisation: str) -> list[Released]:
        """Removes an organisation's jobs and raws. Others who waited for
        it."""
        return list_of(self._handle.forget(organisation))

    def prune(self, older_than: int) -> int:
        """Forgets runs that ended and began longer ago than so many seconds;
        raws stay. Returns how many."""
        return self._handle.prune(older_than)

    def raws(self, organisation: str, job: str = "") -> list[Raw]:
        """An organisation's raws, of one job or of all."""
        return list_of(self._handle.raws(organisation, job))

    def raw_bytes(self, organisation: str, id: str) -> bytes:
        """The bytes of a raw. Raises NotFound if the organisation has none
        with this id."""
        return self._handle.raw_bytes(organisation, id)

    def delete_raw(self, organisation: str, id: str) -> None:
        """With the last raw of some bytes go the bytes, and the run that gave
        them."""
        self._handle.delete_raw(organisation, id)

    def set_time(self, micros: int) -> None:
        """The time from now on, in microseconds since 1970: for tests. 0: the
        system's."""
        self._handle.set_time(micros)

    def __repr__(self) -> str:
        return "<cupel.Dedup>"
