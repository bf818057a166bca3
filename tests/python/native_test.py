"""Plugins of Cupel's own dialect."""

import json
import unittest

from driver import Code, HostTest, m


class HandingBack(HostTest):

    def test_a_function_hands_back_a_result(self):
        folder = self.native("worker", """
            from cupel.plugin import worker

            @worker
            def scan(call):
                return {"size": len(call.bytes), "name": call.name,
                        "greeting": call.options["greeting"]}
            """, options={"greeting": "hello"})
        host = self.loaded(folder, "worker", "x", {"greeting": "hi"})
        answer = host.call("scan", b"abc", name=b"a\xff.txt")
        self.assertEqual(answer.code, Code.OK)
        self.assertEqual(answer.results, [
            {"size": 3, "name": {"base64": "Yf8udHh0"}, "greeting": "hi"}])

    def test_options_of_manifest_host_and_rule(self):
        folder = self.native("worker", """
            given = {}

            def activate(options):
                given.update(options)

            def scan(call):
                return [given, call.options]
            """, options={"a": 1, "b": 1, "c": 1})
        host = self.loaded(folder, "worker", "x", {"b": 2, "c": 2})
        self.assertEqual(host.call("scan", options={"c": 3, "d": 3}).results,
                         [[{"a": 1, "b": 2, "c": 2},
                           {"a": 1, "b": 2, "c": 3, "d": 3}]])
        self.assertEqual(host.call("scan").results[0][1],
                         {"a": 1, "b": 2, "c": 2})

    def test_a_big_payload_is_mapped_and_its_slices_cost_nothing(self):
        folder = self.native("carver", """
            from cupel.plugin import Carver, Child

            class X(Carver):
                def carve(self, call):
                    yield call.bytes[10:20]
                    yield Child(call.bytes[300_000:], "end")
                    call.result({"in": type(call.bytes.obj).__name__})
                    yield bytes(call.bytes[:4])
            """)
        host = self.loaded(folder, "carver", "x")
        payload = bytes(range(256)) * 2000
        answer = host.call("carve", payload)
        self.assertEqual(answer.results, [{"in": "mmap"}])
        self.assertEqual([data for data, _ in answer.children],
                         [payload[10:20], payload[300_000:], payload[:4]])
        self.assertEqual([(c.offset, c.length) for _, c in answer.children],
                         [(10, 10), (300_000, 212_000), (None, None)])
        self.assertEqual(answer.children[1][1].name, b"end")

    def test_slices_that_are_none(self):
        folder = self.native("carver", """
            from cupel.plugin import carver

            @carver
            def carve(call):
                yield call.bytes[::2]
                yield call.bytes[2:2]
                yield memoryview(bytearray(b"other"))
                yield call.bytes
            """)
        host = self.loaded(folder, "carver", "x")
        answer = host.call("carve", b"abcdef")
        self.assertEqual([(data, c.offset) for data, c in answer.children], [
            (b"ace", None), (b"", None), (b"other", None), (b"abcdef", 0)])

    def test_everything_a_call_can_say(self):
        folder = self.native("worker", """
            from cupel.plugin import worker

            @worker
            def scan(call):
                call.statement("eicar", tags=["a", "b"], meta={"x": 1},
                               weight=-3, offset=1, length=2)
                call.dispatch("decoder:xor")
                call.error("half of it is gone", "data_loss")
                call.child("text", "n\\udcff", metadata={"k": [1]},
                           dispatch="worker:pe", scan=False, save=True)
                call.log.warning("%s bytes", len(call.bytes))
                yield [call.path, call.type, call.mime, call.sha256, call.tlp,
                       call.payload_id, call.depth, call.cancelled,
                       call.budget > 0, call.document]
                yield None
                yield 2
            """)
        host = self.loaded(folder, "worker", "x")
        answer = host.call("scan", b"abc", path="p", type="zip", mime="a/b",
                           sha256="00", payload_id=5, depth=2,
                           document={"d": 1})
        self.assertEqual(answer.results, [
            ["p", "zip", "a/b", "00", "clear", 5, 2, False, True, {"d": 1}],
            2])
        self.assertEqual(answer.statements, [m.Statement(
            call=1, name="eicar", tags="a b", meta='{"x": 1}', weight=-3,
            offset=1, length=2)])
        self.assertEqual(answer.dispatches, ["decoder:xor"])
        self.assertEqual([(e.code, e.message) for e in answer.errors],
                         [(Code.DATA_LOSS, "half of it is gone")])
        [(data, child)] = answer.children
        self.assertEqual(data, b"text")
        self.assertEqual((child.name, child.metadata, child.dispatch,
                          child.no_scan, child.save),
                         (b"n\xff", '{"k": [1]}', "worker:pe", True, True))
        self.assertEqual([(log.level, log.text) for log in answer.logs],
                         [(2, "cupel.worker.x: 3 bytes")])

    def test_every_category(self):
        code = """
            from cupel.plugin import Item, {0}

            @{0}
            def {1}(call):
                return {2}

            def get_file(call):
                return b"kept"
            """
        for category, method, value, results, children, items in (
                ("source", "ingest", "[Item('/p'), Item(data='d')]", [], [],
                 2),
                ("reader", "read", "'text'", [], [b"text"], 0),
                ("worker", "scan", "[1, 2]", [[1, 2]], [], 0),
                ("extractor", "extract", "[('n', b'1'), b'2']", [],
                 [b"1", b"2"], 0),
                ("carver", "carve", "[call.bytes[1:]]", [], [b"bc"], 0),
                ("decoder", "decode", "b'clear'", [], [b"clear"], 0),
                ("decorator", "decorate", "{'score': 1}", [{"score": 1}], [],
                 0),
                ("connector", "save", "{'id': 7}", [{"id": 7}], [], 0),
                ("connector", "get_file", "None", [], [b"kept"], 0),
                ("connector", "connect", "None", [], [], 0),
                ("normalizer", "normalize", "[{'a': 1}, {'b': 2}]",
                 [{"a": 1}, {"b": 2}], [], 0)):
            with self.subTest(method):
                main = "save" if category == "connector" else method
                folder = self.native(category, code.format(
                    category, main, value))
                host = self.loaded(folder, category, "x")
                answer = host.call(method, b"abc", document={"x": 1})
                self.assertEqual(answer.code, Code.OK, answer.done)
                self.assertEqual(answer.results, results)
                self.assertEqual([d for d, _ in answer.children], children)
                self.assertEqual(len(answer.items), items)

    def test_another_plugin(self):
        folder = self.native("worker", """
            from cupel.plugin import PluginError, worker

            @worker
            def scan(call):
                found = call.nested("decoder:xor", call.bytes, {"key": 1})
                yield [found.results, found.children]
                try:
                    call.nested("decoder:no", b"")
                except PluginError as error:
                    yield str(error)
            """)
        host = self.loaded(folder, "worker", "x")

        def xor(number, data, options):
            return m.NestedAnswer(
                id=number, results=[json.dumps(options)],
                child_names=[b"n"], children=[bytes(b ^ 1 for b in data)])

        host.nested["decoder:xor"] = xor
        host.nested["decoder:no"] = lambda number, data, options: (
            m.NestedAnswer(id=number, status=Code.DATA_LOSS, message="torn"))
        self.assertEqual(host.call("scan", b"abc").results, [
            [[{"key": 1}], [["n", "`cb"]]], "decoder:no: torn"])

    def test_a_life(self):
        folder = self.native("worker", """
            import pathlib
            from . import helper
            from cupel.plugin import Worker

            class X(Worker):
                def activate(self, options):
                    self.file = pathlib.Path(options["file"])
                    self.beats = 0

                def heartbeat(self, call):
                    self.beats += 1

                def scan(self, call):
                    return [self.beats, helper.VALUE]

                def deactivate(self):
                    self.file.write_text("deactivated")
            """, heartbeat_seconds=0.5)
        self.write("x/helper.py", "VALUE = 7\n")
        file = self.dir / "file"
        host = self.host()
        loaded = host.load(folder, "worker", "x", {"file": str(file)})
        self.assertEqual(loaded.plugins[0].heartbeat_ns, 500_000_000)
        self.assertEqual(host.call("scan", b"").results, [[0, 7]])
        self.assertEqual(host.call("heartbeat").code, Code.OK)
        self.assertEqual(host.call("scan", b"").results, [[1, 7]])
        host.send(m.Shutdown())
        self.assertEqual(host.ended(), 0)
        self.assertEqual(file.read_text(), "deactivated")
        self.assertFalse((folder / "__pycache__").exists())


