"""What patients ask, in counts: from the why of replies, kept by the hour when the messages themselves are gone."""

import re

from sqlalchemy import delete, select, text

from bot import tallies
from bot.store.tables import Conversation, Tally
from tests.console.conftest import Browser
from tests.console.test_speed import SECONDS, a_full_office, best
from tests.product.conftest import Product
from tests.product.people import patient

LABELS = {"cuesta": "ask_cost", "how much": "ask_cost", "abren": "ask_hours"}


async def asks(product: Product, *questions: str) -> None:
    """On both channels."""
    product.rasa.label_of = lambda said: next(label for word, label in LABELS.items() if word in said)
    for channel in ("telegram", "whatsapp"):
        luz = patient(product.box, channel)
        for question in questions:
            await luz.say(question)
            await luz.hears(lambda bubble: True)
            await product.settle()


async def table(product: Product, kind: str = tallies.ASKED) -> dict[str, int]:
    async with product.puente.services.database.session() as session:
        rows = await session.scalars(select(Tally).where(Tally.kind == kind))
        counted: dict[str, int] = {}
        for row in rows:
            counted[row.name] = counted.get(row.name, 0) + row.count
        return counted


async def over(product: Product) -> None:
    """An hour later: it has been counted."""
    product.box.clock.advance(hours=2)
    await product.puente.watch.look()


async def test_what_was_asked_is_shown_at_once_and_stays_when_the_hour_is_over(
    product: Product, browser: Browser
) -> None:
    await asks(product, "¿cuánto cuesta?", "¿a qué hora abren?", "¿y cuánto cuesta el viaje?")
    await browser.signs_in()
    first = (await browser.get("/console/topics?days=7")).text
    assert "Preguntas contestadas: 6." in first
    await over(product)
    assert await table(product) == {"ask_cost": 4, "ask_hours": 2}
    assert (await table(product, tallies.SAID))["answer.ask_cost"] == 4
    await browser.signs_in()
    again = (await browser.get("/console/topics?days=7")).text
    assert "Preguntas contestadas: 6." in again
    assert "67 %" in again
    assert "¿cuánto" not in again


async def test_counts_outlive_the_words_and_the_person(product: Product, browser: Browser) -> None:
    await asks(product, "¿cuánto cuesta?")
    await over(product)
    async with product.puente.services.database.session() as session:
        await session.execute(delete(Conversation).where(Conversation.role == "patient"))
    await browser.signs_in()
    assert "Preguntas contestadas: 2." in (await browser.get("/console/topics")).text


async def test_an_hour_is_counted_once(product: Product) -> None:
    await asks(product, "¿cuánto cuesta?")
    for _ in range(3):
        await over(product)
    assert await table(product) == {"ask_cost": 2}


FILTERS = {
    "language=en": 2,
    "channel=whatsapp": 3,
    "topic=ask_cost&language=es": 2,
    "topic=ask_hours": 2,
    "channel=x'--": 6,  # no channel: nothing is left out
}


async def test_a_filter_leaves_out_the_rest(product: Product, browser: Browser) -> None:
    await asks(product, "¿cuánto cuesta la consulta?", "¿a qué hora abren?", "how much is it for my father?")
    await browser.signs_in()
    for query, total in FILTERS.items():
        page = (await browser.get(f"/console/topics?{query}")).text
        assert f"Preguntas contestadas: {total}." in page, query


async def test_what_was_not_understood_is_a_topic_of_its_own(product: Product, browser: Browser) -> None:
    product.rasa.label_of = lambda said: "nlu_fallback"
    luz = patient(product.box, "telegram")
    await luz.say("zzz")
    product.box.clock.advance(seconds=5)
    await luz.hears(lambda bubble: True)
    await product.settle()
    await browser.signs_in()
    page = (await browser.get("/console/topics?topic=unsure")).text
    assert "No se entendieron: 1." in page
    assert "Preguntas contestadas: 1." in page


async def test_plots_have_a_title_and_the_same_figures_as_a_table(product: Product, browser: Browser) -> None:
    await asks(product, "¿cuánto cuesta?")
    await browser.signs_in()
    for days, rows in ((7, 7), (30, 30), (90, 13)):
        page = (await browser.get(f"/console/topics?days={days}")).text
        plot = page.split('id="over-time-title"')[1].split("</section>")[0]
        assert "<title id=" in plot
        assert "<desc id=" in plot
        assert rows <= plot.count('<th scope="row">') <= rows + 1  # 90 days touch 13 or 14 weeks


async def test_nothing_asked_yet_is_said_to_a_consultant_too(bruno: Browser) -> None:
    assert "Preguntas contestadas: 0." in (await bruno.get("/console/topics")).text
    assert "/console/topics" in (await bruno.get("/console")).text


OFFICE_PAGES = ("/topics?days=90", "/answers", "/answers/answer.ask_cost", "/review")


async def test_with_100_000_answers_over_90_days_a_page_takes_300_ms(
    product: Product, browser: Browser
) -> None:
    await a_full_office(product)
    now = product.puente.services.clock()
    explain = """
        UPDATE sends SET answers_id = id, created_at = CAST(:now AS timestamptz) - id % 2160 * interval '1 hour',
        why = jsonb_build_object('by', CASE id % 20 WHEN 0 THEN 'unsure' ELSE 'label' END, 'label', 'ask_' || id % 40,
                                 'language', CASE id % 2 WHEN 0 THEN 'es' ELSE 'en' END,
                                 'keys', jsonb_build_array('answer.ask_' || id % 40))"""
    async with product.puente.services.database.session() as session:
        await session.execute(text(explain), {"now": now})
        await session.execute(delete(Tally))
    await over(product)
    await browser.signs_in()
    took = {page: await best(browser, f"/console{page}") for page in OFFICE_PAGES}
    assert {page: seconds for page, seconds in took.items() if seconds > SECONDS} == {}
    page = (await browser.get("/console/topics?days=90")).text
    assert re.search(r"Preguntas contestadas: (9\d{4}|100000)\.", page)
    assert re.search(r"Por revisar: \d{4}", (await browser.get("/console/review")).text)
