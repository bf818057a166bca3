"""Stands for a plugin that runs elsewhere, in the host's hands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cupel.host.calls import view_of
from cupel.host.failures import Refused
from cupel.host.jsonio import to_json
from cupel.host.names import PRODUCERS, Category, Code
from cupel.plugin.call import NestedResult

if TYPE_CHECKING:
    from cupel.host.stoq_runtime import Runtime


class NestedPlugin:
    """Has the method of its category. Whether there is such a plugin shows
    when it is called: LookupError if not."""

    is_activated = True
    parentname: str | None = None

    def __init__(self, runtime: Runtime, category: Category,
                 name: str) -> None:
        self._runtime = runtime
        self._category = category
        self.name = name
        self.category = category.text

    def activate(self, *args: Any, **kwargs: Any) -> bool:
        """The host did."""
        return True

    def deactivate(self) -> None:
        """The host does."""

    def _ask(self, payload: Any, options: dict[str, Any]) -> NestedResult:
        host = self._runtime.host
        full = f"{self.category}:{self.name}"
        if host is None:
            raise Refused(f"{full} can be called only while the plugin that "
                          "calls it is called itself", Code.FAILED_PRECONDITION)
        return host.nested(full, view_of(payload, f"what {full} is to have"),
                           json.loads(to_json(options, "the arguments")))

    def __getattr__(self, attribute: str) -> Any:
        methods = {self._category.method}
        if self._category is Category.CONNECTOR:
            methods |= {"connect", "disconnect"}
        if attribute not in methods:
            raise AttributeError(
                f"{self.category}:{self.name} runs in another process; of its"
                f" attributes only {', '.join(sorted(methods))} can be used "
                f"here, not {attribute}")
        if attribute in ("connect", "disconnect"):
            return lambda *args, **kwargs: None
        return self._call

    def _call(self, payload: Any = b"", **kwargs: Any) -> Any:
        if isinstance(payload, dict):
            payload = to_json(payload, "the results")
        answer = self._ask(payload, kwargs)
        if self._category in PRODUCERS:
            return [({"filename": name.decode("utf-8", "replace")}, data)
                    for name, data in answer.children] or None
        if self._category is Category.READER and answer.children:
            return "".join(data.decode("utf-8", "replace")
                           for _, data in answer.children)
        if answer.results:
            return (answer.results[0] if len(answer.results) == 1
                    else answer.results)
        return None
