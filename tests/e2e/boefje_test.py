"""cupel boefje run, normalizer run, raw show and list: real plugins in Python,
in processes of their own."""

import json
import os
import pathlib
import pty
import select
import subprocess
import time
import unittest

import registry_support
import support

SECRET = registry_support.SECRET
HOST = "Hostname|internet|a.b.example.com"
SCHEMA = {"type": "object", "secret": ["API_KEY"],
          "properties": {"API_KEY": {"type": "string"}, "COUNT": {"type": "integer"}}}


class BoefjeTest(registry_support.CatalogueTest):
    def setUp(self):
        super().setUp()
        self.organisations("acme")

    def boefje(self, code, schema=None, **more):
        """A boefje with this main.py."""
        manifest = {"id": "mine", "name": "Mine", "scan_level": 0, **more}
        self.write("plugins/mine/boefje.json", json.dumps(manifest))
        self.write("plugins/mine/__init__.py", "")
        self.write("plugins/mine/main.py", code)
        if schema is not None:
            self.write("plugins/mine/schema.json", json.dumps(schema))

    def normalizer(self, code):
        self.write("plugins/mine/normalizer.json", json.dumps(
            {"id": "mine-normalize", "name": "n", "consumes": ["boefje/mine"],
             "produces": ["Hostname"]}))
        self.write("plugins/mine/normalize.py", code)

    def run_boefje(self, *arguments, code=0, name="mine", ooi=HOST, reveals=False, **options):
        out = self.cupel("boefje", "run", "acme", name, ooi, "-p", self.plugins,
                         "--format", "json", *arguments, code=code, **options)
        return json.loads(out)

    def raw(self, report, index=0, **options):
        return self.cupel("raw", "show", report["raws"][index]["id"], **options)

    def run_normalizer(self, raw, *arguments, code=0, name="mine-normalize"):
        return json.loads(self.cupel(
            "normalizer", "run", name, raw, "-p", self.plugins, "--format", "json", *arguments,
            code=code))


class ExampleTest(BoefjeTest):
    def test_the_pair_goes_from_an_object_to_objects(self):
        self.plugins = registry_support.EXAMPLE_PLUGINS
        report = self.run_boefje(name="parent-domains", variables={"BOEFJE_MOST_PARENTS": "1"})
        self.assertEqual((report["status"], report["tier"]), ("completed", "process"))
        self.assertEqual(report["raws"][0]["mime_types"], [
            "application/json", "boefje/parent-domains", "openkat/parent-domains"])
        meta = report["boefje_meta"]
        self.assertEqual(meta["input_ooi"], HOST)
        self.assertEqual(meta["environment"], {"MOST_PARENTS": "***"})
        self.assertRegex(meta["runnable_hash"], "^[0-9a-f]{64}$")
        self.assertEqual(json.loads(self.raw(report))["parents"], ["b.example.com"])
        done = self.run_normalizer(report["raws"][0]["id"], name="parent-domains-normalize")
        [request] = done["octopoes"]
        self.assertEqual(request["path"], "/acme/observations")
        body = request["body"]
        self.assertEqual(body["source"], HOST)
        self.assertEqual(body["method"], "parent-domains-normalize")
        self.assertEqual(body["source_method"], "parent-domains")
        self.assertEqual(body["valid_time"], meta["ended_at"])
        self.assertEqual(body["task_id"], done["normalizer_meta"]["id"])
        self.assertEqual([o["primary_key"] for o in body["result"]],
                         ["Hostname|internet|b.example.com"])
        text = self.cupel("normalizer", "run", "parent-domains-normalize",
                          report["raws"][0]["id"], "-p", self.plugins)
        self.assertEqual(text, "observed   Hostname|internet|b.example.com\n1 result\n")

    def test_examples_are_short(self):
        for file in (registry_support.EXAMPLE_PLUGINS / "parent-domains").glob("*.py"):
            self.assertLess(len(file.read_text().splitlines()), 80, file)

    def test_jobs_from_files(self):
        self.plugins = registry_support.EXAMPLE_PLUGINS
        meta = {"id": "70da7d4f-f41f-4940-901b-d98a92e9014b", "boefje": {"id": "parent-domains"},
                "input_ooi": HOST, "organization": "acme", "arguments": {},
                "environment": {"MOST_PARENTS": "1", "OTHER": "x"}}
        task = {"id": meta["id"], "scheduler_id": "boefje", "schedule_id": None,
                "organisation": "acme", "priority": 1, "status": "running", "type": "boefje",
                "data": meta, "created_at": "2026-01-02T03:04:05",
                "modified_at": "2026-01-02T03:04:05"}
        job = self.write("task.json", json.dumps(task))
        out = self.cupel("boefje", "run", "--job", job, "-p", self.plugins, "--format", "json")
        report = json.loads(out)
        self.assertEqual(report["boefje_meta"]["id"], meta["id"])
        # Of the job's environment, too, what the schema names.
        self.assertEqual(report["boefje_meta"]["environment"], {"MOST_PARENTS": "***"})
        self.assertEqual(json.loads(self.raw(report))["parents"], ["b.example.com"])
        self.assertIn("was run before", self.fails("boefje", "run", "--job", job, "-p",
                                                   self.plugins))
        shown = json.loads(self.cupel("raw", "show", report["raws"][0]["id"], "--meta"))
        normalize = {"id": "80da7d4f-f41f-4940-901b-d98a92e9014b",
                     "normalizer": {"id": "parent-domains-normalize"},
                     "raw_data": shown["raw_data_meta"]}
        job = self.write("normalize.json", json.dumps(normalize))
        done = json.loads(self.cupel("normalizer", "run", "--job", job, "-p", self.plugins,
                                     "--format", "json"))
        self.assertEqual(done["normalizer_meta"]["id"], normalize["id"])
        self.assertEqual(len(done["octopoes"]), 1)


