"""Unmodified boefjes and normalizers of OpenKAT."""

import json
import unittest
import uuid

from driver import ROOT, Code, HostTest

EXAMPLE = ROOT / "examples" / "plugins" / "dns-records"
META = {
    "id": "5a5d9b2c-1d3e-4f5a-8b7c-9d0e1f2a3b4c",
    "started_at": "2024-01-02T03:04:05Z", "ended_at": None,
    "boefje": {"id": "b", "version": None}, "input_ooi": "Network|internet",
    "arguments": {"input": {"object_type": "Network", "name": "internet"},
                  "oci_arguments": ["x"]},
    "organization": "org", "runnable_hash": None, "environment": {}}


class OpenKatTest(HostTest):

    def boefje(self, code, **fields):
        self.write("b/boefje.json", {"id": "b", "name": "B", "consumes": [
            "Network"], "scan_level": 1, **fields})
        self.write("b/main.py", code)
        return self.dir / "b"

    def normalizer(self, code, **fields):
        self.write("n/normalizer.json", {
            "id": "n", "consumes": ["boefje/b"], "produces": ["Network"],
            **fields})
        self.write("n/normalize.py", code)
        return self.dir / "n"

    def run_boefje(self, code, environment=None, meta=META):
        host = self.loaded(self.boefje(code), "worker", "b",
                           manifest="boefje.json")
        return host.call("scan", document=meta, environment=environment or {})

    def run_normalizer(self, code, raw=b"raw", **document):
        host = self.loaded(self.normalizer(code), "normalizer", "n",
                           manifest="normalizer.json")
        return host.call("normalize", raw, document={
            "input_ooi": {"primary_key": "Network|internet"},
            "normalizer_meta": {}, **document})

    def given(self, answer):
        return [(json.loads(c.metadata)["mime_types"], data)
                for data, c in answer.children]


