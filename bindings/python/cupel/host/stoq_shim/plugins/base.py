"""stoq.plugins.base: what all plugins have."""

from __future__ import annotations

import logging
import re
from typing import Any

from cupel.host.stoq_shim import __version__


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(version))]


class StoqPluginBase:
    """A plain class, so that plugins can mix in others. Base methods accept
    any arguments: plugins call them by super() in every way."""

    is_activated = False
    min_stoq_version: str | None = None
    max_stoq_version: str | None = None
    incompatible_plugin = False
    wants_heartbeat = False
    parentname: str | None = None
    name = ""
    category = ""
    plugin_path = ""
    max_tlp: str | None = None
    details: Any = None
    stoq: Any = None
    log = logging.getLogger("stoq")  # each plugin gets its own
    _cupel_given: dict[str, Any] = {}
    _cupel_set: set[str] = set()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    @property
    def min_version(self) -> bool:
        """Whether this stoQ is new enough for the plugin."""
        least = self.min_stoq_version
        return not least or _numbers(__version__) >= _numbers(least)

    @property
    def max_version(self) -> bool:
        """Whether this stoQ is older than the plugin's bound."""
        bound = self.max_stoq_version
        return not bound or _numbers(__version__) < _numbers(bound)

    def activate(self, *args: Any, **kwargs: Any) -> Any:
        """Options that the host gives win over those of the manifest."""
        if not self.min_version or not self.max_version:
            self.incompatible_plugin = True
            self.log.warning(
                "this plugin is for stoQ from %s to below %s, and this is %s: "
                "what it does may be wrong", self.min_stoq_version or "any",
                self.max_stoq_version or "any", __version__)
        for key, value in self._cupel_given.items():
            setattr(self, key, value)
        if self.max_tlp:
            self.max_tlp = str(self.max_tlp).lower()
        self.is_activated = True
        return True

    def deactivate(self, *args: Any, **kwargs: Any) -> Any:
        """After the last call."""
        self.is_activated = False

    def heartbeat(self, force: bool = False, *args: Any, **kwargs: Any) -> Any:
        """Runs beside the calls, in a thread of its own, if the plugin has
        `wants_heartbeat`."""
