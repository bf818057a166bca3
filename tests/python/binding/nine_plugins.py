"""One plugin of each category, as text: run in a process of its own and in
this one, it has to say the same."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from catalogue import write

CODE = {
    "source": """
from cupel.plugin import Item, source

@source
def ingest(call):
    yield Item(data=b"first", name="one", metadata={"n": 1}, tlp="green")
    call.item(data=bytearray(b"second"), name=b"tw\\xff")
    yield Item(path="/etc/hostname")
""",
    "reader": """
from cupel.plugin import reader

@reader
def read(call):
    return bytes(call.bytes).decode("latin-1").upper()
""",
    "worker": """
from cupel.plugin import Worker

class Counts(Worker):
    def activate(self, options):
        self.base = options["base"]

    def scan(self, call):
        call.log.info("looks at %d bytes", len(call.bytes))
        call.statement("found", tags=["a", "b"], meta={"k": [1]}, weight=3,
                       offset=1, length=2)
        call.dispatch("decoder:other")
        call.error("odd, but not bad", "data_loss")
        call.result({"budget": call.budget > 0, "name": call.name.hex()})
        return {"size": len(call.bytes) + self.base, "type": call.type,
                "path": call.path, "tlp": call.tlp, "sha256": call.sha256,
                "cancelled": call.cancelled, "odd": float("inf")}
""",
    "extractor": """
from cupel.plugin import Child, extractor

@extractor
def extract(call):
    yield Child(call.bytes[1:4], "slice", {"k": "v"}, "worker:a", scan=False)
    yield b"bytes"
    yield ("pair", b"of bytes")
    call.child(call.bytes[::2], name="every second", save=True)
    yield Child(memoryview(b"copied")[2:], b"\\xff\\xfe")
""",
    "carver": """
from cupel.plugin import carver

@carver
def carve(call):
    at = bytes(call.bytes).find(b"l")
    return [call.bytes[at:], call.bytes[:at]]
""",
    "decoder": """
from cupel.plugin import Decoder

class Xor(Decoder):
    def decode(self, call):
        key = call.options["key"]
        yield bytes(byte ^ key for byte in call.bytes)
""",
    "decorator": """
from cupel.plugin import decorator

@decorator
def decorate(call):
    return {"seen": sorted(call.document)}
""",
    "connector": """
from cupel.plugin import Connector

class Keeps(Connector):
    def connect(self, call):
        self.kept = []

    def save(self, call):
        self.kept.append(bytes(call.bytes))
        return {"conn_id": len(self.kept), "document": call.document}

    def disconnect(self, call):
        self.kept.clear()

    def get_file(self, call):
        return call.document["conn_id"].encode()
""",
    "normalizer": """
from cupel.plugin import normalizer

@normalizer
def normalize(call):
    for word in bytes(call.bytes).split():
        yield {"word": word.decode()}
    return [{"end": True}]
""",
}
OPTIONS = {"worker": {"base": 100}, "decoder": {"key": 7}}
METHODS = {"source": "ingest", "reader": "read", "worker": "scan",
           "extractor": "extract", "carver": "carve", "decoder": "decode",
           "decorator": "decorate", "connector": "save",
           "normalizer": "normalize"}


def folder_of(root: Path, category: str, code: str = "", name: str = "",
              **manifest: object) -> Path:
    """The folder of a plugin, with its manifest."""
    name = name or f"mine-{category}"
    write(root, f"{name}/plugin.json", {
        "name": name, "category": category, "module": "code.py",
        "version": "1.2", "options": OPTIONS.get(category, {}), **manifest})
    write(root, f"{name}/code.py", code or CODE[category])
    return root / name


def module_of(folder: Path) -> ModuleType:
    """The module of a plugin, imported here."""
    spec = importlib.util.spec_from_file_location(
        f"nine_{folder.name.replace('-', '_')}", folder / "code.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
