"""Runs that serve for several jobs."""

import pytest

import cupel
from cupel import Sharing

KEY = "ab" * 32


@pytest.fixture
def dedup():
    return cupel.Dedup(lease=60)


def test_one_leads_and_others_follow(dedup):
    first = dedup.join("acme", "one", key=KEY, plugin="dns")
    assert first["action"] == "lead"
    assert dedup.join("acme", "one", key=KEY)["token"] == first["token"]
    assert dedup.join("other", "two", key=KEY)["action"] == "follow"
    renewed = dedup.renew("acme", "one", first["token"])
    assert renewed["token"] == first["token"] and renewed["expires"]
    handed = dedup.complete("acme", "one", first["token"], [
        (b"bytes", ["text/plain", "boefje/dns"]), (bytearray(b"more"), [])])
    assert [each["job"] for each in handed] == ["one", "two"]
    mine, theirs = (each["raws"] for each in handed)
    assert mine[0]["id"] != theirs[0]["id"]
    assert dedup.raw_bytes("other", theirs[1]["id"]) == b"more"
    with pytest.raises(cupel.NotFound):
        dedup.raw_bytes("other", mine[0]["id"])
    reused = dedup.join("third", "three", key=KEY)
    assert reused["action"] == "reuse"
    assert reused["raws"][0]["mime_types"] == ["boefje/dns", "text/plain"]
    dedup.delete_raw("third", reused["raws"][0]["id"])
    assert len(dedup.raws("third")) == 1
    assert len(dedup.raws("acme", "one")) == 2


def test_who_waits_is_released(dedup):
    token = dedup.join("acme", "one", key=KEY)["token"]
    dedup.join("other", "two", key=KEY)
    assert dedup.fail("acme", "one", token) == [
        {"organisation": "other", "job": "two", "led": False}]
    with pytest.raises(cupel.FailedPrecondition):
        dedup.complete("acme", "one", token, [])
    assert dedup.join("other", "two", key=KEY)["action"] == "lead"
    assert dedup.leave("other", "two") == []
    assert dedup.forget("other") == []


def test_time_passes(dedup):
    now = 1_700_000_000_000_000
    dedup.set_time(now)
    dedup.join("acme", "one", key=KEY)
    dedup.set_time(now + 61_000_000)
    assert dedup.release_expired() == [
        {"organisation": "acme", "job": "one", "led": True}]
    assert dedup.prune(30) == 1


def test_switches(dedup):
    alone = dedup.join("acme", "one", sharing=Sharing.INSTALL)
    assert alone["action"] == "alone"
    with pytest.raises(cupel.FailedPrecondition):
        dedup.join("acme", "two", key=KEY, system_variables=["TOKEN"])


def test_wrong_arguments(dedup):
    token = dedup.join("acme", "one", key=KEY)["token"]
    for outputs in ([7], [(7, [])], [(b"x", 7)], [(b"x", "text/plain")],
                    [("text", [])]):
        with pytest.raises((TypeError, ValueError)):
            dedup.complete("acme", "one", token, outputs)
    with pytest.raises(OverflowError):
        dedup.renew("acme", "one", 1 << 80)
    with pytest.raises(TypeError):
        dedup.renew("acme", "one", "x")