class Boefjes(OpenKatTest):

    def test_run_gets_the_meta(self):
        answer = self.run_boefje("""
            def run(boefje_meta):
                first = boefje_meta["id"], boefje_meta["started_at"]
                return [({"a/b", "c/d"}, repr([type(x) for x in first])),
                        (["e/f"], b"\\xff"), ({"answer"}, "x"),
                        (set(), boefje_meta["arguments"]["input"]["name"]
                         + boefje_meta["organization"])]
            """)
        self.assertEqual(answer.code, Code.OK, answer.done)
        self.assertEqual(self.given(answer), [
            (["a/b", "c/d"],
             b"[<class 'uuid.UUID'>, <class 'datetime.datetime'>]"),
            (["e/f"], b"\xff"), (["answer"], b"x"), ([], b"internetorg")])

    def test_run_as_the_rfd_has_it(self):
        for signature, value in (
                ("input_ooi", "input_ooi['name']"),
                ("input_ooi, organization",
                 "input_ooi['name'] + organization"),
                ("ooi: dict, org: str = 'x'", "ooi['name'] + org")):
            with self.subTest(signature):
                answer = self.run_boefje(
                    f"def run({signature}):\n    yield {{'a/b'}}, {value}\n")
                text = b"internet" if "," not in signature else b"internetorg"
                self.assertEqual(self.given(answer), [(["a/b"], text)])

    def test_an_input_that_is_only_known_by_its_key(self):
        meta = {**META, "arguments": {}}
        answer = self.run_boefje(
            "def run(input_ooi):\n    return [({'a/b'}, str(input_ooi))]\n",
            meta=meta)
        self.assertEqual(self.given(answer)[0][1],
                         b"{'primary_key': 'Network|internet'}")

    def test_nothing(self):
        for value in ("None", "[]", "()"):
            answer = self.run_boefje(f"def run(boefje_meta): return {value}\n")
            self.assertEqual((answer.children, answer.code), ([], Code.OK))

    def test_the_environment_is_there_when_it_is_imported(self):
        answer = self.run_boefje("""
            import os
            TOP = os.environ["TOKEN"]
            def run(boefje_meta):
                return [({"a/b"}, TOP + os.getenv("TOKEN") + "".join(
                    sorted(set(os.environ) - {"PATH", "PYTHONPATH", "LANG",
                                              "LC_CTYPE"})))]
            """, environment={"TOKEN": "t"})
        self.assertEqual(self.given(answer)[0][1], b"ttTOKEN")

    def test_an_exception_is_a_raw_as_well(self):
        answer = self.run_boefje("""
            def run(boefje_meta):
                yield {"a/b"}, "lost, as in OpenKAT"
                raise RuntimeError("dummy error")
            """)
        [(types, text)] = self.given(answer)
        self.assertEqual(types, ["error/boefje"])
        self.assertIn(b"Traceback (most recent call last)", text)
        self.assertIn(b"RuntimeError: dummy error", text)
        self.assertEqual((answer.code, answer.failed()), (
            Code.UNKNOWN, "RuntimeError: dummy error (main.py:4, in run)"))

    def test_secrets_are_in_no_traceback(self):
        answer = self.run_boefje("""
            import os
            def run(boefje_meta):
                raise ValueError("GET /?key=" + os.environ["KEY"])
            """, environment={"KEY": "s3cret-key"})
        self.assertIn(b"ValueError: GET /?key=***", self.given(answer)[0][1])
        self.assertIn("key=***", answer.failed())

    def test_outputs_of_another_type(self):
        for value, shown in (
                ("{'a': 1}", "run() gave a str"), ("'text'", "gave a str"),
                ("[b'x']", "gave a bytes"), ("7", "gave a int"),
                ("[({'a/b'}, 7)]", "gave a tuple of set, int"),
                ("[('a/b', b'')]", "gave a tuple of str, bytes"),
                ("[({1}, b'')]", "gave a tuple of set, bytes")):
            with self.subTest(value):
                answer = self.run_boefje(
                    f"def run(boefje_meta):\n    return {value}\n")
                self.assertIn(shown, answer.failed())
                self.assertIn("expected a list of (set of MIME types, bytes "
                              "or text)", answer.failed())

    def test_a_missing_import_names_what_to_install(self):
        answer = self.run_boefje(
            # Whether or not this machine has it.
            "import sys; sys.modules['dns'] = None; import dns\n"
            "def run(m): pass\n")
        self.assertEqual(answer.code, Code.FAILED_PRECONDITION)
        self.assertEqual(
            answer.failed(), "the module 'dns' is missing; install it for the "
            "Python that runs plugins: pip install dnspython, or Debian's "
            "python3-dnspython (main.py:1, in <module>)")
        self.assertEqual(self.given(answer)[0][0], ["error/boefje"])

    def test_run_that_is_none(self):
        self.assertIn("has no function run()",
                      self.run_boefje("run = 7\n").failed())
        self.assertIn("run(a, b, c) has 3 parameters; expected run(boefje_"
                      "meta)", self.run_boefje(
                          "def run(a, b, c): pass\n").failed())

    def test_only_in_a_container(self):
        folder = self.boefje("", oci_image="example/nmap")
        (folder / "main.py").unlink()
        self.assertIn("runs only in its container 'example/nmap'",
                      self.host().load(folder).message)

    def test_imports_of_its_own_folder(self):
        self.write("boefjes/plugins/kat_b/helper.py", "VALUE = 'here'\n")
        self.write("boefjes/plugins/kat_c/__init__.py", "OTHER = 'there'\n")
        self.write("boefjes/plugins/kat_b/data.txt", "data")
        self.write("boefjes/plugins/kat_b/boefje.json", {"id": "b"})
        self.write("boefjes/plugins/kat_b/main.py", """
            from boefjes.plugins.kat_b.helper import VALUE
            from boefjes.plugins.kat_c import OTHER
            from .helper import VALUE as again
            def run(boefje_meta):
                with open("boefjes/plugins/kat_b/data.txt") as file:
                    return [({"a/b"}, VALUE + OTHER + again + file.read())]
            """)
        host = self.loaded(self.dir / "boefjes/plugins/kat_b", "worker", "b")
        self.assertEqual(
            self.given(host.call("scan", document=META))[0][1],
            b"heretherehere" + b"data")


