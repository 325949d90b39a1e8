"""Two thumbs after a case: asked where it is fit, counted when it is clear, thanked once, no trap."""

import psycopg
import pytest

from tests.product.conftest import Product
from tests.product.desk.patient_side import (
    COST,
    EVERY_WAY,
    THANKS,
    closed_case,
    kinds,
    label_of,
    note_entry,
    offered,
    said,
    stored,
    taken_case,
)
from tests.product.people import consultant, patient

UP, DOWN = 0, 1  # the place of the thumbs


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_one_bubble_closes_and_asks_and_a_thumb_is_thanked_once(
    product: Product, channel: str, language: str
) -> None:
    luz, _, closing = await closed_case(product, channel, language)
    assert said(product, "handoff.rate", language) in closing.text
    assert [option.title[0] for option in closing.options] == ["👍", "👎"]
    await luz.tap(UP, closing)
    await luz.hears(said(product, "handoff.rated.up", language))
    await luz.tap(UP, closing)
    await luz.hears_nothing(within=1)
    case, entries = await stored(product)
    assert case.rating == "up"
    assert [entry.body for entry in entries if entry.kind == "rated"] == [{"thumb": "up"}]


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_thumb_down_offers_a_person_who_has_the_same_case(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, closing = await closed_case(product, channel, language)
    await luz.tap(DOWN, closing)
    sorry = await luz.hears(said(product, "handoff.rated.down", language))
    await luz.tap(0, sorry)
    await luz.hears(said(product, "handoff.reopened", language, case="1"))
    await offered(ana)
    assert (await stored(product))[0].rating == "down"


async def test_a_typed_yes_to_that_person_counts(product: Product) -> None:
    luz, ana, closing = await closed_case(product, "whatsapp", "es")
    await luz.tap(DOWN, closing)
    await luz.hears("siento")
    await luz.say("sí")
    await offered(ana)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_words_after_a_thumb_are_kept_sealed(
    product: Product, database_url: str, channel: str, language: str
) -> None:
    words = "zanahoria7391 muy amable"
    luz, _, closing = await closed_case(product, channel, language)
    await luz.tap(UP, closing)
    await luz.hears(said(product, "handoff.rated.up", language))
    await luz.say(words)
    await luz.hears(lambda bubble: True)
    case, entries = await stored(product)
    assert entries[-1].body == {"thumb": "up", "text": words}
    assert case.rating == "up"
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        rows = await (await connection.execute("SELECT body::text FROM case_entries")).fetchall()
    assert not any("zanahoria" in body for (body,) in rows)


async def test_a_question_after_a_thumb_is_answered_and_not_kept(product: Product) -> None:
    luz, _, closing = await closed_case(product, "telegram", "es")
    await luz.tap(UP, closing)
    await luz.hears("Gracias")
    await luz.say(COST["es"])
    await luz.hears("costo")
    assert (await kinds(product)).count("rated") == 1


@pytest.mark.parametrize(
    ("typed", "rating"),
    [("👍🏽", "up"), ("👎", "down"), ("No.", "down"), ("👍 no hay más", ""), ("sí", "up")],
)
async def test_a_thumb_that_is_clearly_typed_counts(product: Product, typed: str, rating: str) -> None:
    luz, _, _ = await closed_case(product, "whatsapp", "es")
    await luz.say(typed)
    await luz.hears(lambda bubble: True)
    case, entries = await stored(product)
    assert case.rating == (rating or "up")
    assert [entry.body.get("text") for entry in entries if entry.kind == "rated"] == [
        None if rating else "no hay más"
    ]


async def test_a_question_behind_a_thumb_is_answered(product: Product) -> None:
    luz, _, _ = await closed_case(product, "telegram", "es")
    await luz.say(f"👍 {COST['es']}")
    assert "costo" in (await luz.hears(lambda bubble: True)).text
    assert (await stored(product))[0].rating == "up"


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_what_is_no_clear_answer_is_the_assistants(
    product: Product, channel: str, language: str
) -> None:
    luz, _, _ = await closed_case(product, channel, language)
    await luz.say(THANKS[language])
    await luz.hears(said(product, "answer.thank", language))
    await luz.say(COST[language])
    await luz.hears("costo" if language == "es" else "cost")
    assert "rated" not in await kinds(product)
    assert (await stored(product))[0].rating == ""


@pytest.mark.parametrize("words", ["tengo una queja", "mi papá no puede respirar", "falleció mi mamá"])
async def test_nobody_is_asked_after_danger_grief_or_a_complaint(product: Product, words: str) -> None:
    product.rasa.label_of = label_of
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say(words)
    card = await ana.hears(lambda bubble: "1" in bubble.text)
    await ana.tap("Tomar", card)
    await ana.hears("es suyo")
    await luz.hears("Ana Ruiz")
    await ana.say("cerrar")
    closing = await luz.hears("cerrado")
    assert closing.text == said(product, "handoff.closed", "es", case="1")
    assert not closing.options


async def test_nobody_is_asked_who_had_a_complaint_on_the_way(product: Product) -> None:
    product.rasa.label_of = label_of
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("tengo una queja")
    card = await ana.hears("Caso 1")
    await luz.say("mejor quiero hablar con una persona")
    await product.settle()
    await ana.tap("Tomar", card)
    await ana.hears("es suyo")
    await ana.say("cerrar")
    assert not (await luz.hears("cerrado")).options


@pytest.mark.parametrize("ending", ["blocked", "merged"])
async def test_nobody_is_asked_after_a_case_that_was_blocked_or_merged(product: Product, ending: str) -> None:
    luz, ana = await taken_case(product, "telegram", "es")
    await note_entry(product, ending)
    await ana.say("cerrar")
    assert not (await luz.hears("cerrado")).options
