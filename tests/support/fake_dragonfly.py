"""Dragonfly's API and a file host, on loopback, as far as a client sees them.

Written from the documented wire format. Faults are asked for one by one:

    with Mainframe() as mainframe, FileHost() as files:
        url = files.add("a-1.tar.gz", content)
        mainframe.add("a", "1", [url])
        mainframe.fault("PUT /package", "503", times=2)

Run as a program it serves until it is interrupted, and prints its addresses.
"""

import argparse
import gzip
import hashlib
import http.server
import json
import threading
import time
import urllib.parse
import uuid

LEASE_SECONDS = 120
MAX_ATTEMPTS = 3


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        with self.server.owner.lock:
            self.server.owner.open.add(self.connection)

    def finish(self):
        with self.server.owner.lock:
            self.server.owner.open.discard(self.connection)
        try:
            super().finish()
        except OSError:
            pass

    def answer(self, status, body=b"", headers=()):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        try:
            self.server.owner.serve(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_HEAD = handle_any


class Service:
    """A server in threads of its own, which remembers what it was asked."""

    def __init__(self, port=0):
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.requests = []
        self.open = set()
        self._faults = []
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.owner = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        with self.lock:
            self.changed.notify_all()
            for connection in list(self.open):
                try:
                    connection.shutdown(2)
                except OSError:
                    pass
        self._thread.join()
        self._server.server_close()

    def fault(self, call, kind, times=1):
        """The next calls ("PUT /package") fail: a status ("503"), "stall",
        "truncate", "close", or "redirect URL"."""
        with self.lock:
            self._faults.extend([(call, kind)] * times)

    def calls(self, call):
        """(headers, body) of each, in order."""
        with self.lock:
            return [(h, b) for c, h, b in self.requests if c == call]

    def wait(self, condition, seconds=60):
        """Until condition() holds, looked at after each request."""
        end = time.monotonic() + seconds
        with self.changed:
            while not condition():
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError("waited in vain")
                self.changed.wait(min(left, 0.5))

    def serve(self, handler, body):
        path = urllib.parse.urlsplit(handler.path)
        call = f"{handler.command} {path.path}"
        with self.changed:
            self.requests.append((call, dict(handler.headers.items()), body))
            fault = next((f for f in self._faults if f[0] == call), None)
            if fault:
                self._faults.remove(fault)
            self.changed.notify_all()
        if fault:
            self._fail(handler, fault[1])
        else:
            self.respond(handler, call, urllib.parse.parse_qs(path.query), body)

    def _fail(self, handler, kind):
        if kind == "stall":
            handler.send_response(200)
            handler.send_header("Content-Length", "100")
            handler.end_headers()
            handler.wfile.write(b"[")
            handler.rfile.read(1)  # until the other end has had enough
        elif kind == "truncate":
            handler.answer(200, b'[{"name": "a", "ver')
        elif kind == "close":
            handler.close_connection = True
        elif kind.startswith("redirect "):
            handler.answer(307, b"", [("Location", kind.split()[1])])
        else:
            handler.answer(int(kind), {"detail": "a fault of the test"})

    def respond(self, handler, call, query, body):
        raise NotImplementedError


class Mainframe(Service):
    """Packages, leases and rules. `auth`: "cf" (the two headers; each client id
    is somebody), "auth0" (POST /oauth/token here, then bearer tokens) or
    "none". Leases end by a clock that the test moves."""

    def __init__(self, port=0, auth="cf", rules=None, commit="c0ffee", leases=True):
        super().__init__(port)
        self.auth = auth
        self.commit = commit
        self.rules = {} if rules is None else rules
        self.rules_commit = None  # of GET /rules, if it is another
        self.leases = leases
        self.clock = 0.0
        self.clients = {"client-id": "client-secret"}
        self.tokens = {}
        self.expires_in = 3600
        self.scans = {}
        self.known_rules = set()
        self.refused = []  # (status, detail) of PUTs

    # -- what tests ask for

    def add(self, name, version, distributions):
        with self.lock:
            self.scans[name, version] = {
                "name": name, "version": version, "distributions": list(distributions),
                "status": "QUEUED", "attempt": 0, "assignment_id": None, "by": None,
                "since": 0.0, "dead": False, "result": None, "queued": len(self.scans)}

    def advance(self, seconds):
        with self.lock:
            self.clock += seconds

    def scan(self, name, version="1"):
        with self.lock:
            return dict(self.scans[name, version])

    def finished(self):
        with self.lock:
            return all(s["status"] in ("FINISHED", "FAILED") for s in self.scans.values())

    # -- the API

    def respond(self, handler, call, query, body):
        if call == "POST /oauth/token" and self.auth == "auth0":
            return self._token(handler, body)
        if call == "GET /":
            return handler.answer(200, {"server_commit": "s", "rules_commit": self.commit})
        subject = self._subject(handler)
        if subject is None:
            return handler.answer(401, {"detail": "Requires authentication"})
        if call == "GET /rules":
            return handler.answer(200, {"hash": self.rules_commit or self.commit,
                                        "rules": self.rules})
        if call == "POST /jobs":
            return handler.answer(200, self._lease(int(query.get("batch", ["1"])[0]), subject))
        if call == "PUT /package":
            status, answer = self._result(body, subject)
            with self.changed:
                if status != 200:
                    self.refused.append((status, answer["detail"]))
                self.changed.notify_all()
            return handler.answer(status, answer)
        return handler.answer(404, {"detail": "Not Found"})

    def _token(self, handler, body):
        login = json.loads(body)
        if (login.get("username"), login.get("password")) != ("user", "12345"):
            return handler.answer(403, {"error": "invalid_grant",
                                        "error_description": "Wrong email or password."})
        with self.lock:
            token = f"token-{len(self.tokens)}"
            self.tokens[token] = "user"
        return handler.answer(200, {"access_token": token, "expires_in": self.expires_in,
                                    "token_type": "Bearer"})

    def _subject(self, handler):
        if self.auth == "none":
            return "anybody"
        if self.auth == "auth0":
            bearer = handler.headers.get("Authorization", "")
            return self.tokens.get(bearer.removeprefix("Bearer "))
        client = handler.headers.get("CF-Access-Client-Id")
        secret = handler.headers.get("CF-Access-Client-Secret")
        return client if client and self.clients.get(client) == secret else None

    def _lease(self, batch, subject):
        with self.lock:
            def over(scan):
                return scan["status"] == "PENDING" and self.clock - scan["since"] >= LEASE_SECONDS
            for scan in self.scans.values():
                if over(scan) and scan["attempt"] >= MAX_ATTEMPTS:
                    scan.update(status="FAILED", dead=True)
                    scan["result"] = {"reason": "Worker lease expired after 3 scan attempts"}
            ready = [s for s in self.scans.values()
                     if s["attempt"] < MAX_ATTEMPTS and (s["status"] == "QUEUED" or over(s))]
            ready.sort(key=lambda s: (s["status"] != "QUEUED", s["since"], s["queued"]))
            jobs = []
            for scan in ready[:batch]:
                scan.update(status="PENDING", since=self.clock, by=subject,
                            attempt=scan["attempt"] + 1, assignment_id=str(uuid.uuid4()))
                job = {k: scan[k] for k in ("name", "version", "distributions")}
                job["hash"] = self.commit
                if self.leases:
                    job.update(attempt=scan["attempt"], assignment_id=scan["assignment_id"])
                jobs.append(job)
            return jobs

    def _result(self, body, subject):
        try:
            result = json.loads(body)
            name, version = result["name"], result["version"]
        except (ValueError, KeyError, TypeError):
            return 422, {"detail": "not a result"}
        success = isinstance(result.get("commit"), str)
        if not success and not isinstance(result.get("reason"), str):
            return 422, {"detail": "neither commit nor reason"}
        if "\0" in json.dumps(result, ensure_ascii=False):
            return 500, {"detail": "Internal Server Error"}
        lease = (result.get("attempt"), result.get("assignment_id"))
        label = f"Package `{name}@{version}`"
        with self.lock:
            scan = self.scans.get((name, version))
            if scan is None:
                return 404, {"detail": f"{label} not found in database."}
            if scan["status"] == "FINISHED":
                return 409, {"detail": f"{label} is already in a FINISHED state."}
            if scan["dead"]:
                return 409, {"detail": f"{label} exhausted its scan attempt limit."}
            ours = lease == (scan["attempt"], scan["assignment_id"]) or (
                lease == (None, None) and scan["attempt"] == 1)
            if scan["by"] != subject or not ours:
                return 409, {"detail": f"{label} is no longer assigned to this worker lease."}
            if success:
                fresh = [r for r in result["rules_matched"] if r not in self.known_rules]
                if len(fresh) != len(set(fresh)) or abs(result["score"]) > 2**31 - 1:
                    return 500, {"detail": "Internal Server Error"}
                self.known_rules.update(fresh)
            scan.update(status="FINISHED" if success else "FAILED", result=result)
            scan["raw"] = body
        return 200, None


class FileHost(Service):
    """Files, and the ways in which they are not to be had."""

    def __init__(self, port=0):
        super().__init__(port)
        self.files = {}

    def add(self, name, content, how="plain"):
        """`how`: "plain", "chunked", "no-length", "gzip" (as an encoding),
        "short" (less than it says), "stall", or "redirect URL"."""
        with self.lock:
            self.files["/" + name] = (content, how)
        return f"{self.url}/{name}"

    def respond(self, handler, call, query, body):
        content, how = self.files.get(call.split(" ", 1)[1], (None, None))
        if content is None:
            return handler.answer(404, b"<html>gone</html>")
        if how == "plain":
            return handler.answer(200, content)
        if how.startswith("redirect "):
            return handler.answer(302, b"", [("Location", how.split()[1])])
        if how == "gzip":
            return handler.answer(200, gzip.compress(content), [("Content-Encoding", "gzip")])
        handler.send_response(200)
        if how == "chunked":
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            for at in range(0, len(content), 1000):
                piece = content[at:at + 1000]
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            handler.wfile.write(b"0\r\n\r\n")
            return None
        handler.close_connection = True
        if how == "no-length":
            handler.send_header("Connection", "close")
        else:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content if how == "no-length" else content[:len(content) // 2])
        if how == "stall":
            handler.wfile.flush()
            handler.rfile.read(1)
        return None


def digest_of(rules):
    """A commit for rules that has no history."""
    return hashlib.sha1(json.dumps(rules, sort_keys=True).encode()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--auth", choices=["cf", "auth0", "none"], default="none")
    parser.add_argument("--rules", nargs="*", default=[], help="files with YARA rules")
    parser.add_argument("--packages", nargs="*", default=[], help="distributions, one a package")
    options = parser.parse_args()
    rules = {}
    for path in options.rules:
        with open(path, encoding="utf-8") as file:
            rules[path.rsplit("/", 1)[-1].removesuffix(".yara")] = file.read()
    with FileHost() as files, Mainframe(options.port, options.auth, rules,
                                        digest_of(rules)) as mainframe:
        for number, path in enumerate(options.packages):
            with open(path, "rb") as file:
                name = path.rsplit("/", 1)[-1]
                mainframe.add(f"package-{number}", "1", [files.add(name, file.read())])
        print(json.dumps({"api": mainframe.url, "files": files.url}), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
