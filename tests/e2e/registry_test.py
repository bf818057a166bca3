"""cupel registry: organisations, what they enabled, export and import, tokens."""

import json
import re
import unittest

from registry_support import EXAMPLE_PLUGINS, SECRET, CatalogueTest


class Example(CatalogueTest):
    def test_the_example_of_the_documentation(self):
        plugins = ("-p", EXAMPLE_PLUGINS)
        self.cupel("registry", "organisation", "add", "acme", "Acme Inc.")
        self.cupel("settings", "set", "acme", "dns-records", *plugins,
                   stdin='{"REMOTE_NS": "9.9.9.9"}')
        self.cupel("registry", "enable", "acme", "dns-records", *plugins)
        listed = self.cupel("registry", "list", "acme", *plugins)
        self.assertRegex(listed, r"(?m)^dns-records +boefje +enabled +folder +DNS records$")
        self.assertRegex(listed, r"(?m)^dns-records-normalize +normalizer +")
        shown = self.cupel("registry", "environment", "acme", "dns-records", "--reveal", *plugins)
        self.assertRegex(shown, r"(?m)^REMOTE_NS +settings +9\.9\.9\.9$")
        self.assertRegex(self.cupel("plugins", "hash", EXAMPLE_PLUGINS / "dns-records"),
                         r"^runnable_hash  [0-9a-f]{64}\ncontent_hash   [0-9a-f]{64}\n$")


class Organisations(CatalogueTest):
    def test_add_list_remove(self):
        self.assertEqual(self.cupel("registry", "organisation", "list"), "0 organisations\n")
        self.cupel("registry", "organisation", "add", "acme", "Acme Inc.")
        self.cupel("registry", "organisation", "add", "other", "--no-dedup")
        rows = self.cupel("registry", "organisation", "list").splitlines()
        self.assertEqual([r.split() for r in rows],
                         [["ID", "DEDUPLICATES", "NAME"], ["acme", "yes", "Acme", "Inc."],
                          ["other", "no", "other"], ["2", "organisations"]])
        self.cupel("registry", "organisation", "remove", "acme")
        listed = json.loads(self.cupel("registry", "organisation", "list", "-f", "json"))
        self.assertEqual([o["id"] for o in listed], ["other"])

    def test_what_cannot_be(self):
        self.organisations("acme")
        self.assertIn("acme", self.fails("registry", "organisation", "add", "acme"))
        self.assertIn("nobody", self.fails("registry", "organisation", "remove", "nobody"))
        self.fails("registry", "organisation", "add", "")

    def test_wrong_use(self):
        for arguments in ([], ["nonsense"], ["organisation"], ["enable", "acme"], ["token"]):
            with self.subTest(arguments):
                self.assertIn("--help", self.fails("registry", *arguments))


class Plugins(CatalogueTest):
    def setUp(self):
        super().setUp()
        self.organisations("acme", "other")

    def state(self, organisation):
        listed = json.loads(self.cupel("registry", "list", organisation, "-f", "json", "-p",
                                       self.plugins))
        return {p["plugin"]["id"]: p["plugin"]["enabled"] for p in listed["plugins"]}

    def test_enable_is_for_one_organisation(self):
        self.set_secret("acme")
        self.cupel("registry", "enable", "acme", "ports", "-p", self.plugins)
        self.assertEqual(self.state("acme"), {"plain": False, "ports": True})
        self.assertEqual(self.state("other"), {"plain": False, "ports": False})
        self.cupel("registry", "disable", "acme", "ports", "-p", self.plugins)
        self.assertEqual(self.state("acme"), {"plain": False, "ports": False})

    def test_what_is_not_there(self):
        for organisation, plugin, named in (("acme", "nothing", "nothing"),
                                            ("nobody", "ports", "nobody")):
            self.assertIn(named, self.fails("registry", "enable", organisation, plugin, "-p",
                                            self.plugins))

    def test_broken_ones_are_listed(self):
        self.write("plugins/bad/__init__.py", "")
        self.write("plugins/bad/boefje.json", '{"id":')
        done = self.process("registry", "list", "acme", "-p", self.plugins)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"broken", done.stdout)
        self.assertIn(b"ports", done.stdout)
        self.assertIn(b"bad/boefje.json", done.stderr)


