"""Kills programs that use a queue at every write, and checks the books.

Rounds share one database. In each, two workers submit and work at once; each is
killed at its n-th change of a file, half-way through it, n growing until a
worker comes to its end. After every round the books have to be right: what a
worker was told is kept, every job is open or finished with its result, never
both and never neither, no job is there twice, and no result was replaced.
"""

import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

WORKER, SHIM = sys.argv[1], sys.argv[2]
ROUNDS = int(sys.argv[3])
JOBS = 9
OPEN, COMPLETED = (0, 1), 2


def start(database, name, crash_at):
    environment = dict(os.environ, LD_PRELOAD=SHIM)
    environment.pop("CUPEL_CRASH_AT", None)
    if crash_at is not None:
        environment["CUPEL_CRASH_AT"] = str(crash_at)
    return subprocess.Popen([WORKER, database, name, str(JOBS)],
                            env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Books:
    """What was promised so far."""

    def __init__(self):
        self.submitted = set()
        self.completed = {}  # id -> the result that it has to have

    def note(self, text):
        for line in text.splitlines():
            what, _, rest = line.partition(" ")
            job = rest.split(" ")[0]
            if what == "submitted":
                self.submitted.add(job)
            else:
                assert what == "completed", line
                assert job not in self.completed, f"{line}: completed twice"
                self.completed[job] = rest

    def check(self, original):
        # A copy: to open it would put in order what the next worker has to.
        database = original + ".copy"
        for ending in ("", "-wal"):
            if os.path.exists(original + ending):
                shutil.copyfile(original + ending, database + ending)
        try:
            return self.check_copy(database)
        finally:
            for ending in ("", "-wal", "-shm"):
                pathlib.Path(database + ending).unlink(missing_ok=True)

    def check_copy(self, database):
        connection = sqlite3.connect(database)
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            connection.close()  # killed before there was a table
            assert not self.submitted
            return 0
        assert connection.execute(
            "PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = connection.execute(
            "SELECT j.number, j.id, j.state, j.result_size, r.bytes, b.job"
            " FROM job AS j LEFT JOIN job_result AS r ON r.job = j.number"
            " LEFT JOIN job_body AS b ON b.job = j.number").fetchall()
        seen = set()
        for number, job, state, size, result, body in rows:
            assert job not in seen, f"{job} is there twice"
            seen.add(job)
            assert body == number, f"{job} has no body"
            if state in OPEN:
                assert result is None, f"{job} is open and has a result"
                assert job not in self.completed, f"{job} was completed"
            else:
                assert state == COMPLETED, f"{job} is in state {state}"
                assert result is not None, f"{job} has no result"
                assert size == len(result), job
                text = result.decode()
                # Killed between the end of the transaction and the word: it
                # is completed, by somebody, for good.
                kept = self.completed.setdefault(job, text)
                assert kept == text, f"{job}: {kept} became {text}"
        lost = self.submitted - seen
        assert not lost, f"lost: {sorted(lost)}"
        # Of those that were submitted together all are there or none.
        for job in seen:
            of_round, _, place = job.rpartition(".")
            first = int(place) // 3 * 3
            together = {f"{of_round}.{i}" for i in range(first, first + 3)}
            assert together <= seen, f"{job} without {together - seen}"
        # No two leases of one job had the same token.
        (doubles,) = connection.execute(
            "SELECT count(*) FROM attempt AS a JOIN job AS j ON"
            " a.job = j.number WHERE a.token > j.token").fetchone()
        assert doubles == 0
        connection.close()
        return len(rows)


def main():
    random.seed(5)
    killed = 0
    with tempfile.TemporaryDirectory() as folder:
        database = str(pathlib.Path(folder) / "queue.db")
        books = Books()
        crash_at = 0
        ends = 0
        for number in range(ROUNDS):
            workers = [start(database, f"r{number}", crash_at),
                       start(database, f"s{number}",
                             random.choice([None, crash_at + 7]))]
            ended = 0
            for worker in workers:
                out, err = worker.communicate(timeout=120)
                assert worker.returncode in (0, -signal.SIGKILL), err
                ended += worker.returncode == 0
                killed += worker.returncode != 0
                books.note(out)
            books.check(database)
            # Every write once, then again from the first.
            crash_at = 0 if ended == 2 else crash_at + 1
            ends += ended == 2
        # What is left is done, and then all is completed.
        for number in range(200):
            worker = start(database, f"last{number}", None)
            out, err = worker.communicate(timeout=120)
            assert worker.returncode == 0, err
            books.note(out)
            connection = sqlite3.connect(database)
            (left,) = connection.execute(
                "SELECT count(*) FROM job WHERE state < 2 AND"
                " id NOT LIKE 'last%'").fetchone()
            connection.close()
            if left == 0:
                break
        jobs = books.check(database)
    assert killed >= ROUNDS // 2, f"only {killed} of {ROUNDS} rounds killed"
    print(f"{ROUNDS} rounds, {killed} killed, {ends} came to their end,"
          f" {jobs} jobs, {len(books.completed)} completed;"
          " the books are right")


main()
