"""Cases in the console: numbers for all, words for who may read them, and the desk's own orders."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.audit import WHAT
from bot.store.tables import Audit, Case
from tests.console.conftest import Browser
from tests.product.conftest import Product
from tests.product.desk.phones import later
from tests.product.desk.staff import PERSON, asks, case_of, entries, waits
from tests.product.people import consultant, patient
from tests.product.quiet import silent
from tests.stub_rasa import MODEL
from tests.texts.books import shipped_book

WORDS = "quiero hablar con una persona"


async def audited(product: Product, number: int = 1) -> list[tuple[str, int | None]]:
    async with product.puente.services.database.session() as session:
        rows = await session.scalars(select(Audit).where(Audit.case_id == number).order_by(Audit.id))
        return [(row.what, row.case_id) for row in rows]


async def orders(browser: Browser, order: str, number: int = 1, **fields: str) -> str:
    """Fill in the form of that order on the case's page. Returns the page afterwards."""
    page = f"/console/cases/{number}"
    shown = (await browser.get(page)).text
    once = re.findall(rf'name="once" value="([^"]+-{order})"', shown)
    assert once, shown
    answer = await browser.sends(page, f"{page}/do", once=once[0], order=order, **fields)
    assert answer.status_code == 303
    return (await browser.get(page)).text


async def opens(browser: Browser, number: int = 1) -> str:
    page = f"/console/cases/{number}"
    await browser.sends(page, f"{page}/open")
    return (await browser.get(page)).text


async def taken(product: Product, browser: Browser, channel: str = "telegram", language: str = "es") -> Any:
    luz = await waits(product, channel, language)
    await orders(browser, "take")
    await luz.hears("caso" if language == "es" else "case")
    await product.settle()
    luz.catch_up()
    return luz


async def test_the_list_tells_topic_and_times_and_nothing_of_a_patient(
    product: Product, bruno: Browser
) -> None:
    await waits(product)
    product.box.clock.advance(minutes=25)
    for show in ("", "?show=open", "?show=waiting"):
        page = (await bruno.get(f"/console/cases{show}")).text
        assert "Casos: 1" in page
        assert "25 min" in page
        assert "Telegram" in page
        assert "Luz" not in page
        assert WORDS not in page
    for show in ("mine", "held", "closed"):
        assert "Casos: 0" in (await bruno.get(f"/console/cases?show={show}")).text
    assert '<strong id="count-waiting">1</strong>' in (await bruno.get("/console")).text


async def test_the_head_of_office_reads_a_case_after_opening_it_which_is_kept(
    product: Product, ana: Browser
) -> None:
    await waits(product)
    before = (await ana.get("/console/cases/1")).text
    assert "Luz" not in before
    assert WORDS not in before
    after = await opens(ana)
    assert "Luz" in after
    assert WORDS in after
    assert await audited(product) == [("opened", 1)]
    assert len(await entries(product, "looked_at")) == 1
    product.box.clock.advance(minutes=29)
    assert WORDS in (await ana.get("/console/cases/1")).text
    product.box.clock.advance(minutes=2)
    assert WORDS not in (await ana.get("/console/cases/1")).text


async def test_who_neither_holds_it_nor_runs_the_office_reads_nothing(
    product: Product, bruno: Browser, browser: Browser
) -> None:
    await waits(product)
    await browser.signs_in()
    for nobody in (bruno, browser):
        page = (await nobody.get("/console/cases/1")).text
        assert "Abrir el caso" not in page
        seal = re.findall(r'name="seal" value="(\w+)"', page)[0]
        answer = await nobody.post("/console/cases/1/open", data={"seal": seal})
        assert answer.status_code == 404
        assert WORDS not in (await nobody.get("/console/cases/1")).text
    assert await audited(product) == []
    seal = re.findall(r'name="seal" value="(\w+)"', (await browser.get("/console")).text)[0]
    answer = await browser.post("/console/cases/1/do", data={"seal": seal, "order": "take", "once": "1"})
    assert answer.status_code == 404
    assert (await case_of(product)).holder_id is None


@pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
async def test_taken_and_answered_in_the_console_the_patient_reads_it(
    product: Product, bruno: Browser, channel: str, language: str
) -> None:
    luz = await taken(product, bruno, channel, language)
    page = (await bruno.get("/console/cases/1")).text
    assert PERSON[language] in page  # who takes it has opened it
    await orders(bruno, "relay", words="Buenos días, la leo <b>con gusto</b>.")
    bubble = await luz.hears("la leo <b>con gusto</b>")
    assert "Bruno" in bubble.text or "Bruno" in (bubble.header or "")
    await product.settle()
    page = (await bruno.get("/console/cases/1")).text
    assert "la leo &lt;b&gt;con gusto&lt;/b&gt;" in page
    assert [what for what, _ in await audited(product)] == ["take", "opened", "relay"]


async def test_what_the_patient_answers_reaches_her_chat_and_the_page(
    product: Product, bruno: Browser
) -> None:
    luz, phone = await taken(product, bruno), consultant(product.box, "whatsapp")
    await orders(bruno, "relay", words="¿En qué le ayudo?")
    await luz.hears("le ayudo")
    await luz.say("¿y el jueves?")
    await phone.hears("jueves")
    assert "¿y el jueves?" in (await bruno.get("/console/cases/1", headers={"X-Live": "1"})).text


async def test_a_form_sent_twice_is_done_once(product: Product, bruno: Browser) -> None:
    luz = await taken(product, bruno)
    shown = (await bruno.get("/console/cases/1")).text
    seal = re.findall(r'name="seal" value="(\w+)"', shown)[0]
    form = {"seal": seal, "once": "the same", "order": "relay", "words": "una sola vez"}
    for _ in range(2):
        assert (await bruno.post("/console/cases/1/do", data=form)).status_code == 303
    await luz.hears("una sola vez")
    await product.settle()
    assert sum("una sola vez" in bubble.text for bubble in luz.bubbles) == 1


async def test_closing_offers_the_outcomes_and_one_is_kept(product: Product, bruno: Browser) -> None:
    luz = await taken(product, bruno)
    page = await orders(bruno, "close")
    await luz.hears(lambda bubble: True)
    token = re.findall(r'name="token" value="([\w-]+)"', page)
    assert len(token) == 5
    await bruno.sends("/console/cases/1", "/console/cases/1/do", once="o", token=token[0])
    case = await case_of(product)
    assert case.closed_at is not None
    assert case.outcome == "answered"
    assert [what for what, _ in await audited(product)] == ["take", "opened", "close", "outcome"]
    page = (await bruno.get("/console/cases/1")).text  # it is closed: it is not his to read any more
    assert WORDS not in page
    assert "Abrir el caso" not in page


async def test_a_note_stays_at_the_office_until_its_button_sends_it(
    product: Product, bruno: Browser, ana: Browser
) -> None:
    luz = await taken(product, bruno)
    page = await orders(bruno, "note", words="llamar el lunes")
    assert "llamar el lunes" in page
    assert "llamar el lunes" in await opens(ana)
    await silent(product, luz)
    token = re.findall(r'name="token" value="([\w-]+)"', page)[0]
    await bruno.sends("/console/cases/1", "/console/cases/1/do", once="n", token=token)
    await luz.hears("llamar el lunes")


async def test_a_case_is_transferred_and_its_former_holder_reads_it_no_more(
    product: Product, bruno: Browser, ana: Browser
) -> None:
    luz, phone = await taken(product, bruno), consultant(product.box, "telegram")
    shown = (await bruno.get("/console/cases/1")).text
    to = re.findall(r'<option value="([\w-]+)">Ana Ruiz · de turno', shown)[0]
    page = await orders(bruno, "transfer", to=to, words="pregunta por costos")
    await phone.hears("pregunta por costos")
    await luz.hears("Ana Ruiz")
    assert WORDS not in page
    assert "lo lleva Ana Ruiz desde" in page
    await opens(ana)
    assert [what for what, _ in await audited(product)] == ["take", "opened", "transfer", "opened"]


async def test_taking_over_tells_who_held_it(product: Product, bruno: Browser, ana: Browser) -> None:
    await taken(product, bruno)
    page = await orders(ana, "take_over")
    assert "es suyo" in page
    await consultant(product.box, "whatsapp").hears("Ana Ruiz")
    assert WORDS not in (await bruno.get("/console/cases/1")).text


