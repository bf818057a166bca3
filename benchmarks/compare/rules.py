#!/usr/bin/env python3
"""The two rule sets, each a folder of .yar files in the cache.

small: the rules of guarddog, out of its PyPI wheel (never committed here).
large: 5,000 generated rules; see generator/generate.py.

  rules.py    writes both and prints where they are
"""

import re
import shutil
import sys
import zipfile

import cache
from generator import generate

SETS = ("small", "large")
GUARDDOG = "guarddog==3.2.0"
GUARDDOG_SHA256 = (
    "e503812dc8cf79b74327b7a85a819d62bfb420e3fa8739a7f2f29a93a372c84d")


def _guarddog_wheel():
    folder = cache.root() / "packages" / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (GUARDDOG.replace("==", "-") + "-py3-none-any.whl")
    if not path.exists():
        cache.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps",
                   "--only-binary=:all:", "-d", folder, GUARDDOG])
    if cache.sha256(path) != GUARDDOG_SHA256:
        sys.exit("{}: SHA-256 differs from the pinned one".format(path))
    return path


def _write_small(folder):
    with zipfile.ZipFile(_guarddog_wheel()) as wheel:
        source = {name.rsplit("/", 1)[1]: wheel.read(name)
                  for name in wheel.namelist() if "/sourcecode/" in name}
    wanted = {name for name in source if name.endswith(".yar")}
    for name in sorted(wanted):
        wanted |= set(re.findall(r'^include "([^"/]+)"',
                                 source[name].decode(), re.M))
    for name in wanted:
        (folder / name).write_bytes(source[name])


_WRITERS = {"small": (GUARDDOG, _write_small),
            "large": ("generated {}".format(generate.VERSION),
                      generate.generate)}


def version(name):
    """Which version of a set this is."""
    return _WRITERS[name][0]


def changed(name, share=0.01):
    """The folder of a set of which that share of rules has been changed: one
    more string, which is asked for beside the condition that there was."""
    source = folder(name)
    path = source.with_name(name + "-changed")
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    every, seen = round(1 / share), 0
    for old in sorted(source.iterdir()):
        parts = re.split(r"(?m)^(?=(?:private |global )*rule )",
                         old.read_text(encoding="utf-8"))
        for index, part in enumerate(parts[1:], 1):
            seen += 1
            if seen % every == 0 and "strings:" in part:
                part = part.replace("strings:\n",
                                    'strings:\n        $new = "freshly added"\n',
                                    1)
                parts[index] = re.sub(r"(?s)condition:\n(.*)\n}",
                                      r"condition:\n        $new or ( \1 )\n}",
                                      part)
        (path / old.name).write_text("".join(parts), encoding="utf-8")
    return path


def folder(name):
    """The folder of a set, written if it is not there in this version."""
    path = cache.root() / "rules" / name
    stamp = cache.root() / "rules" / (name + ".version")
    version, write = _WRITERS[name]
    if not cache.mark(stamp, version):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        write(path)
        stamp.write_text(version, encoding="utf-8")
    return path


def files(name):
    """The files of a set, sorted."""
    return sorted(folder(name).glob("*.yar"))


def describe(name):
    """(files, rules, strings), counted as they stand in the source.

    What is included counts once.
    """
    text = [path.read_text(encoding="utf-8")
            for path in sorted(folder(name).iterdir())]
    def total(pattern):
        return sum(len(re.findall(pattern, part, re.M)) for part in text)
    return (len(text), total(r"^(?:private +|global +)*rule +\w+"),
            total(r"^\s+\$\w* *= *[\"/{]"))


def main():
    for name in SETS:
        print("{}: {} files, {} rules, {} strings in {}".format(
            name, *describe(name), folder(name)))


if __name__ == "__main__":
    main()
