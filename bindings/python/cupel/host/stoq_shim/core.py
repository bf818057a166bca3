"""stoq.core: what plugins know as `self.stoq`."""

from __future__ import annotations

import datetime
import json
import logging
import os
import tempfile
import uuid
from typing import Any

from cupel.host.stoq_runtime import runtime
from cupel.host.stoq_shim import __version__, files
from cupel.host.stoq_shim.helpers import JsonComplexEncoder
from cupel.host.stoq_shim.plugins import StoqPluginManager, StoqWorkerPlugin


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    return tuple(str(item).strip() for item in value)


class Stoq(StoqPluginManager):
    """Paths, files, JSON, plugins. The settings are those of stoq.cfg, if the
    host has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = {**runtime.settings, **kwargs}
        self.__version__ = __version__
        self.base_dir: str = str(settings.get("base_dir")
                                 or runtime.base_dir or os.getcwd())
        self.log = logging.getLogger("stoq")
        # No command line of anybody's reaches plugins that read one.
        self.argv: list[str] = []
        self.temp_dir = str(settings.get("temp_dir") or tempfile.gettempdir())

        def folder(key: str, name: str) -> str:
            return str(settings.get(key) or os.path.join(self.base_dir, name))

        self.log_dir = folder("log_dir", "logs")
        self.results_dir = folder("results_dir", "results")
        self.archive_base = folder("archive_base", "archive")
        self.plugin_dir_list = list(_texts(
            settings.get("plugin_dir_list")
            or [os.path.join(self.base_dir, "plugins")]))
        self.config_file = str(settings.get("config_file")
                               or os.path.join(self.base_dir, "stoq.cfg"))
        self.dispatch_rules = str(
            settings.get("dispatch_rules")
            or os.path.join(self.base_dir, "dispatcher.yar"))
        self.default_connector = settings.get("default_connector", "stdout")
        self.default_source = settings.get("default_source", "filedir")
        self.filename_suffix = settings.get("filename_suffix", "stoq")
        self.max_recursion = settings.get("max_recursion", 3)
        self.max_queue = settings.get("max_queue", 100)
        self.source_base_tuple = _texts(
            settings.get("source_base_tuple") or (self.base_dir,))
        self.url_prefix_tuple = _texts(
            settings.get("url_prefix_tuple") or ("http://", "https://"))
        self.useragent = settings.get("useragent", f"stoQ/{__version__}")
        self.log_level = settings.get("log_level", "info")
        self.default_tlp = settings.get("default_tlp", "white")
        self.plugin_options: dict[str, Any] = {}
        self.tlps = {"red": 0, "amber": 1, "green": 2, "white": 3}
        known = set(vars(self))
        for key, value in settings.items():
            if key not in known and not hasattr(type(self), key):
                setattr(self, key, value)
        self._worker: Any = None

    @property
    def worker(self) -> Any:
        """The primary worker; for plugins of other categories, one that
        stands for the host."""
        if self._worker is None:
            self._worker = StoqWorkerPlugin()
            self._worker.name = "cupel"
            self._worker.category = "worker"
            self._worker.stoq = self
            for key, value in runtime.options.items():
                if not callable(getattr(self._worker, key, None)):
                    setattr(self._worker, key, value)
        return self._worker

    @worker.setter
    def worker(self, value: Any) -> None:
        self._worker = value

    # ------------------------------------------------------ time, names, JSON

    @property
    def get_time(self) -> str:
        """Now, with the zone."""
        return datetime.datetime.now(datetime.timezone.utc).isoformat()

    @property
    def get_uuid(self) -> str:
        """A new one."""
        return str(uuid.uuid4())

    def hashpath(self, sha1: str) -> str:
        """Where the file connector keeps a payload."""
        return os.path.join(self.archive_base, *sha1[:5], sha1)

    def force_unicode(self, payload: Any) -> str:
        """Text out of bytes of whatever encoding."""
        if isinstance(payload, str):
            return payload
        raw = bytes(payload)
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        return raw.decode("latin-1")

    def dumps(self, data: Any, indent: int | None = 4,
              compactly: bool = False) -> str:
        """JSON; bytes and dates as str() shows them."""
        if compactly:
            return json.dumps(data, cls=JsonComplexEncoder,
                              separators=(",", ":"))
        return json.dumps(data, cls=JsonComplexEncoder, indent=indent)

    def loads(self, data: str | bytes) -> Any:
        """What is in some JSON."""
        return json.loads(data)

    def sanitize_json(self, obj: Any) -> Any:
        """Keys without dots and spaces, as some databases want them."""
        if isinstance(obj, dict):
            return {str(key).replace(".", "_").replace(" ", "_"):
                    self.sanitize_json(value) for key, value in obj.items()}
        if isinstance(obj, (list, tuple)):
            return [self.sanitize_json(item) for item in obj]
        return obj

    def normalize_json(self, obj: Any) -> Any:
        """Every value as text, every dictionary below the first in a list."""
        if isinstance(obj, dict):
            return {key: [self.normalize_json(value)]
                    if isinstance(value, dict) else self.normalize_json(value)
                    for key, value in obj.items()}
        if isinstance(obj, (list, tuple)):
            return [self.normalize_json(item) for item in obj]
        return "" if obj is None else str(obj)

    # ------------------------------------------------------------------ files

    def get_file(self, source: str, params: Any = None, verify: bool = True,
                 auth: Any = None, timeout: float = 30,
                 **headers: Any) -> bytes | None:
        """The bytes of a URL or of a file below `source_base_tuple`; None,
        with a line in the log, if they can't be had."""
        if source.startswith(self.url_prefix_tuple):
            return files.fetch(self, "GET", source, params, None, verify, auth,
                               timeout, headers)
        return files.read(self.log, source, self.source_base_tuple)

    def put_file(self, url: str, params: Any = None, data: Any = None,
                 auth: Any = None, content_type: str | None = None,
                 verify: bool = True, timeout: float = 30,
                 **headers: Any) -> bytes | None:
        """PUTs data; the answer, or None."""
        if content_type:
            headers["Content-Type"] = content_type
        return files.fetch(self, "PUT", url, params, data, verify, auth,
                           timeout, headers)

    def post_file(self, url: str, params: Any = None, files_: Any = None,
                  data: Any = None, auth: Any = None, verify: bool = True,
                  timeout: float = 30, **headers: Any) -> bytes | None:
        """POSTs data; the answer, or None. `files` as the module `requests`
        has them."""
        sent = headers.pop("files", files_)
        if sent:
            kind, data = files.multipart(sent, data)
            headers["Content-Type"] = kind
        return files.fetch(self, "POST", url, params, data, verify, auth,
                           timeout, headers)

    def write(self, payload: Any, filename: str | None = None,
              path: str | None = None, binary: bool = False,
              overwrite: bool = False, append: bool = False) -> Any:
        """Writes a file and returns its path; False for no payload. A file
        that is there already is left as it is, and its path returned."""
        if not payload:
            return False
        name = filename or f"{uuid.uuid4()}.{self.filename_suffix}"
        return files.write(self.log, payload, name, path or self.results_dir,
                           overwrite, append)
