"""What stoQ's own modules do, called as plugins call them."""

import http.server
import io
import pathlib
import sys
import tempfile
import threading
import time
import unittest

import driver  # noqa: F401 (finds the package)
from cupel.host.stoq import install_shim
from cupel.host.stoq_runtime import runtime

install_shim()

from stoq.core import Stoq  # noqa: E402
from stoq.filters import StoqBloomFilter  # noqa: E402
from stoq.helpers import (JsonComplexEncoder, flatten,  # noqa: E402
                          ratelimited)
import stoq.scan  # noqa: E402


class Core(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cupel-shim-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name).resolve()
        runtime.set_up(self.dir, {})
        self.stoq = Stoq()

    def test_files_are_read_below_the_allowed_folders_only(self):
        (self.dir / "ok").mkdir()
        (self.dir / "ok_evil").mkdir()
        for name in ("ok/a", "ok_evil/a"):
            (self.dir / name).write_bytes(name.encode())
        (self.dir / "ok/link").symlink_to(self.dir / "ok_evil/a")
        self.stoq.source_base_tuple = (str(self.dir / "ok"),)
        self.assertEqual(self.stoq.get_file(str(self.dir / "ok/a")), b"ok/a")
        with self.assertLogs("stoq", "WARNING") as logs:
            for name in ("ok_evil/a", "ok/link", "ok/../ok_evil/a", "ok/none",
                         "ok"):
                self.assertIsNone(self.stoq.get_file(str(self.dir / name)))
        self.assertEqual(len(logs.records), 5)

    def test_writing(self):
        path = self.stoq.write(b"abc", filename="a", path=str(self.dir / "w"))
        self.assertEqual(path, str(self.dir / "w/a"))
        again = self.stoq.write("other", filename="a",
                                path=str(self.dir / "w"))
        self.assertEqual((again, (self.dir / "w/a").read_bytes()),
                         (path, b"abc"))
        self.stoq.write("d", filename="a", path=str(self.dir / "w"),
                        append=True)
        self.assertEqual((self.dir / "w/a").read_bytes(), b"abcd")
        self.stoq.write("e", filename="a", path=str(self.dir / "w"),
                        overwrite=True)
        self.assertEqual((self.dir / "w/a").read_bytes(), b"e")
        self.assertIs(self.stoq.write(b"", filename="a"), False)
        default = self.stoq.write(b"x")
        self.assertRegex(
            default, rf"^{self.dir}/results/[-0-9a-f]{{36}}\.stoq$")

    def test_writing_does_not_leave_the_folder(self):
        (self.dir / "w").mkdir()
        (self.dir / "w/out").symlink_to("/tmp")
        with self.assertLogs("stoq", "ERROR"):
            for name in ("../x", "/tmp/x", "out/x", "a/../../x", "."):
                self.assertIs(self.stoq.write(
                    b"x", filename=name, path=str(self.dir / "w")), False)

    def test_json(self):
        self.assertEqual(self.stoq.dumps({"b": b"x", "s": {1}},
                                         compactly=True),
                         '{"b":"b\'x\'","s":[1]}')
        self.assertEqual(self.stoq.loads(b'{"a": 1}'), {"a": 1})
        self.assertEqual(
            self.stoq.sanitize_json({"a.b c": [{"d.e": 1}, 2]}),
            {"a_b_c": [{"d_e": 1}, 2]})
        self.assertEqual(
            self.stoq.normalize_json({"a": 1, "b": None, "c": {"d": True}}),
            {"a": "1", "b": "", "c": [{"d": "True"}]})
        with self.assertRaises(TypeError):
            self.stoq.dumps(object(), indent=None)
        self.assertIn('"b', JsonComplexEncoder().encode(b"x"))

    def test_small_things(self):
        self.assertEqual(self.stoq.hashpath("abcdef01"),
                         f"{self.dir}/archive/a/b/c/d/e/abcdef01")
        self.assertEqual(self.stoq.force_unicode(b"gr\xfc\xdfe"), "grüße")
        self.assertEqual(self.stoq.force_unicode("grüße".encode()), "grüße")
        self.assertNotEqual(self.stoq.get_uuid, self.stoq.get_uuid)
        self.assertRegex(self.stoq.get_time, r"^\d{4}-.*\+00:00$")
        self.assertEqual(self.stoq.argv[2:], [])
        self.assertIsNone(self.stoq.load_plugin("", "reader"))
        self.assertIs(self.stoq.load_plugin("x", "nothing"), False)
        self.assertEqual(len(self.stoq.get_categories()), 8)

    def test_settings(self):
        runtime.set_up(self.dir, {"stoq": {
            "base_dir": "/base", "url_prefix_tuple": "http://a,http://b",
            "my_own": 7}})
        core = Stoq(results_dir="/r")
        self.assertEqual(
            (core.base_dir, core.log_dir, core.results_dir,
             core.url_prefix_tuple, core.my_own),
            ("/base", "/base/logs", "/r", ("http://a", "http://b"), 7))


