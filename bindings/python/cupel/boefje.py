"""Runs of OpenKAT's boefjes and normalizers, and the raws that lie between
them. Needs no service: plugins and settings are the registry's, raws are kept
in a database.

    registry = cupel.Registry("registry.db", plugin_folders=["boefjes"])
    raws = cupel.Raws("raws.db")
    run = cupel.boefje_run(registry, raws, "acme", "dns-records",
                           "Hostname|internet|example.com")
    for raw in run["raws"]:
        print(cupel.normalizer_run(registry, raws, "kat_dns_normalize",
                                   raw["id"])["results"])

docs/boefjes.md is the guide.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from cupel import _cupel
from cupel._cupel import Cancel
from cupel.documents import (Document, Path, database_of, milliseconds,
                             object_of, optional_text, text_of, value_of)
from cupel.errors import InvalidArgument
from cupel.job import Job
from cupel.registry import Registry

_PROCESS_VARIABLES, _DEFAULTS, _NO_NETWORK = 1, 2, 4
_TIERS = {"": 0, "process": 2, "oci": 3}
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)
_logger = logging.getLogger("cupel.boefje")


class StoredRaw(TypedDict):
    """A raw, as the database of raws has it."""

    id: str
    organisation: str
    job: str
    mime_types: list[str]
    created: str
    sha256: str
    size: int


class BoefjeRun(TypedDict):
    """How a boefje ended. "failed" is no exception: `problem` says why, and
    the last raw is of the type error/boefje."""

    schema: str
    status: Literal["completed", "failed"]
    tier: str
    problem: str
    warnings: list[str]
    raws: list[StoredRaw]
    boefje_meta: dict[str, Any]


class NormalizerRun(TypedDict):
    """How a normalizer ended, and what it found; `octopoes` are the requests
    that would tell octopoes of it."""

    schema: str
    status: Literal["completed", "failed"]
    tier: str
    problem: str
    warnings: list[str]
    results: dict[str, list[dict[str, Any]]]
    octopoes: list[dict[str, Any]]
    normalizer_meta: dict[str, Any]


class Raws:
    """What boefjes gave, and what is known of the jobs that gave it. Internally
    synchronised; several processes may share a database, which may be that of
    a `Dedup`. Of a job's environment it has the names, never a value."""

    __slots__ = ("_handle",)

    def __init__(self, database: Path | None = None, *,
                 max_raw_bytes: int = 0,
                 busy_timeout: float | None = None) -> None:
        self._handle = _cupel.raws_open(
            database_of(database), max_raw_bytes,
            milliseconds(busy_timeout, "busy_timeout"))

    def of(self, organisation: str, job: str = "") -> list[StoredRaw]:
        """The raws of an organisation, in the order in which they were made;
        of one job or of all."""
        raws: list[StoredRaw] = object_of(
            self._handle.list(organisation, job))["raws"]
        return raws

    def meta(self, id: str) -> dict[str, Any]:
        """{"raw": {…}, "raw_data_meta": {…}}: a raw, whosever it is, and
        OpenKAT's model of it, None if no boefje gave it. Raises NotFound."""
        return object_of(self._handle.meta(id))

    def read(self, id: str) -> bytes:
        """The bytes of a raw. Raises NotFound; DataLoss if they are not those
        that were stored."""
        return self._handle.raw_bytes(id)

    def __repr__(self) -> str:
        return "<cupel.Raws>"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a boefje or normalizer is run."""

    tier: Literal["", "process", "oci"] = ""
    """"": a process if the plugin has code in its folder, else a container. A
    tier that can't be had is an error, never another one."""
    timeout: float | None = None
    """Seconds; then it is killed [600]."""
    memory_bytes: int = 0
    """Address space of a process [4 GiB], or memory of a container [1 GiB]."""
    process_variables: bool = False
    """The BOEFJE_ variables of this process are offered to the boefje, as far
    as its schema names them. Nobody may change os.environ meanwhile."""
    defaults: bool = False
    """Defaults of the schema count where nothing else is given."""
    network: bool = True
    """A boefje gets the network. A normalizer never does."""
    runner: str = ""
    python: str = ""
    python_path: str = ""
    oci_program: str = ""
    oci_runtime: str = ""
    log: Callable[[int, str], object] | None = None
    """Gets a level of `logging` and a line, from any thread, in place of the
    logger "cupel.boefje"."""

    def _tuple(self) -> tuple[Any, ...]:
        if self.tier not in _TIERS:
            raise InvalidArgument(f"there is no tier {self.tier!r}: there are "
                                  "'process' and 'oci'")
        flags = ((_PROCESS_VARIABLES if self.process_variables else 0)
                 | (_DEFAULTS if self.defaults else 0)
                 | (0 if self.network else _NO_NETWORK))
        programs = (os.fsencode(path) for path in (
            self.runner, self.python, self.python_path, self.oci_program,
            self.oci_runtime))
        return (flags, _TIERS[self.tier],
                milliseconds(self.timeout, "timeout"), self.memory_bytes,
                *programs, self._tell)

    def _tell(self, level: int, line: str) -> None:
        number = _LEVELS[level] if 0 <= level < len(_LEVELS) else logging.ERROR
        if self.log is None:
            _logger.log(number, "%s", line)
        else:
            self.log(number, line)


