"""cupel scan with plugins of every kind: who runs on what, and what comes of it."""

import base64
import json
import pathlib
import sqlite3
import unittest

from support import CUPEL, ROOT, TempDirTest, run, scan, tar_bytes

PLUGINS = ROOT / "examples" / "plugins"
EVIL = 'rule evil { meta: weight = 5 strings: $a = "EVIL" condition: $a }'

# A folder in the manner of stoQ 1.x: a decoder, a worker with a template of its
# own, a connector.
STOQ_DECODER = """from stoq.plugins import StoqDecoderPlugin


class Shift(StoqDecoderPlugin):
    def decode(self, payload, **kwargs):
        by = int(kwargs.get("by", 1))
        return [({"by": by}, bytes((b - by) % 256 for b in payload))]
"""
STOQ_CONNECTOR = """import os

from stoq.plugins import StoqConnectorPlugin


class Keep(StoqConnectorPlugin):
    def save(self, payload, **kwargs):
        with open(os.path.join(self.folder, "out.txt"), "a") as out:
            out.write(payload if isinstance(payload, str) else repr(type(payload)))
"""
CRASH = """import os

from cupel.plugin import Call, worker


@worker
def scan(call: Call) -> None:
    if b"crash" in bytes(call.bytes):
        os.abort()
    call.result({"fine": True})
"""


class ScanPluginsTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rules = self.write("evil.yar", EVIL)

    def scan(self, *arguments):
        return scan(*arguments, "--rules", self.rules)

    def stoq(self, category, name, module, options=""):
        self.write(f"stoq/{name}/{name}.py", module)
        self.write(f"stoq/{name}/{name}.stoq",
                   f"[Core]\nName = {name}\nModule = {name}\n[Documentation]\n"
                   f"Author = a\nVersion = 1.0\nWebsite = w\nDescription = d\n"
                   f"[options]\n{options}\n")
        return self.dir / "stoq"

    def test_rules_dispatch_to_built_in_decoders(self):
        secret = base64.b64encode(b"nothing but EVIL in here, and so on and so forth").decode()
        path = self.write("a.txt", f"b64: {secret}\n")
        dispatch = self.write(
            "d.yar", 'rule d { meta: plugin = "decoder:base64" embedded = true '
                     'strings: $a = "b64:" condition: $a }')
        plain = self.scan(path)
        self.assertEqual(plain["verdict"], "clean")
        report = self.scan(path, "--dispatch", dispatch)
        self.assertEqual(report["verdict"], "matched")
        child = report["payloads"][1]
        self.assertEqual(child["producer"], "decoder:base64")
        self.assertEqual(report["findings"][0]["payload"], child["id"])
        self.assertIn(("decoder", "base64", "builtin"),
                      {(p["category"], p["name"], p["tier"]) for p in report["plugins"]})

    def test_a_chain_through_c_python_and_stoq(self):
        """Shifted by stoQ's decoder, found between marks by the C++ carver."""
        inner = b"<<<BEGIN>>>" + b"EVIL" + b"<<<END>>>"
        shifted = bytes((b + 3) % 256 for b in inner)
        path = self.write("x.bin", shifted)
        folder = self.stoq("decoder", "shift", STOQ_DECODER)
        head = " ".join(f"{b:02x}" for b in shifted[:6])
        dispatch = self.write(
            "d.yar", 'rule d { meta: plugin = "decoder:shift" by = 3 '
                     "strings: $a = { %s } condition: $a at 0 }" % head)
        report = self.scan(path, "--plugins", folder, "--dispatch", dispatch,
                           "--workers", "hash")
        self.assertEqual(report["verdict"], "matched")
        self.assertEqual(report["payloads"][1]["metadata"], {"by": 3})
        tiers = {p["name"]: p["tier"] for p in report["plugins"]}
        self.assertEqual(tiers["shift"], "process")
        self.assertEqual(tiers["hash"], "builtin")

    def test_a_plugin_that_crashes_costs_its_own_payload(self):
        self.write("native/crash/plugin.json", json.dumps({
            "category": "worker", "name": "crash", "version": "1", "module": "crash.py",
            "consumes": ["*"]}))
        self.write("native/crash/crash.py", CRASH)
        archive = self.write("x.tgz", tar_bytes({"a": b"one EVIL", "b": b"do crash",
                                                 "c": b"three"}))
        report = self.scan(archive, "--plugins", self.dir / "native", "-j", "2")
        fine = {p["name"] for p in report["payloads"] if p.get("results")}
        self.assertLessEqual({"a", "c"}, fine)
        self.assertNotIn("b", fine)
        incidents = [i for i in report["incidents"] if i["name"] == "worker:crash"]
        self.assertIn("signal 6", " ".join(i["detail"] for i in incidents))
        self.assertEqual(report["verdict"], "matched")
        self.assertEqual(report["coverage"], "partial")

    def test_shared_objects_in_and_out_of_process(self):
        built = pathlib.Path(CUPEL).resolve().parents[1] / "plugins"
        own = sorted(built.glob("*acme*.so"))
        self.assertTrue(own, "the example plugins are built with everything else")
        path = self.write("a.txt", "just text")
        for tier in ("builtin", "process"):
            report = self.scan(path, "--plugins", own[0], "--min-tier", tier,
                               "--workers", "extractor:acme,hash")
            tiers = {p["name"]: p["tier"] for p in report["plugins"]}
            self.assertEqual(tiers["hash"], tier)

    def test_labels_keep_plugins_away(self):
        folder = self.stoq("decoder", "shift", STOQ_DECODER, "max_tlp = green")
        path = self.write("a.txt", "text")
        report = self.scan(path, "--plugins", folder, "--workers", "decoder:shift",
                           "--tlp", "red")
        self.assertEqual(self.incidents(report), {("policy", "decoder:shift", str(path))})
        self.assertEqual(report["verdict"], "clean")
        self.assertEqual(report["job"]["tlp"], "red")

    def test_connectors_and_archives(self):
        path = self.write("a.txt", "EVIL text")
        out = self.dir / "out"
        database = self.dir / "results.db"
        report = self.scan(path, "--connector", "file", "--plugin-opt", f"file:directory={out}",
                           "--connector", "sqlite", "--plugin-opt", f"sqlite:path={database}",
                           "--archive", "store", "--plugin-opt",
                           f"store:directory={self.dir / 'store'}", "--metadata", "case:7")
        self.assertEqual(report["incidents"], [])
        saved = [json.loads(p.read_text()) for p in out.rglob("*") if p.is_file()]
        self.assertEqual(saved[0]["verdict"], "matched")
        self.assertEqual(saved[0]["job"]["metadata"], {"case": "7"})
        self.assertTrue(report["payloads"][0]["saved"])
        kept = [p for p in (self.dir / "store").rglob("*") if p.is_file()]
        self.assertIn(b"EVIL text", [p.read_bytes() for p in kept])
        with sqlite3.connect(database) as db:
            tables = [r[0] for r in db.execute("select name from sqlite_master")]
        self.assertTrue(tables)

    def test_templates_of_stoq_connectors(self):
        folder = self.stoq("connector", "keep", STOQ_CONNECTOR, f"folder = {self.dir}")
        self.write("stoq/keep/templates/keep.tpl", "verdict {{ results.verdict }}!\n")
        path = self.write("a.txt", "EVIL")
        report = self.scan(path, "--plugins", folder, "--connector", "keep",
                           "--template", "keep")
        self.assertEqual([i["detail"] for i in report["incidents"]], [])
        self.assertIn("verdict matched!", (self.dir / "out.txt").read_text())

    def test_decorators_and_suppressions(self):
        path = self.write("a.txt", "EVIL")
        sha = scan(path, "--rules", self.rules)["payloads"][0]["sha256"]
        accepted = self.write("accepted.ndjson", json.dumps(
            {"rule": "evil", "path": "**", "sha256": sha, "reason": "a test file"}) + "\n")
        done = run("scan", path, "--rules", self.rules, "-f", "json", "--decorator",
                   "suppressions", "--plugin-opt", f"suppressions:file={accepted}",
                   "--decorator", "score")
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["findings"][0]["suppressed"]["reason"], "a test file")
        self.assertIn("decorator:score", report["decorations"])

    def test_sources_and_documents(self):
        for name in ("a", "b", "c"):
            self.write(f"in/{name}.txt", f"{name} EVIL" if name == "b" else name)
        done = run("scan", "--source", "filedir", self.dir / "in", "--rules", self.rules,
                   "--schema", "stoq3")
        self.assertEqual(done.returncode, 1, done.stderr)
        documents = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(documents), 3)
        self.assertTrue(all(d["scan_id"] for d in documents))
        jobs = self.write("jobs.ndjson", '{"path": "%s"}\nnonsense\n{"base64": "RVZJTA=="}\n'
                          % (self.dir / "in" / "a.txt"))
        done = run("scan", "--source", "ndjson", jobs, "--rules", self.rules, "-f", "json")
        self.assertEqual(len(done.stdout.splitlines()), 2, done.stderr)
        self.assertIn(b"2", done.stderr, "the bad line is told with its number")

    def test_the_configuration_has_a_say(self):
        config = self.write("stoq.cfg", "[core]\ndefault_tlp = red\nmax_recursion = 2\n"
                                        "[hash]\nmax_tlp = green\n")
        path = self.write("a.txt", "text")
        report = self.scan(path, "--config", config, "--workers", "hash")
        self.assertEqual(self.incidents(report), {("policy", "worker:hash", str(path))})
        self.assertEqual(report["limits"]["depth"], 2)
        report = self.scan(path, "--config", config, "--workers", "hash", "--tlp", "clear",
                           "--max-depth", "5")
        self.assertEqual(report["incidents"], [])
        self.assertEqual(report["limits"]["depth"], 5)

    def test_wrong_use_says_what_to_do(self):
        path = self.write("a.txt", "x")
        for arguments, part in (
                (("--workers", "hsah"), "worker:hash"),
                (("--workers", "connector:file"), "can't be run on payloads"),
                (("--metadata", "x"), "colon"),
                (("--dispatch-type", "zip"), "application/pdf=extractor:pdf"),
                (("--plugins", self.dir / "gone"), "gone"),
                (("--decorator", "nope"), "no plugin decorator:nope")):
            done = run("scan", path, "--rules", self.rules, *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(part, done.stderr.decode(), arguments)
        done = run("scan", path)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--rules is required", done.stderr.decode())

    def test_the_report_is_the_same_whatever_the_threads(self):
        members = {f"m{i}": base64.b64encode(b"%d EVIL" % (i % 7) * 20) for i in range(60)}
        archive = self.write("x.tgz", tar_bytes(members))
        arguments = (archive, "--workers", "decoder:base64,hash,entropy")
        self.assertEqual(self.scan(*arguments, "-j", "1"), self.scan(*arguments, "-j", "4"))


if __name__ == "__main__":
    unittest.main()
