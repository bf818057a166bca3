#!/usr/bin/env python3
"""Checks who includes whom: the layers, and one vendor, one directory.

Prints every include that the tables below do not allow, and exits with 1 if
there is one. A new arrow or a new library is a decision: it is made by a line
in these tables and in docs/architecture.md.
"""

import argparse
import pathlib
import re
import sys

# What each folder of src/ may include besides itself. Lowest layer first.
ARROWS = {
    "base": "",
    "format": "base",
    "budget": "base",
    "crypto": "base format",
    "pattern": "base",
    "fuzzyhash": "base",
    "magic": "base",
    "prefilter": "base",
    "schema": "base format pattern",
    "store": "base format budget crypto",
    "http": "base format budget",
    "queue": "base format budget crypto store",
    "job": "base format",
    "proto": "base format job",
    "environment": "base format crypto schema",
    "settings": "base format crypto schema",
    "dedup": "base format crypto job store",
    "payload": "base format budget crypto",
    "plugin": "base format budget crypto payload",
    "registry": "base format crypto schema pattern environment settings store"
                " plugin",
    "archive": "base format budget crypto payload",
    "yara": "base format budget",
    "rules": "base format budget crypto payload yara prefilter",
    # What rules said of bytes, in a database.
    "answers": "base format budget crypto store rules",
    # connector:http posts by http/, and spools in an outbox of queue/.
    "builtin": "base format budget crypto pattern fuzzyhash magic payload"
               " archive store http queue plugin",
    # Plain structs of the protocol come from proto/, which knows no plugins.
    # cupel-runner offers what is built in.
    "runner": "base format budget crypto proto plugin builtin",
    "report": "base format budget crypto payload rules plugin",
    "compat": "base format budget crypto job plugin report registry",
    # Containers speak OpenKAT's boefje API, which compat/ knows.
    "oci": "base format budget crypto job plugin compat",
    "pipeline": "base format budget crypto payload archive rules answers report"
                " plugin",
    # The pool and the sources of jobs. Who runs a job (scans, boefjes) is
    # handed to it by engine/.
    "worker": "base format budget crypto payload http queue store job proto"
              " plugin runner report registry compat",
    "engine": "base format budget crypto payload archive yara rules answers"
              " report pipeline schema store http queue job proto environment settings"
              " dedup registry plugin runner builtin compat oci worker",
    # What it needs from below, engine/ hands it.
    "capi": "base engine",
}

# The headers of each library, and the folders that may include them.
VENDORS = {
    "Abseil": (r"absl/.*", "src capi"),
    "fmt": (r"fmt/.*", "src capi examples/cli"),
    "libyara": (r"yara(/.*)?\.h", "src/yara"),
    "OpenSSL": (r"openssl/.*", "src/crypto"),
    "libsodium": (r"sodium(/.*)?\.h", "src/crypto"),
    "zlib": (r"(zlib|zconf)\.h", "src/archive"),
    "ISA-L": (r"isa-l/.*|isa-l\.h", "src/archive"),
    "bzip2": (r"bzlib\.h", "src/archive"),
    "liblzma": (r"lzma(/.*)?\.h", "src/archive"),
    "zstd": (r"(zstd|zstd_errors|zdict)\.h", "src/archive"),
    "lz4": (r"lz4(frame|hc|frame_static)?\.h", "src/archive"),
    "libarchive": (r"archive(_entry)?\.h", "src/archive"),
    "nlohmann/json": (r"nlohmann/.*", "src/format examples"),
    "Hyperscan": (r"hs(_common|_compile|_runtime)?\.h|hs/.*", "src/prefilter"),
    # Instructions of processors, as compilers have them.
    "intrinsics": (r"immintrin\.h", "src/prefilter"),
    "RE2": (r"re2/.*", "src/pattern"),
    "valijson": (r"valijson/.*", "src/schema"),
    "SQLite": (r"sqlite3(ext)?\.h", "src/store"),
    "libcurl": (r"curl/.*", "src/http"),
    "libpq": (r"libpq-fe\.h|libpq/.*", "plugins/postgresql"),
    "rabbitmq-c": (r"rabbitmq-c/.*|amqp.*\.h", "plugins/amqp"),
    "toml++": (r"toml\+\+/.*", "src/format"),
    "libseccomp": (r"seccomp\.h", "src/runner"),
    "protobuf": (r"google/protobuf/.*|.*\.pb\.h", "src/proto"),
    "Jansson": (r"jansson\.h", "examples/c"),
    "cpp-httplib": (r"httplib\.h", "examples/cli"),
    "libmagic": (r"magic\.h", "src/magic"),
    "TLSH": (r"tlsh\.h", "src/fuzzyhash"),
    "iconv": (r"iconv\.h", "src/builtin/reader"),
    "CLI11": (r"CLI/.*", "examples/cli"),
}

