"""What goes wrong in Cupel: one exception for each of its status codes.

All are a `cupel.Error`; where Python has an exception for the same thing, they
are one of those as well, so that `except LookupError` and the like do what one
expects.

>>> try:
...     raise NotFound("no plugin 'pe': did you mean 'peinfo'?")
... except LookupError as error:
...     print(error, error.code)
no plugin 'pe': did you mean 'peinfo'? 5
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One remark of the rule compiler."""

    severity: Literal["error", "warning"]
    file: str
    """As it was given or found; the namespace of rules given as text."""
    line: int
    """Counted from 1; 0 is the file as a whole."""
    rule: str
    """Empty if it is not known."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        rule = f" in rule {self.rule}" if self.rule else ""
        return f"{place}: {self.severity}{rule}: {self.message}"


class Error(Exception):
    """A call of the library failed."""

    code: ClassVar[int] = 2
    """The status of the C interface; equal to gRPC's."""
    message: str
    """What, where, and where possible what to do, in one line."""
    diagnostics: tuple[Diagnostic, ...]
    """Every error of every rule file, if rules did not compile."""

    def __init__(self, message: str,
                 diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[type[Error], tuple[Any, ...]]:
        return type(self), (self.message, self.diagnostics)


class Cancelled(Error):
    """A `Cancel` or a callback ended the call."""

    code = 1


class Unknown(Error):
    """Something failed that says no more, such as code that is not Cupel's."""

    code = 2


class InvalidArgument(Error, ValueError):
    """An argument, an option or a rule is wrong, whatever the state of things.
    """

    code = 3


class DeadlineExceeded(Error, TimeoutError):
    """It took longer than it was allowed to."""

    code = 4


class NotFound(Error, LookupError):
    """There is nothing of that name."""

    code = 5


class AlreadyExists(Error):
    """There is one of that name already."""

    code = 6


class PermissionDenied(Error, PermissionError):
    """The operating system, or a policy, does not allow it."""

    code = 7


class ResourceExhausted(Error):
    """A limit was reached, or the system ran out of something."""

    code = 8


class FailedPrecondition(Error, RuntimeError):
    """Not in this state: something else has to be done, or to end, before."""

    code = 9


class Aborted(Error):
    """Somebody else was faster, or a callback wanted no more."""

    code = 10


class OutOfRange(Error, IndexError):
    """Beyond what there is."""

    code = 11


class Unimplemented(Error, NotImplementedError):
    """This library can't do that."""

    code = 12


class Internal(Error, RuntimeError):
    """A mistake in Cupel itself. Please report it."""

    code = 13


class Unavailable(Error):
    """Not now: trying again later may help."""

    code = 14


class DataLoss(Error):
    """Data is damaged, and can't be had back."""

    code = 15


class Unauthenticated(Error):
    """Without credentials, or with wrong ones."""

    code = 16


BY_CODE: tuple[type[Error], ...] = (
    Error, Cancelled, Unknown, InvalidArgument, DeadlineExceeded, NotFound,
    AlreadyExists, PermissionDenied, ResourceExhausted, FailedPrecondition,
    Aborted, OutOfRange, Unimplemented, Internal, Unavailable, DataLoss,
    Unauthenticated)
"""The class for each code; that of 0 is never raised."""
