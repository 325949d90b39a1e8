"""A visit in words: its day, and the hour on the patient's clock and on the hospital's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.booking import coming
from bot.appointments.zones import Place, city_name
from bot.services import Services
from bot.store.tables import Appointment


def text_of(services: Services, key: str, language: str, **values: str) -> str:
    """A text of data/texts, as part of another."""
    return services.texts.render(key, language, values, services.office, services.real).text


def both_clocks(services: Services, at: datetime, place: Place, language: str) -> str:
    """`martes 1 de diciembre: 16:00 en Guadalajara, 14:00 en Los Ángeles`; one clock where it is the same city's."""
    texts, hospital = services.texts, Place(services.office.hospital.time_zone)
    here, there = at.astimezone(place.zone), at.astimezone(hospital.zone)
    values = {
        "day": texts.say_day(here, language),
        "time": texts.say_hour(here, language),
        "city": city_name(services, place, language),
        "there": city_name(services, hospital, language),
        "time_there": texts.say_hour(there, language),
        "day_there": texts.say_day(there, language),
    }
    if here.utcoffset() == there.utcoffset():
        key = "telehealth.when.one" if values["city"] == values["there"] else "telehealth.when.same"
    else:
        key = "telehealth.when.both" if here.date() == there.date() else "telehealth.when.other_day"
    return text_of(services, key, language, **values)


def area_name(services: Services, specialty: str, language: str) -> str:
    """What the office calls the specialty of a calendar; one that it has given up since is called by its key."""
    named = services.office.specialties.get(specialty)
    if named is None:
        return specialty
    return named.es if language == "es" else named.en


def values_of(services: Services, appointment: Appointment, language: str) -> dict[str, str]:
    """What the texts about a visit may name; `case` is there once it has one."""
    place = Place.from_json(appointment.place)
    known = {"case": str(appointment.case_id)} if appointment.case_id else {}
    return {
        "when": both_clocks(services, appointment.starts_at, place, language),
        "area": area_name(services, appointment.specialty, language),
        "minutes": str(appointment.minutes),
        **known,
    }


def title_of(services: Services, at: datetime, place: Place, language: str) -> str:
    """`mar 1 dic 16:00`, on the patient's clock: the title of a button."""
    return services.texts.say_shortly(at.astimezone(place.zone), language)


async def card_lines(
    services: Services, session: AsyncSession, chats: Sequence[UUID], language: str
) -> list[str]:
    """For the card of a case: the next visit, on both clocks. No name stands beside it."""
    visits = await coming(session, *chats)
    return [
        text_of(
            services, f"telehealth.desk.card.{visit.state}", language, **values_of(services, visit, language)
        )
        for visit in visits[:1]
    ]
