"""Two thumbs after a case: asked where it is fit, counted when it is clear, thanked once, no trap."""

import psycopg
import pytest

from tests.product.conftest import Product
from tests.product.desk.patient_side import (
    COST,
    EVERY_WAY,
    PERSON,
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
from tests.product.desk.staff import others
from tests.product.people import consultant
from tests.product.quiet import silent

UP, DOWN = 0, 1  # the place of the thumbs


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_one_bubble_closes_and_asks_a_thumb_is_thanked_once_and_words_after_it_are_kept_sealed(
    product: Product, database_url: str, channel: str, language: str
) -> None:
    luz, _, closing = await closed_case(product, channel, language)
    assert said(product, "handoff.rate", language) in closing.text
    assert [option.title[0] for option in closing.options] == ["👍", "👎"]
    await luz.tap(UP, closing)
    await luz.hears(said(product, "handoff.rated.up", language))
    await luz.tap(UP, closing)
    await silent(product, luz)
    case, entries = await stored(product)
    assert case.rating == "up"
    assert [entry.body for entry in entries if entry.kind == "rated"] == [{"thumb": "up"}]
    words = "zanahoria7391 muy amable"
    await luz.say(words)
    await luz.hears(lambda bubble: True)
    case, entries = await stored(product)
    assert entries[-1].body == {"thumb": "up", "text": words}
    assert case.rating == "up"
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        rows = await (await connection.execute("SELECT body::text FROM case_entries")).fetchall()
    assert rows
    assert not any("zanahoria" in body for (body,) in rows)


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


async def test_a_question_after_a_thumb_is_answered_and_not_kept(product: Product) -> None:
    luz, _, closing = await closed_case(product, "telegram", "es")
    await luz.tap(UP, closing)
    await luz.hears("Gracias")
    await luz.say(COST["es"])
    await luz.hears("costo")
    assert (await kinds(product)).count("rated") == 1


async def test_a_thumb_that_is_clearly_typed_counts(product: Product) -> None:
    product.rasa.label_of = label_of
    ana = consultant(product.box, "telegram")
    expected = {
        "👍🏽": ("up", [None]),
        "👎": ("down", [None]),
        "No.": ("down", [None]),
        "👍 no hay más": ("up", ["no hay más"]),
        "sí": ("up", [None]),
    }
    found = {}
    for number, (typed, luz) in enumerate(zip(expected, others(product, len(expected)), strict=True), 1):
        await luz.say(PERSON["es"])
        await ana.tap("Tomar", await offered(ana, number))
        await luz.hears("Ana Ruiz")
        await ana.say("cerrar")
        await luz.hears(said(product, "handoff.closed", "es", case=str(number)))
        await product.settle()
        ana.catch_up()
        await luz.say(typed)
        await luz.hears(lambda bubble: True)
        case, entries = await stored(product, number)
        found[typed] = (case.rating, [e.body.get("text") for e in entries if e.kind == "rated"])
    assert found == expected


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


async def test_nobody_is_asked_after_danger_grief_or_a_complaint(product: Product) -> None:
    product.rasa.label_of = label_of
    ana = consultant(product.box, "telegram")
    stories = (
        ("tengo una queja",),
        ("mi papá no puede respirar",),
        ("falleció mi mamá",),
        ("tengo una queja", "mejor quiero hablar con una persona"),
    )
    asked = {}
    for number, (lines, luz) in enumerate(zip(stories, others(product, len(stories)), strict=True), 1):
        for line in lines:
            await luz.say(line)
            await product.settle()
        await ana.say(f"tomar {number}")
        await ana.hears("es suyo")
        await luz.hears("Ana Ruiz")
        await ana.say("cerrar")
        closing = await luz.hears("cerrado")
        await product.settle()
        if closing.options or closing.text != said(product, "handoff.closed", "es", case=str(number)):
            asked[lines] = closing.text
    assert asked == {}


@pytest.mark.parametrize("ending", ["blocked", "merged"])
async def test_nobody_is_asked_after_a_case_that_was_blocked_or_merged(product: Product, ending: str) -> None:
    luz, ana = await taken_case(product, "telegram", "es")
    await note_entry(product, ending)
    await ana.say("cerrar")
    assert not (await luz.hears("cerrado")).options