# <name.h> that come with C, POSIX and Linux, and belong to no vendor.
SYSTEM_C = re.compile(
    r"((sys|linux|arpa|net|netinet|asm)/[\w/]+"
    r"|assert|ctype|dirent|dlfcn|endian|errno|fcntl|fenv|float|fnmatch|getopt"
    r"|glob|grp|inttypes|limits|locale|malloc|math|netdb|poll|pthread|pwd|sched"
    r"|semaphore|setjmp|signal|spawn|stdarg|stdatomic|stdbool|stddef|stdint"
    r"|stdio|stdlib|string|strings|syscall|termios|time|uchar|ucontext|unistd"
    r"|utime|wchar|wctype)\.h")
CXX_STANDARD = re.compile(r"[a-z_0-9]+")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
SUFFIXES = {".h", ".hpp", ".c", ".cc", ".cpp"}


def sources(root, folder):
    top = root / folder
    if not top.is_dir():
        return
    for path in sorted(top.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            yield path


def includes(path):
    """(line number, quote, name) of every include of a file."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        yield line, match.group(1), match.group(2)


def under(place, folders):
    return any(place == f or place.startswith(f + "/") for f in folders)


def check_arrow(place, name):
    """Why a file of src/ or capi/ may not include "name", or None."""
    parts = place.split("/")
    module = "capi" if parts[0] == "capi" else parts[1]
    if module not in ARROWS:
        return f"src/{module} is in no layer: give it one in {__file__}"
    target = name.split("/")[0]
    allowed = ARROWS[module].split()
    if target == module or target in allowed:
        return None
    if target == "cupel":
        if module in ("capi", "engine") or name == "cupel/version.h":
            return None
        # The table of a plugin is the interface: nothing translates it.
        if name == "cupel/plugin.h" and module in ("plugin", "runner",
                                                   "builtin"):
            return None
        # So is that of a driver.
        if name == "cupel/queue_driver.h" and module == "queue":
            return None
        if name == "cupel/sql_driver.h" and module == "store":
            return None
        return "only capi/ and engine/ know the public headers"
    if target not in ARROWS:
        return f'"{name}" is neither a folder of src/ nor cupel/'
    return f"{module} may include only: {', '.join(allowed) or 'itself'}"


def check_example(root, path, name):
    """Why an example may not include "name", or None."""
    if name.startswith("cupel/"):
        return None
    tops = [path.parent, *path.parents]
    for top in tops[:tops.index(root / "examples") + 1]:
        found = (top / name).resolve()
        if found.is_file() and (root / "examples") in found.parents:
            return None
    return "examples use the public headers, cupel/…, and nothing else of ours"


def check_vendor(place, name):
    """Why a file may not include <name>, or None."""
    for vendor, (headers, folders) in VENDORS.items():
        if re.fullmatch(headers, name):
            if under(place, folders.split()):
                return None
            return f"{vendor} belongs to {folders.replace(' ', ', ')}"
    if CXX_STANDARD.fullmatch(name) or SYSTEM_C.fullmatch(name):
        return None
    return f"<{name}> is of no library known to {__file__}"


def problem(root, path, quote, name):
    place = path.relative_to(root).as_posix()
    # Vendors have headers such as yara/error.h too: ours is what is in src/.
    ours = quote == '"' and (root / "src" / name).is_file()
    vendor = not ours and any(re.fullmatch(headers, name)
                              for headers, _ in VENDORS.values())
    if place.startswith("include/"):
        if name.startswith("cupel/"):
            return None
        return check_vendor(place, name) if quote == "<" else (
            "an installed header includes only cupel/… and the standard")
    if quote == "<" and name.startswith("cupel/"):
        quote = '"'
    # An Abseil or fmt header is a vendor's whichever way it is quoted.
    if quote == "<" or vendor:
        return check_vendor(place, name)
    if place.startswith("examples/"):
        return check_example(root, path, name)
    return check_arrow(place, name)


def check_tables():
    """The allowed arrows only ever point at what stands above them."""
    seen = set()
    for module, allowed in ARROWS.items():
        for target in allowed.split():
            if target not in seen:
                yield f"{__file__}: {module} -> {target} points upwards"
        seen.add(module)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("root", nargs="?", type=pathlib.Path,
                        default=pathlib.Path(__file__).parent.parent)
    root = parser.parse_args().root.resolve()
    problems = list(check_tables())
    files = 0
    for folder in ("include", "src", "capi", "examples"):
        for path in sources(root, folder):
            files += 1
            for line, quote, name in includes(path):
                why = problem(root, path, quote, name)
                if why:
                    where = path.relative_to(root)
                    problems.append(f"{where}:{line}: {name}: {why}")
    print(*problems, sep="\n", end="\n" if problems else "")
    if not files:
        print(f"no sources under {root}")
    print(f"{files} files, {len(problems)} includes that are not allowed")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
