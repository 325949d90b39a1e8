"""Out of hours the truth is told, the case waits, and at opening the most urgent comes first."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.product.conftest import OFFICE, Product
from tests.product.desk.days import TUESDAY, day
from tests.product.people import consultant, patient
from tests.product.quiet import silent

ALWAYS, BY_DAY = 'hours: {mon-sun: "00:00-24:00"}', 'hours: {mon-sun: "09:00-18:00"}'
NIGHT = 3  # o'clock in Mexico City


@pytest.fixture
async def night(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """The product at three in the morning, with office hours from nine to six; Ana is on call."""
    office = tmp_path / "office.yml"
    office.write_text(OFFICE.read_text().replace(ALWAYS, BY_DAY))
    async with day(box, database_url, office, TUESDAY, NIGHT) as product:
        yield product


async def test_a_person_asked_for_at_night_is_notified_at_opening(night: Product) -> None:
    night.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = patient(night.box, "telegram"), consultant(night.box, "telegram")
    await luz.say("quiero hablar con una persona")
    told = await luz.hears("9:00")
    assert "avisé" not in told.text
    await silent(night, ana)
    night.box.clock.advance(hours=6, minutes=1)
    await ana.hears("Caso", within=5)


async def test_an_emergency_at_night_pages_who_is_on_call(night: Product) -> None:
    luz, ana, bruno = (
        patient(night.box, "telegram"),
        consultant(night.box, "telegram"),
        consultant(night.box, "whatsapp"),
    )
    await luz.say("mi papá no puede respirar")
    await luz.hears("911", within=2)
    assert "Para: papá" in (await ana.hears("URGENTE")).text
    await silent(night, bruno)


async def test_at_opening_the_most_urgent_case_comes_first(night: Product) -> None:
    night.rasa.label_of = lambda text: "complaint" if "queja" in text else "talk_to_human"
    luz, rosa, ana = (
        patient(night.box, "telegram"),
        patient(night.box, "whatsapp", name="Rosa"),
        consultant(night.box, "telegram"),
    )
    await luz.say("quiero hablar con una persona")
    await luz.hears("9:00")
    await rosa.say("tengo una queja muy seria")
    await rosa.hears("9:00")
    night.box.clock.advance(hours=6, minutes=1)
    cards = [await ana.hears("Caso", within=5) for _ in range(2)]
    assert "Caso 2" in cards[0].text
    assert "Caso 1" in cards[1].text
