"""Unmodified plugins of stoQ 1.x: folders written as they were in 2018."""

import json
import textwrap
import unittest

from driver import Code, HostTest, m


GONE = "import sys; sys.modules['yara'] = None; "


class Attributes(HostTest):
    """What a plugin finds on itself between __init__ and activate."""

    CODE = """
        from stoq.plugins import StoqWorkerPlugin

        class Show(StoqWorkerPlugin):
            def activate(self, stoq):
                self.stoq = stoq
                self.before = self.dispatch, self.max_processes
                super().activate()
                return True

            def scan(self, payload, **kwargs):
                super().scan()
                return {name: repr(getattr(self, name))
                        for name in self.show_list}
        """

    def shown(self, options, names, given=None, **more):
        folder = self.stoq(self.CODE, options=options + (
            f"show_list = {', '.join(names)}\n"), **more)
        host = self.loaded(folder, "worker", "x", given)
        answer = host.call("scan", b"")
        self.assertEqual(answer.code, Code.OK, answer.done)
        return answer.results[0]

    def test_coercions(self):
        # The values are those that stoQ 1.0.2 itself was seen to give.
        values = {
            "yes_opt = yes": "True", "off_opt = off": "False", "x = 1": "True",
            "n_int = 1": "True", "zero = 0": "False", "other_int = 7": "7",
            "half = 1.5": "'1.5'", "seven = 7": "'7'",
            "a_list = a, b,c": "['a', 'b', 'c']",
            "a_tuple = a, b": "('a', 'b')",
            'a_dict = {"k": [1]}': "{'k': [1]}", "percent = 5%%": "'5%'",
            "MixedCase = Text": "'Text'",
        }
        names = [text.split(" ")[0].lower() for text in values]
        self.assertEqual(self.shown("\n".join(values) + "\n", names),
                         dict(zip(names, values.values())))

    def test_ints_stay_ints_if_asked_for(self):
        self.assertEqual(
            self.shown("n_int = 1\nx = 1\n", ["n_int", "x"],
                       {"stoq": {"strict_ints": True}}),
            {"n_int": "1", "x": "True"})

    def test_all_sections_are_attributes(self):
        folder = self.dir / "x"
        self.assertEqual(
            self.shown("", ["name", "author", "version", "category", "root",
                            "config", "plugin_path", "dispatch",
                            "max_processes", "before"]),
            {"name": "'x'", "author": "'Somebody'", "version": "'0.1'",
             "category": "'worker'", "root": repr(str(folder)),
             "config": repr(str(folder / "x.stoq")),
             "plugin_path": repr(str(folder)), "dispatch": "None",
             "max_processes": "0", "before": "(None, 0)"})

    def test_options_of_the_host_win(self):
        self.assertEqual(
            self.shown("color = red\na_tuple = a\n", ["color", "a_tuple"],
                       {"color": "blue", "a_tuple": ["b", "c"]}),
            {"color": "'blue'", "a_tuple": "('b', 'c')"})

    def test_texts_of_the_host_are_converted_as_the_manifest_is(self):
        self.assertEqual(
            self.shown("", ["n_int", "a_list", "flag", "plain"],
                       {"n_int": "7", "a_list": "a, b", "flag": "yes",
                        "plain": "7"}),
            {"n_int": "7", "a_list": "['a', 'b']", "flag": "True",
             "plain": "'7'"})
        self.assertIn("the option 'n_int': invalid literal for int()",
                      self.refused(self.dir / "x", "worker", "x",
                                   {"n_int": "seven"}))

    def test_details_is_the_config(self):
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin

            class Show(StoqWorkerPlugin):
                def scan(self, payload, **kwargs):
                    return [type(self.details).__name__,
                            self.details.get("Core", "Name")]
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"").results,
                         ["ConfigParser", "x"])

    def test_a_percent_sign_too_few(self):
        folder = self.stoq(self.CODE, options="rate = 5%\n")
        self.assertIn("x.stoq: [options] rate: '%' must be followed by",
                      self.refused(folder, "worker", "x"))

    def test_a_relative_path_is_meant_from_the_base(self):
        options = ("rules = plugins/worker/x/rules/a.yar\n"
                   "other = plugins/worker/x/none\nshow_list = rules, other\n")
        for place in ("base/plugins/worker/x", "elsewhere"):
            folder = self.dir / place
            self.write(f"{place}/rules/a.yar", b"")
            self.write(f"{place}/x.stoq", (
                "[Core]\nName = x\nModule = y\n[options]\n"
                + options).encode())
            self.write(f"{place}/y.py", self.CODE)
            host = self.loaded(folder, "worker", "x")
            self.assertEqual(host.call("scan", b"").results, [{
                "rules": repr(str(folder / "rules/a.yar")),
                "other": "'plugins/worker/x/none'"}])


