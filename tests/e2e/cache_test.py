"""`cupel scan --cache`: the same report with and without, over changes of the rules, by several
processes at once, and after one that was killed."""

import contextlib
import json
import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import time
import unittest

from support import CUPEL, RULES, TempDirTest, run, tar_bytes, zip_bytes

RULE = """rule r{0} {{
  meta: weight = {0}
  strings: $a = "word{0}" $b = {{ 77 6F 72 64 {1:02X} }}
  condition: any of them and filesize > {0}
}}
"""


def rule(number, changed=False):
    return RULE.format(number, number + 64 + changed)


class CacheTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.cache = self.dir / "cache"
        self.write_rules([rule(n) for n in range(60)])
        draw = random.Random(7)
        files = {f"package/{n}.js": " ".join(f"word{draw.randrange(400)}" for _ in range(n % 50 + 1))
                 .encode() + str(n).encode() for n in range(400)}
        self.write("a.tgz", tar_bytes(files))
        files["package/new.js"] = b"word1 word2 and other things"
        files["package/3.js"] += b" changed"
        self.write("b.zip", zip_bytes(files))

    def write_rules(self, rules):
        self.write("rules/some.yar", "".join(rules))

    def scan(self, *arguments, timing=False):
        options = [] if timing else ["--no-timing"]
        done = run("scan", "-f", "json", *options, "-r", "rules", *arguments, cwd=self.dir)
        self.assertIn(done.returncode, (0, 1), done.stderr.decode())
        return json.loads(done.stdout), done.stderr.decode()

    def use(self, *arguments):
        """What the cache did for a scan that says the same as one without it."""
        with_cache, complaints = self.scan("--cache", self.cache, *arguments, timing=True)
        self.assertEqual(complaints, "")
        use = with_cache.pop("timing")["cache"]
        self.assertEqual(with_cache, self.scan(*arguments)[0])
        return use

    def test_only_what_is_new_meets_the_rules(self):
        self.assertEqual(self.use("a.tgz"), {
            "known": 0, "partly_known": 0, "unknown": 400, "stored": 400})
        self.assertEqual(self.use("a.tgz"), {
            "known": 400, "partly_known": 0, "unknown": 0, "stored": 0})
        # The next version: two files, and the archive itself, which rules are owed too.
        self.assertEqual(self.use("b.zip"), {
            "known": 399, "partly_known": 0, "unknown": 3, "stored": 3})

    def test_only_rules_that_changed_run(self):
        self.use("a.tgz")
        self.write_rules(["// another text\n"] + [rule(n, n == 7) for n in range(2, 61)])
        use = self.use("a.tgz")
        self.assertEqual((use["known"], use["partly_known"], use["unknown"]), (0, 400, 0))
        self.assertEqual(self.use("a.tgz")["known"], 400)
        # Without some: nothing runs.
        self.write_rules([rule(n, n == 7) for n in range(5, 50)])
        self.assertEqual(self.use("a.tgz")["known"], 400)

    def test_real_rules_say_the_same(self):
        paths = [RULES.parent / "packages"]
        arguments = ["-f", "json", "--no-timing", "-r", RULES, *paths]
        plain = run("scan", *arguments).stdout
        for threads in (1, 4, 1):
            done = run("scan", "--cache", self.cache, "-j", threads, *arguments)
            self.assertEqual(done.stdout, plain)
            self.assertEqual(done.stderr, b"")

    def test_plugins_run_as_always(self):
        arguments = ["--dispatch-type", "*=worker:hash"]
        self.use("a.tgz", *arguments)
        self.assertEqual(self.use("a.tgz", *arguments)["known"], 400)

    def test_text_says_how_much_was_known(self):
        self.scan("--cache", self.cache, "a.tgz")
        done = run("scan", "-r", "rules", "--cache", self.cache, "a.tgz", cwd=self.dir)
        self.assertIn("400 files known from the cache", done.stdout.decode())

    def test_the_folder_is_this_users_own(self):
        self.use("a.tgz")
        self.assertEqual(stat.S_IMODE(self.cache.stat().st_mode), 0o700)
        self.cache.chmod(0o777)
        done = run("scan", "-r", "rules", "--cache", self.cache, "a.tgz", cwd=self.dir)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr.decode(), "others may write .*chmod 700")

    def test_a_damaged_cache_is_said_and_made_anew(self):
        self.use("a.tgz")
        (self.cache / "answers-1.db").write_bytes(os.urandom(20_000))
        report, complaints = self.scan("--cache", self.cache, "a.tgz")
        self.assertRegex(complaints, r"^cupel: the cache was made anew: ")
        self.assertEqual(report, self.scan("a.tgz")[0])
        self.assertEqual(self.use("a.tgz")["known"], 400)

    def test_another_versions_database_is_put_aside(self):
        self.use("a.tgz")
        with contextlib.closing(sqlite3.connect(self.cache / "answers-1.db")) as database:
            database.execute("PRAGMA user_version = 99")
        report, complaints = self.scan("--cache", self.cache, "a.tgz")
        self.assertRegex(complaints, r"^cupel: the cache was made anew: .*newer")
        self.assertEqual(report, self.scan("a.tgz")[0])
        self.assertTrue((self.cache / "answers-1.db.bad").exists())
        self.assertEqual(self.use("a.tgz")["known"], 400)

    def limited(self, preexec):
        """A scan with the cache; what `preexec` does to the process stands in its way."""
        done = subprocess.run(
            [CUPEL, "scan", "-f", "json", "--no-timing", "-r", "rules", "--cache",
             str(self.cache), "a.tgz"], cwd=self.dir, capture_output=True, check=False,
            preexec_fn=preexec, restore_signals=False)
        self.assertEqual(json.loads(done.stdout), self.scan("a.tgz")[0])
        return done.stderr.decode()

    def test_a_disk_without_room_costs_answers_and_is_said(self):
        def no_room():
            # Writes beyond it fail as on a full disk.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 14, 1 << 14))
        self.assertRegex(self.limited(no_room), "^cupel: the cache (can't be used|is not used)")
        self.use("a.tgz")
        self.assertEqual(self.use("a.tgz")["known"], 400)
        # One that is full is still read.
        self.write("rules/more.yar", "rule more { condition: filesize > 3 }")
        self.assertRegex(self.limited(no_room), "^cupel: the cache ")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_is_read_only_costs_answers_and_is_said(self):
        self.cache.mkdir(mode=0o500)
        self.addCleanup(self.cache.chmod, 0o700)
        report, complaints = self.scan("--cache", self.cache, "a.tgz")
        self.assertRegex(complaints, "^cupel: the cache is not used: ")
        self.assertEqual(report, self.scan("a.tgz")[0])

    def test_a_size_is_kept(self):
        self.use("a.tgz", "--cache-size", "64K")
        size = sum(p.stat().st_size for p in self.cache.iterdir())
        self.assertLess(size, 256 << 10)
        for bad in ("0", "many", "-1"):
            done = run("scan", "-r", "rules", "--cache", self.cache, "--cache-size", bad, "a.tgz",
                       cwd=self.dir)
            self.assertEqual(done.returncode, 2, bad)

    def test_several_processes_at_once(self):
        plain = {name: self.scan(name)[0] for name in ("a.tgz", "b.zip")}
        for _ in range(3):
            processes = [(name, subprocess.Popen(
                [CUPEL, "scan", "-f", "json", "--no-timing", "-r", "rules", "-j", "2", "--cache",
                 str(self.cache), name], cwd=self.dir, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE)) for name in ("a.tgz", "b.zip") * 3]
            for name, process in processes:
                out, complaints = process.communicate(timeout=300)
                self.assertEqual(json.loads(out), plain[name])
                self.assertEqual(complaints, b"")
        self.assertEqual(self.use("a.tgz")["known"], 400)

    def test_a_scan_that_is_killed_leaves_a_usable_cache(self):
        for name, megabytes in (("c", 3), ("d", 6)):
            self.write(f"{name}.tgz", tar_bytes({
                f"{n}": os.urandom(16) + b"word1 " * (megabytes << 7)
                for n in range(2000)}))
        for wait in (0.05, 0.1, 0.2, 0.4):
            process = subprocess.Popen(
                [CUPEL, "scan", "-f", "json", "-r", "rules", "-j", "2", "--cache",
                 str(self.cache), "c.tgz", "d.tgz"], cwd=self.dir, stdout=subprocess.DEVNULL)
            # Wherever it is by then; the test holds for any moment.
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.use("a.tgz")
        self.assertEqual(self.use("a.tgz")["known"], 400)


if __name__ == "__main__":
    unittest.main()
