"""Threads, tasks and signals: the GIL, cancelling, KeyboardInterrupt."""

from __future__ import annotations

import asyncio
import gc
import io
import lzma
import os
import signal
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

import cupel
from conftest import SLOW

LONG = b"ab" * (16 << 20)
FOR_EVER = cupel.Limits(file_time=600)


@pytest.fixture(scope="module")
def slow():
    # The other engine sees at once that they can't match.
    return cupel.compile_rules(SLOW, rule_engine="libyara")


def scanner_of(rules, **options):
    return cupel.Scanner(rules, limits=FOR_EVER, **options)


class Barrier:
    """Passed by two scans only if both are under way at the same time."""

    def __init__(self):
        self.barrier = threading.Barrier(2)

    def __call__(self, finding):
        self.barrier.wait(60)


def test_two_threads_scan_at_the_same_time(slow):
    """The GIL is released: while one thread is inside a scan that takes long,
    this one goes on, and ends it."""
    cancel = cupel.Cancel()
    reports = []
    thread = threading.Thread(target=lambda: reports.append(
        scanner_of(slow).scan(LONG, cancel=cancel)))
    thread.start()
    other = cupel.compile_rules("rule a { condition: true }")
    for _ in range(100):
        assert cupel.Scanner(other).scan(b"x").verdict == "matched"
    assert thread.is_alive()
    cancel.trigger()
    thread.join()
    assert [i.kind for i in reports[0].incidents] == ["cancelled"]


def test_callbacks_of_two_threads_meet(rules):
    meet = Barrier()
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(
        cupel.Scanner(rules, on_finding=meet).scan(b"hello")))
        for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.verdict for report in reports] == ["matched"] * 2


def test_one_scanner_in_two_threads_is_an_error(rules):
    inside, go_on = threading.Event(), threading.Event()

    def wait(finding):
        inside.set()
        go_on.wait(60)

    scanner = cupel.Scanner(rules, on_finding=wait)
    thread = threading.Thread(target=scanner.scan, args=(b"hello",))
    thread.start()
    inside.wait(60)
    with pytest.raises(cupel.FailedPrecondition, match="busy"):
        scanner.scan(b"hello")
    go_on.set()
    thread.join()
    go_on.set()
    assert scanner.scan(b"hello").verdict == "matched"


def test_cancelled_before_and_twice(rules):
    cancel = cupel.Cancel()
    assert not cancel.triggered
    cancel.trigger()
    cancel.trigger()
    assert cancel.triggered
    for data in (b"hello", b"hello" + bytes(1 << 20)):
        report = cupel.Scanner(rules).scan(data, cancel=cancel)
        assert report.coverage != "complete"
        assert "cancelled" in [i.kind for i in report.incidents]


def test_cancel_must_be_one(scanner):
    with pytest.raises(TypeError, match="cancel"):
        scanner.scan(b"hello", cancel=threading.Event())
    with pytest.raises(TypeError, match="no arguments"):
        cupel.Cancel(1)


@pytest.mark.parametrize("threads", [1, 3])
def test_cancelled_by_another_thread(slow, threads):
    """The main thread's work runs elsewhere, and its Cancel reaches it."""
    cancel = cupel.Cancel()
    timer = threading.Timer(0.2, cancel.trigger)
    timer.start()
    report = scanner_of(slow, threads=threads).scan_many(
        [LONG, LONG[:-1]], cancel=cancel)
    assert cancel.triggered
    assert report.verdict == "unknown"


# --------------------------------------------------------------- Python ends