class Discovery(HostTest):

    def described(self, folder):
        answer = self.host().load(folder)
        self.assertEqual(answer.status, 0, answer.message)
        return answer

    def test_nothing_runs_to_describe(self):
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin
            raise SystemExit("this ran")

            class X(StoqWorkerPlugin):
                pass
            """, options="max_tlp = Amber\nratelimit = 1/2\nn_int = 7\n")
        [found] = self.described(folder).plugins
        self.assertEqual(
            (found.category, found.name, found.version, found.author,
             found.description, found.max_tlp, found.rate_limit, found.dialect,
             found.needs, found.least_tier),
            (3, "x", "0.1", "Somebody", "A test", "amber", "1/2", "stoq", 0,
             2))
        self.assertEqual(json.loads(found.options), {
            "max_tlp": "Amber", "ratelimit": "1/2", "n_int": 7})

    def test_several_manifests_for_one_module(self):
        code = """
            from stoq.plugins import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                def scan(self, payload, **kwargs):
                    return self.name
            """
        folder = self.stoq(code)
        for name in ("a", "b"):
            self.write(f"x/{name}.stoq", (
                f"[Core]\nName = {name}\nModule = x\n").encode())
        self.assertEqual([p.name for p in self.described(folder).plugins],
                         ["a", "b", "x"])
        host = self.loaded(folder, "worker", "b")
        self.assertEqual(host.call("scan", b"").results, ["b"])

    def test_two_classes_on_one_line(self):
        folder = self.stoq("""
            from stoq.plugins import StoqCarverPlugin, StoqWorkerPlugin

            class A(StoqCarverPlugin):
                def carve(self, payload, **kwargs):
                    return [({"at": start}, payload[start:end])
                            for start, end
                            in self.carve_payload("b+", payload)]

            class B(StoqWorkerPlugin):
                def scan(self, payload, **kwargs):
                    return {"size": len(payload)}
            """)
        self.assertEqual([p.category for p in self.described(folder).plugins],
                         [3, 5])
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"abc").results, [{"size": 3}])
        host = self.loaded(folder, "carver", "x")
        self.assertEqual([data for data, _ in host.call(
            "carve", b"abbcb\n").children], [b"bb", b"b"])

    def test_only_the_class_that_is_there_counts(self):
        folder = self.stoq("""
            from stoq.plugins import (StoqReaderPlugin,
                                      StoqWorkerPlugin)

            class A(StoqReaderPlugin):
                def read(self, payload, **kwargs):
                    return payload.decode()
            """)
        [found] = self.described(folder).plugins
        self.assertEqual(found.category, 2)

    def test_later_stoqs_are_named(self):
        for version, method in (("2", "def"), ("3", "async def")):
            with self.subTest(version):
                folder = self.stoq(f"""
                    from stoq.plugins import WorkerPlugin

                    class A(WorkerPlugin):
                        {method} scan(self, payload, request):
                            pass
                    """)
                host = self.host()
                answer = host.load(folder)
                self.assertEqual(answer.status, Code.UNIMPLEMENTED)
                self.assertIn(f"x.py is written for stoQ {version} (it "
                              "imports WorkerPlugin)", answer.message)

    def test_a_broken_manifest_does_not_hide_the_others(self):
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin

            class A(StoqWorkerPlugin):
                pass
            """)
        self.write("x/broken.stoq", b"Name = x\n")
        self.write("x/gone.stoq", b"[Core]\nName = y\nModule = y\n")
        answer = self.described(folder)
        self.assertEqual([p.name for p in answer.plugins], ["x"])
        self.assertIn("broken.stoq", answer.message)
        self.assertIn("gone.stoq: there is no", answer.message)


