"""An answer is read, edited with a preview, said from the next reply on, put back, and written into its file."""

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.answers import live
from bot.store.tables import AnswerVersion, Audit
from bot.texts import Editions
from tests.console.conftest import Browser
from tests.product.conftest import Product
from tests.product.desk.staff import waits
from tests.product.people import consultant, patient
from tests.product.test_why import last_why
from tests.texts.books import shipped_book

COST = "/console/answers/answer.ask_cost"
NEW = {
    "es": "El costo se lo dice un consultor hoy mismo.",
    "en": "A consultant will tell you the cost today.",
}
FORM = re.compile(
    r'<(?:input[^>]*name="(\w+)"[^>]*value="([^"]*)"|textarea[^>]*name="(\w+)"[^>]*>\n?([^<]*)<)'
)


async def saves(browser: Browser, page: str = COST, do: str = "save", **changed: str) -> httpx.Response:
    """Fill in the form of an answer as it stands, but for what is changed."""
    shown = (await browser.get(page)).text.split('<form method="post" action="/console/answers/')[1]
    found = {a or c: b or d for a, b, c, d in FORM.findall(shown)}
    fields = (
        {name: value for name, value in found.items() if name != "seal"} | {"reason": "más claro"} | changed
    )
    return await browser.sends(page, page, do=do, **fields)


async def asks_cost(product: Product, channel: str = "telegram") -> str:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, channel)
    luz.catch_up()
    await luz.say("¿cuánto cuesta la consulta?")
    bubble = await luz.hears(lambda bubble: True)
    await product.settle()
    return str(bubble.text)


def of_the_file(product: Product) -> str:
    services = product.puente.services
    return shipped_book().render("answer.ask_cost", "es", {}, services.office, services.real).text


async def versions(product: Product) -> list[AnswerVersion]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(AnswerVersion).order_by(AnswerVersion.id)))


async def test_the_list_tells_how_often_and_how_well_and_what_is_due(
    product: Product, browser: Browser
) -> None:
    async def of_cost() -> list[str]:
        page = (await browser.get("/console/answers")).text
        assert "ya toca" not in page
        row = page.split('<code class="soft">answer.ask_cost</code>')[1].split("</tr>")[0]
        return re.findall(r"<td[^>]*>([^<]*)</td>", row)[:3]

    await asks_cost(product)
    await browser.signs_in()
    assert await of_cost() == ["1", "0", "0"]
    luz = patient(product.box, "telegram")
    product.rasa.label_of = lambda text: "deny"
    await luz.say("no, gracias")
    await luz.tap("No me sirvió", await luz.hears("con sus palabras"))
    await luz.hears(lambda bubble: True)
    await product.settle()
    assert (await of_cost())[2] == "1"  # of the answer before
    product.box.clock.advance(days=200)
    await browser.signs_in()
    late = (await browser.get("/console/answers")).text
    assert "ya toca" in late


async def test_answers_are_for_the_head_of_office_and_the_administrator(
    product: Product, browser: Browser, bruno: Browser
) -> None:
    for page in ("/console/answers", COST):
        assert (await bruno.get(page)).status_code == 404
    assert (await bruno.sends("/console", COST, do="save", **NEW)).status_code == 404
    await browser.signs_in()
    for safe in ("answer.medical_advice", "safety.emergency", "handoff.closed", "answer.nothing"):
        assert (await browser.get(f"/console/answers/{safe}")).status_code == 404
        assert (
            await browser.sends("/console", f"/console/answers/{safe}", do="save", **NEW)
        ).status_code == 404
    assert await versions(product) == []


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_an_edit_is_said_in_the_next_reply_which_names_its_version(
    product: Product, browser: Browser, channel: str
) -> None:
    await asks_cost(product, channel)
    await browser.signs_in()
    shown = (await saves(browser, do="preview", **NEW)).text
    assert NEW["es"] in shown
    assert NEW["en"] in shown
    assert "todavía no se guarda" in shown
    assert NEW["es"] not in await asks_cost(product, channel)
    answer = await saves(browser, **NEW)
    assert answer.headers["location"] == f"{COST}?saved=1"
    assert NEW["es"] in await asks_cost(product, channel)
    assert (await last_why(product))["versions"] == {"answer.ask_cost": (await versions(product))[0].id}
    async with product.puente.services.database.session() as session:
        assert "answer_edited" in list(await session.scalars(select(Audit.what)))


