"""cupel worker openkat: boefjes that are images, run in containers of this
machine's podman, and workers in images that pop by the boefje API. Needs root,
as the containers' networks do."""

import json
import pathlib
import re
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

import oci_image
import openkat_worker_test
import support

sys.path.insert(0, str(support.ROOT / "tests" / "support"))
import fake_openkat  # noqa: E402

HOST = openkat_worker_test.HOST
SECRET = openkat_worker_test.SECRET


def setUpModule():
    global podman, storage
    storage = tempfile.TemporaryDirectory(prefix="cupel-oci-")
    podman = oci_image.Podman(pathlib.Path(storage.name))


def tearDownModule():
    podman.close()
    storage.cleanup()


class ContainerTest(openkat_worker_test.OpenKatTest):
    def setUp(self):
        super().setUp()
        self.fake.katalogus.plugins["in-a-box"] = {
            "id": "in-a-box", "name": "In a box", "type": "boefje", "version": "1",
            "scan_level": 0, "consumes": ["Hostname"], "oci_image": oci_image.IMAGE,
            "oci_arguments": ["facts"],
            "boefje_schema": {"type": "object", "properties": {"API_KEY": {"type": "string"}}}}
        self.fake.katalogus.settings["aa", "in-a-box"] = {"API_KEY": SECRET}

    def start(self, *arguments, **variables):
        return super().start(*arguments, **podman.variables, **variables)

    def test_an_image_that_katalogus_knows_is_run_in_a_container(self):
        task = self.fake.boefje_task("in-a-box", HOST, image=oci_image.IMAGE)
        worker = self.start("-i", oci_image.IMAGE)
        self.until(task, "completed", "failed", seconds=120)
        raws = self.fake.raws(task)
        self.assertEqual(self.fake.patches(task), ["running", "completed"],
                         worker.text() + repr(raws))
        [(tags, content)] = raws
        self.assertEqual(tags, {"application/json", "boefje/in-a-box", "boefje/in-a-box-1"})
        facts = json.loads(content)
        self.assertIn("argv", facts)
        self.assertEqual(self.fake.bytes.boefje_metas[task]["environment"], {"API_KEY": "***"})
        self.assertEqual(podman.containers(), [])

    def test_an_image_that_is_not_there_says_what_to_do(self):
        self.fake.katalogus.plugins["in-a-box"]["oci_image"] = "localhost/no-such-image:1"
        task = self.fake.boefje_task("in-a-box", HOST)
        worker = self.start()
        self.until(task, "completed", "failed", seconds=120)
        self.assertEqual(self.fake.patches(task), ["running", "failed"])
        [(tags, content)] = self.fake.raws(task)
        self.assertIn("error/boefje", tags)
        self.assertIn(b"image not known", content)
        self.fake.wait(lambda: "pull localhost/no-such-image:1" in worker.text())


class ApiTest(openkat_worker_test.OpenKatTest):
    """What a worker inside of an image does, by hand."""

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(), method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def test_a_worker_in_an_image_pops_runs_and_hands_in(self):
        self.boefje("def run(meta):\n    return []\n")
        other = self.fake.boefje_task("mine", HOST, image="image:1")
        worker = self.start("-p", "nothing-for-itself", "--serve-api",
                            BOEFJES_API="http://boefje:8000", BOEFJES_API_HOST="127.0.0.1",
                            BOEFJES_API_PORT="0")
        self.fake.wait(lambda: "boefje API is served" in worker.text())
        self.url = "http://127.0.0.1:" + re.search(r"port=(\d+)", worker.text()).group(1)
        self.assertEqual(self.ask("GET", "/healthz"), (200, "OK"))
        status, tasks = self.ask("POST", "/api/v0/scheduler/boefje/pop?limit=1", {"filters": [
            {"column": "data", "field": "boefje__oci_image", "operator": "in",
             "value": ["image:1"]}]})
        self.assertEqual(status, 200)
        [task] = tasks
        self.assertEqual(task["id"], other)
        self.assertEqual(task["data"]["environment"], {"API_KEY": SECRET, "COUNT": "3"})
        path = f"/api/v0/tasks/{other}"
        self.assertEqual(self.ask("GET", path)[0], 403)
        self.assertEqual(self.ask("PATCH", f"/api/v0/scheduler/tasks/{other}",
                                  {"status": "running"}), (200, None))
        status, handed = self.ask("GET", path)
        self.assertEqual((status, handed["output_url"]), (200, "http://boefje:8000" + path))
        status, names = self.ask("POST", path, {
            "status": "COMPLETED",
            "files": [{"name": "a", "content": "aGVsbG8=", "tags": ["text/plain"]}]})
        self.assertEqual(status, 200)
        self.assertEqual(list(names), ["a"])
        self.assertEqual(self.fake.raws(other), [({"text/plain", "boefje/mine"}, b"hello")])
        self.assertEqual(self.fake.patches(other), ["running", "completed"])
        self.assertEqual(self.fake.bytes.boefje_metas[other]["environment"],
                         {"API_KEY": "***", "COUNT": "***"})
        self.assertEqual(self.ask("POST", path, {"status": "COMPLETED"})[0], 403)



if __name__ == "__main__":
    unittest.main()
