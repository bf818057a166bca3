"""What the end-to-end tests share: running the program, making archives."""

import io
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "examples" / "rules"
CUPEL = os.environ.get("CUPEL", str(ROOT / "build" / "release" / "bin" / "cupel"))


def run(*arguments, **options):
    """Runs `cupel`; returns the finished process."""
    options.setdefault("timeout", 300)
    return subprocess.run([CUPEL, *map(str, arguments)], capture_output=True, **options)


def scan(*arguments):
    """The JSON report of `cupel scan`, without timing."""
    done = run("scan", "--format", "json", "--no-timing", *arguments)
    if done.returncode not in (0, 1, 3, 4) or not done.stdout:
        raise AssertionError(f"exit {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def tool(*command, cwd=None):
    """Runs another program; its absence is a failure, never a skip."""
    subprocess.run([str(c) for c in command], cwd=cwd, check=True, timeout=300,
                   stdout=subprocess.DEVNULL)


def tar_bytes(members, mode="w:gz"):
    """A tar archive of {name: bytes}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_bytes(members, compression=zipfile.ZIP_DEFLATED):
    """A zip archive of {name: bytes}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


class TempDirTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="cupel-e2e-")
        self.addCleanup(self._folder.cleanup)
        self.dir = pathlib.Path(self._folder.name)

    def write(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def incidents(self, report):
        """{(kind, name, path)} of a report."""
        paths = {p["id"]: p["path"] for p in report["payloads"]}
        return {(i["kind"], i["name"], paths.get(i["payload"])) for i in report["incidents"]}
