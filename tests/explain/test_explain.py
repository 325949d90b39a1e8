"""What `puente explain` tells of a message."""

from typing import Any

import pytest
import yaml

from bot.config import ROOT
from bot.explain import lines
from bot.sources import where
from tests.explain.conftest import Explained

LABELS = ("ask_cost", "ask_payment", "ask_insurance", "ask_hours")


def line_at(place: str) -> str:
    """The line that `data/safety/es.yml:738` names."""
    file, number = place.rsplit(":", 1)
    return (ROOT / file).read_text("utf-8").splitlines()[int(number) - 1]


def printed(told: dict[str, Any]) -> str:
    return "\n".join(lines(told))


def test_a_question_is_told_with_its_labels_and_its_text(explained: Explained) -> None:
    told = explained("¿cuánto cuesta la consulta?", *LABELS)
    assert (told["language"], told["by"], told["label"]) == ("es", "label", "ask_cost")
    assert [one["label"] for one in told["ranking"]] == list(LABELS[:3])
    assert told["safety"] == {"verdict": None, "rule": None, "fired": [], "excused": []}
    (answer,) = told["answer"]
    assert line_at(answer["where"]).startswith("answer.ask_cost:")
    assert "costo" in told["sent"]
    assert "{" not in told["sent"]
    assert told["buttons"]


def test_the_answer_is_in_the_language_of_the_message(explained: Explained) -> None:
    told = explained("how much is the consultation?", *LABELS)
    assert (told["language"], told["answer_language"]) == ("en", "en")
    assert "cost" in told["sent"]


def test_every_question_of_a_message_is_answered(explained: Explained) -> None:
    told = explained("¿cuánto cuesta y a qué hora abren?", *LABELS, also_wanted=["ask_hours"])
    assert [answer["key"] for answer in told["answer"]] == ["answer.ask_cost", "answer.ask_hours"]


def test_a_rule_that_fired_is_told_with_the_lines_of_the_rule_and_of_its_patterns(
    explained: Explained,
) -> None:
    told = explained("mi papá no puede respirar", *LABELS)
    assert (told["by"], told["safety"]["verdict"], told["safety"]["rule"]) == (
        "rule",
        "emergency",
        "breathing",
    )
    assert [answer["key"] for answer in told["answer"]] == ["safety.emergency"]
    assert "911" in told["sent"]
    spanish = next(rule for rule in told["safety"]["fired"] if rule["where"].startswith("data/safety/es"))
    assert "id: breathing" in line_at(spanish["where"])
    for pattern in spanish["patterns"]:
        assert pattern["words"] == "no puede respirar"
        assert "breathe" in line_at(pattern["where"])


def test_a_rule_that_was_excused_is_told_with_what_excused_it(explained: Explained) -> None:
    told = explained("no puedo respirar de la risa jaja", "chitchat")
    assert told["safety"]["fired"] == []
    assert told["safety"]["verdict"] is None
    pattern = told["safety"]["excused"][0]["patterns"][0]
    (places,) = [places for name, places in pattern["excused_by"].items() if name == "idiom"]
    assert all("idiom:" in line_at(place) for place in places)
    assert "does not count: idiom" in printed(told)


def test_a_danger_that_only_the_model_sees_is_told_so(explained: Explained) -> None:
    told = explained("algo muy raro le pasa desde hace un rato", "emergency", "medical_advice")
    assert told["by"] == "classifier"
    assert [answer["key"] for answer in told["answer"]] == ["safety.emergency"]


@pytest.mark.parametrize(
    ("text", "name", "of", "by"),
    [
        ("BAJA", "opt_out", "patients", "command"),
        ("stop", "opt_out", "patients", "command"),
        ("asistente", "assistant", "patients", "command"),
        ("ALTA", "opt_in", "patients", "label"),
        ("casos", "cases", "consultants", "label"),
    ],
)
def test_a_command_is_told_with_whose_it_is(
    explained: Explained, text: str, name: str, of: str, by: str
) -> None:
    told = explained(text, "greet")
    assert (told["command"]["name"], told["command"]["of"], told["by"]) == (name, of, by)
    assert line_at(told["command"]["where"]).startswith(f"{name}:")


def test_what_is_carried_out_is_told_with_the_texts_that_may_follow(explained: Explained) -> None:
    told = explained("quiero hablar con una persona", "talk_to_human")
    (effect,) = told["effects"]
    assert effect["effect"] == "open_case"
    assert "handoff.notified" in [one["key"] for one in effect["then_one_of"]]
    assert "or handoff.nobody  data/texts/notices.yml:" in printed(told)


def test_what_is_not_sure_enough_offers_the_likeliest_labels(explained: Explained) -> None:
    told = explained("bla bla", *LABELS, unsure=True)
    assert told["by"] == "unsure"
    assert [answer["key"] for answer in told["answer"]] == ["fallback.which"]
    assert len(told["buttons"]) == 4
    assert "not sure enough" in printed(told)


@pytest.mark.parametrize(
    ("text", "by", "key"),
    [
        ("😭😭", "no_words", "fallback.signs"),
        ("mi mamá está", "no_words", "fallback.go_on"),
        (
            "Bonjour, je voudrais savoir combien coûte une consultation ici",
            "third_language",
            "third_language",
        ),
    ],
)
def test_what_never_reaches_the_model_says_so(explained: Explained, text: str, by: str, key: str) -> None:
    told = explained(text, "greet")
    assert (told["by"], [answer["key"] for answer in told["answer"]]) == (by, [key])


def test_entities_and_the_strongest_pieces_are_printed(explained: Explained) -> None:
    entity = {"entity": "specialty", "value": "oncology", "text": "oncólogo"}
    page = printed(explained("¿tienen oncólogo?", "ask_specialties", entities=[entity]))
    assert "specialty: oncology  “oncólogo”" in page
    assert "+0.200  words: cuesta" in page


def test_nothing_to_explain_is_an_error_in_words(explained: Explained) -> None:
    with pytest.raises(ValueError, match="no message"):
        explained("  \n", *LABELS)


def test_every_label_can_be_explained(explained: Explained) -> None:
    for label in yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]:
        assert explained("¿y eso?", label)["by"] in ("label", "classifier")


def test_a_way_that_leads_nowhere_names_the_file_alone() -> None:
    assert where("data/texts/answers.yml", "answer.nothing") == "data/texts/answers.yml"
    assert where("data/safety/es.yml", "rules", "breathing", "patterns", 9999) == "data/safety/es.yml"
