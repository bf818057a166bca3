"""Drives `python3 -m cupel.host` as Cupel does: a real process, a socket pair,
sealed memfds."""

import array
import fcntl
import json
import os
import pathlib
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = pathlib.Path(os.environ.get("CUPEL_PYTHON",
                                      ROOT / "bindings" / "python"))
sys.path.insert(0, str(PACKAGE))

from cupel.host import messages as m  # noqa: E402
from cupel.host.channel import memfd_of  # noqa: E402
from cupel.host.names import CATEGORIES, Code, Method  # noqa: E402
from cupel.host.wire import decode_envelope, encode_envelope  # noqa: E402

# The program cupel-runner: then everything is run in its confinement.
RUNNER = os.environ.get("CUPEL_RUNNER", "")
# As Cupel does: the Python that Debian's packages are for.
PYTHON = "/usr/bin/python3"
TIMEOUT = 60
SEALS = (fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
         | fcntl.F_SEAL_WRITE)


class Died(Exception):
    """The process closed its socket."""


class Answer:
    """What one call handed back."""

    def __init__(self):
        self.children = []  # (bytes, Child)
        self.results = []
        self.statements = []
        self.dispatches = []
        self.errors = []
        self.logs = []
        self.items = []
        self.done = None

    @property
    def code(self):
        return Code(self.done.status)

    def failed(self):
        """The message of a call that must have failed."""
        assert self.done.status != 0, "the call did not fail"
        return self.done.message


class Host:
    """One process. `load` first."""

    def __init__(self, environment=None, python=(PYTHON,), readable=()):
        self.socket, theirs = socket.socketpair()
        self.control, control = socket.socketpair(socket.AF_UNIX,
                                                  socket.SOCK_SEQPACKET)
        self.socket.settimeout(TIMEOUT)
        self.buffer = b""
        self.descriptors = []
        self.calls = 0
        self.payload = b""
        self.logs = []
        self.nested = {}
        self.stop_after = None
        self.on_message = lambda message: None
        self.output = tempfile.TemporaryFile()
        self.temp = tempfile.TemporaryDirectory(prefix="cupel-temp-")
        # Out of the way of 3 and 4, which they become.
        numbers = [fcntl.fcntl(end, fcntl.F_DUPFD, 10)
                   for end in (theirs, control)]
        moves = "exec 3<&{0} 4<&{1} {0}<&- {1}<&-".format(*numbers)
        command = [*python, "-m", "cupel.host"]
        if not RUNNER:
            moves += " 4<&-"
        else:
            command = self._confined(python[0], readable)
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", moves + '; unset PWD OLDPWD; exec "$@"',
             "bash", *command],
            pass_fds=numbers, stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=self.output, cwd=self.temp.name,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE),
                 "LANG": "C.UTF-8", **(environment or {})},
            start_new_session=True)
        for number in numbers:
            os.close(number)
        theirs.close()
        control.close()

    def _confined(self, python, readable):
        return [RUNNER, "--python", python, "--temp", self.temp.name,
                "--address-space", str(4 << 30), "--cpu-seconds", "0",
                "--file-size", str(1 << 30), "--open-files", "256",
                "--processes", "64", "--files", *(
                    word for folder in (PACKAGE, ROOT / "examples", *readable)
                    for word in ("--read", str(folder)))]

    def close(self):
        self.socket.close()
        try:
            self.process.wait(TIMEOUT)
        finally:
            self.control.close()
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
            self.output.close()
            self.temp.cleanup()

    def ended(self):
        """Waits for the end of the plugin's process; its exit code."""
        code = self.process.wait(TIMEOUT)
        if not RUNNER:
            return code
        self.control.settimeout(TIMEOUT)
        status = int.from_bytes(self.control.recv(64)[:4], "little")
        return os.waitstatus_to_exitcode(status)

    def printed(self):
        """What the process wrote so far on its outputs."""
        self.output.seek(0)
        return self.output.read().decode("utf-8", "replace")

    # ---------------------------------------------------------------- frames

    def send(self, message, blobs=()):
        """Sends a message; blobs over 64 KiB as memfds."""
        body = encode_envelope(m.TO_RUNNER, message)
        frame = len(body).to_bytes(4, "little") + body
        numbers = [memfd_of(memoryview(blob)) for blob in blobs]
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                   array.array("i", numbers))] if numbers else []
        sent = self.socket.sendmsg([frame], rights)
        # Not if nothing is left: the process may have ended by now, of what it
        # was sent.
        if sent < len(frame):
            self.socket.sendall(frame[sent:])
        for number in numbers:
            os.close(number)

    def receive(self):
        while len(self.buffer) < 4 or len(self.buffer) - 4 < int.from_bytes(
                self.buffer[:4], "little"):
            data, ancillary, _, _ = self.socket.recvmsg(
                1 << 16, socket.CMSG_SPACE(64))
            for _, _, content in ancillary:
                numbers = array.array("i")
                numbers.frombytes(content)
                self.descriptors += numbers
            if not data:
                raise Died
            self.buffer += data
        size = int.from_bytes(self.buffer[:4], "little")
        frame, self.buffer = self.buffer[4:4 + size], self.buffer[4 + size:]
        return decode_envelope(m.TO_HOST, frame)

    def blob(self, blob):
        """The bytes of a blob; what comes in a descriptor must be sealed."""
        if blob is None:
            return b""
        if blob.in_memfd is None:
            return bytes(blob.inline or b"")
        number = self.descriptors.pop(0)
        assert fcntl.fcntl(number, fcntl.F_GET_SEALS) & SEALS == SEALS
        with open(number, "rb") as file:
            content = file.read()
        assert len(content) == blob.in_memfd, (len(content), blob.in_memfd)
        return content

    # ------------------------------------------------------------------ calls

    def load(self, folder, category="", name="", options=None, manifest="",
             **limits):
        self.send(m.Load(
            protocol=1, origin=str(folder),
            category=CATEGORIES.get(category, 0), name=name,
            options=json.dumps(options or {}), manifest=manifest,
            host_version="1.0.0", **limits))
        while not isinstance(message := self.receive(), m.Loaded):
            assert isinstance(message, m.Log), message
            self.logs.append(message)
        return message

    def start(self, method, payload=b"", document=None, options=None, name=b"",
              path="", environment=None, **fields):
        """Sends a call; returns its number."""
        self.calls += 1
        self.payload = payload
        blobs = [payload] if len(payload) > 65536 else []
        document = b"" if document is None else json.dumps(document).encode()
        if len(document) > 65536:
            blobs.append(document)
        self.send(m.Invoke(
            id=self.calls, method=Method[method.upper()],
            payload=_blob(payload), name=name, path=path, tlp="clear",
            options="" if options is None else json.dumps(options),
            document=_blob(document),
            environment=[m.Variable(key, os.fsencode(value))
                         for key, value in (environment or {}).items()],
            replace_environment=environment is not None, **fields), blobs)
        return self.calls

    def finish(self, call):
        """Everything up to the end of the call."""
        answer = Answer()
        while answer.done is None:
            self._take(self.receive(), call, answer)
        return answer

    def call(self, method, payload=b"", **fields):
        return self.finish(self.start(method, payload, **fields))

    def _take(self, message, call, answer):
        self.on_message(message)
        if isinstance(message, m.Log):
            answer.logs.append(message)
            return
        assert message.call == call, (message, call)
        if isinstance(message, m.Child):
            data = (self.payload[message.offset:
                                 message.offset + message.length]
                    if message.offset is not None
                    else self.blob(message.bytes))
            answer.children.append((data, message))
        elif isinstance(message, m.Result):
            text = self.blob(message.json).decode("utf-8")
            answer.results.append(json.loads(text, parse_constant=_refuse))
        elif isinstance(message, m.Statement):
            answer.statements.append(message)
        elif isinstance(message, m.Dispatch):
            answer.dispatches.append(message.plugin)
        elif isinstance(message, m.Error):
            answer.errors.append(message)
        elif isinstance(message, m.Item):
            answer.items.append((self.blob(message.bytes), message))
            self.send(m.ItemTaken(
                id=call, stop=len(answer.items) == self.stop_after))
        elif isinstance(message, m.Nested):
            self.send(self.nested.get(message.plugin, _no_plugin)(
                message.id, self.blob(message.bytes),
                json.loads(message.options or "{}")))
        elif isinstance(message, m.Done):
            answer.done = message
        else:
            raise AssertionError(f"unexpected {message}")


