"""Visits by video in the console: by day, on two clocks, decided on by the orders of the chat."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.store.tables import Audit
from sandbox import Sandbox
from tests.console.conftest import Browser, link_of
from tests.product.conftest import Product
from tests.product.journeys.telehealth import booked, clinic, look, taken, visits
from tests.product.people import consultant

WEEK = "/console/visits?span=week&date=2026-12-08"


@pytest.fixture
async def office(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    async with clinic(box, database_url, tmp_path) as product:
        yield product


async def browsing(office: Product, channel: str = "telegram") -> Browser:
    browser = Browser(office)
    await browser.enters(await link_of(office, channel))
    return browser


async def decides(browser: Browser, what: str) -> str:
    once = re.findall(r'name="once" value="([^"]+)"', (await browser.get(WEEK)).text)[0]
    answer = await browser.sends(WEEK, "/console/visits", once=once, what=what, back=WEEK)
    assert answer.headers["location"] == WEEK
    return (await browser.get(WEEK)).text


async def audited(office: Product) -> list[tuple[str, int | None]]:
    async with office.puente.services.database.session() as session:
        rows = await session.scalars(select(Audit).where(Audit.case_id.is_not(None)).order_by(Audit.id))
        return [(row.what, row.case_id) for row in rows]


async def test_a_visit_stands_on_its_day_with_both_hours_and_no_name(office: Product) -> None:
    await booked(office)
    bruno = await browsing(office, "whatsapp")
    for page in (WEEK, "/console/visits", "/console/visits?span=day&date=2026-12-08"):
        shown = (await bruno.get(page)).text
        for words in ("martes 8 de diciembre", "11:00", "9:00", "cardiología", "por confirmar"):
            assert words in shown
        assert "Los Ángeles" in shown
        assert "Luz" not in shown
        assert 'name="what"' not in shown  # the case is nobody's: he takes it first
    for page in ("?span=day&date=2026-12-09", "?date=2026-12-15", "?date=x&span=y&", "?date=9999-12-31"):
        answer = await bruno.get(f"/console/visits{page}")
        assert answer.status_code == 200
        assert ("cardiología" in answer.text) == ("date=x" in page)
    assert "Tuesday, December 8" in (await english(bruno)).text


async def english(browser: Browser) -> httpx.Response:
    await browser.sends(WEEK, "/console/language", back=WEEK)
    return await browser.get(WEEK)


async def test_the_holder_confirms_and_the_patient_reads_it(office: Product) -> None:
    luz = await booked(office, "whatsapp", "en")
    await taken(office)
    ana = await browsing(office)
    page = await decides(ana, "confirm_visit-1")
    assert "teleconsulta confirmada" in page
    assert "confirmada</td>" in page
    await luz.hears("is confirmed")
    assert (await visits(office))[0].state == "confirmed"
    assert ("confirm_visit", 1) in await audited(office)


async def test_another_time_is_proposed_from_the_page(office: Product) -> None:
    luz = await booked(office)
    await taken(office)
    ana = await browsing(office)
    page = await decides(ana, "propose_visit-1")
    slots = re.findall(r'name="token" value="([\w-]+)">([^<]+)<', page)
    assert len(slots) == 5
    await ana.sends(WEEK, "/console/cases/1/do", once="slot", token=slots[0][0], back=WEEK)
    await luz.hears("propone")
    assert "propuesta al paciente" in (await ana.get(WEEK)).text
    assert [visit.state for visit in await visits(office)] == ["reserved", "held"]
    assert ("propose_slot", 1) in await audited(office)


async def test_declined_it_is_gone_from_the_page_and_the_patient_may_choose_again(office: Product) -> None:
    luz = await booked(office)
    await taken(office)
    ana = await browsing(office)
    page = await decides(ana, "decline_visit-1")
    assert "cancelada" in page
    assert "No hay teleconsultas" in page
    await luz.hears("no puede darle esta hora")
    assert (await visits(office))[0].state == "cancelled"


async def test_who_does_not_hold_the_case_decides_nothing(office: Product) -> None:
    await booked(office)
    await taken(office)
    bruno = await browsing(office, "whatsapp")
    for what in ("confirm_visit-1", "close-1", "confirm_visit-99", "confirm_visit-", ""):
        await decides(bruno, what)
    assert (await visits(office))[0].state == "reserved"
    assert await audited(office) == []


async def test_what_is_over_is_folded(office: Product) -> None:
    await booked(office)
    office.box.clock.advance(days=2)
    await look(office)
    await consultant(office.box, "telegram").say("hola")
    page = (await (await browsing(office)).get(WEEK)).text
    assert '<details class="panel" id="over">' in page
    assert "ya pasó" in page
