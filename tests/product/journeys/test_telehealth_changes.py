"""A visit is moved, cancelled, proposed anew, declined: by whom it may be, and both sides know."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.store.tables import Conversation
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.journeys.telehealth import agreed, booked, clinic, file_of, offered, taken, visits
from tests.product.people import consultant


@pytest.fixture
async def office(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    async with clinic(box, database_url, tmp_path) as product:
        yield product


def lines_of(file: str) -> dict[str, str]:
    """The properties of a calendar file, its structure checked (RFC 5545, 3.1 and 3.4)."""
    assert file.endswith("\r\n")
    physical = file.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 and "\n" not in line for line in physical)
    whole = file.replace("\r\n ", "").split("\r\n")[:-1]
    assert (whole[0], whole[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert (whole.index("BEGIN:VEVENT"), whole[-2]) == (5, "END:VEVENT")
    return dict(line.split(":", 1) for line in whole if not line.startswith(("BEGIN", "END")))


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
async def test_moved_by_asking_the_file_follows_and_the_slot_is_free(office: Product, channel: str) -> None:
    luz = await booked(office, channel)
    before = lines_of(await file_of(luz))
    await luz.say("quiero cambiar mi cita, no puedo el martes, mejor el jueves")
    slots = await luz.hears("Su cita sigue como está")
    assert "1. jueves 10 de diciembre: 11:00" in slots.text
    await luz.tap(0, slots)
    await luz.hears("Cambié su teleconsulta")
    await office.settle()
    after = lines_of(await file_of(luz))
    assert (before["UID"], before["SEQUENCE"], before["METHOD"]) == (after["UID"], "0", "PUBLISH")
    assert (after["SEQUENCE"], after["DTSTART"]) == ("1", "20261210T170000Z")
    assert "cardio" not in str(after).lower()
    assert [visit.state for visit in await visits(office)] == ["moved", "reserved"]
    rosa = await agreed(office, person=office.box.telegram.user(5002, "Rosa", language_code="es"))
    assert "1. martes 8 de diciembre: 11:00" in (await offered(office, rosa)).text
    await luz.say("quiero cambiar mi cita al martes")
    assert "1. martes 8 de diciembre: 11:00" in (await luz.hears("Su cita sigue")).text


@pytest.mark.parametrize("language", ["es", "en"])
async def test_cancelled_after_a_typed_yes(office: Product, language: str) -> None:
    luz = await booked(office, "whatsapp", language)
    await luz.say({"es": "quiero cancelar mi cita", "en": "please cancel my visit"}[language])
    await luz.hears("¿Cancelo" if language == "es" else "Shall I cancel")
    assert (await visits(office))[0].state == "reserved"
    await luz.say({"es": "sí", "en": "yes"}[language])
    await luz.hears("Quedó cancelada" if language == "es" else "is cancelled")
    await office.settle()
    file = lines_of(await file_of(luz))
    assert (file["METHOD"], file["STATUS"], file["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
    assert [visit.state for visit in await visits(office)] == ["cancelled"]


async def test_a_no_leaves_it_and_of_several_the_one_meant_is_asked(office: Product) -> None:
    luz = await booked(office)
    await luz.tap(0, await offered(office, luz, words="quiero una teleconsulta con el neurólogo"))
    await luz.hears("neurología")
    await luz.say("quiero cancelar una cita")
    which = await luz.hears("Cuál de sus citas")
    assert len(which.options) == 3
    await luz.say("1")
    await luz.hears("¿Cancelo")
    await luz.say("no")
    await luz.hears("sigue en pie")
    assert [visit.state for visit in await visits(office)] == ["reserved", "reserved"]


async def test_without_a_visit_moving_one_goes_to_a_person_as_ever(office: Product) -> None:
    luz = await agreed(office)
    await luz.say("quiero cambiar mi cita")
    await luz.hears("Un consultor puede ver el cambio")
    await luz.say("sí")
    await consultant(office.box, "telegram").hears("Caso")


@pytest.mark.parametrize("by", ["telegram", "whatsapp"])
async def test_the_holder_is_told_what_the_patient_taps(office: Product, by: str) -> None:
    luz = await booked(office)
    ana = await taken(office, by)
    assert "por confirmar: " in (await ana.hears("es suyo")).text
    await ana.hears("¿Se puede?")
    await luz.tap("Cambiar la hora")
    await luz.tap(0, await luz.hears("Su cita sigue"))
    await luz.hears("Cambié su teleconsulta")
    moved = await ana.hears("cambió la hora")
    await ana.tap("Confirmar la cita", moved)
    await luz.hears("está confirmada")
    await luz.tap("Cancelar la cita")
    await luz.tap("Sí, cancelarla", await luz.hears("¿Cancelo"))
    await ana.hears("canceló su teleconsulta")


async def test_another_time_is_proposed_and_accepted(office: Product) -> None:
    luz = await booked(office)
    ana = await taken(office)
    await ana.tap("Proponer otra hora", await ana.hears("¿Se puede?"))
    choice = await ana.hears("qué hora le propongo")
    await ana.tap(1, choice)
    await ana.hears("se la guardo 24 horas")
    proposal = await luz.hears("le propone otra hora")
    assert "En lugar de:\nmartes 8 de diciembre: 11:00" in proposal.text
    assert [visit.state for visit in await visits(office)] == ["reserved", "held"]
    await luz.tap("Sí, de acuerdo", proposal)
    await luz.hears("está confirmada")
    await ana.hears("aceptó la hora")
    assert [visit.state for visit in await visits(office)] == ["moved", "confirmed"]


async def test_what_nobody_accepts_in_a_day_is_free_again(office: Product) -> None:
    luz = await booked(office, slot=2)
    ana = await taken(office)
    await ana.tap("Proponer otra hora", await ana.hears("¿Se puede?"))
    await ana.tap(4, await ana.hears("qué hora le propongo"))
    proposal = await luz.hears("le propone otra hora")
    office.box.clock.advance(hours=25)
    await office.puente.watch.look()
    assert [visit.state for visit in await visits(office)] == ["reserved", "cancelled"]
    await luz.tap("Sí, de acuerdo", proposal)
    gone = await luz.hears("ya no está disponible")
    await luz.tap("Ver otros horarios", gone)
    await luz.hears("\n1. ")


async def test_declined_the_patient_may_choose_again(office: Product) -> None:
    luz = await booked(office)
    ana = await taken(office)
    await ana.tap("No se puede", await ana.hears("¿Se puede?"))
    await ana.hears("quedó cancelada")
    declined = await luz.hears("no puede darle esta hora")
    await office.settle()
    assert lines_of(await file_of(luz))["METHOD"] == "CANCEL"
    await luz.tap("Ver otros horarios", declined)
    await luz.hears("\n1. ")


async def test_what_the_office_decides_later_waits_for_the_patient_to_write(office: Product) -> None:
    luz = await booked(office, "whatsapp", slot=2)
    ana = await taken(office)
    question = await ana.hears("¿Se puede?")
    await luz.hears("Ana")
    office.box.clock.advance(hours=26)
    await ana.tap("Confirmar la cita", question)
    await luz.hears("hay respuesta")
    await luz.say("sí")
    await luz.hears("está confirmada")


async def test_a_number_typed_to_the_consultant_is_for_her(office: Product) -> None:
    luz = await booked(office)
    ana = await taken(office)
    await ana.tap("Confirmar la cita", await ana.hears("¿Se puede?"))
    await luz.hears("está confirmada")
    await ana.say("¿Prefiere 1 la mañana o 2 la tarde?")
    await luz.hears("Prefiere 1")
    await luz.say("2")
    await ana.hears("Luz\n2")
    assert [visit.state for visit in await visits(office)] == ["confirmed"]


async def test_the_summary_tells_the_next_date_in_both_cities(office: Product) -> None:
    luz = await booked(office)
    await luz.say("resumen")
    summary = (await luz.hears("Case 1")).text
    assert "martes 8 de diciembre" in summary
    assert "11:00" in summary
    assert "09:00" in summary
    assert "que la oficina confirme la cita" in summary
    assert "cardio" not in summary.lower()


async def test_after_a_safety_answer_nothing_is_booked(office: Product) -> None:
    luz = await agreed(office)
    slots = await offered(office, luz)
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    await luz.tap(0, slots)
    services = office.puente.services
    await luz.hears(services.texts.render("quiet.here", "es", {}, services.office, False).text)
    assert await visits(office) == []


async def test_an_interruption_is_answered_a_person_is_one_word_away_and_buttons_need_no_rasa(
    office: Product,
) -> None:
    luz = await agreed(office)
    slots = await offered(office, luz)
    await luz.say("¿cuánto cuesta?")
    await luz.hears("cost")
    await luz.say("prefiero una persona")
    await consultant(office.box, "telegram").hears("Caso")
    await office.settle()
    office.rasa.down = True
    await luz.tap(0, slots)
    await luz.hears("apartada")


async def test_the_language_may_change_in_the_middle(office: Product) -> None:
    luz = await agreed(office)
    await luz.say("quiero una teleconsulta con el cardiólogo")
    await luz.hears("Tengo estos lugares")
    await luz.say("could I please have Thursday after 12 instead?")
    slots = await luz.hears("I have these times")
    assert "1. Thursday, December 10: 12:00 pm in Mexico City, 10:00 am in Los Angeles" in slots.text


async def test_a_link_that_is_not_ours_opens_nothing_and_an_erased_contact_leaves_no_visit_behind(
    office: Product,
) -> None:
    luz = await booked(office, "whatsapp")
    assert "BEGIN:VEVENT" in await file_of(luz)
    (visit,) = await visits(office)
    async with httpx.AsyncClient(base_url=office.url) as client:
        for path in (f"/calendar/{visit.uid}/guess.ics", "/calendar/1/guess.ics"):
            assert (await client.get(path)).status_code == 404
    async with office.puente.services.database.session() as session:
        await session.delete(await session.get_one(Conversation, visit.conversation_id))
    assert await visits(office) == []
