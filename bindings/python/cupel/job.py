"""Jobs: the models of OpenKAT, read, checked and written.

>>> job = Job.parse({"id": "11111111-1111-4111-8111-111111111111",
...                  "boefje": {"id": "dns-records"},
...                  "organization": "acme"}, JobKind.BOEFJE_META)
>>> job.kind
<JobKind.BOEFJE_META: 5>
>>> job.to_dict()["boefje"]["id"]
'dns-records'

Errors name the place of what is wrong, what was expected and what kind of value
was found, and never show a value.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, TypedDict

from cupel import _cupel
from cupel.documents import Document, object_of, text_of, value_of
from cupel.errors import FailedPrecondition
from cupel.settings import Keyring

_INDENT, _REVEAL = 1, 2


class JobKind(IntEnum):
    """Which model a job is."""

    ANY = 0
    """For reading: whichever it looks like."""
    TASK = 1
    TASK_POP = 2
    PAGINATED_TASKS_RESPONSE = 3
    QUEUE = 4
    BOEFJE_META = 5
    RAW_DATA_META = 6
    NORMALIZER_META = 7
    FILE = 8
    BOEFJE_OUTPUT = 9
    BOEFJE_INPUT = 10
    NORMALIZER_OBSERVATION = 11
    NORMALIZER_DECLARATION = 12
    NORMALIZER_AFFIRMATION = 13
    DECLARED_SCAN_PROFILE = 14
    NORMALIZER_RESULTS = 15
    OOI = 16

    @property
    def model(self) -> str:
        """OpenKAT's name of it: "TaskPop"."""
        return _cupel.job_kind_name(self)


class TaskStatus(IntEnum):
    """How far a task is.

    pending, queued, dispatched, running, then completed or failed. From
    dispatched, running and failed it can go back to queued, for another
    attempt; from whatever is not final it can be cancelled.
    """

    PENDING = 0
    QUEUED = 1
    DISPATCHED = 2
    RUNNING = 3
    COMPLETED = 4
    FAILED = 5
    CANCELLED = 6

    def can_become(self, other: TaskStatus) -> bool:
        """Whether a task may go from this to the other.

        >>> TaskStatus.RUNNING.can_become(TaskStatus.QUEUED)
        True
        >>> TaskStatus.COMPLETED.can_become(TaskStatus.RUNNING)
        False
        """
        try:
            _cupel.task_transition_check(self, other)
        except FailedPrecondition:
            return False
        return True


class JobProblem(TypedDict):
    """One thing that is wrong with a document."""

    path: str
    type: str
    message: str


class JobCheck(TypedDict):
    """What a document is, and all that is wrong with it."""

    kind: str | None
    sound: bool
    count: int
    problems: list[JobProblem]


class JobComparison(TypedDict):
    """Whether two jobs are the same; if not, in what they differ."""

    same: bool
    differences: list[str]


class Job:
    """One document, read and found sound. Immutable, for any number of
    threads."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _cupel.Job) -> None:
        """For the other ways, see `parse` and `decode`."""
        self._handle = handle

    @classmethod
    def parse(cls, document: Document, kind: JobKind = JobKind.ANY) -> Job:
        """Reads a document. Raises InvalidArgument for what is no such
        document; ResourceExhausted for one that is too large, too deep or of
        too many values."""
        return cls(_cupel.job_parse(text_of(document, "the job"), kind))

    @staticmethod
    def check(document: Document, kind: JobKind = JobKind.ANY) -> JobCheck:
        """All that is wrong with a document, and what it is.

        >>> found = Job.check({"id": 7}, JobKind.TASK)
        >>> found["sound"], found["problems"][0]["path"]
        (False, '$.id')
        """
        found: JobCheck = value_of(_cupel.job_check(
            text_of(document, "the job"), kind))
        return found

    @classmethod
    def decode(cls, record: bytes | memoryview) -> Job:
        """The job of what `encode` gave. Raises DataLoss for bytes that are
        not whole."""
        return cls(_cupel.job_decode(record))

    def encode(self) -> bytes:
        """As a protocol buffer, cupel.v1.JobRecord, for storage: the same bytes
        for the same job. Values of environments, which may be secrets, are in
        it."""
        return self._handle.encode()

    @property
    def kind(self) -> JobKind:
        """Which model it is."""
        return JobKind(self._handle.kind)

    def to_dict(self, *, reveal: bool = False) -> dict[str, Any]:
        """The document. Values of environments, which may be secrets, are
        "***" unless they are to be revealed."""
        return object_of(self._handle.json(_REVEAL if reveal else 0))

    def to_json(self, *, reveal: bool = False, indent: bool = False) -> str:
        """The same as text, the keys in the order of OpenKAT's models."""
        flags = (_REVEAL if reveal else 0) | (_INDENT if indent else 0)
        return self._handle.json(flags).decode()

    @property
    def status(self) -> TaskStatus:
        """Of a task. Raises FailedPrecondition for a job that is none."""
        return TaskStatus(self._handle.status)

    def transition(self, to: TaskStatus) -> Job:
        """The task with another status, modified now. Raises
        FailedPrecondition, with the states that are legal."""
        return Job(self._handle.transition(to))

    # ----------------------------------------------------------- same or not

    def environment_fingerprint(self, keyring: Keyring) -> str:
        """Of the environment that the job carries, as that of the same
        variables in an `Environment`."""
        return self._handle.environment_fingerprint(
            keyring._handle).decode()

    def key(self, environment_fingerprint: str = "") -> str:
        """What decides whether a run serves for another: 64 hexadecimal
        digits over plugin, version, input and environment; not the
        organisation."""
        return self._handle.key(environment_fingerprint).decode()

    def compare(self, other: Job) -> JobComparison:
        """Whether two jobs are the same, in words without values."""
        found: JobComparison = value_of(self._handle.compare(other._handle))
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Job):
            return NotImplemented
        return (self.kind == other.kind
                and self._handle.encode() == other._handle.encode())

    def __hash__(self) -> int:
        return hash((self.kind, self._handle.encode()))

    def __repr__(self) -> str:
        return f"<cupel.Job {self.kind.model}>"


def openkat_task_hash_boefje(input_ooi: str, boefje: str,
                             organisation: str) -> str:
    """OpenKAT's own hash of a boefje task in its queue. An empty `input_ooi`
    is none, as there."""
    return _cupel.openkat_task_hash_boefje(input_ooi, boefje,
                                           organisation).decode()


def openkat_task_hash_normalizer(normalizer: str, boefje_meta_id: str,
                                 organisation: str) -> str:
    """The same of a normalizer task."""
    return _cupel.openkat_task_hash_normalizer(normalizer, boefje_meta_id,
                                               organisation).decode()
