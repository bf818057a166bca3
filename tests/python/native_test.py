"""Plugins of Cupel's own dialect."""

import unittest

from driver import Code, HostTest


class Working(HostTest):

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


class Wrong(HostTest):

    def test_a_lie_about_the_category(self):
        folder = self.native("worker", """
            from cupel.plugin import decoder

            @decoder
            def decode(call):
                return b""
            """)
        self.assertEqual(
            self.refused(folder, "worker", "x"),
            "plugin.json of x says that 'x' is a worker (scan), but x.py has "
            "a decoder (decode)")

    def test_an_exception_names_its_place(self):
        folder = self.native("worker", """
            from cupel.plugin import worker

            @worker
            def scan(call):
                call.result(1)
                raise KeyError("what")
            """)
        host = self.loaded(folder, "worker", "x")
        answer = host.call("scan", b"abc")
        self.assertEqual(answer.results, [1])
        self.assertEqual(answer.code, Code.UNKNOWN)
        self.assertEqual(answer.failed(), "KeyError: 'what' (x.py:7, in scan)")
        self.assertIn("Traceback", answer.logs[-1].text)


if __name__ == "__main__":
    unittest.main()
