"""The words and numbers of plugins, as in include/cupel/plugin.h."""

from __future__ import annotations

import enum

PROTOCOL = 1


class Category(enum.IntEnum):
    """What a plugin does."""

    SOURCE = 1
    READER = 2
    WORKER = 3
    EXTRACTOR = 4
    CARVER = 5
    DECODER = 6
    DECORATOR = 7
    CONNECTOR = 8
    NORMALIZER = 9

    @property
    def text(self) -> str:
        """The category as people write it: "worker"."""
        return self.name.lower()

    @property
    def method(self) -> str:
        """The method that every plugin of the category must have."""
        return _METHODS[self]


_METHODS = {
    Category.SOURCE: "ingest",
    Category.READER: "read",
    Category.WORKER: "scan",
    Category.EXTRACTOR: "extract",
    Category.CARVER: "carve",
    Category.DECODER: "decode",
    Category.DECORATOR: "decorate",
    Category.CONNECTOR: "save",
    Category.NORMALIZER: "normalize",
}

# Categories whose plugins hand back payloads rather than results.
PRODUCERS = (Category.EXTRACTOR, Category.CARVER, Category.DECODER)

CATEGORIES = {category.text: category for category in Category}
CATEGORY_OF_METHOD = {name: category for category, name in _METHODS.items()}


class Method(enum.IntEnum):
    """What a call asks for: PluginMethod of src/plugin/plugin.h."""

    INGEST = 1
    READ = 2
    SCAN = 3
    EXTRACT = 4
    CARVE = 5
    DECODE = 6
    DECORATE = 7
    SAVE = 8
    NORMALIZE = 9
    CONNECT = 10
    DISCONNECT = 11
    GET_FILE = 12
    HEARTBEAT = 13

    @property
    def text(self) -> str:
        """The name of the function: "get_file"."""
        return self.name.lower()


class Code(enum.IntEnum):
    """The canonical status codes."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


class Level(enum.IntEnum):
    """How much a line of the log matters."""

    DEBUG = 0
    INFO = 1
    WARNING = 2
    ERROR = 3


class Need(enum.IntFlag):
    """What a plugin gets only if its manifest asks for it."""

    NOTHING = 0
    NETWORK = 1
    FILES = 2


TIERS = {"builtin": 1, "process": 2, "oci": 3}


def article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return ("an " if noun[:1].lower() in "aeiou" else "a ") + noun
