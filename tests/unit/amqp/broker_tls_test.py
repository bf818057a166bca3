#!/usr/bin/env python3
"""Queues in a RabbitMQ over TLS, with certificates made by openssl.

CUPEL_AMQP_PROBE names the program amqp_probe.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "support"))

# pylint: disable=wrong-import-position
from with_rabbitmq import RabbitMq  # noqa: E402

PROBE = os.environ.get("CUPEL_AMQP_PROBE", "")


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class BrokerTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="cupel-tls-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        # The broker, another user, reads them.
        cls.folder.chmod(0o755)
        for name in ("ca", "other"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                    "2", "-subj", f"/CN={name}", "-keyout",
                    str(cls.folder / f"{name}.key"), "-out",
                    str(cls.folder / f"{name}.pem"))
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                "-keyout", str(cls.folder / "broker.key"), "-out",
                str(cls.folder / "broker.csr"))
        openssl("x509", "-req", "-in", str(cls.folder / "broker.csr"), "-CA",
                str(cls.folder / "ca.pem"), "-CAkey",
                str(cls.folder / "ca.key"), "-CAcreateserial", "-days", "2",
                "-copy_extensions", "copy", "-out",
                str(cls.folder / "broker.pem"))
        (cls.folder / "broker.key").chmod(0o644)
        cls.broker = RabbitMq(tls={"ca": cls.folder / "ca.pem",
                                   "cert": cls.folder / "broker.pem",
                                   "key": cls.folder / "broker.key"})
        cls.addClassCleanup(cls.broker.stop)
        cls.broker.start()

    def probe(self, *arguments):
        done = subprocess.run([PROBE, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120)
        return done.stdout.strip()

    def url(self, ca, host="localhost"):
        url = self.broker.tls_url.replace("@localhost:", f"@{host}:")
        return f"{url}?queue=t{f'&ca={self.folder / ca}' if ca else ''}"

    def test_a_known_authority_is_trusted(self):
        self.assertEqual(self.probe("submit", self.url("ca.pem"), "3"),
                         "submitted 3")

    def test_another_authority_is_not(self):
        for ca in ("other.pem", ""):
            told = self.probe("submit", self.url(ca), "1")
            self.assertTrue(told.startswith("error UNAVAILABLE: "), told)
            self.assertNotIn(self.broker.password, told)

    def test_another_name_is_not(self):
        told = self.probe("submit", self.url("ca.pem", "127.0.0.1"), "1")
        self.assertTrue(told.startswith("error UNAVAILABLE: "), told)
        self.assertIn("hostname", told.lower())

    def test_authorities_that_are_none_are_told(self):
        (self.folder / "empty.pem").write_text("")
        for ca in ("nowhere.pem", "empty.pem"):
            told = self.probe("submit", self.url(ca), "1")
            self.assertTrue(told.startswith("error INVALID_ARGUMENT: "), told)
            self.assertIn(ca, told)


if __name__ == "__main__":
    unittest.main()
