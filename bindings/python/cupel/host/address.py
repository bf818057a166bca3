"""Where the bytes of an object lie, to tell a slice from a copy."""

from __future__ import annotations

import ctypes

_SIMPLE = 0  # PyBUF_SIMPLE: bytes in one piece


class _Buffer(ctypes.Structure):
    """Py_buffer of Python's C interface."""

    _fields_ = [
        ("buf", ctypes.c_void_p), ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p), ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p), ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p)]


_get = ctypes.pythonapi.PyObject_GetBuffer
_get.argtypes = [ctypes.py_object, ctypes.POINTER(_Buffer), ctypes.c_int]
_release = ctypes.pythonapi.PyBuffer_Release
_release.argtypes = [ctypes.POINTER(_Buffer)]
_release.restype = None


def address_of(view: memoryview) -> int:
    """The address of the first byte. Raises BufferError for a view that is
    not one piece of memory."""
    buffer = _Buffer()
    _get(view, ctypes.byref(buffer), _SIMPLE)
    try:
        return int(buffer.buf or 0)
    finally:
        _release(ctypes.byref(buffer))


def offset_in(payload: memoryview, view: memoryview) -> int | None:
    """Where a slice of the payload begins in it; None if it is none."""
    if view.obj is not payload.obj or view.nbytes == 0:
        return None
    if not view.c_contiguous:
        return None
    offset = address_of(view) - address_of(payload)
    if 0 <= offset <= payload.nbytes - view.nbytes:
        return offset
    return None