class Workers(HostTest):

    def worker(self, body, options=None, **more):
        folder = self.stoq(
            "from stoq.plugins import StoqWorkerPlugin\n\n"
            "class X(StoqWorkerPlugin):\n"
            "    def scan(self, payload, **kwargs):\n        " + body + "\n",
            **more)
        return self.loaded(folder, "worker", "x", options)

    def test_what_scan_may_return(self):
        for value, results in (
                ("None", []), ("True", []), ("False", []), ("{}", [{}]),
                ("''", [""]), ("{'a': 1}", [{"a": 1}]), ("'text'", ["text"]),
                ("b'abc'", ["abc"]), ("[1, {'b': 2}]", [1, {"b": 2}]),
                ("(x for x in 'ab')", ["a", "b"]), ("({1, 1},)", [[1]])):
            with self.subTest(value):
                answer = self.worker(f"return {value}").call("scan", b"abc")
                self.assertEqual((answer.code, answer.results),
                                 (Code.OK, results))

    def test_a_number_is_no_result(self):
        answer = self.worker("return 7").call("scan", b"")
        self.assertIn("scan() gave a int; expected a dictionary, text, bytes",
                      answer.failed())

    def test_the_payload_is_bytes(self):
        answer = self.worker("return type(payload).__name__").call(
            "scan", b"x" * 100_000)
        self.assertEqual(answer.results, ["bytes"])

    def test_a_rules_metas_are_arguments(self):
        host = self.worker("return {k: kwargs[k] for k in kwargs "
                           "if k != 'uuid'}", {"own": "1"})
        answer = host.call("scan", b"", name=b"f.bin", path="a.zip!/f.bin",
                           options={"own": "1", "key": "32", "n": 4})
        self.assertEqual(answer.results, [{
            "filename": "f.bin", "path": "a.zip!/f.bin", "key": "32", "n": 4}])

    def test_invalid_text_is_made_valid(self):
        answer = self.worker(
            "return {'a': 'x\\udc80y', 'b': b'\\xff', 'c': float('nan')}"
        ).call("scan", b"")
        self.assertEqual(answer.results, [
            {"a": "x\ufffdy", "b": {"base64": "/w=="}, "c": "nan"}])

    def test_state_is_kept_and_calls_do_not_mix(self):
        # The way of stoQ's yara plugin: a callback fills self.results.
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin

            class Yara(StoqWorkerPlugin):
                def __init__(self):
                    super().__init__()
                    self.calls = 0

                def activate(self, stoq):
                    self.stoq = stoq
                    super().activate()
                    self.rules = {"a": b"aa", "b": b"bb"}
                    return True

                def callback(self, name):
                    self.results.append(name)

                def scan(self, payload, **kwargs):
                    super().scan()
                    self.results = []
                    self.calls += 1
                    for name, text in self.rules.items():
                        if text in payload:
                            self.callback(name)
                    return {"matches": self.results, "calls": self.calls}
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual([host.call("scan", p).results[0] for p in (
            b"xaa", b"bbaa", b"")], [
                {"matches": ["a"], "calls": 1},
                {"matches": ["a", "b"], "calls": 2},
                {"matches": [], "calls": 3}])

    def test_argparse_does_not_overwrite_the_manifest(self):
        folder = self.stoq("""
            import argparse

            from stoq.args import StoqArgs
            from stoq.plugins import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                def activate(self, stoq):
                    self.stoq = stoq
                    parser = argparse.ArgumentParser()
                    parser = StoqArgs(parser)
                    group = parser.add_argument_group("Plugin Options")
                    group.add_argument("-r", "--rules", dest="rules",
                                       default=False, help="Rules")
                    group.add_argument("--level", dest="level", type=int,
                                       default=3)
                    options = parser.parse_args(self.stoq.argv[2:])
                    super().activate(options=options)
                    return True

                def scan(self, payload, **kwargs):
                    return [self.rules, self.level, self.archive_connector,
                            self.template]
            """, options="rules = a.yar\narchive_connector = file\n")
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"").results,
                         ["a.yar", 3, "file", None])

    def test_another_base_class_is_mixed_in(self):
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin

            class Events:
                def __init__(self):
                    super().__init__()
                    self.events = ["made"]

            class X(StoqWorkerPlugin, Events):
                def __init__(self):
                    super().__init__()

                def scan(self, payload, **kwargs):
                    return self.events
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"").results, ["made"])

    def test_a_real_stoq_is_not_taken(self):
        self.write("site/stoq/__init__.py", "__version__ = '3.0.1'\n")
        folder = self.stoq("""
            import stoq
            from stoq.plugins.worker import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                def scan(self, payload, **kwargs):
                    import stoq.scan
                    from stoq.helpers import flatten
                    return [stoq.__version__, stoq.scan.get_md5(payload),
                            flatten({"a": [{"b": 1}, {"b": 2}]}, "::")]
            """)
        host = self.host(environment={"PYTHONPATH": ":".join(
            [str(self.dir / "site"), str(__import__("driver").PACKAGE)])})
        self.loaded(folder, "worker", "x", host=host)
        self.assertEqual(host.call("scan", b"abc").results, [
            "1.0.2", "900150983cd24fb0d6963f7d28e17f72",
            {"a::0::b": 1, "a::1::b": 2}])


