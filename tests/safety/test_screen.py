"""What the screening decides beyond single sentences: bubbles, kinds, languages, and any input at all."""

import threading

import pytest

from bot.safety import Kind, Screen, Verdict
from bot.safety.screen import WINDOW


def kind(screen: Screen, text: str, *recent: str) -> Kind | None:
    verdict = screen(text, recent)
    return verdict.kind if verdict else None


# --- bubbles


def test_an_emergency_told_in_three_bubbles_is_found_with_the_third(screen: Screen) -> None:
    assert kind(screen, "mi papá") is None
    assert kind(screen, "no", "mi papá") is None
    assert kind(screen, "respira", "mi papá", "no") is Kind.EMERGENCY


@pytest.mark.parametrize(
    "bubbles",
    [
        ("my dad", "he cant", "breathe"),
        ("me duele mucho", "el pecho"),
        ("ya no quiero", "vivir"),
        ("hola", "disculpe la hora", "mi mamá se", "desmayó"),
        ("mi mom", "no puede", "breathe"),
    ],
)
def test_a_thought_cut_in_bubbles_is_found_at_the_last(screen: Screen, bubbles: tuple[str, ...]) -> None:
    assert kind(screen, bubbles[-1], *bubbles[:-1]) in (Kind.EMERGENCY, Kind.CRISIS)


@pytest.mark.parametrize(
    "later", ["gracias", "ok", "ya llamé", "thanks", "👍", "", "sí", "Bogotá 12, colonia Roma"]
)
def test_an_emergency_already_answered_is_not_raised_again_by_what_follows(
    screen: Screen, later: str
) -> None:
    assert kind(screen, later, "mi papá no respira") is None


def test_a_second_emergency_is_raised_though_one_was_answered(screen: Screen) -> None:
    assert kind(screen, "ahora convulsionó", "mi papá no respira") is Kind.EMERGENCY


def test_only_the_last_words_of_earlier_bubbles_are_joined(screen: Screen) -> None:
    assert kind(screen, "respira", "no", "hola " * 500) is None


# --- kinds


def test_an_overdose_meant_to_kill_is_an_emergency_and_a_crisis(screen: Screen) -> None:
    verdict = screen("me tomé 30 pastillas porque me quiero morir")
    assert verdict is not None
    assert (verdict.kind, verdict.also_crisis) == (Kind.EMERGENCY, True)


def test_an_overdose_by_mistake_is_an_emergency_only(screen: Screen) -> None:
    verdict = screen("mi niño tomó cloro")
    assert verdict is not None
    assert (verdict.kind, verdict.also_crisis) == (Kind.EMERGENCY, False)


def test_a_wish_to_die_after_a_death_is_a_crisis(screen: Screen) -> None:
    assert kind(screen, "mi mamá falleció anoche y yo también me quiero morir") is Kind.CRISIS


@pytest.mark.parametrize(
    "text", ["mi mamá falleció anoche", "my dad passed away this morning", "murió mi esposo"]
)
def test_news_of_a_death_is_no_emergency(screen: Screen, text: str) -> None:
    assert kind(screen, text) is Kind.DEATH


@pytest.mark.parametrize(
    "text",
    [
        "mi papá murió de cáncer en 2010 y quiero una revisión",
        "my grandfather died of a stroke 20 years ago",
        "mi mamá murió cuando yo tenía diez años",
    ],
)
def test_a_death_of_long_ago_is_no_news(screen: Screen, text: str) -> None:
    assert kind(screen, text) is None


# --- languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mi papá no respira", "es"),
        ("my dad is not breathing", "en"),
        ("mi mom no puede breathe", "es"),
        ("quiero morirme", "es"),
        ("I want to kill myself", "en"),
    ],
)
def test_the_answer_comes_in_the_language_of_the_message(screen: Screen, text: str, language: str) -> None:
    verdict = screen(text)
    assert verdict is not None
    assert verdict.language == language


# --- spelling


@pytest.mark.parametrize(
    "text",
    [
        "NO RESPIRA",
        "no rspira",
        "nooo respiraaaa",
        "no reespira ayudaaaa",
        "mi ija esta combulcionando",
        "se desmallo mi mama",
        "tiene un imfarto ahorita",
        "<b>no respira</b>",
        "𝐧𝐨 𝐫𝐞𝐬𝐩𝐢𝐫𝐚",
        "my dad cant breath",
        "she is haveing a siezure right now",
        "🆘",
    ],
)
def test_words_are_recognised_however_they_are_typed(screen: Screen, text: str) -> None:
    assert kind(screen, text) is Kind.EMERGENCY


@pytest.mark.parametrize(
    "text", ["¿me mandan la dirección?", "se va a quedar sola ahora", "el hecho es ese", "quedarse ahora"]
)
def test_a_real_word_is_not_taken_for_a_misspelt_alarm(screen: Screen, text: str) -> None:
    assert kind(screen, text) is None


# --- any input


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\x00",
        "no\x00 respira\x00",
        "\ud800\udfff",
        "😀" * 20_000,
        "a" * 65_536,
        "a@" * 32_768,
        "<" * 65_536,
        "&amp;" * 13_000,
        "9" * 65_536,
        "1.1.1.1" * 9_000,
        "ﷺ" * 5_000,
        "\u202e\u0301\u200b" * 9_000,
        "no " * 21_000,
        "ayuda mi papá " * 4_000,
        "ya arreglé todo adiós " * 2_500,
        "\n" * 65_536,
        "Здравствуйте 你好 שלום",
    ],
    ids=range(19),
)
def test_nothing_makes_it_raise(screen: Screen, text: str) -> None:
    assert screen(text) is None or isinstance(screen(text), Verdict)
    screen("hola", [text, text])


@pytest.mark.parametrize("before", [0, WINDOW - 2, WINDOW, 5 * WINDOW - 1, 3_000])
def test_a_red_flag_is_found_anywhere_in_a_long_message(screen: Screen, before: int) -> None:
    text = "bueno " * before + "mi papá no respira " + "bueno " * 200
    assert kind(screen, text) is Kind.EMERGENCY


def test_work_grows_with_the_length_of_a_message_and_no_faster(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def passages(words: int) -> int:
        made: list[int] = []
        lexicon = screen._book.lexicon
        monkeypatch.setattr(lexicon, "passage", _counting(lexicon.passage, made))
        screen("bueno " * words)
        monkeypatch.undo()
        return len(made)

    assert passages(10) == 1
    assert passages(8_000) <= 10 * passages(800) + 1


def test_a_message_without_alarming_words_is_matched_against_almost_nothing(screen: Screen) -> None:
    words = screen._recognised(["hola buenas tardes, quisiera información sobre los precios de la consulta"])
    passage = screen._book.lexicon.passage(words, 0)
    assert sum(len(matchers) for matchers in passage.candidates.values()) < 60


def test_the_vocabulary_keeps_nothing_of_what_people_write(screen: Screen) -> None:
    lexicon = screen._book.lexicon
    before = set(lexicon._vocab.strings)
    screen("me llamo Xiuhnelli Zzyzwicz y mi número es 5215500000123")
    assert set(lexicon._vocab.strings) - before <= lexicon.words | {"-"}


def test_one_screen_serves_many_threads(screen: Screen) -> None:
    found: list[Kind | None] = []
    threads = [
        threading.Thread(target=lambda: found.extend(kind(screen, "mi papá no respira") for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Kind.EMERGENCY] * 200


def _counting(passage: object, made: list[int]) -> object:
    def counted(*arguments: object) -> object:
        made.append(1)
        return passage(*arguments)  # type: ignore[operator]

    return counted
