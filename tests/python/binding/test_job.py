"""Jobs: read, checked, written, moved on."""

import json

import pytest

import cupel
from catalogue import SECRET
from cupel import JobKind, TaskStatus, _cupel

META = {"id": "11111111-1111-4111-8111-111111111111",
        "boefje": {"id": "dns-records", "version": "1"},
        "organization": "acme", "input_ooi": "Hostname|internet|a.b",
        "environment": {"API_KEY": SECRET}}


def task(status="running"):
    return {"id": "22222222-2222-4222-8222-222222222222",
            "scheduler_id": "boefje-acme", "schedule_id": None,
            "organisation": "acme", "priority": 1, "status": status,
            "type": "boefje", "hash": "0" * 32, "data": META,
            "created_at": "2026-01-02T03:04:05Z",
            "modified_at": "2026-01-02T03:04:05Z"}


def test_what_is_read_is_written():
    job = cupel.Job.parse(META, JobKind.BOEFJE_META)
    assert job.kind is JobKind.BOEFJE_META
    document = job.to_dict()
    assert document["boefje"]["id"] == "dns-records"
    assert json.loads(job.to_json()) == document
    assert "\n" in job.to_json(indent=True)
    again = cupel.Job.parse(job.to_json(reveal=True))
    assert again == job and hash(again) == hash(job)


def test_secrets_are_shown_only_when_asked_for():
    job = cupel.Job.parse(META)
    for shown in (repr(job), str(job), job.to_json(), str(job.to_dict())):
        assert SECRET not in shown
    assert job.to_dict(reveal=True)["environment"] == {"API_KEY": SECRET}


def test_records():
    job = cupel.Job.parse(META)
    assert cupel.Job.decode(job.encode()) == job
    with pytest.raises(cupel.DataLoss):
        cupel.Job.decode(job.encode()[:-3])


def test_what_is_wrong_is_named_and_not_shown():
    bad = {**META, "id": SECRET}
    with pytest.raises(cupel.InvalidArgument, match=r"\$\.id") as caught:
        cupel.Job.parse(bad, JobKind.BOEFJE_META)
    assert SECRET not in str(caught.value)
    found = cupel.Job.check(bad, JobKind.BOEFJE_META)
    assert (found["sound"], found["count"]) == (False, 1)
    assert [each["path"] for each in found["problems"]] == ["$.id"]
    assert cupel.Job.check(META)["kind"] == "BoefjeMeta"
    with pytest.raises(cupel.InvalidArgument):
        cupel.Job.parse("no JSON")


def test_what_can_t_be_json_is_named_and_not_shown():
    for bad in ({"id": object()}, {"id": float("nan")}, {"id": b"x"}):
        with pytest.raises(cupel.InvalidArgument, match="the job"):
            cupel.Job.parse(bad)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(cupel.InvalidArgument, match="RecursionError"):
        cupel.Job.parse({"id": deep})


def test_the_life_of_a_task():
    job = cupel.Job.parse(task())
    assert job.status is TaskStatus.RUNNING
    done = job.transition(TaskStatus.COMPLETED)
    assert done.status is TaskStatus.COMPLETED
    assert job.status is TaskStatus.RUNNING
    with pytest.raises(cupel.FailedPrecondition):
        done.transition(TaskStatus.RUNNING)
    with pytest.raises(cupel.FailedPrecondition):
        cupel.Job.parse(META).status


def test_enumerations_are_those_of_the_library():
    for status in TaskStatus:
        assert _cupel.task_status_name(status) == status.name.lower()
    for kind in list(JobKind)[1:]:
        name = kind.name.replace("_", "").lower()
        assert kind.model.replace("_", "").lower() == name
    assert _cupel.task_status_name(99) == "unknown"


def test_keys_of_equal_runs():
    keyring = cupel.Keyring([cupel.Keyring.generate_key()])
    job = cupel.Job.parse(META)
    mark = job.environment_fingerprint(keyring)
    other = cupel.Job.parse({**META, "organization": "other"})
    assert job.key(mark) == other.key(mark)
    assert job.compare(other)["same"] is True
    changed = cupel.Job.parse({**META, "input_ooi": "Hostname|internet|c"})
    assert job.key(mark) != changed.key(mark)
    assert job.compare(changed)["differences"]
    with pytest.raises(cupel.FailedPrecondition):
        job.key()


def test_openkat_s_hashes():
    one = cupel.openkat_task_hash_boefje("a", "b", "c")
    assert len(one) == 32 and one != cupel.openkat_task_hash_boefje(
        "", "b", "c")
    assert cupel.openkat_task_hash_normalizer("a", "b", "c") == \
        cupel.openkat_task_hash_normalizer("a", "b", "c")


def test_wrong_types_are_errors():
    with pytest.raises(TypeError):
        cupel.Job.decode(7)
    handle = cupel.Job.parse(META)._handle
    for wrong in (None, "x", handle):
        with pytest.raises(TypeError, match="keyring"):
            handle.environment_fingerprint(wrong)
    for wrong in (None, "x", cupel.Keyring()._handle):
        with pytest.raises(TypeError, match="other"):
            handle.compare(wrong)
    with pytest.raises(TypeError):
        _cupel.Job()
