"""The registry over WSGI and ASGI: real servers and loops, hostile requests."""

import asyncio
import io
import json
import threading
import urllib.error
import urllib.request
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest

import cupel
from catalogue import SECRET, SETTINGS, boefjes
from cupel import AsgiApplication, WsgiApplication
from cupel.http_applications import _sent


@pytest.fixture
def registry(tmp_path):
    registry = cupel.Registry(
        plugin_folders=[boefjes(tmp_path / "plugins")],
        keyring=cupel.Keyring([cupel.Keyring.generate_key()]),
        max_body_bytes=10_000)
    registry.add_organisation("acme", "Acme")
    return registry


# -------------------------------------------------------- without a server

def test_handle(registry):
    answer = registry.handle("GET", "/v1/organisations/")
    assert answer.status == 200
    assert answer.header("Content-Type") == "application/json"
    assert json.loads(answer.body)["acme"]["name"] == "Acme"
    assert registry.handle("GET", "/nothing").status == 404
    assert registry.handle("BREW", "/v1/organisations").status == 405
    made = registry.handle("POST", "/v1/organisations",
                           headers={"Content-Type": "application/json"},
                           body=b'{"id": "new", "name": "New"}')
    assert made.status == 201, made.body
    large = registry.handle("POST", "/v1/organisations", body=b"x" * 10_001)
    assert large.status == 413


def test_a_response_shows_no_body(registry):
    registry.put_settings("acme", "dns", SETTINGS)
    answer = registry.handle("GET", "/v1/organisations/acme/dns/settings")
    assert SECRET in answer.body.decode()
    assert SECRET not in repr(answer)


# -------------------------------------------------------------------- WSGI

