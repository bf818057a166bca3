"""The `cupel` program as a shell sees it: exit codes, streams, files, signals.

Run by CTest, which names the program in the environment variable CUPEL. Uses
nothing but Python's standard library.
"""

import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import unittest

CUPEL = os.environ.get("CUPEL", "cupel")

NEEDLE_RULE = 'rule needle : install { meta: weight = 5 strings: $a = "NEEDLE" condition: $a }\n'
OTHER_RULE = 'rule other : net { strings: $a = "OTHER" condition: $a }\n'
# Looks at every byte of a long file on its own, until the last one, a b, makes
# it false.
SLOW_RULE = "rule slow { condition: for all i in (0..filesize-1) : (uint8(i) == 0x61) }\n"


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="cupel-cli-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.rules = self.write("rules/needle.yar", NEEDLE_RULE)
        self.hit = self.write("hit.txt", "hay NEEDLE hay")
        self.clean = self.write("clean.txt", "only hay")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        mode = "wb" if isinstance(content, bytes) else "w"
        with open(path, mode) as file:
            file.write(content)
        return path

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def run_cupel(self, *arguments, stdin=b"", **more):
        more.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([CUPEL, *arguments], input=stdin, cwd=self.folder,
                              stderr=subprocess.PIPE, timeout=300, check=False,
                              **more)

    def scan(self, *arguments, **more):
        return self.run_cupel("scan", "--rules", self.rules, *arguments, **more)

    def check(self, result, code):
        self.assertEqual(result.returncode, code,
                         (result.stdout or b"") + result.stderr)
        return result


class ExitCodes(CliTest):
    def test_clean(self):
        self.check(self.scan(self.clean), 0)

    def test_matched(self):
        self.check(self.scan(self.hit), 1)
        self.check(self.scan(self.clean, self.hit), 1)

    def test_wrong_use(self):
        for arguments in ([], ["scan"], ["scan", self.hit], ["nonsense"],
                          ["scan", "--rules"], ["rules"], ["rules", "nonsense"],
                          ["scan", self.hit, "-r", self.rules, "--nonsense"],
                          ["scan", self.hit, "-r", self.rules, "-f", "xml"],
                          ["completions", "tcsh"], ["selftest", "more"]):
            with self.subTest(arguments):
                result = self.check(self.run_cupel(*arguments), 2)
                self.assertEqual(result.stdout, b"")
                self.assertIn(b"--help", result.stderr)

    def test_rules_that_are_not_there(self):
        result = self.check(self.run_cupel("scan", "-r", "nowhere", self.hit), 2)
        self.assertIn(b"nowhere", result.stderr)
        self.assertEqual(result.stdout, b"")

    def test_not_everything_could_be_scanned(self):
        big = self.write("big.txt", "x" * 10000)
        result = self.check(
            self.scan("--max-file-bytes", "4096", "-f", "json", big), 3)
        report = json.loads(result.stdout)
        self.assertEqual(report["verdict"], "unknown")
        self.assertEqual(report["coverage"], "partial")
        self.assertIn(("limit", "file_bytes", 4096),
                      [(i["kind"], i["name"], i["value"])
                       for i in report["incidents"]])

    def test_match_wins_over_partial_coverage(self):
        big = self.write("big.txt", "NEEDLE" + "x" * 10000)
        self.check(self.scan("--max-file-bytes", "4096", big), 1)

    def test_nothing_could_be_scanned(self):
        self.check(self.scan("no-such-file"), 4)


