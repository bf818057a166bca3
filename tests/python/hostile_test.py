"""Plugins that misbehave, and hosts that do."""

import contextlib
import os
import signal
import subprocess
import time
import unittest

from driver import PACKAGE, PYTHON, Code, Died, HostTest, m, ready

# What one call must end within once it is cancelled; the host kills it later.
# Generous, because machines that run tests are busy.
SOON = 5


class Interrupting(HostTest):

    def started(self, body, **more):
        """A call that has begun, and told so in the log."""
        folder = self.native("worker", (
            "import os, threading, time\n\ndef scan(call):\n"
            "    call.log.info('begun')\n    " + body.replace("\n", "\n    ")
            + "\n"))
        host = self.loaded(folder, "worker", "x")
        call = host.start("scan", b"abc", **more)
        self.assertTrue(host.receive().text.endswith("begun"))
        return host, call

    def cancelled(self, body):
        host, call = self.started(body)
        host.send(m.Cancel(id=call))
        begin = time.monotonic()
        answer = host.finish(call)
        self.assertLess(time.monotonic() - begin, SOON)
        self.assertEqual((answer.code, answer.failed()),
                         (Code.CANCELLED, "the call was cancelled"))
        # The process goes on as if nothing had been.
        return host

    def test_an_endless_loop(self):
        self.cancelled("while True: pass")

    def test_sleeping(self):
        self.cancelled("time.sleep(1000)")

    def test_waiting_for_a_lock(self):
        self.cancelled("lock = threading.Lock()\nlock.acquire()\n"
                       "lock.acquire()")

    def test_waiting_for_a_process(self):
        self.cancelled("import subprocess\nsubprocess.run(['sleep', '1000'])")

    def test_catching_every_exception(self):
        self.cancelled("while True:\n    try:\n        time.sleep(1000)\n"
                       "    except Exception:\n        pass")

    def test_swallowing_it_a_few_times(self):
        self.cancelled("for n in range(3):\n    try:\n"
                       "        time.sleep(1000)\n    except BaseException:\n"
                       "        pass\ntime.sleep(1000)")

    def test_swallowing_it_and_returning(self):
        self.cancelled("try:\n    time.sleep(1000)\nexcept BaseException:\n"
                       "    return")

    def test_handing_back_all_the_time(self):
        self.cancelled("while True: call.child(call.bytes)")

    def test_a_generator(self):
        self.cancelled("while True: yield 1")

    def test_the_next_call_is_not_cancelled(self):
        host, call = self.started(
            "if call.bytes == b'abc': time.sleep(1000)\n"
            "return [call.cancelled]")
        host.send(m.Cancel(id=call))
        self.assertEqual(host.finish(call).code, Code.CANCELLED)
        host.send(m.Cancel(id=call))  # too late, and of no meaning
        self.assertEqual(host.call("scan", b"").results, [[False]])

    def test_a_call_that_waits_is_not_begun(self):
        host, call = self.started("time.sleep(1000)")
        second = host.start("scan", b"")
        host.send(m.Cancel(id=second))
        host.send(m.Cancel(id=call))
        self.assertEqual(host.finish(call).code, Code.CANCELLED)
        answer = host.finish(second)
        self.assertEqual((answer.code, answer.logs), (Code.CANCELLED, []))

    def test_shutdown_ends_a_call(self):
        host, call = self.started("time.sleep(1000)")
        host.send(m.Shutdown())
        self.assertEqual(host.finish(call).code, Code.CANCELLED)
        self.assertEqual(host.ended(), 0)

    def test_a_host_that_goes_away(self):
        host, _ = self.started("time.sleep(1000)")
        host.socket.close()
        self.assertEqual(host.ended(), 1)

    def test_a_heartbeat_beside_a_call(self):
        folder = self.native("worker", """
            import threading

            beaten = threading.Event()

            def heartbeat(call):
                beaten.set()

            def scan(call):
                call.log.info("begun")
                return [beaten.wait(50)]
            """)
        host = self.loaded(folder, "worker", "x")
        call = host.start("scan")
        host.receive()
        host.start("heartbeat")
        answers = [host.receive() for _ in range(3)]
        self.assertEqual(
            sorted((type(a).__name__, a.call) for a in answers),
            [("Done", call), ("Done", call + 1), ("Result", call)])