class Together(HostTest):
    """Plugins that use others."""

    READER = """
        from stoq.plugins import StoqReaderPlugin

        class R(StoqReaderPlugin):
            def read(self, payload, **kwargs):
                return payload.decode().upper()
        """

    WORKER = """
        from stoq.plugins import StoqWorkerPlugin

        class X(StoqWorkerPlugin):
            def activate(self, stoq):
                self.stoq = stoq
                super().activate()
                self.load_reader("text")
                return True

            def scan(self, payload, **kwargs):
                return {"text": self.readers["text"].read(payload)}
        """

    def test_a_reader_in_the_same_folder(self):
        folder = self.stoq(self.WORKER)
        self.write("x/text/text.stoq", b"[Core]\nName=text\nModule=text\n")
        self.write("x/text/text.py", self.READER)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"abc").results, [{"text": "ABC"}])

    def test_a_reader_in_a_folder_of_plugins(self):
        folder = self.stoq(self.WORKER)
        self.stoq(self.READER, name="all/reader/text", module="y")
        self.write("all/reader/text/t.stoq",
                   b"[Core]\nName=text\nModule=y\n")
        host = self.loaded(folder, "worker", "x", {
            "stoq": {"plugin_dir_list": [str(self.dir / "all")]}})
        self.assertEqual(host.call("scan", b"abc").results, [{"text": "ABC"}])

    def test_a_reader_that_the_host_has(self):
        host = self.loaded(self.stoq(self.WORKER), "worker", "x")
        asked = []

        def text(number, data, options):
            asked.append(data)
            return m.NestedAnswer(id=number, results=['{"lines": 1}'],
                                  child_names=[b"text"], children=[b"read"])

        host.nested["reader:text"] = text
        payload = b"abc" * 50_000
        self.assertEqual(host.call("scan", payload).results,
                         [{"text": "read"}])
        self.assertEqual(asked, [payload])

    def test_a_neighbour_that_can_not_be_loaded_is_false(self):
        folder = self.stoq(self.WORKER.replace(
            'self.readers["text"].read(payload)', "self.load_reader('text')"))
        self.write("x/text/text.stoq", b"[Core]\nName=text\nModule=text\n")
        self.write("x/text/text.py", GONE + "import yara\n" + textwrap.dedent(
            self.READER))
        host = self.loaded(folder, "worker", "x")
        self.assertIn("reader:text can't be loaded: the module 'yara' is "
                      "missing", host.logs[-1].text)
        self.assertEqual(host.call("scan", b"").results, [{"text": False}])

    def test_a_reader_that_nobody_has(self):
        host = self.loaded(self.stoq(self.WORKER), "worker", "x")
        answer = host.call("scan", b"abc")
        self.assertRegex(answer.failed(), "LookupError: there is no such "
                         r"plugin \(x.py:12, in scan\)")

    def test_a_worker_that_saves_and_scans(self):
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                def scan(self, payload, **kwargs):
                    if kwargs.get("inner"):
                        return {"inner": len(payload)}
                    self.load_connector("keep")
                    kept = self.save_payload(payload, "keep")
                    again = self.start(b"12", inner=True, filename="f")
                    return [kept["conn_id"], kept["sha1"],
                            again["results"][0]["scan"],
                            self.connectors["keep"].parentname]
            """)
        self.write("x/keep/keep.stoq", b"[Core]\nName=keep\nModule=keep\n")
        self.write("x/keep/keep.py", """
            from stoq.plugins import StoqConnectorPlugin

            class K(StoqConnectorPlugin):
                def save(self, payload, archive=False, **kwargs):
                    super().save()
                    return [archive, len(payload), kwargs["content-type"]]
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"abc").results, [
            [True, 3, "text/plain"], "a9993e364706816aba3e25717850c26c9cd0d89d",
            {"inner": 2}, "x"])