class FailureTest(BoefjeTest):
    def test_a_traceback_is_a_raw(self):
        self.boefje("def run(meta):\n    raise RuntimeError('dummy error')\n")
        report = self.run_boefje(code=1)
        self.assertEqual(report["status"], "failed")
        self.assertIn("dummy error", report["problem"])
        [raw] = report["raws"]
        self.assertEqual(raw["mime_types"], ["boefje/mine", "error/boefje"])
        text = self.raw(report)
        self.assertIn("Traceback (most recent call last)", text)
        self.assertIn("RuntimeError: dummy error", text)

    def test_a_missing_import_names_the_module(self):
        self.boefje("import no_such_module_at_all\ndef run(meta): return []\n")
        report = self.run_boefje(code=1)
        self.assertIn("no_such_module_at_all", report["problem"])
        self.assertEqual(report["raws"][0]["mime_types"], ["boefje/mine", "error/boefje"])

    def test_one_that_hangs_is_killed(self):
        self.boefje("import time\ndef run(meta):\n    time.sleep(1000)\n")
        started = time.monotonic()
        report = self.run_boefje("--timeout", "2s", code=1)
        self.assertLess(time.monotonic() - started, 60)
        self.assertEqual(report["raws"][0]["mime_types"], ["boefje/mine", "error/boefje"])

    def test_one_that_dies(self):
        self.boefje("import os\ndef run(meta):\n    os.kill(os.getpid(), 9)\n")
        report = self.run_boefje(code=1)
        self.assertNotEqual(report["problem"], "")
        self.assertEqual(report["raws"][0]["mime_types"], ["boefje/mine", "error/boefje"])

    def test_one_that_gives_too_much(self):
        self.boefje("def run(meta):\n    return [({'a/bcd'}, b'x' * (65 << 20))]\n")
        report = self.run_boefje(code=1)
        self.assertIn("child_bytes", report["problem"])
        self.assertIn("error/boefje", report["raws"][0]["mime_types"])

    def test_what_it_prints_is_no_result(self):
        self.boefje("import sys\ndef run(meta):\n    print('to stdout')\n"
                    "    print('to stderr', file=sys.stderr)\n"
                    "    return [({'text/plain'}, 'result')]\n")
        report = self.run_boefje()  # whose output is JSON
        self.assertEqual(self.raw(report), "result")

    def test_what_can_not_be_run(self):
        self.boefje("def run(meta): return []\n", oci_image="localhost/x:1")
        run = ("boefje", "run", "acme", "mine", "-p", self.plugins)
        self.assertIn("Hostname|internet|example.com", self.fails(*run, "nothing"))
        self.assertIn("IPPort|network|address|protocol|port",
                      self.fails(*run, "IPPort|internet|1.1.1.1"))
        self.assertIn("no-such", self.fails("boefje", "run", "acme", "no-such", HOST, "-p",
                                            self.plugins))
        self.assertIn("nobody", self.fails("boefje", "run", "nobody", "mine", HOST, "-p",
                                           self.plugins))
        self.assertIn("can't be off", self.fails(*run, HOST, "--timeout", "off"))
        self.assertIn("can't be off", self.fails(*run, HOST, "--memory", "off"))
        self.assertIn("no program", self.fails(*run, HOST, "--runner", "/no/such/runner"))
        self.assertIn("--job", self.fails("boefje", "run", "-p", self.plugins))
        self.assertIn("--job", self.fails("normalizer", "run", "-p", self.plugins))
        self.assertIn("no such", self.fails("raw", "show", "no-such-raw").replace(
            "is not known", "no such"))
        (self.plugins / "mine" / "main.py").unlink()
        self.assertIn("tier oci", self.fails(*run, HOST, "--tier", "process"))


