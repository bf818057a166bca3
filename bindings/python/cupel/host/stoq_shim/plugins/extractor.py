"""stoq.plugins.extractor."""

from __future__ import annotations

from typing import Any

from cupel.host.stoq_shim.plugins.base import StoqPluginBase


class StoqExtractorPlugin(StoqPluginBase):
    """Base of extractors: `extract(payload, **kwargs)`."""

    def extract(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""