class Producers(HostTest):

    def test_a_decoder(self):
        folder = self.stoq("""
            from stoq.plugins import StoqDecoderPlugin

            class Xor(StoqDecoderPlugin):
                def decode(self, payload, **kwargs):
                    key = int(kwargs["key"])
                    data = self.to_bytearray(payload)
                    for at in range(len(data)):
                        data[at] ^= key
                    return [({"filename": "clear", "key": key}, data)]
            """)
        host = self.loaded(folder, "decoder", "x")
        answer = host.call("decode", b"\x20\x21", options={"key": "1"})
        [(data, child)] = answer.children
        self.assertEqual((data, child.name, json.loads(child.metadata)),
                         (b"! ", b"clear", {"filename": "clear", "key": 1}))

    def test_text_and_generators(self):
        folder = self.stoq("""
            from stoq.plugins import StoqExtractorPlugin

            class X(StoqExtractorPlugin):
                def extract(self, payload, **kwargs):
                    yield {}, "grüße"
                    yield None, memoryview(payload)[1:]
            """)
        host = self.loaded(folder, "extractor", "x")
        answer = host.call("extract", b"abc")
        self.assertEqual([data for data, _ in answer.children],
                         ["grüße".encode(), b"bc"])

    def test_what_is_no_list_of_pairs(self):
        for value, shown in (
                ("b'abc'", "gave a bytes"), ("7", "gave a int"),
                ("[b'abc']", "item 0 of what decode() gave is a bytes"),
                ("[({}, b''), ({}, 7)]",
                 "item 1 of what decode() gave is a tuple of dict, int")):
            with self.subTest(value):
                folder = self.stoq(f"""
                    from stoq.plugins import StoqDecoderPlugin

                    class X(StoqDecoderPlugin):
                        def decode(self, payload, **kwargs):
                            return {value}
                    """)
                host = self.loaded(folder, "decoder", "x")
                self.assertIn(shown, host.call("decode", b"abc").failed())