class Environment(CatalogueTest):
    def setUp(self):
        super().setUp()
        self.organisations("acme")

    def environment(self, *arguments, **options):
        return self.cupel("registry", "environment", "acme", "ports", "-p", self.plugins,
                          *arguments, **options)

    def rows(self, text):
        return {line.split()[0]: line.split()[1:] for line in text.splitlines()[1:]}

    def test_values_are_shown_only_when_asked_for(self):
        self.set_secret("acme", TOP_PORTS=250)
        rows = self.rows(self.environment())
        self.assertEqual(rows["API_KEY"], ["settings", "yes"])
        self.assertEqual(rows["TOP_PORTS"], ["settings", "no"])
        rows = self.rows(self.environment("--reveal", reveals=True))
        self.assertEqual(rows["API_KEY"], ["settings", SECRET])
        self.assertEqual(rows["TOP_PORTS"], ["settings", "250"])
        explained = json.loads(self.environment("-f", "json"))
        self.assertEqual([e["key"] for e in explained["entries"]], ["API_KEY", "TOP_PORTS"])
        values = json.loads(self.environment("-f", "json", "--reveal", reveals=True))
        self.assertEqual(values, {"API_KEY": SECRET, "TOP_PORTS": "250"})

    def test_where_values_come_from(self):
        self.set_secret("acme")
        offered = {"BOEFJE_TOP_PORTS": "7", "BOEFJE_API_KEY": "from-the-host", "BOEFJE_NOBODY": "x"}
        self.assertNotIn("TOP_PORTS", self.environment(variables=offered))
        text = self.environment("--process", variables=offered)
        self.assertEqual(self.rows(text)["TOP_PORTS"], ["system", "no"])
        self.assertIn("NOBODY", text)
        self.assertIn("refused: API_KEY (system): overridden\n", text)
        self.assertNotIn("from-the-host", text)
        self.assertEqual(self.rows(self.environment("--defaults"))["TOP_PORTS"],
                         ["default", "no"])

    def test_what_is_required_is_missed(self):
        self.assertIn("API_KEY", self.fails("registry", "environment", "acme", "ports", "-p",
                                            self.plugins))


class Transfer(CatalogueTest):
    def setUp(self):
        super().setUp()
        self.organisations("acme", "other")
        self.set_secret("acme")
        self.cupel("registry", "enable", "acme", "ports", "-p", self.plugins)

    def test_there_and_back(self):
        document = self.cupel("registry", "export")
        self.cupel("registry", "export", "export.json")
        self.assertEqual((self.dir / "export.json").read_text(), document)
        elsewhere = {"CUPEL_DATABASE": self.dir / "second.db"}
        self.cupel("registry", "import", "export.json", variables=elsewhere)
        shown = self.cupel("settings", "show", "acme", "ports", "--reveal", "-p", self.plugins,
                           variables=elsewhere, reveals=True)
        self.assertEqual(json.loads(shown), {"API_KEY": SECRET})
        self.assertRegex(self.cupel("registry", "list", "acme", "-p", self.plugins,
                                    variables=elsewhere), "ports +boefje +enabled")
        self.assertEqual(self.cupel("registry", "export", variables=elsewhere), document)

    def test_all_or_nothing(self):
        document = json.loads(self.cupel("registry", "export"))
        elsewhere = {"CUPEL_DATABASE": self.dir / "second.db"}
        empty = self.cupel("registry", "export", variables=elsewhere)
        configs = next(v for v in document.values()
                       if isinstance(v, list) and v and "settings" in v[0])
        configs.append(dict(configs[0], organisation="ghost"))
        for bad in (json.dumps(document), self.cupel("registry", "export")[:-20], "[]", "{}"):
            self.fails("registry", "import", stdin=bad, variables=elsewhere)
            self.assertEqual(self.cupel("registry", "export", variables=elsewhere), empty)


class Tokens(CatalogueTest):
    def test_the_line_has_no_token_and_the_token_is_told_once(self):
        done = self.process("registry", "token", "alice")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, rb"^alice:[0-9a-f]{64}\n$")
        token = re.search(rb"cupel-token-1:[0-9a-f]{64}", done.stderr).group(0)
        self.assertNotIn(token[14:], done.stdout)
        self.assertNotEqual(self.process("registry", "token", "alice").stdout, done.stdout)

    def test_names_that_would_break_the_file(self):
        for name in ("a:b", "a b", "", "#a", "a\nb"):
            self.fails("registry", "token", name)


if __name__ == "__main__":
    unittest.main()
