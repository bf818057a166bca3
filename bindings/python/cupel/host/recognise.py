"""Which plugins are in a folder, and in which dialect."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cupel.host import native, openkat, stoq
from cupel.host.dialect import LoadedPlugin, inside
from cupel.host.failures import Refused
from cupel.host.messages import Description
from cupel.host.names import Category, Code

_Load = Callable[[pathlib.Path, str, Category, str, dict[str, Any]],
                 LoadedPlugin]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest's file, and what can be done with its dialect."""

    name: str
    describe: Callable[[pathlib.Path, str], list[Description]]
    load: _Load


def manifests_in(origin: str, name: str) -> tuple[pathlib.Path,
                                                  list[Manifest]]:
    """The folder, and the manifests in it; only that one, if a name is given.
    Raises Refused if there is none."""
    folder = pathlib.Path(origin)
    if not origin or not folder.is_dir():
        raise Refused(f"{origin!r} is no folder", Code.NOT_FOUND)
    folder = folder.absolute()
    if name:
        path = inside(folder, name, "the manifest")
        return path.parent, [_manifest(path)]
    found = [_manifest(path) for path in sorted(folder.iterdir())
             if _is_manifest(path)]
    if not found:
        raise Refused(f"{folder} has no manifest: neither plugin.json, nor a "
                      ".stoq file, boefje.json or normalizer.json",
                      Code.NOT_FOUND)
    return folder, found


def _is_manifest(path: pathlib.Path) -> bool:
    return path.is_file() and (
        path.suffix == ".stoq" or path.name == native.MANIFEST
        or path.name in openkat.MANIFESTS)


def _manifest(path: pathlib.Path) -> Manifest:
    if path.suffix == ".stoq":
        return Manifest(path.name, stoq.describe, stoq.load)
    if path.name in openkat.MANIFESTS:
        return Manifest(path.name, openkat.describe, openkat.load)
    return Manifest(path.name, native.describe, native.load)
