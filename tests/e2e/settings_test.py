"""cupel settings: keys, sealed settings, OpenKAT's rows, sealing anew."""

import json
import os
import stat
import unittest

from registry_support import SECRET, CatalogueTest

# Of OpenKAT's own code, run with these keys (bytes 1..32 and the public key of
# them).
OPENKAT = {
    "BOEFJES_KATALOGUS_PRIVATE_KEY": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
    "BOEFJES_KATALOGUS_PUBLIC_KEY": "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=",
}
OPENKAT_ROW = ("ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7ndTthOR/xBhDbvw6UvRXbBQmh4e9TvXh/OfWFZez"
               "AQ351s+kY9GUbuYoC68xf5cz/XzIbEpcI5ZMWVAEcFJiU1l8ktEJMAX3mek=")
OPENKAT_SETTINGS = {"SHODAN_API": "secret", "TOP_PORTS": 250, "\u00fc": None}
SETTINGS = {"API_KEY": SECRET, "TOP_PORTS": 250}


class Keys(CatalogueTest):
    def test_a_key_file_is_for_its_owner_only(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.keys).st_mode), 0o600)
        self.assertRegex(self.keys.read_text(), r"^cupel-key-1:\S+\n$")

    def test_a_key_file_is_never_written_over(self):
        before = self.keys.read_bytes()
        self.assertIn("keys", self.fails("settings", "keygen", "--output", self.keys))
        self.assertEqual(self.keys.read_bytes(), before)
        os.symlink(self.dir / "elsewhere", self.dir / "link")
        self.fails("settings", "keygen", "--output", self.dir / "link")
        self.assertFalse((self.dir / "elsewhere").exists())

    def test_without_a_file_it_is_shown(self):
        one, other = (self.cupel("settings", "keygen") for _ in range(2))
        self.assertRegex(one, r"^cupel-key-1:\S+\n$")
        self.assertNotEqual(one, other)

    def test_only_the_id_is_told_of_what_was_written(self):
        told = self.cupel("settings", "keygen", "--output", "more")
        self.assertNotIn((self.dir / "more").read_text().strip(), told)
        self.assertRegex(told, r"^more: key [0-9a-f]{16}\n$")

    def test_a_key_file_that_others_can_read_is_refused(self):
        os.chmod(self.keys, 0o644)
        complaint = self.fails("settings", "seal", "acme", "ports", stdin="{}")
        self.assertIn("keys", complaint)
        self.assertIn("chmod", complaint)

    def test_keys_that_are_none_are_not_shown(self):
        self.write("bad", SECRET + "\n")
        os.chmod(self.dir / "bad", 0o600)
        self.fails("settings", "seal", "acme", "ports", "--keys-file", "bad", stdin="{}")
        self.fails("settings", "seal", "acme", "ports", stdin="{}",
                   variables={"CUPEL_SETTINGS_KEYS": SECRET, "CUPEL_SETTINGS_KEYS_FILE": ""})

    def test_no_key_at_all(self):
        complaint = self.fails("settings", "seal", "acme", "ports", stdin="{}",
                               variables={"CUPEL_SETTINGS_KEYS_FILE": ""})
        self.assertIn("key", complaint)


class SealAndOpen(CatalogueTest):
    def seal(self, *arguments, **options):
        return self.cupel("settings", "seal", "acme", "ports", *arguments,
                          stdin=json.dumps(SETTINGS), **options).strip()

    def test_what_was_sealed_opens(self):
        row = self.seal()
        self.assertTrue(row.startswith("cupel1:"))
        for given, stdin in ((row, ""), ("-", row + "\n")):
            opened = self.cupel("settings", "open", given, "--organisation", "acme",
                                "--plugin", "ports", stdin=stdin, reveals=True)
            self.assertEqual(json.loads(opened), SETTINGS)

    def test_a_row_opens_for_its_owner_only(self):
        row = self.seal()
        for organisation, plugin in (("other", "ports"), ("acme", "plain")):
            complaint = self.fails("settings", "open", row, "--organisation", organisation,
                                   "--plugin", plugin)
            self.assertNotIn("acme", complaint.replace(organisation, ""))
        self.assertIn("--organisation", self.fails("settings", "open", row))

    def test_a_changed_row_is_refused(self):
        row = self.seal()
        for place in (7, 30, len(row) - 6):
            changed = row[:place] + ("A" if row[place] != "A" else "B") + row[place + 1:]
            self.fails("settings", "open", changed, "--organisation", "acme", "--plugin", "ports")
        self.fails("settings", "open", row[:-4], "--organisation", "acme", "--plugin", "ports")

    def test_a_lost_key_is_named(self):
        row = self.seal()
        lost = self.cupel("settings", "keygen", "--output", "new").split()[-1]
        complaint = self.fails("settings", "open", row, "--organisation", "acme",
                               "--plugin", "ports", "--keys-file", "new")
        self.assertRegex(complaint, "[0-9a-f]{16}")
        self.assertNotIn(lost, complaint)

    def test_openkats_row_opens_with_openkats_keys(self):
        opened = self.cupel("settings", "open", "--format", "openkat", OPENKAT_ROW,
                            variables=OPENKAT)
        self.assertEqual(json.loads(opened), OPENKAT_SETTINGS)
        old = {"KATALOGUS_PRIVATE_KEY_B64": OPENKAT["BOEFJES_KATALOGUS_PRIVATE_KEY"],
               "KATALOGUS_PUBLIC_KEY_B64": OPENKAT["BOEFJES_KATALOGUS_PUBLIC_KEY"]}
        self.assertEqual(self.cupel("settings", "open", OPENKAT_ROW, variables=old), opened)
        self.fails("settings", "open", "--format", "openkat", OPENKAT_ROW)

    def test_openkats_format_goes_there_and_back(self):
        row = self.seal("--format", "openkat", variables=OPENKAT)
        self.assertNotIn(":", row)
        opened = self.cupel("settings", "open", row, variables=OPENKAT, reveals=True)
        self.assertEqual(json.loads(opened), SETTINGS)

    def test_plain_rows_open_only_where_that_is_allowed(self):
        row = json.dumps(SETTINGS)
        self.fails("settings", "open", row)
        for allowed in (["--format", "identity"], ["--allow-plain"]):
            opened = self.cupel("settings", "open", row, *allowed, reveals=True)
            self.assertEqual(json.loads(opened), SETTINGS)

    def test_what_is_no_settings_is_not_shown(self):
        for bad in (f'{{"A": "{SECRET}"', f'["{SECRET}"]', f'{{"A": {SECRET}}}',
                    f'{{"A": "{SECRET}", "A": 1}}', ""):
            self.fails("settings", "seal", "acme", "ports", stdin=bad)
        self.fails("settings", "seal", "acme", "ports", stdin=b'{"A":"\xff"}')
        self.assertIn("nowhere", self.fails("settings", "seal", "acme", "ports", "nowhere"))