class Formats(CliTest):
    def test_text_names_file_and_rule(self):
        text = self.scan(self.hit).stdout.decode()
        self.assertIn("hit.txt", text)
        self.assertIn("needle", text)
        self.assertNotIn("\x1b", text)

    def test_color(self):
        self.assertIn(b"\x1b[", self.scan("--color", "always", self.hit).stdout)
        self.assertNotIn(b"\x1b", self.scan("--color", "never", self.hit).stdout)

    def test_json(self):
        result = self.scan("-f", "json", self.hit)
        self.assertEqual(result.stdout.count(b"\n"), 1)
        self.assertTrue(result.stdout.endswith(b"}\n"))
        report = json.loads(result.stdout)
        self.assertEqual(report["verdict"], "matched")
        self.assertEqual([f["rule"] for f in report["findings"]], ["needle"])
        self.assertIn("timing", report)
        indented = self.scan("-f", "json", "--indent", self.hit).stdout
        self.assertGreater(indented.count(b"\n"), 10)

    def test_json_without_timing_is_a_function_of_the_input(self):
        arguments = ["-f", "json", "--no-timing", self.hit, self.clean]
        one = self.scan("-j", "1", *arguments).stdout
        self.assertEqual(one, self.scan("-j", "4", *arguments).stdout)
        self.assertNotIn("timing", json.loads(one))

    def test_ndjson(self):
        result = self.check(self.scan("-f", "ndjson", self.hit, self.clean), 1)
        lines = result.stdout.decode().splitlines()
        self.assertEqual(len(lines), 1)
        self.assertEqual(json.loads(lines[0])["rule"], "needle")
        self.assertIn(b"1 finding in 2 files", result.stderr)
        quiet = self.scan("-f", "ndjson", "--quiet", self.hit)
        self.assertEqual(quiet.stderr, b"")

    def test_match_data(self):
        self.assertIn(b'"NEEDLE"', self.scan("-f", "json", self.hit).stdout)
        short = self.scan("-f", "json", "--match-data-bytes", "3", self.hit)
        self.assertIn(b'"NEE"', short.stdout)
        self.assertNotIn(b'"NEEDLE"', short.stdout)
        none = self.scan("-f", "json", "--no-match-data", self.hit).stdout
        self.assertNotIn(b"NEE", none)


class Output(CliTest):
    def test_file_appears_whole(self):
        self.write("report.json", "old")
        result = self.check(
            self.scan("-f", "json", "-o", "report.json", self.hit), 1)
        self.assertEqual(result.stdout, b"")
        self.assertEqual(json.loads(self.read("report.json"))["verdict"],
                         "matched")
        self.assertEqual([n for n in os.listdir(self.folder) if "tmp" in n], [])

    def test_old_file_stays_when_the_scan_fails(self):
        self.write("report.json", "old")
        self.check(self.run_cupel("scan", "-r", "nowhere", "-o", "report.json",
                                  self.hit), 2)
        self.assertEqual(self.read("report.json"), "old")
        self.assertEqual([n for n in os.listdir(self.folder) if "tmp" in n], [])

    def test_link_is_written_through(self):
        target = self.write("target.txt", "old")
        os.symlink("target.txt", self.path("link.txt"))
        self.check(self.scan("-o", "link.txt", self.hit), 1)
        self.assertTrue(os.path.islink(self.path("link.txt")))
        self.assertIn("needle", self.read(target))

    def test_mode_follows_umask(self):
        self.scan("-o", "report.txt", self.hit,
                  preexec_fn=lambda: os.umask(0o027))
        self.assertEqual(os.stat(self.path("report.txt")).st_mode & 0o777, 0o640)

    def test_full_disk(self):
        for format_name in ("text", "json", "ndjson"):
            with self.subTest(format_name):
                result = self.check(self.scan("-f", format_name, "-o",
                                              "/dev/full", self.hit), 2)
                self.assertIn(b"No space left", result.stderr)
                with open("/dev/full", "wb") as full:
                    result = self.check(self.scan("-f", format_name, self.hit,
                                                  stdout=full), 2)
                self.assertIn(b"No space left", result.stderr)

    def test_folder_that_is_not_there(self):
        result = self.check(self.scan("-o", "nowhere/x", self.hit), 2)
        self.assertIn(b"nowhere/x", result.stderr)

    def test_reader_that_goes_away(self):
        for ignore in (False, True):
            with self.subTest(ignore=ignore):
                read_end, write_end = os.pipe()
                os.close(read_end)
                result = self.scan(
                    "--quiet", self.hit, stdout=write_end,
                    restore_signals=not ignore)
                os.close(write_end)
                self.assertEqual(result.stderr, b"")