AT_WORK = """
import threading
import cupel
from cupel.plugin import worker
inside = threading.Event()
def told(*each):
    inside.set()
rules = cupel.compile_rules("rule a { condition: true }")
many = [str(n).encode() for n in range(2000)]
@worker
def calls_another(call):
    call.nested("decoder:base64", b"aGVsbG8=")
    inside.set()
def scans():
    cupel.Scanner(rules, on_finding=told).scan_many(many)
class Told:
    def write(self, piece):
        inside.set()
def writes(report=cupel.Scanner(rules).scan_many(many)):
    report.write(Told())
def calls():
    plugins = cupel.Plugins()
    plugins.register(calls_another)
    plugins.run("worker:calls_another", b"x")
def work():
    while True:
        try:
            %s()
        except cupel.Error:  # that it was stopped
            pass
threading.Thread(target=work, daemon=True).start()
assert inside.wait(60)
"""


@pytest.mark.parametrize("work", ["scans", "writes", "calls"])
def test_python_may_end_while_a_daemon_thread_is_called_back(
        run_python, work):
    """Its thread is not ended in the midst of the library."""
    for _ in range(5):
        done = run_python(AT_WORK % work)
        assert (done.returncode, done.stderr) == (0, "")


AT_EXIT = """
import atexit
def last():
    rules = cupel.compile_rules("rule a { condition: true }")
    scanner = cupel.Scanner(rules, on_finding=lambda found: print(found.rule))
    print(scanner.scan(b"x").verdict)
atexit.register(last)  # so it runs after what cupel registers
import cupel
"""


def test_functions_at_exit_are_called_back(run_python):
    done = run_python(AT_EXIT)
    assert (done.stdout, done.stderr) == ("a\nmatched\n", "")


# ------------------------------------------------------------------ signals

def interrupt_soon():
    """SIGINT to this process, when the scan is under way; its time."""
    sent = []

    def send():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.3, send)
    timer.start()
    return sent


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("callback", [None, lambda told: None])
def test_ctrl_c_ends_a_scan(slow, threads, callback):
    scanner = scanner_of(slow, threads=threads, on_progress=callback)
    cancel = cupel.Cancel()
    sent = interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        scanner.scan_many([LONG, LONG[:-1]], cancel=cancel)
    # Far from the hours it would take; how fast is measured in docs/python.md.
    assert time.monotonic() - sent[0] < 30
    assert not cancel.triggered, "the interruption is of this scan only"
    assert scanner.scan(b"x").coverage == "complete"


