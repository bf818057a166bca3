"""How a call of the host becomes a call of a stoQ plugin, and back."""

from __future__ import annotations

import hashlib
import inspect
import os
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from cupel.host.calls import HostCall
from cupel.host.failures import Refused
from cupel.host.messages import Description
from cupel.host.names import Category, Code, Method
from cupel.host.stoq_template import render
from cupel.plugin.call import Call, Child

_BYTES = (bytes, bytearray, memoryview)
_HASHES = ("md5", "sha1", "sha256", "sha512")


def invoke(plugin: Any, description: Description, method: Method, call: Call,
           host: HostCall, metas: dict[str, Any]) -> None:
    """One call. `metas`: what a dispatching rule says."""
    category = Category(description.category)
    if method in (Method.SCAN, Method.READ, Method.EXTRACT, Method.CARVE,
                  Method.DECODE):
        function = getattr(plugin, method.text)
        # stoQ's plugins expect bytes and nothing but bytes: the one copy.
        answer = function(bytes(call.bytes),
                          **_accepted(function, _arguments(call, metas)))
        if category is Category.WORKER:
            _results(answer, host)
        elif category is Category.READER:
            _text(answer, host)
        else:
            _children(answer, method, host)
    elif method is Method.DECORATE:
        _decorate(plugin, call, host)
    elif method is Method.SAVE:
        _save(plugin, call, host, metas)
    elif method is Method.GET_FILE:
        known = call.document
        data = plugin.get_file(**(known if isinstance(known, dict) else {}))
        if data is None:
            raise Refused("get_file() found nothing", Code.NOT_FOUND)
        host.child(Child(data))
    elif method is Method.INGEST:
        document = call.document
        for key, value in (document if isinstance(document, dict)
                           else {}).items():
            setattr(plugin.stoq.worker, key, value)
        plugin.ingest()
    elif method in (Method.CONNECT, Method.DISCONNECT):
        getattr(plugin, method.text)()
    else:
        raise Refused(f"a stoQ plugin has no {method.text}()",
                      Code.UNIMPLEMENTED)


def _arguments(call: Call, metas: dict[str, Any]) -> dict[str, Any]:
    name = call.name.decode("utf-8", "replace") or os.path.basename(call.path)
    arguments: dict[str, Any] = {"filename": name or "Unknown",
                                 "uuid": [str(uuid.uuid4())]}
    if call.path:
        arguments["path"] = call.path
    return {**arguments, **metas}


def _accepted(function: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Those that the function takes: in stoQ some calls come without."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return arguments
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return arguments
    return {key: value for key, value in arguments.items()
            if key in list(parameters)[1:]}


# ------------------------------------------------------- what they hand back

def _results(answer: Any, host: HostCall) -> None:
    """A worker's: None, True and False are nothing, dictionaries, text and
    bytes are one result, of anything else each item is one."""
    if answer is None or isinstance(answer, bool):
        return
    if isinstance(answer, (Mapping, str, *_BYTES)):
        host.result(answer, hold=True)
        return
    if not isinstance(answer, Iterable):
        raise TypeError(f"scan() gave a {type(answer).__name__}; expected a "
                        "dictionary, text, bytes, or several of them")
    for item in answer:
        host.result(item)


def _text(answer: Any, host: HostCall) -> None:
    if answer is None or isinstance(answer, bool):
        return
    if not isinstance(answer, (str, *_BYTES)):
        raise TypeError(f"read() gave a {type(answer).__name__}; expected "
                        "text")
    # As the readers do that are built in.
    host.child(Child(answer, "text"))


def _children(answer: Any, method: Method, host: HostCall) -> None:
    if answer is None or isinstance(answer, bool):
        return
    if isinstance(answer, (Mapping, str, *_BYTES)) or not isinstance(
            answer, Iterable):
        raise TypeError(f"{method.text}() gave a {type(answer).__name__}; "
                        "expected a list of (dictionary, bytes)")
    for index, item in enumerate(answer):
        if not (isinstance(item, (tuple, list)) and len(item) == 2
                and (item[0] is None or isinstance(item[0], Mapping))
                and isinstance(item[1], (str, *_BYTES))):
            shown = type(item).__name__
            if isinstance(item, (tuple, list)):
                shown += f" of {', '.join(type(i).__name__ for i in item[:5])}"
            raise TypeError(f"item {index} of what {method.text}() gave is a "
                            f"{shown}; expected (dictionary, bytes)")
        meta = dict(item[0] or {})
        host.child(Child(item[1], str(meta.get("filename") or ""), meta))


def _decorate(plugin: Any, call: Call, host: HostCall) -> None:
    """A decorator of stoQ gives the whole document back; of ours, what is
    added: the difference."""
    before = call.document
    answer = plugin.decorate(call.document)
    if answer is None:
        host.error(Code.INVALID_ARGUMENT, "decorate() gave nothing; the "
                   "document stays as it was")
        return
    if not isinstance(answer, Mapping):
        raise TypeError(f"decorate() gave a {type(answer).__name__}; expected "
                        "a dictionary")
    before = before if isinstance(before, dict) else {}
    gone = sorted(set(before) - set(answer))
    if gone:
        host.error(Code.INVALID_ARGUMENT, "decorate() removed "
                   f"{', '.join(gone)[:500]}; nothing of a report is removed")
    added = {key: value for key, value in answer.items()
             if key not in before or before[key] != value}
    if added:
        host.result(added)


# ------------------------------------------------------------------ connectors

def _save(plugin: Any, call: Call, host: HostCall,
          metas: dict[str, Any]) -> None:
    document = call.document
    # Even an empty payload is one if the host says so.
    if len(call.bytes) or not document or document.get("archive") is True:
        answer = _archive(plugin, call, document)
    else:
        answer = _save_results(plugin, document, host, metas)
    if answer is not None and not isinstance(answer, bool):
        host.result({"conn_id": answer}, hold=True)


def _archive(plugin: Any, call: Call, document: Any) -> Any:
    from cupel.host.stoq_shim import scan
    payload = bytes(call.bytes)
    known = document if isinstance(document, dict) else {}
    arguments = {name: known.get(name)
                 or hashlib.new(name, payload, usedforsecurity=False)
                 .hexdigest() for name in _HASHES}
    arguments["ssdeep"] = known.get("ssdeep") or scan.get_ssdeep(payload)
    arguments["content-type"] = (known.get("content-type") or call.mime
                                 or scan.get_magic(payload))
    return plugin.save(payload, archive=True, **arguments)


def _save_results(plugin: Any, document: dict[str, Any], host: HostCall,
                  metas: dict[str, Any]) -> Any:
    listed = document.get("results")
    first = listed[0] if isinstance(listed, list) and listed else None
    root = first if isinstance(first, dict) else {}
    arguments = {"sha1": root.get("sha1"),
                 "index": root.get("plugin") or "cupel", "use_date": False}
    arguments.update({key: value for key, value in metas.items()
                      if key in ("index", "use_date", "filename", "append")})
    template = metas.get("template", getattr(plugin, "template", None))
    results: Any = document
    if template is not False:
        text, problem = render(plugin, template, metas, document)
        if problem:
            host.error(Code.INVALID_ARGUMENT,
                       f"{problem}; the results are saved as JSON")
        elif text is not None:
            results = text
    return plugin.save(results, **arguments)