class Inputs(CliTest):
    def test_standard_input(self):
        self.check(self.scan("-", stdin=b"a NEEDLE"), 1)
        self.check(self.scan("-", stdin=b"hay"), 0)
        self.check(self.scan("--", "-", stdin=b"a NEEDLE"), 1)

    def test_archive_on_standard_input(self):
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w:gz") as tar:
            tar.add(self.hit, "deep/inside.txt")
        result = self.check(self.scan("-", stdin=data.getvalue()), 1)
        self.assertIn(b"deep/inside.txt", result.stdout)
        self.check(self.scan("--no-unpack", "-", stdin=data.getvalue()), 0)

    def test_names_that_look_like_something_else(self):
        for name in ("-odd.txt", "[id]", "--rules", "a=b", "scan", "rules"):
            with self.subTest(name):
                self.write(name, "a NEEDLE") if name != "rules" else None
                if name == "rules":
                    continue
                self.check(self.scan("--", name), 1)

    def test_brackets_without_dashes(self):
        self.write("[id]", "a NEEDLE")
        self.check(self.scan("[id]"), 1)

    def test_rules_take_one_value_each(self):
        other = self.write("other.yar", OTHER_RULE)
        both = self.write("both.txt", "NEEDLE OTHER")
        result = self.run_cupel("scan", "-r", self.rules, "-r", other, both,
                                "-f", "json")
        report = json.loads(result.stdout)
        self.assertEqual(sorted(f["rule"] for f in report["findings"]),
                         ["needle", "other"])


