"""From "quiero una teleconsulta" to a visit that both sides have confirmed, and back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.appointments import booking
from bot.appointments.zones import Place
from bot.store.contacts import meet
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.journeys.telehealth import (
    AGREES,
    WANTS,
    agreed,
    clinic,
    file_of,
    offered,
    visits,
)
from tests.product.people import consultant, patient

EVERY_WAY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once


@pytest.fixture
async def office(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    async with clinic(box, database_url, tmp_path) as product:
        yield product


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_from_the_wish_to_a_confirmed_visit(office: Product, channel: str, language: str) -> None:
    luz = patient(office.box, channel, language)
    await luz.say(WANTS[language])
    await luz.tap(AGREES[language], await luz.hears("Los Ángeles" if language == "es" else "Los Angeles"))
    slots = await luz.hears("\n1. ")
    first = {
        "es": "martes 8 de diciembre: 11:00 en Ciudad de México, 9:00 en Los Ángeles",
        "en": "Tuesday, December 8: 11:00 am in Mexico City, 9:00 am in Los Angeles",
    }[language]
    assert first in slots.text
    titles = [option.title for option in slots.options]
    assert titles[0] == {"es": "mar 8 dic 11:00", "en": "Tue Dec 8, 11:00 am"}[language]
    assert len(titles) == 5
    await luz.tap(titles[0], slots)
    reserved = await luz.hears("apartada" if language == "es" else "is reserved")
    assert first in reserved.text
    await office.settle()
    assert "STATUS:TENTATIVE" in await file_of(luz)
    (visit,) = await visits(office)
    assert (visit.state, visit.starts_at) == ("reserved", datetime(2026, 12, 8, 17, tzinfo=UTC))
    ana = consultant(office.box, "telegram")
    card = await ana.hears("por confirmar")
    assert "martes 8 de diciembre: 11:00 en Ciudad de México, 9:00 en Los Ángeles" in card.text
    assert "Luz" not in card.text
    await ana.tap("Tomar", card)
    question = await ana.hears("¿Se puede?")
    assert "11:00 en Ciudad de México, 9:00 en Los Ángeles" in question.text
    await ana.tap("Confirmar la cita", question)
    await ana.hears("teleconsulta confirmada")
    assert first in (await luz.hears("está confirmada" if language == "es" else "is confirmed")).text
    await office.settle()
    assert "STATUS:CONFIRMED" in await file_of(luz)
    assert (await visits(office))[0].state == "confirmed"


async def test_nothing_is_offered_before_the_consent_and_what_was_said_is_not_lost(office: Product) -> None:
    for number, answer in enumerate(("tapped", "typed")):
        luz = office.box.telegram.user(5300 + number, "Luz", language_code="es")
        await luz.say("quiero una teleconsulta con el cardiólogo el jueves después de las 12")
        question = await luz.hears("Los Ángeles")
        assert not await visits(office)
        assert not any("\n1. " in bubble.text for bubble in luz.bubbles)
        await (luz.tap(AGREES["es"], question) if answer == "tapped" else luz.say("sí"))
        slots = await luz.hears("\n1. ")
        assert "1. jueves 10 de diciembre: 12:00" in slots.text, answer
        assert "martes" not in slots.text, answer


async def test_days_hours_and_places_as_people_say_them(office: Product) -> None:
    """Each from a phone of its own: a place that was named is remembered."""
    lines = {
        "teleconsulta con el cardiólogo el martes que viene después de las 12": "1. martes 8 de diciembre: 12:00",
        "telehealth with the cardiologist next Thu after 1": "1. Thursday, December 10: 1:00 pm",
        "teleconsulta de cardiología la semana que entra": "1. lunes 14 de diciembre: 11:00",
        "teleconsulta con el cardiólogo, vivo en Tijuana": "9:00 en Tijuana, la misma hora que en Los Ángeles",
        "teleconsulta con el cardiólogo, estoy en Cancún": "12:00 en Cancún, 9:00 en Los Ángeles",
        "teleconsulta con el cardiólogo el jueves en la noche": "no hay lugar",
    }
    offered_instead = {}
    for number, (words, line) in enumerate(lines.items()):
        luz = await agreed(office, person=office.box.telegram.user(5400 + number, "Luz", language_code="es"))
        slots = await offered(office, luz, words=words)
        if line not in slots.text:
            offered_instead[words] = slots.text
    assert offered_instead == {}
    assert "jueves 10 de diciembre" in slots.text  # where nothing is free, the nearest


async def test_a_specialty_that_is_missing_is_asked_and_may_be_typed(office: Product) -> None:
    luz = await agreed(office)
    await luz.say("quiero una teleconsulta")
    asked = await luz.hears("Con qué especialidad")
    assert [option.title for option in asked.options] == ["cardiología", "neurología", "Hablar con alguien"]
    await luz.say("pues con el de la cabeza, un neurólogo")
    assert "neurología" in (await luz.hears("\n1. ")).text


async def test_another_time_is_typed_and_more_are_a_tap_away(office: Product) -> None:
    luz = await agreed(office)
    await offered(office, luz)
    await luz.say("mejor el viernes después de las 12")
    friday = await luz.hears("viernes 11")
    assert "1. viernes 11 de diciembre: 12:00" in friday.text
    await luz.tap("Más horarios", friday)
    assert "viernes 11 de diciembre: 13:30" in (await luz.hears("Más lugares")).text
    await luz.say("1")
    assert "viernes 11 de diciembre: 13:30" in (await luz.hears("apartada")).text


async def test_what_has_no_calendar_goes_to_a_person(office: Product) -> None:
    luz = await agreed(office)
    await luz.say("quiero una teleconsulta con el dermatólogo")
    await luz.hears("no tengo la agenda")
    assert "dermatología" in (await consultant(office.box, "telegram").hears("Caso")).text


async def test_without_calendars_a_consultant_finds_the_date_as_ever(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with clinic(box, database_url, tmp_path, calendars={}) as product:
        luz = await agreed(product)
        await luz.say(WANTS["es"])
        await luz.hears("no hay ninguna cita apartada")
        await luz.say("sí")
        await consultant(box, "telegram").hears("Caso")


async def test_tapping_twice_is_one_visit_and_another_slot_moves_it(office: Product) -> None:
    luz = await agreed(office)
    slots = await offered(office, luz)
    await luz.tap(0, slots)
    await luz.hears("apartada")
    await luz.tap(0, slots)
    await luz.hears("ya la tiene apartada")
    await luz.tap(1, slots)
    await luz.hears("Cambié su teleconsulta")
    assert [visit.state for visit in await visits(office)] == ["moved", "reserved"]


async def test_a_slot_that_somebody_else_took_is_answered_with_others(office: Product) -> None:
    luz = await agreed(office)
    slots = await offered(office, luz)
    first, *_ = await visits_of_somebody_else(office)
    await luz.tap(0, slots)
    again = await luz.hears("se acaba de ocupar")
    assert slots.options[0].title not in [option.title for option in again.options]
    assert [visit.id for visit in await visits(office)] == [first]


async def visits_of_somebody_else(product: Product) -> list[int]:
    """The first slot goes to another person."""
    services = product.puente.services
    async with services.database.session() as session:
        other = await meet(session, services.clock, "telegram", "5999")
        at = datetime(2026, 12, 8, 17, tzinfo=UTC)
        place = Place(ZoneInfo("America/Mexico_City"))
        visit = await booking.take(services, session, other.id, "cardiology", at, place)
        assert visit is not None
        return [visit.id]
