"""What the shipped texts promise: both languages, sources, lengths, and nothing said that may not be."""

import re
from pathlib import Path

import pytest
import yaml

from bot.channels import errors
from bot.channels.base import AttachmentKind, ChannelName
from bot.desk.orders.outcome import OUTCOMES
from bot.office import Office
from bot.texts import Labels, TextBook
from bot.texts.entry import Entry, placeholders
from tests.texts.books import ROOT

LANGUAGES = ("es", "en")
ANSWERED_BY_AN_EFFECT = {
    "emergency",
    "crisis",
    "opt_out",
    "talk_to_human",
    "case_status",
    "change_language",
    "repeat",
}
FORMAL_SLIPS = re.compile(
    r"\b(tú|te|ti|tu|tus|contigo|puedes|quieres|tienes|escríbeme|llama)\b", re.IGNORECASE
)
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def values_of(entry: Entry) -> dict[str, str]:
    return {name: "104" for wording in entry.wordings for name in placeholders(wording.es) if "." not in name}


def every_text(book: TextBook, office: Office, *, real: bool) -> list[tuple[str, str, str]]:
    """Key, language and text of everything that can be said."""
    return [
        (key, language, book.render(key, language, values_of(entry), office, real).text)
        for key, entry in book.entries.items()
        for language in LANGUAGES
    ]


def test_shipped_texts_fit_the_shipped_office(book: TextBook, office: Office) -> None:
    book.check(office)


def test_every_label_has_an_answer_or_an_effect(book: TextBook, labels: Labels) -> None:
    answered = {
        key.split(".")[1] for key in book.keys if key.startswith("answer.")
    }  # greet.again is of greet

    assert answered == set(labels.names) - ANSWERED_BY_AN_EFFECT


def test_every_answer_has_a_source_and_a_review_date(book: TextBook) -> None:
    for key, entry in book.entries.items():
        if key.startswith("answer."):
            assert entry.source, key
            assert entry.reviewed, key


def test_every_answer_to_a_question_leads_to_a_person(book: TextBook, labels: Labels) -> None:
    for name in labels.names:
        if labels.group(name) in ("questions", "tasks"):
            buttons = book.entries[f"answer.{name}"].buttons
            assert "talk_to_human" in buttons, name
            assert 2 <= len(buttons) <= 3, name


def test_every_label_has_a_button_title_and_a_card_title(book: TextBook, labels: Labels) -> None:
    for name in labels.names:
        for language in LANGUAGES:
            assert book.title(name, language)
            assert labels.title(name, language)


def test_buttons_of_one_text_do_not_read_alike(book: TextBook) -> None:
    for key, entry in book.entries.items():
        for language in LANGUAGES:
            titles = [book.title(name, language) for name in entry.buttons]
            assert len(set(titles)) == len(titles), key


def test_nothing_invented_is_said_over_a_real_provider(book: TextBook, office: Office) -> None:
    demo = [
        office.all_facts[name] for name in office.facts(real=False).keys() - office.facts(real=True).keys()
    ]
    hours = [book.say_hours(office.hours, language) for language in LANGUAGES]
    invented = {text for fact in demo for text in (fact.es, fact.en) if text} | set(hours)

    for key, _, text in every_text(book, office, real=True):
        assert not [words for words in invented if words in text], key


def test_everything_can_be_said_with_the_least_office(book: TextBook, office: Office) -> None:
    least = office.model_copy(update={"all_facts": {}})

    assert every_text(book, least, real=True)


def test_no_key_is_said_with_a_placeholder_left(book: TextBook, office: Office) -> None:
    for key, _, text in every_text(book, office, real=False):
        assert "{" not in text, key


def test_spanish_says_usted(book: TextBook, office: Office) -> None:
    slips = {
        key: FORMAL_SLIPS.findall(text)
        for key, language, text in every_text(book, office, real=False)
        if language == "es"
    }

    assert {key: found for key, found in slips.items() if found} == {}