class Rules(CliTest):
    BROKEN = "rule fine { condition: true }\nrule bad { condition: nonsense }\n"

    def test_broken_rules_name_file_and_line(self):
        broken = self.write("broken.yar", self.BROKEN)
        result = self.check(self.run_cupel("scan", "-r", broken, self.hit), 2)
        self.assertRegex(result.stderr.decode(),
                         r"broken\.yar:2: error: (rule 'bad': )?.*nonsense")
        self.assertIn(b"--skip-broken-rules", result.stderr)
        self.assertEqual(result.stdout, b"")

    def test_every_broken_file_is_named(self):
        self.write("many/a.yar", "rule a { condition: nonsense }\n")
        self.write("many/b.yar", "rule b { condition: nonsense }\n")
        result = self.check(self.run_cupel("scan", "-r", "many", self.hit), 2)
        self.assertIn(b"a.yar:1:", result.stderr)
        self.assertIn(b"b.yar:1:", result.stderr)

    def test_skip_broken(self):
        broken = self.write("broken.yar", self.BROKEN)
        result = self.check(
            self.run_cupel("scan", "-r", broken, "--skip-broken-rules", "-f",
                           "json", self.hit), 1)
        report = json.loads(result.stdout)
        self.assertEqual([f["rule"] for f in report["findings"]], ["fine"])
        self.assertEqual([s["rule"] for s in report["rules"]["skipped"]],
                         ["bad"])
        self.assertIn(b"bad", result.stderr)
        quiet = self.run_cupel("scan", "-r", broken, "--skip-broken-rules",
                               "-q", self.hit)
        self.assertEqual(quiet.stderr, b"")

    def test_define(self):
        cases = [("n=3", "n == 3"), ("n=-3", "n == -3"), ("n=0x10", "n == 16"),
                 ("n=1.5", "n == 1.5"), ("n=true", "n"), ("n=abc", 'n == "abc"'),
                 ("n=", 'n == ""'), ("n:string=3", 'n == "3"'),
                 ("n=a=b", 'n == "a=b"'), ("n:float=2", "n == 2.0")]
        for definition, condition in cases:
            with self.subTest(definition):
                rule = self.write("d.yar",
                                  "rule d { condition: %s }\n" % condition)
                self.check(self.run_cupel("scan", "-r", rule, "--define",
                                          definition, self.clean), 1)

    def test_define_wrongly(self):
        for definition in ("n", "=1", "n:int=x", "n:what=1", "filename=x"):
            with self.subTest(definition):
                result = self.check(self.scan("-d", definition, self.clean), 2)
                self.assertIn(definition.split("=")[0].split(":")[0].encode(),
                              result.stderr)

    def test_selections(self):
        other = self.write("rules/other.yar", OTHER_RULE)
        both = self.write("both.txt", "NEEDLE OTHER")
        cases = [(["--tag", "install"], ["needle"]),
                 (["--rule", "oth*"], ["other"]),
                 (["--exclude-tag", "install"], ["other"]),
                 (["--meta", "weight"], ["needle"]),
                 (["--meta", "weight=5"], ["needle"]),
                 (["--exclude-rule", "needle"], ["other"]),
                 (["--rule", "*", "--exclude-rule", "other"], ["needle"]),
                 (["--tag", "install", "--tag", "net"], ["needle", "other"])]
        for arguments, expected in cases:
            with self.subTest(arguments):
                result = self.run_cupel("scan", "-r", "rules", "-f", "json",
                                        *arguments, both)
                found = [f["rule"] for f in json.loads(result.stdout)["findings"]]
                self.assertEqual(sorted(found), expected)
                listed = self.run_cupel("rules", "list", "rules", "-f", "json",
                                        *arguments)
                names = [r["name"] for r in json.loads(listed.stdout)["rules"]]
                self.assertEqual(sorted(names), expected)
        result = self.check(self.scan("--tag", "nowhere", both), 2)
        self.assertIn(b"nowhere", result.stderr)
        self.assertTrue(other)

    def test_check(self):
        result = self.check(self.run_cupel("rules", "check", "rules"), 0)
        self.assertIn(b"1 rule", result.stdout)
        broken = self.write("broken.yar", self.BROKEN)
        result = self.check(self.run_cupel("rules", "check", broken), 1)
        self.assertIn(b"broken.yar:2: error:", result.stderr)
        self.check(self.run_cupel("rules", "check", "nowhere"), 2)

    def test_list(self):
        result = self.check(self.run_cupel("rules", "list", "rules"), 0)
        self.assertRegex(result.stdout.decode(), r"needle +\S*needle\S* +5 +install")

    def test_compile(self):
        result = self.check(self.run_cupel("rules", "compile", "rules", "-o",
                                           "all.bin"), 0)
        self.assertRegex(result.stdout.decode(), r"digest [0-9a-f]{64}\n")
        again = self.check(self.run_cupel("rules", "compile", "--rules",
                                          "rules", "-o", "again.bin"), 0)
        self.assertEqual(result.stdout.splitlines()[1],
                         again.stdout.splitlines()[1])
        self.check(self.run_cupel("scan", "-r", "all.bin", self.hit), 1)
        self.check(self.run_cupel("rules", "compile", "-o", "x"), 2)

    def test_explain(self):
        result = self.check(self.run_cupel("rules", "explain", "needle", "-r",
                                           "rules"), 0)
        text = result.stdout.decode()
        self.assertIn("needs", text)
        self.assertNotIn("matches", text)
        result = self.check(self.run_cupel("rules", "explain", "needle",
                                           self.hit, "-r", "rules"), 0)
        self.assertRegex(result.stdout.decode(), r"found +\$")
        self.assertIn("it matches", result.stdout.decode())
        result = self.check(self.run_cupel("rules", "explain", "needle", "-",
                                           "-r", "rules", "-f", "json",
                                           stdin=b"no such thing"), 0)
        file = json.loads(result.stdout)["rules"][0]["payload"]
        self.assertEqual([file["class"], file["formula"], file["matches"]],
                         ["text", False, False])
        self.check(self.run_cupel("rules", "explain", "nothing", "-r",
                                  "rules"), 2)

    def test_profile(self):
        result = self.check(self.run_cupel("rules", "profile", "--rules",
                                           "rules", self.hit), 0)
        self.assertRegex(result.stdout.decode(), r"1 +- +needle")
        result = self.run_cupel("rules", "profile", "--rules", "rules", "-f",
                                "json", self.hit)
        rules = json.loads(result.stdout)["rules"]
        self.assertEqual([(r["name"], r["always"]) for r in rules],
                         [("needle", [])])

    def test_cache(self):
        for _ in range(2):
            self.check(self.scan("--rules-cache", "cache", self.hit), 1)
        self.assertNotEqual(os.listdir(self.path("cache")), [])


