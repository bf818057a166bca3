"""The registry: organisations, plugins, settings, rotation."""

import os
import threading
from pathlib import Path

import pytest

import cupel
from catalogue import SECRET, SETTINGS, boefjes


@pytest.fixture
def keyring():
    return cupel.Keyring([cupel.Keyring.generate_key()])


@pytest.fixture
def registry(tmp_path, keyring):
    registry = cupel.Registry(tmp_path / "registry.db",
                              plugin_folders=[boefjes(tmp_path / "plugins")],
                              keyring=keyring)
    registry.add_organisation("acme", "Acme")
    return registry


@pytest.mark.parametrize("kind", [str, os.fsencode, Path])
def test_one_folder_is_a_folder(tmp_path, kind):
    """And not one for each letter."""
    folder = boefjes(tmp_path / "plugins")
    found = cupel.Registry(plugin_folders=kind(folder)).found()
    assert found == cupel.Registry(plugin_folders=[folder]).found() != []


def test_organisations(registry):
    registry.add_organisation("other", "Other", deduplicate=True)
    assert [each["id"] for each in registry.organisations()] == [
        "acme", "other"]
    registry.update_organisation("acme", "ACME", deduplicate=True)
    assert registry.organisations()[0] == {
        "id": "acme", "name": "ACME", "deduplicate": True}
    registry.delete_organisation("other")
    assert len(registry.organisations()) == 1
    with pytest.raises(cupel.AlreadyExists):
        registry.add_organisation("acme", "x")
    with pytest.raises(cupel.NotFound):
        registry.update_organisation("nobody", "x")


def test_plugins(registry, tmp_path):
    assert {each["plugin"]["id"]
            for each in registry.plugins("acme")} == {"dns", "norm"}
    (found,) = registry.plugins("acme", q="records", type="boefje")
    assert found["plugin"]["name"] == "DNS records"
    assert registry.plugin("acme", "dns")["plugin"]["enabled"] is False
    registry.set_enabled("acme", "dns")
    assert registry.plugin("acme", "dns")["plugin"]["enabled"] is True
    registry.set_enabled("acme", "dns", False)
    with pytest.raises(cupel.NotFound):
        registry.plugin("acme", "nothing")
    with pytest.raises(cupel.InvalidArgument):
        registry.plugins("acme", nonsense=1)
    (tmp_path / "plugins/dns/boefje.json").write_text("{")
    registry.rescan()
    states = {each["id"]: each["state"] for each in registry.found()}
    assert "broken" in states.values()


def test_settings_are_masked_and_sealed(registry, tmp_path):
    registry.put_settings("acme", "dns", SETTINGS)
    assert registry.settings("acme", "dns") == {
        "API_KEY": "***", "TOP_PORTS": 7}
    assert registry.settings("acme", "dns", reveal=True) == SETTINGS
    assert SECRET not in str(registry.export())
    assert SECRET.encode() not in (tmp_path / "registry.db").read_bytes()
    with pytest.raises(cupel.InvalidArgument, match="TOP_PORTS") as caught:
        registry.put_settings("acme", "dns",
                              {"API_KEY": SECRET, "TOP_PORTS": SECRET})
    assert SECRET not in str(caught.value)
    registry.add_organisation("other", "Other")
    registry.clone_settings("acme", "other")
    assert registry.settings("other", "dns", reveal=True) == SETTINGS
    registry.delete_settings("acme", "dns")
    assert registry.settings("acme", "dns") == {}


def test_the_environment_of_a_plugin(registry):
    registry.put_settings("acme", "dns", {"API_KEY": SECRET})
    environment = registry.environment(
        "acme", "dns", variables={"BOEFJE_TOP_PORTS": "8"})
    assert dict(environment) == {"API_KEY": SECRET, "TOP_PORTS": "8"}
    assert SECRET not in repr(environment)


def test_an_export_is_taken_in(registry, keyring):
    registry.put_settings("acme", "dns", SETTINGS)
    copy = cupel.Registry(keyring=keyring)
    copy.load(registry.export())
    assert [each["id"] for each in copy.organisations()] == ["acme"]
    assert copy.settings("acme", "dns", reveal=True) == SETTINGS
    with pytest.raises(cupel.InvalidArgument):
        copy.load({"nonsense": 1})


# ---------------------------------------------------------------- rotation

def rotating(tmp_path, count):
    """A registry with that many rows that are sealed with an old key."""
    old, new = (cupel.Keyring.generate_key() for _ in range(2))
    folders = [boefjes(tmp_path / "plugins")]
    before = cupel.Registry(tmp_path / "r.db", plugin_folders=folders,
                            keyring=cupel.Keyring([old]))
    for number in range(count):
        before.add_organisation(f"org{number}", "O")
        before.put_settings(f"org{number}", "dns", SETTINGS)
    return cupel.Registry(tmp_path / "r.db", plugin_folders=folders,
                          keyring=cupel.Keyring([new, old]))


def test_rotation_tells_how_far_it_is(tmp_path):
    registry = rotating(tmp_path, 3)
    told = []
    done = registry.rotate(progress=lambda *each: told.append(each))
    assert (done["resealed"], done["failed"]) == (3, [])
    assert told[-1] == (3, 3)
    assert registry.rotate()["already"] == 3
    assert registry.settings("org2", "dns", reveal=True) == SETTINGS


def test_what_progress_raises_comes_out(tmp_path):
    registry = rotating(tmp_path, 3)

    def progress(done, total):
        raise LookupError("of mine")

    with pytest.raises(LookupError, match="of mine"):
        registry.rotate(progress=progress)
    with pytest.raises(cupel.Cancelled):
        registry.rotate(progress=lambda done, total: False)
    cancel = cupel.Cancel()
    cancel.trigger()
    with pytest.raises(cupel.Cancelled):
        registry.rotate(cancel=cancel)
    assert registry.rotate()["failed"] == []


def test_many_threads_use_one(registry):
    errors = []

    def work(number):
        try:
            for each in range(20):
                registry.add_organisation(f"o{number}-{each}", "O")
                registry.plugins(f"o{number}-{each}")
        except BaseException as error:  # for the assertion
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,))
               for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(registry.organisations()) == 81


def test_without_a_registry(tmp_path):
    folder = boefjes(tmp_path)
    found = {each["id"]: each["state"] for each in cupel.discover(folder)}
    assert found == {"dns": "sound", "norm": "sound"}
    one = cupel.plugin_hash(folder / "dns")
    (folder / "dns/main.py").write_text("other = 1")
    assert cupel.plugin_hash(folder / "dns") != one
    with pytest.raises(cupel.NotFound):
        cupel.discover(tmp_path / "nothing")


def test_wrong_arguments(tmp_path):
    for bad in ("", b""):
        with pytest.raises(cupel.InvalidArgument, match="database"):
            cupel.Registry(bad)
    with pytest.raises(cupel.InvalidArgument, match="busy_timeout"):
        cupel.Registry(busy_timeout=-1)
    (tmp_path / "no.db").write_bytes(b"this is no database, that is plain" * 9)
    with pytest.raises(cupel.Error, match="no.db"):
        cupel.Registry(tmp_path / "no.db")