class Ends(HostTest):
    """Sources, decorators, connectors."""

    def test_a_source(self):
        folder = self.stoq("""
            import os

            from stoq.plugins import StoqSourcePlugin

            class X(StoqSourcePlugin):
                def ingest(self):
                    worker = self.stoq.worker
                    worker.multiprocess_put(path=worker.path, archive="file",
                                            tlp="amber", case=7)
                    worker.multiprocess_put(payload=b"abc", filename="f",
                                            uuid=["u"])
                    return True
            """, options="multiprocess = False\n")
        host = self.loaded(folder, "source", "x", {"path": "/tmp/some file"})
        answer = host.call("ingest")
        self.assertEqual(answer.code, Code.OK, answer.done)
        (_, first), (data, second) = answer.items
        self.assertEqual((first.path, first.name, first.tlp,
                          json.loads(first.metadata)),
                         (b"/tmp/some file", b"some file", "amber",
                          {"archive": "file", "case": 7}))
        self.assertEqual((data, second.path, second.name,
                          json.loads(second.metadata)),
                         (b"abc", None, b"f", {"filename": "f",
                                               "uuid": ["u"]}))

    def test_a_source_stops_when_there_is_enough(self):
        folder = self.stoq("""
            from stoq.plugins import StoqSourcePlugin

            class X(StoqSourcePlugin):
                def ingest(self):
                    while True:
                        self.stoq.worker.multiprocess_put(payload=b"abc")
            """)
        host = self.loaded(folder, "source", "x")
        host.stop_after = 3
        answer = host.call("ingest")
        self.assertEqual((len(answer.items), answer.code),
                         (3, Code.CANCELLED))

    def test_a_watching_source_puts_from_a_thread_of_its_own(self):
        folder = self.stoq("""
            import threading

            from stoq.plugins import StoqSourcePlugin

            class Handler:
                def __init__(self):
                    super().__init__()

                def on_created(self, path):
                    self.stoq.worker.multiprocess_put(path=path)

            class X(StoqSourcePlugin, Handler):
                def ingest(self):
                    thread = threading.Thread(
                        target=lambda: [self.on_created(f"/x/{n}")
                                        for n in range(5)])
                    thread.start()
                    thread.join()
            """)
        host = self.loaded(folder, "source", "x")
        answer = host.call("ingest")
        self.assertEqual([item.path for _, item in answer.items],
                         [b"/x/%d" % n for n in range(5)])
        self.assertEqual(answer.code, Code.OK)

    def test_a_decorator_gives_what_it_added(self):
        folder = self.stoq("""
            from stoq.plugins import StoqDecoratorPlugin

            class X(StoqDecoratorPlugin):
                def decorate(self, results):
                    results["score"] = len(results["results"])
                    del results["tlp"]
                    return results
            """)
        host = self.loaded(folder, "decorator", "x")
        answer = host.call("decorate", document={"results": [1], "tlp": "red"})
        self.assertEqual(answer.results, [{"score": 1}])
        self.assertIn("removed tlp", answer.errors[0].message)

    def test_a_decorator_that_gives_nothing(self):
        folder = self.stoq("""
            from stoq.plugins import StoqDecoratorPlugin

            class X(StoqDecoratorPlugin):
                def decorate(self, results):
                    results["lost"] = True
            """)
        host = self.loaded(folder, "decorator", "x")
        answer = host.call("decorate", document={"results": []})
        self.assertEqual((answer.results, answer.code), ([], Code.OK))
        self.assertIn("gave nothing", answer.errors[0].message)

    CONNECTOR = """
        from stoq.plugins import StoqConnectorPlugin

        class X(StoqConnectorPlugin):
            def __init__(self):
                super().__init__()
                self.kept = {}

            def connect(self, force_connect=False):
                super().connect()
                self.kept["connected"] = b"yes"

            def save(self, payload, archive=False, **kwargs):
                if archive:
                    self.kept[kwargs["sha1"]] = payload
                    return kwargs["sha1"]
                self.log.info("%r %r", payload, sorted(kwargs.items()))

            def get_file(self, **kwargs):
                return self.kept.get(kwargs["conn_id"])
        """

    def test_a_connector_keeps_and_gives_back(self):
        host = self.loaded(self.stoq(self.CONNECTOR), "connector", "x")
        self.assertEqual(host.call("connect").code, Code.OK)
        saved = host.call("save", b"abc", document={"size": 3})
        sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d"
        self.assertEqual(saved.results, [{"conn_id": sha1}])
        for key, data in ((sha1, b"abc"), ("connected", b"yes")):
            [(given, _)] = host.call("get_file",
                                     document={"conn_id": key}).children
            self.assertEqual(given, data)
        answer = host.call("get_file", document={"conn_id": "none"})
        self.assertEqual(answer.code, Code.NOT_FOUND)

    RESULTS = {"results": [{"sha1": "abc", "plugin": "yara", "scan": {}}]}

    def saved(self, host, **options):
        answer = host.call("save", document=self.RESULTS, options=options)
        self.assertEqual(answer.code, Code.OK, answer.done)
        return answer, answer.logs[-1].text.removeprefix("stoq.connector.x: ")

    def test_what_a_connector_is_told_of_a_payload(self):
        folder = self.stoq(self.CONNECTOR.replace(
            'return kwargs["sha1"]', "return sorted(kwargs)"))
        host = self.loaded(folder, "connector", "x")
        self.assertEqual(host.call("save", b"abc").results, [{"conn_id": [
            "content-type", "md5", "sha1", "sha256", "sha512", "ssdeep"]}])

    def test_results_are_saved(self):
        host = self.loaded(self.stoq(self.CONNECTOR), "connector", "x")
        _, text = self.saved(host, use_date=True)
        self.assertEqual(text, f"{self.RESULTS!r} [('index', 'yara'), "
                         "('sha1', 'abc'), ('use_date', True)]")

    def test_flat_results_and_empty_payloads_are_told_apart(self):
        host = self.loaded(self.stoq(self.CONNECTOR), "connector", "x")
        answer = host.call("save", document={"results:0:size": 3})
        self.assertIn("{'results:0:size': 3}", answer.logs[-1].text)
        answer = host.call("save", b"", document={"archive": True, "size": 0})
        self.assertEqual(answer.results, [
            {"conn_id": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}])

    def test_a_template_in_its_own_folder(self):
        folder = self.stoq(self.CONNECTOR)
        self.write("x/templates/x.tpl", b"""{% for r in results.results %}
    {% if r.sha1 %}
{{ r.plugin }}: {{ r.sha1 }}
    {% endif %}
{% endfor %}
""")
        self.write("x/templates/slack.tpl", b"slack {{ results|length }}")
        host = self.loaded(folder, "connector", "x")
        self.assertTrue(self.saved(host)[1].startswith("'yara: abc\\n' ["))
        self.assertTrue(self.saved(host, template="slack")[1].startswith(
            "'slack 1' ["))
        self.assertTrue(self.saved(host, template=False)[1].startswith("{"))

    def test_a_wrong_template_costs_no_results(self):
        folder = self.stoq(self.CONNECTOR)
        self.write("x/templates/a.tpl", b"\n{% for %}")
        self.write("x/templates/b.tpl", b"{{ results.none.none }}")
        self.write("x/templates/c.tpl", b"{% include '../x.py' %}")
        host = self.loaded(folder, "connector", "x")
        for name, problem in (
                ("a", "the template a.tpl, line 2: "),
                ("b", "the template b.tpl: UndefinedError: "),
                ("c", "the template c.tpl: TemplateNotFound: "),
                ("gone", "there is no template gone.tpl in "),
                ("../x", "'../x.tpl' is no name of a template")):
            with self.subTest(name):
                answer, text = self.saved(host, template=name)
                self.assertIn(problem, answer.errors[0].message)
                self.assertIn("; the results are saved as JSON",
                              answer.errors[0].message)
                self.assertTrue(text.startswith("{'results':"), text)