class Server(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        text = "\n".join([
            f"{self.command} {self.path}", self.headers["User-Agent"],
            self.headers.get("X-Key", ""),
            self.headers.get("Authorization", ""),
            self.headers.get("Content-Type", ""),
            self.rfile.read(size).decode()])
        self.send_response(404 if "missing" in self.path else 200)
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *arguments):
        pass


class Http(unittest.TestCase):

    def setUp(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.stoq = Stoq()

    def test_get(self):
        lines = self.stoq.get_file(
            self.url + "/a", params={"b": "c"}, auth=("user", "pass"),
            **{"X-Key": "k"}).decode().split("\n")
        self.assertEqual(lines, ["GET /a?b=c", "stoQ/1.0.2", "k",
                                 "Basic dXNlcjpwYXNz", "", ""])

    def test_put_and_post(self):
        self.assertIn(b"PUT /a", self.stoq.put_file(self.url + "/a",
                                                    data=b"x"))
        text = self.stoq.post_file(
            self.url + "/a", files={"file": ('n"', io.BytesIO(b"bytes"))},
            data={"k": "v"}).decode()
        self.assertIn("multipart/form-data; boundary=", text)
        self.assertIn('name="file"; filename="n%22"\r\n\r\nbytes\r\n', text)
        self.assertIn('name="k"\r\n\r\nv\r\n', text)

    def test_failures_are_none_and_tell_no_secrets(self):
        with self.assertLogs("stoq", "WARNING") as logs:
            for url in (self.url + "/missing?key=s3cret",
                        "http://127.0.0.1:1/?key=s3cret"):
                self.assertIsNone(self.stoq.get_file(url))
            self.assertIsNone(self.stoq.post_file("file:///etc/passwd"))
        self.assertNotIn("s3cret", "".join(logs.output))


class Others(unittest.TestCase):

    def test_flatten(self):
        self.assertEqual(
            flatten({"results": [{"scan": {"s": 1}}, {"scan": [1, 2]}],
                     "empty": {}}, "::"),
            {"results::0::scan::s": 1, "results::1::scan": [1, 2],
             "empty": {}})

    def test_rate_limit(self):
        calls = []

        @ratelimited("2/1")
        def limited(**kwargs):
            calls.append((time.monotonic(), kwargs))

        for _ in range(3):
            limited(a=1)
        limited(ratelimit="1000/1")
        self.assertGreaterEqual(calls[2][0] - calls[0][0], 0.99)
        self.assertEqual([kwargs for _, kwargs in calls],
                         [{"a": 1}] * 3 + [{}])

    def test_hashes_as_the_standards_have_them(self):
        self.assertEqual(stoq.scan.get_sha1("abc"),
                         "a9993e364706816aba3e25717850c26c9cd0d89d")
        self.assertEqual(sorted(stoq.scan.get_hashes(b"")),
                         ["md5", "sha1", "sha256", "sha512"])

    def test_bytes_frequency(self):
        payload = b"ab" * 30 + b"\x00" * 40
        self.assertEqual(
            list(stoq.scan.bytes_frequency(payload)),
            [(b"\0", 40, 40.0), (b"a", 30, 30.0), (b"b", 30, 30.0),
             (b"ab", 30, 30.3), (b"ba", 29, 29.29)])
        self.assertEqual(list(stoq.scan.bytes_frequency(b"")), [])

    def test_bloom_filter(self):
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/filter"
            bloom = StoqBloomFilter()
            with self.assertRaisesRegex(ValueError, "there is no filter yet"):
                bloom.query_filter("x")
            bloom.create_filter(path, 1000, 0.01)
            for number in range(1000):
                bloom.query_filter(f"in {number}", add_missing=True)
            bloom.save()
            again = StoqBloomFilter()
            again.import_filter(path)
            self.assertTrue(all(again.query_filter(f"in {number}")
                                for number in range(1000)))
            wrong = sum(again.query_filter(f"out {number}")
                        for number in range(1000))
            self.assertLess(wrong, 40)
            with open(path, "wb") as file:
                file.write(b"something else")
            with self.assertRaisesRegex(ValueError, "is no filter that was"):
                again.import_filter(path)


if __name__ == "__main__":
    sys.exit(unittest.main())
