"""stoq.plugins.reader."""

from __future__ import annotations

from typing import Any

from cupel.host.stoq_shim.plugins.base import StoqPluginBase


class StoqReaderPlugin(StoqPluginBase):
    """Base of readers: `read(payload, **kwargs)`."""

    def read(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""
