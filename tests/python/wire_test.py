"""The wire codec against protoc, which knows runner.proto by itself."""

import dataclasses
import random
import re
import subprocess
import unittest

from driver import ROOT, m
from cupel.host.wire import (Kind, WireError, decode_envelope,
                             encode_envelope)

PROTO = ROOT / "src" / "proto"


def protoc(action, data):
    """Runs protoc on one message; its absence is a failure."""
    return subprocess.run(
        ["protoc", f"--proto_path={PROTO}", action, "cupel/v1/runner.proto"],
        input=data, capture_output=True, check=True, timeout=60).stdout


def filled(kind):
    """A message of this kind with something in every field."""
    message = kind()
    values = {Kind.UINT: 1 << 63, Kind.INT: -5, Kind.BOOL: True,
              Kind.BYTES: b"\x00\xff\"\n", Kind.TEXT: "grüße 猫"}
    small = {"protocol", "depth", "needs"}  # 32 bits
    for field in kind.FIELDS.values():
        value = (7 if field.name in small else
                 filled(field.type) if field.kind is Kind.MESSAGE
                 else values[field.kind])
        setattr(message, field.name,
                [value, value] if field.repeated else value)
    return message


class WireTest(unittest.TestCase):

    def test_what_is_written_is_what_protoc_reads(self):
        for envelope, kinds in (("ToRunner", m.TO_RUNNER),
                                ("ToHost", m.TO_HOST)):
            for kind in kinds.values():
                with self.subTest(kind.__name__):
                    raw = bytes(encode_envelope(kinds, filled(kind)))
                    text = protoc(f"--decode=cupel.v1.{envelope}", raw)
                    # Fields that protoc does not know it shows by number.
                    self.assertIsNone(re.search(rb"^\s*\d+[:{ ]", text, re.M))
                    for field in kind.FIELDS.values():
                        self.assertIn(f"  {field.name}".encode(), text)
                    # And it writes the same bytes, fields in order.
                    self.assertEqual(sorted(protoc(
                        f"--encode=cupel.v1.{envelope}", text)), sorted(raw))

    def test_what_protoc_writes_is_read(self):
        for envelope, kinds in (("ToRunner", m.TO_RUNNER),
                                ("ToHost", m.TO_HOST)):
            for kind in kinds.values():
                with self.subTest(kind.__name__):
                    text = protoc(f"--decode=cupel.v1.{envelope}", bytes(
                        encode_envelope(kinds, filled(kind))))
                    raw = protoc(f"--encode=cupel.v1.{envelope}", text)
                    self.assertEqual(decode_envelope(kinds, raw), filled(kind))

    def test_every_field_of_the_file_is_known(self):
        text = (PROTO / "cupel/v1/runner.proto").read_text()
        kinds = [*m.TO_RUNNER.values(), *m.TO_HOST.values(), m.Blob,
                 m.Variable, m.Description]
        bodies = dict(re.findall(r"^message (\w+) \{(.*?)^\}", text,
                                 re.M | re.S))
        for kind in kinds:
            fields = re.findall(r"(?:optional|repeated) \w+ (\w+) = (\d+);",
                                bodies.get(kind.__name__, ""))
            self.assertEqual(
                {int(number): name for name, number in fields},
                {number: field.name for number, field in kind.FIELDS.items()},
                kind.__name__)
            self.assertTrue(dataclasses.is_dataclass(kind))

    def test_unknown_fields_are_passed_over(self):
        raw = encode_envelope(m.TO_RUNNER, m.Cancel(id=3))
        more = raw + b"\xa0\x06\x01" + b"\xa9\x06" + b"8" * 8 + b"\xa2\x06\x01x"
        self.assertEqual(decode_envelope(m.TO_RUNNER, more), m.Cancel(id=3))

    def test_damage_is_an_error_or_another_message(self):
        # It must never be anything else, whatever the bytes.
        turn = random.Random(7)
        whole = bytes(encode_envelope(m.TO_RUNNER, filled(m.Invoke)))
        for _ in range(3000):
            raw = bytearray(whole[:turn.randrange(len(whole) + 1)])
            for _ in range(turn.randrange(4)):
                if raw:
                    raw[turn.randrange(len(raw))] = turn.randrange(256)
            try:
                decode_envelope(m.TO_RUNNER, raw)
            except WireError:
                pass

    def test_cut_short_anywhere_is_an_error(self):
        whole = encode_envelope(m.TO_RUNNER, m.Load(
            origin="o" * 200, category=3, name="n"))
        for size in range(len(whole)):
            with self.assertRaises(WireError):
                decode_envelope(m.TO_RUNNER, whole[:size])


if __name__ == "__main__":
    unittest.main()
