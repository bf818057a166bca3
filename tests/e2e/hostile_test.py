"""Bombs, quines, damage: the program lives, says what it did not scan, and never
calls clean what it has not seen."""

import random
import struct
import subprocess
import unittest
import zipfile
import zlib

from support import TempDirTest, run, scan, tar_bytes, zip_bytes

RULE = 'rule evil { strings: $e = "EVIL" condition: $e }'


def overlapping_zip(entries):
    """Many central entries on one local header."""
    data = zlib.compress(b"\0" * 1_000_000, 9)[2:-4]
    crc = zlib.crc32(b"\0" * 1_000_000)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(data), 1_000_000, 1, 0)
    local += b"a" + data
    central = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(data), 1_000_000,
                    1, 0, 0, 0, 0, 0, 0) + b"a" for _ in range(entries))
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, entries, entries, len(central), len(local), 0)
    return local + central + end


class HostileTest(TempDirTest):

    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yar", RULE)

    def scan(self, path, *options):
        return scan(path, "--rules", self.rules, *options)

    def test_ratio_bomb(self):
        path = self.write("bomb.gz", zlib.compress(b"\0" * (200 << 20), 9, 31))
        report = self.scan(path)
        self.assertIn(("limit", "ratio", str(path)), self.incidents(report))
        self.assertEqual(report["verdict"], "unknown")

    def test_nested_bomb(self):
        content = b"\0" * (8 << 20)
        for level in range(6):
            content = zip_bytes({f"{level}-{i}.zip": content for i in range(8)})
        path = self.write("nested.zip", content)
        report = self.scan(path, "--max-total-bytes", "64M", "--no-dedup")
        self.assertTrue(any(i[1] == "total_bytes" for i in self.incidents(report)))
        self.assertEqual(report["verdict"], "unknown")

    def test_overlapping_entries(self):
        path = self.write("overlap.zip", overlapping_zip(3000))
        report = self.scan(path)
        names = {i[1] for i in self.incidents(report)}
        self.assertIn("overlapping_entries", names)
        self.assertIn("ratio", names)
        self.assertEqual(report["verdict"], "unknown")

    def test_many_entries(self):
        path = self.write("many.zip", zip_bytes({f"f{i}": b"" for i in range(3000)},
                                                zipfile.ZIP_STORED))
        report = self.scan(path, "--max-files", "1000")
        self.assertIn(("limit", "files", str(path)), self.incidents(report))
        self.assertEqual(len(report["payloads"]), 1001)
        self.assertEqual(self.scan(path)["verdict"], "clean")

    def test_quine(self):
        """An archive that holds itself ends at the content seen before."""
        inner = tar_bytes({"x": b"EVIL"})
        path = self.write("same.tgz", tar_bytes({"a.tgz": inner, "b/a.tgz": inner,
                                                 "c": tar_bytes({"a.tgz": inner})}))
        report = self.scan(path)
        self.assertEqual(report["coverage"], "complete")
        self.assertEqual(len(report["findings"]), 1)

    def test_all_gzip_members(self):
        first = tar_bytes({"ok.py": b"fine"}, "w")[:-1024].rstrip(b"\0")
        first += b"\0" * (-len(first) % 512)
        second = tar_bytes({"hidden.py": b"EVIL"}, "w")
        path = self.write("two.tar.gz", zlib.compress(first, 9, 31) + zlib.compress(second, 9, 31))
        report = self.scan(path)
        self.assertEqual([f["rule"] for f in report["findings"]], ["evil"])

    def test_truncation_at_every_byte(self):
        """Never clean unless all is there; never lost what came before the cut."""
        whole = {
            "a.tar": tar_bytes({"one": b"EVIL", "two": b"x" * 700}, "w"),
            "a.zip": zip_bytes({"one": b"EVIL" * 30, "two": b"x" * 70}),
            "a.gz": zlib.compress(b"EVIL and so on" * 30, 9, 31),
        }
        for name, content in whole.items():
            folder = self.dir / f"cuts-{name}"
            folder.mkdir()
            for size in range(1, len(content), 1 if len(content) < 600 else 37):
                (folder / f"{size:05}-{name}").write_bytes(content[:size])
            report = self.scan(folder)
            coverage = {p["path"].rsplit("/", 1)[1]: p["coverage"] for p in report["payloads"]
                        if "!/" not in p["path"]}
            containers = {p["path"].rsplit("/", 1)[1] for p in report["payloads"]
                          if "!/" not in p["path"] and p["container"]}
            if name == "a.tar":
                continue  # cut at a header it is a shorter tar
            for file in containers:
                self.assertEqual(coverage[file], "partial", file)

    def test_random_damage(self):
        generator = random.Random(20240601)
        content = tar_bytes({f"f{i}": bytes(generator.randrange(256) for _ in range(300))
                             for i in range(20)})
        folder = self.dir / "damage"
        folder.mkdir()
        for round_ in range(150):
            broken = bytearray(content if round_ % 2 else zip_bytes({"a": b"EVIL", "b": b"x" * 999}))
            for _ in range(generator.randrange(1, 6)):
                broken[generator.randrange(len(broken))] = generator.randrange(256)
            (folder / f"{round_}").write_bytes(bytes(broken))
        report = self.scan(folder)
        self.assertEqual(len([p for p in report["payloads"] if not p["parents"]]), 150)

    def test_endless_standard_input(self):
        with subprocess.Popen(["cat", "/dev/zero"], stdout=subprocess.PIPE) as zeros:
            done = run("scan", "-", "--rules", self.rules, "--format", "json",
                       "--max-total-bytes", "32M", stdin=zeros.stdout)
            zeros.kill()
        self.assertEqual(done.returncode, 3, done.stderr)


if __name__ == "__main__":
    unittest.main()
