"""The dialect of OpenKAT: boefjes and normalizers, unmodified."""

from __future__ import annotations

import datetime
import inspect
import os
import pathlib
import traceback
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from cupel.host import octopoes_shim
from cupel.host.calls import HostCall
from cupel.host.dialect import LoadedPlugin, import_module, read_text
from cupel.host.failures import Interrupted, Refused
from cupel.host.jsonio import object_of, texts
from cupel.host.messages import Description
from cupel.host.names import Category, Code, Method, Need
from cupel.host.openkat_objects import classify
from cupel.plugin.call import Call, Child

# Manifest: category, and the module with run().
_MODULES: dict[str, tuple[Category, str]] = {
    "boefje.json": (Category.WORKER, "main.py"),
    "normalizer.json": (Category.NORMALIZER, "normalize.py"),
}
_TIMES = ("started_at", "ended_at", "created_at")


def describe(folder: pathlib.Path, manifest: str) -> list[Description]:
    """What the manifest says. Nothing is imported."""
    path = folder / manifest
    category, module = _MODULES[manifest]
    try:
        fields = object_of(read_text(path), str(path))
    except ValueError as error:
        raise Refused(str(error)) from None
    name = fields.get("id")
    if not isinstance(name, str) or not name:
        raise Refused(f"{path}: id: is missing")
    boefje = category is Category.WORKER
    if boefje and not (folder / module).is_file() and fields.get("oci_image"):
        raise Refused(f"{path}: {name!r} has no {module}: it runs only in its "
                      f"container {fields['oci_image']!r}",
                      Code.FAILED_PRECONDITION)
    listed = fields.get("consumes", [])
    return [Description(
        category=category, name=name, version=str(fields.get("version") or ""),
        description=str(fields.get("description") or ""),
        # A boefje's are types of objects, and no payload has those.
        consumes=[] if boefje or not isinstance(listed, list)
        else texts(listed),
        needs=Need.NETWORK if boefje else Need.NOTHING, dialect="openkat")]


def load(folder: pathlib.Path, manifest: str, category: Category, name: str,
         options: dict[str, Any]) -> LoadedPlugin:
    """Prepares the plugin. It is imported by its first call, because many
    read their settings from the environment when they are imported."""
    description = describe(folder, manifest)[0]
    if (description.category, description.name) != (category, name):
        raise Refused(
            f"{folder / manifest} has {Category(description.category).text}:"
            f"{description.name}, not {category.text}:{name}", Code.NOT_FOUND)
    module = folder / _MODULES[manifest][1]
    if not module.is_file():
        raise Refused(f"{module}: there is no such file", Code.NOT_FOUND)
    octopoes_shim.install(folder)
    _change_folder(folder)
    kind = Boefje if category is Category.WORKER else Normalizer
    return kind(description, folder, module)


def _change_folder(folder: pathlib.Path) -> None:
    """Plugins of OpenKAT's own repository open files relatively to the folder
    that has the package `boefjes` in it."""
    parts = folder.parts
    for index in range(len(parts) - 1, 0, -1):
        if parts[index - 1:index + 1] == ("boefjes", "plugins"):
            os.chdir(pathlib.Path(*parts[:index - 1]))
            return


class _OpenKatPlugin(LoadedPlugin):
    """What boefjes and normalizers have in common."""

    def __init__(self, description: Description, folder: pathlib.Path,
                 module: pathlib.Path) -> None:
        super().__init__(description, folder)
        self._module = module
        self._run: Callable[..., Any] | None = None

    def _function(self) -> Callable[..., Any]:
        if self._run is None:
            module = import_module(self._module, self.folder,
                                   f"boefjes.plugins.{_word(self.folder)}")
            run = getattr(module, "run", None)
            if not inspect.isfunction(run):
                raise Refused(f"{self._module} has no function run()")
            self._run = run
        return self._run


def _word(folder: pathlib.Path) -> str:
    return folder.name.replace(".", "_")


