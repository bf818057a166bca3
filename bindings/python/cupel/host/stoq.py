"""The dialect of stoQ 1.x: `.stoq` files with a module, unmodified."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import sys
from typing import Any

from cupel.host import stoq_manifest
from cupel.host.calls import HostCall
from cupel.host.dialect import LoadedPlugin
from cupel.host.failures import Refused
from cupel.host.jsonio import to_json
from cupel.host.messages import Description
from cupel.host.names import Category, Code, Method, Need
from cupel.host.stoq_calls import invoke
from cupel.host.stoq_manifest import StoqManifest
from cupel.host.stoq_runtime import Runtime, runtime
from cupel.plugin.call import Call

_SUBMODULES = (
    "plugins", "plugins.base", "plugins.worker", "plugins.connector",
    "plugins.reader", "plugins.source", "plugins.extractor", "plugins.carver",
    "plugins.decoder", "plugins.decorator", "plugins.manager", "args", "scan",
    "helpers", "exceptions", "core", "filters")


def describe(folder: pathlib.Path, manifest: str) -> list[Description]:
    """What the `.stoq` file and the text of the module say."""
    found = stoq_manifest.read(folder / manifest)
    return [_description(found, category) for category in found.categories]


def _description(manifest: StoqManifest, category: Category) -> Description:
    # A manifest of stoQ can't ask for anything; what brings or takes things
    # can do nothing without.
    needs = Need.NOTHING
    if category in (Category.SOURCE, Category.CONNECTOR):
        needs = Need.NETWORK | Need.FILES
    return Description(
        category=category, name=manifest.name,
        version=manifest.text("Documentation", "Version"),
        description=manifest.text("Documentation", "Description"),
        author=manifest.text("Documentation", "Author"),
        max_tlp=manifest.text("options", "max_tlp").lower(), needs=needs,
        options=to_json(manifest.free_options()).decode(),
        rate_limit=manifest.text("options", "ratelimit"), dialect="stoq")


def install_shim() -> None:
    """Makes `import stoq` mean our own, even if another one is installed.

    This process runs plugins of this folder and nothing else, so there is
    nobody who could want another; entries in sys.modules do it, for imports
    at any time and of any form.
    """
    import importlib
    package = "cupel.host.stoq_shim"
    sys.modules["stoq"] = importlib.import_module(package)
    for name in _SUBMODULES:
        sys.modules[f"stoq.{name}"] = importlib.import_module(
            f"{package}.{name}")


def load(folder: pathlib.Path, manifest: str, category: Category, name: str,
         options: dict[str, Any]) -> LoadedPlugin:
    """Imports and activates the plugin."""
    found = stoq_manifest.read(folder / manifest)
    if found.name != name or category not in found.categories:
        there = ", ".join(f"{c.text}:{found.name}" for c in found.categories)
        raise Refused(f"{found.path} has {there}, not {category.text}:{name}",
                      Code.NOT_FOUND)
    install_shim()
    runtime.set_up(folder, options)
    with contextlib.suppress(OSError):
        os.chdir(runtime.base_dir)
    plugin = runtime.make(found, category, primary=True)
    return StoqPlugin(_description(found, category), folder, plugin, runtime)


class StoqPlugin(LoadedPlugin):
    """A plugin of stoQ 1.x."""

    def __init__(self, description: Description, folder: pathlib.Path,
                 plugin: Any, its_runtime: Runtime) -> None:
        super().__init__(description, folder)
        self._plugin = plugin
        self._runtime = its_runtime
        self._defaults = {**json.loads(description.options),
                          **its_runtime.options}

    def invoke(self, method: Method, call: Call, host: HostCall) -> None:
        # What a dispatching rule says is what the plugin's own options do not.
        missing = object()
        metas = {key: value for key, value in call.options.items()
                 if key != "stoq"
                 and self._defaults.get(key, missing) != value}
        with self._runtime.during(call, host):
            invoke(self._plugin, self.description, method, call, host, metas)

    def deactivate(self) -> None:
        self._runtime.deactivate()
