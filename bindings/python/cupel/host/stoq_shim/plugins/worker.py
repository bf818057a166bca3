"""stoq.plugins.worker: the base of workers, with what plugins use of stoQ's
pipeline. The pipeline itself is the host's."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from cupel.host.stoq_shim import scan as scan_helpers
from cupel.host.stoq_shim.plugins.base import StoqPluginBase

_KINDS = ("worker", "connector", "source", "reader", "extractor", "carver",
          "decoder", "decorator")


class StoqWorkerPlugin(StoqPluginBase):
    """Base of workers: `scan(payload, **kwargs)`."""

    max_processes = 0
    dispatch: Any = None
    output_connector: Any = None
    archive_connector: Any = None
    decorator_plugin: Any = None
    source_plugin: Any = None
    source_queue: Any = None
    error_queue: Any = None
    yara_dispatcher_rules: Any = None
    yara_dispatcher_hits: Any = None
    mp_queues: Any = None
    connector_queue: Any = None
    connector_feeder: Any = None
    ratelimit: Any = None
    cron: Any = None
    default_tlp: Any = None
    outfile: Any = None
    results_file: Any = None
    use_output_date = False
    flatten_results = False
    flatten_delimiter: Any = False
    ingest_metadata: Any = None
    log_level: Any = None
    template: Any = None
    max_recursion: Any = None
    combined_results = True
    path: Any = None
    hashpayload = False
    saveresults = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in _KINDS:
            setattr(self, f"{kind}s", {})

    def activate(self, options: Any = None, *args: Any, **kwargs: Any) -> Any:
        """`options`: what argparse made of the command line. There is none
        here, so what it holds are defaults: they count where neither manifest
        nor host say something."""
        if options is not None and options is not self.stoq:
            for key, value in vars(options).items():
                if value is not None and key not in self._cupel_set:
                    setattr(self, key, value)
        return super().activate()

    def scan(self, *args: Any, **kwargs: Any) -> Any:
        """The plugin's own is called."""

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """In stoQ the whole pipeline; here that is the host."""
        return True

    def multiprocess_put(self, **kwargs: Any) -> Any:
        """Brings one piece of work, and waits while the host has enough."""
        from cupel.host.stoq_items import put
        put(self.stoq, kwargs)

    def start(self, payload: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Scans a payload now, with this worker alone. Returns a document
        with its results; None if there are none."""
        kwargs.pop("template", None)
        if payload is None and kwargs.get("path"):
            payload = self.stoq.get_file(kwargs["path"])
        answer = self.scan(payload, **kwargs)
        if answer is None or answer is False:
            return False
        if answer is True:
            return True
        if isinstance(answer, (Mapping, str, bytes)):
            answer = [answer]
        size = len(payload) if payload is not None else 0
        results = [
            {"plugin": self.name, "payload_id": 0,
             "uuid": kwargs.get("uuid") or [str(uuid.uuid4())],
             "scan": item, "size": size,
             "filename": kwargs.get("filename", "Unknown"),
             "source_meta": {key: value for key, value in kwargs.items()
                             if key not in ("uuid", "filename")}}
            for item in answer]
        return {"date": datetime.datetime.now(datetime.timezone.utc)
                .isoformat(),
                "tlp": kwargs.get("tlp", "white"), "payloads": len(results),
                "plugins": {"0": self.name}, "results": results}

    def save_payload(self, payload: Any, connector: Any, *args: Any,
                     **kwargs: Any) -> dict[str, Any]:
        """Gives a payload to a connector. Returns its hashes, and under
        `conn_id` what the connector returned."""
        data = payload.encode() if isinstance(payload, str) else bytes(payload)
        known: dict[str, Any] = {
            name: hashlib.new(name, data, usedforsecurity=False).hexdigest()
            for name in ("md5", "sha1", "sha256", "sha512")}
        known["ssdeep"] = scan_helpers.get_ssdeep(data)
        known["content-type"] = scan_helpers.get_magic(data)
        name = str(connector)
        plugin = self._loaded("connector", name)
        if plugin is False:
            raise LookupError(f"there is no connector {name}")
        known["conn_id"] = plugin.save(data, archive=True, **known)
        return known

    def _loaded(self, kind: str, name: str) -> Any:
        plugins: dict[str, Any] = getattr(self, f"{kind}s")
        if name not in plugins:
            plugin = self.stoq.load_plugin(name, kind)
            if not plugin:
                return False
            plugin.parentname = self.name
            plugins[name] = plugin
        return plugins[name]

    def load_worker(self, name: str) -> Any:
        """Loads a worker into self.workers."""
        return self._loaded("worker", name)

    def load_connector(self, name: str) -> Any:
        """Loads a connector into self.connectors."""
        return self._loaded("connector", name)

    def load_source(self, name: str) -> Any:
        """Loads a source into self.sources."""
        return self._loaded("source", name)

    def load_reader(self, name: str) -> Any:
        """Loads a reader into self.readers."""
        return self._loaded("reader", name)

    def load_extractor(self, name: str) -> Any:
        """Loads an extractor into self.extractors."""
        return self._loaded("extractor", name)

    def load_carver(self, name: str) -> Any:
        """Loads a carver into self.carvers."""
        return self._loaded("carver", name)

    def load_decoder(self, name: str) -> Any:
        """Loads a decoder into self.decoders."""
        return self._loaded("decoder", name)

    def load_decorator(self, name: str) -> Any:
        """Loads a decorator into self.decorators."""
        return self._loaded("decorator", name)
