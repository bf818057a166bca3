"""Exceptions of plugins as statuses that a report can show."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from types import TracebackType

from cupel.host.missing import explain_part, missing_module
from cupel.host.names import Code

_MOST_MESSAGE = 2000
_MOST_TRACEBACK = 32 << 10


class Interrupted(BaseException):
    """Raised in a plugin whose call is to end. No Exception, so that a plugin
    that catches those does not catch this."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


class Refused(Exception):
    """What a plugin did or is can't be accepted; the message is complete."""

    def __init__(self, message: str,
                 code: Code = Code.INVALID_ARGUMENT) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call, or the loading of a plugin, failed."""

    code: Code
    message: str
    trace: str = ""


def text_of(error: BaseException) -> str:
    """The exception's own text. It is the plugin's code that makes it, so even
    that may fail."""
    try:
        text = str(error)
    except Exception:  # anything at all
        text = "(its text can't be had: __str__ failed)"
    return text[:_MOST_MESSAGE]


def _place(trace: TracebackType | None, folder: str) -> str:
    """Where it happened: the innermost line of the plugin's own, else the
    innermost one."""
    frames = traceback.extract_tb(trace)
    prefix = os.path.join(folder, "")
    own = [f for f in frames if folder and f.filename.startswith(prefix)]
    if not frames:
        return ""
    last = (own or list(frames))[-1]
    name = last.filename
    if own:
        name = os.path.relpath(name, folder)
    return f" ({name}:{last.lineno}, in {last.name})"


def trace_of(error: BaseException) -> str:
    """The traceback as Python prints it, not longer than a log can bear."""
    try:
        text = "".join(traceback.format_exception(error))
    except Exception:  # a plugin's __str__ may do anything
        text = "".join(traceback.format_tb(error.__traceback__))
    if len(text) > _MOST_TRACEBACK:
        half = _MOST_TRACEBACK // 2
        text = text[:half] + "\n  …\n" + text[-half:]
    return text


def failure_of(error: BaseException, folder: str) -> Failure:
    """The failure that an exception stands for. `folder`: the plugin's."""
    if isinstance(error, (Interrupted, Refused)):
        return Failure(error.code, text_of(error))
    kind = type(error).__name__
    place = _place(error.__traceback__, folder)
    trace = trace_of(error)
    if isinstance(error, SystemExit):
        message = f"the plugin called sys.exit({error.code!r}){place}"
        return Failure(Code.UNKNOWN, message[:_MOST_MESSAGE], trace)
    if isinstance(error, ModuleNotFoundError):
        message = missing_module(error.name or text_of(error)) + place
        return Failure(Code.FAILED_PRECONDITION, message, trace)
    if isinstance(error, ImportError):
        message = f"{text_of(error)}{explain_part(error.name)}{place}"
        return Failure(Code.FAILED_PRECONDITION, message, trace)
    if isinstance(error, SyntaxError):
        name = os.path.basename(error.filename or "its code")
        message = f"{kind}: {error.msg} ({name}:{error.lineno})"
        return Failure(Code.INVALID_ARGUMENT, message, trace)
    code = getattr(error, "cupel_code", None)
    if not isinstance(code, Code):
        code = (Code.RESOURCE_EXHAUSTED if isinstance(error, MemoryError)
                else Code.UNKNOWN)
    text = text_of(error)
    message = f"{kind}: {text}{place}" if text else kind + place
    return Failure(code, message, trace)