def _parameters(run: Callable[..., Any]) -> list[str]:
    return [name for name, p in inspect.signature(run).parameters.items()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


class Boefje(_OpenKatPlugin):
    """`main.py` with `run(boefje_meta)`, or `run(input_ooi[, organization])`
    as OpenKAT's RFD 3 has it."""

    def invoke(self, method: Method, call: Call, host: HostCall) -> None:
        if method is not Method.SCAN:
            raise self.refuse(method)
        meta = call.document
        if not isinstance(meta, dict):
            raise Refused("a boefje is called with a BoefjeMeta as document")
        try:
            run = self._function()
            output = run(*self._arguments(run, meta))
            # Generators run their code here.
            output = None if output is None else (
                output if isinstance(output, (str, bytes)) or not isinstance(
                    output, Iterable) else list(output))
        except Interrupted:
            raise
        except BaseException as error:  # OpenKAT keeps any of them as a raw
            text = "".join(traceback.format_exception(error))
            self._give(host, ["error/boefje"], host.mask(text).encode(
                "utf-8", "replace"))
            raise
        self._outputs(output, host)

    def _arguments(self, run: Callable[..., Any],
                   meta: dict[str, Any]) -> list[Any]:
        names = _parameters(run)
        if names[:1] == ["input_ooi"] or len(names) == 2:
            arguments = [_input_of(meta), meta.get("organization")]
            return arguments[:len(names)]
        if len(names) == 1:
            return [_as_model_dump(meta)]
        raise Refused(
            f"{self._module.name}: run({', '.join(names)}) has {len(names)} "
            "parameters; expected run(boefje_meta) or run(input_ooi"
            "[, organization])")

    def _outputs(self, output: Any, host: HostCall) -> None:
        if not output:
            return
        if not isinstance(output, list):
            raise _wrong_output(output)
        for item in output:
            if not (isinstance(item, (tuple, list)) and len(item) == 2):
                raise _wrong_output(item)
            types, content = item
            if isinstance(types, (str, bytes)) or not isinstance(
                    types, Iterable):
                raise _wrong_output(item)
            types = list(types)
            if len(texts(types)) != len(types) or not isinstance(
                    content, (str, bytes, bytearray, memoryview)):
                raise _wrong_output(item)
            self._give(host, types, content)

    def _give(self, host: HostCall, types: list[str], content: Any) -> None:
        # A set has no order; the report has.
        host.child(Child(content, metadata={"mime_types": sorted(set(types))}))


def _wrong_output(value: Any) -> TypeError:
    shown = type(value).__name__
    if isinstance(value, (tuple, list)):
        shown += f" of {', '.join(type(i).__name__ for i in value[:5])}"
    return TypeError(f"run() gave a {shown}; expected a list of (set of MIME "
                     "types, bytes or text)")


def _input_of(meta: dict[str, Any]) -> Any:
    """The input object as run() gets it: whole, or at least its key."""
    arguments = meta.get("arguments")
    if isinstance(arguments, dict) and "input" in arguments:
        return arguments["input"]
    reference = meta.get("input_ooi")
    return {"primary_key": reference} if reference else {}


def _as_model_dump(meta: dict[str, Any]) -> dict[str, Any]:
    """A BoefjeMeta as `model_dump()` gives it: UUIDs and times as objects."""
    found = dict(meta)
    for key, value in meta.items():
        if key == "id" and isinstance(value, str):
            found[key] = uuid.UUID(value)
        elif key in _TIMES and isinstance(value, str):
            found[key] = datetime.datetime.fromisoformat(value)
    return found


class Normalizer(_OpenKatPlugin):
    """`normalize.py` with `run(input_ooi, raw)`."""

    def invoke(self, method: Method, call: Call, host: HostCall) -> None:
        if method is not Method.NORMALIZE:
            raise self.refuse(method)
        document = call.document
        document = document if isinstance(document, dict) else {}
        run = self._function()
        names = _parameters(run)
        if len(names) != 2:
            raise Refused(
                f"{self._module.name}: run({', '.join(names)}) has "
                f"{len(names)} parameters; expected run(input_ooi, raw)")
        output = run(document.get("input_ooi") or {}, bytes(call.bytes))
        if output is None:
            return
        if not isinstance(output, Iterable) or isinstance(
                output, (str, bytes, dict)):
            raise TypeError(f"run() gave a {type(output).__name__}; expected "
                            "objects, one after the other")
        for value in output:
            kind, fields = classify(value)
            host.result({"kind": kind, "value": fields})


