"""Every sentence a reviewer wrote into the rule files is a test."""

import pytest

from bot.safety import Kind, Screen
from bot.safety.rulebook import RuleFile, RuleText, read_files
from tests.safety.conftest import RULES

FILES = read_files(RULES)
EXAMPLES = [(file.language, rule, text) for file in FILES for rule in file.rules for text in rule.examples]
COUNTER_EXAMPLES = [
    (file.language, rule.id, text) for file in FILES for rule in file.rules for text in rule.counter_examples
]


def named(value: object) -> str | None:
    return value.id if isinstance(value, RuleText) else None


@pytest.mark.parametrize(("language", "rule", "text"), EXAMPLES, ids=named)
def test_an_example_fires_its_rule(screen: Screen, language: str, rule: RuleText, text: str) -> None:
    assert rule.id in {finding.rule for finding in screen.findings(text)}


@pytest.mark.parametrize(("language", "rule", "text"), EXAMPLES, ids=named)
def test_an_example_is_judged_as_its_rule_or_as_more_pressing(
    screen: Screen, language: str, rule: RuleText, text: str
) -> None:
    verdict = screen(text)
    assert verdict is not None
    assert verdict.kind is rule.kind or (verdict.also_crisis and rule.kind is Kind.CRISIS)


@pytest.mark.parametrize(("language", "rule", "text"), COUNTER_EXAMPLES)
def test_a_counter_example_raises_nothing(screen: Screen, language: str, rule: str, text: str) -> None:
    assert screen(text) is None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.language)
def test_each_language_keeps_a_hundred_and_fifty_sentences_of_either_sort(file: RuleFile) -> None:
    assert sum(len(rule.examples) for rule in file.rules) >= 150
    assert sum(len(rule.counter_examples) for rule in file.rules) >= 150


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.language)
def test_every_rule_has_sentences_on_both_sides(file: RuleFile) -> None:
    assert [rule.id for rule in file.rules if len(rule.examples) < 2 or len(rule.counter_examples) < 2] == []


def test_both_languages_know_every_kind_and_the_same_clinical_rules() -> None:
    rules = {file.language: {rule.id: rule.kind for rule in file.rules} for file in FILES}
    assert {*rules["es"].values()} == {*rules["en"].values()} == {*Kind}
    assert rules["es"].items() ^ rules["en"].items() == {
        ("no_answer", Kind.EMERGENCY),  # English has it in `unconscious`
        ("suicide_veiled", Kind.CRISIS),  # English has it in `suicide`
    }


def test_no_rule_is_written_twice_in_a_file() -> None:
    for file in FILES:
        ids = [rule.id for rule in file.rules]
        assert sorted(ids) == sorted(set(ids))