class Ending(HostTest):

    def test_exit(self):
        for body, message in (
                ("import sys; sys.exit(3)", "the plugin called sys.exit(3)"),
                ("raise KeyboardInterrupt", "KeyboardInterrupt"),
                ("raise MemoryError", "MemoryError"),
                ("def f(): f()\n    f()", "RecursionError: maximum recursion")):
            with self.subTest(message):
                folder = self.native("worker",
                                     f"def scan(call):\n    {body}\n")
                host = self.loaded(folder, "worker", "x")
                self.assertIn(message, host.call("scan", b"").failed())
                self.assertIn(message, host.call("scan", b"").failed())

    def test_what_was_handed_back_before_a_crash_is_there(self):
        folder = self.native("worker", """
            import os
            def scan(call):
                call.child(b"x" * 100_000)
                call.result(1)
                os._exit(3)
            """)
        host = self.loaded(folder, "worker", "x")
        host.start("scan", b"")
        child, result = host.receive(), host.receive()
        self.assertEqual(len(host.blob(child.bytes)), 100_000)
        self.assertEqual(bytes(result.json.inline), b"1")
        with self.assertRaises((Died, ConnectionResetError)):
            host.receive()
        self.assertEqual(host.ended(), 3)

    def test_an_exception_whose_text_fails(self):
        folder = self.native("worker", """
            class Bad(Exception):
                def __str__(self):
                    raise ValueError("again")

            def scan(call):
                raise Bad
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(
            host.call("scan", b"").failed(),
            "Bad: (its text can't be had: __str__ failed) (x.py:7, in scan)")

    def test_a_long_text_and_a_wrong_one(self):
        folder = self.native("worker", """
            def scan(call):
                raise ValueError("\\udc80" + "x" * 10_000_000)
            """)
        host = self.loaded(folder, "worker", "x")
        message = host.call("scan", b"").failed()
        self.assertTrue(message.startswith("ValueError: ?xxx"))
        self.assertLess(len(message), 3000)

    def test_threads_left_behind_do_not_keep_the_process(self):
        folder = self.native("worker", """
            import threading, time
            def scan(call):
                threading.Thread(target=time.sleep, args=(1000,)).start()
            """)
        host = self.loaded(folder, "worker", "x")
        host.call("scan", b"")
        host.send(m.Shutdown())
        self.assertEqual(host.ended(), 0)


class Printing(HostTest):

    def test_prints_do_not_disturb(self):
        folder = self.native("worker", """
            import os, subprocess, sys
            print("imported")
            def scan(call):
                print("on stdout \\udc80")
                print("on stderr", file=sys.stderr)
                os.write(1, b"raw\\n")
                subprocess.run(["echo", "from a child"])
                os.write(2, b"raw too\\n")
                try:
                    os.write(3, b"on three")
                except OSError as error:
                    call.result(error.errno)
                return [os.get_inheritable(n) for n in range(3, 256)
                        if os.path.exists(f"/proc/self/fd/{n}")
                        and os.readlink(f"/proc/self/fd/{n}").startswith(
                            "socket:")]
            """)
        host = self.loaded(folder, "worker", "x")
        answer = host.call("scan", b"")
        self.assertEqual(answer.results, [9, [False]])
        lines = host.printed().splitlines()
        for line in ("imported", "on stdout \\udc80", "on stderr", "raw",
                     "raw too", "from a child"):
            self.assertIn(line, lines)

    def test_a_child_process_does_not_hold_the_socket(self):
        folder = self.native("worker", """
            import os, time
            def scan(call):
                call.log.info("begun")
                if os.fork() == 0:
                    time.sleep(1000)
                return 1
            """)
        host = self.loaded(folder, "worker", "x")
        self.assertEqual(host.call("scan", b"").results, [1])
        host.send(m.Shutdown())
        self.assertEqual(host.ended(), 0)
        self.assertTrue(ready(host.socket))
        with self.assertRaises((Died, ConnectionResetError)):
            host.receive()
        with contextlib.suppress(ProcessLookupError):  # the runner did
            os.killpg(host.process.pid, signal.SIGKILL)

    def test_logging(self):
        folder = self.native("worker", """
            import logging
            def scan(call):
                logging.getLogger("lib").error("%s", "e" * 100_000)
                logging.getLogger("lib").debug("not shown")
                logging.warning("%d", "no number")
                call.log.info("info")
            """)
        host = self.loaded(folder, "worker", "x")
        logs = host.call("scan", b"").logs
        self.assertEqual([log.level for log in logs], [3, 2, 1])
        self.assertLess(len(logs[0].text), 70_000)
        self.assertIn("a record that can't be formatted: '%d'", logs[1].text)


class Limits(HostTest):

    def limited(self, body, **limits):
        folder = self.native("worker", f"def scan(call):\n    {body}\n")
        host = self.loaded(folder, "worker", "x", **limits)
        seen = []
        host.on_message = seen.append
        call = host.start("scan", b"abc" * 1000)
        answer = _finish_with_limits(host, call)
        return answer, [s.name for s in seen if isinstance(s, m.Limit)]

    def test_a_child_of_100_mb(self):
        answer, fired = self.limited("call.child(b'x' * 100_000_000)")
        self.assertEqual((len(answer.children[0][0]), fired),
                         (100_000_000, []))

    def test_a_child_that_is_too_long_is_cut(self):
        answer, fired = self.limited(
            "call.child(b'x' * 200_000)\n    call.child(b'y')",
            child_bytes=100_000)
        self.assertEqual([(len(d), c.cut) for d, c in answer.children],
                         [(100_000, True), (1, None)])
        self.assertEqual((fired, answer.code), ([], Code.OK))

    def test_too_many_bytes(self):
        answer, fired = self.limited(
            "while True: call.child(b'x' * 40_000)", answer_bytes=100_000)
        self.assertEqual((len(answer.children), fired), (2, ["bytes"]))
        self.assertEqual(answer.code, Code.RESOURCE_EXHAUSTED)
        self.assertIn("LimitReached: one call may hand back bytes up to "
                      "100000, and this was more (x.py:2, in scan)",
                      answer.failed())

    def test_slices_do_not_count_as_bytes(self):
        answer, fired = self.limited(
            "for _ in range(100): call.child(call.bytes)", answer_bytes=1000)
        self.assertEqual((len(answer.children), fired), (100, []))

    def test_too_many_children(self):
        answer, fired = self.limited(
            "while True: call.child(b'')", children=10)
        self.assertEqual((len(answer.children), fired), (10, ["children"]))

    def test_too_much_text(self):
        answer, fired = self.limited(
            "call.result(1)\n    return 'x' * 1000", result_bytes=500)
        self.assertEqual((answer.results, fired), ([1], ["result_bytes"]))
        answer, fired = self.limited(
            "call.child(b'', metadata={'x': 'y' * 1000})", result_bytes=500)
        self.assertEqual((answer.children, fired), ([], ["result_bytes"]))

    def test_a_big_result(self):
        answer, _ = self.limited("return 'x' * 1_000_000")
        self.assertEqual(len(answer.results[0]), 1_000_000)


def _finish_with_limits(host, call):
    from driver import Answer
    answer = Answer()
    while answer.done is None:
        message = host.receive()
        if isinstance(message, m.Limit):
            host.on_message(message)
        else:
            host._take(message, call, answer)
    return answer


class Hosts(HostTest):

    def test_without_a_socket(self):
        done = subprocess.run(
            [PYTHON, "-m", "cupel.host"], capture_output=True, timeout=60,
            env={"PYTHONPATH": str(PACKAGE)}, cwd="/")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"is started by Cupel, with a socket as descriptor 3",
                      done.stderr)

    def ended(self, *frames):
        host = self.host()
        host.socket.sendall(b"".join(
            len(f).to_bytes(4, "little") + f for f in frames))
        self.assertEqual(host.ended(), 1)
        return host.printed()

    def test_frames_that_are_none(self):
        self.assertIn("longer than its message", self.ended(b"\x0a\x7f"))
        self.assertIn("must be a Load", self.ended(b"\x1a\x00"))
        self.assertIn("an envelope without a message", self.ended(b""))
        host = self.host()
        host.socket.sendall(b"\xff\xff\xff\xff")
        self.assertEqual(host.ended(), 1)
        self.assertIn("a frame of 4294967295 bytes", host.printed())

    def test_a_descriptor_that_does_not_come(self):
        folder = self.native("worker", "def scan(call):\n    return 1\n")
        host = self.loaded(folder, "worker", "x")
        host.send(m.Invoke(id=1, method=3, payload=m.Blob(in_memfd=100_000)))
        self.assertEqual(host.ended(), 1)

    def test_a_descriptor_that_is_too_short(self):
        folder = self.native("worker", "def scan(call):\n    return 1\n")
        host = self.loaded(folder, "worker", "x")
        host.send(m.Invoke(id=1, method=3, payload=m.Blob(in_memfd=1 << 40)),
                  [b"x" * 70_000])
        self.assertIn("shorter than it says", host.finish(1).failed())
        self.assertEqual(host.call("scan", b"").results, [1])

    def test_calls_that_can_not_be(self):
        folder = self.native("worker", "def scan(call):\n    return 1\n")
        host = self.loaded(folder, "worker", "x")
        for method, code in (("decode", Code.UNIMPLEMENTED),
                             ("get_file", Code.UNIMPLEMENTED),
                             ("heartbeat", Code.UNIMPLEMENTED),
                             ("connect", Code.OK)):
            self.assertEqual(host.call(method, b"").code, code)
        host.send(m.Invoke(id=9, method=99))
        self.assertIn("there is no method 99", host.finish(9).failed())
        host.send(m.Invoke(id=10, method=3, options="[1]"))
        self.assertIn("options: expected a JSON object",
                      host.finish(10).failed())

    def test_a_call_after_a_load_that_failed(self):
        host = self.host()
        host.load(self.dir, "worker", "x")
        self.assertIn("no plugin was loaded", host.call("scan", b"").failed())


class Environments(HostTest):

    CODE = """
        import os
        def scan(call):
            if call.bytes:
                raise ValueError("with " + os.environ["TOKEN"])
            return {k: os.environ[k] for k in sorted(os.environ)
                    if k not in ("PATH", "PYTHONPATH", "LANG", "LC_CTYPE",
                                 "SHLVL", "_")}
        """

    def test_variables_are_those_of_the_call(self):
        folder = self.native("worker", self.CODE)
        host = self.loaded(folder, "worker", "x", host=self.host(
            environment={"OWN": "1"}))
        self.assertEqual(host.call("scan").results, [{"OWN": "1"}])
        self.assertEqual(host.call("scan", environment={
            "TOKEN": "gr\udcff"}).results, [{"TOKEN": "gr\ufffd"}])
        self.assertEqual(host.call("scan").results, [{"OWN": "1"}])

    def test_values_are_not_told(self):
        folder = self.native("worker", self.CODE)
        host = self.loaded(folder, "worker", "x")
        answer = host.call("scan", b"x", environment={"TOKEN": "s3cret-tok"})
        self.assertEqual(answer.failed(), "ValueError: with *** (x.py:5, in "
                         "scan)")
        self.assertNotIn("s3cret", answer.logs[-1].text)

    def test_a_name_that_is_none(self):
        folder = self.native("worker", self.CODE)
        host = self.loaded(folder, "worker", "x")
        for name in ("", "a=b"):
            answer = host.call("scan", environment={name: "s3cret-tok"})
            self.assertIn(f"the variable {name!r} can't be set",
                          answer.failed())
            self.assertNotIn("s3cret", answer.failed())


if __name__ == "__main__":
    unittest.main()
