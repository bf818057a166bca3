"""What the plugins of one stoQ process share: folders, options, the call."""

from __future__ import annotations

import contextlib
import inspect
import logging
import os
import pathlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cupel.host import stoq_manifest
from cupel.host.calls import HostCall
from cupel.host.dialect import import_module
from cupel.host.failures import Refused, failure_of
from cupel.host.names import CATEGORIES, Category, Code
from cupel.host.stoq_manifest import StoqManifest
from cupel.plugin.call import Call

if TYPE_CHECKING:
    from cupel.host.stoq_shim.core import Stoq

_log = logging.getLogger("stoq")
_MOST_MANIFESTS = 1000


class Runtime:
    """There is one of it, `runtime`."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.settings: dict[str, Any] = {}  # stoq.cfg's [core]
        self.base_dir = ""
        self.call: Call | None = None
        self.host: HostCall | None = None
        self._folders: list[pathlib.Path] = []
        self._core: Stoq | None = None
        self._made: list[Any] = []

    def set_up(self, folder: pathlib.Path, options: dict[str, Any]) -> None:
        """Before anything else. `options` are the plugin's; what stands under
        "stoq" in it are the settings of stoq.cfg."""
        settings = options.get("stoq", {})
        self.settings = settings if isinstance(settings, dict) else {}
        self.options = {key: value for key, value in options.items()
                        if key != "stoq"}
        self.base_dir = str(self.settings.get("base_dir")
                            or _base_dir(folder))
        listed = self.settings.get("plugin_dir_list", [])
        if isinstance(listed, str):
            listed = [item.strip() for item in listed.split(",")]
        self._folders = [folder, *(
            pathlib.Path(self.base_dir, item) for item in listed)]

    @property
    def core(self) -> Stoq:
        """What plugins know as self.stoq."""
        if self._core is None:
            from cupel.host.stoq_shim.core import Stoq
            self._core = Stoq()
        return self._core

    @contextlib.contextmanager
    def during(self, call: Call, host: HostCall) -> Iterator[None]:
        """While a call lasts, what plugins do is done in its name."""
        self.call, self.host = call, host
        try:
            yield
        finally:
            self.call = self.host = None

    # ------------------------------------------------------- making a plugin

    def make(self, manifest: StoqManifest, category: Category,
             primary: bool = False) -> Any:
        """Imports a plugin, makes and activates it. Raises whatever it
        raises."""
        folder = manifest.path.parent
        module = import_module(manifest.module, folder)
        kind = _class_in(vars(module), category)
        if kind is None:
            raise Refused(
                f"{manifest.path} is {category.text}:{manifest.name}, but "
                f"{manifest.module.name} has no class derived from Stoq"
                f"{category.text.capitalize()}Plugin")
        kind.details = manifest.config
        plugin = kind()
        self._set_attributes(plugin, manifest, category,
                             self.options if primary else {})
        plugin.stoq = self.core
        plugin.log = logging.getLogger(
            f"stoq.{category.text}.{manifest.name}")
        if primary and category is Category.WORKER:
            self.core.worker = plugin
        try:
            answer = plugin.activate(self.core)
        except SystemExit as error:
            raise Refused(
                f"activate() of {manifest.name!r} called sys.exit("
                f"{error.code!r}); if it reads a command line, there is none "
                "here: give its arguments as options",
                Code.FAILED_PRECONDITION) from None
        if answer is False:
            raise Refused(f"activate() of {manifest.name!r} returned False",
                          Code.FAILED_PRECONDITION)
        plugin.is_activated = True
        self._made.append(plugin)
        if getattr(plugin, "wants_heartbeat", False):
            _start_heartbeat(plugin)
        return plugin

    def _set_attributes(self, plugin: Any, manifest: StoqManifest,
                        category: Category,
                        options: dict[str, Any]) -> None:
        strict_ints = bool(self.settings.get("strict_ints"))
        values = manifest.options(strict_ints)
        values.update({
            "name": manifest.name, "category": category.text,
            "module": str(manifest.module), "config": str(manifest.path),
            "root": str(manifest.path.parent),
            "plugin_path": str(manifest.path.parent)})
        given = {key: _as_suffix_says(key, value, strict_ints)
                 for key, value in options.items()}
        for key, value in {**values, **given}.items():
            if callable(getattr(type(plugin), key, None)):
                raise Refused(f"{manifest.path}: the option {key!r} would "
                              "take the place of the plugin's own method")
            setattr(plugin, key, self._expand(value, manifest.path.parent))
        # What is set here has the last word over what activate() finds on a
        # command line.
        plugin._cupel_set = set(values) | set(given)
        plugin._cupel_given = {key: self._expand(value, manifest.path.parent)
                               for key, value in given.items()}

    def _expand(self, value: Any, folder: pathlib.Path) -> Any:
        """Relative paths are meant from the base directory, in which plugins
        live below plugins/<category>/<name>; ours may live elsewhere."""
        if not isinstance(value, str) or not value.startswith("plugins/"):
            return value
        if os.path.exists(os.path.join(self.base_dir, value)):
            return os.path.join(self.base_dir, value)
        rest = value.split("/", 3)[3:]
        if rest and (folder / rest[0]).exists():
            return str(folder / rest[0])
        return value

    # ------------------------------------------------------- finding plugins

    def find(self, name: str, category: Category) -> StoqManifest | None:
        """The manifest of a neighbour, if there is one."""
        seen = 0
        for folder in self._folders:
            for path in sorted(folder.rglob("*.stoq")):
                seen += 1
                if seen > _MOST_MANIFESTS:
                    _log.warning("more than %d .stoq files: not all were "
                                 "looked at for %s", _MOST_MANIFESTS, name)
                    return None
                try:
                    manifest = stoq_manifest.read(path)
                except Refused as error:
                    _log.debug("%s", error)
                    continue
                if manifest.name == name and category in manifest.categories:
                    return manifest
        return None

    def load_plugin(self, name: str, category_name: str) -> Any:
        """A neighbour, made and activated; or what stands for a plugin that
        only the host may know. False if it can't be had."""
        from cupel.host.stoq_nested import NestedPlugin
        category = CATEGORIES.get(str(category_name).lower())
        if category is None or category is Category.NORMALIZER:
            _log.warning("there is no category %r", category_name)
            return False
        manifest = self.find(name, category)
        if manifest is None:
            return NestedPlugin(self, category, name)
        try:
            return self.make(manifest, category)
        except Exception as error:  # stoQ's contract: False
            _log.warning(
                "%s:%s can't be loaded: %s", category.text, name,
                failure_of(error, str(manifest.path.parent)).message)
            return False

    def deactivate(self) -> None:
        """The last made first. One that fails does not keep the others."""
        for plugin in reversed(self._made):
            try:
                plugin.deactivate()
            except Exception as error:  # it is over anyway
                _log.warning("deactivate() of %s: %s: %s", plugin.name,
                             type(error).__name__, error)


