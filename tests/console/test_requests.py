"""Requests about personal data in the console: what was asked, until when, and what became of it. No name, no words."""

import re

from sqlalchemy import select

from bot.store.tables import PrivacyRequest
from tests.console.conftest import Browser
from tests.product.conftest import Product
from tests.product.journeys.erasure import done
from tests.product.people import consultant, patient

PAGE = "/console/privacy"


async def stored(product: Product) -> list[PrivacyRequest]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(PrivacyRequest).order_by(PrivacyRequest.id)))


async def sends(browser: Browser, **fields: str) -> str:
    assert (await browser.sends(PAGE, PAGE, **fields)).status_code == 303
    return (await browser.get(PAGE)).text


async def asks_to_correct(product: Product, channel: str = "whatsapp") -> None:
    luz = patient(product.box, channel)
    await luz.say("mis datos")
    await luz.tap("Corregir mis datos", await luz.hears("guardamos de este chat"))
    assert "caso 1" in (await luz.hears("Una persona lo corrige")).text
    await product.settle()


async def test_a_correction_is_asked_by_a_button_and_answered_by_the_head_of_office(
    product: Product, ana: Browser
) -> None:
    await asks_to_correct(product)
    await consultant(product.box, "telegram").hears("Caso")
    copy, wish = await stored(product)
    assert (copy.kind, copy.outcome, wish.kind, wish.case_id) == ("copy", "done", "rectification", 1)
    assert '<strong id="count-requests">1</strong>' in (await ana.get("/console")).text
    page = (await ana.get(PAGE)).text
    assert "Corrección de sus datos" in page
    assert "Copia de sus datos</td>" not in page
    assert "Luz" not in page
    assert "hace falta el motivo" in await sends(ana, request="2", what="refused", answer=" ")
    assert "contestada, por cumplir" in await sends(ana, request="2", what="grant")
    granted = (await stored(product))[1]
    assert granted.answered_at is not None
    assert granted.due_at is not None
    assert wish.due_at is not None
    assert granted.due_at < wish.due_at  # 15 business days from the answer, before the 20 for it are over


async def test_what_is_overdue_is_marked_and_a_refusal_keeps_its_reason_sealed(
    product: Product, browser: Browser, database_url: str
) -> None:
    from tests.product.test_at_rest import everything

    await asks_to_correct(product)
    product.box.clock.advance(days=40)
    await browser.signs_in()
    assert "pasó su plazo" in (await browser.get(PAGE)).text
    assert "fuera de plazo: 1" in (await browser.get("/console")).text
    assert "no procedió" in await sends(browser, request="2", what="refused", answer="zanahoria7391")
    assert "Solicitudes: 0" in (await browser.get(PAGE)).text
    closed = (await browser.get(f"{PAGE}?show=closed")).text
    assert "zanahoria7391" in closed
    assert "Solicitudes: 2" in closed
    assert b"zanahoria7391" not in await everything(database_url)
    assert "ya no está pendiente" in await sends(browser, request="2", what="done")
    log = (await browser.get("/console/audit")).text
    assert "Rechazó una solicitud sobre datos · solicitud 2" in log


async def test_an_erasure_closes_what_was_asked_before_and_is_proof_of_itself(
    product: Product, ana: Browser
) -> None:
    await asks_to_correct(product, "telegram")
    await sends(ana, what="note", kind="copy", case="1")
    luz = patient(product.box, "telegram")
    await luz.say("BORRAR")
    question = await luz.hears(lambda bubble: any("orr" in option.title for option in bubble.options))
    await luz.tap(next(one.title for one in question.options if "orr" in one.title), question)
    await luz.hears("Comprobante:", within=20)
    await done(product)
    rows = await stored(product)
    assert [(row.kind, row.outcome, row.conversation_id) for row in rows] == [
        ("copy", "done", None),
        ("rectification", "erased", None),
        ("copy", "erased", None),
        ("erasure", "done", None),
    ]
    assert "Borrado de sus datos" in (await ana.get(f"{PAGE}?show=closed")).text


async def test_only_who_runs_the_office_sees_and_answers_and_notes_one_that_came_by_telephone(
    product: Product, bruno: Browser, ana: Browser
) -> None:
    await asks_to_correct(product)
    assert (await bruno.get(PAGE)).status_code == 404
    assert PAGE not in (await bruno.get("/console")).text
    seal = re.findall(r'name="seal" value="(\w+)"', (await bruno.get("/console")).text)[0]
    answer = await bruno.post(PAGE, data={"seal": seal, "what": "done", "request": "2"})
    assert answer.status_code == 404
    assert (await stored(product))[1].closed_at is None
    assert "No hay un caso" in await sends(ana, what="note", kind="copy", case="99")
    assert "anotada" in await sends(ana, what="note", kind="copy", case="1")
    assert [row.kind for row in await stored(product)] == ["copy", "rectification", "copy"]