async def test_every_process_says_an_edit_without_a_restart(product: Product, browser: Browser) -> None:
    """A worker beside: with a book of its own, which has never heard of the edit."""
    services = product.puente.services
    beside = replace(services, texts=replace(services.texts, editions=Editions()))
    await browser.signs_in()
    await saves(browser, **NEW)
    async with services.database.session() as session:
        await live.refresh(beside, session)
    said = beside.texts.render("answer.ask_cost", "en", {}, beside.office, beside.real)
    assert said.text == NEW["en"]


async def test_a_consultants_canned_reply_is_the_edited_answer(product: Product, ana: Browser) -> None:
    await waits(product)
    person = consultant(product.box, "telegram")
    await saves(ana, **NEW)
    await ana.sends("/console/cases/1", "/console/cases/1/do", order="take", once="x-take")
    await person.say("/r costo")
    await patient(product.box, "telegram").hears(NEW["es"])


WRONG: dict[str, dict[str, str]] = {
    "empty": {"es": "", "en": "a"},
    "uneven": {"es": "{office.name}", "en": "hello"},
    "unknown": {"es": "{fact.nothing}", "en": "{fact.nothing}"},
    "brace": {"es": "hola {", "en": "hello {"},
    "no_without": {"es": "{fact.prices}", "en": "{fact.prices}", "without_es": "", "without_en": ""},
    "long.en": {"es": "a", "en": "a" * 1100},
    "no_reason": {**NEW, "reason": " "},
    "no_review": {**NEW, "review_by": "2020-01-01"},
    "overtaken": {**NEW, "based_on": "77"},
}


async def test_what_could_not_be_said_is_not_saved_and_told_in_words(
    product: Product, browser: Browser
) -> None:
    await browser.signs_in()
    book = shipped_book()
    for name, changed in WRONG.items():
        answer = await saves(browser, **changed)
        assert answer.status_code == 422, name
        words = book.entries[f"console.edit.{name}"].es.split("{")[0].rstrip(". ")
        assert words in answer.text, name
    greeting = "/console/answers/answer.greet"
    answer = await saves(browser, greeting, es="Hola.", en="Hello.")
    assert "no se puede quitar de la respuesta: {number.emergency}" in answer.text
    assert await versions(product) == []


async def test_a_version_is_put_back_and_so_are_the_words_of_the_file(
    product: Product, browser: Browser
) -> None:
    await browser.signs_in()
    await saves(browser, **NEW)
    await saves(browser, es="Otra cosa.", en="Something else.")
    first, second = (row.id for row in await versions(product))
    assert "Otra cosa." in await asks_cost(product)
    await browser.sends(COST, f"{COST}/put-back", version=str(first), based_on=str(second))
    assert NEW["es"] in await asks_cost(product)
    newest = (await versions(product))[-1].id
    await browser.sends(COST, f"{COST}/put-back", version="0", based_on=str(newest))
    assert of_the_file(product) in await asks_cost(product)
    page = (await browser.get(COST)).text
    assert "Se volvió a la del archivo" in page
    assert "Administración" in page


async def test_a_version_that_the_office_cannot_say_any_more_gives_way_to_the_file(
    product: Product, browser: Browser
) -> None:
    row: dict[str, Any] = {"es": "{fact.gone}", "en": "{fact.gone}", "without_facts": {"es": "a", "en": "a"}}
    services = product.puente.services
    async with services.database.session() as session:
        due = live.review_due(services.texts.entries["answer.ask_cost"], None)
        await live.save(
            services, session, "answer.ask_cost", row, by=None, reason="-", review_by=due, based_on=0
        )
    assert of_the_file(product) in await asks_cost(product)
    await browser.signs_in()
    assert "Mientras tanto se dice la del archivo" in (await browser.get(COST)).text
