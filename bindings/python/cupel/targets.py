"""What can be scanned: paths, bytes, files."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from typing import Any, Protocol, TypeGuard

from cupel import _cupel

# Beyond it what is read of a stream goes to a file.
_IN_MEMORY = 16 << 20
_PIECE = 1 << 20


class Readable(Protocol):
    """A file opened for reading bytes, or what behaves like one."""

    def read(self, size: int, /) -> bytes | None: ...


Buffer = Any  # anything with the buffer protocol, which has no type before 3.12
Target = str | os.PathLike[str] | os.PathLike[bytes] | Readable | Buffer


def add(inputs: _cupel.Inputs, target: Target, name: str | None) -> object:
    """Adds it; gives what has to stay until the scan is over."""
    if isinstance(target, (str, os.PathLike)):
        if name is not None:
            raise TypeError("a path stands for itself in the report: a name "
                            "is for bytes and files")
        inputs.add_path(target)
        return None
    if hasattr(target, "read") and not _is_buffer(target):
        return _add_file(inputs, target, name)
    inputs.add_memory("data" if name is None else name, target)
    return None


def check_several(given: object) -> None:
    """Raises TypeError for one target, which would be taken apart: into its
    letters, its numbers, its lines."""
    if (isinstance(given, (str, os.PathLike)) or hasattr(given, "read")
            or _is_buffer(given)):
        raise TypeError("several targets are a list or a mapping, not one "
                        f"{type(given).__name__}: put it in a list")


def is_path(target: Target,
            ) -> TypeGuard[str | os.PathLike[str] | os.PathLike[bytes]]:
    return isinstance(target, (str, os.PathLike))


def is_memory(target: Target) -> bool:
    return not hasattr(target, "read") or _is_buffer(target)


def _is_buffer(target: object) -> bool:
    """mmap has both: it can be read, and it is its bytes."""
    try:
        memoryview(target).release()  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


def _add_file(inputs: _cupel.Inputs, file: Any, name: str | None) -> object:
    if name is None:
        own = getattr(file, "name", None)
        name = own if isinstance(own, str) and own else "file"
    number = _descriptor(file)
    if number is not None:
        inputs.add_fd(name, number)
        return file
    if isinstance(file, io.BytesIO):
        inputs.add_memory(name, file.getbuffer())
        return None
    return _add_stream(inputs, file, name)


def _descriptor(file: Any) -> int | None:
    """Of a file of the operating system's that holds nothing back: others
    that have one (a socket, gzip) may mean other bytes by it."""
    outer = getattr(file, "file", file)  # of tempfile
    inner = getattr(outer, "buffer", outer)  # of a text file
    raw = getattr(inner, "raw", inner)
    if not isinstance(raw, io.FileIO) or not raw.seekable():
        return None
    if outer is not inner and not isinstance(outer, io.TextIOWrapper):
        return None
    if inner.writable():
        outer.flush()  # a text file has a buffer of its own
    return raw.fileno()


def _add_stream(inputs: _cupel.Inputs, file: Readable, name: str) -> object:
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
    size = 0
    while (piece := file.read(_PIECE)) != b"":
        if piece is None:
            raise BlockingIOError(
                errno.EAGAIN, f"{name} does not block and has no bytes yet: "
                "make it block, or read it to its end and scan the bytes")
        if isinstance(piece, str):
            raise TypeError(f"{name} gives text; open it in binary mode")
        spool.write(piece)
        size += len(piece)
    if size > _IN_MEMORY:
        spool.flush()
        inputs.add_fd(name, spool.fileno())
        return spool
    spool.seek(0)
    inputs.add_memory(name, spool.read())
    return None
