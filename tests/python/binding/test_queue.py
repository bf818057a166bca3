"""The queue: leases, endings, waiting, several processes."""

import asyncio
import os
import subprocess
import sys
import threading
import time

import pytest

import cupel


@pytest.fixture
def queue(tmp_path):
    return cupel.Queue(f"sqlite:{tmp_path / 'jobs.db'}")


def greet(**more):
    return {"kind": "greet", "body": {"name": "Ada"}, **more}


def test_submitting(queue):
    (one,) = queue.submit(greet(dedup_key="a"))
    assert one["existed"] is False
    assert queue.submit([greet(dedup_key="a"), greet()])[0] == {
        "id": one["id"], "existed": True}
    assert len(queue.submit(greet() for _ in range(3))) == 3
    assert len(queue.submit('{"kind": "a", "body": {}}\n'
                            '{"kind": "b", "body": {}}')) == 2
    assert queue.job(one["id"])["body"] == {"name": "Ada"}
    assert queue.stats()["waiting"] == 7
    assert len(queue.jobs(kind="greet", max=2)) == 2
    with pytest.raises(cupel.InvalidArgument, match="kind"):
        queue.submit({"body": 1})
    with pytest.raises(cupel.InvalidArgument, match="the jobs"):
        queue.submit({"kind": "a", "body": object()})


def test_a_leased_job_is_completed(queue):
    (added,) = queue.submit(greet())
    (job,) = queue.lease(5)
    assert (job.id, job.kind, job.body, job.attempt) == (
        added["id"], "greet", {"name": "Ada"}, 1)
    assert not job.ended
    assert job.renew(30)["cancel_wanted"] is False
    job.complete("hello", "text/plain")
    assert job.ended
    assert queue.result(job.id) == b"hello"
    told = queue.job(job.id)
    assert told["state"] == "completed" and told["result"]["size"] == 5
    assert told["worker"].endswith(f":{os.getpid()}")
    assert queue.lease() == []


def test_the_end_of_the_with_completes(queue):
    (added,) = queue.submit(greet())
    with queue.lease_one(kinds=["greet"]) as job:
        job.result(b"{}", "application/json")
    assert queue.result(added["id"]) == b"{}"
    queue.submit(greet())
    with queue.lease_one() as job:
        pass
    assert queue.result(job.id) == b""


def test_what_is_raised_fails_the_job_and_comes_out(queue):
    (added,) = queue.submit(greet(max_attempts=1))
    with pytest.raises(ZeroDivisionError):
        with queue.lease_one():
            1 / 0
    told = queue.job(added["id"])
    assert told["state"] == "dead"
    assert told["history"][0]["reason"] == "ZeroDivisionError: division by zero"
    queue.retry(added["id"])
    with pytest.raises(ValueError):
        with queue.lease_one() as job:
            job.fail("of no use", final=True, last_step="here", signal=9)
            raise ValueError
    last = queue.job(added["id"])["history"][-1]
    assert (last["reason"], last["signal"]) == ("of no use", 9)


def test_a_result_that_is_refused_fails_the_job(queue):
    (added,) = queue.submit(greet(max_attempts=1))
    with pytest.raises(cupel.InvalidArgument) as refused:
        with queue.lease_one() as job:
            job.result(b"{}", "no\ntype")
    told = queue.job(added["id"])
    assert told["state"] == "dead"
    assert told["history"][0]["reason"].startswith("InvalidArgument: ")
    assert str(refused.value).split()[0] in told["history"][0]["reason"]


@pytest.mark.parametrize("wrong", [({"a": 1},), (None,), (b"", None)])
def test_a_result_is_bytes_or_text(queue, wrong):
    queue.submit(greet())
    with pytest.raises(TypeError):
        with queue.lease_one() as job:
            job.result(*wrong)
    assert queue.job(job.id)["history"][0]["reason"].startswith("TypeError")


