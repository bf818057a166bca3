"""StoqPluginManager: finds and loads plugins."""

from __future__ import annotations

from typing import Any

from cupel.host.names import CATEGORIES, Category
from cupel.host.stoq_runtime import runtime


class StoqPluginManager:
    """What `self.stoq` can do about plugins."""

    def load_plugin(self, name: str, category: str) -> Any:
        """An activated plugin; False if it can't be had, None if a name is
        missing."""
        if not name or not category:
            return None
        return runtime.load_plugin(name, category)

    def get_categories(self) -> list[str]:
        """The names of stoQ's eight categories."""
        return [text for text, category in CATEGORIES.items()
                if category is not Category.NORMALIZER]
