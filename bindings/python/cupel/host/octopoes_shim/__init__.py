"""The packages `octopoes` and `boefjes`, where OpenKAT's are not installed.

Of both only what boefjes and normalizers import: the types of objects, made
from the facts in kinds.py, and the models of what a normalizer may yield.
"""

from __future__ import annotations

import importlib.machinery
import pathlib
import sys
import types
from collections.abc import Sequence
from typing import Any

_MODULES = ("octopoes", "octopoes.models", "octopoes.models.types",
            "octopoes.models.ooi", "boefjes", "boefjes.worker",
            "boefjes.worker.job_models", "boefjes.worker.models",
            "boefjes.job_models", "boefjes.normalizer_models",
            "boefjes.plugins")


def _names() -> dict[str, object]:
    """Everything that there is. It is in each of the modules: where exactly a
    type lies has changed between versions of OpenKAT."""
    # Not at the top: most plugins need none of it.
    from cupel.host.octopoes_shim import enums, kinds, model, results
    return {
        **{name: value for name, value in vars(enums).items()
           if isinstance(value, type)},
        **kinds.TYPES, **results.NAMES, "OOI": model.OOI,
        "OOIType": model.OOI, "Reference": model.Reference,
        "type_by_name": kinds.type_by_name}


class _Finder:
    """Asked last, so that what is really installed is found first."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder

    def find_spec(self, fullname: str, path: Sequence[str] | None,
                  target: types.ModuleType | None = None,
                  ) -> importlib.machinery.ModuleSpec | None:
        """Only for the names above, and for octopoes.models.ooi.<area>: of a
        name in other letters somebody hopes that it is a type."""
        if fullname not in _MODULES and not (
                fullname.startswith("octopoes.models.ooi.")
                and fullname.islower()):
            return None
        # It is a loader by what it can do; importlib.abc takes long to load.
        loader: Any = self
        spec = importlib.machinery.ModuleSpec(fullname, loader,
                                              is_package=True)
        if fullname == "boefjes.plugins":
            spec.submodule_search_locations = [str(self._folder.parent)]
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Puts everything in it."""
        if "." in module.__name__ and module.__name__ != "boefjes.plugins":
            vars(module).update(_names())


def install(folder: pathlib.Path) -> None:
    """Makes what plugins import of OpenKAT importable. `folder`: the
    plugin's; its neighbours become boefjes.plugins."""
    sys.meta_path.append(_Finder(folder))