def zipped(parts):
    """An archive of them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, part in enumerate(parts):
            archive.writestr(zipfile.ZipInfo(str(number)), part,
                             zipfile.ZIP_DEFLATED)
    return file.getvalue()


def test_ctrl_c_ends_the_unpacking_of_little_that_holds_much():
    """What is scanned without a thread of its own: 3 KiB that hold 2 GiB."""
    data = zipped(bytes(16 << 20) + bytes([n]) for n in range(2))
    data = lzma.compress(zipped(data + bytes([n]) for n in range(64)))
    assert len(data) < 4096
    scanner = cupel.Scanner(
        cupel.compile_rules("rule a { strings: $a = /x.{0,200}y/ "
                            "condition: $a }"),
        limits=cupel.Limits(ratio=1 << 30, total_bytes=1 << 40, file_time=600,
                            total_time=600))
    sent = interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        scanner.scan(data)
    # Of some 20 seconds that it would take.
    assert time.monotonic() - sent[0] < 5
    assert scanner.scan(b"x").coverage == "complete"


def test_ctrl_c_in_a_callback(rules):
    def press(finding):
        os.kill(os.getpid(), signal.SIGINT)

    for data in (b"hello", b"hello" + bytes(1 << 20)):
        with pytest.raises(KeyboardInterrupt):
            cupel.Scanner(rules, on_finding=press).scan(data)


def test_a_handler_that_raises_nothing_ends_nothing(rules):
    seen = []
    before = signal.signal(signal.SIGUSR1, lambda *args: seen.append(args[0]))
    try:
        report = cupel.Scanner(rules, on_finding=lambda finding: os.kill(
            os.getpid(), signal.SIGUSR1)).scan(b"hello" + bytes(1 << 20))
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert report.coverage == "complete"
    assert seen == [signal.SIGUSR1]


# -------------------------------------------------------------------- async

def test_scan_async(rules, tmp_path):
    (tmp_path / "f").write_bytes(b"hello")

    async def all_at_once():
        scanners = [cupel.Scanner(rules) for _ in range(4)]
        return await asyncio.gather(
            *(scanner.scan_async(b"hello") for scanner in scanners[:3]),
            scanners[3].scan_async(tmp_path / "f"))

    reports = asyncio.run(all_at_once())
    assert [report.verdict for report in reports] == ["matched"] * 4


def test_the_loop_goes_on_and_a_cancelled_task_ends_its_scan(slow):
    async def main():
        scanner = scanner_of(slow)
        task = asyncio.create_task(scanner.scan_async(LONG))
        for _ in range(5):
            await asyncio.sleep(0.02)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return (await scanner.scan_async(b"x")).coverage

    assert asyncio.run(main()) == "complete"


def test_a_timeout_of_asyncio(slow):
    async def main():
        async with asyncio.timeout(0.1):
            await scanner_of(slow).scan_async(LONG)

    with pytest.raises(TimeoutError):
        asyncio.run(main())


def test_what_goes_wrong_comes_out_of_a_task(scanner):
    async def main():
        await scanner.scan_async(object())

    with pytest.raises(TypeError, match="bytes-like"):
        asyncio.run(main())


def test_handlers_of_signals_do_not_wait_for_the_compiler():
    """Nothing ends it; a handler is called meanwhile, not at its end."""
    text = "\n".join(
        f"rule r{i} {{ strings: $a = /a{i}b[0-9]{{3,9}}(x|y){i}/ "
        "condition: $a }" for i in range(10000))
    handled = []
    before = signal.signal(
        signal.SIGUSR1, lambda *_: handled.append(time.monotonic()))
    timer = threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGUSR1))
    try:
        begun = time.monotonic()
        timer.start()
        cupel.compile_rules(text)
        ended = time.monotonic()
        timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert len(handled) == 1
    assert ended - handled[0] > (ended - begun) / 4


def test_cancelling_twice_waits_for_the_scan_all_the_same(rules):
    inside, go_on = threading.Event(), threading.Event()

    def wait(finding):
        inside.set()
        go_on.wait(60)

    scanner = cupel.Scanner(rules, on_finding=wait)

    async def main():
        task = asyncio.create_task(scanner.scan_async(b"hello"))
        await asyncio.to_thread(inside.wait, 60)
        for _ in range(3):
            task.cancel()
            for _ in range(3):
                await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert scanner.scan(b"hello").verdict == "matched"


def test_what_a_cancelled_scan_raised_is_not_called_lost(rules):
    inside, go_on = threading.Event(), threading.Event()

    def fail(finding):
        inside.set()
        go_on.wait(60)
        raise RuntimeError("of a callback")

    lost = []

    async def main():
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: lost.append(context))
        task = asyncio.create_task(cupel.Scanner(
            rules, on_finding=fail).scan_async(b"hello"))
        await asyncio.to_thread(inside.wait, 60)
        task.cancel()
        await asyncio.sleep(0)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
        gc.collect()
        await asyncio.sleep(0)

    asyncio.run(main())
    assert lost == []


def test_calls_that_last_leave_the_threads_of_the_loop_to_others(rules):
    queue = cupel.Queue("memory:")
    assert queue.lease() == []  # before it a wait returns at once

    async def main():
        asyncio.get_running_loop().set_default_executor(
            ThreadPoolExecutor(max_workers=1))
        waiting = [asyncio.create_task(queue.wait_async(600))
                   for _ in range(3)]
        await asyncio.sleep(0)
        assert await asyncio.to_thread(lambda: 1) == 1
        report = await cupel.Scanner(rules).scan_async(b"hello")
        assert report.verdict == "matched"
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)

    asyncio.run(main())
