"""The registry: which plugins there are, and what each organisation has enabled
and set; and OpenKAT's KATalogus API over it.

>>> from cupel import Registry
>>> registry = Registry()
>>> registry.add_organisation("acme", "Acme")
>>> registry.organisations()
[{'id': 'acme', 'name': 'Acme', 'deduplicate': False}]
>>> registry.handle("GET", "/health").status
200

No code of a plugin is ever run or imported by what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from cupel import _cupel
from cupel._cupel import Cancel
from cupel.documents import (Document, Path, Variables, database_of, fields_of,
                             list_of, milliseconds, object_of, path_of,
                             paths_of,
                             text_of, value_of)
from cupel.environment import Environment, flags_of
from cupel.http import Mountable
from cupel.settings import Keyring, SealFormat

_ALLOW_IDENTITY, _DEDUPLICATE = 1, 2
_REVEAL = 1


class Organisation(TypedDict):
    """Who has plugins enabled."""

    id: str
    name: str
    deduplicate: bool
    """Whether runs may be shared with others that have the same input and
    settings."""


class Rotated(TypedDict):
    """What a rotation did."""

    resealed: int
    already: int
    """Were sealed with the key of today."""
    changed: int
    """Were written by somebody meanwhile, with that key."""
    failed: list[str]
    """"acme/shodan: why"; they are as they were."""


class Registry(Mountable):
    """Internally synchronised: any number of threads may use one.

    `database` is an SQLite file, made if it is not there, or a
    "postgresql://…"; none is in memory, as long as the registry lives.
    Plugins are what is found in `plugin_folders`. Settings are sealed with the
    keys of `keyring`, new ones as `seal_format` says; rows of plain JSON are
    read only with `allow_identity`. Requests with a body over `max_body_bytes`
    [4 MiB] get 413. `busy_timeout` is how many seconds others' writing is
    waited for [5].
    """

    __slots__ = ("_handle",)

    def __init__(self, database: Path | None = None, *,
                 plugin_folders: Path | Iterable[Path] = (),
                 keyring: Keyring | None = None,
                 seal_format: SealFormat = SealFormat.CUPEL,
                 allow_identity: bool = False, deduplicate: bool = False,
                 busy_timeout: float | None = None,
                 max_body_bytes: int = 0) -> None:
        super().__init__(max_body_bytes)
        self._handle = _cupel.registry_open(
            database_of(database),
            (_ALLOW_IDENTITY if allow_identity else 0)
            | (_DEDUPLICATE if deduplicate else 0), seal_format,
            paths_of(plugin_folders, "a folder of plugins"),
            None if keyring is None else keyring._handle,
            milliseconds(busy_timeout, "busy_timeout"), max_body_bytes)

    def rescan(self) -> None:
        """Reads the folders anew. On failure everything stays as it was."""
        self._handle.rescan()

    def found(self) -> list[dict[str, Any]]:
        """What is in the folders, broken ones too, as `discover` tells it."""
        plugins: list[dict[str, Any]] = object_of(
            self._handle.found())["plugins"]
        return plugins

    # --------------------------------------------------------- organisations

    def organisations(self) -> list[Organisation]:
        """All that there are."""
        return list_of(self._handle.organisations())

    def add_organisation(self, id: str, name: str, *,
                         deduplicate: bool = False) -> None:
        """Raises AlreadyExists for an id that is taken."""
        self._handle.add_organisation(id, name, int(deduplicate))

    def update_organisation(self, id: str, name: str, *,
                            deduplicate: bool = False) -> None:
        """Raises NotFound if there is none with this id."""
        self._handle.update_organisation(id, name, int(deduplicate))

    def delete_organisation(self, id: str) -> None:
        """With all its settings."""
        self._handle.delete_organisation(id)

    # --------------------------------------------------------------- plugins

    def plugins(self, organisation: str,
                **query: Any) -> list[dict[str, Any]]:
        """Plugins, each as `plugin` has it. What may be asked for: q (a part
        of id, name or description), ids, type ("boefje"), state, oci_image,
        consumes, produces, include_broken, offset, limit."""
        plugins: list[dict[str, Any]] = object_of(self._handle.plugins(
            organisation, text_of(query, "the query")))["plugins"]
        return plugins

    def plugin(self, organisation: str, plugin: str) -> dict[str, Any]:
        """{"plugin": {…}, "local": True, "directory": "…", "content_hash": "…",
        "problem": ""}, "plugin" being the object of OpenKAT's API. Raises
        NotFound."""
        return object_of(self._handle.plugin(organisation, plugin))

    def set_enabled(self, organisation: str, plugin: str,
                    enabled: bool = True) -> None:
        """Enables or disables a plugin for an organisation."""
        self._handle.set_enabled(organisation, plugin, int(enabled))

    # -------------------------------------------------------------- settings

    def settings(self, organisation: str, plugin: str, *,
                 reveal: bool = False) -> dict[str, Any]:
        """What an organisation has set for a plugin; {} if there is nothing.
        What the plugin's schema calls secret is "***" unless it is to be
        revealed, and everything if it has no schema."""
        return object_of(self._handle.get_settings(
            organisation, plugin, _REVEAL if reveal else 0))

    def put_settings(self, organisation: str, plugin: str,
                     settings: Document) -> None:
        """Replaces them. Raises InvalidArgument, with paths and without values,
        if they do not fit the plugin's schema."""
        self._handle.put_settings(organisation, plugin,
                                  text_of(settings, "the settings"))

    def delete_settings(self, organisation: str, plugin: str) -> None:
        """Removes them."""
        self._handle.delete_settings(organisation, plugin)

    def clone_settings(self, from_organisation: str,
                       to_organisation: str) -> None:
        """What one organisation has set and enabled, for another."""
        self._handle.clone_settings(from_organisation, to_organisation)

    def environment(self, organisation: str, plugin: str, *,
                    variables: Variables | None = None, defaults: bool = True,
                    process: bool = False) -> Environment:
        """What the plugin would get for this organisation, from its settings
        and the host's BOEFJE_ variables. Arguments as of
        `Environment.build`."""
        return Environment(self._handle.environment(
            organisation, plugin, fields_of(variables),
            flags_of(defaults, process)))

    def rotate(self, *, progress: Callable[[int, int], object] | None = None,
               cancel: Cancel | None = None) -> Rotated:
        """Seals every row anew that is not sealed with the ring's sealing key,
        one at a time, while others read and write. `progress` is told how many
        are done and how many there are; False ends it, as `cancel` does. Raises
        Cancelled then; what is resealed stays so."""
        found: Rotated = value_of(self._handle.rotate(cancel, progress))
        return found

    def export(self) -> dict[str, Any]:
        """Organisations, repositories, plugins that were posted and
        configurations as one document, in which settings stay sealed."""
        return object_of(self._handle.export())

    def load(self, document: Document) -> None:
        """Takes in what `export` gave, all of it or nothing."""
        self._handle.import_(text_of(document, "the export"))

    def _answer(self, method: bytes, path: bytes, query: bytes, body: bytes,
                headers: Iterable[tuple[bytes, bytes]],
                ) -> tuple[int, tuple[tuple[bytes, bytes], ...], bytes]:
        return self._handle.handle(method, path, query, body, list(headers))

    def __repr__(self) -> str:
        return "<cupel.Registry>"


def discover(folder: Path) -> list[dict[str, Any]]:
    """Every plugin under a folder: OpenKAT's boefjes and normalizers, stoQ's
    as far as their manifests go. "state" is "sound", "broken" ("problem" says
    why) or "duplicate". Nothing of them is run."""
    plugins: list[dict[str, Any]] = object_of(_cupel.plugins_discover(
        path_of(folder, "the folder")))["plugins"]
    return plugins


def plugin_hash(folder: Path) -> Mapping[str, str]:
    """{"runnable_hash": "…", "content_hash": "…"} of the files in a folder:
    OpenKAT's hash, of contents only, and one over names and lengths too."""
    return object_of(_cupel.plugin_hash(path_of(folder, "the folder")))
