"""`.stoq` files, and what their modules say of themselves without being run."""

from __future__ import annotations

import ast
import configparser
import json
import pathlib
import re
from dataclasses import dataclass, field
from typing import Any

from cupel.host.dialect import inside, read_text
from cupel.host.failures import Refused
from cupel.host.names import Category, Code

CLASSES = {f"Stoq{category.text.capitalize()}Plugin": category
           for category in Category if category is not Category.NORMALIZER}
# The classes of stoQ 2 and 3, which share the names of modules with 1.x.
_LATER = {"WorkerPlugin", "ProviderPlugin", "ArchiverPlugin",
          "ConnectorPlugin", "DispatcherPlugin", "DeepDispatcherPlugin",
          "DecoratorPlugin", "BasePlugin"}
_IMPORT = re.compile(r"^from\s+stoq\.plugins\S*\s+import\s+(.+)$", re.M)
_CLASS = re.compile(r"^class\s+\w+\s*\(([^)]*)\)", re.M)


@dataclass(slots=True)
class StoqManifest:
    """One `.stoq` file."""

    path: pathlib.Path
    config: configparser.ConfigParser
    name: str
    module: pathlib.Path
    categories: list[Category] = field(default_factory=list)

    def options(self, strict_ints: bool = False) -> dict[str, Any]:
        """What becomes attributes of the plugin: the options of all sections,
        names in lower case, values converted."""
        found: dict[str, Any] = {}
        for section in self.config.sections():
            for key in self.config.options(section):
                found[key] = convert(self.config, section, key, self.path,
                                     strict_ints)
        return found

    def free_options(self) -> dict[str, Any]:
        """Those of [options] alone."""
        if not self.config.has_section("options"):
            return {}
        return {key: convert(self.config, "options", key, self.path, False)
                for key in self.config.options("options")}

    def text(self, section: str, key: str) -> str:
        """An option as it is written; empty if it is not there."""
        try:
            return self.config.get(section, key, raw=True, fallback="")
        except configparser.Error:
            return ""


def convert(config: configparser.ConfigParser, section: str, key: str,
            path: pathlib.Path, strict_ints: bool) -> Any:
    """The value of an option as stoQ 1.x gives it to a plugin: what looks like
    a boolean is one, and else the suffix of the name says what it is."""
    try:
        text = config.get(section, key)
    except configparser.Error as error:
        problem = str(error).replace("\n", " ")
        raise Refused(f"{path}: [{section}] {key}: {problem} (a percent sign "
                      "is written %%)") from None
    try:
        return coerce(key, text, strict_ints)
    except ValueError as error:
        raise Refused(f"{path}: [{section}] {key}: {error}") from None


def coerce(key: str, text: str, strict_ints: bool) -> Any:
    """The value that a text stands for. Raises ValueError."""
    states = configparser.ConfigParser.BOOLEAN_STATES
    digits = strict_ints and key.endswith("_int")
    if text.lower() in states and not digits:
        return states[text.lower()]
    if key.endswith("_list"):
        return [item.strip() for item in text.split(",")]
    if key.endswith("_tuple"):
        return tuple(item.strip() for item in text.split(","))
    if key.endswith("_dict"):
        return json.loads(text)
    if key.endswith("_int"):
        return int(text)
    return text


def read(path: pathlib.Path) -> StoqManifest:
    """Reads a `.stoq` file and looks at the text of its module. Raises
    Refused."""
    config = configparser.ConfigParser()
    try:
        config.read_string(read_text(path), str(path))
    except configparser.Error as error:
        problem = str(error).replace("\n", " ")
        raise Refused(f"{path}: {problem}") from None
    manifest = StoqManifest(path, config, "", path)
    for key in ("Name", "Module"):
        if not manifest.text("Core", key):
            raise Refused(f"{path}: [Core] has no {key}")
    manifest.name = manifest.text("Core", "Name")
    module = manifest.text("Core", "Module")
    if "/" in module:
        raise Refused(f"{path}: Module {module!r} is no name of a file in "
                      "this folder")
    manifest.module = inside(path.parent, f"{module}.py", f"{path}: Module")
    if not manifest.module.is_file():
        raise Refused(f"{path}: there is no {manifest.module}", Code.NOT_FOUND)
    manifest.categories = _categories(manifest)
    return manifest


def _categories(manifest: StoqManifest) -> list[Category]:
    """The categories that the module has a class for. Nothing is run."""
    text = read_text(manifest.module, 16 << 20)
    imported, bases, asynchronous = _names(text)
    if not imported & CLASSES.keys() and imported & _LATER:
        version = "3" if asynchronous else "2"
        raise Refused(
            f"{manifest.path}: {manifest.module.name} is written for stoQ "
            f"{version} (it imports {', '.join(sorted(imported & _LATER))}); "
            "plugins of stoQ 1.x are run here", Code.UNIMPLEMENTED)
    chosen = bases & CLASSES.keys() or imported & CLASSES.keys()
    if not chosen:
        raise Refused(
            f"{manifest.path}: {manifest.module.name} has no class of a stoQ "
            "1.x plugin: no 'from stoq.plugins import Stoq…Plugin'")
    return sorted(CLASSES[name] for name in chosen)


def _names(text: str) -> tuple[set[str], set[str], bool]:
    """What is imported from stoq.plugins, the names of base classes, and
    whether there are asynchronous functions."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        # It can't be loaded, but what it is can still be said.
        words = " ".join(_IMPORT.findall(text))
        return (set(re.findall(r"\w+", words)),
                set(re.findall(r"\w+", " ".join(_CLASS.findall(text)))),
                "async def" in text)
    imported: set[str] = set()
    bases: set[str] = set()
    asynchronous = False
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[:2] == ["stoq", "plugins"]:
                for alias in node.names:
                    imported.add(alias.name)
                    aliases[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.ClassDef):
            for base in node.bases:
                if isinstance(base, ast.Attribute):
                    bases.add(base.attr)
                elif isinstance(base, ast.Name):
                    bases.add(aliases.get(base.id, base.id))
        elif isinstance(node, ast.AsyncFunctionDef):
            asynchronous = True
    return imported | (bases & CLASSES.keys()), bases, asynchronous
