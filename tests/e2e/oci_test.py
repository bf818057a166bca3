"""Boefjes in containers: podman and runc of this system, and an image that
debootstrap makes. Needs root, as `cupel` does for the containers' networks."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import oci_image
import registry_support
import support

SECRET = registry_support.SECRET
HOST = "Hostname|internet|example.com"


def setUpModule():
    global podman, storage
    storage = tempfile.TemporaryDirectory(prefix="cupel-oci-")
    podman = oci_image.Podman(pathlib.Path(storage.name))


def tearDownModule():
    podman.close()
    storage.cleanup()


class OciTest(registry_support.CatalogueTest):
    def setUp(self):
        super().setUp()
        self.variables.update(podman.variables)
        self.organisations("acme")
        self.addCleanup(self.leaves_nothing)

    def leaves_nothing(self):
        self.assertEqual(podman.containers(), [])

    def boefje(self, *arguments, image=oci_image.IMAGE, schema=None):
        manifest = {"id": "in-a-box", "name": "In a box", "scan_level": 0,
                    "consumes": ["Hostname"], "oci_image": image,
                    "oci_arguments": list(arguments)}
        self.write("plugins/box/boefje.json", json.dumps(manifest))
        if schema is not None:
            self.write("plugins/box/schema.json", json.dumps(schema))

    def start(self, *arguments):
        return ["boefje", "run", "acme", "in-a-box", HOST, "-p", self.plugins,
                "--format", "json", *arguments]

    def run_box(self, *arguments, code=0, **options):
        """The report of one run, whose standard error is in self.errors."""
        done = self.process(*self.start(*arguments), **options)
        self.errors = done.stderr.decode()
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertNotIn(SECRET.encode(), done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["tier"], "oci")
        self.assertEqual(report["status"], "failed" if code else "completed")
        return report

    def raw(self, report, index=0, reveals=False):
        return self.cupel("raw", "show", report["raws"][index]["id"], reveals=reveals)

    def error_of(self, report):
        """The text of the raw that says why it failed."""
        last = report["raws"][-1]
        self.assertEqual(last["mime_types"], ["boefje/in-a-box", "error/boefje"])
        return self.raw(report, -1)


class IsolationTest(OciTest):
    def test_it_gets_its_task_and_nothing_else(self):
        self.boefje("facts", schema={
            "type": "object", "secret": ["API_KEY"],
            "properties": {"API_KEY": {"type": "string"}}})
        self.cupel("settings", "set", "acme", "in-a-box", "-p", self.plugins,
                   stdin=json.dumps({"API_KEY": SECRET}))
        report = self.run_box("--no-network", "--memory", "128M",
                              variables={"HOST_SECRET": "mine", "HTTP_PROXY": "http://p"})
        self.assertEqual(report["boefje_meta"]["environment"], {"API_KEY": "***"})
        raw = report["raws"][0]
        self.assertEqual(raw["mime_types"], ["application/json", "boefje/in-a-box"])
        self.assertIn("'answer' is no MIME type", "".join(report["warnings"]))
        facts = json.loads(self.raw(report, reveals=True))
        self.assertEqual(facts["task_environment"], {"API_KEY": SECRET})
        self.assertEqual(facts["input"]["name"], "example.com")
        self.assertEqual(facts["organization"], "acme")
        # Not by its environment or its arguments.
        self.assertNotIn(SECRET, json.dumps([facts["environment"], facts["argv"]]))
        self.assertNotIn("HOST_SECRET", facts["environment"])
        self.assertNotIn("HTTP_PROXY", json.dumps(facts["environment"]).upper())
        self.assertEqual(len(facts["argv"]), 1)
        self.assertRegex(facts["argv"][0], r"^http://127\.0\.0\.1:\d+/[0-9a-f]{64}/api/v0/tasks/")
        self.assertEqual(int(facts["capabilities"], 16), 0)
        self.assertEqual(int(facts["bounding"], 16), 0)
        self.assertEqual(facts["no_new_privileges"], "1")
        self.assertEqual(facts["seccomp"], "2")
        self.assertEqual(facts["interfaces"], ["lo"])
        self.assertEqual([facts["root"], facts["tmp"], facts["cache"]], [False, True, True])
        self.assertRegex(facts["limits"], r"Max open files\s+1024\s+1024")
        self.assertRegex(facts["limits"], r"Max processes\s+256\s+256")
        self.assertRegex(facts["limits"], r"Max core file size\s+0\s+0")

    def test_the_id_it_is_told_is_the_raws(self):
        self.boefje("large")
        report = self.run_box("--no-network")
        self.assertEqual(report["raws"][0]["size"], 8 << 20)

    def test_the_api_is_for_this_job_and_while_it_runs(self):
        self.boefje("probe")
        found = json.loads(self.raw(self.run_box("--no-network")))
        self.assertEqual(found["health"], [200, "OK"])
        self.assertEqual(found["without_token"], 404)
        self.assertEqual(found["wrong_token"], 404)
        self.assertEqual(found["other_task"], [404, {"detail": "Task not found"}])
        self.assertEqual(found["no_output"], 422)

    def test_the_network_is_outside_of_this_machine_or_nothing(self):
        with socket.create_server(("0.0.0.0", 0)) as mine:
            port = mine.getsockname()[1]
            self.boefje("reach", "127.0.0.1", "10.0.2.2", schema={
                "type": "object", "properties": {"PORT": {"type": "string"}}})
            variables = {"BOEFJE_PORT": str(port)}
            off = json.loads(self.raw(self.run_box("--no-network", variables=variables)))
            on = json.loads(self.raw(self.run_box(variables=variables)))
        self.assertEqual((off["interfaces"], off["routes"]), (["lo"], 0))
        self.assertEqual(on["interfaces"], ["lo", "tap0"])
        self.assertGreater(on["routes"], 0)
        for found in (off, on):
            self.assertFalse(found["127.0.0.1"] or found["10.0.2.2"], found)


class LimitTest(OciTest):
    def test_time(self):
        self.boefje("hang")
        started = time.monotonic()
        report = self.run_box("--no-network", "--timeout", "5s", code=1)
        self.assertLess(time.monotonic() - started, 60)
        self.assertIn("did not end in time", report["problem"])
        self.assertEqual(self.error_of(report), "about to hang\n")

    def test_memory(self):
        self.boefje("memory")
        report = self.run_box("--no-network", "--memory", "64M", code=1)
        self.assertIn("memory", report["problem"])

    def test_processes(self):
        self.boefje("forks")
        found = json.loads(self.raw(self.run_box("--no-network")))
        self.assertLess(found["forks"], 256)
        self.assertGreater(found["forks"], 100)

    def test_an_interrupt_kills_the_container(self):
        self.boefje("hang")
        process = subprocess.Popen(
            [support.CUPEL, *map(str, self.start("--no-network"))], cwd=self.dir,
            env={**self.variables}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        give_up = time.monotonic() + 60
        while not podman.containers() and time.monotonic() < give_up:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 2, errors)
        self.assertIn(b"cancelled", errors)
        self.assertEqual(json.loads(self.cupel("raw", "list", "acme", "--format", "json")),
                         {"raws": []})


class FailureTest(OciTest):
    def test_it_says_that_it_failed(self):
        self.boefje("failed")
        report = self.run_box("--no-network", code=1)
        self.assertIn("said that it failed", report["problem"])
        self.assertEqual(json.loads(self.raw(report)), {"why": "no luck"})

    def test_it_hands_nothing_in(self):
        self.boefje("silent")
        report = self.run_box("--no-network", code=1)
        self.assertIn("without handing in an output", report["problem"])
        self.assertEqual(self.error_of(report), "nothing to hand in\n")

    def test_it_crashes(self):
        self.boefje("crash")
        report = self.run_box("--no-network", code=1)
        self.assertIn("ended with 1", report["problem"])
        self.assertIn("RuntimeError: dummy error", self.error_of(report))

    def test_there_is_no_such_image(self):
        self.boefje("facts", image="localhost/no-such-image:1")
        report = self.run_box("--no-network", code=1)
        self.assertIn("pull localhost/no-such-image:1", report["problem"])

    def test_there_is_no_such_program_or_runtime(self):
        self.boefje("facts")
        report = self.run_box("--no-network", "--oci-program", "/no/such/podman", code=1)
        self.assertIn("/no/such/podman", report["problem"])
        report = self.run_box("--no-network", "--oci-runtime", "no-such-runtime", code=1)
        self.assertIn("could not start the container", report["problem"])

    def test_an_image_that_is_an_option(self):
        self.boefje("facts", image="--privileged")
        self.assertIn("is no name of an image", self.fails(*self.start()))

    def test_a_boefje_without_an_image_is_no_container(self):
        self.assertIn("has no oci_image", self.fails(
            "boefje", "run", "acme", "plain", HOST, "-p", self.plugins, "--tier", "oci"))


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("oci_test.py needs root: a container's network can't be made without it; "
                 "run the tests as root (sudo ./dev test)")
    unittest.main()
