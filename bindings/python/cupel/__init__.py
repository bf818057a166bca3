"""Cupel in Python: scan, run plugins and jobs, with honest reports.

>>> import cupel
>>> rules = cupel.compile_rules('rule hello { strings: $a = "hello" '
...                             'condition: $a }')
>>> report = cupel.Scanner(rules).scan(b"hello, world")
>>> report.verdict
<Verdict.MATCHED: 'matched'>
>>> [finding.rule for finding in report.findings]
['hello']

`cupel.yara` is a familiar face for programs written for yara-python.

`cupel.plugin` is what plugins are written with, `cupel.host` is what runs them
in a process of their own. Neither needs anything but the standard library:
nothing of the binding is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Every public name, by the module that it is in; one line for each module.
_NAMES = {
    "cupel.errors": (
        "Aborted", "AlreadyExists", "Cancelled", "DataLoss",
        "DeadlineExceeded", "Diagnostic", "Error", "FailedPrecondition",
        "Internal", "InvalidArgument", "NotFound", "OutOfRange",
        "PermissionDenied", "ResourceExhausted", "Unauthenticated",
        "Unavailable", "Unimplemented", "Unknown"),
    "cupel._cupel": ("Cancel",),
    "cupel.engine": ("Engine", "default_engine"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items()
              for name in names}

__all__ = [  # noqa: F822 (found by __getattr__)
    "Aborted", "AlreadyExists", "Cancel", "Cancelled", "DataLoss",
    "DeadlineExceeded", "Diagnostic", "Engine", "Error",
    "FailedPrecondition", "Internal", "InvalidArgument", "NotFound",
    "OutOfRange", "PermissionDenied", "ResourceExhausted", "Unauthenticated",
    "Unavailable", "Unimplemented", "Unknown", "default_engine",
]

if TYPE_CHECKING:
    from cupel._cupel import Cancel
    from cupel.engine import Engine, default_engine
    from cupel.errors import (Aborted, AlreadyExists, Cancelled, DataLoss,
                              DeadlineExceeded, Diagnostic, Error,
                              FailedPrecondition, Internal, InvalidArgument,
                              NotFound, OutOfRange, PermissionDenied,
                              ResourceExhausted, Unauthenticated, Unavailable,
                              Unimplemented, Unknown)


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'cupel' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