class EnvironmentTest(BoefjeTest):
    CODE = ("import json, os, sys\n"
            "def run(meta):\n"
            "    with open('/proc/self/cmdline') as f: line = f.read()\n"
            "    return [({'application/json'}, json.dumps(\n"
            "        {'environment': dict(os.environ), 'argv': line,\n"
            "         'meta': meta['environment']}))]\n")

    def test_it_sees_what_its_schema_names(self):
        self.boefje(self.CODE, SCHEMA)
        self.cupel("settings", "set", "acme", "mine", "-p", self.plugins,
                   stdin=json.dumps({"API_KEY": SECRET}))
        report = self.run_boefje(variables={
            "BOEFJE_COUNT": "7", "BOEFJE_OTHER": "no", "HOST_SECRET": "no", "API_KEY": "no"})
        self.assertEqual(report["boefje_meta"]["environment"], {"API_KEY": "***", "COUNT": "***"})
        seen = json.loads(self.raw(report, reveals=True))
        self.assertEqual(seen["environment"]["API_KEY"], SECRET)
        self.assertEqual(seen["environment"]["COUNT"], "7")
        self.assertNotIn("no", seen["environment"].values())
        self.assertNotIn("HOST_SECRET", seen["environment"])
        self.assertNotIn(SECRET, seen["argv"])
        # Nor does the database of raws have it, outside of what was given.
        self.cupel("raw", "list", "acme")
        self.cupel("raw", "show", report["raws"][0]["id"], "--meta")

    def test_a_setting_that_does_not_fit_stops_it(self):
        self.boefje(self.CODE, {**SCHEMA, "required": ["API_KEY"]})
        self.assertIn("API_KEY", self.fails("boefje", "run", "acme", "mine", HOST, "-p",
                                            self.plugins))

    def test_a_secret_in_a_traceback_is_masked(self):
        self.boefje("import os\ndef run(meta):\n    raise ValueError(os.environ['API_KEY'])\n",
                    SCHEMA)
        self.cupel("settings", "set", "acme", "mine", "-p", self.plugins,
                   stdin=json.dumps({"API_KEY": SECRET}))
        self.raw(self.run_boefje(code=1))