class Lives(HostTest):
    """Activation, heartbeats, and what goes wrong with them."""

    def test_a_heartbeat_starts_by_itself(self):
        folder = self.stoq("""
            import threading

            from stoq.plugins import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                def activate(self, stoq):
                    self.stoq = stoq
                    self.wants_heartbeat = True
                    self.beaten = threading.Event()
                    super().activate()

                def heartbeat(self):
                    self.beaten.set()
                    raise ValueError("a heart that breaks")

                def scan(self, payload, **kwargs):
                    return [self.beaten.wait(50),
                            self.heartbeat_thread.daemon]

                def deactivate(self):
                    self.heartbeat_thread.terminate()
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"").results, [True, True])
        host.send(m.Shutdown())
        self.assertEqual(host.ended(), 0)

    def activating(self, line):
        return self.refused(self.stoq(f"""
            import argparse
            from stoq.plugins import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                def activate(self, stoq):
                    {line}
            """), "worker", "x")

    def test_activation_that_fails(self):
        self.assertEqual(self.activating("return False"),
                         "activate() of 'x' returned False")
        self.assertEqual(self.activating("return 1 / 0"),
                         "ZeroDivisionError: division by zero (x.py:7, in "
                         "activate)")
        self.assertIn("activate() of 'x' called sys.exit(2)", self.activating(
            "argparse.ArgumentParser().parse_args(['--what'])"))

    def test_code_that_can_not_be_loaded(self):
        cases = {
            # Whether or not this machine has it.
            GONE + "import yara": "the module 'yara' is missing; install it "
            "for the Python that runs plugins: pip install yara-python, or "
            "Debian's python3-yara (x.py:2, in <module>)",
            "import no_such_thing.sub": "pip install no_such_thing (x.py",
            "from stoq.nothing import x": "of stoQ 1.x only what plugins use "
            "is here",
            "def f(:": "SyntaxError: invalid syntax (x.py:2)",
            "raise ValueError('no')": "ValueError: no (x.py:2, in <module>)",
        }
        for line, message in cases.items():
            with self.subTest(line):
                folder = self.stoq(
                    "from stoq.plugins import StoqWorkerPlugin\n" + line
                    + "\nclass X(StoqWorkerPlugin):\n    pass\n")
                self.assertIn(message, self.refused(folder, "worker", "x"))

    def test_an_option_can_not_hide_a_method(self):
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                pass
            """, options="scan = yes\n")
        self.assertIn("the option 'scan' would take the place",
                      self.refused(folder, "worker", "x"))

    def test_another_category_than_asked_for(self):
        folder = self.stoq("""
            from stoq.plugins import StoqCarverPlugin

            class X(StoqCarverPlugin):
                pass
            """)
        self.assertIn("has carver:x, not worker:x",
                      self.refused(folder, "worker", "x"))

    def test_a_version_that_does_not_fit_is_a_warning(self):
        folder = self.stoq("""
            from stoq.plugins import StoqWorkerPlugin

            class X(StoqWorkerPlugin):
                def scan(self, payload, **kwargs):
                    return self.incompatible_plugin
            """, options="min_stoq_version = 0.20.1\n"
            "max_stoq_version = 1.0.2\n")
        host = self.loaded(folder, "worker", "x")
        self.assertIn("this plugin is for stoQ from 0.20.1 to below 1.0.2",
                      host.logs[-1].text)


if __name__ == "__main__":
    unittest.main()
