"""Frames over the socket that is descriptor 3 of the process."""

from __future__ import annotations

import array
import fcntl
import mmap
import os
import socket
import threading
from collections import deque
from collections.abc import Callable

from cupel.host.messages import TO_HOST, TO_RUNNER, Blob, Invoke
from cupel.host.wire import (Message, WireError, decode_envelope,
                             encode_envelope)

MOST_FRAME = 32 << 20
# Bytes over this go in a memfd.
MOST_INLINE = 64 << 10
_SEALS = (fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
          | fcntl.F_SEAL_WRITE)
_MOST_DESCRIPTORS = 16
_RECEIVE = 66 << 10
# Out of the way of plugins that close or reuse small numbers.
_SAFE_NUMBER = 200


class Closed(Exception):
    """The host has gone."""


class Channel:
    """The socket to the host. One thread receives, any may send."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._lock = threading.Lock()
        self._buffer = bytearray()
        self._descriptors: deque[int] = deque()
        os.register_at_fork(after_in_child=self._socket.close)

    @classmethod
    def take_over(cls, descriptor: int) -> Channel:
        """Moves the socket away from `descriptor`, which plugins may then use
        and write to as they like. Raises OSError if it is no socket."""
        number = -1
        for least in (_SAFE_NUMBER, descriptor + 1):
            try:
                number = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, least)
                break
            except OSError:  # no such number is allowed, or no descriptor
                continue
        if number < 0:
            raise OSError(f"descriptor {descriptor} is not open")
        sock = socket.socket(fileno=number)
        os.close(descriptor)
        return cls(sock)

    def fileno(self) -> int:
        """The descriptor of the socket."""
        return self._socket.fileno()

    # ------------------------------------------------------------ receiving

    def receive(self, wait: bool = True) -> Message | None:
        """The next message; without `wait`, None if none is complete. Raises
        Closed and WireError."""
        while True:
            message = self._take_frame()
            if message is not None:
                return message
            if not self._fill(0 if wait else socket.MSG_DONTWAIT):
                return None

    def _take_frame(self) -> Message | None:
        if len(self._buffer) < 4:
            return None
        size = int.from_bytes(self._buffer[:4], "little")
        if size > MOST_FRAME:
            raise WireError(f"a frame of {size} bytes")
        if len(self._buffer) < 4 + size:
            return None
        frame = bytes(self._buffer[4:4 + size])
        del self._buffer[:4 + size]
        message = decode_envelope(TO_RUNNER, frame)
        if isinstance(message, Invoke):
            for blob in (message.payload, message.document):
                if blob is not None and blob.in_memfd is not None:
                    if not self._descriptors:
                        raise WireError("a descriptor that did not come")
                    blob.descriptor = self._descriptors.popleft()
        return message

    def _fill(self, flags: int) -> bool:
        try:
            data, ancillary, _, _ = self._socket.recvmsg(
                _RECEIVE, socket.CMSG_SPACE(4 * _MOST_DESCRIPTORS),
                flags | socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return False
        except ConnectionError:
            raise Closed from None
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                numbers = array.array("i")
                numbers.frombytes(content[:len(content) // 4 * 4])
                self._descriptors.extend(numbers)
        if not data:
            raise Closed
        self._buffer += data
        return True

    # -------------------------------------------------------------- sending

    def send(self, *messages: Message, descriptor: int = -1) -> None:
        """Sends messages; the descriptor, if any, goes with the first. Raises
        Closed, and ValueError for what no frame can hold."""
        frames = bytearray()
        for message in messages:
            body = encode_envelope(TO_HOST, message)
            if len(body) > MOST_FRAME:
                raise ValueError(
                    f"a {type(message).__name__.lower()} of {len(body)} bytes"
                    " is too long to be handed back")
            frames += len(body).to_bytes(4, "little")
            frames += body
        rights = [] if descriptor < 0 else [
            (socket.SOL_SOCKET, socket.SCM_RIGHTS,
             array.array("i", [descriptor]))]
        with self._lock, memoryview(frames) as view:
            try:
                at = self._socket.sendmsg([view], rights)
                while at < len(view):
                    at += self._socket.send(view[at:])
            except (ConnectionError, ValueError) as error:
                raise Closed from error

    def send_bytes(self, make: Callable[[Blob], Message],
                   data: bytes | bytearray | memoryview) -> None:
        """Sends the message that `make` makes around these bytes."""
        view = memoryview(data)
        if view.nbytes <= MOST_INLINE:
            self.send(make(Blob(inline=bytes(view))))
            return
        descriptor = memfd_of(view)
        try:
            self.send(make(Blob(in_memfd=view.nbytes)), descriptor=descriptor)
        finally:
            os.close(descriptor)


def open_blob(blob: Blob | None) -> bytes | mmap.mmap:
    """The bytes of a blob: those in the message, or a mapping of the
    descriptor that came with it, which copies nothing. Once only."""
    if blob is None or blob.in_memfd is None:
        return bytes(blob.inline) if blob and blob.inline else b""
    try:
        size = blob.in_memfd
        if size == 0:
            return b""
        # Beyond the end of the file a mapping kills who reads it.
        if os.fstat(blob.descriptor).st_size < size:
            raise WireError("a descriptor that is shorter than it says")
        return mmap.mmap(blob.descriptor, size, flags=mmap.MAP_SHARED,
                         prot=mmap.PROT_READ)
    finally:
        os.close(blob.descriptor)
        blob.descriptor = -1


def memfd_of(view: memoryview) -> int:
    """A sealed memfd with these bytes."""
    descriptor = os.memfd_create(
        "cupel", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        rest = view.cast("B") if view.c_contiguous else memoryview(bytes(view))
        while rest:
            rest = rest[os.write(descriptor, rest):]
        os.lseek(descriptor, 0, os.SEEK_SET)  # for who reads, and not maps
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
