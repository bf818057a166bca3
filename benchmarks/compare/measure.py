"""Runs one process and measures the whole of it, start to end."""

import os
import signal
import statistics
import subprocess
import threading
import time
from typing import NamedTuple


class Run(NamedTuple):
    """One measured process. peak_kb is the largest resident set of the process
    (or of one of its children); timed_out means that it was killed."""
    wall: float
    cpu: float
    peak_kb: int
    code: int
    timed_out: bool


def run(command, output, errors, env=None, cwd=None, timeout=600):
    """Runs the command with stdout and stderr in the two files."""
    with open(output, "wb") as out, open(errors, "wb") as err:
        start = time.perf_counter()
        child = subprocess.Popen([str(part) for part in command], stdout=out,
                                 stderr=err, stdin=subprocess.DEVNULL,
                                 cwd=cwd, env={**os.environ, **(env or {})},
                                 start_new_session=True)
        killed = threading.Event()

        def kill():
            killed.set()
            os.killpg(child.pid, signal.SIGKILL)

        timer = threading.Timer(timeout, kill)
        timer.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - start
        except BaseException:  # interrupted: nothing is left running
            kill()
            raise
        finally:
            timer.cancel()
        # The process was reaped here, so Popen must not wait for it again.
        child.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss,
               child.returncode, killed.is_set())


def median(runs, field):
    """The median of one field of some runs."""
    return statistics.median(getattr(run, field) for run in runs)