class Values(CliTest):
    def test_values_of_limits(self):
        for good in (["--max-file-time", "500ms"], ["--max-file-time", "off"],
                     ["--max-total-time", "1h"], ["--max-file-bytes", "64MiB"],
                     ["--max-memory", "64M"], ["--max-depth", "off"],
                     ["--max-ratio", "1000"], ["--max-total-bytes", "1.5G"]):
            with self.subTest(good):
                self.check(self.scan(*good, self.clean), 0)
        for bad in (["--max-file-time", "3x"], ["--max-file-time", "0"],
                    ["--max-file-bytes", "-1"], ["--max-file-bytes", ""],
                    ["--max-depth", "1.5"], ["--max-depth", "0"],
                    ["--max-files", "99999999999999999999"], ["-j", "0"],
                    ["-j", "257"], ["--match-data-bytes", "5000"]):
            with self.subTest(bad):
                result = self.check(self.scan(*bad, self.clean), 2)
                self.assertIn(bad[0].lstrip("-").encode() if bad[0] != "-j"
                              else b"threads", result.stderr)

    def test_value_reaches_the_report(self):
        result = self.scan("-f", "json", "--max-files", "77", "--max-file-time",
                           "2m", "--max-memory", "off", self.clean)
        limits = json.loads(result.stdout)["limits"]
        self.assertEqual(limits["files"], 77)
        self.assertEqual(limits["file_time"], 120_000_000_000)
        self.assertIsNone(limits["memory_bytes"])


