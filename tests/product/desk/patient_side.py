"""What the tests of the patient's side share: one who asks for a person, a case taken and closed, and what is stored of it."""

from typing import Any

from sqlalchemy import select

from bot.desk import cases
from bot.store.tables import Case, Conversation, Entry
from tests.product.conftest import Product
from tests.product.people import consultant, patient

EVERY_WAY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once
PERSON = {"es": "quiero hablar con una persona por favor", "en": "I want to talk to a person please"}
COST = {"es": "¿cuánto cuesta la consulta?", "en": "how much is the consultation?"}
STATUS = {"es": "¿cómo va lo de mi caso?", "en": "is there any news about my case?"}
THANKS = {"es": "bien, gracias", "en": "fine, thank you"}


def label_of(text: str) -> str:
    """What these tests' words mean."""
    by_words = {
        "talk_to_human": ("persona", "person"),
        "case_status": ("caso", "case", "folio"),
        "complaint": ("queja", "complaint"),
        "ask_cost": ("cuesta", "much"),
        "thank": ("gracias", "thank"),
    }
    return next((label for label, words in by_words.items() if any(w in text for w in words)), "nlu_fallback")


def said(product: Product, key: str, language: str, **values: str) -> str:
    """A text of data/texts as a patient reads it."""
    services = product.puente.services
    return services.texts.render(key, language, values, services.office, services.real).text


async def waiting_case(
    product: Product, channel: str, language: str, to: str = "telegram"
) -> tuple[Any, Any, Any]:
    """The patient, the consultant and her card of a case that nobody has taken."""
    product.rasa.label_of = label_of
    luz, ana = patient(product.box, channel, language), consultant(product.box, to)
    await luz.say(PERSON[language])
    card = await ana.hears("Caso 1")
    await luz.hears(said(product, "handoff.notified", language, case="1"))
    await product.settle()
    return luz, ana, card


async def taken_case(product: Product, channel: str, language: str, to: str = "telegram") -> tuple[Any, Any]:
    luz, ana, card = await waiting_case(product, channel, language, to)
    await ana.tap("Tomar", card)
    await luz.hears("Ana Ruiz" if to == "telegram" else "Bruno Díaz")
    await product.settle()
    return luz, ana


async def closed_case(
    product: Product, channel: str, language: str, to: str = "telegram"
) -> tuple[Any, Any, Any]:
    """The patient, the consultant and the patient's bubble that says it is closed."""
    luz, ana = await taken_case(product, channel, language, to)
    await ana.say("cerrar")
    closing = await luz.hears(said(product, "handoff.closed", language, case="1"))
    await product.settle()
    ana.catch_up()
    return luz, ana, closing


async def offered(consultant: Any, number: int = 1) -> Any:
    """The card by which a case is offered (again): not a line about it."""
    return await consultant.hears(
        lambda bubble: (
            f"Caso {number}" in bubble.text and "Tomar" in [option.title for option in bubble.options]
        )
    )


async def stored(product: Product, number: int = 1) -> tuple[Case, list[Entry]]:
    """The case and its entries, once nothing waits any more."""
    await product.settle()
    async with product.puente.services.database.session() as session:
        entries = select(Entry).where(Entry.case_id == number).order_by(Entry.id)
        return await session.get_one(Case, number), list(await session.scalars(entries))


async def kinds(product: Product, number: int = 1) -> list[str]:
    return [entry.kind for entry in (await stored(product, number))[1]]


async def note_entry(product: Product, kind: str, number: int = 1) -> None:
    """Something that another part of the desk writes into the case."""
    services = product.puente.services
    async with services.database.session() as session:
        await cases.append(services, session, await session.get_one(Case, number), kind)


async def block(product: Product, channel: str) -> None:
    """As a consultant's `block` leaves it: the contact marked, no case open."""
    services = product.puente.services
    async with services.database.session() as session:
        query = select(Conversation).where(Conversation.role == "patient", Conversation.channel == channel)
        (await session.scalars(query)).one().blocked_at = services.clock()