class Manifests(HostTest):

    def test_a_description(self):
        folder = self.native(
            "decoder", "raise SystemExit('this ran')", description="d",
            author="a", consumes=["zip", "text/*"], requires=["worker:pe"],
            needs=["network", "files"], least_tier="oci", max_tlp="amber",
            min_version="0.1", max_version="2", rate_limit="4/1",
            options={"key": 1})
        answer = self.host().load(folder)
        self.assertEqual(answer.plugins, [m.Description(
            category=6, name="x", version="1.0", description="d", author="a",
            consumes=["zip", "text/*"], requirements=["worker:pe"],
            max_tlp="amber", needs=3, reentrant=False, least_tier=3,
            min_version="0.1", max_version="2", heartbeat_ns=0,
            options='{"key": 1}', rate_limit="4/1", dialect="cupel")])

    def test_what_is_wrong_is_named(self):
        good = {"category": "worker", "name": "x", "module": "x.py"}
        for change, message in (
                ({"category": "wrker"}, "category: 'wrker' is none; there are "
                 "source, reader"),
                ({"name": ""}, "name: is missing"),
                ({"needs": ["root"]}, "needs: 'root' is unknown"),
                ({"needs": "network"}, "needs: expected a list of texts"),
                ({"least_tier": "moon"}, "least_tier: 'moon' is none"),
                ({"options": []}, "options: expected an object"),
                ({"heartbeat_seconds": -1}, "heartbeat_seconds: expected"),
                ({"version": 1}, "version: expected text")):
            with self.subTest(message):
                self.write("x/plugin.json", {**good, **change})
                answer = self.host().load(self.dir / "x")
                self.assertEqual(answer.status, Code.INVALID_ARGUMENT)
                self.assertIn(f"{self.dir}/x/plugin.json: {message}",
                              answer.message)
        for text, message in (
                (b"{", "no JSON: "), (b"[]", "expected a JSON object"),
                (b"\xff", "not UTF-8 at byte 0"),
                (b"[" * 100_000, "no JSON: "),
                (b" " * (2 << 20), "longer than 1048576 bytes")):
            with self.subTest(message):
                self.write("x/plugin.json", text)
                self.assertIn(message, self.host().load(
                    self.dir / "x").message)

    def test_a_module_must_lie_in_the_folder(self):
        self.write("y.py", "raise SystemExit('this ran')")
        folder = self.native("worker", "")
        (folder / "link.py").symlink_to(self.dir / "y.py")
        for module in ("../y.py", str(self.dir / "y.py"), "link.py"):
            self.native("worker", "", module=module)
            self.assertIn(f"{module!r} is no file in {folder}",
                          self.refused(folder, "worker", "x"))
        self.native("worker", "", module="gone.py")
        self.assertIn("there is no", self.refused(folder, "worker", "x"))

    def test_folders_that_are_none(self):
        empty = self.dir / "empty"
        empty.mkdir()
        self.assertIn("has no manifest: neither plugin.json",
                      self.refused(empty, "worker", "x"))
        self.assertIn("is no folder",
                      self.refused(self.dir / "gone", "worker", "x"))


