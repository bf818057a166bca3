"""The wire format of protocol buffers, as far as runner.proto needs it.

Written by hand, although a library for it exists: plugins bring their own
versions of `protobuf` along, Python can load only one of them, and a host that
had loaded another first would break plugins that are to run unmodified.
"""

from __future__ import annotations

import enum
from typing import Any, ClassVar, NamedTuple, TypeVar

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


class WireError(Exception):
    """Bytes that are no message."""


class Kind(enum.Enum):
    """How the value of a field is written."""

    UINT = "uint"
    INT = "int"  # int32, int64: two's complement
    BOOL = "bool"
    BYTES = "bytes"
    TEXT = "text"
    MESSAGE = "message"

    wire_type: int


for _kind in Kind:
    _kind.wire_type = (_VARINT if _kind in (Kind.UINT, Kind.INT, Kind.BOOL)
                       else _LENGTH)


class Field(NamedTuple):
    """One field of a message: its attribute and how it is written."""

    name: str
    kind: Kind
    repeated: bool = False
    type: type[Message] | None = None


class Message:
    """A dataclass whose `FIELDS` say how it is written.

    None stands for a field that is not there. On reading, a field that is not
    there keeps the default of the dataclass.
    """

    __slots__ = ()
    FIELDS: ClassVar[dict[int, Field]] = {}


_M = TypeVar("_M", bound=Message)


def _append_varint(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _append_field(out: bytearray, number: int, field: Field,
                  value: Any) -> None:
    kind = field.kind
    if kind.wire_type == _VARINT:
        _append_varint(out, number << 3 | _VARINT)
        _append_varint(out, int(value) & 0xFFFF_FFFF_FFFF_FFFF)
        return
    if kind is Kind.TEXT:
        # A lone surrogate has no UTF-8: what can't be written is replaced.
        value = value.encode("utf-8", "replace")
    elif kind is Kind.MESSAGE:
        value = encode(value)
    _append_varint(out, number << 3 | _LENGTH)
    _append_varint(out, len(value))
    out += value


def encode(message: Message) -> bytearray:
    """The bytes of a message."""
    out = bytearray()
    for number, field in message.FIELDS.items():
        value = getattr(message, field.name)
        if value is None:
            continue
        if field.repeated:
            for item in value:
                _append_field(out, number, field, item)
        else:
            _append_field(out, number, field, value)
    return out


def _read_varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise WireError("a number that does not end")
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7


def _read_length(data: memoryview, at: int) -> tuple[memoryview, int]:
    length = data[at] if at < len(data) else 128
    if length < 128:
        at += 1
    else:
        length, at = _read_varint(data, at)
    if length > len(data) - at:
        raise WireError("a field that is longer than its message")
    return data[at:at + length], at + length


def _skip(data: memoryview, at: int, wire_type: int) -> int:
    if wire_type == _VARINT:
        return _read_varint(data, at)[1]
    if wire_type == _LENGTH:
        return _read_length(data, at)[1]
    if wire_type not in (_FIXED64, _FIXED32):
        raise WireError(f"a field of the unknown wire type {wire_type}")
    at += 8 if wire_type == _FIXED64 else 4
    if at > len(data):
        raise WireError("a field that is longer than its message")
    return at


def _value(field: Field, wire_type: int, data: memoryview,
           at: int) -> tuple[Any, int]:
    """The value of a field whose tag was read."""
    kind = field.kind
    if wire_type == _VARINT:
        number = data[at] if at < len(data) else 128
        if number < 128:
            at += 1
        else:
            number, at = _read_varint(data, at)
        if kind is Kind.BOOL:
            return number != 0, at
        if kind is Kind.INT and number >> 63:
            number -= 1 << 64
        return number, at
    raw, at = _read_length(data, at)
    if kind is Kind.BYTES:
        return bytes(raw), at
    if kind is Kind.TEXT:
        return str(raw, "utf-8", "replace"), at
    assert field.type is not None
    return decode(field.type, raw), at


def decode(kind: type[_M], data: memoryview | bytes | bytearray) -> _M:
    """A message out of its bytes. Raises WireError; what is unknown is passed
    over."""
    view = memoryview(data)
    message = kind()
    fields = kind.FIELDS
    size = len(view)
    at = 0
    while at < size:
        # Nearly all numbers are of one byte.
        tag = view[at]
        if tag < 128:
            at += 1
        else:
            tag, at = _read_varint(view, at)
        field = fields.get(tag >> 3)
        wire_type = tag & 7
        if field is None or wire_type != field.kind.wire_type:
            at = _skip(view, at, wire_type)
            continue
        value, at = _value(field, wire_type, view, at)
        if field.repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    return message


def encode_envelope(kinds: dict[int, type[Message]],
                    message: Message) -> bytearray:
    """An envelope, a message with one oneof, that has this message in it."""
    number = next(n for n, kind in kinds.items() if kind is type(message))
    out = bytearray()
    _append_field(out, number, Field("", Kind.MESSAGE), message)
    return out


def decode_envelope(kinds: dict[int, type[Message]],
                    data: memoryview | bytes | bytearray) -> Message:
    """What is in an envelope: the last of its kinds, as for any oneof."""
    view = memoryview(data)
    found: Message | None = None
    at = 0
    while at < len(view):
        tag, at = _read_varint(view, at)
        if tag >> 3 in kinds and tag & 7 == _LENGTH:
            raw, at = _read_length(view, at)
            found = decode(kinds[tag >> 3], raw)
        else:
            at = _skip(view, at, tag & 7)
    if found is None:
        raise WireError("an envelope without a message that is known here")
    return found
