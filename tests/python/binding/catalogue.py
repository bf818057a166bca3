"""Keys, plugins and settings for the tests of the binding."""

from __future__ import annotations

import json
from pathlib import Path

# What no error, no repr and no log may show.
SECRET = "hunter2-is-the-secret"
SCHEMA = {"type": "object", "secret": ["API_KEY"], "required": ["API_KEY"],
          "properties": {
              "API_KEY": {"type": "string"},
              "TOP_PORTS": {"type": "integer", "maximum": 999,
                            "default": 250}}}
SETTINGS = {"API_KEY": SECRET, "TOP_PORTS": 7}


def write(folder: Path, name: str, content: object) -> Path:
    """A file below the folder, of text or of what JSON can hold."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str)
                    else json.dumps(content))
    return path


def boefjes(folder: Path) -> Path:
    """A folder with the boefje "dns", which has a schema, and a normalizer."""
    write(folder, "dns/boefje.json", {"id": "dns", "name": "DNS records",
                                      "scan_level": 0})
    write(folder, "dns/schema.json", SCHEMA)
    write(folder, "dns/__init__.py", "")
    write(folder, "dns/main.py", """
import os

def run(boefje_meta):
    input_ = boefje_meta["arguments"]["input"]
    return [({"boefje/dns"}, f"{input_['name']} {len(os.environ['API_KEY'])}")]
""")
    write(folder, "norm/normalizer.json", {
        "id": "norm", "name": "N", "consumes": ["boefje/dns"],
        "produces": ["Network"]})
    write(folder, "norm/__init__.py", "")
    write(folder, "norm/normalize.py", """
def run(input_ooi, raw):
    yield {"object_type": "Network", "name": raw.decode().split()[0]}
""")
    return folder
