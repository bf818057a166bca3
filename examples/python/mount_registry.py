#!/usr/bin/env python3
"""Answers the REST API of OpenKAT's catalogue: a WSGI application, here in the
server of the standard library, asked over the network.

    python3 mount_registry.py plugins/

Who may ask is the program's business: the API itself lets everybody, unless
the application is given tokens.
"""

import sys
import threading
import urllib.error
import urllib.request
from wsgiref.simple_server import (WSGIRequestHandler, WSGIServer,
                                   make_server)

import cupel

PLUGINS = "/v1/organisations/acme/plugins"
SETTINGS = "/v1/organisations/acme/dns-records/settings"


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """What was asked is printed here, not by the server."""


def ask(server: WSGIServer, method: str, path: str, query: str = "",
        body: bytes | None = None) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.server_port}{path}{query}", body,
        {"Content-Type": "application/json"}, method=method)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused:
        answer = refused  # an answer as well
    with answer:
        print(f"{method} {path}\n{answer.status} {answer.read().decode()}")


def run(plugins: str) -> None:
    # In memory, with a key that is forgotten with it.
    keys = cupel.Keyring([cupel.Keyring.generate_key()])
    registry = cupel.Registry(plugin_folders=[plugins], keyring=keys)
    registry.add_organisation("acme", "Acme Inc.")
    with make_server("127.0.0.1", 0, registry.wsgi,
                     handler_class=Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ask(server, "GET", PLUGINS, "?q=parent")
        ask(server, "PUT", SETTINGS, body=b'{"REMOTE_NS": 5}')
        ask(server, "PUT", SETTINGS, body=b'{"REMOTE_NS": "9.9.9.9"}')
        ask(server, "GET", SETTINGS)
        server.shutdown()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: mount_registry PLUGINS", file=sys.stderr)
        sys.exit(2)
    try:
        run(sys.argv[1])
    except cupel.Error as error:
        print(f"mount_registry: {error}", file=sys.stderr)
        sys.exit(2)
