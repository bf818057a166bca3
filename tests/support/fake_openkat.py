"""OpenKAT's services on the loopback: mula, bytes, katalogus and octopoes.

Written from the documented wire format: what the real ones refuse is refused
here, and faults can be asked for. All of them share one Fake, so a test looks
at one place:

    with Fake() as fake:
        fake.push(fake.boefje_task("dns-records", "Hostname|internet|example.com"))
        ... run a worker with fake.variables() ...
        fake.patches(task_id) == ["running", "completed"]
"""

import base64
import binascii
import datetime
import hashlib
import hmac
import http.server
import json
import re
import threading
import time
import urllib.parse
import uuid

SECRET = b"the fake's key for tokens"
STATUSES = ("pending", "queued", "dispatched", "running", "completed", "failed", "cancelled")
PUSH_KEYS = {"id", "scheduler_id", "organisation", "priority", "data"}


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def iso(moment):
    return moment.isoformat().replace("+00:00", "Z")


def aware(text):
    """A time with an offset, in any of the ways in which pydantic reads one."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError("naive")
    return moment


def _part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_token(user, expires):
    """A JWT, HS256."""
    head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _part(json.dumps({"sub": user, "exp": expires}).encode())
    signature = hmac.new(SECRET, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_part(signature)}"


def token_is_good(token):
    try:
        head, body, signature = token.split(".")
        wanted = hmac.new(SECRET, f"{head}.{body}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(_part(wanted), signature):
            return False
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return claims["exp"] > time.time()
    except (ValueError, KeyError):
        return False


class Answer(Exception):
    """Ends a request with this status and body."""

    def __init__(self, status, body=None, headers=None, raw=None):
        super().__init__(status)
        self.status = status
        self.raw = json.dumps(body).encode() if raw is None else raw
        self.headers = {"Content-Type": "application/json", **(headers or {})}


class Fault:
    """What happens to the next `times` requests that match, instead of an
    answer: a status, or "stall" (half a body, then nothing), "truncate" (a body
    cut short with 200), "close" (nothing at all)."""

    def __init__(self, service, pattern, what, times):
        self.service, self.pattern, self.what, self.times = service, re.compile(pattern), what, times


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # the other side was killed

    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        service = self.server.service
        url = urllib.parse.urlsplit(self.path)
        line = f"{self.command} {url.path}"
        fake = service.fake
        with fake.lock:
            fake.requests.append((service.name, line, url.query, dict(self.headers), body))
            fault = fake.take_fault(service.name, line)
        if fault == "stall":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b'{"half":')
            self.wfile.flush()
            fake.stopped.wait(60)
            self.close_connection = True
            return
        if fault == "close":
            self.close_connection = True
            return
        try:
            if isinstance(fault, int):
                raise Answer(fault, {"detail": "a fault was asked for"})
            # The real services read the body as JSON whatever its type is, but
            # a client says what it sends.
            query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
            with fake.lock:
                answer = service.answer(self.command, urllib.parse.unquote(url.path), query,
                                        body, self.headers)
        except Answer as raised:
            answer = raised
        except Exception as error:  # as a framework does
            answer = Answer(500, {"detail": f"Internal Server Error: {error!r}"})
        data = answer.raw[:len(answer.raw) // 2] if fault == "truncate" else answer.raw
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


class Service:
    name = ""

    def __init__(self, fake):
        self.fake = fake
        self.port = 0
        self.server = None

    def start(self):
        self.server = _Server(("127.0.0.1", self.port), _Handler)
        self.server.service = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        """Nobody listens on its port any more."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def answer(self, method, path, query, body, headers):
        raise NotImplementedError


def _json(body):
    try:
        return json.loads(body)
    except ValueError:
        raise Answer(422, {"detail": [{"type": "json_invalid", "loc": ["body"]}]}) from None


def _unprocessable(*where):
    return Answer(422, {"detail": [{"type": "value_error", "loc": list(where)}]})


