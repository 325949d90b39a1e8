"""While a case waits, and after it was closed: kept, opened again, or begun anew; and a person always one word away."""

import pytest

from tests.product.conftest import Product
from tests.product.desk.patient_side import (
    COST,
    EVERY_WAY,
    PERSON,
    STATUS,
    THANKS,
    closed_case,
    kinds,
    note_entry,
    offered,
    said,
    stored,
    taken_case,
    waiting_case,
)
from tests.product.people import consultant, patient
from tests.product.quiet import silent


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_while_a_case_waits_the_assistant_answers_and_the_words_are_kept_in_it(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, card = await waiting_case(product, channel, language)
    await luz.say(COST[language])
    await luz.hears("costo" if language == "es" else "cost")
    assert (await kinds(product)).count("message") == 2  # with the words that opened it
    luz.catch_up()
    await ana.tap("Tomar", card)
    assert COST[language] in (await ana.hears("es suyo")).text
    await product.settle()
    told = [bubble for bubble in luz.bubbles if "Ana Ruiz" in bubble.text]
    assert [bubble.text for bubble in told] == [
        said(product, "handoff.taken", language, case="1", consultant="Ana Ruiz")
    ]
    await luz.hears("Ana Ruiz")
    await silent(product, luz)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_person_within_three_days_is_the_same_case(
    product: Product, channel: str, language: str
) -> None:
    to = "whatsapp" if channel == "telegram" else "telegram"
    luz, ana, _ = await closed_case(product, channel, language, to)
    product.box.clock.advance(hours=71)
    await ana.say("hola")  # her own 24 hours
    ana.catch_up()
    await luz.say(PERSON[language])
    await luz.hears(said(product, "handoff.reopened", language, case="1"))
    await luz.hears(said(product, "handoff.notified", language, case="1"))
    await offered(ana)
    case, entries = await stored(product)
    assert case.closed_at is None
    assert case.holder_id is None
    assert next(entry for entry in entries if entry.kind == "reopened").body["reason"] == "asked"


@pytest.mark.parametrize("language", ["es", "en"])
async def test_asking_about_a_closed_case_opens_it_again(product: Product, language: str) -> None:
    luz, ana, _ = await closed_case(product, "whatsapp", language)
    product.box.clock.advance(hours=2)
    await luz.say(STATUS[language])
    told = await luz.hears(said(product, "handoff.reopened", language, case="1"))
    assert ("se cerró hoy" if language == "es" else "was closed today") in told.text
    await offered(ana)
    assert "reopened" in await kinds(product)


async def test_after_three_days_it_is_a_new_case(product: Product) -> None:
    luz, ana, _ = await closed_case(product, "whatsapp", "es")
    product.box.clock.advance(hours=73)
    await luz.say(PERSON["es"])
    await offered(ana, 2)
    await luz.hears(said(product, "handoff.notified", "es", case="2"))


@pytest.mark.parametrize("ending", ["blocked", "merged"])
async def test_a_case_that_ended_for_good_is_not_opened_again(product: Product, ending: str) -> None:
    luz, ana, _ = await closed_case(product, "telegram", "es")
    await note_entry(product, ending)
    await luz.say(PERSON["es"])
    await offered(ana, 2)


async def test_danger_after_a_closing_is_a_case_of_its_own(product: Product) -> None:
    luz, ana, _ = await closed_case(product, "telegram", "es")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911", within=2)
    assert "2" in (await ana.hears("URGENTE")).text
    assert (await stored(product))[0].closed_at


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_every_other_message_after_a_closing_is_the_assistants(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, _ = await closed_case(product, channel, language)
    for words, key in ((COST, "answer.ask_cost"), (THANKS, "answer.thank")):
        await luz.say(words[language])
        await luz.hears(said(product, key, language))
        about = product.rasa.asked[-1][2]
        assert (about["case"], about["last_topic"]) == (None, "talk_to_human")  # it knows what became of it
    await silent(product, ana)
    assert (await stored(product))[0].closed_at


async def test_what_was_closed_can_be_closed_and_rated_again(product: Product) -> None:
    luz, ana, closing = await closed_case(product, "telegram", "es")
    await luz.tap(0, closing)
    await luz.hears("Gracias")
    await luz.say(PERSON["es"])
    card = await offered(ana)
    await luz.hears("avisé")
    await product.settle()
    await ana.tap("Tomar", card)
    await luz.hears("Ana Ruiz")
    await ana.say("cerrar")
    again = await luz.hears("cerrado")
    await luz.tap(0, again)
    await luz.hears("Gracias")
    assert (await kinds(product)).count("rated") == 2


async def test_in_the_middle_of_anything_a_person_is_one_word_away(product: Product) -> None:
    luz, ana, closing = await closed_case(product, "whatsapp", "es")
    await luz.tap(1, closing)
    await luz.hears("siento")
    await luz.say("una persona")
    await offered(ana)


async def test_who_has_a_person_takes_the_assistant_back_with_one_word(product: Product) -> None:
    luz, ana = await taken_case(product, "whatsapp", "en")
    await luz.say("ASSISTANT")
    await luz.hears(said(product, "handoff.back_to_assistant", "en"))
    await luz.say(COST["en"])
    await luz.hears("cost")
    await ana.hears("volvió")


async def test_the_last_consultant_is_offered_it_first(product: Product) -> None:
    """Where the office widens step by step (`routing.widen_after`), bot/desk/routing.py prefers her."""
    luz, _, _ = await closed_case(product, "telegram", "es", "whatsapp")
    await luz.say(PERSON["es"])
    await offered(consultant(product.box, "whatsapp"))
    _, entries = await stored(product)
    offers = [entry.body["to"] for entry in entries if entry.kind == "offered"]
    bruno = next(str(entry.consultant_id) for entry in entries if entry.kind == "claimed")
    assert offers[-1][0] == bruno


async def test_a_thumb_while_somebody_is_there_again_interrupts_nobody(product: Product) -> None:
    luz, ana, closing = await closed_case(product, "telegram", "es")
    await luz.say(PERSON["es"])
    card = await offered(ana)
    await luz.hears("avisé")
    await product.settle()
    await ana.tap("Tomar", card)
    await luz.hears("Ana Ruiz")
    await luz.tap(0, closing)
    await silent(product, luz)
    assert (await stored(product))[0].rating == "up"


async def test_a_thumb_of_another_chat_counts_for_nobody(product: Product) -> None:
    _, _, closing = await closed_case(product, "telegram", "es")
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("👍")
    await rosa.hears(lambda bubble: True)
    assert closing.options
    assert (await stored(product))[0].rating == ""
