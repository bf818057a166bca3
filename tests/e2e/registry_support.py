"""What the tests of plugins, settings, the registry and jobs share."""

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import threading

import support

EXAMPLE_PLUGINS = support.ROOT / "examples" / "plugins"
# Whatever is meant to stay hidden holds this.
SECRET = "hunter2-is-the-secret"
PORTS = {"id": "ports", "name": "Open ports", "scan_level": 2, "consumes": ["IPAddressV4"]}
PORTS_SCHEMA = {
    "type": "object",
    "required": ["API_KEY"],
    "secret": ["API_KEY"],
    "properties": {
        "API_KEY": {"type": "string", "maxLength": 40},
        "TOP_PORTS": {"type": "integer", "minimum": 1, "default": 100},
    },
}
# Variables of whoever runs the tests must not count.
FOREIGN = re.compile("^(CUPEL_|BOEFJE|KATALOGUS_|ENCRYPTION_MIDDLEWARE)")


def environment(**more):
    """The environment of the process without what Cupel reads, and `more`."""
    kept = {k: v for k, v in os.environ.items() if not FOREIGN.match(k)}
    kept.update({k: str(v) for k, v in more.items()})
    return kept


class CatalogueTest(support.TempDirTest):
    """A database, keys and two plugin folders; every output is searched for SECRET."""

    def setUp(self):
        super().setUp()
        self.database = self.dir / "registry.db"
        self.keys = self.dir / "keys"
        self.variables = environment(CUPEL_DATABASE=self.database,
                                     CUPEL_SETTINGS_KEYS_FILE=self.keys)
        self.plugins = self.dir / "plugins"
        self.add_plugin("ports", PORTS, PORTS_SCHEMA)
        self.add_plugin("plain", {"id": "plain", "name": "Plain", "scan_level": 0})
        self.cupel("settings", "keygen", "--output", self.keys)

    def add_plugin(self, folder, manifest, schema=None):
        """A boefje whose code would leave a trace if anything ran it."""
        self.write(f"plugins/{folder}/boefje.json", json.dumps(manifest))
        self.write(f"plugins/{folder}/__init__.py", "")
        self.write(f"plugins/{folder}/main.py", f"open({str(self.dir / 'ran')!r}, 'w')\n")
        if schema is not None:
            self.write(f"plugins/{folder}/schema.json", json.dumps(schema))

    def cupel(self, *arguments, code=0, stdin="", reveals=False, variables=None, **options):
        """Runs `cupel`; returns its standard output as text."""
        done = self.process(*arguments, stdin=stdin, variables=variables, **options)
        both = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, both)
        if not reveals:
            self.assertNotIn(SECRET.encode(), both)
        return done.stdout.decode()

    def fails(self, *arguments, code=2, **options):
        """Runs `cupel`, which must fail with `code`; returns what it complains of."""
        done = self.process(*arguments, **options)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertNotIn(SECRET.encode(), done.stdout + done.stderr)
        self.assertNotEqual(done.stderr, b"")
        return done.stderr.decode()

    def process(self, *arguments, stdin="", variables=None, **options):
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        return support.run(*arguments, input=data, cwd=self.dir,
                           env={**self.variables, **(variables or {})}, **options)

    def organisations(self, *ids):
        for organisation in ids:
            self.cupel("registry", "organisation", "add", organisation)

    def set_secret(self, organisation, **more):
        """Settings for `ports` with a secret."""
        self.cupel("settings", "set", organisation, "ports", "-p", self.plugins,
                   stdin=json.dumps({"API_KEY": SECRET, **more}))


class Server:
    """A running `cupel registry serve`, ended by close() or by the test."""

    def __init__(self, test, *arguments, variables=None, listen="127.0.0.1:0"):
        self.test = test
        self.process = subprocess.Popen(
            [support.CUPEL, "registry", "serve", "--listen", listen, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=test.dir,
            env={**test.variables, **(variables or {})}, text=True)
        self.errors = []
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        test.addCleanup(self.kill)
        line = self.process.stdout.readline()
        found = re.search(r"http://(\[[0-9a-f:]+\]|[0-9.]+):([0-9]+)", line)
        if not found:
            self.kill()
            raise AssertionError(f"no address in {line!r}; {''.join(self.errors)}")
        self.host, self.port = found.group(1).strip("[]"), int(found.group(2))

    def _read(self):
        for line in self.process.stderr:
            self.errors.append(line)
            self.lines.put(line)

    def wait_for_line(self, text):
        """Waits until a line with `text` is on standard error."""
        while True:
            line = self.lines.get(timeout=60)
            if text in line:
                return line

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def ask(self, method, path, body=None, **headers):
        """One request; gives (status, JSON or text, headers)."""
        connection = self.connection()
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body)
            connection.request(method, path, body,
                               {k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        found = dict((k.lower(), v) for k, v in answer.getheaders())
        if found.get("content-type", "").startswith("application/json") and content:
            content = json.loads(content)
        return answer.status, content, found

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)[:2]

    def close(self, sent=signal.SIGTERM):
        """Ends it as an administrator would; returns all of its standard error."""
        self.process.send_signal(sent)
        code = self.process.wait(timeout=60)
        self.reader.join(timeout=60)
        rest = self.process.stdout.read()
        errors = "".join(self.errors)
        self.test.assertEqual(code, 0, errors)
        self.test.assertNotIn(SECRET, errors + rest)
        return errors

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join(timeout=60)
        self.process.stdout.close()
        self.process.stderr.close()