class Mula(Service):
    """§6.2 to §6.4."""

    name = "mula"

    def __init__(self, fake):
        super().__init__(fake)
        self.tasks = {}
        self.patched = []  # (task, status)
        self.pops = []     # (scheduler, limit, filters)

    def push(self, task):
        self.tasks[task["id"]] = task

    def _matches(self, task, filters):
        for one in filters:
            if set(one) - {"column", "field", "operator", "value"}:
                raise Answer(500, {"detail": "Invalid filter(s)"})
            value = task[one["column"]]
            for key in one.get("field", "").split("__"):
                value = value.get(key) if isinstance(value, dict) else None
            if one["operator"] != "in" or not one["value"]:
                raise Answer(500, {"detail": "Invalid filter(s)"})
            if value not in one["value"]:
                return False
        return True

    def _pop(self, scheduler, query, body):
        if scheduler not in ("boefje", "normalizer", "report"):
            raise Answer(404, {"detail": f"Resource not found: {scheduler}"})
        wanted = _json(body) if body else None
        filters = (wanted or {}).get("filters", [])
        limit = int(query["limit"][0]) if "limit" in query else None
        self.pops.append((scheduler, limit, filters))
        queued = [t for t in self.tasks.values() if t["scheduler_id"] == scheduler
                  and t["status"] == "queued" and self._matches(t, filters)]
        queued.sort(key=lambda t: (t["priority"], t["created_at"]))
        if scheduler == "boefje":
            keys = [t["data"].get("deduplication_key") for t in queued]
            first = next((k for k in keys if k), None)
            if first:
                queued = [t for t in queued if t["data"].get("deduplication_key") == first]
            else:
                queued = queued[:1]
        popped = queued[:limit]
        # The answer still says queued.
        answer = json.loads(json.dumps({"results": popped}))
        for task in popped:
            task["status"] = "dispatched"
        return Answer(200, answer)

    def answer(self, method, path, query, body, headers):
        if match := re.fullmatch("/schedulers/([^/]+)/pop", path):
            if method == "POST":
                return self._pop(match[1], query, body)
        if match := re.fullmatch("/schedulers/([^/]+)/push", path):
            if method == "POST":
                return self._push(_json(body))
        if match := re.fullmatch("/tasks/([^/]+)", path):
            task = self.tasks.get(match[1])
            if task is None:
                raise Answer(404, {"detail": "Resource not found: task not found, by task_id: "
                                             + match[1]})
            if method == "GET":
                return Answer(200, task)
            if method == "PATCH":
                return self._patch(task, _json(body))
        raise Answer(404, {"detail": "Not Found"})

    def _patch(self, task, change):
        if not change:
            raise Answer(400, {"detail": "Bad request error occurred: no data to patch"})
        if change.get("status") not in STATUSES:
            raise _unprocessable("body", "status")
        task.update(change)
        self.patched.append((task["id"], change["status"]))
        return Answer(200, task)

    def _push(self, pushed):
        extra = set(pushed) - PUSH_KEYS
        if extra:
            raise Answer(422, {"detail": [{"type": "extra_forbidden", "loc": ["body", key]}
                                          for key in sorted(extra)]})
        if not pushed.get("priority") or "data" not in pushed or "organisation" not in pushed:
            raise Answer(400, {"detail": "Bad request error occurred: malformed item"})
        if any(t["id"] == pushed.get("id") for t in self.tasks.values()):
            raise Answer(409, {"detail": "queued already"}, {"Retry-After": "60"})
        return Answer(201, pushed)


