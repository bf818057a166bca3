#!/usr/bin/env python3
"""Queues in a RabbitMQ that is killed, cut off and slow.

CUPEL_AMQP_PROBE names the program amqp_probe. Results are read with amqp-get,
which is not ours.
"""

import os
import pathlib
import queue
import subprocess
import sys
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "support"))

# pylint: disable=wrong-import-position
from tcp_proxy import TcpProxy  # noqa: E402
from with_rabbitmq import RabbitMq  # noqa: E402

PROBE = os.environ.get("CUPEL_AMQP_PROBE", "")
PATIENCE = 120


class Probe:
    """A process of amqp_probe, and the lines that it wrote."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROBE, *arguments],
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.lines = []
        self._new = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._new.put(line.rstrip("\n"))

    def next_line(self):
        return self._new.get(timeout=PATIENCE)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(timeout=PATIENCE)
        self._thread.join()
        self.process.stdout.close()

    def kill(self):
        self.process.kill()
        self.end()


def wait_until(condition, what, more=lambda: ""):
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"in {PATIENCE} s not: {what} {more()}")
        time.sleep(0.02)


class BrokerFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = RabbitMq()
        cls.addClassCleanup(cls.broker.stop)
        cls.broker.start()
        cls.count = 0

    def setUp(self):
        type(self).count += 1
        self.name = f"f{self.count}"
        self.probes = []
        self.addCleanup(self.end_all)

    def end_all(self):
        for probe in self.probes:
            probe.kill()

    def url(self, port=None, more=""):
        url = self.broker.url.replace(f":{self.broker.port}/",
                                      f":{port or self.broker.port}/")
        return (f"{url}?queue={self.name}&heartbeat=1"
                f"{more or '&timeout=60000'}")

    def probe(self, *arguments):
        probe = Probe(*arguments)
        self.probes.append(probe)
        return probe

    def submit(self, count):
        probe = Probe("submit", self.url(), str(count))
        probe.end()
        self.assertEqual(probe.lines, [f"submitted {count}"])

    def done(self):
        return {line[5:] for probe in self.probes for line in probe.lines
                if line.startswith("done ")}

    def take(self, queue_name):
        """The next message of a queue as text, or None."""
        url = self.broker.url.rstrip("/")
        until = time.monotonic() + PATIENCE
        while True:
            got = subprocess.run(["amqp-get", "-u", url, "-q", queue_name],
                                 capture_output=True)
            if got.returncode == 0:
                return got.stdout.decode()
            if got.returncode == 2:
                return None
            # A quorum queue has no leader for a time after a crash.
            if time.monotonic() > until or b"timeout" not in got.stderr:
                raise AssertionError(got.stderr.decode(errors="replace"))

    def check_all_done(self, count):
        """Waits until there is a result of each job, and looks at the rest;
        how often each is there."""
        wanted = {f"result of job-{i}" for i in range(count)}
        results = {}
        until = time.monotonic() + PATIENCE
        while not wanted <= set(results):
            text = self.take(f"{self.name}.results")
            if text is not None:
                results[text] = results.get(text, 0) + 1
                continue
            self.assertLess(time.monotonic(), until,
                            sorted(wanted - set(results)) + self.complaints())
            time.sleep(0.05)
        for probe in self.probes:
            probe.end()
        while (text := self.take(f"{self.name}.results")) is not None:
            results[text] = results.get(text, 0) + 1
        # Each at least once; nothing else: what comes twice is the same.
        self.assertEqual(set(results), wanted)
        # What a worker was told to be over has its result.
        for job in self.done():
            self.assertIn(f"result of {job}", results)
        return results

    def complaints(self):
        return [line for probe in self.probes for line in probe.lines
                if not line.startswith("done ")]

    def check_nothing_left(self):
        self.assertIsNone(self.take(self.name))
        self.assertIsNone(self.take(f"{self.name}.dead"))

    def test_a_broker_that_is_killed_loses_nothing(self):
        count = 400
        self.submit(count)
        self.broker.settle()
        for _ in range(3):
            self.probe("work", self.url())
        for part in (40, 150):
            wait_until(lambda part=part: len(self.done()) >= part,
                       "some jobs are done", self.complaints)
            self.broker.restart()
        results = self.check_all_done(count)
        self.assertGreaterEqual(sum(results.values()), count)
        self.check_nothing_left()

    def test_a_worker_that_is_killed_loses_nothing(self):
        count = 200
        self.submit(count)
        for _ in range(3):
            victim = self.probe("work", self.url())
            before = len(self.done())
            wait_until(lambda before=before: len(self.done()) > before + 5,
                       "some jobs are done")
            victim.kill()
        self.probe("work", self.url())
        self.check_all_done(count)
        self.check_nothing_left()

    def test_a_lease_on_a_cut_connection_is_told_to_be_lost(self):
        self.submit(1)
        with TcpProxy(self.broker.port) as proxy:
            holder = self.probe("hold", self.url(proxy.port))
            self.assertEqual(holder.next_line(), "held job-0")
            proxy.cut()
            # The broker misses two heartbeats, and gives it to another.
            worker = self.probe("work", self.url())
            wait_until(lambda: "done job-0" in worker.lines,
                       "another has done it")
            # It has connected anew meanwhile, or will yet.
            wait_until(lambda: proxy.connections >= 2, "a new connection")
            holder.say("complete")
            told = holder.next_line()
            self.assertTrue(told.startswith("completed ABORTED: "), told)
            self.assertIn("job-0", told)
            holder.end()
        self.assertEqual(self.check_all_done(1), {"result of job-0": 1})

    def test_a_result_on_a_cut_connection_is_not_said_to_be_kept(self):
        self.submit(1)
        with TcpProxy(self.broker.port) as proxy:
            holder = self.probe("hold", self.url(proxy.port))
            self.assertEqual(holder.next_line(), "held job-0")
            proxy.cut()
            holder.say("complete")
            told = holder.next_line()
            self.assertTrue(told.startswith("completed ABORTED: "), told)
            holder.end()
        worker = self.probe("work", self.url())
        wait_until(lambda: "done job-0" in worker.lines, "another has done it")
        self.check_all_done(1)

    def test_a_slow_connection_is_only_slow(self):
        count = 60
        self.submit(count)
        with TcpProxy(self.broker.port, bytes_per_second=50_000,
                      delay=0.005) as proxy:
            self.probe("work", self.url(proxy.port))
            self.probe("work", self.url())
            self.check_all_done(count)
            self.assertEqual(proxy.connections, 1)

    def test_a_broker_that_takes_nothing_is_told_in_time(self):
        self.submit(1)
        # As when its memory or its disk is full.
        self.broker.ctl("set_vm_memory_high_watermark", "0.000001")
        try:
            probe = Probe("submit", self.url(more="&timeout=500"), "2000")
            probe.end()
            self.assertEqual(len(probe.lines), 1)
            self.assertTrue(probe.lines[0].startswith("error UNAVAILABLE: "),
                            probe.lines)
            self.assertIn("did not confirm within 500 ms", probe.lines[0])
            self.assertIn("2000 jobs", probe.lines[0])
        finally:
            self.broker.ctl("set_vm_memory_high_watermark", "0.5")
        self.probe("work", self.url())
        wait_until(lambda: "done job-0" in self.probes[0].lines, "it works")

    def test_a_worker_outlives_a_broker_that_is_long_away(self):
        self.submit(5)
        self.broker.settle()
        worker = self.probe("work", self.url())
        wait_until(lambda: len(self.done()) == 5, "all is done")
        self.broker.kill()
        # It says so, and goes on.
        wait_until(lambda: any(line.startswith("error UNAVAILABLE: ")
                               for line in worker.lines), "it is told")
        told = next(line for line in worker.lines if line.startswith("error "))
        self.assertNotIn(self.broker.password, told)
        self.broker.start()
        self.submit(3)
        wait_until(lambda: sum(line.startswith("done ")
                               for line in worker.lines) >= 8,
                   "it works again")
        self.check_all_done(5)


if __name__ == "__main__":
    unittest.main()
