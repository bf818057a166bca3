"""Where the benchmark keeps what it fetched: outside the repository."""

import hashlib
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def root():
    """The cache folder; it is made if it is not there."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    path = pathlib.Path(base) / "cupel-bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


def sha256(path):
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(command, **options):
    """Runs a program; its output goes to stderr. Exits if it fails."""
    options.setdefault("stdout", sys.stderr)
    done = subprocess.run([str(part) for part in command], check=False,
                          **options)
    if done.returncode:
        sys.exit("{}: exit code {}; the command was: {}".format(
            command[0], done.returncode,
            " ".join(map(str, command[:8])) + " ..."))


def python_tool(requirement):
    """Installs a pinned wheel into the cache once; gives its folder.

    Wheels only: nothing of the package runs while it is installed.
    """
    path = root() / "tools" / requirement.replace("==", "-")
    done = path / ".done"
    if not done.exists():
        run([sys.executable, "-m", "pip", "install", "-q", "--target", path,
             "--upgrade", "--only-binary=:all:", requirement])
        done.touch()
    return path


def mark(path, text):
    """True if the stamp file holds the text, which stands for an input."""
    return path.exists() and path.read_text(encoding="utf-8") == text