class Bytes(Service):
    """§6.7 to §6.9."""

    name = "bytes"

    def __init__(self, fake):
        super().__init__(fake)
        self.user, self.password = "bytes-user", "bytes-password-that-is-secret"
        self.token_seconds = 900
        self.logins = 0
        self.boefje_metas, self.normalizer_metas = {}, {}
        self.raws = {}   # id -> (meta id, set of types, bytes)
        self.order = []  # what was stored, one after the other

    def answer(self, method, path, query, body, headers):
        if path == "/token" and method == "POST":
            return self._token(body, headers)
        if path == "/health":
            return Answer(200, {"healthy": True})
        kind, _, token = headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token_is_good(token):
            raise Answer(401, {"detail": "Could not validate credentials"},
                         {"WWW-Authenticate": "Bearer"})
        if method == "POST" and headers.get("Content-Type") != "application/json":
            raise Answer(422, {"value": "say what you send"})
        if path == "/bytes/boefje_meta" and method == "POST":
            return self._meta(self.boefje_metas, self._boefje_meta(_json(body)), "boefje_meta")
        if path == "/bytes/normalizer_meta" and method == "POST":
            return self._meta(self.normalizer_metas, self._normalizer_meta(_json(body)),
                              "normalizer_meta")
        if path == "/bytes/raw":
            return (self._save if method == "POST" else self._list)(query, body)
        if match := re.fullmatch("/bytes/raw/([^/]+)", path):
            if match[1] not in self.raws:
                raise Answer(404, {"detail": "No raw data found"})
            return Answer(200, raw=self.raws[match[1]][2],
                          headers={"Content-Type": "application/octet-stream"})
        raise Answer(404, {"detail": "Not Found"})

    def _token(self, body, headers):
        if not headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            raise Answer(422, {"value": "no form"})
        form = urllib.parse.parse_qs(body.decode())
        if form.get("username") != [self.user] or form.get("password") != [self.password]:
            raise Answer(401, {"detail": "Incorrect username or password"})
        self.logins += 1
        expires = time.time() + self.token_seconds
        moment = datetime.datetime.fromtimestamp(expires, datetime.timezone.utc)
        return Answer(200, {"access_token": make_token(self.user, expires),
                            "token_type": "bearer", "expires_at": moment.isoformat()})

    def _boefje_meta(self, meta):
        try:
            uuid.UUID(meta["id"])
            aware(meta["started_at"])
            aware(meta["ended_at"])
            limits = ((meta["boefje"]["id"], 64), (meta["boefje"].get("version") or "", 16),
                      (meta["organization"], 32), (meta.get("input_ooi") or "", 1024),
                      (meta.get("runnable_hash") or "", 64))
            assert isinstance(meta["arguments"], dict)
            assert all(isinstance(v, str) for v in (meta.get("environment") or {}).values())
        except (KeyError, TypeError, ValueError, AssertionError) as error:
            raise Answer(422, {"value": repr(error)}) from None
        if any(len(text) > most for text, most in limits):
            raise Answer(500, {"detail": "value too long"})
        return meta

    def _normalizer_meta(self, meta):
        try:
            uuid.UUID(meta["id"])
            aware(meta["started_at"])
            aware(meta["ended_at"])
            uuid.UUID(meta["raw_data"]["id"])
            assert meta["normalizer"]["id"]
        except (KeyError, TypeError, ValueError, AssertionError) as error:
            raise Answer(422, {"value": repr(error)}) from None
        return meta

    def _meta(self, there, meta, what):
        if meta["id"] in there:
            raise Answer(400, {"status": "failed", "message":
                               "Integrity error: object might already exist"})
        there[meta["id"]] = meta
        self.order.append((what, meta["id"]))
        return Answer(201, {"status": "success"})

    def _save(self, query, body):
        meta = query["boefje_meta_id"][0]
        output = _json(body)
        if meta not in self.boefje_metas or not isinstance(output.get("files"), list):
            raise Answer(500, {"detail": "Could not save raw data"})
        ids, seen = {}, []
        for file in output["files"]:
            tags = set(file["tags"])
            try:
                content = base64.b64decode(file["content"], validate=True)
            except binascii.Error:
                raise Answer(500, {"detail": "Could not save raw data"}) from None
            if file["name"] in ids or any(len(tag) > 64 for tag in tags):
                raise Answer(500, {"detail": "Could not save raw data"})
            if tags in seen:
                raise Answer(400, {"detail": "Content types do not define unique sets of "
                                             "mime types."})
            seen.append(tags)
            # It looks at one of those that are there, no more.
            stored = next(((i, r) for i, r in self.raws.items() if r[0] == meta), None)
            if stored is not None and stored[1][1] == tags:
                ids[file["name"]] = stored[0]
                continue
            raw = str(uuid.uuid4())
            self.raws[raw] = (meta, tags, content)
            self.order.append(("raw", meta))
            ids[file["name"]] = raw
        return Answer(200, ids)

    def _list(self, query, _body):
        limit = int(query.get("limit", ["1"])[0])
        meta = query["boefje_meta_id"][0]
        found = [{"id": i, "boefje_meta": self.boefje_metas[m],
                  "mime_types": [{"value": t} for t in sorted(tags)]}
                 for i, (m, tags, _) in self.raws.items() if m == meta]
        return Answer(200, found[:limit])


