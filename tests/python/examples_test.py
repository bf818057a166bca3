"""The plugins in examples/plugins, on files that other programs made."""

import os
import pickle
import subprocess
import unittest

from driver import ROOT, Code, HostTest

PLUGINS = ROOT / "examples" / "plugins"


class Reduced:
    """Its pickle calls something when it is loaded."""

    def __init__(self, function, *arguments):
        self.state = function, arguments

    def __reduce__(self):
        return self.state


class PickleImports(HostTest):

    def scan(self, payload, options=None):
        suspicious = {"suspicious": ["os", "posix", "builtins"]}
        host = self.loaded(PLUGINS / "pickle-imports", "worker",
                           "pickle-imports", options or suspicious)
        answer = host.call("scan", payload)
        self.assertEqual(answer.code, Code.OK, answer.done)
        return answer

    def test_what_a_pickle_would_run(self):
        for protocol in (2, 3, 4, 5):
            with self.subTest(protocol):
                payload = pickle.dumps(
                    [1, "text", Reduced(os.system, "true")], protocol)
                answer = self.scan(payload)
                self.assertEqual(answer.results,
                                 [{"imports": ["posix.system"]}])
                [statement] = answer.statements
                self.assertEqual((statement.name, statement.weight,
                                  statement.meta),
                                 ("pickle-import", 10,
                                  '{"import": "posix.system"}'))
                self.assertLess(statement.offset, len(payload))

    def test_a_name_out_of_the_memo(self):
        payload = pickle.dumps(["posix", "system", "posix", Reduced(
            os.system, "true"), Reduced(os.system, "false")], 4)
        self.assertEqual(self.scan(payload).results[0]["imports"][0],
                         "posix.system")

    def test_data_alone(self):
        answer = self.scan(pickle.dumps({"a": [1, 2.5, b"x", None]}))
        self.assertEqual((answer.results, answer.statements),
                         ([{"imports": []}], []))

    def test_no_pickle(self):
        for path in ("/bin/true", "/etc/passwd"):
            with open(path, "rb") as file:
                self.assertEqual(self.scan(file.read()).results, [])

    def test_cut_short(self):
        whole = pickle.dumps(Reduced(os.system, "true"), 4)
        answer = self.scan(whole[:-1])
        self.assertEqual(answer.results, [{"imports": ["posix.system"]}])
        self.assertIn("no whole pickle: ", answer.errors[0].message)
        host = self.loaded(PLUGINS / "pickle-imports", "worker",
                           "pickle-imports", {"suspicious": []})
        for size in range(len(whole)):
            self.assertEqual(host.call("scan", whole[:size]).code, Code.OK)


class Strings(HostTest):

    def test_as_the_program_of_that_name(self):
        with open("/bin/true", "rb") as file:
            payload = file.read()
        # Its -d would leave out parts of the file.
        lines = subprocess.run(
            ["strings", "-a", "-n", "6", "/bin/true"], check=True,
            capture_output=True, text=True).stdout.splitlines()
        host = self.loaded(PLUGINS / "strings", "worker", "strings",
                           {"most_int": 100000})
        [result] = host.call("scan", payload).results
        # That program counts tabs as text, this does not.
        expected = [line for line in dict.fromkeys(lines)
                    if "\t" not in line]
        self.assertGreater(len(expected), 50)
        self.assertEqual([s for s in result["strings"] if s in expected],
                         expected)
        self.assertEqual(result["count"], len(result["strings"]))

    def test_options_of_the_manifest_and_of_the_host(self):
        payload = b"\0abcdef\0http://www.w3.org/x\0abc\0abcdef\0"
        for options, texts in (({}, ["abcdef"]),
                               ({"minimum_int": 3}, ["abcdef", "abc"])):
            host = self.loaded(PLUGINS / "strings", "worker", "strings",
                               options)
            [result] = host.call("scan", payload).results
            self.assertEqual(result["strings"], texts)

    def test_nothing(self):
        host = self.loaded(PLUGINS / "strings", "worker", "strings")
        self.assertEqual(host.call("scan", b"\0\1").results, [])


if __name__ == "__main__":
    unittest.main()
