"""Keys, sealed settings, schemas and environments."""

import base64
import json
import os

import pytest

import cupel
from catalogue import SCHEMA, SECRET, SETTINGS
from cupel import Origin, SealFormat


@pytest.fixture
def keyring():
    return cupel.Keyring([cupel.Keyring.generate_key()])


@pytest.fixture
def box(keyring):
    return cupel.SettingsBox(keyring)


def test_what_is_sealed_can_be_opened(box):
    row = box.seal("acme", "dns", SETTINGS)
    assert SECRET not in row
    assert box.open("acme", "dns", row) == SETTINGS
    assert cupel.SettingsBox.inspect(row) == {
        "format": "cupel", "key_id": box.keyring.ids[0]}


def test_a_row_is_bound_to_its_place(box):
    row = box.seal("acme", "dns", SETTINGS)
    for organisation, plugin in (("other", "dns"), ("acme", "other")):
        with pytest.raises(cupel.DataLoss) as caught:
            box.open(organisation, plugin, row)
        assert SECRET not in str(caught.value)
    with pytest.raises(cupel.Error):
        box.open("acme", "dns", row[:-4] + "AAAA")


def test_rotation(box):
    row = box.seal("acme", "dns", SETTINGS)
    new = cupel.Keyring([cupel.Keyring.generate_key()])
    with pytest.raises(cupel.NotFound, match=box.keyring.ids[0]):
        cupel.SettingsBox(new).open("acme", "dns", row)
    old_key = cupel.Keyring.generate_key()
    old = cupel.SettingsBox(cupel.Keyring([old_key]))
    row = old.seal("acme", "dns", SETTINGS)
    both = cupel.SettingsBox(
        cupel.Keyring([cupel.Keyring.generate_key(), old_key]))
    again = both.reseal("acme", "dns", row)
    assert both.inspect(again)["key_id"] == both.keyring.ids[0]
    assert both.open("acme", "dns", again) == SETTINGS


def test_openkat_s_formats():
    private = base64.b64encode(bytes(range(32))).decode()
    keyring = cupel.Keyring()
    # The public key of that private key is not asked for: it is derived, or
    # refused if it is another's.
    with pytest.raises(cupel.InvalidArgument) as caught:
        keyring.set_openkat(private, base64.b64encode(bytes(32)).decode())
    assert private not in str(caught.value)
    plain = cupel.SettingsBox(keyring, seal_format=SealFormat.OPENKAT_IDENTITY,
                              allow_identity=True)
    row = plain.seal("acme", "dns", SETTINGS)
    assert json.loads(row) == SETTINGS
    assert plain.open("acme", "dns", row) == SETTINGS
    with pytest.raises(cupel.Error):
        cupel.SettingsBox(keyring).open("acme", "dns", row)


def test_keys_and_format_of_variables():
    key = cupel.Keyring.generate_key()
    box = cupel.SettingsBox.from_environment(
        {"CUPEL_SETTINGS_KEYS": key,
         "BOEFJES_ENCRYPTION_MIDDLEWARE": "IDENTITY"}, process=False)
    assert box.keyring.ids == cupel.Keyring([key]).ids
    assert box.seal_format is SealFormat.OPENKAT_IDENTITY
    none = cupel.SettingsBox.from_environment({}, process=False)
    assert (none.keyring.ids, none.seal_format) == ([], SealFormat.CUPEL)


def test_no_secret_is_shown(box, keyring):
    key = cupel.Keyring.generate_key()
    keyring.add(key)
    with pytest.raises(cupel.AlreadyExists) as caught:
        keyring.add(key)
    with pytest.raises(cupel.InvalidArgument) as wrong:
        keyring.add(key[:-9] + "********x")
    with pytest.raises(cupel.InvalidArgument) as text:
        box.seal("acme", "dns", SECRET)
    with pytest.raises(cupel.InvalidArgument) as value:
        box.seal("acme", "dns", {SECRET: object()})
    for shown in (repr(keyring), repr(box), str(caught.value),
                  str(wrong.value), str(text.value), str(value.value)):
        assert key[12:] not in shown and SECRET not in shown


