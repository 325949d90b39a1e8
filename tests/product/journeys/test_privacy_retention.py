"""What has grown old is erased by kind, once a day; a new key takes over; the operator exports and erases one person."""

import asyncio
import base64
import json
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import datarights
from bot.privacy import consent
from bot.privacy.deadlines import deadlines
from bot.privacy.document import pdf
from bot.privacy.reseal import reseal
from bot.store.encrypted import KeyUnknown, keyring
from bot.store.tables import Choice, Conversation, Erasure, Message, Send, StoredFile
from tests.product.conftest import Product
from tests.product.journeys.erasure import retained
from tests.product.people import consultant, patient
from tests.product.quiet import silent

NEW_KEY = base64.urlsafe_b64encode(b"n" * 32).decode()


async def words(product: Product) -> list[str]:
    """What patients wrote, as far as it is kept."""
    async with product.puente.services.database.session() as session:
        query = select(Message).join(Conversation).where(Conversation.role == "patient").order_by(Message.id)
        return [message.body.get("text", "") for message in await session.scalars(query)]


@pytest.fixture
async def asked(product: Product) -> Any:
    """Luz has asked about costs and was answered."""
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "telegram")
    await luz.say("zanahoria, ¿cuánto cuesta?")
    await luz.hears("costo")
    await product.settle()
    await retained(product, 1)
    return luz


async def test_words_without_consent_go_after_72_hours_the_counts_stay(product: Product, asked: Any) -> None:
    product.box.clock.advance(hours=71)
    await retained(product, 2)
    assert await words(product) == ["zanahoria, ¿cuánto cuesta?"]
    product.box.clock.advance(hours=25)
    run = await retained(product, 3)
    assert await words(product) == [""]
    assert run.erased["texts_without_consent"] >= 2
    async with product.puente.services.database.session() as session:
        query = select(Send).join(Conversation).where(Conversation.role == "patient")
        assert [send.body for send in await session.scalars(query)] == [{}]
    await asked.say("¿y el horario?")
    await asked.hears("costo")


async def test_with_consent_words_stay_until_their_own_age(product: Product, asked: Any) -> None:
    services = product.puente.services
    async with services.database.session() as session:
        for chat in await session.scalars(select(Conversation).where(Conversation.role == "patient")):
            await consent.give(services, session, chat)
    product.box.clock.advance(days=170)
    await retained(product, 2)
    assert await words(product) == ["zanahoria, ¿cuánto cuesta?"]
    product.box.clock.advance(days=11)
    await retained(product, 3)
    assert await words(product) == [""]
    async with services.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Choice)) == 0


async def test_words_of_an_open_case_stay_and_go_when_it_was_closed(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.say("zanahoria, quiero una persona")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    await luz.send_image(b"bytes", content_type="image/jpeg")
    await ana.hears(lambda bubble: bubble.file is not None)
    await product.settle()
    await retained(product, 1)
    product.box.clock.advance(hours=100)
    await retained(product, 2)
    assert "zanahoria, quiero una persona" in await words(product)
    await ana.say("cerrar 1")
    await ana.hears("cerrado")
    product.box.clock.advance(hours=100)
    await retained(product, 3)
    assert set(await words(product)) == {""}
    async with product.puente.services.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(StoredFile)) == 0


async def test_who_is_silent_for_two_years_is_erased_without_a_word(product: Product, asked: Any) -> None:
    asked.catch_up()
    product.box.clock.advance(days=731)
    await retained(product, 2)
    for _ in range(100):
        product.box.clock.advance(seconds=2)
        async with product.puente.services.database.session() as session:
            row = (await session.scalars(select(Erasure))).one()
        if row.done_at:
            break
        await asyncio.sleep(0.1)
    assert (row.asked_by, row.route, row.done_at is not None) == ("age", None, True)
    await silent(product, asked)
    assert await words(product) == []


async def test_after_resealing_the_old_key_may_go(product: Product, asked: Any) -> None:
    services = product.puente.services
    old, new = services.settings.encryption_keys[0], base64.urlsafe_b64decode(NEW_KEY)
    try:
        keyring.load([new, old])
        counts = await reseal(services.database)
        assert counts["messages.body"] > 0
        assert counts["index_key.sealed"] == 1
        assert not any((await reseal(services.database)).values())
        keyring.load([new])
        assert "zanahoria, ¿cuánto cuesta?" in await words(product)
        keyring.load([old])
        with pytest.raises(KeyUnknown):
            await words(product)
    finally:
        keyring.load([new, old])


async def test_the_operator_exports_and_erases_by_case_or_conversation(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz = patient(product.box, "whatsapp")
    await luz.say("zanahoria, quiero una persona")
    await luz.hears("caso")
    await product.settle()
    settings = product.puente.services.settings
    told = json.loads(await asyncio.to_thread(datarights.export, settings, "1"))
    assert told["contact"]["name"] == "Luz"
    assert told["messages"][0]["text"] == "zanahoria, quiero una persona"
    assert told["cases"][0]["number"] == 1
    with pytest.raises(datarights.NotDone):
        await asyncio.to_thread(datarights.export, settings, "99")
    with pytest.raises(datarights.NotDone):
        await asyncio.to_thread(datarights.erase, settings, "nadie")
    assert "Blocked" in await asyncio.to_thread(datarights.erase, settings, "1")
    await luz.hears("Comprobante:", within=30)


async def test_the_legal_clock_counts_business_days_of_the_office(product: Product) -> None:
    office = product.puente.services.office
    friday = product.box.clock.now().replace(year=2026, month=11, day=20, hour=18)
    answered, done = deadlines(office, friday)
    assert (f"{answered:%Y-%m-%d}", f"{done:%Y-%m-%d}") == ("2026-12-18", "2027-01-08")


def test_a_document_is_a_whole_pdf_however_long() -> None:
    content = pdf([f"línea (número {number}) 👍" for number in range(200)])
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content[start:].startswith(b"xref")
    assert content.count(b"/Type /Page ") == 4
    assert "línea \\(número 7\\) ?".encode("cp1252") in content
