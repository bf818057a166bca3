"""The face for programs that were written for yara-python.

What is expected here is what yara-python 4.5.4 gave for the same;
compare_with_yara_python.py beside it compares whole sets of rules.
"""

from __future__ import annotations

import gc
import io
import threading
import warnings

import pytest

import cupel
from cupel import yara

SOURCE = """
rule text : greeting polite {
  meta: level = 3 author = "ann" sure = true
  strings: $hello = "hello" $name = /w[a-z]+d/ nocase $not = "nothing"
  condition: $hello or $name or $not
}
private rule hidden { condition: true }
global rule always { condition: hidden }
rule never : quiet { condition: false }
"""
DATA = b"hello, World; hello"


@pytest.fixture(scope="module")
def rules():
    return yara.compile(source=SOURCE)


# ------------------------------------------------------------------ matches

def test_matches(rules):
    text, always = rules.match(data=DATA)
    assert (text.rule, text.namespace) == ("text", "default")
    assert text.tags == ["greeting", "polite"]
    assert text.meta == {"level": 3, "author": "ann", "sure": True}
    assert [s.identifier for s in text.strings] == ["$hello", "$name"]
    hello, name = text.strings
    assert [(i.offset, i.matched_data, i.matched_length, i.xor_key)
            for i in hello.instances] == [(0, b"hello", 5, 0),
                                          (14, b"hello", 5, 0)]
    assert [i.matched_data for i in name.instances] == [b"World"]
    assert (always.rule, always.tags, always.meta, always.strings) == (
        "always", [], {}, [])


def test_how_they_are_shown(rules):
    matches = rules.match(data=DATA)
    assert repr(matches) == "[text, always]"
    assert repr(matches[0].strings) == "[$hello, $name]"
    assert repr(matches[0].strings[0].instances) == "[hello, hello]"


def test_equal_and_sorted(rules):
    text, always = rules.match(data=DATA)
    again = rules.match(data=b"hello")[0]
    assert text == again and hash(text) == hash(again)
    assert text != always and always < text
    assert sorted([text, always]) == [always, text]
    assert len({text, again, always}) == 2
    assert text != "text"


def test_data_of_every_kind(rules, tmp_path):
    path = tmp_path / "f"
    path.write_bytes(DATA)
    for matches in (rules.match(str(path)), rules.match(filepath=path),
                    rules.match(data=bytearray(DATA)),
                    rules.match(data=memoryview(DATA)),
                    rules.match(data=DATA.decode())):
        assert repr(matches) == "[text, always]"


def test_what_matched_is_cut_and_its_length_is_not():
    rules = yara.compile(
        source="rule r { strings: $a = /a{600}/ condition: $a }")
    (instance,) = rules.match(data=b"a" * 600)[0].strings[0].instances
    assert (len(instance.matched_data), instance.matched_length) == (512, 600)
    yara.set_config(max_match_data=1000)
    try:
        (instance,) = rules.match(data=b"a" * 600)[0].strings[0].instances
    finally:
        yara.set_config(max_match_data=512)
    assert instance.matched_data == b"a" * 600
    with pytest.raises(yara.Error, match="not supported"):
        yara.set_config(stack_size=1)


def test_every_instance_is_listed():
    rules = yara.compile(source='rule r { strings: $a = "ab" condition: $a }')
    (string,) = rules.match(data=b"ab" * 5000)[0].strings
    assert [i.offset for i in string.instances] == list(range(0, 10000, 2))


def test_xor():
    rules = yara.compile(source='rule r { strings: $a = "hello" xor(1-9) '
                                '$b = "plain" condition: any of them }')
    data = bytes(byte ^ 3 for byte in b"hello") + b" plain"
    a, b = rules.match(data=data)[0].strings
    assert (a.is_xor(), b.is_xor()) == (True, False)
    (instance,) = a.instances
    assert instance.matched_data == b"kfool"
    if yara.YARA_VERSION_HEX >= 0x040300:
        assert (instance.xor_key, instance.plaintext()) == (3, b"hello")