def _class_in(names: dict[str, Any], category: Category) -> Any:
    from cupel.host.stoq_shim import plugins
    base = getattr(plugins, f"Stoq{category.text.capitalize()}Plugin")
    for name in sorted(names):
        value = names[name]
        if (inspect.isclass(value) and issubclass(value, base)
                and value is not base):
            return value
    return None


def _as_suffix_says(key: str, value: Any, strict_ints: bool) -> Any:
    """An option of the host's, as if it had stood in the manifest."""
    if key.endswith("_tuple") and isinstance(value, list):
        return tuple(value)  # JSON has none
    if not isinstance(value, str):
        return value
    try:
        return stoq_manifest.coerce(key, value, strict_ints)
    except ValueError as error:
        raise Refused(f"the option {key!r}: {error}") from None


def _base_dir(folder: pathlib.Path) -> pathlib.Path:
    """<base>/plugins/<category>/<name> is where stoQ has its plugins."""
    parts = folder.parts
    if len(parts) > 3 and parts[-3] == "plugins" and parts[-2] in CATEGORIES:
        return folder.parents[2]
    return folder


def _start_heartbeat(plugin: Any) -> None:
    def beat() -> None:
        try:
            plugin.heartbeat()
        except Exception as error:  # nobody waits for it
            _log.error("heartbeat() of %s: %s: %s", plugin.name,
                       type(error).__name__, error)

    plugin.heartbeat_thread = threading.Thread(
        target=beat, name=f"heartbeat-{plugin.name}", daemon=True)
    plugin.heartbeat_thread.start()


runtime = Runtime()