async def test_released_it_waits_again(product: Product, bruno: Browser) -> None:
    luz = await taken(product, bruno)
    await orders(bruno, "release")
    await luz.hears(lambda bubble: True)
    assert (await case_of(product)).holder_id is None


async def test_who_comes_second_is_told_and_nothing_is_kept_as_done(
    product: Product, bruno: Browser, ana: Browser
) -> None:
    await waits(product)
    shown = (await ana.get("/console/cases/1")).text
    await orders(bruno, "take")
    seal = re.findall(r'name="seal" value="(\w+)"', shown)[0]
    await ana.post("/console/cases/1/do", data={"seal": seal, "once": "late", "order": "take"})
    assert "Bruno Díaz" in (await ana.get("/console/cases/1")).text
    assert [what for what, _ in await audited(product)] == ["take", "opened"]


async def test_only_what_was_offered_to_her_can_be_tapped(
    product: Product, bruno: Browser, ana: Browser
) -> None:
    await taken(product, bruno)
    page = await orders(bruno, "close")
    token = re.findall(r'name="token" value="([\w-]+)"', page)[0]
    for fields in (
        {"token": token},
        {"token": "x"},
        {"order": "assistant_off"},
        {"order": "relay", "words": " "},
    ):
        await ana.sends("/console/cases/1", "/console/cases/1/do", once=str(fields), **fields)
    assert (await case_of(product)).outcome == ""


async def test_words_that_could_reach_another_patient_wait_and_can_be_stopped(
    product: Product, bruno: Browser
) -> None:
    await taken(product, bruno)
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await asks(product, rosa)
    await orders(bruno, "take", 2)
    await orders(bruno, "relay", 1, words="primero para Luz")
    await later(product, seconds=5)
    page = await orders(bruno, "relay", 2, words="esto es para Rosa")
    token = re.findall(r'name="token" value="([\w-]+)"', page)
    assert token, page
    await bruno.sends("/console/cases/2", "/console/cases/2/do", once="u", token=token[0])
    await later(product, seconds=10)
    assert not any("esto es para Rosa" in bubble.text for bubble in rosa.bubbles)


async def test_a_closed_case_is_opened_again_from_its_page(product: Product, bruno: Browser) -> None:
    luz = await taken(product, bruno)
    await orders(bruno, "close")
    await luz.hears(lambda bubble: True)
    page = await orders(bruno, "reopen")
    assert "está abierto otra vez" in page
    assert WORDS in page
    await orders(bruno, "relay", words="se me olvidó decirle")
    assert "Bruno Díaz" in (await luz.hears("se me olvidó")).text
    assert [what for what, _ in await audited(product)][-3:] == ["reopen", "opened", "relay"]
    await orders(bruno, "close")
    async with product.puente.services.database.session() as session:
        (await session.get_one(Case, 1)).outcome = "erased"
    assert "Reabrir" not in (await bruno.get("/console/cases/1")).text


async def test_each_reply_of_the_assistant_unfolds_its_why(product: Product, ana: Browser) -> None:
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta la consulta?")
    await luz.hears("costo")
    await asks(product, luz)
    before, page = (await ana.get("/console/cases/1")).text, await opens(ana)
    assert "Por qué se dijo" not in before
    version = product.puente.services.texts.version
    for words in ("ask_cost", "· 90 %", "answer.ask_cost · data/texts/answers.yml:", version, MODEL):
        assert words in page
    assert page.count('class="why"') >= 2


async def test_a_case_that_is_not_there(ana: Browser) -> None:
    answers = {
        number: (await ana.get(f"/console/cases/{number}")).status_code for number in ("2", "x", "9" * 30)
    }
    assert {number: status for number, status in answers.items() if status != 404} == {}


async def test_nothing_of_the_console_is_readable_in_the_database(
    product: Product, bruno: Browser, database_url: str
) -> None:
    from tests.product.test_at_rest import everything

    await taken(product, bruno)
    await orders(bruno, "relay", words="zanahoria7391")
    await orders(bruno, "note", words="zanahoria7392")
    stored = await everything(database_url)
    assert b"zanahoria739" not in stored
    assert bruno.cookies["puente_console"].encode() not in stored


def test_every_deed_has_its_words() -> None:
    book = shipped_book()
    assert [what for what in WHAT if not book.has(f"console.did.{what}")] == []