class Normalizers(OpenKatTest):

    def test_objects_of_every_form(self):
        answer = self.run_normalizer("""
            class V1:
                def dict(self):
                    return {"object_type": "Network", "name": "v1"}

            class V2:
                def model_dump(self, mode):
                    assert mode == "json"
                    return {"object_type": "Network", "name": "v2"}

            class Own:
                def serialize(self):
                    return {"object_type": "Network", "name": "own"}

            def run(input_ooi, raw):
                yield {"object_type": "Network",
                       "name": raw.decode() + input_ooi["primary_key"]}
                yield V1()
                yield V2()
                yield Own()
                yield {"type": "declaration", "ooi": {"object_type": "X"}}
                yield {"type": "affirmation", "ooi": {"object_type": "X"}}
                yield {"scan_profile_type": "declared", "level": 3,
                       "reference": "Network|internet"}
            """)
        self.assertEqual(answer.code, Code.OK, answer.done)
        self.assertEqual([(r["kind"], r["value"].get("name"))
                          for r in answer.results], [
            ("ooi", "rawNetwork|internet"), ("ooi", "v1"), ("ooi", "v2"),
            ("ooi", "own"), ("declaration", None), ("affirmation", None),
            ("scan_profile", None)])

    def test_what_is_no_object(self):
        for value, name in (("7", "int"), ("{'a': 1}", "dict"),
                            ("None", "NoneType"), ("object()", "object")):
            with self.subTest(value):
                answer = self.run_normalizer(
                    f"def run(input_ooi, raw):\n    yield {value}\n")
                self.assertEqual(
                    answer.failed(), "InvalidReturnValueNormalizer: "
                    "Normalizer returned object of incorrect type: " + name)
        self.assertIn("run() gave a int", self.run_normalizer(
            "def run(input_ooi, raw): return 7\n").failed())
        self.assertIn("expected run(input_ooi, raw)", self.run_normalizer(
            "def run(raw): return []\n").failed())

    def test_the_types_of_octopoes(self):
        answer = self.run_normalizer("""
            from collections.abc import Iterable

            from boefjes.normalizer_models import (NormalizerAffirmation,
                                                   NormalizerDeclaration,
                                                   NormalizerOutput)
            from octopoes.models import (OOI, DeclaredScanProfile, Reference,
                                         ScanLevel)
            from octopoes.models.ooi.dns.zone import Hostname
            from octopoes.models.ooi.findings import (CVEFindingType, Finding,
                                                      RiskLevelSeverity)
            from octopoes.models.ooi.network import (IPAddressV4, IPPort,
                                                     Network, PortState,
                                                     Protocol)
            from octopoes.models.ooi.service import IPService, Service
            from octopoes.models.ooi.software import (Software,
                                                      SoftwareInstance)

            def run(input_ooi: dict, raw: bytes) -> Iterable[NormalizerOutput]:
                ref = Reference.from_str(input_ooi["primary_key"])
                assert ref.class_ == "Network" and ref.tokenized.name
                network = Network(name="internet")
                ip = IPAddressV4(network=network.reference,
                                 address="1.1.1.1")
                port = IPPort(address=ip, protocol=Protocol.TCP, port="443",
                              state=PortState("open"))
                service = IPService(ip_port=port.reference, service=Service(
                    name="https").reference)
                kind = CVEFindingType(id=" cve-2020-1 ",
                                      risk_severity=RiskLevelSeverity.HIGH)
                software = Software(name="nginx", version="1")
                for item in (network, ip, port, service, kind, Finding(
                        finding_type=kind.reference, ooi=ip.reference,
                        description="d"), software, SoftwareInstance(
                            ooi=port, software=software), Hostname(
                                network=network, name="Müller.example")):
                    assert isinstance(item, OOI)
                    yield item
                yield NormalizerDeclaration(ooi=ip)
                yield NormalizerAffirmation(ooi=kind)
                yield DeclaredScanProfile(reference=ip.reference,
                                          level=ScanLevel.L3)
                yield {"object_type": "X", "serialized": service.serialize()}
            """)
        self.assertEqual(answer.code, Code.OK, answer.done)
        *oois, declaration, affirmation, profile, last = answer.results
        self.assertEqual([r["value"]["primary_key"] for r in oois], [
            "Network|internet", "IPAddressV4|internet|1.1.1.1",
            "IPPort|internet|1.1.1.1|tcp|443",
            "IPService|internet|1.1.1.1|tcp|443|https",
            "CVEFindingType|CVE-2020-1",
            "Finding|IPAddressV4|internet|1.1.1.1|CVE-2020-1",
            "Software|nginx|1|",
            "SoftwareInstance|IPPort|internet|1.1.1.1|tcp|443|Software|nginx"
            "|1|", "Hostname|internet|xn--mller-kva.example"])
        # As OpenKAT was seen to write them.
        self.assertEqual(json.dumps(oois[2]["value"], separators=(",", ":")),
                         '{"object_type":"IPPort","scan_profile":null,'
                         '"user_id":null,"primary_key":"IPPort|internet|'
                         '1.1.1.1|tcp|443","address":"IPAddressV4|internet|'
                         '1.1.1.1","protocol":"tcp","port":443,"state":'
                         '"open"}')
        self.assertEqual(json.dumps(last["value"]["serialized"],
                                    separators=(",", ":")),
                         '{"object_type":"IPService","scan_profile":"None",'
                         '"user_id":"None","primary_key":"IPService|internet|'
                         '1.1.1.1|tcp|443|https","ip_port":{"address":'
                         '{"network":{"name":"internet"},"address":"1.1.1.1"},'
                         '"protocol":"tcp","port":"443"},"service":{"name":'
                         '"https"}}')
        self.assertEqual(json.dumps(profile["value"], sort_keys=True),
                         '{"level": 3, "reference": '
                         '"IPAddressV4|internet|1.1.1.1", '
                         '"scan_profile_type": "declared", "user_id": null}')
        self.assertEqual((declaration["kind"], declaration["value"]["ooi"]
                          ["address"]), ("declaration", "1.1.1.1"))
        self.assertEqual(affirmation["kind"], "affirmation")

    def test_fields_that_are_wrong_are_named(self):
        for made, message in (
                ("IPPort(address='IPAddressV4|i|1', protocol='tcp', port=0)",
                 "IPPort: port: 0 is not between 1 and 65535"),
                ("IPAddressV4(network='Network|i', address='::1')",
                 "IPAddressV4: address: Expected 4 octets in '::1'"),
                ("Network()", "Network: name is missing"),
                ("IPService(ip_port=7, service='Service|x')",
                 "IPService: ip_port: expected IPPort, or the key of one, not "
                 "int"),
                ("IPAddress(network='Network|i', address='1.1.1.1')",
                 "IPAddress is abstract: use one of its kinds")):
            with self.subTest(made):
                answer = self.run_normalizer(
                    "from octopoes.models.types import *\n"
                    f"def run(input_ooi, raw):\n    yield {made}\n")
                self.assertIn(message, answer.failed())

    def test_what_is_not_here_of_openkat(self):
        answer = self.run_normalizer(
            "from octopoes.models.ooi.web import Nothing\n"
            "def run(input_ooi, raw): pass\n")
        self.assertIn("cannot import name 'Nothing' from 'octopoes.models.ooi"
                      ".web'", answer.failed())
        self.assertIn("a part of OpenKAT of which only what most plugins use "
                      "is here", answer.failed())
        answer = self.run_normalizer(
            "import octopoes.api\ndef run(input_ooi, raw): pass\n")
        self.assertIn("the module 'octopoes.api' is missing: a part of "
                      "OpenKAT", answer.failed())

    def test_what_is_installed_comes_first(self):
        self.write("site/octopoes/__init__.py", "")
        self.write("site/octopoes/models.py", """
            class OOI:
                def model_dump(self, mode):
                    return {"object_type": "Real"}
            """)
        host = self.host(environment={"PYTHONPATH": ":".join(
            [str(self.dir / "site"), str(ROOT / "bindings/python")])})
        folder = self.normalizer(
            "from octopoes.models import OOI\n"
            "def run(input_ooi, raw): yield OOI()\n")
        self.loaded(folder, "normalizer", "n", host=host)
        self.assertEqual(host.call("normalize").results, [
            {"kind": "ooi", "value": {"object_type": "Real"}}])