class Help(CliTest):
    COMMANDS = [[], ["scan"], ["rules"], ["rules", "check"], ["rules", "list"],
                ["rules", "compile"], ["rules", "profile"], ["selftest"],
                ["completions"], ["plugins"], ["plugins", "list"],
                ["plugins", "show"], ["plugins", "hash"], ["plugins", "check"],
                ["settings"], ["settings", "keygen"], ["settings", "set"],
                ["settings", "show"], ["settings", "seal"],
                ["settings", "open"], ["settings", "rotate"], ["registry"],
                ["registry", "serve"], ["registry", "organisation"],
                ["registry", "organisation", "add"], ["registry", "list"],
                ["registry", "enable"], ["registry", "disable"],
                ["registry", "environment"], ["registry", "export"],
                ["registry", "import"], ["registry", "token"], ["job"],
                ["job", "check"], ["job", "explain"]]
    SCAN_OPTIONS = """
        --rules --define --include-root --skip-broken-rules
        --allow-foreign-compiled --rules-cache --cache --cache-size --engine --format --output
        --indent --no-timing --color --all-files --threads --password --password-file
        --namespace --tag --rule --meta --exclude-namespace --exclude-tag
        --exclude-rule --exclude-meta --no-match-data --match-data-bytes
        --scan-containers --no-unpack --no-dedup --max-total-time
        --max-file-time --max-total-bytes --max-file-bytes --max-memory
        --max-ratio --max-files --max-depth --max-name-bytes
        --max-matches-per-rule --progress --quiet""".split()

    def test_help_fits_a_terminal(self):
        for command in self.COMMANDS:
            with self.subTest(command):
                result = self.check(self.run_cupel(*command, "--help"), 0)
                text = result.stdout.decode()
                self.assertIn("Usage: " + " ".join(["cupel", *command]), text)
                self.assertEqual([l for l in text.split("\n") if len(l) > 80], [])

    def test_scan_help_names_every_option(self):
        text = self.run_cupel("scan", "--help").stdout.decode()
        for option in self.SCAN_OPTIONS:
            self.assertRegex(text, re.escape(option) + r"\b")
        self.assertIn("Examples:", text)
        self.assertIn("Exit codes:", text)

    def test_version(self):
        result = self.check(self.run_cupel("--version"), 0)
        self.assertRegex(result.stdout.decode(),
                         r"^cupel \d+\.\d+\.\d+ \(ABI \d+\)\n.*libyara")

    def test_completions_know_every_option(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.check(self.run_cupel("completions", shell),
                                0).stdout.decode()
            for option in self.SCAN_OPTIONS:
                name = option if shell != "fish" else "-l " + option[2:]
                self.assertRegex(script, re.escape(name) + r"\b")

    def test_bash_completions_work(self):
        script = self.write("c.bash",
                            self.run_cupel("completions", "bash").stdout)
        subprocess.run(["bash", "-n", script], check=True)
        cases = [(["cupel", "sel"], ["selftest"]),
                 (["cupel", "rules", "li"], ["list"]),
                 (["cupel", "scan", "--scan-con"], ["--scan-containers"]),
                 (["cupel", "scan", "--format", ""], ["text", "json", "ndjson"]),
                 (["cupel", "scan", "hi"], ["hit.txt"]),
                 (["cupel", "registry", "organisation", "re"], ["remove"]),
                 (["cupel", "registry", "serve", "--tok"], ["--tokens-file"]),
                 (["cupel", "settings", "seal", "--format", "o"], ["openkat"]),
                 (["cupel", "job", "check", "hi"], ["hit.txt"]),
                 (["cupel", "plugins", "ch"], ["check"])]
        for words, expected in cases:
            with self.subTest(words):
                program = ('. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                           '_cupel 2>/dev/null; echo "${COMPREPLY[@]}"')
                result = subprocess.run(["bash", "-c", program, script, *words],
                                        stdout=subprocess.PIPE, check=True,
                                        cwd=self.folder)
                self.assertEqual(result.stdout.decode().split(), expected)


class Signals(CliTest):
    def write_long_files(self):
        # Of different lengths: equal ones would be scanned only once.
        for i in range(100):
            self.write("long/%d" % i, "a" * ((1 << 20) + i) + "b")

    def start_long_scan(self, *arguments, **more):
        slow = self.write("slow.yar", SLOW_RULE)
        self.write_long_files()
        command = [CUPEL, "scan", "-r", self.rules, "-r", slow, "-j", "1",
                   "--max-file-time", "off", "--progress", "always", *arguments]
        process = subprocess.Popen(command, cwd=self.folder,
                                   stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **more)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        # The progress line tells that the scan has begun.
        self.assertTrue(process.stderr.read(1))
        return process

    def test_first_signal_gives_the_report_so_far(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process = self.start_long_scan("-f", "json", "long")
                process.send_signal(number)
                output, errors = process.communicate(timeout=120)
                report = json.loads(output)
                self.assertIn(process.returncode, (3, 4), errors)
                self.assertEqual(report["verdict"], "unknown")
                self.assertIn("cancelled",
                              [i["kind"] for i in report["incidents"]])
                self.assertIn(b"interrupted", errors)

    def test_interrupted_report_is_written_to_the_file(self):
        process = self.start_long_scan("-f", "json", "-o", "out.json", "long")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        self.assertEqual(json.loads(self.read("out.json"))["verdict"], "unknown")

    def test_second_signal_ends_at_once(self):
        # Its output is a pipe that nobody reads, so the report blocks it.
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        try:
            while True:
                os.write(write_end, b"x" * 4096)
        except BlockingIOError:
            os.set_blocking(write_end, True)
        slow = self.write("slow.yar", SLOW_RULE)
        self.write_long_files()
        process = subprocess.Popen(
            [CUPEL, "scan", "-r", slow, "-j", "1", "--all-files", "--max-file-time", "off", "--progress",
             "always", "long"], cwd=self.folder, stdout=write_end,
            stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        self.assertTrue(process.stderr.read(1))
        process.send_signal(signal.SIGINT)
        while b"interrupted" not in process.stderr.readline():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=120), 128 + signal.SIGINT)
        os.close(read_end)
        os.close(write_end)


class Secrets(CliTest):
    def test_password_is_in_no_output(self):
        secret = "tr0ub4dor-and-3"
        for format_name in ("text", "json", "ndjson"):
            for more in ([], ["--nonsense"], ["--max-depth", "0"]):
                result = self.scan("--password", secret, "-f", format_name,
                                   "--progress", "always", *more, self.hit)
                self.assertNotIn(secret.encode(), result.stdout + result.stderr)

    def test_password_file(self):
        secret = "tr0ub4dor-and-3"
        plain = self.write("plain.txt", "NEEDLE")
        locked = os.path.join(self.folder, "locked.zip")
        subprocess.run(["zip", "-qj", "-P", secret, locked, plain], check=True)
        passwords = os.path.join(self.folder, "passwords")
        self.check(self.scan(locked), 3)
        with open(passwords, "w", encoding="utf-8") as file:
            file.write(f"other\r\n\n{secret}\n")
        result = self.scan("--password-file", passwords, locked)
        self.check(result, 1)
        self.assertNotIn(secret.encode(), result.stdout + result.stderr)
        for content in (b"\n\r\n", b"x" * (1 << 20) + b"y"):
            with open(passwords, "wb") as file:
                file.write(content)
            result = self.scan("--password-file", passwords, locked)
            self.assertEqual(result.returncode, 2)
            self.assertIn(b"passwords", result.stderr)
        result = self.scan("--password-file", self.folder + "/none", locked)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"No such file", result.stderr)


class Terminal(CliTest):
    """With a terminal as standard error."""

    def run_on_terminal(self, *arguments):
        master, slave = pty.openpty()
        process = subprocess.Popen([CUPEL, "scan", "-r", self.rules, *arguments],
                                   cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=slave, env={**os.environ, "TERM": "xterm"})
        os.close(slave)
        seen = b""
        while True:
            try:
                piece = os.read(master, 4096)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            seen += piece
        os.close(master)
        output = process.stdout.read()
        process.stdout.close()
        process.wait()
        return output, seen

    def test_progress_line_is_cleared(self):
        output, seen = self.run_on_terminal(self.hit)
        self.assertNotIn(b"\r", output)
        if seen:
            self.assertTrue(seen.endswith(b"\r\x1b[K"), seen)

    def test_quiet_shows_none(self):
        _, seen = self.run_on_terminal("--quiet", self.hit)
        self.assertEqual(seen, b"")

    def test_no_progress_without_a_terminal(self):
        self.assertEqual(self.scan(self.hit).stderr, b"")


class Selftest(CliTest):
    def test_everything_as_promised(self):
        result = self.check(self.run_cupel("selftest"), 0)
        text = result.stdout.decode()
        for name in ("total_time", "file_time", "total_bytes", "file_bytes",
                     "ratio", "files", "depth", "name_bytes", "matches_per_rule",
                     "memory_bytes", "plugin_time", "encrypted", "corrupt", "cancel"):
            self.assertRegex(text, r"(?m)^%s .* ok$" % name)
        self.assertNotIn("FAILED", text)


if __name__ == "__main__":
    unittest.main()