class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """Serves a WSGI application, checked by wsgiref, and gives its address."""
    servers = []

    def start(application):
        server = make_server("127.0.0.1", 0, validator(application),
                             handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def fetch(url, data=None, method=None, **headers):
    request = urllib.request.Request(url, data=data, method=method, headers={
        name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_wsgi_from_a_socket(registry, serve):
    base = serve(registry.wsgi)
    status, body = fetch(f"{base}/v1/organisations")
    assert (status, list(json.loads(body))) == (200, ["acme"])
    status, body = fetch(f"{base}/v1/organisations",
                         b'{"id": "new", "name": "New"}',
                         Content_Type="application/json")
    assert status == 201, body
    status, body = fetch(f"{base}/v1/organisations/acme/plugins?q=records")
    assert [each["id"] for each in json.loads(body)] == ["dns"]
    assert fetch(f"{base}/v1/organisations/new", method="DELETE")[0] == 200
    assert fetch(f"{base}/v1/organisations/new")[0] == 404
    assert fetch(f"{base}/v1/organisations", b"x" * 10_001)[0] == 413
    assert fetch(f"{base}/health", method="HEAD") == (200, b"")


def test_wsgi_below_a_prefix_and_with_tokens(registry, serve):
    token = cupel.generate_token()
    base = serve(WsgiApplication(registry, prefix="/kat",
                                 tokens=[cupel.hash_token(token)]))
    path = f"{base}/kat/v1/organisations"
    assert fetch(path)[0] == 401
    assert fetch(path, Authorization="Bearer wrong")[0] == 401
    assert fetch(path, Authorization=f"Basic {token}")[0] == 401
    assert fetch(path, Authorization=f"Bearer {token}")[0] == 200
    for elsewhere in ("/v1/organisations", "/katze/v1/organisations"):
        assert fetch(base + elsewhere,
                     Authorization=f"Bearer {token}")[0] == 404


def call_wsgi(application, **environ):
    """One request, without a server between."""
    said = []
    body = application(
        {"REQUEST_METHOD": "GET", "PATH_INFO": "/health",
         "wsgi.input": io.BytesIO(), **environ},
        lambda status, headers: said.append((status, dict(headers))))
    return int(said[0][0].split()[0]), said[0][1], b"".join(body)


def test_hostile_wsgi_requests(registry):
    application = registry.wsgi
    for path in ("/\xff\xfe/%/..//\x00", "\r\n", "/" * 9999):
        assert call_wsgi(application, PATH_INFO=path)[0] in (400, 404)
    for length in ("-1", "1e3", "nine", "１"):
        assert call_wsgi(application, CONTENT_LENGTH=length)[0] == 400
    assert call_wsgi(application, CONTENT_LENGTH="9" * 400)[0] == 413
    short = call_wsgi(application, CONTENT_LENGTH="9", REQUEST_METHOD="POST")
    assert short[0] == 400


def test_lengths_that_are_said(registry, serve):
    """By a server that says 0 where the application says nothing."""
    base = serve(registry.wsgi)
    for path in ("/health", "/nothing"):
        asked = urllib.request.Request(f"{base}{path}")
        lengths = []
        for method in ("GET", "HEAD"):
            asked.method = method
            try:
                with urllib.request.urlopen(asked) as answer:
                    lengths.append(answer.headers["content-length"])
            except urllib.error.HTTPError as answer:
                lengths.append(answer.headers["content-length"])
        assert int(lengths[0]) > 0 and lengths[0] == lengths[1]


def test_no_content_has_no_length(registry):
    headers, body = _sent(cupel.HttpResponse(204, (), b""), "DELETE")
    assert (headers, body) == ([], b"")


def test_a_length_with_zeros_before_it(registry):
    body = b'{"id": "padded", "name": "Padded"}'
    status, _, _ = call_wsgi(
        registry.wsgi, REQUEST_METHOD="POST", PATH_INFO="/v1/organisations",
        CONTENT_TYPE="application/json", CONTENT_LENGTH=f"{len(body):040}",
        **{"wsgi.input": io.BytesIO(body)})
    assert status in (200, 201)
    assert registry.handle("GET", "/v1/organisations/padded").status == 200


class Endless(io.RawIOBase):
    """A body that never ends, and counts what is taken of it."""

    taken = 0

    def read(self, size=-1):
        assert size > 0
        self.taken += size
        return b"x" * size


def test_no_more_is_read_than_a_body_may_have(registry):
    body = Endless()
    status, _, _ = call_wsgi(registry.wsgi, REQUEST_METHOD="POST", **{
        "wsgi.input": body, "wsgi.input_terminated": True})
    assert (status, body.taken) == (413, 10_001)
    body = Endless()
    assert call_wsgi(registry.wsgi, REQUEST_METHOD="POST",
                     **{"wsgi.input": body})[0] in (404, 405)
    assert body.taken == 0


def test_wrong_doors(registry):
    for prefix in ("kat", "/kat/", "/"):
        with pytest.raises(ValueError, match="prefix"):
            WsgiApplication(registry, prefix=prefix)
    with pytest.raises(TypeError, match="tokens"):
        AsgiApplication(registry, tokens="0" * 64)
    token = cupel.generate_token()
    for wrong in (token, "0" * 63, "0" * 65, "x" * 64, ""):
        with pytest.raises(ValueError, match="hash_token") as refused:
            WsgiApplication(registry, tokens=[wrong])
        assert token not in str(refused.value)


# -------------------------------------------------------------------- ASGI

def ask(application, path="/v1/organisations", *, method="GET", body=(b"",),
        query=b"", headers=(), gone=False, **scope):
    """One request of a client in a loop of its own: (status, headers,
    body)."""
    async def talk():
        pieces = [{"type": "http.request", "body": piece,
                   "more_body": number + 1 < len(body)}
                  for number, piece in enumerate(body)]
        if gone:
            pieces = [{"type": "http.disconnect"}]
        sent = []

        async def receive():
            return pieces.pop(0)

        async def send(message):
            sent.append(message)

        await application(
            {"type": "http", "asgi": {"version": "3.0"}, "method": method,
             "path": path, "query_string": query, "headers": list(headers),
             **scope}, receive, send)
        return sent

    sent = asyncio.run(talk())
    if not sent:
        return None
    assert [each["type"] for each in sent] == [
        "http.response.start", "http.response.body"]
    headers = dict(sent[0]["headers"])
    length = int(headers.get(b"content-length", b"0"))
    assert len(sent[1]["body"]) == (0 if method == "HEAD" else length)
    return sent[0]["status"], headers, sent[1]["body"]


def test_asgi(registry):
    application = registry.asgi
    status, headers, body = ask(application)
    assert (status, list(json.loads(body))) == (200, ["acme"])
    assert headers[b"content-type"] == b"application/json"
    status, _, body = ask(
        application, method="POST", body=(b'{"id": "new", ', b'"name": "N"}'),
        headers=[(b"content-type", b"application/json")])
    assert status == 201, body
    status, _, body = ask(application, "/v1/organisations/acme/plugins",
                          query=b"q=records")
    assert [each["id"] for each in json.loads(body)] == ["dns"]
    status, headers, body = ask(application, "/nothing", method="HEAD")
    assert (status, body) == (404, b"")
    assert int(headers[b"content-length"]) > 0
    assert ask(application, "/nothing")[0] == 404
    assert ask(application, "/ünö/..", method="DELETE")[0] in (404, 405)


def test_bodies_of_asgi_are_bounded(registry):
    assert ask(registry.asgi, method="POST",
               body=(b"x" * 6000, b"x" * 6000))[0] == 413
    assert ask(registry.asgi, method="POST",
               headers=[(b"content-length", b"10001")])[0] == 413
    assert ask(registry.asgi, headers=[(b"content-length", b"x")])[0] == 400
    assert ask(registry.asgi, method="POST", gone=True) is None


def test_asgi_below_a_mount(registry):
    token = cupel.generate_token()
    application = AsgiApplication(registry, prefix="/kat",
                                  tokens=[cupel.hash_token(token)])
    allowed = [(b"authorization", f"bearer {token}".encode())]
    assert ask(application, "/kat/v1/organisations")[0] == 401
    assert ask(application, "/kat/v1/organisations",
               headers=allowed)[0] == 200
    # Servers give the path with the mount's, or without it.
    assert ask(application, "/outer/kat/v1/organisations", headers=allowed,
               root_path="/outer")[0] == 200
    assert ask(application, "/kat/v1/organisations", headers=allowed,
               root_path="/outer")[0] == 200
    assert ask(application, "/v1/organisations", headers=allowed)[0] == 404
    assert ask(application, "/x", headers=allowed,
               raw_path=b"/kat/v1/organisations")[0] == 200


def test_asgi_lives_and_ends(registry):
    async def live():
        inbox = asyncio.Queue()
        sent = []

        async def send(message):
            sent.append(message["type"])

        for event in ("startup", "shutdown"):
            inbox.put_nowait({"type": f"lifespan.{event}"})
        await registry.asgi({"type": "lifespan"}, inbox.get, send)
        inbox.put_nowait({"type": "websocket.connect"})
        await registry.asgi({"type": "websocket"}, inbox.get, send)
        with pytest.raises(ValueError, match="nonsense"):
            await registry.asgi({"type": "nonsense"}, inbox.get, send)
        return sent

    assert asyncio.run(live()) == [
        "lifespan.startup.complete", "lifespan.shutdown.complete",
        "websocket.close"]


def test_tokens():
    token = cupel.generate_token()
    kept = cupel.hash_token(token)
    assert token not in kept and len(kept) == 64
    assert cupel.token_matches(token, kept)
    assert not cupel.token_matches(cupel.generate_token(), kept)