def test_fingerprints_and_masks(box):
    one = box.fingerprint("dns", {"A": 1, "B": 2})
    assert one == box.fingerprint("dns", {"B": 2, "A": 1})
    assert one != box.fingerprint("other", {"A": 1, "B": 2})
    schema = cupel.Schema(SCHEMA)
    assert box.mask(SETTINGS, schema) == {"API_KEY": "***", "TOP_PORTS": 7}
    assert box.mask(SETTINGS) == {"API_KEY": "***", "TOP_PORTS": "***"}
    with pytest.raises(cupel.FailedPrecondition):
        cupel.SettingsBox(cupel.Keyring()).seal("acme", "dns", SETTINGS)


# ----------------------------------------------------------------- schemas

def test_schemas():
    schema = cupel.Schema(SCHEMA)
    schema.validate(SETTINGS)
    with pytest.raises(cupel.InvalidArgument, match=r"\$\.TOP_PORTS"):
        schema.validate({**SETTINGS, "TOP_PORTS": 1000})
    found = schema.check({"TOP_PORTS": SECRET})
    assert found["valid"] is False and found["count"] == 2
    assert SECRET not in str(found)
    assert repr(schema) == "<cupel.Schema API_KEY, TOP_PORTS>"
    with pytest.raises(cupel.Unimplemented):
        cupel.Schema({"properties": {"a": {"$ref": "https://x.example/"}}})
    with pytest.raises(cupel.InvalidArgument):
        cupel.Schema({"type": "nonsense"})


# ------------------------------------------------------------ environments

def build(**more):
    return cupel.Environment.build(schema=SCHEMA, plugin="dns", **more)


def test_where_values_come_from():
    environment = build(settings={"API_KEY": SECRET},
                        variables={"BOEFJE_TOP_PORTS": "9", "PATH": "/bin",
                                   "BOEFJE_OTHER": "x"})
    assert dict(environment) == {"API_KEY": SECRET, "TOP_PORTS": "9"}
    assert environment.origin("API_KEY") is Origin.SETTINGS
    assert environment.origin("TOP_PORTS") is Origin.SYSTEM
    assert environment.uses_system
    by_default = build(settings={"API_KEY": SECRET})
    assert by_default.origin("TOP_PORTS") is Origin.DEFAULT
    assert not by_default.uses_system
    assert "TOP_PORTS" not in build(settings={"API_KEY": SECRET},
                                    defaults=False)
    refused = {each["key"] for each in environment.explain()["refused"]}
    assert "OTHER" in refused


def test_an_environment_is_a_mapping():
    environment = build(settings=SETTINGS)
    assert len(environment) == 2 and "API_KEY" in environment
    assert environment.get("NOTHING") is None
    with pytest.raises(KeyError):
        environment["NOTHING"]
    assert environment == {"API_KEY": SECRET, "TOP_PORTS": "7"}
    entry = {each.key: each for each in environment.entries}["API_KEY"]
    assert (entry.secret, entry.size) == (True, len(SECRET))


def test_an_environment_shows_no_value():
    environment = build(settings=SETTINGS)
    for shown in (repr(environment), str(environment.entries),
                  str(environment.explain()), str(environment.to_dict())):
        assert SECRET not in shown
    assert environment.to_dict(reveal=True)["API_KEY"] == SECRET
    with pytest.raises(cupel.InvalidArgument, match="TOP_PORTS") as caught:
        build(settings={"API_KEY": SECRET, "TOP_PORTS": SECRET})
    assert SECRET not in str(caught.value)


def test_a_process_s_own_variables(monkeypatch):
    monkeypatch.setenv("BOEFJE_API_KEY", SECRET)
    assert build(process=True)["API_KEY"] == SECRET
    with pytest.raises(cupel.InvalidArgument, match="API_KEY"):
        build()


def test_values_that_are_no_utf_8():
    odd = os.fsdecode(b"\xff\xfe")
    environment = cupel.Environment.build(
        keys=["ODD"], variables={"BOEFJE_ODD": odd})
    assert "ODD" not in environment
    (refused,) = environment.explain()["refused"]
    assert refused["key"] == "ODD"


def test_fingerprints_of_environments(keyring):
    one = build(settings=SETTINGS).fingerprint(keyring)
    assert len(one) == 64
    assert one == build(settings=SETTINGS).fingerprint(keyring)
    other = build(settings={"API_KEY": "other", "TOP_PORTS": 7})
    assert one != other.fingerprint(keyring)
    with pytest.raises(cupel.FailedPrecondition):
        other.fingerprint(cupel.Keyring())


def test_keys_are_a_list():
    with pytest.raises(cupel.InvalidArgument, match="keys"):
        cupel.Environment.build(keys="PORT")
