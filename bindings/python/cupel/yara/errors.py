"""Exceptions with yara-python's names. All are a `cupel.Error` too."""

from __future__ import annotations

import cupel.errors


class Error(cupel.errors.Error):
    """Something failed; the other three are one."""


class SyntaxError(Error):
    """Rules did not compile; `diagnostics` has all of their mistakes."""


class TimeoutError(Error):
    """The rules took longer than `timeout`."""


class WarningError(Error):
    """There were warnings, and they were to be errors."""

    warnings: list[str]

    def __init__(self, warnings: list[str]) -> None:
        super().__init__(str(warnings))
        self.warnings = warnings

    def __reduce__(self) -> tuple[type[WarningError], tuple[list[str]]]:
        return type(self), (self.warnings,)


def unsupported(what: str, instead: str) -> Error:
    return Error(f"{what} is not supported by cupel.yara: {instead}")
