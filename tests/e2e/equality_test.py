"""The matches of `cupel` on an archive are those of `yara` on the unpacked tree:
rule by rule, file by file, offset by offset."""

import re
import shutil
import subprocess
import unittest

from support import ROOT, RULES, TempDirTest, scan, tool

# Constructs in which a scanner that feeds libyara wrongly would give itself away.
EXTRA_RULES = r"""
import "pe"
import "elf"
import "hash"
import "math"
global rule not_huge { condition: filesize < 100MB }
private rule helper { strings: $h = "import" condition: $h }
rule uses_private { condition: helper and filesize > 10 }
rule text_modes { strings: $a = "http" nocase $b = "Eval" wide ascii $c = "xor" xor $d = "base64" base64
  condition: any of them }
rule hex { strings: $h = { 7B [0-8] 7D } $i = { 0? 0A ( 20 | 09 ) } condition: any of them }
rule regex { strings: $r = /[a-z]{3,8}\([^)]{0,20}\)/ $f = /\bdef\b/ fullword condition: #r > 2 or $f }
rule counts { strings: $e = "e" condition: #e > 20 and @e[2] > 0 and !e[1] == 1 }
rule at_start { strings: $b = "#!" condition: $b at 0 }
rule magic { condition: uint32(0) == 0x464C457F }
rule is_pe { condition: pe.is_pe and pe.number_of_sections > 1 }
rule not_pe { condition: not pe.is_pe }
rule pe_undefined { condition: not (pe.number_of_sections > 1 and filesize > 0) }
rule mz { condition: uint16(0) == 0x5A4D }
rule mz_string { strings: $m = "MZ" condition: $m at 0 and pe.machine != 0 }
rule elf64 { condition: elf.machine == elf.EM_X86_64 }
rule random { condition: math.entropy(0, filesize) > 7.0 }
rule empty { condition: filesize == 0 }
rule digest { condition: hash.md5(0, filesize) == "d41d8cd98f00b204e9800998ecf8427e" }
rule loop { strings: $q = "=" condition: for any i in (1..#q) : (@q[i] % 7 == 0) }
"""

LINE = re.compile(rb"^0x([0-9a-f]+):(\d+):(\$\w*)(?:: |$)")


def yara_matches(rule_files, tree):
    """{(path, namespace, rule, string id, offset, length)} by the yara program."""
    found = set()
    for namespace, path in rule_files.items():
        output = subprocess.run(
            ["yara", "-r", "-w", "-N", "-s", "-L", "-p", "2", str(path), "."],
            cwd=tree, capture_output=True, check=True, timeout=300).stdout
        rule = file = None
        for line in output.split(b"\n"):
            string = LINE.match(line)
            if string:
                found.add((file, namespace, rule, string[3].decode(), int(string[1], 16),
                           int(string[2])))
            elif line:
                name, _, where = line.partition(b" ")
                rule, file = name.decode(), where.decode().removeprefix("./")
                found.add((file, namespace, rule, None, None, None))
    return found


def cupel_matches(report, container):
    """The same from a report, of what is inside `container`."""
    prefix = container + "!/"
    paths = {p["id"]: p["path"] for p in report["payloads"]}
    found = set()
    for finding in report["findings"]:
        path = paths[finding["payload"]]
        if not path.startswith(prefix):
            continue
        key = (path.removeprefix(prefix).removeprefix("./"), finding["namespace"],
               finding["rule"])
        found.add((*key, None, None, None))
        for s in finding["strings"]:
            found.add((*key, s["id"], s["offset"], s["length"]))
    return found


class EqualityTest(TempDirTest):

    def setUp(self):
        super().setUp()
        self.tree = self.dir / "tree"
        self.tree.mkdir()
        shutil.copytree(ROOT / "tests" / "e2e" / "rules_fixtures", self.tree / "fixtures")
        shutil.copy("/bin/true", self.tree / "true.elf")
        (self.tree / "empty").write_bytes(b"")
        (self.tree / "one").write_bytes(b"M")
        (self.tree / "mz").write_bytes(b"MZ")
        (self.tree / "mz.bin").write_bytes(b"MZ" + bytes(range(256)) * 20)
        (self.tree / "random").write_bytes(bytes((i * 7919 + i * i * 31) % 251 for i in range(9000)))
        (self.tree / "long.py").write_text("import os\nx = eval('1')\n" * 400)
        self.rule_dir = self.dir / "rules"
        self.rule_dir.mkdir()
        # `filetype` makes a finding of a match, which yara knows nothing about.
        for source in RULES.iterdir():
            if source.suffix in (".yar", ".inc"):
                text = re.sub(r"(?m)^\s*filetype\s*=.*$", "", source.read_text())
                (self.rule_dir / source.name).write_text(text)
        (self.rule_dir / "extra.yar").write_text(EXTRA_RULES)
        self.files = {p.stem: p for p in self.rule_dir.glob("*.yar")}
        self.expected = yara_matches(self.files, self.tree)
        self.assertGreater(len(self.expected), 300)

    def check(self, archive, *options):
        report = scan(archive, "--rules", self.rule_dir, "--max-matches-per-rule", "off",
                      "--no-match-data", *options)
        found = cupel_matches(report, str(archive))
        self.assertEqual(self.expected - found, set(), "yara finds, cupel does not")
        self.assertEqual(found - self.expected, set(), "cupel finds, yara does not")
        self.assertEqual(report["coverage"], "complete", report["incidents"])

    def test_tar_gz(self):
        tool("tar", "-czf", self.dir / "a.tgz", "-C", self.tree, ".")
        self.check(self.dir / "a.tgz")
        self.check(self.dir / "a.tgz", "--threads", "1")
        self.check(self.dir / "a.tgz", "--engine", "libyara")
        self.check(self.dir / "a.tgz", "--no-dedup")

    def test_zip(self):
        tool("zip", "-q", "-r", self.dir / "a.zip", ".", cwd=self.tree)
        self.check(self.dir / "a.zip")

    def test_seven_zip(self):
        tool("7z", "a", "-bd", self.dir / "a.7z", ".", cwd=self.tree)
        self.check(self.dir / "a.7z")

    def test_cached_rules(self):
        tool("tar", "-czf", self.dir / "a.tgz", "-C", self.tree, ".")
        for _ in range(2):
            self.check(self.dir / "a.tgz", "--rules-cache", self.dir / "cache")
        self.assertTrue(list((self.dir / "cache").iterdir()))


if __name__ == "__main__":
    unittest.main()
