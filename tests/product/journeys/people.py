"""What the tests of a request share: someone who answers its questions, and what is stored of it."""

from typing import Any

from sqlalchemy import select

from bot.privacy import consent
from bot.store.tables import Conversation, IntakeDraft
from tests.product.conftest import Product
from tests.product.people import patient

EVERY_WAY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once
BEGIN = {
    "es": "quiero una referencia de neurología para mi mamá de 70 años",
    "en": "I want a neurology referral for my mom, she is 70 years old",
}

LABELS = {
    "emergency": ("no respira", "can't breathe"),
    "request_referral": ("referencia", "referral"),
    "second_opinion": ("segunda opinión", "second opinion"),
    "collaborate": ("colaborar", "collaborate"),
    "talk_to_human": ("una persona", "a person"),
    "ask_cost": ("cuánto cuesta", "how much"),
    "change_language": ("in english",),
    "cancel": ("cancelar", "never mind"),
    "affirm": ("sí, de acuerdo", "yes, i agree"),
    "thank": ("gracias",),
    "chitchat": ("58 años",),  # as the model hears an age that stands alone
}


def label_of(text: str) -> str:
    """What these tests' words mean."""
    said = text.lower()
    found = (label for label, words in LABELS.items() if any(word in said for word in words))
    return next(found, "nlu_fallback")


def said(product: Product, key: str, language: str, **values: str) -> str:
    """A text of data/texts as a patient reads it."""
    services = product.puente.services
    return services.texts.render(key, language, values, services.office, services.real).text


class Teller:
    """A patient who answers what she is asked."""

    def __init__(self, product: Product, channel: str, language: str) -> None:
        product.rasa.label_of = label_of
        self.product, self.language = product, language
        self.phone = patient(product.box, channel, language)

    async def asked(self, step: str, language: str = "", **values: str) -> Any:
        """The next bubble asks this."""
        key = step if "." in step else f"intake.ask.{step}"
        return await self.phone.hears(said(self.product, key, language or self.language, **values))

    async def says(self, text: str) -> None:
        await self.phone.say(text)

    async def taps(self, name: str, bubble: Any = None) -> None:
        """A button of the last bubble, by its name in buttons.yml, or its title."""
        texts = self.product.puente.services.texts
        title = texts.title(name, self.language) if name in texts.buttons else name
        await self.phone.tap(title, bubble or self.phone.bubbles[-1])

    async def agreed(self) -> None:
        """As if consent had been given before."""
        services = self.product.puente.services
        async with services.database.session() as session:
            query = select(Conversation).where(Conversation.role == "patient")
            await consent.give(services, session, (await session.scalars(query)).one())


async def begun(product: Product, channel: str, language: str) -> Teller:
    """At the first question that the first message left open: the story."""
    luz = Teller(product, channel, language)
    await luz.says(BEGIN[language])
    await luz.asked("privacy.consent.ask")
    await luz.taps("consent")
    await luz.asked("story")
    return luz


async def draft_of(product: Product) -> IntakeDraft | None:
    """The newest draft, once nothing waits any more."""
    await product.settle()
    async with product.puente.services.database.session() as session:
        query = select(IntakeDraft).order_by(IntakeDraft.id.desc()).limit(1)
        return (await session.scalars(query)).one_or_none()
