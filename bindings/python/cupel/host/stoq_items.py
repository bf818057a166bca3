"""What a source of stoQ puts in the queue, as an item for the host."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cupel.host.failures import Refused
from cupel.host.names import Code
from cupel.host.stoq_runtime import runtime
from cupel.plugin.call import Item

if TYPE_CHECKING:
    from cupel.host.stoq_shim.core import Stoq

# What is told apart from metadata.
_OWN = ("payload", "path", "tlp", "ratelimit")


def put(stoq: Stoq, message: dict[str, Any]) -> None:
    """Brings one message. What names a path is opened by the host; a URL, or
    what lies in a connector's archive, is fetched here."""
    host = runtime.host
    if host is None:
        raise Refused("multiprocess_put() brings work while the source's "
                      "ingest() runs, and it does not",
                      Code.FAILED_PRECONDITION)
    metadata = {key: value for key, value in message.items()
                if key not in _OWN}
    payload = message.get("payload")
    path = message.get("path") if payload is None else None
    if payload is None and not path:
        payload = _fetched(stoq, message)
        if payload is None:
            host.error(Code.NOT_FOUND, "what a source brought can't be had: "
                       + ", ".join(sorted(message))[:500])
            return
    name = (message.get("filename") or message.get("url")
            or os.path.basename(str(message.get("path") or "")))
    host.item(Item(path=os.path.abspath(str(path)) if path else b"",
                   data=payload, name=str(name), metadata=metadata,
                   tlp=str(message.get("tlp") or "")))


def _fetched(stoq: Stoq, message: dict[str, Any]) -> Any:
    archive = message.get("archive")
    if archive and archive != "file":
        connector = stoq.load_plugin(str(archive), "connector")
        if connector and hasattr(connector, "get_file"):
            return connector.get_file(**message)
        return None
    url = message.get("url")
    return stoq.get_file(str(url)) if url else None
