"""The holder of the case: names with links that expire, a file in her chat, nobody else; and what is left after an erasure."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select

from bot.records.checklist import checklist
from bot.store.tables import Audit, Conversation, Entry, Record
from tests.product.conftest import Product
from tests.product.journeys.people import said
from tests.product.journeys.records import Page, agreed_page, on_disk, records
from tests.product.people import consultant, patient
from tests.product.quiet import look, silent
from tests.records.files import DICOM, PDF, zipped

CHANNELS = ("whatsapp", "telegram")
LINK = re.compile(r"https?://\S+/files/[\w-]+")
STUDY = zipped({"IM1": DICOM, "IM2": DICOM})


async def uploaded(product: Product, channel: str = "telegram") -> tuple[Any, Any, Page]:
    """Two files have come by the page, and Ana has taken the case."""
    luz, ana = patient(product.box, channel), consultant(product.box, "telegram")
    page = await agreed_page(product, luz)
    await page.upload("eco.pdf", PDF)
    await page.upload("tac.zip", STUDY)
    await page.done()
    await luz.hears("Recibí 2")
    card = await ana.hears("Caso 1")
    await ana.tap("Tomar", card)
    named = await ana.hears("por la página (2): eco.pdf y tac.zip")
    await ana.tap("Ver archivos", named)
    return luz, ana, page


async def opened_entries(product: Product) -> list[Entry]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(Entry).where(Entry.kind == "file_opened")))


async def test_links_open_once_for_one_browser_and_are_noted(product: Product) -> None:
    _, ana, _ = await uploaded(product)
    listed = await ana.hears("Caso 1 · archivos")
    first, second = LINK.findall(listed.text)
    async with httpx.AsyncClient(trust_env=False) as hers, httpx.AsyncClient(trust_env=False) as another:
        preview = await another.get(first)  # what a chat does to show a link: nothing is opened by it
        assert "eco.pdf" in preview.text
        assert await opened_entries(product) == []
        got = await hers.post(first)
        assert got.content == PDF
        assert "attachment" in got.headers["content-disposition"]
        assert "eco.pdf" in got.headers["content-disposition"]
        assert got.headers["cache-control"] == "no-store"
        assert (await another.post(first)).status_code == 410
        assert (await another.get(first)).status_code == 410
        assert (await hers.post(first)).content == PDF
        assert (await hers.post(second)).content == STUDY
    assert [entry.body["text"] for entry in await opened_entries(product)] == [
        "eco.pdf",
        "eco.pdf",
        "tac.zip",
    ]
    async with product.puente.services.database.session() as session:
        kept = select(func.count()).select_from(Audit).where(Audit.what == "file_opened", Audit.case_id == 1)
        assert await session.scalar(kept) == 3
    await ana.say("historia 1")
    assert "abrió el archivo «tac.zip»" in (await ana.hears("abrió el archivo")).text


async def test_links_end_with_their_minutes_and_with_the_case(product: Product) -> None:
    _, ana, _ = await uploaded(product)
    listed = await ana.hears("Caso 1 · archivos")
    first, second = LINK.findall(listed.text)
    async with httpx.AsyncClient(trust_env=False) as http:
        await ana.say("soltar 1")
        await ana.hears(said(product, "desk.released", "es", case="1"))
        await product.settle()
        assert (await http.post(first)).status_code == 410
        await ana.say("tomar 1")
        await ana.hears("por la página")
        assert (await http.post(first)).content == PDF
        product.box.clock.advance(minutes=16)
        gone = await http.post(second)
        assert gone.status_code == 410
        assert "archivos" in gone.text
        assert (await http.get(f"{product.url}/files/nobody")).status_code == 410


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_file_comes_into_her_chat_where_it_fits(product: Product, channel: str) -> None:
    luz, her = patient(product.box, "telegram"), consultant(product.box, channel)
    page = await agreed_page(product, luz)
    await page.upload("eco.pdf", PDF)
    await page.upload("tac.zip", STUDY)
    await page.done()
    await her.hears("Caso 1")
    await her.say("tomar 1")
    await her.hears("por la página")
    await her.say("archivos 1")
    listed = await her.hears("Caso 1 · archivos")
    offered = [option.title for option in listed.options]
    assert offered == (["eco.pdf"] if channel == "whatsapp" else ["eco.pdf", "tac.zip"])
    await her.tap("eco.pdf", listed)
    came = await her.hears(lambda bubble: bubble.file is not None)
    assert came.file.content == PDF
    assert [entry.body["text"] for entry in await opened_entries(product)] == ["eco.pdf"]


async def test_what_comes_while_she_holds_the_case_is_told_and_shown_to_her_alone(product: Product) -> None:
    luz, ana, _ = await uploaded(product)
    await ana.hears("Caso 1 · archivos")
    bruno = consultant(product.box, "whatsapp")
    await product.settle()
    luz.catch_up()
    bruno.catch_up()
    services = product.puente.services
    async with services.database.session() as session:
        number = (await session.scalars(select(Conversation.id).where(Conversation.role == "patient"))).one()
        from bot.records.links import upload_link

        link, _ = await upload_link(services, session, number)
    page = Page(link)
    await page.upload("nuevo.pdf", PDF)
    await page.done()
    await ana.hears("por la página (1): nuevo.pdf")
    await silent(product, luz, bruno)
    await bruno.say("archivos 1")
    answer = await bruno.hears(said(product, "desk.not_yours", "es", case="1"))
    assert "/files/" not in answer.text
    assert "eco" not in answer.text


async def test_the_checklist_for_whoever_asks(product: Product) -> None:
    luz = patient(product.box, "telegram")
    page = await agreed_page(product, luz)
    sent = await page.upload("ecg.pdf", PDF)
    odd = await page.http.post(f"{page.link}/files/{sent['id']}/item", json={"item": "nonsense"})
    assert odd.status_code == 400
    tick = await page.http.post(f"{page.link}/files/{sent['id']}/item", json={"item": "summary"})
    assert tick.status_code == 204
    (record,) = await records(product)
    services = product.puente.services
    async with services.database.session() as session:
        items = await checklist(services, session, record.conversation_id, "cardiology")
        others = await checklist(services, session, record.conversation_id, "dermatology")
    assert [(item.name, item.ready) for item in items][:2] == [("summary", True), ("ecg", False)]
    assert others[0].name == "summary"
    assert all(services.texts.has(item.key) for item in [*items, *others])


async def test_deleting_a_conversation_deletes_its_files_on_disk(product: Product) -> None:
    """Whatever deletes it: a trigger keeps the names, the watch removes the files."""
    page = await agreed_page(product, patient(product.box, "telegram"))
    await page.upload("eco.pdf", PDF)
    (record,) = await records(product)
    async with product.puente.services.database.session() as session:
        await session.execute(delete(Conversation).where(Conversation.id == record.conversation_id))
    await look(product)
    assert on_disk(product) == []
    async with product.puente.services.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Record)) == 0
