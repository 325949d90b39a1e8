"""An office with calendars, and people who want a visit there."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml
from sqlalchemy import select

from bot.privacy import consent
from bot.store.tables import Appointment, Conversation
from sandbox import Sandbox, Template
from tests.product.conftest import OFFICE, TEN_ON_MONDAY, Product, greet_the_bot, settings_for, started
from tests.product.journeys.acting import acting_rasa
from tests.product.people import consultant, patient
from tests.product.quiet import look  # noqa: F401 (tests of the console have it from here)

WEEKDAYS = {"mon-fri": "09:00-12:00"}
CALENDARS: Mapping[str, Any] = {
    "cardiology": {"clock": "hospital", "hours": WEEKDAYS, "length": "30m", "notice": "24h"},
    "neurology": {"clock": "office", "hours": WEEKDAYS, "length": "1h", "notice": "24h", "capacity": 2},
}
WANTS = {
    "es": "quiero una teleconsulta con el cardiólogo",
    "en": "I want a telehealth visit with a cardiologist",
}
AGREES = {"es": "Sí, de acuerdo", "en": "Yes, I agree"}
REMINDERS = {
    "HX00000000000000000000000000000e03": Template(
        "reminder", "es", "Su cita: {{1}}. Conteste", (("visit_coming", "Sí, ahí estaré"),)
    ),
    "HX00000000000000000000000000000e13": Template(
        "reminder", "en", "Your visit: {{1}}. Reply", (("visit_coming", "Yes, I will be there"),)
    ),
}
_LABELS = {
    "cancel": "cancel_appointment",
    "cambiar": "reschedule_appointment",
    "move": "reschedule_appointment",
    "teleconsulta": "schedule_telehealth",
    "telehealth": "schedule_telehealth",
    "person": "talk_to_human",
    "cuesta": "ask_cost",
}
_WORDS = {"sí": "affirm", "yes": "affirm", "no": "deny", "hola": "greet", "hello": "greet"}


def label_of(text: str) -> str:
    words = text.casefold().strip()
    return _WORDS.get(words) or next(
        (label for part, label in _LABELS.items() if part in words), "nlu_fallback"
    )


def office_with(calendars: Mapping[str, Any], folder: Path) -> Path:
    """The file of an office with these calendars."""
    office = yaml.safe_load(OFFICE.read_text("utf-8"))
    office |= {
        "specialties": {"cardiology": "cardiología", "neurology": "neurología"},
        "calendars": dict(calendars),
    }
    es, en = REMINDERS
    office["templates"] |= {"reminder": {"es": es, "en": en}}
    path = folder / "office.yml"
    path.write_text(yaml.safe_dump(office, allow_unicode=True), "utf-8")
    return path


@contextlib.asynccontextmanager
async def clinic(
    box: Sandbox, database_url: str, folder: Path, calendars: Mapping[str, Any] = CALENDARS
) -> AsyncIterator[Product]:
    """The product on a Monday morning, its office with these calendars; Rasa's part is played, the actions are real."""
    path = office_with(calendars, folder)
    box.clock.move_to(TEN_ON_MONDAY)
    async with acting_rasa() as (rasa, rasa_url):
        settings = settings_for(box, database_url, rasa_url, office_file=path)
        async with started(box, settings, box.clock.now) as (puente, url):
            product = Product(puente, box, rasa, url)
            rasa.label_of = label_of
            await greet_the_bot(product)
            yield product


async def agreed(
    product: Product, channel: str = "telegram", language: str = "es", person: Any = None
) -> Any:
    """A patient (Luz, unless a `person` is given) who has written and given consent."""
    luz = person or patient(product.box, channel, language)
    await luz.say({"es": "hola", "en": "hello"}[language])
    await luz.hears(lambda bubble: True)
    services = product.puente.services
    async with services.database.session() as session:
        query = select(Conversation).where(Conversation.role == "patient")
        for conversation in await session.scalars(query):
            await consent.give(services, session, conversation)
    return luz


async def offered(product: Product, luz: Any, language: str = "es", words: str = "") -> Any:
    """The bubble with the slots."""
    await luz.say(words or WANTS[language])
    return await luz.hears("\n1. ")


async def booked(
    product: Product, channel: str = "telegram", language: str = "es", slot: int = 0, person: Any = None
) -> Any:
    """A patient who has reserved a slot: Tuesday (0), Wednesday (1) or Thursday (2), at 11:00 in Mexico City."""
    luz = await agreed(product, channel, language, person)
    slots = await offered(product, luz, language)
    await luz.tap(slot, slots)
    await luz.hears("apartada" if language == "es" else "is reserved")
    await product.settle()
    return luz


async def visits(product: Product) -> list[Appointment]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(Appointment).order_by(Appointment.id)))


async def taken(product: Product, by: str = "telegram") -> Any:
    """The consultant who took the case of the visit."""
    ana = consultant(product.box, by)
    await ana.tap("Tomar", await ana.hears("Caso"))
    return ana


async def file_of(person: Any) -> str:
    """The calendar file that this phone was given last: a document, or what the last link opens."""
    links = [word for b in person.bubbles for word in b.text.split() if word.endswith(".ics")]
    if links:
        async with httpx.AsyncClient() as client:
            answer = await client.get(links[-1])
        assert answer.headers["content-type"].startswith("text/calendar")
        return answer.text
    return str(next(b.file.content.decode() for b in reversed(person.bubbles) if b.file))
