"""Reminders a day and an hour before: once, on both channels, never of what the visit is about, none where none is wanted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.store.tables import Conversation
from sandbox import Sandbox
from tests.product import conftest
from tests.product.conftest import Product
from tests.product.journeys.telehealth import REMINDERS, booked, clinic, taken, visits
from tests.product.quiet import look

DAY_BEFORE = datetime(2026, 12, 8, 17, 0, 30, tzinfo=UTC)  # of the visit on Wednesday at 11:00
HOUR_BEFORE = DAY_BEFORE + timedelta(hours=23)


@pytest.fixture(autouse=True)
def templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twilio knows the template of reminders."""
    monkeypatch.setattr(conftest, "TEMPLATES", {**conftest.TEMPLATES, **REMINDERS})


@pytest.fixture
async def office(templates: None, box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    async with clinic(box, database_url, tmp_path) as product:
        yield product


def reminders(person: Any) -> list[str]:
    signs = (
        "Le recuerdo su cita",
        "A reminder of",
        "Falta una hora",
        "One hour until",
        "Su cita:",
        "Your visit:",
    )
    return [bubble.text for bubble in person.bubbles if bubble.text.startswith(signs)]


async def test_both_on_telegram_each_once(office: Product) -> None:
    luz = await booked(office, slot=1)
    for moment, words in ((DAY_BEFORE, "Le recuerdo su cita"), (HOUR_BEFORE, "Falta una hora")):
        office.box.clock.move_to(moment)
        reminder = await luz.hears(words)
        assert "miércoles 9 de diciembre: 11:00 en Ciudad de México, 9:00 en Los Ángeles" in reminder.text
        assert "cardio" not in reminder.text.lower()
        assert [option.title for option in reminder.options] == [
            "Sí, ahí estaré",
            "Cambiar la hora",
            "Cancelar la cita",
        ]
        await asyncio.gather(look(office), look(office))
    assert len(reminders(luz)) == 2


@pytest.mark.parametrize("language", ["es", "en"])
async def test_behind_a_closed_window_a_template_goes_and_its_button_works(
    office: Product, language: str
) -> None:
    luz = await booked(office, "whatsapp", language, slot=1)
    office.box.clock.move_to(DAY_BEFORE)
    reminder = await luz.hears(
        {"es": "Su cita: miércoles 9 de diciembre", "en": "Your visit: Wednesday, December 9"}[language]
    )
    assert reminder.template
    await luz.tap({"es": "Sí, ahí estaré", "en": "Yes, I will be there"}[language], reminder)
    await luz.hears("Gracias por avisar" if language == "es" else "Thank you for letting me know")
    assert (await visits(office))[0].coming_at


async def test_none_twice_after_a_restart_and_a_clock_set_back(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with clinic(box, database_url, tmp_path) as product:
        luz = await booked(product, slot=1)
        box.clock.move_to(DAY_BEFORE)
        await luz.hears("Le recuerdo su cita")
        await product.settle()
    async with clinic(box, database_url, tmp_path) as product:  # it is Monday again
        box.clock.move_to(DAY_BEFORE)
        await look(product)
        assert len(reminders(luz)) == 1
        box.clock.move_to(HOUR_BEFORE)
        await luz.hears("Falta una hora")


async def test_after_a_long_stand_still_only_the_one_that_helps_and_what_is_over_is_past(
    office: Product,
) -> None:
    luz = await booked(office, slot=1)
    office.box.clock.move_to(HOUR_BEFORE + timedelta(minutes=20))
    await luz.hears("Falta una hora")
    await look(office)
    assert len(reminders(luz)) == 1
    assert (await visits(office))[0].state == "reserved"
    office.box.clock.move_to(HOUR_BEFORE + timedelta(hours=3))
    await look(office)
    assert (await visits(office))[0].state == "past"


@pytest.mark.parametrize("why", ["BAJA", "mi papá no puede respirar", "blocked"])
async def test_none_after_opt_out_danger_or_a_block(office: Product, why: str) -> None:
    luz = await booked(office, slot=1)
    if why == "blocked":
        async with office.puente.services.database.session() as session:
            blocked = update(Conversation).where(Conversation.role == "patient")
            await session.execute(blocked.values(blocked_at=office.puente.services.clock()))
    else:
        luz.catch_up()
        await luz.say(why)
        await luz.hears("ALTA" if why == "BAJA" else "911")
    office.box.clock.move_to(DAY_BEFORE)
    await look(office)
    office.box.clock.move_to(HOUR_BEFORE)
    await look(office)
    assert reminders(luz) == []
    assert (await visits(office))[0].remind_hour_at is None


async def test_of_a_cancelled_visit_nobody_is_reminded_and_of_a_moved_one_at_its_new_time(
    office: Product,
) -> None:
    luz = await booked(office, slot=1)
    await luz.tap("Cancelar la cita")
    await luz.tap("Sí, cancelarla", await luz.hears("¿Cancelo"))
    await luz.hears("Quedó cancelada")
    rosa = office.box.telegram.user(5002, "Rosa", language_code="es")
    await booked(office, slot=1, person=rosa)
    await rosa.say("quiero cambiar mi cita, mejor el jueves")
    await rosa.tap(0, await rosa.hears("Su cita sigue como está"))
    await rosa.hears("Cambié su teleconsulta")
    office.box.clock.move_to(DAY_BEFORE)
    await look(office)
    assert (reminders(luz), reminders(rosa)) == ([], [])
    office.box.clock.move_to(DAY_BEFORE + timedelta(days=1))
    assert "jueves 10 de diciembre: 11:00" in (await rosa.hears("Le recuerdo su cita")).text
    await look(office)
    assert (reminders(luz), len(reminders(rosa))) == ([], 1)


async def test_the_holder_hears_once_that_she_will_be_there(office: Product) -> None:
    luz = await booked(office, slot=1)
    ana = await taken(office)
    await ana.tap("Confirmar la cita", await ana.hears("¿Se puede?"))
    await luz.hears("está confirmada")
    office.box.clock.move_to(DAY_BEFORE)
    reminder = await luz.hears("Le recuerdo su cita")
    await luz.tap("Sí, ahí estaré", reminder)
    await luz.hears("Le esperamos")
    await ana.hears("estará en su teleconsulta")
    await luz.tap("Sí, ahí estaré", reminder)
    await luz.hears("Le esperamos")
    await office.settle()
    assert len([b for b in ana.bubbles if "estará en su teleconsulta" in b.text]) == 1