def test_whoever_is_interrupted_gives_the_job_back(queue):
    queue.submit(greet())
    for interruption in (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
        with pytest.raises(interruption):
            with queue.lease_one() as job:
                raise interruption
        assert queue.job(job.id)["state"] == "waiting"
    assert queue.job(job.id)["attempts"] == 0


def test_a_lease_that_is_lost(queue):
    queue.submit(greet())
    with pytest.raises(RuntimeError, match="of mine"):
        with queue.lease_one(lease=0.001) as first:
            while not (second := queue.lease()):
                queue.wait(0.01)
            raise RuntimeError("of mine")
    with pytest.raises(cupel.Aborted):
        first.complete(b"late")
    second[0].complete(b"good")
    assert queue.result(first.id) == b"good"


def test_no_job_to_lease(queue):
    with pytest.raises(cupel.NotFound, match="no job"):
        with queue.lease_one(kinds=["other"], wait=0.01):
            raise AssertionError("there is none")
    cancel = cupel.Cancel()
    cancel.trigger()
    with pytest.raises(cupel.Cancelled):
        with queue.lease_one(wait=60, cancel=cancel):
            raise AssertionError("there is none")


def test_operators(queue):
    one, two = (each["id"] for each in queue.submit([greet(), greet()]))
    queue.cancel(one, "not wanted")
    assert queue.job(one)["state"] == "cancelled"
    (job,) = queue.lease()
    queue.cancel(two)
    assert job.renew()["cancel_wanted"] is True
    job.release("as was wanted")
    assert queue.purge(0, state="cancelled") == 2
    with pytest.raises(cupel.NotFound):
        queue.job(one)
    with pytest.raises(cupel.InvalidArgument):
        queue.purge(0, state="nonsense")


def test_waiting_ends_when_there_is_a_job(queue):
    def submit():
        queue.submit(greet())

    thread = threading.Thread(target=submit)
    started = time.monotonic()
    thread.start()
    while not queue.lease():
        queue.wait(60)
    thread.join()
    assert time.monotonic() - started < 30


def test_waiting_can_be_cancelled(queue):
    assert queue.lease() == []  # before it, no queue waits
    cancel = cupel.Cancel()
    timer = threading.Timer(0.05, cancel.trigger)
    timer.start()
    with pytest.raises(cupel.Cancelled):
        queue.wait(600, cancel=cancel)
    timer.join()


def test_waiting_can_be_interrupted(queue):
    assert queue.lease() == []
    timer = threading.Timer(0.05, lambda: os.kill(os.getpid(), 2))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        queue.wait(600)
    timer.join()


def test_waiting_in_a_loop(queue):
    async def main():
        assert queue.lease() == []
        task = asyncio.create_task(queue.wait_async(600))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        queue.submit(greet())
        await queue.wait_async(60)
        return queue.lease()

    assert len(asyncio.run(main())) == 1


WORK = """
import sys
import cupel
queue = cupel.Queue(sys.argv[1])
done = 0
while True:
    try:
        with queue.lease_one() as job:
            job.result(str(job.body["number"] ** 2), "text/plain")
    except cupel.NotFound:
        break
    done += 1
print(done)
"""


def test_two_processes_share_the_work(queue):
    ids = [each["id"] for each in queue.submit(
        {"kind": "square", "body": {"number": number}}
        for number in range(60))]
    workers = [subprocess.Popen([sys.executable, "-c", WORK, queue.url],
                                stdout=subprocess.PIPE, text=True)
               for _ in range(2)]
    done = [int(worker.communicate(timeout=120)[0]) for worker in workers]
    assert sum(done) == 60
    assert [queue.result(id) for id in ids] == [
        str(number ** 2).encode() for number in range(60)]
    assert queue.stats()["completed"] == 60


def test_urls_have_no_password(tmp_path):
    with pytest.raises(cupel.Error) as caught:
        cupel.Queue("nonsense://user:hunter2@host/")
    assert "hunter2" not in str(caught.value)
    assert "memory:" in repr(cupel.Queue("memory:"))


def test_wrong_arguments(queue):
    with pytest.raises(cupel.InvalidArgument, match="kinds"):
        queue.lease(kinds="greet")
    with pytest.raises(OverflowError):
        queue.lease(1 << 40)
    with pytest.raises(cupel.InvalidArgument, match="lease"):
        queue.lease(lease=0)
    with pytest.raises(TypeError):
        queue.job(7)


def test_one_folder_of_drivers_is_a_folder(tmp_path):
    for one in (tmp_path, str(tmp_path), [tmp_path]):
        assert cupel.Queue("memory:", driver_folders=one).stats()["dead"] == 0
    with pytest.raises(cupel.InvalidArgument, match="drivers is empty"):
        cupel.Queue("memory:", driver_folders="")
