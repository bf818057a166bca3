"""stoq.plugins.carver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cupel.host.stoq_shim.plugins.base import StoqPluginBase


class StoqCarverPlugin(StoqPluginBase):
    """Base of carvers: `carve(payload, **kwargs)`."""

    def carve(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""

    def carve_payload(self, regex: Any, payload: Any,
                      ignorecase: bool = False) -> Iterator[tuple[int, int]]:
        """Where the expression matches: (start, end)."""
        if hasattr(payload, "read"):
            payload = payload.read()
        if isinstance(payload, (bytearray, memoryview)):
            payload = bytes(payload)
        if isinstance(payload, bytes) and isinstance(regex, str):
            regex = regex.encode()
        elif isinstance(payload, str) and isinstance(regex, bytes):
            regex = regex.decode()
        flags = re.MULTILINE | re.DOTALL
        if ignorecase:
            flags |= re.IGNORECASE
        for match in re.finditer(regex, payload, flags):
            yield match.span()
