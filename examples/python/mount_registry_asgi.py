#!/usr/bin/env python3
"""Answers the REST API of OpenKAT's catalogue: an ASGI application.

    CUPEL_PLUGINS=plugins/ uvicorn --factory mount_registry_asgi:make
    python3 mount_registry_asgi.py plugins/

The second line asks it without a server, and prints what mount_registry does.
"""

import asyncio
import os
import sys
from collections.abc import MutableMapping
from typing import Any

import cupel

Message = MutableMapping[str, Any]

PLUGINS = "/v1/organisations/acme/plugins"
SETTINGS = "/v1/organisations/acme/dns-records/settings"


def make() -> cupel.AsgiApplication:
    """The application; it answers in threads of the event loop's."""
    # In memory, with a key that is forgotten with it.
    keys = cupel.Keyring([cupel.Keyring.generate_key()])
    registry = cupel.Registry(plugin_folders=[os.environ["CUPEL_PLUGINS"]],
                              keyring=keys)
    registry.add_organisation("acme", "Acme Inc.")
    return registry.asgi


async def ask(application: cupel.AsgiApplication, method: str, path: str,
              query: bytes = b"", body: bytes = b"") -> None:
    """One request, as a server would hand it over."""
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        said.append(message)

    await application(
        {"type": "http", "method": method, "path": path, "query_string": query,
         "headers": [(b"content-type", b"application/json")]}, receive, send)
    start, content = said
    print(f"{method} {path}\n{start['status']} {content['body'].decode()}")


async def run() -> None:
    application = make()
    await ask(application, "GET", PLUGINS, b"q=parent")
    await ask(application, "PUT", SETTINGS, body=b'{"REMOTE_NS": 5}')
    await ask(application, "PUT", SETTINGS, body=b'{"REMOTE_NS": "9.9.9.9"}')
    await ask(application, "GET", SETTINGS)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: mount_registry_asgi PLUGINS", file=sys.stderr)
        sys.exit(2)
    os.environ["CUPEL_PLUGINS"] = sys.argv[1]
    try:
        asyncio.run(run())
    except cupel.Error as error:
        print(f"mount_registry_asgi: {error}", file=sys.stderr)
        sys.exit(2)
