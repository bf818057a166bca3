"""Files and URLs for stoq.core. Nothing leads out of the folders allowed."""

from __future__ import annotations

import base64
import errno
import fcntl
import logging
import os
import ssl
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cupel.host.stoq_shim.core import Stoq

_MOST_BYTES = 256 << 20


def read(log: logging.Logger, source: str,
         bases: tuple[str, ...]) -> bytes | None:
    """The bytes of a regular file in one of the folders, links followed."""
    real = os.path.realpath(source)
    allowed = any(
        os.path.commonpath([real, os.path.realpath(base)])
        == os.path.realpath(base) for base in bases)
    if not allowed:
        log.warning("%s is in none of the folders that may be read: %s",
                    source, ", ".join(bases))
        return None
    try:
        number = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(number, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        log.warning("%s can't be read: %s", source, error.strerror)
        return None
    if len(content) > _MOST_BYTES:
        log.warning("%s is longer than %d bytes", source, _MOST_BYTES)
        return None
    return content


def fetch(stoq: Stoq, method: str, url: str, params: Any, data: Any,
          verify: bool, auth: Any, timeout: float,
          headers: dict[str, Any]) -> bytes | None:
    """The body of an answer; None for any failure."""
    # Neither headers nor parameters are logged: there are keys in them.
    shown = url.partition("?")[0]
    if not url.startswith(stoq.url_prefix_tuple):
        stoq.log.warning("%s is no URL that may be asked", shown)
        return None
    if params:
        url += ("&" if "?" in url else "?") + urllib.parse.urlencode(
            params, doseq=True)
    if isinstance(data, dict):
        data = urllib.parse.urlencode(data)
    if isinstance(data, str):
        data = data.encode()
    request = urllib.request.Request(url, data=data, method=method)
    request.add_header("User-Agent", str(stoq.useragent))
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), str(value))
    if auth:
        pair = f"{auth[0]}:{auth[1]}".encode()
        request.add_header("Authorization", "Basic "
                           + base64.b64encode(pair).decode())
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(request, timeout=timeout,
                                    context=context) as answer:
            content: bytes = answer.read(_MOST_BYTES + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        stoq.log.warning("%s %s: %s", method, shown,
                         getattr(error, "reason", type(error).__name__))
        return None
    if len(content) > _MOST_BYTES:
        stoq.log.warning("%s %s: more than %d bytes", method, shown,
                         _MOST_BYTES)
        return None
    return content


def multipart(files: Any, data: Any) -> tuple[str, bytes]:
    """The type and the body of a form with files in it."""
    boundary = uuid.uuid4().hex
    parts = []
    for key, value in (data or {}).items():
        parts.append((f'name="{key}"', str(value).encode()))
    for key, value in dict(files).items():
        name, content = (value[0], value[1]) if isinstance(
            value, (tuple, list)) else (key, value)
        if hasattr(content, "read"):
            content = content.read()
        if isinstance(content, str):
            content = content.encode()
        quoted = str(name).replace('"', "%22").replace("\r", "").replace(
            "\n", "")
        parts.append((f'name="{key}"; filename="{quoted}"', bytes(content)))
    body = b"".join(
        b"--%b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n"
        % (boundary.encode(), head.encode(), content)
        for head, content in parts)
    return (f"multipart/form-data; boundary={boundary}",
            body + b"--%b--\r\n" % boundary.encode())


def write(log: logging.Logger, payload: Any, name: str, path: str,
          overwrite: bool, append: bool) -> Any:
    """Writes a file below a folder. Returns its path, or False."""
    full = os.path.join(path, name)
    folder = os.path.realpath(path)
    real = os.path.realpath(full)
    if os.path.commonpath([folder, real]) != folder or real == folder:
        log.error("%r leads out of %s: nothing is written", name, path)
        return False
    content = payload if isinstance(payload, (bytes, bytearray, memoryview)) \
        else str(payload).encode("utf-8", "replace")
    mode = os.O_APPEND if append else os.O_TRUNC if overwrite else os.O_EXCL
    try:
        os.makedirs(os.path.dirname(real), exist_ok=True)
        number = os.open(real, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | mode,
                         0o644)
    except OSError as error:
        if error.errno == errno.EEXIST:
            return full
        log.error("%s can't be written: %s", full, error.strerror)
        return False
    with open(number, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(content)
    return full
