"""Which plugins are in a folder, and in which dialect."""

from __future__ import annotations

import importlib
import pathlib
from dataclasses import dataclass
from typing import Any

from cupel.host.dialect import LoadedPlugin, inside
from cupel.host.failures import Refused
from cupel.host.messages import Description
from cupel.host.names import Category, Code

_NATIVE = "plugin.json"
_OPENKAT = ("boefje.json", "normalizer.json")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest's file. What its dialect takes is imported when it is
    used."""

    name: str
    dialect: str

    def describe(self, folder: pathlib.Path) -> list[Description]:
        """What the manifest says, without running anything of the plugin."""
        found: list[Description] = self._module().describe(folder, self.name)
        return found

    def load(self, folder: pathlib.Path, category: Category, name: str,
             options: dict[str, Any]) -> LoadedPlugin:
        """Makes one of its plugins ready for calls."""
        plugin: LoadedPlugin = self._module().load(
            folder, self.name, category, name, options)
        return plugin

    def _module(self) -> Any:
        return importlib.import_module(f"cupel.host.{self.dialect}")


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
        path.suffix == ".stoq" or path.name == _NATIVE
        or path.name in _OPENKAT)


def _manifest(path: pathlib.Path) -> Manifest:
    if path.suffix == ".stoq":
        return Manifest(path.name, "stoq")
    if path.name in _OPENKAT:
        return Manifest(path.name, "openkat")
    return Manifest(path.name, "native")