def test_texts_are_calm(book: TextBook, office: Office) -> None:
    for key, _, text in every_text(book, office, real=False):
        assert "!" not in text, key
        assert not EMOJI.search(text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_emergency_answers_begin_with_the_number(book: TextBook, office: Office, language: str) -> None:
    for key in ("safety.emergency", "safety.emergency.nobody"):
        text = book.render(key, language, {}, office, True).text
        assert "911" in text.split(".")[0], key


@pytest.mark.parametrize("nobody", ["", "nobody."])
@pytest.mark.parametrize("language", LANGUAGES)
def test_crisis_answers_name_the_lines_of_the_country(
    book: TextBook, office: Office, language: str, nobody: str
) -> None:
    lines = {"mx": ["800 911 2000", "55 5259 8121"], "us": ["988"]}
    lines["unknown"] = [*lines["mx"], *lines["us"]]

    for country, numbers in lines.items():
        text = book.render(f"safety.crisis.{nobody}{country}", language, {}, office, True).text
        assert all(number in text for number in [*numbers, "911"]), country


def test_safety_answers_have_no_buttons(book: TextBook) -> None:
    quiet = [key for key in book.keys if key.startswith(("safety.", "death."))]

    assert quiet
    assert all(not book.entries[key].buttons for key in quiet)


def test_safety_answers_fit_one_message_in_both_languages_at_once(book: TextBook, office: Office) -> None:
    def both(key: str) -> str:
        return "\n\n".join(book.render(key, language, {}, office, True).text for language in LANGUAGES)

    for key in (key for key in book.keys if key.startswith("safety.")):
        assert len(both(key)) <= 1600, key
    for language in LANGUAGES:
        joined = [
            book.render(key, language, {}, office, True).text
            for key in ("safety.emergency", "safety.crisis.unknown")
        ]
        assert len("\n\n".join(joined)) <= 1600


def test_only_a_confirmed_notification_says_that_somebody_was_notified(
    book: TextBook, office: Office
) -> None:
    claims = re.compile(r"\bya avisé|\bhave notified|\bhas (now )?been alerted|\bya le llegó", re.IGNORECASE)

    claiming = {key for key, _, text in every_text(book, office, real=False) if claims.search(text)}

    assert claiming == {"handoff.notified", "safety.notified"}


@pytest.mark.parametrize(
    "key",
    [
        "answer.greet",
        "answer.ask_services",
        "answer.ask_onsite_care",
        "answer.ask_location",
        "answer.ask_hours",
        "answer.ask_specialties",
        "answer.ask_pediatrics",
        "answer.request_referral",
    ],
)
@pytest.mark.parametrize("real", [True, False])
def test_no_care_on_site_is_said_where_somebody_might_think_so(
    book: TextBook, office: Office, key: str, real: bool
) -> None:
    spanish, english = (book.render(key, language, {}, office, real).text for language in LANGUAGES)

    assert re.search(r"oficina( misma)?,? no se da|[Aa]hí no se da", spanish)
    assert re.search(r"no medical care|not at the office", english)


def test_medical_advice_is_refused_with_the_net_under_it(book: TextBook, office: Office) -> None:
    rendered = book.render("answer.medical_advice", "es", {}, office, True)

    assert rendered.text.endswith("Si empeora o le cuesta respirar, llame al 911.")
    assert rendered.options[0] == "talk_to_human"


def test_condolence_is_two_lines(book: TextBook, office: Office) -> None:
    for language in LANGUAGES:
        assert len(book.render("death.condolence", language, {}, office, True).text.splitlines()) == 2


def test_consultants_help_names_every_command(book: TextBook, office: Office) -> None:
    for language in LANGUAGES:
        text = book.render("desk.help", language, {}, office, True).text
        named = {
            command.name for line in text.splitlines() if (command := book.command(line.split(" – ")[0]))
        }
        assert named >= {"take", "close", "release", "note", "cases"}


def test_every_value_of_ours_has_a_word(book: TextBook) -> None:
    named = [
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.SendError)
    ]
    failures = [re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in named]
    for language in LANGUAGES:
        for kind in AttachmentKind:
            assert book.word("attachment", kind, language)
        for channel in ChannelName:
            assert book.word("channel", channel, language)
        for failure in failures:
            assert book.word("failure", failure, language)
        for urgency in ("normal", "high", "urgent"):
            assert book.word("urgency", urgency, language)
        for outcome in (*OUTCOMES, "blocked", "merged"):
            assert book.word("outcome", outcome, language)


def test_every_template_of_the_office_file_has_its_wording(book: TextBook, office: Office) -> None:
    assert set(book.templates) == set(office.templates)
    assert book.template("consultant_page", "en").variables == ("case", "urgency", "topic", "language")
    assert "{{4}}" in book.template("consultant_page", "es").text


# --- labels -------------------------------------------------------------------------------------------------


def test_there_are_56_labels_in_six_groups(labels: Labels) -> None:
    assert len(labels.names) == 56
    assert list(labels.groups) == ["safety", "privacy", "people", "tasks", "questions", "conversation"]


def test_danger_is_urgent_and_complaints_are_not_left_waiting(labels: Labels) -> None:
    assert [labels.urgency(name) for name in ("emergency", "crisis", "complaint", "ask_hours")] == [
        "urgent",
        "urgent",
        "high",
        "normal",
    ]


def test_card_titles_are_told_apart(labels: Labels) -> None:
    for language in LANGUAGES:
        titles = [labels.title(name, language) for name in labels.names]
        assert len(set(titles)) == len(titles)


def test_no_file_is_mistaken_for_training_data() -> None:
    reserved = {"nlu", "stories", "rules", "intents", "entities", "slots", "forms", "actions", "responses"}
    ours: list[Path] = [
        *(ROOT / "data" / "texts").glob("*.yml"),
        ROOT / "data/labels.yml",
        ROOT / "data/office.yml",
    ]

    for path in ours:
        assert not reserved & set(yaml.safe_load(path.read_text(encoding="utf-8"))), path.name
