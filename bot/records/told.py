"""Records in words: lists for the patient, for the page and for the holder."""

from collections.abc import Sequence

from bot.records.checklist import OTHER, Item
from bot.records.naming import size_of
from bot.services import Services
from bot.store.tables import Record

NAMED = 6  # in one sentence


def text(services: Services, key: str, tongue: str, /, **values: str) -> str:
    return services.texts.render(key, tongue, values, services.office, services.real).text


def shown_name(services: Services, record: Record, language: str) -> str:
    """Its name; of a photo that has none, that it is one."""
    return record.name or text(services, "records.unnamed", language)


def named(services: Services, records: Sequence[Record], language: str) -> str:
    """`eco.pdf, foto 1, foto 2 y 4 más`."""
    names = [record.name for record in records if record.name]
    photo = text(services, "records.unnamed", language)
    unnamed = len(records) - len(names)
    photos = [photo] if unnamed == 1 else [f"{photo} {number + 1}" for number in range(unnamed)]
    told = [*names, *photos]
    if len(told) > NAMED:
        rest = text(services, "records.more", language, count=str(len(told) - NAMED + 1))
        told = [*told[: NAMED - 1], rest]
    return services.texts.say_list(told, language)


def line(services: Services, record: Record, language: str) -> str:
    """`eco.pdf · 1.2 MB · hoy a las 9:00 · Electrocardiograma`."""
    now, zone = services.clock(), services.office.time_zone
    when = services.texts.say_time(record.created_at, now, language, zone)
    parts = [shown_name(services, record, language), size_of(record.size), when]
    if record.item and record.item != OTHER:
        parts.append(item_name(services, record.item, language))
    return " · ".join(parts)


def item_name(services: Services, name: str, language: str) -> str:
    """A thing on a checklist, in words; of one that the list has no longer, its key."""
    key = f"records.item.{name}"
    return text(services, key, language) if services.texts.has(key) else name


def checklist_lines(services: Services, items: Sequence[Item], language: str) -> str:
    """What is there and what is missing, a line each."""
    return "\n".join(
        text(
            services,
            "records.item_ready" if item.ready else "records.item_missing",
            language,
            item=item_name(services, item.name, language),
        )
        for item in items
    )
