"""Objects of interest: fields, keys, references, and how they are printed."""

from __future__ import annotations

import datetime
import enum
import hashlib
import ipaddress
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type."""

    name: str
    optional: bool = False
    target: str = ""  # of a reference
    convert: Callable[[Any], Any] | None = None
    constant: Any = None


class Reference(str):
    """"Hostname|internet|example.com": the primary key of an object."""

    @property
    def class_(self) -> str:
        """The name of the type."""
        return self.partition("|")[0]

    @property
    def natural_key(self) -> str:
        """What is behind the type."""
        return self.partition("|")[2]

    @property
    def human_readable(self) -> str:
        """For people."""
        return self.natural_key.replace("|", " ")

    @property
    def class_type(self) -> type[OOI]:
        """The type itself."""
        return OOI.registry[self.class_]

    @property
    def tokenized(self) -> Tokens:
        """The parts of the key by their names, all of them text."""
        parts = self.natural_key.split("|")
        return Tokens(_tokens(self.class_, iter(parts)))

    @classmethod
    def from_str(cls, text: str) -> Reference:
        """A reference out of its text."""
        return cls(text)


class Tokens:
    """Parts of a key as attributes and items."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Any:
        value = self.root[name]
        return Tokens(value) if isinstance(value, dict) else value


class OOI:
    """Base of all types. Fields are given by name; what the type has not is
    passed over, what it needs must be there."""

    registry: ClassVar[dict[str, type[OOI]]] = {}
    fields: ClassVar[tuple[Field, ...]] = ()
    keys: ClassVar[tuple[str, ...]] = ()

    object_type: str
    scan_profile: Any
    user_id: Any
    primary_key: str

    def __init__(self, **values: Any) -> None:
        kind = type(self).__name__
        if OOI.registry.get(kind) is not type(self):
            raise TypeError(f"{kind} is abstract: use one of its kinds")
        self.object_type = kind
        self.scan_profile = values.get("scan_profile")
        self.user_id = values.get("user_id")
        for field in self.fields:
            setattr(self, field.name, _value_of(kind, field, values))
        self.primary_key = str(values.get("primary_key") or self._key())

    # ----------------------------------------------------------------- keys

    def _key(self) -> str:
        return f"{self.object_type}|" + "|".join(self._key_parts())

    def _key_parts(self) -> list[str]:
        get: Callable[[str], Any] = self.__dict__.__getitem__
        kind = self.object_type
        if kind == "Finding":
            return [get("ooi"), get("finding_type").natural_key]
        if kind == "SoftwareInstance":
            return [get("ooi"), get("software")]
        if kind == "GeographicPoint":
            return [get("ooi"), str(get("longitude")), str(get("latitude"))]
        hashed = kind in ("DNSTXTRecord", "DNSSPFRecord")
        return [hashlib.sha1(get(name).encode(), usedforsecurity=False)
                .hexdigest() if hashed and name == "value"
                else _part(get(name)) for name in self.keys]

    @property
    def reference(self) -> Reference:
        """What others refer to it by."""
        return Reference(self.primary_key)

    @property
    def natural_key(self) -> str:
        """The key without the type."""
        return self.reference.natural_key

    @property
    def human_readable(self) -> str:
        """For people."""
        return self.reference.human_readable

    def get_ooi_type(self) -> str:
        """The name of the type."""
        return self.object_type

    @classmethod
    def get_object_type(cls) -> str:
        """The name of the type."""
        return cls.__name__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OOI) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.primary_key)

    def __repr__(self) -> str:
        return f"{self.object_type}({self.primary_key!r})"

    # -------------------------------------------------------------- printing

    def _order(self) -> Iterable[str]:
        return ("object_type", "scan_profile", "user_id", "primary_key",
                *(field.name for field in self.fields))

    def model_dump(self, mode: str = "python",
                   **_: Any) -> dict[str, Any]:
        """All fields; with mode "json" as JSON has them."""
        plain = _json if mode == "json" else lambda value: value
        return {name: plain(getattr(self, name)) for name in self._order()}

    def model_dump_json(self, **_: Any) -> str:
        """The same as text."""
        return json.dumps(self.model_dump("json"))

    def serialize(self) -> dict[str, Any]:
        """As boefjes get their input: references as trees of their parts,
        everything but numbers as text."""
        return {name: _serialized(getattr(self, name))
                for name in self._order()}


# As older plugins call them. In the class, `dict` would no longer be the type.
setattr(OOI, "dict", OOI.model_dump)
setattr(OOI, "json", OOI.model_dump_json)


def _value_of(kind: str, field: Field, values: dict[str, Any]) -> Any:
    if field.constant is not None:
        return field.constant
    value = values.get(field.name)
    if value is None:
        if not field.optional:
            raise ValueError(f"{kind}: {field.name} is missing")
        return None
    try:
        if field.target:
            return _reference(value, field.target)
        return field.convert(value) if field.convert else value
    except (TypeError, ValueError) as error:
        raise ValueError(f"{kind}: {field.name}: {error}") from None


def _reference(value: Any, target: str) -> Reference:
    if isinstance(value, OOI):
        return value.reference
    if not isinstance(value, str) or "|" not in value:
        raise ValueError(f"expected {target}, or the key of one, not "
                         f"{type(value).__name__}")
    return Reference(value)


def _part(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Reference):
        return value.natural_key
    if isinstance(value, enum.Enum):
        return str(value.value)
    return str(value)


def _json(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_json(item) for item in value]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if value is None or isinstance(value, (bool, int, float, dict)):
        return value
    return str(value)


def _serialized(value: Any) -> Any:
    if isinstance(value, list):
        return [_serialized(item) for item in value]
    if isinstance(value, Reference):
        return value.tokenized.root
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (int, float)):
        return value
    return str(value)


def _concrete(target: str) -> list[type[OOI]]:
    found = OOI.registry.get(target)
    if found is not None:
        return [found]
    return [kind for kind in OOI.registry.values()
            if any(base.__name__ == target for base in kind.__mro__)
            and target != "OOI"]


def _shape(target: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """The names of a key's parts, in the order of their values: a tree."""
    shape: dict[str, Any] = {}
    if target in seen:
        return shape
    for kind in _concrete(target):
        fields = {field.name: field for field in kind.fields}
        for key in kind.keys:
            field = fields[key]
            inner = (_shape(field.target, (*seen, target)) if field.target
                     else None)
            if key not in shape:
                shape[key] = inner
            elif isinstance(inner, dict) and isinstance(shape[key], dict):
                for name, value in inner.items():
                    shape[key].setdefault(name, value)
    return shape


def _tokens(kind: str, parts: Any) -> dict[str, Any]:
    def fill(shape: dict[str, Any]) -> dict[str, Any]:
        filled: dict[str, Any] = {}
        for name, inner in shape.items():
            if isinstance(inner, dict):
                filled[name] = fill(inner)
            else:
                filled[name] = next(parts, None)
        return filled

    return fill(_shape(kind))


def address(value: Any) -> Any:
    """An IP address, as an object."""
    return ipaddress.ip_address(value)
