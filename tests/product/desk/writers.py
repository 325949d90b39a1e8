"""A consultant with several cases on one phone: in either language, on either channel."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from bot.store.tables import Case, Conversation, Entry
from tests.product.conftest import OFFICE, Product
from tests.product.desk.phones import later
from tests.product.desk.staff import BRUNO, PERSON, said
from tests.product.people import consultant, patient

# Her language and channel, in half of the four combinations, and in the other half: of the fixture `way`.
BOTH = pytest.mark.parametrize("way", [("es", "telegram"), ("en", "whatsapp")], indirect=True, ids=str)
CROSSED = pytest.mark.parametrize("way", [("en", "telegram"), ("es", "whatsapp")], indirect=True, ids=str)
TAKE = {"es": "Tomar", "en": "Take"}
NAMES = ("Ana Ruiz", "Bruno Díaz")
TAKEN = {"es": "es suyo", "en": "is yours"}


@dataclass
class Writing:
    """The product, its language, and the consultant who writes: `her` phone."""

    product: Product
    language: str
    her: Any

    def text(self, key: str, **values: str) -> str:
        """What she is told, in her language."""
        return said(self.product, key, self.language, **values)

    def order(self, name: str) -> str:
        """A command, as she types it."""
        return str(self.product.puente.services.texts.commands[name].model_dump()[self.language][0])

    def button(self, name: str) -> str:
        return self.product.puente.services.texts.title(name, self.language)

    async def takes(self, phone: Any) -> int:
        """A patient asks for a person and she takes the case. Returns its number."""
        await phone.say(PERSON[self.language])
        card = await self.her.hears(
            lambda bubble: bool(bubble.options) and TAKE[self.language] in titles(bubble)
        )
        await self.her.tap(TAKE[self.language], card)
        await self.her.hears(TAKEN[self.language])
        await phone.hears(lambda bubble: any(name in bubble.text for name in NAMES))
        await self.product.settle()
        phone.catch_up()
        self.her.catch_up()
        return await self.newest_case()

    async def orders(self, order: str, number: int, told: str) -> None:
        """She types an order with a case number and reads what became of it."""
        await self.her.say(f"{self.order(order)} {number}")
        await self.her.hears(self.text(told, case=str(number)))
        await self.product.settle()

    async def lets_go(self, number: int) -> None:
        """Her line to the patient of that case waits five seconds, in which she does not take it back."""
        await self.her.hears(self.text("desk.writing.waits", case=str(number)))
        await later(self.product, seconds=5)

    async def two(self) -> tuple[Any, Any]:
        """Luz on Telegram (case 1) and Rosa on WhatsApp (case 2), both hers; nothing written yet."""
        luz = patient(self.product.box, "telegram", self.language)
        rosa = patient(self.product.box, "whatsapp", self.language, name="Rosa")
        await self.takes(luz)
        await self.takes(rosa)
        await self.product.settle()
        luz.catch_up()
        rosa.catch_up()
        return luz, rosa

    async def newest_case(self) -> int:
        async with self.product.puente.services.database.session() as session:
            return int((await session.scalars(select(Case.id).order_by(Case.id.desc()).limit(1))).one())

    async def case(self, number: int) -> Case:
        async with self.product.puente.services.database.session() as session:
            return await session.get_one(Case, number)

    async def patient_of(self, number: int) -> Conversation:
        async with self.product.puente.services.database.session() as session:
            case = await session.get_one(Case, number)
            return await session.get_one(Conversation, case.conversation_id)

    async def entries(self, number: int) -> list[str]:
        async with self.product.puente.services.database.session() as session:
            query = select(Entry.kind).where(Entry.case_id == number).order_by(Entry.id)
            return list(await session.scalars(query))


def titles(bubble: Any) -> list[str]:
    return [option.title for option in bubble.options]


def holding(*words: str) -> Any:
    """A bubble that has each of these words."""
    return lambda bubble: all(word.casefold() in bubble.text.casefold() for word in words)


def office_for(place: Path, language: str, to: str) -> Path:
    """Both consultants speak `language` first; who does not write is head of the office."""
    languages = ["es", "en"] if language == "es" else ["en", "es"]
    ana = {"name": "Ana Ruiz", "telegram": 900000101, "languages": languages, "head": to == "whatsapp"}
    bruno = {**BRUNO, "languages": languages, "head": to == "telegram"}
    office = yaml.safe_load(OFFICE.read_text("utf-8"))
    office |= {"consultants": [ana, bruno], "routing": {"widen_after": "never"}}
    path = place / "office.yml"
    path.write_text(yaml.safe_dump(office, allow_unicode=True), "utf-8")
    return path


def her_phone(product: Product, to: str) -> Any:
    return consultant(product.box, to)


def other_phone(product: Product, to: str) -> Any:
    return consultant(product.box, "whatsapp" if to == "telegram" else "telegram")