def test_archives_are_bytes_and_names_are_nothing(tmp_path):
    import zipfile
    rules = yara.compile(
        source='rule r { meta: filetype = ".js" strings: $a = "inner-text" '
               'condition: $a } rule zip { condition: uint16(0) == 0x4b50 }')
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.js", "inner-text " * 50)
    assert repr(rules.match(data=packed.getvalue())) == "[zip]"
    assert repr(rules.match(data=b"inner-text")) == "[r]"


def test_a_file_may_be_as_large_as_it_is(rules):
    data = bytes(130 << 20) + b"hello"
    assert repr(rules.match(data=data)) == "[text, always]"


# ---------------------------------------------------------------- callbacks

def test_callbacks(rules):
    told = []
    matches = rules.match(data=b"hello", callback=told.append)
    assert [(one["rule"], one["matches"]) for one in told] == [
        ("text", True), ("always", True), ("never", False)]
    assert told[0] == {
        "matches": True, "rule": "text", "namespace": "default",
        "tags": ["greeting", "polite"], "strings": matches[0].strings,
        "meta": {"level": 3, "author": "ann", "sure": True}}
    assert told[2]["strings"] == []
    assert repr(matches) == "[text, always]"


@pytest.mark.parametrize("which, expected", [
    (yara.CALLBACK_MATCHES, ["text", "always"]),
    (yara.CALLBACK_NON_MATCHES, ["never"]),
    (yara.CALLBACK_ALL, ["text", "always", "never"])])
def test_which_callbacks(rules, which, expected):
    told = []
    rules.match(data=b"hello", which_callbacks=which,
                callback=lambda one: told.append(one["rule"]))
    assert told == expected


