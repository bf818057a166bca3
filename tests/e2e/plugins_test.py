"""cupel plugins: folders of plugins, looked at without running any of them."""

import hashlib
import json
import os
import unittest

from registry_support import EXAMPLE_PLUGINS, PORTS, CatalogueTest


class PluginsTest(CatalogueTest):
    def break_one(self):
        self.write("plugins/broken/__init__.py", "")
        self.write("plugins/broken/boefje.json", '{"id": "broken",\n "name": }')

    def list_json(self, *folders):
        found = self.cupel("plugins", "list", "--format", "json", *folders)
        return json.loads(found)["plugins"]

    def tearDown(self):
        self.assertFalse((self.dir / "ran").exists(), "a plugin's code was run")

    def test_list(self):
        text = self.cupel("plugins", "list", self.plugins)
        rows = [line.split() for line in text.splitlines()]
        self.assertEqual(rows[0], ["ID", "KIND", "VERSION", "STATE", "NAME"])
        self.assertEqual(rows[1], ["plain", "boefje", "-", "sound", "Plain"])
        self.assertEqual(rows[2], ["ports", "boefje", "-", "sound", "Open", "ports"])
        self.assertEqual(text.splitlines()[-1], "2 plugins")

    def test_list_of_nothing(self):
        (self.dir / "empty").mkdir()
        self.assertEqual(self.cupel("plugins", "list", "empty"), "0 plugins\n")

    def test_list_of_what_is_built_in(self):
        for arguments in ((), (self.plugins, "--builtin")):
            found = {p["id"]: p for p in self.list_json(*arguments)}
            self.assertEqual(found["decoder:base64"]["kind"], "builtin")
            self.assertEqual(found["decoder:base64"]["state"], "sound")
            self.assertEqual("ports" in found, arguments != ())
        self.assertRegex(self.cupel("plugins", "list"), r"decoder:xor +builtin +\S+ +sound")

    def test_list_of_our_own_and_of_stoqs(self):
        self.write("plugins/own/plugin.json",
                   '{"category":"worker","name":"own","module":"own.py","version":"3"}')
        self.write("plugins/own/own.py", "open('ran', 'w')")
        found = {p["id"]: p for p in self.list_json(self.plugins)}
        self.assertEqual(found["worker:own"]["kind"], "cupel")
        self.assertEqual(found["worker:own"]["plugin"]["module"], "own.py")
        self.write("plugins/own/plugin.json",
                   '{"category":"worker","name":"own","module":"own.py","extra":3}')
        complaint = self.fails("plugins", "check", self.plugins, code=1)
        self.assertIn("own/plugin.json: $.extra", complaint)

    def test_a_broken_one_hides_no_other(self):
        self.break_one()
        done = self.process("plugins", "list", self.plugins)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = done.stdout.decode()
        for name in ("plain", "ports", "broken"):
            self.assertIn(name, text)
        self.assertIn("3 plugins, 1 broken", text)
        self.assertIn("broken/boefje.json", done.stderr.decode())
        states = {p["id"]: p["state"] for p in self.list_json(self.plugins)}
        self.assertEqual(states.pop("plain"), "sound")
        self.assertEqual(states.pop("ports"), "sound")
        self.assertEqual(list(states.values()), ["broken"])

    def test_the_plugins_that_come_with_it_are_sound(self):
        self.assertIn("0 with a problem", self.cupel("plugins", "check", EXAMPLE_PLUGINS))
        kinds = {p["id"]: p["kind"] for p in self.list_json(EXAMPLE_PLUGINS)}
        self.assertEqual(kinds["dns-records"], "boefje")
        self.assertEqual(kinds["dns-records-normalize"], "normalizer")

    def test_check_names_file_line_and_reason(self):
        self.break_one()
        complaint = self.fails("plugins", "check", self.plugins, code=1)
        self.assertRegex(complaint, r"broken/boefje\.json.*line 2")

    def test_check_names_both_of_a_duplicate(self):
        self.add_plugin("again", PORTS)
        complaint = self.fails("plugins", "check", self.plugins, code=1)
        self.assertIn("plugins/again", complaint)
        self.assertIn("plugins/ports", complaint)
        states = [p["state"] for p in self.list_json(self.plugins) if p["id"] == "ports"]
        self.assertEqual(sorted(states), ["duplicate", "sound"])

    def test_check_names_a_schema_that_cannot_be_held(self):
        self.add_plugin("odd", {"id": "odd", "name": "Odd", "scan_level": 1},
                        {"type": "object", "properties": {"A": {"$ref": "http://x.example/"}}})
        complaint = self.fails("plugins", "check", self.plugins, code=1)
        self.assertIn("schema.json", complaint)

    def test_show(self):
        shown = json.loads(self.cupel("plugins", "show", self.plugins, "ports"))
        self.assertEqual(shown["state"], "sound")
        self.assertEqual(shown["plugin"]["scan_level"], 2)
        self.assertIn("'nothing'", self.fails("plugins", "show", self.plugins, "nothing"))

    def test_hash_is_openkats(self):
        expected = hashlib.sha256()
        for name in ("__init__.py", "boefje.json", "main.py", "schema.json"):
            expected.update((self.plugins / "ports" / name).read_bytes())
        hashes = json.loads(
            self.cupel("plugins", "hash", self.plugins / "ports", "--format", "json"))
        self.assertEqual(hashes["runnable_hash"], expected.hexdigest())
        text = self.cupel("plugins", "hash", self.plugins / "ports")
        self.assertIn(hashes["runnable_hash"], text)
        self.assertIn(hashes["content_hash"], text)

    def test_only_the_other_hash_sees_a_new_name(self):
        command = ("plugins", "hash", self.plugins / "ports", "--format", "json")
        before = json.loads(self.cupel(*command))
        (self.plugins / "ports" / "main.py").rename(self.plugins / "ports" / "main2.py")
        after = json.loads(self.cupel(*command))
        self.assertEqual(before["runnable_hash"], after["runnable_hash"])
        self.assertNotEqual(before["content_hash"], after["content_hash"])

    def test_names_that_could_steer_a_terminal(self):
        self.add_plugin("evil", {"id": "e", "name": "\x1b[2J\x07name", "scan_level": 1})
        os.makedirs(os.fsencode(self.plugins) + b"/b\xff\x1bd")
        with open(os.fsencode(self.plugins) + b"/b\xff\x1bd/__init__.py", "wb"):
            pass
        with open(os.fsencode(self.plugins) + b"/b\xff\x1bd/boefje.json", "wb") as file:
            file.write(b'{"id": "\x1b"}')
        for command in ("list", "check"):
            done = self.process("plugins", command, self.plugins)
            self.assertNotIn(b"\x1b", done.stdout + done.stderr)
            self.assertNotIn(b"\x07", done.stdout + done.stderr)

    def test_what_is_no_file_does_not_block(self):
        self.write("plugins/pipe/__init__.py", "")
        os.mkfifo(self.plugins / "pipe" / "boefje.json")
        os.symlink(self.plugins, self.plugins / "round")
        states = [p["state"] for p in self.list_json(self.plugins)]
        self.assertEqual(sorted(states), ["broken", "sound", "sound"])

    def test_wrong_use(self):
        self.assertIn("nowhere", self.fails("plugins", "list", "nowhere"))
        self.assertIn("nowhere", self.fails("plugins", "hash", "nowhere"))
        for arguments in ([], ["check"], ["nonsense"], ["show"],
                          ["list", self.plugins, "--format", "xml"]):
            with self.subTest(arguments):
                self.assertIn("--help", self.fails("plugins", *arguments))


if __name__ == "__main__":
    unittest.main()