class Katalogus(Service):
    """§5.3, §5.4: only what a worker asks."""

    name = "katalogus"

    def __init__(self, fake):
        super().__init__(fake)
        self.plugins = {}   # id -> plugin
        self.settings = {}  # (organisation, id) -> object

    def answer(self, method, path, query, body, headers):
        if match := re.fullmatch("/v1/organisations/([^/]+)/plugins/([^/]+)", path):
            plugin = self.plugins.get(match[2])
            if plugin is None:
                raise Answer(404, {"detail": "Plugin not found"})
            return Answer(200, plugin)
        if match := re.fullmatch("/v1/organisations/([^/]+)/([^/]+)/settings", path):
            return Answer(200, self.settings.get((match[1], match[2]), {}))
        raise Answer(404, {"detail": "Not Found"})


class Octopoes(Service):
    """§6.10, §7.9."""

    name = "octopoes"
    SHAPES = {
        "observations": {"method", "source", "source_method", "result", "valid_time", "task_id"},
        "declarations": {"ooi", "valid_time", "end_valid_time", "method", "source_method",
                         "task_id"},
        "affirmations": {"ooi", "valid_time", "method", "source_method", "task_id"},
    }

    def __init__(self, fake):
        super().__init__(fake)
        self.objects = {}  # (organisation, reference) -> object
        self.posted = []   # (organisation, what, body)

    def answer(self, method, path, query, body, headers):
        if match := re.fullmatch("/([^/]+)/object", path):
            aware(query["valid_time"][0])
            found = self.objects.get((match[1], query["reference"][0]))
            if found is None:
                raise Answer(404, {"detail": "Object not found"})
            return Answer(200, found)
        if method == "POST" and headers.get("Content-Type") != "application/json":
            raise _unprocessable("body")
        if match := re.fullmatch("/([^/]+)/scan_profiles/save_many", path):
            aware(query["valid_time"][0])
            return self._profiles(match[1], _json(body))
        if match := re.fullmatch("/([^/]+)/(observations|declarations|affirmations)", path):
            return self._statement(match[1], match[2], _json(body))
        raise Answer(404, {"detail": "Not Found"})

    def _statement(self, organisation, what, sent):
        if set(sent) != self.SHAPES[what]:
            raise _unprocessable("body", *sorted(set(sent) ^ self.SHAPES[what]))
        aware(sent["valid_time"])
        uuid.UUID(sent["task_id"])
        for ooi in sent.get("result", [sent.get("ooi")]):
            if not ooi.get("object_type") or not ooi.get("primary_key"):
                raise _unprocessable("body", "ooi")
        self.posted.append((organisation, what, sent))
        return Answer(200, None)

    def _profiles(self, organisation, sent):
        for profile in sent:
            if profile["scan_profile_type"] != "declared" or profile["level"] not in range(5):
                raise _unprocessable("body")
        self.posted.append((organisation, "scan_profiles", sent))
        return Answer(200, None)


