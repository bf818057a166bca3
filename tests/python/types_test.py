"""The host's own code: types, and lines that fit."""

import subprocess
import tempfile
import unittest

from driver import PACKAGE, ROOT


class TypesTest(unittest.TestCase):

    def test_mypy(self):
        with tempfile.TemporaryDirectory() as cache:
            done = subprocess.run(
                ["/usr/bin/mypy", "--strict", "--cache-dir", cache, "-p",
                 "cupel"], cwd=PACKAGE, capture_output=True, text=True,
                timeout=280)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_lines_fit(self):
        long = [f"{path}:{number}" for folder in (
                    PACKAGE / "cupel", ROOT / "tests" / "python")
                for path in folder.rglob("*.py")
                for number, line in enumerate(
                    path.read_text().splitlines(), 1) if len(line) > 80]
        self.assertEqual(long, [])


if __name__ == "__main__":
    unittest.main()
