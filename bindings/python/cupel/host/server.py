"""The life of a host process: load one plugin, serve its calls, end."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import Any

from cupel.host import logs
from cupel.host.calls import HostCall, Limits
from cupel.host.channel import Channel, Closed, open_blob
from cupel.host.conversation import Conversation
from cupel.host.dialect import LoadedPlugin
from cupel.host.environment import Environment
from cupel.host.failures import Failure, Refused, failure_of
from cupel.host.jsonio import object_of
from cupel.host.messages import (Description, Invoke, Load, Loaded, Log,
                                 Shutdown)
from cupel.host.names import (CATEGORIES, PROTOCOL, Category, Code, Level,
                              Method)
from cupel.host.recognise import manifests_in
from cupel.host.wire import WireError
from cupel.plugin.call import Call


class Server:
    """One process, one plugin."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._conversation = Conversation(channel)
        self._environment = Environment()
        self._plugin: LoadedPlugin | None = None
        self._limits = Limits()
        self._options: dict[str, Any] = {}
        self._folder = ""
        self._beating = threading.Lock()

    def serve(self) -> int:
        """Until the host wants no more. Returns the exit code."""
        logs.install(self._log)
        try:
            first = self._channel.receive()
            if not isinstance(first, Load):
                raise WireError("the first message must be a Load")
            self._conversation.listen()
            self._conversation.send(self._load(first))
            self._conversation.heartbeat = self._start_heartbeat
            while not isinstance(message := self._conversation.next(),
                                 Shutdown):
                self._call(message)
        except Closed:
            return 0
        except WireError as error:
            print(f"cupel.host: {error}", file=sys.stderr, flush=True)
            return 1
        finally:
            self._deactivate()
        return 0

    # ---------------------------------------------------------------- loading

    def _load(self, load: Load) -> Loaded:
        self._folder = load.origin
        self._limits = Limits.of(load)
        try:
            if load.protocol not in (0, PROTOCOL):
                raise ValueError(f"the host speaks version {load.protocol} of "
                                 f"the protocol, this is {PROTOCOL}")
            if load.category == 0:
                return self._describe(load)
            return self._activate(load)
        except BaseException as error:  # a plugin may raise all
            failure = failure_of(error, self._folder)
            if failure.trace:
                self._log(Level.ERROR, failure.trace)
            return Loaded(status=int(failure.code), message=failure.message)

    def _describe(self, load: Load) -> Loaded:
        folder, manifests = manifests_in(load.origin, load.manifest)
        answer = Loaded()
        failures: list[Failure] = []
        for manifest in manifests:
            try:
                answer.plugins += manifest.describe(folder)
            except Exception as error:  # the next may be good
                failures.append(failure_of(error, str(folder)))
        answer.message = "; ".join(failure.message for failure in failures)
        if failures and not answer.plugins:
            answer.status = int(failures[0].code)
        return answer

    def _activate(self, load: Load) -> Loaded:
        if load.category not in CATEGORIES.values():
            raise ValueError(f"there is no category {load.category}")
        category = Category(load.category)
        options = object_of(load.options, "options")
        folder, manifests = manifests_in(load.origin, load.manifest)
        self._folder = str(folder)
        chosen = manifests[0]
        if len(manifests) > 1:
            for manifest in manifests:
                with contextlib.suppress(Exception):
                    if any(_is(found, category, load.name) for found
                           in manifest.describe(folder)):
                        chosen = manifest
                        break
        self._plugin = chosen.load(folder, category, load.name, options)
        defaults = object_of(self._plugin.description.options, "options")
        self._options = {**defaults, **options}
        return Loaded(plugins=[self._plugin.description])

    def _deactivate(self) -> None:
        if self._plugin is None:
            return
        try:
            self._plugin.deactivate()
        except BaseException as error:  # it is over anyway
            with contextlib.suppress(Closed):
                self._log(Level.WARNING, "deactivate: " +
                          failure_of(error, self._folder).message)

    # ------------------------------------------------------------------ calls

    def _call(self, invoke: Invoke) -> None:
        failure: Failure | None = None
        host = HostCall(self._conversation, self._environment, invoke.id,
                        memoryview(b""), self._limits)
        with contextlib.ExitStack() as stack:
            try:
                try:
                    call = self._prepare(invoke, host)
                    self._conversation.enter(invoke.id)
                    stack.enter_context(self._environment.during_call(
                        [(v.name, v.value) for v in invoke.environment],
                        invoke.replace_environment))
                    self._run(invoke, call, host)
                finally:
                    interrupted = self._conversation.leave()
                if interrupted is not None:
                    raise interrupted
            except Closed:
                raise
            except BaseException as error:  # whatever it is
                failure = failure_of(error, self._folder)
                error.__traceback__ = None
            _flush()
            host.finish(failure)

    def _prepare(self, invoke: Invoke, host: HostCall) -> Call:
        payload = open_blob(invoke.payload)
        document = open_blob(invoke.document)
        if self._plugin is None:
            raise Refused("no plugin was loaded", Code.FAILED_PRECONDITION)
        view = memoryview(payload)
        host.payload = view
        options = {**self._options, **object_of(invoke.options, "options")}
        return Call(
            host=host, bytes=view, name=invoke.name, path=invoke.path,
            type=invoke.type, mime=invoke.mime, sha256=invoke.sha256,
            tlp=invoke.tlp, options=options, raw_document=bytes(document),
            payload_id=invoke.payload_id, depth=invoke.depth,
            log=self._plugin.log)

    def _run(self, invoke: Invoke, call: Call, host: HostCall) -> None:
        assert self._plugin is not None
        if not Method.INGEST <= invoke.method <= Method.HEARTBEAT:
            raise ValueError(f"there is no method {invoke.method}")
        self._plugin.invoke(Method(invoke.method), call, host)

    # -------------------------------------------------------------- heartbeats

    def _start_heartbeat(self, invoke: Invoke) -> None:
        threading.Thread(target=self._heartbeat, args=(invoke,),
                         name="cupel-heartbeat", daemon=True).start()

    def _heartbeat(self, invoke: Invoke) -> None:
        failure: Failure | None = None
        host = HostCall(self._conversation, self._environment, invoke.id,
                        memoryview(b""), self._limits)
        # The last one is still at it: this one has nothing to add.
        if self._beating.acquire(blocking=False):
            try:
                self._run(invoke, self._prepare(invoke, host), host)
            except BaseException as error:  # whatever it is
                failure = failure_of(error, self._folder)
            finally:
                self._beating.release()
        with contextlib.suppress(Closed):
            host.finish(failure)

    def _log(self, level: Level, text: str) -> None:
        self._conversation.send(Log(
            level=int(level), text=self._environment.mask(text)))


def _is(found: Description, category: Category, name: str) -> bool:
    return (found.category, found.name) == (category, name)


def _flush() -> None:
    # What was printed during a call is logged before its end.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
