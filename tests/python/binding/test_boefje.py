"""Boefjes and normalizers, in processes of their own."""

import logging
import threading

import pytest

import cupel
from catalogue import SECRET, SETTINGS, boefjes, write

INPUT = {"object_type": "Network", "primary_key": "Network|internet",
         "scan_profile": {"scan_profile_type": "declared", "level": 1,
                          "reference": "Network|internet"},
         "name": "internet"}


@pytest.fixture
def registry(tmp_path):
    registry = cupel.Registry(
        plugin_folders=[boefjes(tmp_path / "plugins")],
        keyring=cupel.Keyring([cupel.Keyring.generate_key()]))
    registry.add_organisation("acme", "Acme")
    registry.put_settings("acme", "dns", SETTINGS)
    return registry


@pytest.fixture
def raws(tmp_path):
    return cupel.Raws(tmp_path / "raws.db")


def test_from_an_object_to_objects(registry, raws):
    run = cupel.boefje_run(registry, raws, "acme", "dns", INPUT)
    assert (run["status"], run["tier"]) == ("completed", "process"), run
    assert SECRET not in str(run)
    raw = run["raws"][-1]
    assert raws.of("acme") == run["raws"]
    assert raws.read(raw["id"]) == b"internet 21"
    meta = raws.meta(raw["id"])
    assert meta["raw_data_meta"]["boefje_meta"]["id"] == raw["job"]
    found = cupel.normalizer_run(registry, raws, "norm", raw["id"])
    assert found["status"] == "completed", found
    (observation,) = found["results"]["observations"]
    assert observation["results"][0]["name"] == "internet"
    assert found["octopoes"][0]["method"] == "POST"


def test_jobs_that_are_there(registry, raws):
    first = cupel.boefje_run(registry, raws, "acme", "dns", INPUT)
    again = {**first["boefje_meta"],
             "id": "33333333-3333-4333-8333-333333333333"}
    again.pop("environment", None)
    job = cupel.Job.parse(again)
    run = cupel.boefje_run_job(registry, raws, job)
    assert run["boefje_meta"]["id"] == again["id"]
    with pytest.raises(cupel.AlreadyExists):
        cupel.boefje_run_job(registry, raws, job)
    with pytest.raises(cupel.InvalidArgument, match="NormalizerMeta"):
        cupel.normalizer_run_job(registry, raws, job)


def test_failing_is_no_exception(registry, raws, tmp_path, caplog):
    write(tmp_path, "plugins/dns/main.py",
          "def run(meta):\n    print('on its way')\n    raise OSError('no')\n")
    with caplog.at_level(logging.DEBUG, "cupel.boefje"):
        run = cupel.boefje_run(registry, raws, "acme", "dns", INPUT)
    assert run["status"] == "failed" and "no" in run["problem"]
    assert "error/boefje" in run["raws"][-1]["mime_types"]
    assert "on its way" in caplog.text


def test_what_is_not_there(registry, raws):
    with pytest.raises(cupel.NotFound):
        cupel.boefje_run(registry, raws, "acme", "nothing")
    with pytest.raises(cupel.NotFound):
        cupel.boefje_run(registry, raws, "nobody", "dns")
    with pytest.raises(cupel.NotFound):
        raws.read("44444444-4444-4444-8444-444444444444")
    with pytest.raises(cupel.InvalidArgument, match="tier"):
        cupel.boefje_run(registry, raws, "acme", "dns", INPUT,
                         options=cupel.RunOptions(tier="moon"))
    registry.delete_settings("acme", "dns")
    with pytest.raises(cupel.InvalidArgument, match="API_KEY"):
        cupel.boefje_run(registry, raws, "acme", "dns", INPUT)


def test_cancelling(registry, raws, tmp_path):
    write(tmp_path, "plugins/dns/main.py",
          "import time\ndef run(meta):\n    print('on its way', flush=True)\n"
          "    time.sleep(600)\n")
    cancel = cupel.Cancel()
    options = cupel.RunOptions(log=lambda level, line: cancel.trigger())
    timer = threading.Timer(2, cancel.trigger)  # if nothing is logged
    timer.start()
    with pytest.raises(cupel.Cancelled):
        cupel.boefje_run(registry, raws, "acme", "dns", INPUT,
                         options=options, cancel=cancel)
    timer.cancel()
    assert raws.of("acme") == []
