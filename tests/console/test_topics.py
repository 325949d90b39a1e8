"""What patients ask, in counts: from the why of replies, kept by the hour when the messages themselves are gone."""

from sqlalchemy import delete, select

from bot import tallies
from bot.store.tables import Conversation, Tally
from tests.console.conftest import Browser
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


async def test_what_was_asked_is_shown_at_once_and_counted_once_and_the_count_outlives_words_and_person(
    product: Product, browser: Browser
) -> None:
    await asks(product, "¿cuánto cuesta?", "¿a qué hora abren?", "¿y cuánto cuesta el viaje?")
    await browser.signs_in()
    first = (await browser.get("/console/topics?days=7")).text
    assert "Preguntas contestadas: 6." in first
    for _ in range(3):
        await over(product)
    assert await table(product) == {"ask_cost": 4, "ask_hours": 2}
    assert (await table(product, tallies.SAID))["answer.ask_cost"] == 4
    async with product.puente.services.database.session() as session:
        await session.execute(delete(Conversation).where(Conversation.role == "patient"))
    await browser.signs_in()
    again = (await browser.get("/console/topics?days=7")).text
    assert "Preguntas contestadas: 6." in again
    assert "67 %" in again
    assert "¿cuánto" not in again


FILTERS = {
    "language=en": 2,
    "channel=whatsapp": 3,
    "topic=ask_cost&language=es": 2,
    "topic=ask_hours": 2,
    "channel=x'--": 6,  # no channel: nothing is left out
}


async def test_a_filter_leaves_out_the_rest_and_plots_have_the_same_figures_as_a_table(
    product: Product, browser: Browser
) -> None:
    await asks(product, "¿cuánto cuesta la consulta?", "¿a qué hora abren?", "how much is it for my father?")
    await browser.signs_in()
    for query, total in FILTERS.items():
        page = (await browser.get(f"/console/topics?{query}")).text
        assert f"Preguntas contestadas: {total}." in page, query
    for days, rows in ((7, 7), (30, 30), (90, 13)):
        page = (await browser.get(f"/console/topics?days={days}")).text
        plot = page.split('id="over-time-title"')[1].split("</section>")[0]
        assert "<title id=" in plot
        assert "<desc id=" in plot
        assert rows <= plot.count('<th scope="row">') <= rows + 1  # 90 days touch 13 or 14 weeks


async def test_nothing_asked_yet_is_said_and_what_was_not_understood_is_a_topic_of_its_own(
    product: Product, bruno: Browser
) -> None:
    assert "/console/topics" in (await bruno.get("/console")).text
    assert "Preguntas contestadas: 0." in (await bruno.get("/console/topics")).text
    product.rasa.label_of = lambda said: "nlu_fallback"
    luz = patient(product.box, "telegram")
    await luz.say("zzz")
    product.box.clock.advance(seconds=5)
    await luz.hears(lambda bubble: True)
    await product.settle()
    page = (await bruno.get("/console/topics?topic=unsure")).text
    assert "No se entendieron: 1." in page
    assert "Preguntas contestadas: 1." in page
