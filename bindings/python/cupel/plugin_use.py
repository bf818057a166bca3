"""Plugins in a scan: which run on what, who gets the report, and in which
form."""

from __future__ import annotations

import abc
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Union

from cupel import _cupel
from cupel._cupel import Cancel
from cupel.awaiting import in_thread
from cupel.documents import (Document, Path, fields_of, optional_text,
                             path_of)
from cupel.report import Report

if TYPE_CHECKING:
    from cupel.plugins import Plugins
    from cupel.rules import Rules

_NO_CONSUMES = 1
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)

Names = Union[str, Iterable[str]]
"""Names of plugins: one text, separated by commas, or several."""


class DocumentSchema(IntEnum):
    """What a finished report is written as."""

    CUPEL = 0
    """docs/report.md"""
    STOQ1 = 1
    """docs/stoq-documents.md, as the next one."""
    STOQ3 = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOptions:
    """The form of documents that connectors get, and `documents_of` gives."""

    schema: DocumentSchema = DocumentSchema.CUPEL
    split: bool = False
    """One for each payload (and worker)."""
    flatten: bool = False
    """Nested names are joined, with `delimiter` [":"]."""
    delimiter: str = ""
    quirks: bool = False
    """stoQ's, for programs that expect them."""
    indent: bool = False
    timing: bool = True
    worker: str = ""
    """stoQ 1.x: only this worker's; empty: all."""
    source: str = ""
    """stoQ v3: request_meta.source."""

    def _tuple(self) -> tuple[int, int, str, str, str]:
        flags = (self.split | self.flatten << 1 | self.quirks << 2
                 | self.indent << 3 | (not self.timing) << 4)
        return (int(flags), self.schema, self.delimiter, self.worker,
                self.source)


def documents_of(report: Report, options: DocumentOptions = DocumentOptions(),
                 ) -> list[str]:
    """A report as documents, each a JSON text. Ids and times in stoQ's are new
    with each call."""
    return _cupel.report_documents(report._handle, options._tuple())


class UsesPlugins(abc.ABC):
    """What a `Scanner` does with plugins."""

    __slots__ = ()

    @abc.abstractmethod
    def _open(self) -> _cupel.Scanner: ...

    def use_plugins(
            self, plugins: Plugins | None, *, run: Names = (),
            dispatch_rules: Rules | None = None,
            by_type: Mapping[str, str] | None = None,
            decorators: Names = (), connectors: Names = (),
            error_connectors: Names = (), archive: str = "", tlp: str = "",
            metadata: Document | None = None, consumes: bool = True,
            documents: DocumentOptions | None = None,
            rate_folder: Path | None = None,
            log: Callable[[int, str, str], object] | None = None) -> None:
        """From now on plugins take part in what is scanned, each thread with
        activated ones of its own. In place of what was said before; None: none
        any more. It freezes `plugins`.

        `run` are run on every payload of a type that they consume, on all if
        they don't say; `by_type` has a plugin for a type ("zip") or a pattern
        of a MIME type; `dispatch_rules` say in their metas what to do with
        what they match. With `consumes` others run on what they say that they
        consume, too. `decorators`, in this order, add to the report;
        `connectors` get it, `error_connectors` only what was not wholly
        scanned, as `documents` say; `archive` keeps inputs and what is to be
        saved. `tlp` is the label of what is scanned ("clear" to "red"),
        `metadata` goes into the report. All processes that name one
        `rate_folder` share rate limits.

        `log` gets a level of `logging`, a line and the name of the plugin,
        from any thread, in place of the loggers "cupel.worker.pe" and so on.

        Raises NotFound, which names the nearest; InvalidArgument for a plugin
        that can't do it; FailedPrecondition for one that is broken.
        """
        self._open().use_plugins(
            None if plugins is None else plugins._handle,
            (_joined(run), _joined(decorators), _joined(connectors),
             _joined(error_connectors), archive, tlp,
             optional_text(metadata, "the metadata"),
             b"" if rate_folder is None
             else path_of(rate_folder, "rate_folder")),
            None if dispatch_rules is None else dispatch_rules._handle,
            0 if consumes else _NO_CONSUMES, fields_of(by_type),
            None if documents is None else documents._tuple(), _teller(log))

    def ingest(self, source: str, report: Callable[[Report], object], *,
               options: Document | None = None,
               cancel: Cancel | None = None) -> None:
        """Runs a source ("filedir", "source:ndjson") and scans each of its
        items, one job each, until it has no more. `report` is told each report
        as soon as it is done; False ends the source, and what it raises comes
        out. `options` are over the source's own.

        Raises FailedPrecondition without plugins in use; Cancelled if it was
        ended; else what the source says.
        """
        self._open().ingest(source, optional_text(options, "the options"),
                            lambda handle: report(Report(handle)), cancel)

    async def ingest_async(self, source: str,
                           report: Callable[[Report], object], *,
                           options: Document | None = None,
                           cancel: Cancel | None = None) -> None:
        """`ingest` for asyncio; `report` is called in another thread.
        Cancelling the task ends the source."""
        await in_thread(lambda switch: self.ingest(
            source, report, options=options, cancel=switch), cancel)


def _joined(names: Names) -> str:
    return names if isinstance(names, str) else ",".join(names)


def _teller(log: Callable[[int, str, str], object] | None,
            ) -> Callable[[int, str, str], Any]:
    def tell(level: int, line: str, plugin: str) -> None:
        number = _LEVELS[level] if 0 <= level < len(_LEVELS) else logging.ERROR
        if log is None:
            name = plugin.replace(":", ".", 1)
            logging.getLogger(f"cupel.{name}").log(number, "%s", line)
        else:
            log(number, line, plugin)

    return tell
