"""Compiling: sources, externals, includes, caches, saved rules."""

from __future__ import annotations

import logging

import pytest

import cupel
from conftest import HELLO, ROOT


def test_sources_of_every_kind_come_together(tmp_path):
    (tmp_path / "file.yar").write_text("rule of_file { condition: true }")
    rules = cupel.compile_rules(
        HELLO, sources={"more": b"private rule of_text { condition: true }"},
        paths=tmp_path)
    assert len(rules) == 3
    assert {(rule.namespace, rule.name) for rule in rules} == {
        ("default", "hello"), ("more", "of_text"), ("file", "of_file")}
    by_name = {rule.name: rule for rule in rules}
    assert by_name["of_text"].is_private and not by_name["hello"].is_private
    assert by_name["of_file"].file.endswith("file.yar")
    assert by_name["hello"] == cupel.RuleInfo(
        "hello", "default", "", ("greeting",), {"weight": 3}, 3)
    assert rules.to_dict()["digest"] == rules.digest
    assert len(rules.digest) == 64


def test_a_path_may_be_str_bytes_pathlike_or_several(tmp_path):
    path = tmp_path / "r.yar"
    path.write_text(HELLO)
    for paths in (path, str(path), bytes(path), [path], iter([str(path)])):
        assert len(cupel.compile_rules(paths=paths)) == 1


@pytest.mark.parametrize("value, condition", [
    (True, "v"), (41, "v == 41"), (2.5, "v > 2.4 and v < 2.6"),
    ("text", 'v == "text"'), (-(2**63), "v < 0")])
def test_externals_of_every_type(value, condition):
    rules = cupel.compile_rules(f"rule r {{ condition: {condition} }}",
                                externals={"v": value})
    assert cupel.Scanner(rules).scan(b"x").verdict == "matched"


@pytest.mark.parametrize("value, error", [
    (2**63, OverflowError), (None, TypeError), ([], TypeError),
    ("a\0b", cupel.InvalidArgument)])
def test_an_external_that_rules_can_not_have(value, error):
    with pytest.raises(error):
        cupel.compile_rules("rule r { condition: v }", externals={"v": value})


def test_a_variable_that_every_file_has_is_refused():
    with pytest.raises(cupel.AlreadyExists, match="filename"):
        cupel.compile_rules(HELLO, externals={"filename": "x"})


def test_include_needs_a_root(tmp_path):
    (tmp_path / "inner.inc").write_text(HELLO)
    source = 'include "inner.inc"'
    with pytest.raises(cupel.InvalidArgument):
        cupel.compile_rules(source)
    assert len(cupel.compile_rules(source, include_roots=[tmp_path])) == 1
    for one in (tmp_path, str(tmp_path)):  # as paths= takes it
        assert len(cupel.compile_rules(source, include_roots=one)) == 1


def test_nothing_to_compile_says_what_to_give():
    with pytest.raises(cupel.InvalidArgument, match="sources or paths"):
        cupel.compile_rules()
    with pytest.raises(TypeError, match="text of rules"):
        cupel.compile_rules(7)


def test_both_engines_give_the_same_answers():
    for rule_engine in ("cupel", "libyara"):
        rules = cupel.compile_rules(HELLO, rule_engine=rule_engine)
        scanner = cupel.Scanner(rules)
        assert scanner.scan(b"say hello").verdict == "matched"
        assert scanner.scan(b"say").verdict == "clean"
    with pytest.raises(cupel.InvalidArgument, match="'cupel' and 'libyara'"):
        cupel.compile_rules(HELLO, rule_engine="yara")


def test_broken_rules_are_left_out_on_request(caplog):
    with caplog.at_level(logging.WARNING, "cupel"):
        rules = cupel.compile_rules(
            HELLO + "\nrule bad { condition: nothing }", skip_broken=True)
    assert [rule.name for rule in rules] == ["hello"]
    (skipped,) = rules.skipped
    assert (skipped.file, skipped.line, skipped.rule) == ("default", 2, "bad")
    assert "left out" in caplog.text and skipped.reason in caplog.text


def test_warnings_go_to_the_logger_and_stay_with_the_rules(caplog):
    with caplog.at_level(logging.WARNING, "cupel"):
        rules = cupel.compile_rules(
            "rule slow { strings: $a = /a.*b/ condition: $a }")
    assert rules.warnings
    assert {w.severity for w in rules.warnings} == {"warning"}
    assert [record.getMessage() for record in caplog.records] == [
        str(warning) for warning in rules.warnings]


def test_nothing_is_printed_without_logging(tmp_path, run_python):
    done = run_python(
        "import cupel\n"
        "rules = cupel.compile_rules("
        "'rule slow { strings: $a = /a.*b/ condition: $a }')\n"
        "assert rules.warnings")
    assert (done.stdout, done.stderr) == ("", "")


def test_saved_rules_answer_the_same(tmp_path, rules):
    path = tmp_path / "saved.cupel"
    rules.save(path)
    again = cupel.compile_rules(paths=path)
    assert again.from_cache and not rules.from_cache
    assert again.digest == rules.digest
    assert again.rules == rules.rules
    assert cupel.Scanner(again).scan(b"hello").verdict == "matched"


def test_explain_tells_what_a_rule_needs(tmp_path):
    rules = cupel.compile_rules(
        'rule a { strings: $s = "needle" condition: $s and filesize < 99 }')
    alone = rules.explain("a")["rules"][0]
    assert alone["formula"] == "all of ($s, filesize < 99)"
    assert "payload" not in alone
    assert [one["class"] for one in alone["classes"]] == ["text", "mz", "other"]
    hit = rules.explain("a", bytearray(b"a needle"), path="x/y.js")
    file = hit["rules"][0]["payload"]
    assert (file["path"], file["size"], file["matches"]) == ("x/y.js", 8, True)
    assert file["strings"] == [{"string": "$s", "found": True}]
    miss = rules.explain("a", b"a noodle")["rules"][0]["payload"]
    assert (miss["formula"], miss["matches"]) == (False, False)
    with pytest.raises(cupel.NotFound, match="no rule 'b'"):
        rules.explain("b")


def test_a_damaged_saved_file_is_refused(tmp_path, rules):
    path = tmp_path / "saved.cupel"
    rules.save(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(cupel.Error):
        cupel.compile_rules(paths=path, load_all=True)


def test_the_cache_is_used_the_second_time(tmp_path):
    first = cupel.compile_rules(HELLO, cache_dir=tmp_path / "cache")
    second = cupel.compile_rules(HELLO, cache_dir=tmp_path / "cache")
    assert (first.from_cache, second.from_cache) == (False, True)
    assert first.digest == second.digest


def test_the_example_rules(tmp_path):
    rules = cupel.compile_rules(paths=ROOT / "examples" / "rules")
    assert len(rules) == len(rules.rules) > 50
    assert rules.skipped == ()


def test_engines_do_not_disturb_each_other():
    engines = [cupel.Engine() for _ in range(3)]
    made = [cupel.compile_rules(HELLO, engine=engine) for engine in engines]
    del engines
    for rules in made:
        assert cupel.Scanner(rules).scan(b"hello").verdict == "matched"
    assert cupel.default_engine() is cupel.default_engine()
