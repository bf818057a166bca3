"""A worker, which takes jobs from a queue or another system and has each run in
a process of its own.

    import logging

    import cupel

    logging.basicConfig(level=logging.INFO)
    worker = cupel.Worker({
        "queue": {"url": "sqlite:jobs.db"},
        "rules": {"paths": ["/srv/rules"]},
    })
    worker.run()        # Ctrl-C drains it

Lines of its log go to the logger "cupel.worker". docs/worker.md is the guide,
and says what the configuration may have.
"""

from __future__ import annotations

import _thread
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict, Union

from cupel import _cupel
from cupel._cupel import Cancel
from cupel.awaiting import in_thread
from cupel.documents import Text, object_of, value_of
from cupel.errors import InvalidArgument
from cupel.http import Header, Mountable
from cupel.toml_text import toml_of

Config = Union[Text, Mapping[str, Any]]
"""A TOML document as text, or its tables as dictionaries."""
Log = Callable[[int, str], object]

_TEXT = 1
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)
_logger = logging.getLogger("cupel.worker")


class CheckProblem(TypedDict):
    """One thing that is wrong with a configuration."""

    key: str
    message: str
    remedy: str


class WorkerCheck(TypedDict):
    """What a worker would do, and all that is wrong with it."""

    schema: str
    ok: bool
    problems: list[CheckProblem]
    plan: list[str]


class Worker(Mountable):
    """Takes jobs until it is told to end. From any thread.

    `config` is a TOML document or the same as dictionaries, `config_name` what
    errors call it. `environment` are variables, CUPEL_WORKER_… over the
    document and what sources read for themselves: secrets, which the process's
    own environment is not asked for. Raises InvalidArgument, which names
    everything that is wrong with the configuration.

    `log` gets a level of `logging` and a line, from any thread, in place of
    the logger "cupel.worker".

    It answers requests of HTTP (`handle`, `wsgi`, `asgi`): / (a page for
    people), /healthz, /readyz, /metrics and /status.json.
    """

    __slots__ = ("_handle",)

    def __init__(self, config: Config = "", *,
                 environment: Mapping[str, str] | None = None,
                 config_name: str = "", log: Log | None = None) -> None:
        super().__init__()
        self._handle = _cupel.worker_new(
            _text_of(config), config_name, _variables(environment),
            _teller(log))

    @staticmethod
    def check(config: Config = "", *,
              environment: Mapping[str, str] | None = None,
              config_name: str = "", log: Log | None = None,
              cancel: Cancel | None = None) -> WorkerCheck:
        """What a worker would do, and all that is wrong with it. Starts a job
        runner, to see that rules and plugins are good, and ends it again; asks
        the source of jobs nothing."""
        _, text = _cupel.worker_check(
            _text_of(config), config_name, _variables(environment),
            _teller(log), 0, cancel)
        found: WorkerCheck = value_of(text)
        return found

    @staticmethod
    def explain(config: Config = "", *,
                environment: Mapping[str, str] | None = None,
                config_name: str = "", cancel: Cancel | None = None) -> str:
        """The same as `check`, as text for people."""
        _, text = _cupel.worker_check(
            _text_of(config), config_name, _variables(environment), None,
            _TEXT, cancel)
        return text.decode()

    def run(self, cancel: Cancel | None = None) -> None:
        """Works until it is drained or stopped or, if the configuration says
        worker.exit_when_empty, no job is left. Once. `cancel` stops it.

        Called in the main thread, KeyboardInterrupt, or what another handler
        of a signal raises, drains it and comes out when that is done; a second
        one stops it. Failures of jobs are none of this call; it fails if no
        job runner ever came up.
        """
        if threading.current_thread() is threading.main_thread():
            self._run_apart(cancel or Cancel())
        else:
            self._handle.run(cancel)

    def _run_apart(self, cancel: Cancel) -> None:
        """On a thread of its own, so that this one can be interrupted: from
        the moment that it is there, wherever this one then is."""
        raised: list[BaseException] = []
        ended = threading.Event()
        once = iter((True,))

        def work() -> None:
            if next(once, None) is None:
                return
            try:
                self._handle.run(cancel)
            except BaseException as error:  # for the thread that waits
                raised.append(error)
            finally:
                ended.set()

        interrupted: BaseException | None = None
        begun = False
        while not begun or not ended.is_set():
            try:
                if not begun:
                    # Unlike Thread.start it does not wait for the thread, and
                    # is not left half-way with the thread running.
                    _thread.start_new_thread(work, ())
                    begun = True
                # A signal that comes just before the wait does not end it: its
                # handler runs when the interpreter goes on.
                ended.wait(0.05)
            except BaseException as error:  # of a signal's handler
                if interrupted is None:
                    interrupted = error
                    self._handle.drain()
                else:
                    self._handle.stop()
        if interrupted is not None:
            raise interrupted
        if raised:
            raise raised[0]

    async def run_async(self, cancel: Cancel | None = None) -> None:
        """`run` for asyncio. Cancelling the task stops it, and waits until
        what it ran is given back."""
        await in_thread(self._handle.run, cancel)

    def drain(self) -> None:
        """Takes no more jobs, ends those that run, gives back those that
        wait. Before `run`: that returns at once."""
        self._handle.drain()

    def stop(self) -> None:
        """Also makes those that run end, and gives them back."""
        self._handle.stop()

    def reload(self) -> None:
        """Has rules and plugins read again before the next jobs. If they are
        no good the old ones stay, and the log says why."""
        self._handle.reload()

    @property
    def listen(self) -> str:
        """ADDRESS:PORT of worker.listen, for the host to listen on; empty:
        nowhere."""
        return self._handle.listen()

    def status(self) -> dict[str, Any]:
        """What it does, as /status.json tells."""
        return object_of(self._handle.status())

    def _answer(self, method: bytes, path: bytes, query: bytes, body: bytes,
                headers: Iterable[Header],
                ) -> tuple[int, tuple[Header, ...], bytes]:
        return self._handle.handle(method, path, query, body, list(headers))

    def __repr__(self) -> str:
        return "<cupel.Worker>"


def _text_of(config: Config) -> str | bytes | memoryview:
    if isinstance(config, Mapping):
        return toml_of(config)
    if isinstance(config, bytearray):
        return bytes(config)
    return config


def _variables(environment: Mapping[str, str] | None) -> list[str]:
    for name in environment or ():
        if "=" in name or not name:
            raise InvalidArgument("a variable's name has an equals sign in it, "
                                  "or nothing")
    return [f"{name}={value}" for name, value in (environment or {}).items()]


def _teller(log: Log | None) -> Log:
    """What the library calls; must not keep the worker alive."""
    def tell(level: int, line: str) -> None:
        number = _LEVELS[level] if 0 <= level < len(_LEVELS) else logging.ERROR
        if log is None:
            _logger.log(number, "%s", line)
        else:
            log(number, line)

    return tell
