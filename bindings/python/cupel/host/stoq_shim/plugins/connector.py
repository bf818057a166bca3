"""stoq.plugins.connector."""

from __future__ import annotations

from typing import Any

from cupel.host.stoq_shim.plugins.base import StoqPluginBase


class StoqConnectorPlugin(StoqPluginBase):
    """Base of connectors: `save(payload, **kwargs)`, with `archive=True` for
    payloads; may have `get_file(**kwargs)`."""

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""

    def get_file(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called, if it has one."""
        return None

    def connect(self, force_connect: bool = False, *args: Any,
                **kwargs: Any) -> Any:
        """Before the first save."""

    def disconnect(self, *args: Any, **kwargs: Any) -> Any:
        """After the last."""
