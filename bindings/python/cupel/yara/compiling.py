"""From text to rules, with yara-python's arguments."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from typing import IO, Any

import cupel.errors
from cupel.errors import Diagnostic
from cupel.rules import Rules as CupelRules
from cupel.rules import compile_rules
from cupel.yara.errors import Error, SyntaxError, WarningError, unsupported
from cupel.yara.rules import FILE_EXTERNALS, Externals, Rules

_PathLike = str | os.PathLike[str]


def compile(filepath: _PathLike | None = None, *,
            source: str | bytes | None = None,
            file: IO[Any] | None = None,
            filepaths: Mapping[str, _PathLike] | None = None,
            sources: Mapping[str, str | bytes] | None = None,
            includes: bool = True,
            externals: Externals | None = None,
            error_on_warning: bool = False,
            include_callback: Callable[..., Any] | None = None,
            strict_escape: bool = False) -> Rules:
    """Compiles rules of one file, one text, or several by their namespaces.

    `include` reads from the folders of the files, and for texts from the
    working directory. Variables in `externals` may be given other values with
    each `match`.

    >>> compile(source="rule a { condition: b }")
    Traceback (most recent call last):
        ...
    cupel.yara.errors.SyntaxError: line 1: undefined identifier "b"
    """
    given = [one for one in (filepath, source, file, filepaths, sources)
             if one is not None]
    if len(given) != 1:
        raise TypeError("compile() takes one of filepath, source, file, "
                        "filepaths and sources")
    if include_callback is not None or strict_escape:
        raise unsupported("compile(include_callback=…) or strict_escape",
                          "give the folders of the includes as files, or put "
                          "the texts together")
    if externals is not None and not isinstance(externals, Mapping):
        raise TypeError("'externals' must be a dictionary")
    if filepath is not None:
        filepaths = {"default": filepath}
    elif source is not None:
        sources = {"default": source}
    elif file is not None:
        sources = {"default": file.read()}
    paths = {namespace: os.fspath(path)
             for namespace, path in (filepaths or {}).items()}
    texts = dict(sources or {})
    for namespace, path in paths.items():
        texts[namespace] = _read(path)
    roots = [os.path.dirname(path) or "." for path in paths.values()]
    roots += [] if paths else ["."]
    return _compile(texts, paths, roots if includes else [], externals or {},
                    error_on_warning)


def load(filepath: _PathLike | None = None, file: IO[bytes] | None = None, *,
         allow_foreign_compiled: bool = False) -> Rules:
    """Loads what `Rules.save` wrote.

    Files of yarac and yara-python only with `allow_foreign_compiled`: loading
    one can run code, so they should be from people whose programs you would
    run.
    """
    if (filepath is None) == (file is None):
        raise TypeError("load() takes one of filepath and file")
    with tempfile.TemporaryDirectory() as folder:
        if file is not None:
            filepath = os.path.join(folder, "rules")
            with open(filepath, "wb") as copy:
                shutil.copyfileobj(file, copy)
        assert filepath is not None
        if not allow_foreign_compiled and not _is_saved(filepath):
            raise Error(f'invalid rules file "{os.fspath(filepath)}": it was '
                        "not written by Rules.save of cupel.yara")
        try:
            rules = compile_rules(
                paths=filepath, load_all=True,
                allow_foreign_compiled=allow_foreign_compiled)
        except cupel.errors.Error as error:
            raise Error(error.message) from error
    return Rules(rules, [], {}, None)


def _is_saved(path: _PathLike) -> bool:
    """Whether it is no text, which would be compiled."""
    try:
        with open(path, "rb") as file:
            return b"\0" in file.read(4096)
    except OSError as error:
        raise Error(f'could not open file "{os.fspath(path)}": '
                    f"{error.strerror}") from error


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Error(f'could not open file "{path}": '
                    f"{error.strerror}") from error


def _compile(texts: Mapping[str, str | bytes], paths: Mapping[str, str],
             roots: list[str], externals: Externals,
             error_on_warning: bool) -> Rules:
    for name in FILE_EXTERNALS:
        if externals.get(name, "") != "":
            raise unsupported(
                f"compile(externals={{{name!r}: …}}) with a value",
                "it is another one for every file; give it to match, or "
                "declare it with an empty one")
    own = {name: value for name, value in externals.items()
           if name not in FILE_EXTERNALS}

    def build(values: Externals) -> CupelRules:
        try:
            return compile_rules(sources=texts, externals=values,
                                 include_roots=roots)
        except cupel.errors.Error as error:
            if not error.diagnostics:
                raise Error(error.message) from error
            first = error.diagnostics[0]
            raise SyntaxError(_line(first, texts, paths),
                              error.diagnostics) from error

    rules = build(own)
    warnings = [_line(one, texts, paths) for one in rules.warnings]
    if warnings and error_on_warning:
        raise WarningError(warnings)
    return Rules(rules, warnings, own, build)


def _line(remark: Diagnostic, texts: Mapping[str, str | bytes],
          paths: Mapping[str, str]) -> str:
    """In libyara's form: `line 3: …` in a text, `path(3): …` in a file."""
    path = paths.get(remark.file, remark.file)
    if remark.file in texts and remark.file not in paths:
        return f"line {remark.line}: {remark.message}"
    return f"{path}({remark.line}): {remark.message}"