class Stored(CatalogueTest):
    def setUp(self):
        super().setUp()
        self.organisations("acme", "other")

    def show(self, organisation, *arguments, **options):
        return json.loads(self.cupel("settings", "show", organisation, "ports", "-p",
                                     self.plugins, *arguments, **options))

    def test_secrets_are_masked_unless_asked_for(self):
        self.set_secret("acme", TOP_PORTS=250)
        self.assertEqual(self.show("acme"), {"API_KEY": "***", "TOP_PORTS": 250})
        self.assertEqual(self.show("acme", "--reveal", reveals=True), SETTINGS)
        self.assertEqual(self.show("other"), {})

    def test_the_database_has_no_secret(self):
        self.set_secret("acme")
        for file in self.dir.glob("registry.db*"):
            self.assertNotIn(SECRET.encode(), file.read_bytes(), file)

    def test_settings_from_a_file(self):
        self.write("given.json", json.dumps(SETTINGS))
        self.cupel("settings", "set", "acme", "ports", "given.json", "-p", self.plugins)
        self.assertEqual(self.show("acme")["TOP_PORTS"], 250)

    def test_settings_that_do_not_fit(self):
        self.set_secret("acme", TOP_PORTS=5)
        complaint = self.fails("settings", "set", "acme", "ports", "-p", self.plugins,
                               stdin=json.dumps({"API_KEY": "x", "TOP_PORTS": SECRET}))
        self.assertIn("$.TOP_PORTS", complaint)
        complaint = self.fails("settings", "set", "acme", "ports", "-p", self.plugins, stdin="{}")
        self.assertIn("API_KEY", complaint)
        self.assertEqual(self.show("acme")["TOP_PORTS"], 5, "it stays as it was")

    def test_whose_is_not_there(self):
        for organisation, plugin, named in (("nobody", "ports", "nobody"),
                                            ("acme", "nothing", "nothing")):
            self.assertIn(named, self.fails("settings", "set", organisation, plugin, "-p",
                                            self.plugins, stdin='{"API_KEY":"x"}'))

    def test_no_database(self):
        complaint = self.fails("settings", "show", "acme", "ports",
                               variables={"CUPEL_DATABASE": ""})
        self.assertIn("--database", complaint)

    def test_what_is_no_database(self):
        self.write("text", "no database\n" * 1000)
        complaint = self.fails("settings", "show", "acme", "ports", "-d", "text")
        self.assertIn("text", complaint)

    def test_rotate(self):
        self.set_secret("acme")
        self.set_secret("other")
        self.cupel("settings", "keygen", "--output", "new")
        both = self.write("both", (self.dir / "new").read_text() + self.keys.read_text())
        os.chmod(both, 0o600)
        rotate = ("settings", "rotate", "--keys-file")
        self.assertEqual(self.cupel(*rotate, both),
                         "2 sealed anew, 0 were already, 0 failed\n")
        self.assertEqual(self.cupel(*rotate, both),
                         "0 sealed anew, 2 were already, 0 failed\n")
        # The old one is needed no more.
        self.assertEqual(self.show("acme", "--reveal", "--keys-file", "new", reveals=True),
                         {"API_KEY": SECRET})

    def test_rotate_shows_how_far_it_is(self):
        self.set_secret("acme")
        both = self.write("both", self.cupel("settings", "keygen") + self.keys.read_text())
        os.chmod(both, 0o600)
        done = self.process("settings", "rotate", "--progress", "always", "--keys-file", both)
        self.assertEqual(done.stdout, b"1 sealed anew, 0 were already, 0 failed\n")
        self.assertIn(b"1 of 1 rows", done.stderr)

    def test_rotate_tells_what_it_could_not_open(self):
        self.set_secret("acme")
        self.cupel("settings", "keygen", "--output", "new")
        complaint = self.fails("settings", "rotate", "--keys-file", "new", code=1)
        self.assertIn("acme/ports", complaint)
        self.assertRegex(complaint, "[0-9a-f]{16}")
        self.assertEqual(self.show("acme"), {"API_KEY": "***"})


if __name__ == "__main__":
    unittest.main()
