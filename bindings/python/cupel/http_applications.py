"""What answers requests of HTTP, as WSGI and ASGI applications."""

from __future__ import annotations

import asyncio
import re
from collections.abc import (Awaitable, Callable, Iterable, Iterator, Mapping,
                             MutableMapping)
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from cupel.http import Header, HttpResponse, Mountable, token_matches

_PIECE = 64 << 10
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
# What a path may have without percent signs: RFC 3986, and the slash.
_SAFE = "/:@!$&'()*+,;=-._~"


class _Door:
    """What both kinds of application do before a request is answered."""

    def __init__(self, target: Mountable, prefix: str,
                 tokens: Iterable[str] | None,
                 max_body_bytes: int | None) -> None:
        if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
            raise ValueError(f"the prefix {prefix!r} must begin with a slash "
                             "and not end with one")
        if isinstance(tokens, str):
            raise TypeError("tokens must be a list of hashes, not one text")
        self.target = target
        self.prefix = quote(prefix, safe=_SAFE).encode()
        self.tokens = None if tokens is None else tuple(tokens)
        for each in self.tokens or ():
            if re.fullmatch("[0-9a-f]{64}", each) is None:
                # Without it in the message: it may be a token, a secret.
                raise ValueError("tokens are 64 hexadecimal digits each, as "
                                 "hash_token gives them, not the tokens "
                                 "themselves")
        if max_body_bytes is not None and max_body_bytes < 0:
            raise ValueError("max_body_bytes must not be negative")
        self.most_body = (target.max_body_bytes if max_body_bytes is None
                          else max_body_bytes)

    def stripped(self, path: bytes) -> bytes | None:
        """The path below the prefix; None if it is not there."""
        if not path.startswith(self.prefix):
            return None
        rest = path[len(self.prefix):]
        if rest and not rest.startswith(b"/"):
            return None
        return rest or b"/"

    def lets_in(self, authorization: bytes) -> bool:
        """Whether a header of that name has one of the tokens."""
        if self.tokens is None:
            return True
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer":
            return False
        text = token.strip().decode("utf-8", "replace")
        # All are compared, so that the time tells nothing either.
        return any([token_matches(text, each) for each in self.tokens])

    def refuse(self, path: bytes, authorization: bytes,
               length: int | None) -> HttpResponse | None:
        """The answer to a request that is not answered further in."""
        if self.stripped(path) is None:
            return _problem(HTTPStatus.NOT_FOUND)
        if not self.lets_in(authorization):
            return _problem(HTTPStatus.UNAUTHORIZED,
                            (b"www-authenticate", b"Bearer"))
        if length is not None and length > self.most_body:
            return self.too_large()
        return None

    def too_large(self) -> HttpResponse:
        """The answer to a body that is too large."""
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def answer(self, method: bytes, path: bytes, query: bytes,
               headers: list[Header], body: bytes) -> HttpResponse:
        """What the target says; to HEAD with the body, for its length."""
        if method == b"HEAD":
            method = b"GET"
        return HttpResponse(*self.target._answer(
            method, self.stripped(path) or b"/", query, body, headers))


def _problem(status: HTTPStatus, *headers: Header) -> HttpResponse:
    body = b'{"detail":"%s"}' % status.phrase.encode()
    return HttpResponse(status, ((b"content-type", b"application/json"),
                                 *headers), body)


def _sent(response: HttpResponse, method: str) -> tuple[list[Header], bytes]:
    """Headers and body as they are sent. To HEAD there is no body, but the
    length that it would have is said: where it is not, servers put a zero.
    What never has a body has no length either."""
    headers = list(response.headers)
    if response.status in _BODILESS:
        return headers, b""
    if response.header("content-length") is None:
        headers.append((b"content-length", b"%d" % len(response.body)))
    return headers, b"" if method == "HEAD" else response.body


