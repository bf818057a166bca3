"""stoq.plugins.decoder."""

from __future__ import annotations

from typing import Any

from cupel.host.stoq_shim.plugins.base import StoqPluginBase


class StoqDecoderPlugin(StoqPluginBase):
    """Base of decoders: `decode(payload, **kwargs)`."""

    def decode(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""

    def to_bytearray(self, payload: Any) -> bytearray:
        """The payload as bytes that can be changed."""
        if isinstance(payload, bytearray):
            return payload
        if isinstance(payload, str):
            return bytearray(payload, "utf-8", "replace")
        return bytearray(payload)
