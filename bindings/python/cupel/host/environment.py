"""The variables of the process, and those that a call gets."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

# What a process needs to find its programs, its files and its language. The
# host starts this process with nothing else that is its own.
_MINIMAL = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ",
            "PYTHONPATH")
# Shorter values are found by chance in any text: "5", "true".
_LEAST_SECRET = 8


class Environment:
    """What os.environ is, and what must not be told of it."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    @contextlib.contextmanager
    def during_call(self, variables: list[tuple[str, bytes]],
                    replace: bool) -> Iterator[None]:
        """Sets the variables of one call. Raises ValueError for a name or a
        value that no environment can hold."""
        if not variables and not replace:
            yield
            return
        for name, value in variables:
            if not name or "=" in name or "\0" in name or b"\0" in value:
                raise ValueError(
                    f"the variable {name[:100]!r} can't be set: no name may be"
                    " empty or have a '=' in it, and nothing a zero byte")
        before = dict(os.environb)
        try:
            if replace:
                for key in set(os.environ) - set(_MINIMAL):
                    del os.environ[key]
            for name, value in variables:
                os.environb[os.fsencode(name)] = value
            self._secrets = sorted(
                (text for _, value in variables
                 if len(text := value.decode("utf-8", "replace"))
                 >= _LEAST_SECRET), key=len, reverse=True)
            yield
        finally:
            self._secrets = []
            os.environb.clear()
            os.environb.update(before)

    def mask(self, text: str) -> str:
        """The text without the values that the call at hand was given."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text