def _length_of(text: str) -> int | None:
    """Of a header Content-Length; None for none. Raises ValueError."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValueError("Content-Length is no number")
    return int(text.lstrip("0")[:20] or "0")


# -------------------------------------------------------------------- WSGI

StartResponse = Callable[..., Any]


class WsgiApplication:
    """A WSGI application (PEP 3333) that answers as `target` does.

    With a `prefix` ("/katalogus") it answers below it and 404 elsewhere; the
    prefix counts from where the server mounts the application. With `tokens`,
    hashes as of `hash_token`, whoever asks needs one of them as a bearer
    token.
    """

    def __init__(self, target: Mountable, *, prefix: str = "",
                 tokens: Iterable[str] | None = None,
                 max_body_bytes: int | None = None) -> None:
        self._door = _Door(target, prefix, tokens, max_body_bytes)

    def __call__(self, environ: dict[str, Any],
                 start_response: StartResponse) -> Iterable[bytes]:
        response = self._respond(environ)
        headers, body = _sent(response, environ["REQUEST_METHOD"])
        try:
            phrase = HTTPStatus(response.status).phrase
        except ValueError:
            phrase = "Unknown"
        start_response(
            f"{response.status} {phrase}",
            [(name.decode("latin-1"), value.decode("latin-1"))
             for name, value in headers])
        return [body] if body else []

    def _respond(self, environ: dict[str, Any]) -> HttpResponse:
        # The server has undone the percent signs, and has bytes as Latin-1.
        path = quote(environ.get("PATH_INFO", "").encode("latin-1"),
                     safe=_SAFE).encode()
        try:
            length = _length_of(environ.get("CONTENT_LENGTH") or "")
        except ValueError:
            return _problem(HTTPStatus.BAD_REQUEST)
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        refused = self._door.refuse(
            path, authorization.encode("latin-1", "replace"), length)
        if refused is not None:
            return refused
        try:
            body = self._body(environ, length)
        except EOFError:
            return _problem(HTTPStatus.BAD_REQUEST)
        if body is None:
            return self._door.too_large()
        return self._door.answer(
            environ["REQUEST_METHOD"].encode("latin-1"), path,
            environ.get("QUERY_STRING", "").encode("latin-1"),
            list(_wsgi_headers(environ)), body)

    def _body(self, environ: dict[str, Any],
              length: int | None) -> bytes | None:
        """None for one that is too large. Raises EOFError for one that ends
        early. Without a length there is a body only if the server says that it
        ends."""
        if length is None and not environ.get("wsgi.input_terminated"):
            return b""
        most = self._door.most_body if length is None else length
        pieces: list[bytes] = []
        missing = most + (length is None)
        while missing > 0:
            piece = environ["wsgi.input"].read(min(missing, _PIECE))
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece)
        if length is None:
            return b"".join(pieces) if missing > 0 else None
        if missing > 0:
            raise EOFError
        return b"".join(pieces)


def _wsgi_headers(environ: Mapping[str, Any]) -> Iterator[Header]:
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            name = key[5:]
        elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            name = key
        else:
            continue
        yield (name.replace("_", "-").lower().encode("latin-1"),
               str(value).encode("latin-1", "replace"))


# -------------------------------------------------------------------- ASGI

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class AsgiApplication:
    """An ASGI 3 application that answers as `target` does, in a thread of the
    event loop's: a database may take its time. Arguments as of
    `WsgiApplication`."""

    def __init__(self, target: Mountable, *, prefix: str = "",
                 tokens: Iterable[str] | None = None,
                 max_body_bytes: int | None = None) -> None:
        self._door = _Door(target, prefix, tokens, max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            raise ValueError(f"the scope {scope['type']!r} is not known")
        response = await self._respond(scope, receive)
        if response is None:
            return  # who asked is gone
        headers, body = _sent(response, scope["method"])
        await send({"type": "http.response.start", "status": response.status,
                    "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _respond(self, scope: Scope,
                       receive: Receive) -> HttpResponse | None:
        path = _asgi_path(scope)
        headers = [(bytes(name), bytes(value))
                   for name, value in scope["headers"]]
        found = {name.lower(): value for name, value in headers}
        try:
            length = _length_of(
                found.get(b"content-length", b"").decode("latin-1"))
        except ValueError:
            return _problem(HTTPStatus.BAD_REQUEST)
        refused = self._door.refuse(path, found.get(b"authorization", b""),
                                    length)
        if refused is not None:
            return refused
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._door.most_body:
                return self._door.too_large()
            more = message.get("more_body", False)
        return await asyncio.to_thread(
            self._door.answer, scope["method"].encode("latin-1"), path,
            bytes(scope.get("query_string", b"")), headers, bytes(body))


def _asgi_path(scope: Scope) -> bytes:
    """The path below where the application is mounted, percent-encoded."""
    raw = scope.get("raw_path")
    path = bytes(raw) if raw else quote(scope["path"], safe=_SAFE).encode()
    root = quote(scope.get("root_path", ""), safe=_SAFE).encode()
    below = path[len(root):]
    if root and path.startswith(root) and below[:1] in (b"", b"/"):
        return below or b"/"
    return path


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