class NormalizerTest(BoefjeTest):
    def setUp(self):
        super().setUp()
        self.boefje("def run(meta):\n    return [({'text/plain'}, b'\\x00\\xff raw')]\n")

    def normalize(self, code, *arguments, ooi=HOST, result=0):
        self.normalizer(code)
        report = self.run_boefje(ooi=ooi)
        return self.run_normalizer(report["raws"][0]["id"], *arguments, code=result)

    def test_it_gets_the_bytes_and_the_input(self):
        done = self.normalize(
            "def run(input_ooi, raw):\n"
            "    assert raw == b'\\x00\\xff raw', raw\n"
            "    assert input_ooi['name'] == 'a.b.example.com', input_ooi\n"
            "    return []\n")
        [request] = done["octopoes"]
        self.assertEqual(request["body"]["result"], [])

    def test_what_is_no_object_fails_it(self):
        done = self.normalize("def run(input_ooi, raw):\n    yield 7\n", result=1)
        self.assertEqual(done["status"], "failed")
        self.assertIn("incorrect type", done["problem"])
        self.assertEqual(done["octopoes"], [])

    def test_objects_of_nothing_fail_it(self):
        done = self.normalize(
            "def run(input_ooi, raw):\n"
            "    yield {'object_type': 'Network', 'primary_key': 'Network|x', 'name': 'x'}\n",
            ooi="", result=1)
        self.assertIn("ObservationsWithoutInputOOI", done["problem"])

    def test_scan_profiles_go_as_far_as_the_whitelist(self):
        code = ("def run(input_ooi, raw):\n"
                "    yield {'scan_profile_type': 'declared', 'level': 4,\n"
                "           'reference': 'Hostname|internet|x'}\n")
        done = self.normalize(code, "--whitelist", '{"mine-normalize": 1}')
        self.assertEqual(done["octopoes"][-1]["body"][0]["level"], 1)
        done = self.normalize(code)
        self.assertEqual(len(done["octopoes"]), 1)
        self.assertIn("whitelist", " ".join(done["warnings"]))

    def test_an_exception(self):
        done = self.normalize("def run(input_ooi, raw):\n    raise KeyError('k')\n", result=1)
        self.assertIn("KeyError", done["problem"])

    def test_it_has_no_network(self):
        self.normalize(
            "import socket\n"
            "def run(input_ooi, raw):\n"
            "    try:\n"
            "        socket.create_connection(('127.0.0.1', 9), timeout=3)\n"
            "    except ConnectionRefusedError:\n"
            "        raise AssertionError('there is a network')\n"
            "    except OSError:\n"
            "        return []\n")

    def test_it_is_not_there(self):
        report = self.run_boefje()
        self.assertIn("none of the 1 plugin folders", self.fails(
            "normalizer", "run", "no-such", report["raws"][0]["id"], "-p", self.plugins))


class RawTest(BoefjeTest):
    def keep(self, literal):
        self.boefje(f"def run(meta):\n    return [({{'text/plain'}}, {literal})]\n")
        return self.run_boefje()["raws"][0]["id"]

    def test_bytes_are_what_they_were(self):
        raw = self.keep("bytes(range(256))")
        done = self.process("raw", "show", raw)
        self.assertEqual(done.stdout, bytes(range(256)))
        self.assertIn("no JSON", self.fails("raw", "show", raw, "--json"))

    def test_json_for_people(self):
        raw = self.keep(r"""'{"b": [1, {"\\u001b": "\\u009b é"}], "a": {}}'""")
        self.assertEqual(self.cupel("raw", "show", raw, "--json"),
                         '{\n    "a": {},\n    "b": [\n        1,\n        {\n'
                         '            "\\u001b": "\\u009b \\u00e9"\n        }\n    ]\n}\n')
        colored = self.cupel("raw", "show", raw, "--json", "--color", "always")
        self.assertIn("\x1b[34m\"a\"\x1b[0m: {}", colored)

    def test_a_terminal_is_spared_what_is_no_text(self):
        raw = self.keep(r"b'\x1b[2J'")
        main, other = pty.openpty()
        done = subprocess.run([support.CUPEL, "raw", "show", raw], stdout=other,
                              stderr=subprocess.PIPE, env=self.variables, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--force-binary", done.stderr)
        self.assertEqual(select.select([main], [], [], 0)[0], [])
        os.close(main)
        os.close(other)

    def test_lists_are_an_organisations_own(self):
        self.organisations("other")
        raw = self.keep("'x'")
        self.assertIn(raw, self.cupel("raw", "list", "acme"))
        self.assertEqual(self.cupel("raw", "list", "other"), "0 raws\n")

    def test_the_database_is_beside_the_registrys(self):
        raw = self.keep("'x'")
        beside = pathlib.Path(f"{self.database}.raws")
        self.assertTrue(beside.exists())
        self.assertEqual(beside.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.cupel("raw", "show", raw, "--raws", beside), "x")


if __name__ == "__main__":
    unittest.main()
