"""stoq.plugins.source."""

from __future__ import annotations

from typing import Any

from cupel.host.stoq_shim.plugins.base import StoqPluginBase


class StoqSourcePlugin(StoqPluginBase):
    """Base of sources: `ingest()` calls
    `self.stoq.worker.multiprocess_put(**kwargs)` for each piece of work. In
    stoQ it is a process as well; here the host has the processes."""

    multiprocess = False

    def ingest(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own, if others use it as a queue."""

    def publish_connect(self, *args: Any, **kwargs: Any) -> Any:
        """Before publish()."""

    def publish_release(self, *args: Any, **kwargs: Any) -> Any:
        """After publish()."""
