#!/usr/bin/env python3
"""Packages a second through `cupel worker dragonfly`, against a loopback API.

Small packages: what is measured is what a package costs beside its scan (lease,
rules by hash, download, hand-over to a process, result). CUPEL names the program.
"""

import argparse
import io
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import fake_dragonfly  # noqa: E402


def sdist(number, files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for index in range(files):
            content = b"import os\n" * 100 + b"# %d %d\n" % (number, index)
            info = tarfile.TarInfo(f"p{number}-1/m{index}.py")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def measure(options, threads):
    # What includes another file is nothing that an API can give.
    texts = {p.stem: p.read_text(encoding="utf-8") for p in options.rules.glob("*.yar")}
    rules = {name: text for name, text in texts.items() if "\ninclude " not in text}
    with fake_dragonfly.FileHost() as host, \
            fake_dragonfly.Mainframe(auth="none", rules=rules) as mainframe, \
            tempfile.TemporaryDirectory() as folder:
        for number in range(options.packages):
            name = f"p{number}"
            mainframe.add(name, "1", [host.add(f"{name}-1.tar.gz", sdist(number, options.files))])
        environment = {"PATH": os.environ["PATH"], "TMPDIR": folder,
                       "DRAGONFLY_AUTH": "none", "DRAGONFLY_BASE_URL": mainframe.url,
                       "DRAGONFLY_THREADS": str(threads),
                       "CUPEL_WORKER_EXIT_WHEN_EMPTY": "true"}
        began = time.monotonic()
        subprocess.run([options.cupel, "worker", "dragonfly"], env=environment, cwd=folder,
                       check=True, timeout=600, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.monotonic() - began
        if not mainframe.finished():
            raise SystemExit("not all packages have a result")
    return options.packages / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--packages", type=int, default=500)
    parser.add_argument("--files", type=int, default=20, help="of a package")
    parser.add_argument("--rules", type=pathlib.Path, default=ROOT / "examples" / "rules")
    parser.add_argument("--cupel", default=os.environ.get(
        "CUPEL", str(ROOT / "build" / "release" / "bin" / "cupel")))
    options = parser.parse_args()
    print("| processes | packages/s | ms a package and process |\n|---|---|---|")
    for threads in (1, 2):
        rate = measure(options, threads)
        print(f"| {threads} | {rate:.0f} | {1000 * threads / rate:.1f} |", flush=True)


if __name__ == "__main__":
    main()
