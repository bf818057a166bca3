"""What a normalizer yields, told apart and written as OpenKAT does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cupel.host.failures import Refused


def classify(value: Any) -> tuple[str, dict[str, Any]]:
    """The kind of a yielded value ("ooi", "declaration", "affirmation",
    "scan_profile") and its fields. Raises Refused for anything else."""
    fields = _fields_of(value)
    if fields is None:
        raise _wrong(value)
    kind = fields.get("type")
    if fields.get("object_type"):
        return "ooi", fields
    if isinstance(fields.get("ooi"), Mapping):
        named = kind if kind in ("declaration", "affirmation") else ""
        if not named:
            named = ("affirmation" if "affirmation" in type(value).__name__
                     .lower() else "declaration")
        return named, {**fields, "ooi": _with_type(value, fields)}
    if fields.get("scan_profile_type") or {"reference", "level"} <= set(
            fields):
        return "scan_profile", fields
    raise _wrong(value)


def _with_type(value: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """The object in a declaration. A model may print it by the base class,
    and leave out what only its own class has."""
    inner = getattr(value, "ooi", None)
    if inner is not None and not isinstance(inner, Mapping):
        whole = _fields_of(inner)
        if whole is not None:
            return whole
    return dict(fields["ooi"])


def _fields_of(value: Any) -> dict[str, Any] | None:
    """The fields of a dictionary, a pydantic model of either version, or an
    object that can serialise itself."""
    if isinstance(value, Mapping):
        return dict(value)
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        found = dump(mode="json")
    elif callable(getattr(value, "dict", None)):
        found = value.dict()
    elif callable(getattr(value, "serialize", None)):
        found = value.serialize()
    else:
        return None
    return dict(found) if isinstance(found, Mapping) else None


def _wrong(value: Any) -> Refused:
    return Refused("InvalidReturnValueNormalizer: Normalizer returned object "
                   f"of incorrect type: {type(value).__name__}")
