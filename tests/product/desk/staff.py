"""An office with more people: who they are, where they are reached, and patients who ask for one of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from bot.store.tables import Case, Entry
from sandbox import Sandbox
from tests.product.conftest import OFFICE, Product, with_stub_rasa
from tests.product.people import patient

type Person = Mapping[str, Any]

ANA: Person = {"name": "Ana Ruiz", "languages": ["es", "en"], "telegram": 900000101}
BRUNO: Person = {"name": "Bruno Díaz", "languages": ["es", "en"], "whatsapp": "+525500000102"}
CARLA: Person = {"name": "Carla Núñez", "languages": ["es", "en"], "telegram": 900000103}
PERSON = {"es": "quiero hablar con una persona", "en": "I want to talk to a person please"}
EMERGENCY = "mi papá no puede respirar"


def office_of(place: Path, people: Sequence[Person], **more: Any) -> Path:
    """The tests' office with these consultants, a case offered wider after five minutes, and `more` of its keys changed."""
    office = yaml.safe_load(OFFICE.read_text("utf-8"))
    named = [person["name"] for person in people]
    changed = {"consultants": [dict(one) for one in people], "routing": {"widen_after": "5m"}}
    office |= changed | {"on_call": [name for name in office["on_call"] if name in named]} | more
    path = place / "office.yml"
    path.write_text(yaml.safe_dump(office, allow_unicode=True), "utf-8")
    return path


@contextlib.asynccontextmanager
async def staffed(box: Sandbox, database_url: str, office: Path) -> AsyncIterator[Product]:
    """The product with that office; everybody has greeted the bot, Carla too."""
    async with with_stub_rasa(box, database_url, label_of, office_file=office) as product:
        if any(one.name == CARLA["name"] for one in product.puente.services.office.consultants):
            carla = carla_of(product)
            await carla.say("hola")
            await carla.hears(lambda bubble: True)
        yield product


def label_of(text: str) -> str:
    labels = {"colabor": "collaborate", "perso": "talk_to_human"}
    return next((label for word, label in labels.items() if word in text), "ask_cost")


_carla: list[tuple[Sandbox, Any]] = []  # the sandbox itself: the id of one that is gone may come again


def carla_of(product: Product) -> Any:
    """Carla's phone: one in each sandbox."""
    if not _carla or _carla[0][0] is not product.box:
        _carla[:] = [(product.box, product.box.telegram.user(900000103, "Carla"))]
    return _carla[0][1]


def others(product: Product, count: int) -> list[Any]:
    """More patients on WhatsApp."""
    return [product.box.twilio.user(f"whatsapp:+52155000009{n:02}", f"Paciente {n}") for n in range(count)]


async def waits(product: Product, channel: str = "telegram", language: str = "es") -> Any:
    """A patient whose case waits for somebody to take it."""
    luz = patient(product.box, channel, language)
    await asks(product, luz, language)
    return luz


async def asks(product: Product, person: Any, language: str = "es") -> None:
    """Somebody asks for a person, and has a case when this returns."""
    before = await _cases(product)
    await person.say(PERSON[language])
    for _ in range(100):
        if await _cases(product) > before:
            break
        await asyncio.sleep(0.1)
    await product.settle()


async def _cases(product: Product) -> int:
    async with product.puente.services.database.session() as session:
        return await session.scalar(select(func.count()).select_from(Case)) or 0


async def case_of(product: Product, number: int = 1) -> Case:
    async with product.puente.services.database.session() as session:
        return await session.get_one(Case, number)


async def entries(product: Product, kind: str, number: int = 1) -> list[Entry]:
    async with product.puente.services.database.session() as session:
        query = select(Entry).where(Entry.case_id == number, Entry.kind == kind).order_by(Entry.id)
        return list(await session.scalars(query))


def said(product: Product, key: str, language: str, **values: str) -> str:
    """A text of data/texts."""
    services = product.puente.services
    return services.texts.render(key, language, values, services.office, services.real).text