class Example(OpenKatTest):
    """examples/plugins/dns-records, which was written without any of this."""

    def test_it_is_described(self):
        answer = self.host().load(EXAMPLE)
        self.assertEqual(
            [(p.category, p.name, p.consumes, p.needs, p.dialect)
             for p in answer.plugins],
            [(3, "dns-records", [], 1, "openkat"),
             (9, "dns-records-normalize", ["boefje/dns-records"], 0,
              "openkat")])

    def test_the_boefje_runs_as_it_is(self):
        host = self.loaded(EXAMPLE, "worker", "dns-records")
        answer = host.call("scan", document={
            "id": str(uuid.uuid4()), "arguments": {"input": {"name": "Ex."}}},
            environment={"RECORD_TYPES": "NONE"})
        [(types, text)] = self.given(answer)
        self.assertEqual(types, ["application/json"])
        self.assertEqual(json.loads(text)["errors"],
                         {"NONE": "this type is not known here"})

    RAW = {"hostname": "example.com", "nxdomain": False, "errors": {},
           "records": [
               {"name": "example.com", "type": "A", "ttl": 60,
                "value": "192.0.2.1"},
               {"name": "example.com", "type": "MX", "ttl": 60,
                "value": "mail.example.com", "preference": 10},
               {"name": "example.com", "type": "TXT", "ttl": 60,
                "value": "v=spf1 -all"}]}

    def test_the_normalizer_gives_what_the_types_give(self):
        host = self.loaded(EXAMPLE, "normalizer", "dns-records-normalize")
        raw = json.dumps(self.RAW).encode()
        by_hand = host.call("normalize", raw, document={
            "input_ooi": {"network": {"name": "internet"}}}).results
        typed = self.run_normalizer("""
            import json
            from octopoes.models.types import *

            def run(input_ooi, raw):
                network = Network(name="internet")
                host = Hostname(network=network, name="example.com")
                mail = Hostname(network=network, name="mail.example.com")
                ip = IPAddressV4(network=network, address="192.0.2.1")
                yield from (host, ip, mail)
                for record in json.loads(raw)["records"]:
                    record.pop("name")
                    kind = type_by_name(f"DNS{record.pop('type')}Record")
                    yield kind(hostname=host, address=ip, mail_hostname=mail,
                               **record)
            """, raw).results
        self.assertEqual(len(by_hand), 6)
        self.assertEqual(
            {r["value"]["primary_key"]: {
                k: v for k, v in r["value"].items() if v is not None}
             for r in by_hand},
            {r["value"]["primary_key"]: {
                k: v for k, v in r["value"].items() if v is not None}
             for r in typed})


if __name__ == "__main__":
    unittest.main()
