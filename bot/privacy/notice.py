"""The privacy notice: the short one in the chat, and the full one as a page (`/privacy`), from data/privacy/notice.yml."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated

from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, ConfigDict, Field

from bot.config import ROOT
from bot.datafile import read_yaml
from bot.services import Services
from bot.store.tables import Conversation

FILE = ROOT / "data" / "privacy" / "notice.yml"
LANGUAGES = ("es", "en")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Title(_Part):
    es: str
    en: str


class Section(_Part):
    """One heading and its paragraphs, a line each. `demo`: for the office to fill in."""

    title: _Title
    es: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    demo: bool = False


class Notice(_Part):
    version: Annotated[str, Field(min_length=1, max_length=16)]
    title: _Title
    reviewed: date
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]


@cache
def notice() -> Notice:
    """The shipped notice, read once. Raises DataFileError or ValidationError."""
    return Notice.model_validate(read_yaml(FILE))


def url(services: Services, language: str) -> str:
    """Where the full notice is read."""
    return f"{services.settings.base_url}/privacy?lang={language}"


def is_due(conversation: Conversation) -> bool:
    """Whether this patient has not been shown the notice of now."""
    return conversation.role == "patient" and conversation.notice_version != notice().version


def was_shown(conversation: Conversation, now: datetime) -> None:
    """Which one and when: the burden of proof is the office's."""
    conversation.noticed_at, conversation.notice_version = now, notice().version


def page(services: Services, language: str) -> str:
    """The full notice in one language, as HTML."""
    values = _values(services, language)
    told = notice()
    sections = [
        {
            "title": getattr(section.title, language),
            "lines": [_filled(line, values) for line in getattr(section, language).splitlines()],
            "demo": section.demo,
        }
        for section in told.sections
    ]
    words = {
        name: services.texts.render(f"privacy.page.{name}", language, {}, services.office, services.real).text
        for name in ("other", "demo", "version")
    }
    template = _templates().get_template("page.html.j2")
    return template.render(
        language=language,
        other="en" if language == "es" else "es",
        title=getattr(told.title, language),
        version=told.version,
        sections=sections,
        words=words,
    )


def _values(services: Services, language: str) -> Mapping[str, str]:
    """What the notice says of this office. What may not be said over a real provider has a stated gap."""
    office = services.office
    facts = office.facts(services.real)
    gap = services.texts.render("privacy.page.gap", language, {}, office, services.real).text
    told = {
        name: (facts[name].es if language == "es" else facts[name].en) if name in facts else gap
        for name in ("address", "phone", "email")
    }
    names = {"office.name": office.name, "office.hospital": office.hospital.name}
    kept = {name: age(services, name, language) for name in ("no_consent", "texts", "contacts")}
    return told | kept | {name: getattr(value, language) for name, value in names.items()}


def age(services: Services, name: str, language: str) -> str:
    count, unit = services.office.retention.counted(name)
    return f"{count} {services.texts.word('age', unit, language)}"


def _filled(line: str, values: Mapping[str, str]) -> str:
    """A sentence begins with a capital, also where the office's name begins it."""
    for name, value in values.items():
        line = line.replace("{" + name + "}", value)
    return line[:1].upper() + line[1:]


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(ROOT / "bot" / "privacy"), autoescape=True)
