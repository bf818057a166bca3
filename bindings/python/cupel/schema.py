"""JSON Schema, for the settings of plugins.

>>> schema = Schema({"type": "object", "required": ["PORT"],
...                  "properties": {"PORT": {"type": "integer"}}})
>>> schema.validate({"PORT": 25})
>>> schema.check({"PORT": "x"})["issues"][0]["path"]
'$.PORT'

A keyword that is not supported is an error, never passed by in silence.
docs/schema.md lists what is.
"""

from __future__ import annotations

from typing import Any, TypedDict

from cupel import _cupel
from cupel.documents import Document, object_of, text_of, value_of


class SchemaIssue(TypedDict):
    """One thing that does not fit."""

    path: str
    type: str
    message: str


class SchemaCheck(TypedDict):
    """All that does not fit."""

    valid: bool
    count: int
    issues: list[SchemaIssue]


class Schema:
    """A schema, 2020-12 or draft-07, understood to the last keyword.
    Immutable, for any number of threads.

    Raises InvalidArgument for what is no schema, Unimplemented for a keyword
    or a pattern that is not supported; the message names the place.
    """

    __slots__ = ("_handle",)

    def __init__(self, document: Document) -> None:
        self._handle = _cupel.schema_compile(text_of(document, "the schema"))

    def validate(self, value: Document) -> None:
        """Raises InvalidArgument, which names the place and shows no value, if
        the value does not fit."""
        self._handle.validate(text_of(value, "the value"))

    def check(self, value: Document) -> SchemaCheck:
        """All that does not fit."""
        found: SchemaCheck = value_of(self._handle.check(
            text_of(value, "the value")))
        return found

    def describe(self) -> dict[str, Any]:
        """{"properties": […], "warnings": […], "document": {…}}: the keys that
        there are with their types and which are secret, words that mean
        nothing, and the schema itself."""
        return object_of(self._handle.json())

    def __repr__(self) -> str:
        names = [each["name"] for each in self.describe()["properties"]]
        return f"<cupel.Schema {', '.join(names)}>" if names else (
            "<cupel.Schema>")
