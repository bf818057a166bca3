"""cupel plugins run: one plugin on one payload, of every kind there is."""

import json
import os
import subprocess
import unittest

from support import ROOT, TempDirTest, run

PLUGINS = ROOT / "examples" / "plugins"
ROT = """from stoq.plugins import StoqDecoderPlugin


class Rot(StoqDecoderPlugin):
    def decode(self, payload, **kwargs):
        return [({"by": self.by_int}, bytes((b + self.by_int) % 256 for b in payload))]
"""
COUNT = """from cupel.plugin import Call, worker


@worker
def scan(call: Call):
    return {"size": len(call.bytes), "most": call.options["most"]}
"""


class RunTest(TempDirTest):
    def run_json(self, *arguments, code=0, stdin=None):
        done = run("plugins", "run", "--format", "json", *arguments, input=stdin)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return json.loads(done.stdout)

    def fails(self, *arguments, code=2):
        done = run("plugins", "run", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr.decode()

    def rot(self):
        self.write("p/rot/rot.stoq", "[Core]\nName = rot\nModule = rot\n"
                   "[options]\nby_int = 13\n")
        self.write("p/rot/rot.py", ROT)
        return self.dir / "p"

    def test_a_builtin_decoder(self):
        text = b"The quick brown fox\n" * 100
        encoded = subprocess.run(["base64"], input=text, capture_output=True, check=True)
        self.write("in", encoded.stdout)
        told = self.run_json("decoder", "base64", self.dir / "in",
                             "--output", self.dir / "out")
        self.assertEqual(told["status"], "OK")
        self.assertEqual(told["tier"], "builtin")
        self.assertEqual((self.dir / "out" / "child-000001").read_bytes(), text)
        again = self.fails("decoder", "base64", self.dir / "in", "--output", self.dir / "out")
        self.assertIn("child-000001", again)
        self.assertIn("exists", again)

    def test_standard_input_and_text(self):
        done = run("plugins", "run", "decoder", "hex", "-", input=b"48656c6c6f")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout.decode(), r"CHILD +SIZE +SHA256 +NAME\n1 +5 ")

    def test_a_stoq_folder_as_it_is(self):
        told = self.run_json("decoder", "rot", "-", "-p", self.rot(),
                             "--output", self.dir / "out", stdin=b"Uryyb")
        self.assertEqual(told["tier"], "process")
        self.assertEqual(told["children"][0]["metadata"], {"by": 13})
        self.assertEqual((self.dir / "out" / "child-000001").read_bytes(),
                         bytes((b + 13) % 256 for b in b"Uryyb"))

    def test_options_reach_it_with_their_precedence(self):
        folder = self.rot()
        config = self.write("stoq.cfg", "[core]\nmax_recursion = 3\n[rot]\nby_int = 2\n")
        self.write("file", b"abc")
        arguments = ("decoder", "rot", self.dir / "file", "-p", folder)
        by = [
            self.run_json(*arguments)["children"][0]["metadata"]["by"],
            self.run_json(*arguments, "-c", config)["children"][0]["metadata"]["by"],
        ]
        os.environ["CUPEL_PLUGIN_DECODER_ROT_BY_INT"] = "3"
        self.addCleanup(os.environ.pop, "CUPEL_PLUGIN_DECODER_ROT_BY_INT")
        by.append(self.run_json(*arguments, "-c", config)["children"][0]["metadata"]["by"])
        by.append(self.run_json(*arguments, "-c", config, "--plugin-opt", "rot:by_int=4")
                  ["children"][0]["metadata"]["by"])
        self.assertEqual(by, [13, 2, 3, 4])

    def test_a_plugin_of_our_own_dialect(self):
        self.write("p/count/plugin.json", json.dumps({
            "category": "worker", "name": "count", "module": "count.py",
            "options": {"most": 5}}))
        self.write("p/count/count.py", COUNT)
        told = self.run_json("worker", "count", "/bin/ls", "-p", self.dir / "p",
                             "--plugin-opt", "worker:count:most=7")
        self.assertEqual(told["results"], [{"size": os.stat("/bin/ls").st_size, "most": 7}])

    def test_the_examples_that_come_with_it(self):
        for name in ("pickle-imports", "strings"):
            with self.subTest(name):
                done = run("plugins", "show", f"worker:{name}", "-p", PLUGINS, "-f", "json")
                self.assertEqual(json.loads(done.stdout)["state"], "sound", done.stderr)

    def test_built_in_ones_in_a_process_too(self):
        told = self.run_json("decoder", "hex", "-", "--min-tier", "process", stdin=b"4869")
        self.assertEqual(told["tier"], "process")
        self.assertEqual(told["children"][0]["size"], 2)

    def test_a_plugin_that_fails(self):
        self.write("p/rot/rot.stoq", "[Core]\nName = rot\nModule = rot\n")
        self.write("p/rot/rot.py", ROT)  # without its option
        complaint = self.fails("decoder", "rot", "/bin/ls", "-p", self.dir / "p", code=1)
        self.assertIn("by_int", complaint)

    def test_what_cannot_be_run_says_why(self):
        self.assertIn("decoder:base64", self.fails("decoder", "base46", "/bin/ls"))
        self.assertIn("no category 'codec'", self.fails("codec", "x", "/bin/ls"))
        self.assertIn("nowhere", self.fails("decoder", "hex", "nowhere"))
        self.assertIn("--timeout", self.fails("decoder", "hex", "/bin/ls", "--timeout", "soon"))
        self.write("p/bad/plugin.json", '{"category":"worker","name":"bad","module":"x.py"}')
        complaint = self.fails("worker", "bad", "/bin/ls", "-p", self.dir / "p")
        self.assertIn("there is no file x.py", complaint)

    def test_unknown_options_are_warned_of(self):
        done = run("plugins", "run", "decoder", "rot", "/bin/ls", "-p", self.rot(),
                   "--plugin-opt", "rot:by_itn=1", "--plugin-opt", "rota:x=1")
        self.assertIn("command line: decoder:rot has no option 'by_itn'. Is it 'by_int'?",
                      done.stderr.decode())
        self.assertIn("Is it 'rot'?", done.stderr.decode())

    def test_secrets_are_not_shown(self):
        arguments = ("plugins", "show", "decoder:rot", "-p", self.rot(),
                     "--plugin-opt", "rot:api_key=hunter2")
        done = run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(b"hunter2", done.stdout + done.stderr)
        self.assertIn(b"command line", done.stdout)
        self.assertIn(b"hunter2", run(*arguments, "--reveal").stdout)


class InstallTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.write("src/rot/rot.stoq", "[Core]\nName = rot\nModule = rot\n")
        self.write("src/rot/rot.py", ROT + "\nopen('ran', 'w')\n")
        self.write("src/rot/__pycache__/rot.pyc", b"x")
        self.into = self.dir / "plugins"

    def install(self, *arguments, code=0, folder=None):
        done = run("plugins", "install", folder or self.dir / "src" / "rot",
                   "--into", self.into, *arguments, cwd=self.dir)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        leftovers = [p for p in self.into.glob(".*")] if self.into.exists() else []
        self.assertEqual(leftovers, [])
        return done.stdout.decode() if code == 0 else done.stderr.decode()

    def test_it_is_copied_and_not_run(self):
        os.chmod(self.dir / "src/rot/rot.py", 0o6755)
        self.assertIn("installed decoder:rot", self.install())
        self.assertEqual(sorted(p.name for p in (self.into / "rot").iterdir()),
                         ["rot.py", "rot.stoq"])
        self.assertEqual((self.into / "rot/rot.py").stat().st_mode & 0o7777, 0o755)
        self.assertEqual((self.into / "rot/rot.stoq").stat().st_mode & 0o7777, 0o644)
        self.assertFalse((self.dir / "ran").exists())

    def test_an_upgrade_has_to_be_asked_for(self):
        self.install()
        self.write("src/rot/rot.py", ROT + "# newer\n")
        self.assertIn("upgrade", self.install(code=2))
        self.assertNotIn("newer", (self.into / "rot/rot.py").read_text())
        self.assertIn("replaced", self.install("--upgrade"))
        self.assertIn("newer", (self.into / "rot/rot.py").read_text())

    def test_what_is_no_plugin_is_not_replaced(self):
        precious = self.write("plugins/rot/thesis.txt", "years of work")
        self.assertIn("not the folder of a plugin", self.install("--upgrade", code=2))
        self.assertEqual(precious.read_text(), "years of work")

    def test_links_out_of_it(self):
        self.write("secret", "hunter2")
        for target in ("../../secret", "/etc/passwd", "nothing", "."):
            with self.subTest(target):
                link = self.dir / "src/rot/data"
                link.symlink_to(target)
                self.assertIn("data", self.install(code=2))
                link.unlink()
        self.assertFalse((self.into / "rot").exists())
        (self.dir / "src/rot/same.py").symlink_to("rot.py")
        self.install()
        self.assertFalse((self.into / "rot/same.py").is_symlink())

    def test_broken_ones_and_no_plugins(self):
        self.write("empty/readme", "")
        self.assertIn("no plugin's folder", self.install(code=2, folder=self.dir / "empty"))
        self.write("src/rot/rot.stoq", "[Core]\nName = rot\nModule = gone\n")
        self.assertIn("gone.py", self.install(code=2))
        self.assertIn("nowhere", self.install(code=2, folder=self.dir / "nowhere"))

    def test_twice_under_another_name(self):
        self.install()
        (self.dir / "src/rot").rename(self.dir / "src/rot2")
        self.assertIn("decoder:rot is there already",
                      self.install("--upgrade", code=2, folder=self.dir / "src/rot2"))

    def test_into_itself(self):
        self.into = self.dir / "src/rot/sub"
        self.assertIn("it lies there", self.install(code=2))

    def test_every_dialect(self):
        for folder in (PLUGINS / "dns-records", PLUGINS / "pickle-imports", PLUGINS / "strings"):
            self.install(folder=folder)
        done = run("plugins", "check", self.into)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
