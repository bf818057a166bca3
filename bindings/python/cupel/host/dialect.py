"""What the dialects have in common: how a plugin is described and run."""

from __future__ import annotations

import abc
import importlib
import importlib.machinery
import importlib.util
import logging
import pathlib
import sys
from types import ModuleType
from typing import Any

from cupel.host.calls import HostCall
from cupel.host.failures import Refused
from cupel.host.messages import Description
from cupel.host.names import Category, Code, Method
from cupel.plugin.call import Call

_PACKAGE = "cupel_plugins"


class LoadedPlugin(abc.ABC):
    """A plugin that was activated."""

    def __init__(self, description: Description, folder: pathlib.Path) -> None:
        self.description = description
        self.folder = folder
        self.log = logging.getLogger(
            f"cupel.{Category(description.category).text}.{description.name}")

    @abc.abstractmethod
    def invoke(self, method: Method, call: Call, host: HostCall) -> None:
        """One call. Anything may be raised."""

    def deactivate(self) -> None:
        """After the last call."""

    def refuse(self, method: Method) -> Refused:
        """The error for a method that the plugin has not."""
        category = Category(self.description.category).text
        return Refused(f"the {category} {self.description.name!r} has no "
                       f"{method.text}()", Code.UNIMPLEMENTED)


def read_text(path: pathlib.Path, most: int = 1 << 20) -> str:
    """The text of a manifest or module. Raises Refused, which names it."""
    try:
        with open(path, "rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise Refused(f"{path}: there is no such file",
                      Code.NOT_FOUND) from None
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
    if len(content) > most:
        raise Refused(f"{path}: longer than {most} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: not UTF-8 at byte {error.start}") from None


def inside(folder: pathlib.Path, name: str, what: str) -> pathlib.Path:
    """The path of a file below the folder. Raises Refused for a name that
    leads elsewhere, by itself or through a link."""
    path = (folder / name).resolve()
    if not name or "\0" in name or not path.is_relative_to(folder.resolve()):
        raise Refused(f"{what} {name!r} is no file in {folder}")
    return folder / name


def import_module(path: pathlib.Path, folder: pathlib.Path,
                  package: str = "") -> ModuleType:
    """Runs a module of a plugin. Its neighbours can be imported by their names
    and relatively to it. Raises whatever the module raises."""
    package = package or f"{_PACKAGE}.{folder.name.replace('.', '_')}"
    _make_package(package, folder)
    name = ".".join((package, *path.relative_to(folder).with_suffix("").parts))
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Refused(f"{path}: no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _make_package(name: str, folder: pathlib.Path) -> None:
    """Makes the folder a package of this name. What is around it is taken
    from where it can be imported, and else made."""
    around, _, last = name.rpartition(".")
    made = ""
    for part in around.split(".") if around else []:
        outer, made = made, f"{made}.{part}".lstrip(".")
        try:
            importlib.import_module(made)
        except ModuleNotFoundError:
            _add(importlib.machinery.ModuleSpec(made, None, is_package=True),
                 outer, part)
    spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    if name not in sys.modules:
        _add(spec, around, last)


def _add(spec: importlib.machinery.ModuleSpec, around: str,
         last: str) -> None:
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    if around:
        setattr(sys.modules[around], last, module)
