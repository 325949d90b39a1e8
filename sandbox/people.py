"""The people on the page: invented patients, and the consultants and operator of the office file."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.telegram_api import TelegramApi, TelegramUser
from sandbox.twilio_api import TwilioApi, WhatsAppUser
from sandbox.twilio_api.content import Template

_PATIENTS = Path(__file__).with_name("people.yml")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose phone the page shows; at least one of the two applications is installed."""

    key: str
    role: str  # patient, consultant, operator
    name: str
    telegram: TelegramUser | None
    whatsapp: WhatsAppUser | None


type People = dict[str, Person]


def user_of(people: People, key: str, channel: str) -> TelegramUser | WhatsAppUser | None:
    """The person's side of one application; None when there is no such person, or it is not installed."""
    person = people.get(key)
    if person is None:
        return None
    return person.telegram if channel == "telegram" else person.whatsapp


def newcomer(people: People, name: str, language: str, telegram: TelegramApi, twilio: TwilioApi) -> Person:
    """A further invented patient, with both applications. Nobody whom an earlier sandbox made has her numbers."""
    told = {
        "name": name,
        "language": language,
        "telegram": 9_100_000_000 + secrets.randbelow(10**8),
        "whatsapp": f"+52155{secrets.randbelow(10**6):08d}",  # no number in Mexico City begins with 00
    }
    person = _person(f"patient-{len(people) + 1}", "patient", told, telegram, twilio)
    people[person.key] = person
    return person


def seed(office_file: Path | None, telegram: TelegramApi, twilio: TwilioApi) -> People:
    """Patients and the office's people by key; nobody without an office file (tests bring their own)."""
    if office_file is None:
        return {}
    office = _read(office_file)
    patients = [("patient", told) for told in _read(_PATIENTS)["patients"]]
    consultants = [("consultant", told) for told in office.get("consultants") or []]
    operator = [("operator", told) for told in [office.get("operator")] if told]
    people = [
        _person(f"{role}-{number}", role, told, telegram, twilio)
        for number, (role, told) in enumerate([*patients, *consultants, *operator], start=1)
    ]
    return {p.key: p for p in people if p.telegram or p.whatsapp}


def zone_of(office_file: Path | None) -> str:
    """The office's time zone, in which the page tells time."""
    return str(_read(office_file).get("time_zone") or "UTC") if office_file else "UTC"


def templates_of(office_file: Path | None) -> dict[str, Template]:
    """The office's approved templates by content SID, worded as in texts/templates.yml beside the office file."""
    if office_file is None:
        return {}
    texts = office_file.parent / "texts"
    wordings, buttons = _read(texts / "templates.yml"), _read(texts / "buttons.yml")
    return dict(_templates(_read(office_file).get("templates") or {}, wordings, buttons))


def _templates(
    listed: Mapping[str, Any], wordings: Mapping[str, Any], buttons: Mapping[str, Any]
) -> Iterator[tuple[str, Template]]:
    for name, sids in listed.items():
        wording = wordings.get(name) or {}
        for language in {"es", "en"} & sids.keys():
            titles = tuple(_titles(wording.get("buttons") or [], buttons, language))
            yield sids[language], Template(name, language, wording.get(language) or "", titles)


def _titles(names: Iterable[str], buttons: Mapping[str, Any], language: str) -> Iterator[tuple[str, str]]:
    for name in names:
        entry = buttons.get(f"button.{name}") or buttons.get(name) or {}
        yield name, entry.get(language) or name


def _person(key: str, role: str, told: Mapping[str, Any], telegram: TelegramApi, twilio: TwilioApi) -> Person:
    name = str(told.get("name") or "")
    chat, number = told.get("telegram"), told.get("whatsapp")
    on_telegram = telegram.user(int(chat), name or role, language_code=_language(told)) if chat else None
    if on_telegram and role != "patient":
        on_telegram.chat.open = True  # the office's people have pressed START once
    on_whatsapp = twilio.user(f"whatsapp:{number}", name or role) if number else None
    return Person(key, role, name, on_telegram, on_whatsapp)


def _language(told: Mapping[str, Any]) -> str:
    return str(told.get("language") or (told.get("languages") or ["es"])[0])


def _read(path: Path) -> dict[str, Any]:
    """A YAML mapping; empty when the file is not there."""
    if not path.exists():
        return {}
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
