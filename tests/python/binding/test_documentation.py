"""What the documentation shows is what happens; what is public is typed."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import os
import re
import typing
from pathlib import Path

import pytest

import cupel
from conftest import ROOT

PACKAGE = ROOT / "bindings" / "python" / "cupel"
MODULES = sorted(
    f"cupel.{path.stem}" if path.stem != "__init__" else "cupel"
    for path in PACKAGE.glob("*.py") if ">>> " in path.read_text())


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Examples may write files."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of(name, elsewhere):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0 and result.failed == 0


def test_the_guide(elsewhere):
    os.symlink(ROOT / "examples", "examples")
    result = doctest.testfile(str(ROOT / "docs" / "python.md"),
                              module_relative=False)
    assert result.attempted > 20 and result.failed == 0


def test_type_checkers_see_every_public_name():
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    seen = {alias.asname for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names if alias.asname}
    assert seen == {*cupel.__all__, *cupel._MODULES}


def test_every_public_name_is_there_and_explained():
    for name in cupel.__all__:
        value = getattr(cupel, name)
        if callable(value):
            assert value.__doc__, name
    assert set(cupel.__all__) <= set(dir(cupel))
    with pytest.raises(AttributeError, match="'nothing'"):
        cupel.nothing


def test_the_extension_is_typed_to_the_last_method():
    from cupel import _cupel
    stub = (PACKAGE / "_cupel.pyi").read_text()
    for name, value in vars(_cupel).items():
        if name.startswith("__"):
            continue
        assert re.search(rf"(def|class) {name}\b", stub), name
        if isinstance(value, type):
            for method in vars(value):
                if not method.startswith("_"):
                    assert re.search(rf"def {method}\(", stub), method


def test_modules_are_there_without_being_imported(run_python):
    done = run_python(
        "import cupel\nassert {'yara', 'plugin'} <= set(dir(cupel))\n"
        "print(cupel.yara.compile.__name__, cupel.plugin.__name__)")
    assert (done.stdout, done.stderr) == ("compile cupel.plugin\n", "")


def test_hints_of_types_can_be_read():
    """By whatever looks at them while the program runs."""
    read = 0
    for name in cupel.__all__:
        public = getattr(cupel, name)
        members = (vars(public).values() if inspect.isclass(public)
                   else (public,))
        for member in members:
            function = getattr(member, "__func__", member)
            if inspect.isfunction(function):
                typing.get_type_hints(function)
                read += 1
    assert read > 200


def test_a_plugin_s_process_loads_nothing_of_the_binding(run_python):
    done = run_python(
        "import sys, cupel, cupel.plugin, cupel.host, cupel.errors\n"
        "loaded = {m for m in sys.modules if m.startswith('cupel')}\n"
        "assert 'cupel._cupel' not in loaded, loaded\n"
        "assert 'cupel.scanner' not in loaded, loaded\n"
        "assert 'asyncio' not in sys.modules\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_files_stay_small():
    for path in Path(PACKAGE).glob("*.py"):
        assert len(path.read_text().splitlines()) < 500, path
