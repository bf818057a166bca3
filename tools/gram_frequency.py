#!/usr/bin/env python3
"""Makes src/rules/plan/gram_table.inc: how often short runs of bytes occur.

  gram_frequency.py [-o FILE] [--elf FOLDER]...

Fetches the packages of tools/gram_frequency.txt with the registries' own
clients (nothing of a package is run) into the cache of the benchmarks; none of
them is one that the benchmarks measure with. Files that begin like text make
one corpus; the others, and the programs and libraries of this machine, make the
second. A file counts by what it costs to scan: a constant and its size.

Needs a little-endian machine, a minute or two and 1 GB of memory.
"""

import argparse
import array
import collections
import io
import itertools
import math
import os
import pathlib
import subprocess
import sys
import tarfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
FOLD = bytes(b | 0x20 for b in range(256))
# A scan costs as much before the first byte as for this many.
CONSTANT = 4096
MOST_OF_FILE = 256 << 10
# Every so manieth file of the packages is looked at, and so much of programs.
EVERY = 12
ELF_BYTES = 8 << 20
# Grams kept of each length, by corpus.
KEPT = {"kText": {2: 5000, 3: 6000, 4: 10000},
        "kBinary": {2: 4000, 3: 3000, 4: 6000}}
# Entries of a table above which the rarest are forgotten.
MOST_GRAMS = 4_000_000
WHEELS = ("--only-binary=:all:", "--no-deps", "--python-version", "3.11",
          "--implementation", "cp", "--abi", "cp311", "--abi", "abi3",
          "--abi", "none", "--platform", "manylinux2014_x86_64",
          "--platform", "manylinux_2_17_x86_64",
          "--platform", "manylinux_2_28_x86_64")


def folder():
    """Where packages are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    path = pathlib.Path(base) / "cupel-bench" / "frequency" / "packages"
    path.mkdir(parents=True, exist_ok=True)
    return path


def fetch():
    """The archives of the list, fetched if they are not there."""
    text = (HERE / "gram_frequency.txt").read_text(encoding="utf-8")
    archives = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        kind, spec, name = line.split()
        path = folder() / name
        if not path.exists():
            command = ["npm", "pack", "--silent", "--ignore-scripts", spec]
            if kind == "wheel":
                command = [sys.executable, "-m", "pip", "download", "-q",
                           *WHEELS, spec]
            subprocess.run(command, check=True, cwd=folder(),
                           stdout=subprocess.DEVNULL)
        archives.append(path)
    return archives


def members(archive):
    """The contents of the files of an archive."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                with wheel.open(name) as file:
                    yield file.read(MOST_OF_FILE)
        return
    with tarfile.open(archive) as tar:
        for info in tar:
            file = tar.extractfile(info) if info.isfile() else None
            yield (file or io.BytesIO()).read(MOST_OF_FILE)


def programs(folders):
    """ELF files, every n-th of all, so that they add up to ELF_BYTES."""
    found = []
    for top in folders:
        for path in sorted(pathlib.Path(top).rglob("*")):
            if path.is_file() and not path.is_symlink():
                with open(path, "rb") as file:
                    if file.read(4) == b"\x7fELF":
                        found.append(path)
    total = sum(min(path.stat().st_size, MOST_OF_FILE) for path in found)
    for path in found[::max(1, -(-total // ELF_BYTES))]:
        with open(path, "rb") as file:
            yield file.read(MOST_OF_FILE)


def is_text(data):
    """As ClassOf of rules/plan/formula.h sees it."""
    return data[:2] != b"MZ" and all(
        b in b"\t\n\f\r\x1b" or 0x20 <= b < 0x7f for b in data[:4])


def grams_of(data):
    """The grams of the data by length, as numbers, the first byte lowest."""
    words = set()
    for start in range(4):
        whole = (len(data) - start) // 4 * 4
        words.update(array.array("I", data[start:start + whole]))
    threes = {word & 0xffffff for word in words}
    return {2: {three & 0xffff for three in threes}, 3: threes, 4: words}


class Corpus:
    """Weights of grams and counts of bytes."""

    def __init__(self):
        self.total = 0
        self.files = 0
        self.grams = {n: collections.defaultdict(int) for n in (2, 3, 4)}
        self.bytes = collections.Counter()

    def add(self, data):
        weight = CONSTANT + len(data)
        self.total += weight
        self.files += 1
        self.bytes.update(data)
        for n, found in grams_of(data.translate(FOLD)).items():
            grams = self.grams[n]
            for gram in found:
                grams[gram] += weight
            if len(grams) > MOST_GRAMS:
                self.forget(n)

    def forget(self, n):
        """Drops the rarest half."""
        grams = self.grams[n]
        middle = sorted(grams.values())[len(grams) // 2]
        self.grams[n] = collections.defaultdict(
            int, ((g, w) for g, w in grams.items() if w > middle))


def quoted(data):
    """The bytes as lines of a C string literal."""
    lines, line = [], ""
    for byte in data:
        char = chr(byte)
        if char in '"?':  # two of the latter may begin a trigraph
            char = "\\" + char
        elif not 0x20 <= byte < 0x7f:
            char = f"\\{byte:03o}"
        if len(line) + len(char) > 74:
            lines.append(line)
            line = ""
        line += char
    return "\n".join(f'    "{text}"' for text in [*lines, line])


def halves(part):
    """-log2 in halves, as the table has it."""
    return round(-2 * math.log2(part))


def table(name, corpus):
    """The lines of one corpus."""
    for n, grams in corpus.grams.items():
        levels = collections.defaultdict(list)
        best = sorted(grams.items(), key=lambda item: (-item[1], item[0]))
        for gram, weight in best[:KEPT[name][n]]:
            levels[halves(weight / corpus.total)].append(
                gram.to_bytes(n, "little"))
        for level, found in sorted(levels.items()):
            yield f"CUPEL_GRAMS({name}, {n}, {level},"
            yield quoted(b"".join(sorted(found))) + ")"
    many = sum(corpus.bytes.values())
    levels = bytes(min(60, halves(max(corpus.bytes[b], .5) / many))
                   for b in range(256))
    yield f"CUPEL_BYTES({name},"
    # Printable, so that the file stays text.
    yield quoted(bytes(level + 0x20 for level in levels)) + ")"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", type=pathlib.Path, default=HERE.parent / "src" /
                        "rules" / "plan" / "gram_table.inc")
    parser.add_argument("--elf", action="append")
    options = parser.parse_args()
    corpora = {"kText": Corpus(), "kBinary": Corpus()}
    for archive in fetch():
        print(archive.name, file=sys.stderr)
        for data in itertools.islice(members(archive), 0, None, EVERY):
            corpora["kText" if is_text(data) else "kBinary"].add(data)
    for data in programs(options.elf or ("/usr/bin", "/usr/lib")):
        corpora["kBinary"].add(data)
    with open(options.o, "w", encoding="ascii") as out:
        print("// Made by tools/gram_frequency.py; see there. Grams one after"
              " another, after\n// their length and -log2 of their chance in"
              " halves.", file=out)
        for name, corpus in corpora.items():
            print(f"// {name}: {corpus.files} files, weight {corpus.total}.",
                  file=out)
            for line in table(name, corpus):
                print(line, file=out)
    print(options.o, options.o.stat().st_size, "bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
