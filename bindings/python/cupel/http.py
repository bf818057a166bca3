"""HTTP without a transport: what answers requests.

    from wsgiref.simple_server import make_server

    import cupel

    registry = cupel.Registry("registry.db", plugin_folders=["plugins"])
    make_server("127.0.0.1", 8080, registry.wsgi).serve_forever()

`registry.asgi` is the same for uvicorn, hypercorn and the like. Who may ask is
the host's business; where others can reach it, `tokens` help:

>>> import cupel
>>> token = generate_token()              # for whoever asks, shown once
>>> kept = hash_token(token)              # what the host keeps
>>> registry = cupel.Registry()
>>> application = cupel.WsgiApplication(
...     registry, prefix="/katalogus", tokens=[kept])
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cupel import _cupel

if TYPE_CHECKING:
    from cupel.http_applications import AsgiApplication, WsgiApplication

Header = tuple[bytes, bytes]

_MOST_BODY = 4 << 20


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer. Its body may hold settings, so `repr` leaves it out."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The value of a header, in any case; None if it is not there."""
        wanted = name.lower().encode("latin-1")
        for key, value in self.headers:
            if key.lower() == wanted:
                return value.decode("latin-1")
        return None


class Mountable(abc.ABC):
    """What answers requests of HTTP: a `Registry`, a `Worker`."""

    __slots__ = ("_most_body", "__weakref__")

    def __init__(self, max_body_bytes: int = 0) -> None:
        self._most_body = max_body_bytes or _MOST_BODY

    @property
    def max_body_bytes(self) -> int:
        """What a request's body may have; the applications read no more."""
        return self._most_body

    def handle(self, method: str, path: str, query: str = "",
               headers: Mapping[str, str] | Iterable[Header] = (),
               body: bytes = b"") -> HttpResponse:
        """Answers a request, whatever is in it (400, 404, 422, …). `path` is
        percent-encoded, `query` is without the question mark."""
        pairs = ([(name.encode("latin-1"), value.encode("latin-1"))
                  for name, value in headers.items()]
                 if isinstance(headers, Mapping) else headers)
        return HttpResponse(*self._answer(
            method.encode(), path.encode(), query.encode(), body, pairs))

    @abc.abstractmethod
    def _answer(self, method: bytes, path: bytes, query: bytes, body: bytes,
                headers: Iterable[Header],
                ) -> tuple[int, tuple[Header, ...], bytes]: ...

    @property
    def wsgi(self) -> WsgiApplication:
        """As a WSGI application, without a prefix and tokens."""
        from cupel.http_applications import WsgiApplication
        return WsgiApplication(self)

    @property
    def asgi(self) -> AsgiApplication:
        """As an ASGI application, without a prefix and tokens."""
        from cupel.http_applications import AsgiApplication
        return AsgiApplication(self)


# ------------------------------------------------------------------ tokens

def generate_token() -> str:
    """A new bearer token, "cupel-token-1:…": a secret, to be shown once."""
    return _cupel.token_generate().decode()


def hash_token(token: str) -> str:
    """What is kept of a token: 64 hexadecimal digits."""
    return _cupel.token_hash(token).decode()


def token_matches(token: str, hash: str) -> bool:
    """Whether the hash is that of the token, in a time that tells nothing of
    either.

    >>> token_matches("cupel-token-1:guessed", hash_token(generate_token()))
    False
    """
    return _cupel.token_matches(token, hash)
