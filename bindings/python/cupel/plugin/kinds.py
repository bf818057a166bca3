"""The nine categories, as base classes and as decorators of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from cupel.host.names import Category
from cupel.plugin.call import Call

_F = TypeVar("_F", bound=Callable[..., Any])

# The attribute by which the host knows a function that was decorated.
MARK = "__cupel_category__"


class Plugin:
    """Base of all plugins that are classes. They are made without
    arguments."""

    category: ClassVar[Category | None] = None

    def activate(self, options: dict[str, Any]) -> bool | None:
        """Before the first call. An exception, or False, means that the
        plugin can't be used."""
        return None

    def deactivate(self) -> None:
        """After the last call, if the process still can."""


class Source(Plugin):
    """Brings work: `ingest(call)` yields `Item`s."""

    category = Category.SOURCE


class Reader(Plugin):
    """Gets text out of a document: `read(call)` returns it."""

    category = Category.READER


class Worker(Plugin):
    """Says something about a payload: `scan(call)` returns a result."""

    category = Category.WORKER


class Extractor(Plugin):
    """Takes a container apart: `extract(call)` yields `Child`ren."""

    category = Category.EXTRACTOR


class Carver(Plugin):
    """Finds files among other bytes: `carve(call)` yields slices."""

    category = Category.CARVER


class Decoder(Plugin):
    """Gives the same in clear: `decode(call)` yields bytes."""

    category = Category.DECODER


class Decorator(Plugin):
    """Adds to a finished report: `decorate(call)` returns what to add to
    `call.document`."""

    category = Category.DECORATOR


class Connector(Plugin):
    """Takes reports (`call.document`) and keeps payloads (`call.bytes`):
    `save(call)`; may have `connect`, `disconnect` and `get_file`."""

    category = Category.CONNECTOR


class Normalizer(Plugin):
    """Makes objects out of raw output: `normalize(call)` yields them."""

    category = Category.NORMALIZER


def _marker(category: Category) -> Callable[[_F], _F]:
    def mark(function: _F) -> _F:
        setattr(function, MARK, category)
        return function

    mark.__name__ = category.text
    mark.__doc__ = (f"Makes a function of one `Call` {category.text}"
                    f"'s {category.method}().")
    return mark


source = _marker(Category.SOURCE)
reader = _marker(Category.READER)
worker = _marker(Category.WORKER)
extractor = _marker(Category.EXTRACTOR)
carver = _marker(Category.CARVER)
decoder = _marker(Category.DECODER)
decorator = _marker(Category.DECORATOR)
connector = _marker(Category.CONNECTOR)
normalizer = _marker(Category.NORMALIZER)

__all__ = [
    "Call", "Carver", "Connector", "Decoder", "Decorator", "Extractor",
    "MARK", "Normalizer", "Plugin", "Reader", "Source", "Worker", "carver",
    "connector", "decoder", "decorator", "extractor", "normalizer", "reader",
    "source", "worker",
]