_DEFAULT = RunOptions()


def boefje_run(registry: Registry, raws: Raws, organisation: str, boefje: str,
               input: Document = "", *, options: RunOptions = _DEFAULT,
               cancel: Cancel | None = None) -> BoefjeRun:
    """Runs a boefje of the registry and stores what it gave.

    `input` is what it is run on: a reference ("Hostname|internet|example.com")
    or an object as octopoes' JSON has it. Raises NotFound for an organisation
    or boefje that the registry does not have; InvalidArgument if its settings
    do not fit its schema; Cancelled within 50 ms of `cancel`, and then nothing
    is stored.
    """
    found: BoefjeRun = value_of(_cupel.boefje_run(
        organisation, boefje, text_of(input, "the input"), registry._handle,
        raws._handle, None, options._tuple(), cancel))
    return found


def boefje_run_job(registry: Registry, raws: Raws, job: Job, *,
                   options: RunOptions = _DEFAULT,
                   cancel: Cancel | None = None) -> BoefjeRun:
    """The same for a job that is there: a BoefjeMeta, or a Task with one.
    Raises AlreadyExists if its raws are stored."""
    found: BoefjeRun = value_of(_cupel.boefje_run_job(
        registry._handle, raws._handle, job._handle, options._tuple(),
        cancel))
    return found


def normalizer_run(registry: Registry, raws: Raws, normalizer: str, raw: str,
                   *, whitelist: Mapping[str, int] | None = None,
                   options: RunOptions = _DEFAULT,
                   cancel: Cancel | None = None) -> NormalizerRun:
    """Runs a normalizer of the registry's folders on a raw.

    `whitelist` says how far normalizers may raise scan levels, {"kat_x": 2};
    without it nobody may.
    """
    found: NormalizerRun = value_of(_cupel.normalizer_run(
        normalizer, raw, optional_text(whitelist, "the whitelist"),
        registry._handle, raws._handle, None, options._tuple(), cancel))
    return found


def normalizer_run_job(registry: Registry, raws: Raws, job: Job, *,
                       whitelist: Mapping[str, int] | None = None,
                       options: RunOptions = _DEFAULT,
                       cancel: Cancel | None = None) -> NormalizerRun:
    """The same for a NormalizerMeta, or a Task with one; the bytes are those
    of its raw_data.id in `raws`."""
    found: NormalizerRun = value_of(_cupel.normalizer_run_job(
        optional_text(whitelist, "the whitelist"), registry._handle,
        raws._handle, job._handle, options._tuple(), cancel))
    return found
