"""BORRAR: asked once more, blocked at once, erased everywhere, with a receipt that says what remains."""

from typing import Any

import pytest
from sqlalchemy import select, text

from bot.privacy import erasure
from bot.store.tables import Case, Conversation, Erasure, JoinedChat, Message
from tests.product.at_rest import everything
from tests.product.conftest import Product
from tests.product.journeys.erasure import RECEIPT, YES, done, opened, sure
from tests.product.people import consultant, patient

CHANNELS = ("whatsapp", "telegram")
TEXT, NAME, NUMBER, FILE = "zanahoria7391", "Ximénez7392 Solórzano", "5500007393", b"secret-bytes-7394"
MARKS = {TEXT, NAME, NUMBER, FILE.decode()}


def marked_patient(product: Product, channel: str) -> Any:
    """Somebody with a name and, on WhatsApp, a number that are found nowhere else."""
    if channel == "telegram":
        return product.box.telegram.user(5_500_007_393, NAME)
    return product.box.twilio.user(f"whatsapp:+52{NUMBER}", NAME)


async def found(product: Product, database_url: str) -> set[str]:
    """Which of the markers are still somewhere: decrypted, or as the database holds it."""
    held = " ".join([value async for value in opened(product)])
    raw = await everything(database_url)
    return {mark for mark in MARKS if mark in held or mark.encode() in raw}


def copies_at_twilio(product: Product) -> str:
    """What it would show to whoever asks: both sides of every WhatsApp chat."""
    copies = product.box.twilio.messages.values()
    return " ".join(f"{message.body} {message.to} {message.from_}" for message in copies)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_after_an_erasure_nothing_is_found_anywhere(
    product: Product, database_url: str, channel: str
) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = marked_patient(product, channel), consultant(product.box, "telegram")
    bruno = consultant(product.box, "whatsapp")
    await luz.say(f"{TEXT} quiero una persona")
    await bruno.tap("Tomar", await bruno.hears("Caso"))
    await bruno.hears(TEXT)
    await luz.send_document(FILE, content_type="application/pdf", name=f"{NAME}.pdf")
    await bruno.hears(lambda bubble: bubble.file is not None)
    await bruno.say(f"con gusto, {NAME}: {TEXT}")
    await luz.hears("con gusto")
    await bruno.say(f"nota {TEXT} {NAME}")
    await bruno.say(f"buscar {NAME}")
    await bruno.hears("Casos con")
    await ana.say(f"recordar 1h llamar a {NAME} al {NUMBER}")
    await product.settle()
    async with product.puente.services.database.session() as session:
        memory = (
            "CREATE SCHEMA rasa; CREATE TABLE rasa.tracker (conversation_id text PRIMARY KEY, sealed bytea)"
        )
        for statement in memory.split(";"):
            await session.execute(text(statement))
        trackers = "INSERT INTO rasa.tracker SELECT id::text, 'x' FROM conversations WHERE role = 'patient'"
        await session.execute(text(trackers))
    assert await found(product, database_url) == MARKS
    assert TEXT in copies_at_twilio(product)

    await luz.say("BORRAR")
    question = await luz.hears(sure)
    await luz.tap(YES["es"], question)
    await luz.hears("bloqueados")
    receipt = await luz.hears("Comprobante:", within=20)
    row = await done(product)

    assert "#1" in receipt.text
    assert "20 y 15 días hábiles" in receipt.text
    assert await found(product, database_url) == set()
    assert row.route is None
    async with product.puente.services.database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM rasa.tracker")) == 0
        assert (
            await session.scalar(
                text(
                    "SELECT count(*) FROM aliases a JOIN conversations c ON c.id = a.conversation_id WHERE c.role = 'patient'"
                )
            )
            == 0
        )
        case = await session.get_one(Case, 1)
        nobody = await session.get_one(Conversation, case.conversation_id)
    assert (case.outcome, case.topic, nobody.role, nobody.address) == (
        "erased",
        "delete_my_data",
        "erased",
        "",
    )
    assert case.closed_at is not None
    await bruno.hears("Borre usted ese chat")
    left_at_twilio = copies_at_twilio(product)
    assert TEXT not in left_at_twilio
    assert channel == "telegram" or NUMBER not in left_at_twilio
    await bruno.say("caso 1")
    assert NAME not in (await bruno.hears("Caso 1: ")).text
    await luz.say("hola otra vez, quiero una persona")
    await luz.hears("Privacidad")


