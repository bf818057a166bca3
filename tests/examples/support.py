"""What the tests of the examples share: one program, in every language."""

import os
import pathlib
import subprocess
import sys
import tempfile
import typing
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "examples" / "rules"
PACKAGES = ROOT / "examples" / "packages"
PLUGINS = ROOT / "examples" / "plugins"

# Folders with programs, by language, and what the library's bindings need.
# CUPEL_EXAMPLES names the languages to be compared: none is left out because
# it happens not to be built.
PROGRAMS = pathlib.Path(os.environ.get(
    "CUPEL_EXAMPLES_DIR", ROOT / "build" / "release" / "bin" / "examples"))
LANGUAGES = os.environ.get("CUPEL_EXAMPLES", "c cpp python go").split()


class Outcome(typing.NamedTuple):
    """How a program ended, the same in every language but for `errors`."""
    code: int
    output: str
    errors: dict[str, str]

    @property
    def lines(self):
        return self.output.splitlines()


def command(language, name):
    if language == "python":
        return [sys.executable, "-B",
                str(ROOT / "examples" / "python" / f"{name}.py")]
    return [str(PROGRAMS / language / name)]


class ExamplesTest(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cupel-examples-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content.encode() if isinstance(content, str)
                         else content)
        return path

    def one(self, language, name, *arguments, env=None):
        """Runs the program of one language to its end."""
        kept = {key: value for key, value in os.environ.items()
                if not key.startswith(("BOEFJE", "CUPEL_SETTINGS"))}
        return subprocess.run(
            [*command(language, name), *map(str, arguments)],
            capture_output=True, check=False, timeout=120,
            env={**kept, **(env or {})})

    def every(self, name, *arguments, env=None):
        """Runs it in every language; they must not differ."""
        done = {}
        for language in LANGUAGES:
            # A placeholder, for files that each has to have for itself.
            own = [str(argument).replace("LANGUAGE", language)
                   for argument in arguments]
            done[language] = self.one(language, name, *own, env=env)
        first = done[LANGUAGES[0]]
        for language, other in done.items():
            with self.subTest(language):
                self.assertEqual(
                    (first.returncode, first.stdout.decode()),
                    (other.returncode, other.stdout.decode()),
                    f"{LANGUAGES[0]} says: {first.stderr.decode()}\n"
                    f"{language} says: {other.stderr.decode()}")
        return Outcome(first.returncode, first.stdout.decode(),
                       {language: other.stderr.decode()
                        for language, other in done.items()})

    def assert_refused(self, outcome, name, *words):
        """Exit status 2, and one line on standard error that says it all."""
        self.assertEqual(2, outcome.code, outcome)
        for language, errors in outcome.errors.items():
            with self.subTest(language):
                self.assertEqual(1, errors.count("\n"), errors)
                self.assertTrue(errors.startswith(f"{name}: "), errors)
                for word in words:
                    self.assertIn(word, errors)