class Lies(HostTest):

    def test_a_lie_about_the_category(self):
        for code in ("@cupel.plugin.decoder\ndef decode(call):\n    pass\n",
                     "def decode(call):\n    pass\n",
                     "class X(cupel.plugin.Decoder):\n"
                     "    def decode(self, call):\n        pass\n",
                     "class X(cupel.plugin.Plugin):\n"
                     "    def decode(self, call):\n        pass\n"):
            with self.subTest(code):
                folder = self.native("worker", "import cupel.plugin\n" + code)
                self.assertEqual(
                    self.refused(folder, "worker", "x"),
                    "plugin.json of x says that 'x' is a worker (scan), but "
                    "x.py has a decoder (decode)")

    def test_a_module_without_a_plugin(self):
        folder = self.native("extractor", "X = 1\n")
        self.assertIn("says that 'x' is an extractor, but x.py has no plugin: "
                      "neither a function marked @extractor, nor a class "
                      "derived from cupel.plugin.Extractor",
                      self.refused(folder, "extractor", "x"))

    def test_a_class_without_its_method(self):
        folder = self.native("worker", "import cupel.plugin\n"
                             "class X(cupel.plugin.Worker):\n    pass\n")
        self.assertEqual(self.refused(folder, "worker", "x"),
                         "the class X is a worker, but has no scan()")

    def test_two_of_the_same(self):
        folder = self.native("worker", """
            from cupel.plugin import Worker

            class A(Worker):
                def scan(self, call):
                    pass

            class B(A):
                pass

            the_same_again = A
            """)
        self.assertIn("x.py has 2 plugins of the category worker",
                      self.refused(folder, "worker", "x"))

    def test_another_name_than_asked_for(self):
        folder = self.native("worker", "")
        self.assertIn("has worker:x, not worker:y",
                      self.refused(folder, "worker", "y"))

    def test_activate_that_declines(self):
        folder = self.native("worker", """
            def activate(options):
                return False

            def scan(call):
                pass
            """)
        self.assertEqual(self.refused(folder, "worker", "x"),
                         "x.py: activate() returned False")

    def test_what_a_method_can_not_give(self):
        for category, method, value, message in (
                ("decoder", "decode", "7", "decode() gave 7 (int); expected "
                 "bytes, (name, bytes) or a Child"),
                ("decoder", "decode", "['text']", "decode() gave a value of "
                 "the type str"),
                ("worker", "scan", "True", "scan() gave True; expected a "
                 "result, or None for none"),
                ("worker", "scan", "{'a': [object()]}", "the result.a[0] is "
                 "of the type object, which JSON can't hold"),
                ("decorator", "decorate", "[1]", "decorate() gave a value of "
                 "the type list; expected a dictionary"),
                ("source", "ingest", "['/p']", "ingest() gave a value of the "
                 "type str; expected an Item")):
            with self.subTest(message):
                folder = self.native(
                    category, f"def {method}(call):\n    return {value}\n")
                host = self.loaded(folder, category, "x")
                self.assertIn(message, host.call(method, b"").failed())

    def test_a_result_in_itself(self):
        folder = self.native("worker", """
            def scan(call):
                found = {}
                found["again"] = found
                return found
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertRegex(host.call("scan", b"").failed(), "the result.again."
                         ".* is nested too deeply, or in itself")

    def test_a_coroutine_is_no_plugin(self):
        folder = self.native("worker", "async def scan(call):\n    pass\n")
        host = self.loaded(folder, "worker", "x")
        self.assertIn("scan() is asynchronous",
                      host.call("scan", b"").failed())

    def test_an_exception_names_its_place(self):
        folder = self.native("worker", """
            import json
            from cupel.plugin import PluginError, worker

            @worker
            def scan(call):
                call.result(1)
                if call.bytes == b"own":
                    raise PluginError("torn", "data_loss")
                json.loads("{")
            """)
        host = self.loaded(folder, "worker", "x")
        answer = host.call("scan", b"abc")
        self.assertEqual(answer.results, [1])
        self.assertEqual(answer.code, Code.UNKNOWN)
        self.assertRegex(answer.failed(), r"^JSONDecodeError: Expecting "
                         r".* \(x.py:10, in scan\)$")
        self.assertIn("Traceback", answer.logs[-1].text)
        answer = host.call("scan", b"own")
        self.assertEqual((answer.code, answer.failed()), (
            Code.DATA_LOSS, "PluginError: torn (x.py:9, in scan)"))


if __name__ == "__main__":
    unittest.main()
