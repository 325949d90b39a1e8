"""The trace tells of exactly the rules that the screening fires."""

import pytest

from bot.safety import Screen
from bot.safety.rulebook import read_files
from bot.safety.trace import trace
from tests.safety.conftest import RULES

SENTENCES = [
    sentence
    for file in read_files(RULES)
    for rule in file.rules
    for sentence in (*rule.examples, *rule.counter_examples)
]


def test_it_agrees_with_the_screening_on_every_sentence_of_the_rules(screen: Screen) -> None:
    for sentence in SENTENCES:
        traced = {(one.rule, one.language) for one in trace(screen, sentence) if not one.excused_by}
        assert traced == {(finding.rule, finding.language) for finding in screen.findings(sentence)}


def test_a_long_message_is_traced_to_its_end(screen: Screen) -> None:
    text = "buenas tardes señorita, le cuento. " * 60 + "mi papá no puede respirar"
    assert [one.words for one in trace(screen, text)][:1] == ["no puede respirar"]


@pytest.mark.parametrize("text", ["", "¿?", "a" * 5000, "🙏" * 300, "\x00"])
def test_any_input_is_traced(screen: Screen, text: str) -> None:
    assert trace(screen, text) == []
