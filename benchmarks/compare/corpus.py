#!/usr/bin/env python3
"""Fetches the packages of npm.txt and pypi.txt and unpacks them.

Every file is fetched by the registry's own client, or one that only downloads,
and checked against the SHA-256 in the list. No code of a package is run: no
npm script, and no build backend, which `pip download` would run for a sdist.

  corpus.py [--corpora npm,pypi] [--pin]
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tarfile

import cache
import unpack

CORPORA = ("npm", "pypi")
# Some packages of npm.txt, and the versions that followed.
VERSIONS = ("older", "newer")
UNEARTH = "unearth==0.19.0"
# The wheels are those of one platform, whatever this machine is.
WHEELS = ("--only-binary=:all:", "--no-deps", "--python-version", "3.11",
          "--implementation", "cp", "--abi", "cp311", "--abi", "abi3",
          "--abi", "none", "--platform", "manylinux2014_x86_64",
          "--platform", "manylinux_2_17_x86_64")
BATCH = 60


class Item:
    """A line of a list: what to ask for, its file name and its digest."""

    def __init__(self, line):
        fields = line.split()
        self.kind, self.spec, self.file = fields[:3]
        self.digest = fields[3] if len(fields) > 3 else None

    def line(self):
        return " ".join((self.kind, self.spec, self.file, self.digest or ""))


def items(corpus):
    """The list of a corpus."""
    text = (cache.HERE / (corpus + ".txt")).read_text(encoding="utf-8")
    return [Item(line) for line in text.splitlines()
            if line and not line.startswith("#")]


def packages(corpus):
    """The folder with the archives."""
    return cache.root() / "packages" / corpus


def tree(corpus):
    """The folder with one unpacked folder per archive, named after it."""
    return cache.root() / "trees" / corpus


def _fetch_npm(wanted, folder):
    cache.run(["npm", "pack", "--silent", "--ignore-scripts",
               "--pack-destination", folder] + [item.spec for item in wanted],
              stdout=subprocess.DEVNULL)


def _fetch_wheels(wanted, folder):
    cache.run([sys.executable, "-m", "pip", "download", "-q", *WHEELS, "-d",
               folder] + [item.spec for item in wanted])


def _index():
    """The index that pip is configured with, for a client that isn't pip."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        check=False, capture_output=True, text=True)
    url = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return ["-i", url] if url else []


def _fetch_sdists(wanted, folder):
    tool = cache.python_tool(UNEARTH)
    index = _index()
    for item in wanted:
        cache.run([sys.executable, "-m", "unearth", "--no-binary", *index,
                   "-d", folder, item.spec], stdout=subprocess.DEVNULL,
                  env={**os.environ, "PYTHONPATH": str(tool)})


_FETCH = {"npm": _fetch_npm, "wheel": _fetch_wheels, "sdist": _fetch_sdists}


def _check(item, path, pin):
    """Compares the digest; a file that is not the pinned one is removed."""
    digest = cache.sha256(path)
    if item.digest is None and pin:
        item.digest = digest
    if item.digest != digest:
        path.unlink()
        sys.exit("{}: SHA-256 is {}, the list says {}; the file was removed, "
                 "run again to fetch it anew".format(item.file, digest,
                                                     item.digest))


def fetch(corpus, pin=False):
    """Fetches what is missing, checks everything, unpacks what is new."""
    folder = packages(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = items(corpus)
    for kind, get in _FETCH.items():
        missing = [item for item in wanted
                   if item.kind == kind and not (folder / item.file).exists()]
        for start in range(0, len(missing), BATCH):
            print("fetching {} {} files of {}".format(
                len(missing) - start, kind, corpus), file=sys.stderr)
            get(missing[start:start + BATCH], folder)
    for item in wanted:
        path = folder / item.file
        if not path.exists():
            sys.exit("{}: the client did not write {}".format(item.spec, path))
        _check(item, path, pin)
        target = tree(corpus) / item.file
        if not target.exists():
            unpack.unpack(path, target)
    return wanted


def derive(name, archives):
    """A small corpus made of archives that are here already."""
    for kind in (packages(name), tree(name)):
        shutil.rmtree(kind, ignore_errors=True)
        kind.mkdir(parents=True)
    for archive in archives:
        shutil.copyfile(archive, packages(name) / archive.name)
        unpack.unpack(archive, tree(name) / archive.name)
    return name


def quick():
    """A dozen packages, to check the benchmark itself."""
    return derive("quick", [packages("npm") / item.file
                            for item in items("npm")[::20]])


def tiny():
    """One archive with one file of a line: what is left is start-up."""
    archive = cache.root() / "tiny.tgz"
    data = b"console.log('hello');\n"
    with tarfile.open(archive, "w:gz") as tar:
        info = tarfile.TarInfo("package/index.js")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    return derive("tiny", [archive])


def largest(corpus):
    """A corpus of the largest archive of another."""
    return derive("largest-" + corpus, [max(
        packages(corpus).iterdir(), key=lambda path: path.stat().st_size)])


def describe(corpus):
    """(archives, their bytes, unpacked files, their bytes)."""
    archives = sorted(packages(corpus).iterdir())
    files = [path for path in tree(corpus).rglob("*") if path.is_file()]
    return (len(archives), sum(path.stat().st_size for path in archives),
            len(files), sum(path.stat().st_size for path in files))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", default=",".join(CORPORA))
    parser.add_argument("--pin", action="store_true",
                        help="write digests into the list where they miss")
    options = parser.parse_args()
    for corpus in options.corpora.split(","):
        if corpus not in CORPORA + VERSIONS:
            parser.error("no corpus named {}; there are {}".format(
                corpus, ", ".join(CORPORA + VERSIONS)))
        wanted = fetch(corpus, options.pin)
        if options.pin:
            _write_list(corpus, wanted)
        print("{}: {} archives of {} bytes, {} files of {} bytes".format(
            corpus, *describe(corpus)))


def _write_list(corpus, wanted):
    path = cache.HERE / (corpus + ".txt")
    head = [line for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith("#")]
    path.write_text("\n".join(head + [item.line() for item in wanted]) + "\n",
                    encoding="utf-8")


if __name__ == "__main__":
    main()