def _blob(data):
    if len(data) > 65536:
        return m.Blob(in_memfd=len(data))
    return m.Blob(inline=data)


def _refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def _no_plugin(number, data, options):
    return m.NestedAnswer(id=number, status=Code.NOT_FOUND,
                          message="there is no such plugin")


def ready(selector_socket, seconds=TIMEOUT):
    """Waits until there is something to read."""
    with selectors.DefaultSelector() as selector:
        selector.register(selector_socket, selectors.EVENT_READ)
        return bool(selector.select(seconds))


class HostTest(unittest.TestCase):
    """A test with a folder of its own and hosts that end with it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cupel-python-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name).resolve()

    def write(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content)
        if isinstance(content, str):
            content = textwrap.dedent(content).encode()
        path.write_bytes(content)
        return path

    def host(self, **arguments):
        host = Host(readable=[self.dir], **arguments)
        self.addCleanup(host.close)
        return host

    def loaded(self, folder, category, name, options=None, host=None, **more):
        """A host with an activated plugin."""
        host = host or self.host()
        answer = host.load(folder, category, name, options, **more)
        self.assertEqual(answer.status, 0, answer.message)
        return host

    def refused(self, folder, category, name, options=None, **more):
        """Why a plugin can't be loaded."""
        host = self.host()
        answer = host.load(folder, category, name, options, **more)
        self.assertNotEqual(answer.status, 0, "it was loaded")
        return answer.message

    def native(self, category, code, name="x", **fields):
        """A folder with a plugin of our own dialect."""
        self.write(f"{name}/plugin.json", {
            "category": category, "name": name, "version": "1.0",
            "module": "x.py", **fields})
        self.write(f"{name}/x.py", code)
        return self.dir / name

    def stoq(self, code, name="x", options="", module="x", core=""):
        """A folder with a plugin of stoQ 1.x."""
        self.write(f"{name}/{name}.stoq", (
            f"[Core]\nName = {name}\nModule = {module}\n{core}\n"
            "[Documentation]\nAuthor = Somebody\nVersion = 0.1\n"
            "Website = https://example.org\nDescription = A test\n\n"
            f"[options]\n{textwrap.dedent(options)}\n").encode())
        self.write(f"{name}/{module}.py", code)
        return self.dir / name
