#!/usr/bin/env python3
"""Corpora that this machine makes: programs, and one large archive.

bin: 500 of the system's own ELF files in ten .tgz, and PE files that mingw
makes, in two .zip. big: one .tgz of 1 GB, of the packages of npm and PyPI, each
file made another one by a line of its own, so that no two are equal.

  binaries.py [bin] [big]     writes them and prints where they are
"""

import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import cache
import corpus
import unpack
from generator import strings, words
from generator.draw import Draw

VERSION = {"bin": "1", "big": "1"}
ELF_FILES, ELF_ARCHIVES = 500, 10
PE_FILES, PE_ARCHIVES = 60, 2
SMALLEST, LARGEST = 4 << 10, 4 << 20
BIG = 10 ** 9
MINGW = "x86_64-w64-mingw32-gcc"


def _is_elf(path):
    try:
        with open(path, "rb") as file:
            return file.read(4) == b"\x7fELF"
    except OSError:
        return False


def _system_elf():
    """As many as are wanted, evenly out of the sorted list of all."""
    found = []
    for top in ("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec"):
        for folder, _, names in os.walk(top):
            for name in names:
                path = pathlib.Path(folder, name)
                if path.is_symlink() or not path.is_file():
                    continue
                if (SMALLEST <= path.stat().st_size <= LARGEST and
                        _is_elf(path)):
                    found.append(path)
    found.sort()
    if len(found) < ELF_FILES:
        sys.exit("only {} ELF files on this system, {} are wanted".format(
            len(found), ELF_FILES))
    return [found[i * len(found) // ELF_FILES] for i in range(ELF_FILES)]


_CALLS = (
    'MessageBoxA(0, text[{n}], "{w}", 0);',
    'HMODULE m = LoadLibraryA("{w}.dll"); if (m) GetProcAddress(m, "{v}{w}");',
    'CreateFileA(text[{n}], GENERIC_READ, 0, 0, OPEN_EXISTING, 0, 0);',
    'void *p = VirtualAlloc(0, 4096 + {n}, MEM_COMMIT, PAGE_READWRITE); '
    'memset(p, {n}, 4096);',
    'HKEY k; RegOpenKeyExA(HKEY_CURRENT_USER, text[{n}], 0, KEY_READ, &k);',
    'printf("%s {v} %d\\n", text[{n}], (int)GetTickCount());')


def _program(draw, index, library):
    """The source of a program with a few functions and many texts."""
    texts = [strings.text_string(draw) for _ in range(draw.between(20, 400))]
    # The literal only, without YARA's modifiers.
    texts = [text[:text.rindex('"') + 1] for text in texts]
    functions = []
    for number in range(draw.between(5, 60)):
        body = "\n  ".join(
            "{ " + draw.pick(_CALLS).format(
                n=draw.below(len(texts)), w=strings.made_up(draw, 2),
                v=draw.pick(words.VERBS)) + " }"
            for _ in range(draw.between(1, 8)))
        functions.append("{}int f{}(int a) {{\n  {}\n  return a * {};\n}}".format(
            "__declspec(dllexport) " if library else "", number, body,
            draw.between(2, 99)))
    calls = " + ".join("f{}(a)".format(i) for i in range(len(functions)))
    head = ("#include <windows.h>\n#include <stdio.h>\n#include <string.h>\n"
            "static const char *text[] = {\n  " + ",\n  ".join(texts) + "};\n")
    main = ("BOOL WINAPI DllMain(HINSTANCE h, DWORD r, LPVOID p) "
            "{ return h && r && !p; }" if library else
            "int main(int a, char **v) {{ return v && ({}); }}".format(calls))
    return "/* {} */\n".format(index) + head + "\n".join(functions) + "\n" + main


def _make_pe(folder):
    """Compiles the programs; gives their paths."""
    if not shutil.which(MINGW):
        sys.exit("no {}: install gcc-mingw-w64-x86-64-win32".format(MINGW))
    draw = Draw(7)
    made = []
    for index in range(PE_FILES):
        library = index % 3 == 0
        source = folder / "p{:02d}.c".format(index)
        source.write_text(_program(draw, index, library), encoding="utf-8")
        target = source.with_suffix(".dll" if library else ".exe")
        options = [draw.pick(("-O0", "-O2", "-Os"))]
        options += ["-s"] if draw.chance(0.5) else []
        options += ["-shared"] if library else []
        cache.run([MINGW, "-w", *options, "-o", target, source, "-ladvapi32",
                   "-luser32", "-Wl,--no-insert-timestamp"])
        made.append(target)
    # mingw's own run-time libraries are programs that people ship.
    library = subprocess.run([MINGW, "-print-libgcc-file-name"], check=True,
                             capture_output=True, text=True).stdout.strip()
    made += sorted(path for path in pathlib.Path(library).parent.glob("*.dll")
                   if path.stat().st_size <= LARGEST)
    return made


def _make_bin(folder):
    files = _system_elf()
    for number in range(ELF_ARCHIVES):
        with tarfile.open(folder / "elf-{}.tgz".format(number), "w:gz",
                          compresslevel=6) as tar:
            for path in files[number::ELF_ARCHIVES]:
                info = tarfile.TarInfo(str(path).lstrip("/"))
                info.size = path.stat().st_size
                with open(path, "rb") as file:
                    tar.addfile(info, file)
    with tempfile.TemporaryDirectory() as scratch:
        made = _make_pe(pathlib.Path(scratch))
        for number in range(PE_ARCHIVES):
            with zipfile.ZipFile(folder / "pe-{}.zip".format(number), "w",
                                 zipfile.ZIP_DEFLATED) as archive:
                for path in made[number::PE_ARCHIVES]:
                    archive.write(path, "pe/" + path.name)


def _make_big(folder):
    members = sorted(path for name in ("npm", "pypi")
                     for path in corpus.tree(name).rglob("*")
                     if path.is_file() and not path.is_symlink())
    written = 0
    with tarfile.open(folder / "big.tgz", "w:gz", compresslevel=3) as tar:
        while written < BIG:
            for path in members:
                # Behind, so that magics stay; for text it is a comment.
                data = path.read_bytes() + b"\n// %d\n" % written
                info = tarfile.TarInfo("r{}/{}".format(
                    written // 10 ** 8, path.relative_to(cache.root())))
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
                written += len(data)
                if written >= BIG:
                    break


_MAKE = {"bin": _make_bin, "big": _make_big}


def make(name, with_tree=True):
    """The corpus `name`, made if it is not there in this version."""
    stamp = cache.root() / "packages" / (name + ".version")
    if not cache.mark(stamp, VERSION[name]):
        for folder in (corpus.packages(name), corpus.tree(name)):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        print("making the corpus {}".format(name), file=sys.stderr)
        _MAKE[name](corpus.packages(name))
        stamp.write_text(VERSION[name], encoding="utf-8")
    if with_tree:
        for archive in sorted(corpus.packages(name).iterdir()):
            target = corpus.tree(name) / archive.name
            if not target.exists():
                unpack.unpack(archive, target)
    return name


def main():
    for name in sys.argv[1:] or ("bin", "big"):
        print(corpus.packages(make(name, with_tree=name != "big")))


if __name__ == "__main__":
    main()