class Fake:
    """All four, started."""

    def __init__(self):
        self.lock = threading.RLock()
        self.stopped = threading.Event()
        self.requests = []  # (service, "METHOD /path", query, headers, body)
        self.faults = []
        self.mula, self.bytes = Mula(self), Bytes(self)
        self.katalogus, self.octopoes = Katalogus(self), Octopoes(self)
        self.services = (self.mula, self.bytes, self.katalogus, self.octopoes)

    def __enter__(self):
        for service in self.services:
            service.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for service in self.services:
            service.stop()

    def fault(self, service, pattern, what, times=1):
        with self.lock:
            self.faults.append(Fault(service, pattern, what, times))

    def take_fault(self, service, line):
        for fault in self.faults:
            if fault.service == service and fault.times > 0 and fault.pattern.search(line):
                fault.times -= 1
                return fault.what
        return None

    def variables(self, **more):
        """The environment of a worker, as OpenKAT's containers have it."""
        return {"SCHEDULER_API": self.mula.url, "KATALOGUS_API": self.katalogus.url,
                "OCTOPOES_API": self.octopoes.url, "BYTES_API": self.bytes.url + "/",
                "BYTES_USERNAME": self.bytes.user, "BYTES_PASSWORD": self.bytes.password,
                "BOEFJES_POLL_INTERVAL": "0.2", "BOEFJES_POOL_SIZE": "1",
                "BOEFJES_OUTGOING_REQUEST_TIMEOUT": "5", **more}

    def add_object(self, organisation, reference, **fields):
        kind, _, _ = reference.partition("|")
        self.octopoes.objects[organisation, reference] = {
            "object_type": kind, "scan_profile": None, "user_id": None,
            "primary_key": reference, **fields}

    def add_hostname(self, organisation, name):
        self.add_object(organisation, f"Hostname|internet|{name}", network="Network|internet",
                        name=name, dns_zone=None, registered_domain=None)
        return f"Hostname|internet|{name}"

    def _task(self, kind, organisation, data, priority):
        return {"id": data["id"], "scheduler_id": kind, "schedule_id": None,
                "organisation": organisation, "priority": priority, "status": "queued",
                "type": kind, "hash": hashlib.md5(json.dumps(data).encode()).hexdigest(),
                "data": data, "created_at": iso(now()), "modified_at": iso(now())}

    def boefje_task(self, boefje, input_ooi, organisation="aa", group=None, image=None,
                    priority=1):
        """Pushes one; its id."""
        identifier = str(uuid.uuid4())
        data = {"id": identifier,
                "boefje": {"id": boefje, "name": boefje, "version": None, "oci_image": image},
                "input_ooi": input_ooi, "dispatches": [], "organization": organisation,
                "deduplication_key": group}
        with self.lock:
            self.mula.push(self._task("boefje", organisation, data, priority))
        return identifier

    def normalizer_task(self, normalizer, content, input_ooi="Hostname|internet|example.com",
                        boefje="dns-records", organisation="aa", arguments=None):
        """Pushes one for a raw that is put into bytes; its id."""
        identifier, raw, meta = (str(uuid.uuid4()) for _ in range(3))
        # As mula stores times: with a space.
        boefje_meta = {"id": meta, "boefje": {"id": boefje, "name": None, "version": None,
                                              "oci_image": None},
                       "input_ooi": input_ooi, "arguments": arguments or {},
                       "organization": organisation,
                       "started_at": "2024-01-02 03:04:05.000678+00:00",
                       "ended_at": "2024-01-02 03:04:06+00:00"}
        data = {"id": identifier,
                "normalizer": {"id": normalizer, "name": "x", "version": None},
                "raw_data": {"id": raw, "boefje_meta": boefje_meta,
                             "mime_types": [{"value": f"boefje/{boefje}"}],
                             "secure_hash": None, "hash_retrieval_link": None}}
        with self.lock:
            self.bytes.boefje_metas[meta] = boefje_meta
            self.bytes.raws[raw] = (meta, {f"boefje/{boefje}"}, content)
            self.mula.push(self._task("normalizer", organisation, data, 1))
        return identifier

    def status(self, task):
        with self.lock:
            return self.mula.tasks[task]["status"]

    def patches(self, task):
        with self.lock:
            return [status for patched, status in self.mula.patched if patched == task]

    def raws(self, task):
        """[(set of types, bytes)] of one boefje's task."""
        with self.lock:
            return [(tags, content) for meta, tags, content in self.bytes.raws.values()
                    if meta == task]

    def wait(self, condition, seconds=60):
        """Until it holds; it is looked at after every request."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError("it did not come about: " + repr(self.mula.patched))
            time.sleep(0.02)