def test_a_callback_may_stop(rules):
    told = []

    def stop(one):
        told.append(one["rule"])
        return yara.CALLBACK_ABORT

    assert repr(rules.match(data=b"hello", callback=stop)) == "[text]"
    assert told == ["text"]
    with pytest.raises(ZeroDivisionError):
        rules.match(data=b"hello", callback=lambda one: 1 // 0)


def test_too_many_matches_are_said():
    """Of one string libyara counts a million."""
    rules = yara.compile(source='rule r { strings: $a = "a" condition: $a }')
    told = []
    assert repr(rules.match(data=b"a" * 1_000_100, warnings_callback=lambda
                            *args: told.append(args))) == "[r]"
    assert told == [(yara.CALLBACK_TOO_MANY_MATCHES,
                     yara.RuleString("default", "r", "$a"))]


# ---------------------------------------------------------------- compiling

def test_sources_and_files_by_namespace(tmp_path):
    first, second = tmp_path / "one.yar", tmp_path / "two.yar"
    first.write_text("rule r { condition: true }")
    second.write_text('include "one.yar"')
    rules = yara.compile(filepaths={"a": str(first), "b": str(second)})
    assert [(m.namespace, m.rule) for m in rules.match(data=b"")] == [
        ("a", "r"), ("b", "r")]
    rules = yara.compile(sources={"x": "rule r { condition: true }",
                                  "y": "rule r { condition: true }"})
    assert [m.namespace for m in rules.match(data=b"")] == ["x", "y"]
    for rules in (yara.compile(str(first)), yara.compile(filepath=first),
                  yara.compile(file=open(first))):
        assert [m.namespace for m in rules.match(data=b"")] == ["default"]


@pytest.mark.parametrize("call", [
    {}, {"source": "", "filepath": "x"},
    {"sources": {}, "filepaths": {}}])
def test_one_of_them(call):
    with pytest.raises(TypeError, match="one of"):
        yara.compile(**call)


def test_mistakes_say_where(tmp_path):
    bad = tmp_path / "bad.yar"
    bad.write_text("rule x { condition: true }\n\nrule a { condition: b }")
    with pytest.raises(yara.SyntaxError) as caught:
        yara.compile(source="rule a { condition: b }")
    assert str(caught.value) == 'line 1: undefined identifier "b"'
    for call in ({"filepath": str(bad)}, {"filepaths": {"n": str(bad)}}):
        with pytest.raises(yara.SyntaxError) as caught:
            yara.compile(**call)
        assert str(caught.value) == f'{bad}(3): undefined identifier "b"'
    assert issubclass(yara.SyntaxError, yara.Error)
    assert issubclass(yara.Error, cupel.Error)
    assert caught.value.diagnostics[0].line == 3


def test_warnings():
    source = "rule w { strings: $a = /a.*b/ condition: $a }"
    found = yara.compile(source=source).warnings
    assert any(w == 'line 1: string "$a" may slow down scanning'
               for w in found)
    with pytest.raises(yara.WarningError) as caught:
        yara.compile(source=source, error_on_warning=True)
    assert caught.value.warnings == found
    assert yara.compile(source="rule r { condition: true }").warnings == []


def test_includes(tmp_path, monkeypatch):
    (tmp_path / "inner.inc").write_text("rule i { condition: true }")
    (tmp_path / "outer.yar").write_text(
        'include "inner.inc" rule o { condition: i }')
    rules = yara.compile(str(tmp_path / "outer.yar"))
    assert repr(rules.match(data=b"")) == "[i, o]"
    monkeypatch.chdir(tmp_path)
    source = 'include "inner.inc"'
    assert repr(yara.compile(source=source).match(data=b"")) == "[i]"
    with pytest.raises(yara.Error):
        yara.compile(source=source, includes=False)


def test_files_that_are_not_there(rules):
    for use in (lambda: yara.compile("no/such"), lambda: yara.load("no/such"),
                lambda: rules.match("no/such")):
        with pytest.raises(yara.Error, match='could not open file "no/such"'):
            use()


# ---------------------------------------------------------------- externals

def test_externals():
    rules = yara.compile(
        source='rule r { condition: v and n == 2 and s contains "x" }',
        externals={"v": False, "n": 2, "s": "axb"})
    assert rules.match(data=b"") == []
    assert repr(rules.match(data=b"", externals={"v": True})) == "[r]"
    assert rules.match(data=b"", externals={"v": True, "n": 3}) == []
    assert rules.match(data=b"", externals={"unknown": 1}) == []
    for _ in range(2):
        for n in range(20):
            found = rules.match(data=b"", externals={"v": True, "n": n})
            assert len(found) == (n == 2)
    with pytest.raises(TypeError):
        yara.compile(source="rule r { condition: v }", externals=["v"])
    with pytest.raises(TypeError):
        yara.compile(source="rule r { condition: v }", externals={"v": []})


def test_the_variables_that_scanners_usually_define():
    rules = yara.compile(
        source='rule r { condition: filename == "a.php" and '
               'extension == ".php" and filepath contains "www" }',
        externals={"filename": "", "filepath": "", "extension": "",
                   "filetype": "", "owner": ""})
    assert rules.match(data=b"") == []
    assert repr(rules.match(data=b"", externals={
        "filename": "a.php", "filepath": "/var/www",
        "extension": ".php", "filetype": "", "owner": ""})) == "[r]"


@pytest.mark.parametrize("folder", ["/var/www", "www/", "/", "", "C:\\x",
                                    "/var/www/a.php"])
@pytest.mark.parametrize("name, extension", [
    ("a.php", ".php"), ("A.PHP", ".php"), ("a.b.É", ".É"), (".rc", ""),
    ("a", ""), ("a.", ".")])
def test_names_are_what_was_given(folder, name, extension):
    """Whatever is accepted is what rules see, byte for byte."""
    rules = yara.compile(
        source="rule r { condition: filename == n and filepath == p and "
               "extension == e }", externals={"n": "", "p": "", "e": ""})
    assert repr(rules.match(data=b"", externals={
        "filename": name, "filepath": folder, "extension": extension,
        "n": name, "p": folder, "e": extension})) == "[r]"


@pytest.mark.parametrize("wrong", [
    {"filename": "www/a.php"},
    {"filename": "a.php", "extension": "php"},
    {"filename": "a.PHP", "extension": ".PHP"},
    {"extension": ".php"}, {"filetype": "PHP"}, {"owner": "root"}])
def test_values_that_rules_would_not_see_are_refused(wrong):
    """Rules would miss without a word."""
    rules = yara.compile(source="rule r { condition: true }",
                         externals=dict.fromkeys(wrong, ""))
    with pytest.raises(yara.Error, match="not supported"):
        rules.match(data=b"", externals=wrong)
    with pytest.raises(yara.Error, match="not supported"):
        yara.compile(source="rule r { condition: true }", externals=wrong)
    with pytest.raises((yara.Error, TypeError)):
        rules.match(data=b"", externals=dict.fromkeys(wrong, 1))


# ----------------------------------------------------------------- the rest

def test_iteration(rules):
    assert [(r.identifier, r.tags, r.is_global, r.is_private)
            for r in rules] == [
        ("text", ["greeting", "polite"], False, False),
        ("hidden", [], False, True), ("always", [], True, False),
        ("never", ["quiet"], False, False)]
    assert next(iter(rules)).meta == {"level": 3, "author": "ann",
                                      "sure": True}


def test_save_and_load(rules, tmp_path):
    path = str(tmp_path / "saved")
    rules.save(path)
    saved = io.BytesIO()
    rules.save(file=saved)
    saved.seek(0)
    for again in (yara.load(path), yara.load(filepath=path),
                  yara.load(file=saved)):
        assert repr(again.match(data=DATA)) == "[text, always]"
    with pytest.raises(yara.Error, match="invalid rules file"):
        yara.load(__file__)
    with pytest.raises(TypeError, match="one of"):
        yara.load()


def test_loaded_rules_have_the_externals_that_they_have(tmp_path):
    path = str(tmp_path / "saved")
    yara.compile(source="rule r { condition: v }",
                 externals={"v": True}).save(path)
    assert repr(yara.load(path).match(data=b"")) == "[r]"


def test_timeout():
    rules = yara.compile(source="rule slow { strings: "
                         "$a = /(a|b)[^x]{1,200}c[0-9]{3}d/ condition: $a }")
    with pytest.raises(yara.TimeoutError, match="timed out"):
        rules.match(data=b"ab" * (64 << 20) + b"c123d", timeout=1)


def test_scanners_of_many_timeouts_are_not_kept(rules):
    """Each has its memory: a program may reckon the seconds that are left."""
    for timeout in range(1, 40):
        assert repr(rules.match(data=b"", timeout=timeout)) == "[always]"
    gc.collect()
    kept = [one for one in gc.get_objects()
            if isinstance(one, cupel.Scanner) and one.rules is rules._rules]
    assert 0 < len(kept) <= 8


@pytest.mark.parametrize("call", [
    {"pid": 1}, {"data": b"", "modules_data": {"cuckoo": "{}"}},
    {"data": b"", "modules_callback": print},
    {"data": b"", "console_callback": print},
    {"data": b"", "allow_duplicate_metadata": True}])
def test_what_is_not_supported_says_so(rules, call):
    with pytest.raises(yara.Error, match="not supported by cupel.yara"):
        rules.match(**call)


@pytest.mark.parametrize("call", [{}, {"filepath": "x", "data": b""}])
def test_match_takes_one_thing(rules, call):
    with pytest.raises(TypeError, match="one of"):
        rules.match(**call)


def test_one_set_of_rules_in_many_threads(rules):
    failed = []

    def work():
        for number in range(50):
            found = rules.match(data=b"hello" * number)
            if len(found) != (2 if number else 1):
                failed.append(number)

    threads = [threading.Thread(target=work) for _ in range(8)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []


def test_versions():
    assert yara.YARA_VERSION in cupel.build_info()
    major, minor, micro = map(int, yara.YARA_VERSION.split("."))
    assert yara.YARA_VERSION_HEX == major << 16 | minor << 8 | micro
    assert yara.__version__ == cupel.version()
