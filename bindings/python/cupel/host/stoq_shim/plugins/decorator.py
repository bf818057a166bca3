"""stoq.plugins.decorator."""

from __future__ import annotations

from typing import Any

from cupel.host.stoq_shim.plugins.base import StoqPluginBase


class StoqDecoratorPlugin(StoqPluginBase):
    """Base of decorators: `decorate(results)` returns the results."""

    def decorate(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""