@pytest.mark.parametrize(("channel", "language"), [("whatsapp", "en"), ("telegram", "es")])
async def test_without_a_case_the_receipt_names_what_remains_of_this_channel(
    product: Product, channel: str, language: str
) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, channel, language)
    await luz.say({"es": "¿cuánto cuesta la consulta?", "en": "how much does a consultation cost?"}[language])
    await luz.hears("cost")
    await luz.say({"es": "borrar mis datos", "en": "delete my data"}[language])
    await luz.tap(YES[language], await luz.hears(sure))
    receipt = await luz.hears(RECEIPT[language], within=20)
    assert ("Twilio" in receipt.text) == (channel == "whatsapp")
    assert ("Telegram" in receipt.text) == (channel == "telegram")
    assert "caso" not in receipt.text.lower()
    await done(product)


async def test_nothing_is_erased_without_the_button(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "telegram")
    await luz.say("borrar")
    question = await luz.hears(sure)
    await luz.tap("No, conservarlos", question)
    await luz.hears("no borro nada")
    await luz.say("sí")
    await luz.hears(lambda bubble: True)
    async with product.puente.services.database.session() as session:
        assert (await session.scalars(select(Erasure))).all() == []


async def test_a_case_about_danger_is_kept_until_it_is_closed_and_that_is_said(product: Product) -> None:
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    await luz.say("borrar")
    refused = await luz.hears("Ahora no lo borro")
    assert not refused.options
    await ana.say("cerrar")
    await luz.hears(lambda bubble: True)
    await luz.say("borrar")
    await luz.hears(sure)


async def test_an_erasure_waits_for_danger_and_the_case_goes_on_meanwhile(product: Product) -> None:
    """It was asked for, and then the danger came: until a person has closed the case nothing is blocked."""
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    async with product.puente.services.database.session() as session:
        case = (await session.scalars(select(Case))).one()
        chat = await session.get_one(Conversation, case.conversation_id)
        erasure.ask(session, chat, product.box.clock.now(), by="office")
    await luz.say("ya viene la ambulancia")
    await ana.hears("ambulancia")
    await ana.say("cerrar")
    await ana.hears("cerrado")
    row = await done(product)
    assert row.erased is not None
    assert row.erased["counts"]["messages"] == 2


async def test_both_chats_of_one_person_go_together(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, there = patient(product.box, "telegram"), patient(product.box, "whatsapp")
    for chat in (luz, there):
        await chat.say("quiero hablar con una persona")
        await chat.hears(lambda bubble: True)
    await product.settle()
    async with product.puente.services.database.session() as session:
        cases = (await session.scalars(select(Case).order_by(Case.id))).all()
        for case in cases:
            session.add(JoinedChat(conversation_id=case.conversation_id, case_id=cases[0].id))
    await luz.say("borrar")
    await luz.tap(YES["es"], await luz.hears(sure))
    await done(product)
    async with product.puente.services.database.session() as session:
        left = (await session.scalars(select(Conversation).where(Conversation.role == "patient"))).all()
        assert [chat.id for chat in left if chat.last_inbound_at] == []
        staff = select(Conversation.id).where(Conversation.role != "patient")
        theirs = select(Message).where(Message.conversation_id.not_in(staff))
        assert (await session.scalars(theirs)).all() == []


async def test_a_copy_that_twilio_still_sends_is_deleted_later(product: Product) -> None:
    """20009: a message under way cannot be deleted yet; the erasure is not done until it can."""
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "whatsapp")
    await luz.say("¿cuánto cuesta la consulta?")
    await luz.hears("costo")
    product.box.twilio.status_delay = 0.6
    await luz.say("borrar")
    await luz.tap(YES["es"], await luz.hears(sure))
    await luz.hears("Comprobante:", within=20)
    await done(product)
    assert [m for m in product.box.twilio.messages.values() if luz.number in (m.to, m.from_)] == []
