"""The notation of the patterns, and what a reviewer is told about a slip in a file."""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.safety.screen
from bot.safety import RuleBookError, Screen
from bot.safety.spelling import dictionary, forget_tables

FILE = """
language: es
short_forms: {q: que}
words: {body: "pecho, brazo izquierdo"}
contexts:
  denied: {meaning: lo niega, place: before, patterns: ["no (me)?"], but_not_with: []}
  late: {meaning: hace tiempo, place: sentence, patterns: ["en #1990-2020"], but_not_with: [today]}
  today: {meaning: ahora, place: sentence, patterns: [hoy]}
rules:
  - {id: only, kind: emergency, title: t, why: w, patterns: [PATTERN], unless: [UNLESS], examples: [x]}
"""


@pytest.fixture(scope="module", autouse=True)
def dictionaries_read_once() -> Iterator[None]:
    """Each of these small rule files would read the dictionaries of Spanish anew, which takes seconds."""
    once = functools.cache(dictionary)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.safety.screen, "dictionary", lambda languages: once(tuple(languages)))
        patch.setattr(bot.safety.screen, "forget_tables", lambda: None)
        yield
    forget_tables()


def screen_for(folder: Path, pattern: str, unless: str = "denied") -> Screen:
    content = FILE.replace("PATTERN", f'"{pattern}"').replace("UNLESS", unless)
    (folder / "es.yml").write_text(content, encoding="utf-8")
    return Screen.load(folder)


@pytest.mark.parametrize(
    ("pattern", "fires", "does_not"),
    [
        ("duele el pecho", "Me duele el PÉCHO", "duele pecho"),
        ("duele .. {body}", "duele mucho el brazo izquierdo", "duele el brazo derecho"),
        ("duele .. {body}", "duele a un lado pecho".replace("a un ", ""), "duele por un solo lado del pecho"),
        (
            "duele ... {body}",
            "duele por un solo lado del pecho",
            "duele y ya van como siete horas con el pecho",
        ),
        ("(duele|arde|me pica) el? pecho", "me pica pecho", "me pica mucho el pecho"),
        ("convuls*", "convulsionando", "compulsa"),
        ("~ahogar", "ahogándose", "agua"),
        ("~ahogar", "se ahogó", "agotada"),
        ("fiebre .. #39.0-41.9", "fiebre de 39,5", "fiebre de 38.9"),
        ("#3-5 días", "4 días", "4.5 días"),
        ("fiebre & {body}", "el pecho y fiebre", "fiebre solamente"),
        ("fiebre > pecho", "fiebre y dolor de pecho", "el pecho y fiebre"),
        ("que pasa", "q pasa", "k pasa"),
    ],
)
def test_a_pattern_means_what_the_notation_says(
    tmp_path: Path, pattern: str, fires: str, does_not: str
) -> None:
    screen = screen_for(tmp_path, pattern)
    assert screen(fires) is not None
    assert screen(does_not) is None


def test_a_match_never_runs_across_the_end_of_a_sentence(tmp_path: Path) -> None:
    screen = screen_for(tmp_path, "fiebre ... pecho")
    assert screen("fiebre. Otra cosa: el pecho") is None
    assert screen("fiebre, mucha, en el pecho") is not None


def test_a_negation_counts_right_before_and_not_across_a_pause(tmp_path: Path) -> None:
    screen = screen_for(tmp_path, "duele el pecho")
    assert screen("no me duele el pecho") is None
    assert screen("no, duele el pecho") is not None


def test_a_context_yields_to_the_one_that_cancels_it(tmp_path: Path) -> None:
    screen = screen_for(tmp_path, "duele el pecho", "late")
    assert screen("en 2010 duele el pecho") is None
    assert screen("en 2010 duele el pecho y hoy más") is not None
    assert screen("en 2010 algo. duele el pecho") is not None


@pytest.mark.parametrize(
    ("pattern", "unless", "said"),
    [
        ("{missing}", "denied", "there is no list 'missing'"),
        ("duele", "absent", "there is no context 'absent'"),
        ("(duele", "denied", "a bracket is not closed"),
        ("duele)", "denied", "unexpected '\\)'"),
        ("duele?", "denied", "every word may be missing"),
        ("duele @", "denied", "cannot read"),
        ("|".join(f"({'|'.join(f'a{n} b{n}' for n in range(30))})" for _ in range(1)) * 1, "denied", None),
        (
            " ".join(f"({'|'.join(f'a{n} b{n}' for n in range(30))})" for _ in range(2)),
            "denied",
            "too many combinations",
        ),
    ],
)
def test_a_slip_is_named_with_its_file_and_rule(
    tmp_path: Path, pattern: str, unless: str, said: str | None
) -> None:
    if said is None:
        screen_for(tmp_path, pattern, unless)
        return
    with pytest.raises(RuleBookError, match=said) as caught:
        screen_for(tmp_path, pattern, unless)
    assert "only" in str(caught.value)


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    (tmp_path / "es.yml").write_text(FILE.replace("title", "titel"), encoding="utf-8")
    with pytest.raises(RuleBookError, match=r"es\.yml"):
        Screen.load(tmp_path)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBookError, match="no rule files"):
        Screen.load(tmp_path)
