"""The office as office.yml describes it. Pure: every question takes the time as an aware datetime."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.datafile import DataFileError, problems, read_yaml
from bot.office.calendars import Calendar
from bot.office.holidays import Holiday
from bot.office.hours import Hours
from bot.office.people import Consultant, Language, Operator
from bot.office.records import Records
from bot.office.retention import Retention
from bot.office.routing import Routing
from bot.office.targets import Targets

SHIPPED = Path(__file__).parents[2] / "data" / "office.yml"
# A file that does not name these gets the shipped ones: they are the country's and the hospital's, not the
# office's, and a patient's safety may not depend on an operator remembering a key.
SHIPPED_KEYS = ("hospital", "emergency_numbers")
TEMPLATES = ("consultant_page", "reply_waiting", "reminder", "resume")


class OfficeError(ValueError):
    """The office file is wrong. The message has one line per problem: file, key, what is expected."""


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, arbitrary_types_allowed=True
    )


def _both_languages(written: object) -> object:
    return {"es": written, "en": written} if isinstance(written, str) else written


def _zone(written: object) -> object:
    try:
        return ZoneInfo(written) if isinstance(written, str) else written
    except (
        ZoneInfoNotFoundError,
        ValueError,
        OSError,
    ) as error:  # OSError: a folder of zones, such as Mexico
        raise ValueError(f"{written!r}: expected a time zone such as America/Mexico_City") from error


class _Localized(_Part):
    es: str
    en: str


Localized = Annotated[_Localized, BeforeValidator(_both_languages)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


class _Sourced(_Part):
    source: str = ""
    as_of: date | None = None
    demo: bool = False

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not (self.source or self.demo):
            raise ValueError("expected source: where this is from (or demo: true)")
        return self


class Fact(_Sourced):
    """Something the assistant may say about the office. Only `hours` may lack texts: said from the hours."""

    es: str = ""
    en: str = ""


class EmergencyNumber(_Part):
    number: str
    name: Localized
    countries: Annotated[tuple[Literal["mx", "us"], ...], Field(min_length=1)]
    source: str
    reviewed: date


class ContentIds(_Part):
    """Twilio's content sids of one approved template, by language; either may be missing."""

    es: Annotated[str | None, Field(pattern=r"^HX\S+$")] = None
    en: Annotated[str | None, Field(pattern=r"^HX\S+$")] = None
    demo: bool = False


class Care(_Sourced):
    """Specialties of data/entities that the hospital has, for adults and for children."""

    adults: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


class Hospital(_Part):
    name: Localized
    time_zone: Zone
    holidays: tuple[Holiday, ...] = ()

    def is_holiday(self, day: date) -> bool:
        return any(holiday.falls_on(day) for holiday in self.holidays)


class Office(_Part):
    name: Localized
    hospital: Hospital
    time_zone: Zone
    hours: Hours
    holidays: tuple[Holiday, ...] = ()
    specialties: dict[str, Localized] = Field(default_factory=dict)
    care: tuple[Care, ...] = ()
    all_calendars: dict[str, Calendar] = Field(default_factory=dict, alias="calendars")
    all_facts: dict[str, Fact] = Field(default_factory=dict, alias="facts")
    emergency_numbers: dict[str, EmergencyNumber]
    consultants: tuple[Consultant, ...] = ()
    on_call: tuple[str, ...] = ()
    operator: Operator = Operator()
    templates: dict[str, ContentIds] = Field(default_factory=dict)
    routing: Routing = Routing()
    targets: Targets = Targets()
    records: Records = Records()
    retention: Retention = Retention()

    def is_holiday(self, day: date) -> bool:
        return any(holiday.falls_on(day) for holiday in self.holidays)

    def is_open(self, at: datetime) -> bool:
        return self.hours.covers(self.local(at), self.is_holiday)

    def next_opening(self, at: datetime) -> datetime | None:
        """`at` itself while open, else the next opening; None if there is none within a year."""
        local = self.local(at)
        return local if self.is_open(at) else self.hours.next_start(local, self.is_holiday)

    def counts(self, at: datetime) -> bool:
        """Whether time runs for the targets: the office is open, and it is a holiday neither here nor at the hospital."""
        return self.hours.covers(self.local(at), self._rests)

    def after(self, start: datetime, duration: timedelta) -> datetime | None:
        """When so much time that counts has gone by since `start`; a duration of nothing gives the next moment that
        counts. None when there is not so much within about a year."""
        return self.hours.after(self.local(start), duration, self._rests)

    def _rests(self, day: date) -> bool:
        return self.is_holiday(day) or self.hospital.is_holiday(day)

    def offers(self, specialty: str, *, child: bool, real: bool) -> bool:
        """Whether it may be said that the hospital has it: over a real provider (`real`) by no demo entry."""
        told = (one for one in self.care if not (real and one.demo))
        return any(specialty in (one.children if child else one.adults) for one in told)

    def facts(self, real: bool) -> Mapping[str, Fact]:
        """What may be said: over a real provider (`real`) nothing that is marked demo."""
        return {name: fact for name, fact in self.all_facts.items() if not (real and fact.demo)}

    def calendars(self, real: bool) -> Mapping[str, Calendar]:
        """Where telehealth visits can be booked, by specialty: over a real provider (`real`) in no demo calendar."""
        return {key: one for key, one in self.all_calendars.items() if not (real and one.demo)}

    def slots(self, calendar: Calendar, now: datetime) -> Iterator[datetime]:
        """When visits of a calendar may begin, in UTC; on no holiday of the office or of the hospital, each by its clock."""
        hospital = self.hospital

        def closed(at: datetime) -> bool:
            there = at.astimezone(hospital.time_zone).date()
            return self.is_holiday(self.local(at).date()) or hospital.is_holiday(there)

        return calendar.slots(
            hospital.time_zone if calendar.clock == "hospital" else self.time_zone, now, closed
        )

    def template_sid(self, name: str, language: Language, real: bool) -> str | None:
        """The content sid of an approved template; None when there is none, or it is invented and `real`."""
        ids = self.templates.get(name)
        return None if ids is None or (real and ids.demo) else getattr(ids, language)

    def demo_left(self) -> tuple[str, ...]:
        """The keys that still hold invented content, for the operator to fill in."""
        named: dict[str, Any] = {f"facts.{name}": fact for name, fact in self.all_facts.items()}
        named |= {f"consultants[{place}]": one for place, one in enumerate(self.consultants)}
        named |= {f"care[{place}]": one for place, one in enumerate(self.care)}
        named |= {f"calendars.{key}": one for key, one in self.all_calendars.items()}
        named |= {f"templates.{name}": ids for name, ids in self.templates.items()}
        return tuple(key for key, part in {**named, "operator": self.operator}.items() if part.demo)

    def local(self, at: datetime) -> datetime:
        """The same moment on the office's clock. Raises ValueError for a time without a zone."""
        if at.tzinfo is None:
            raise ValueError("expected a time with a zone")
        return at.astimezone(self.time_zone)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        wrong = [
            *_unknown_names(self),
            *_shared_addresses(self),
            *_wordless_facts(self),
            *_unknown_calendars(self),
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def load(path: Path) -> Office:
    """The office of a file. Raises OfficeError with every problem found."""
    try:
        content = read_yaml(path)
        if path.resolve() != SHIPPED:
            shipped = read_yaml(SHIPPED)
            content = {key: shipped[key] for key in SHIPPED_KEYS} | content
        content["facts"] = _with_hours(content.get("facts"))
        return Office.model_validate(content)
    except DataFileError as error:
        raise OfficeError(str(error)) from error
    except ValidationError as error:
        raise OfficeError("\n".join(f"{path.name}: {problem}" for problem in problems(error))) from error


def _with_hours(facts: object) -> object:
    """Hours that an operator wrote are a fact like any other, unless the file says they are invented."""
    given = {} if facts is None else facts
    return {"hours": {"source": "the hours of this file"}} | given if isinstance(given, dict) else given


def _unknown_names(office: Office) -> list[str]:
    names = [one.name for one in office.consultants]
    twice = sorted({name for name in names if names.count(name) > 1})
    unknown = [name for name in office.on_call if name not in names]
    odd = [name for name in office.templates if name not in TEMPLATES]
    return [
        *(f"consultants: {name} is listed twice" for name in twice),
        *(f"on_call: expected the name of a consultant, not {name!r}" for name in unknown),
        *(f"templates: {name} is unknown, expected one of {', '.join(TEMPLATES)}" for name in odd),
    ]


def _shared_addresses(office: Office) -> list[str]:
    addresses = [
        (kind, getattr(one, kind)) for one in office.consultants for kind in ("telegram", "whatsapp")
    ]
    shared = sorted({(kind, it) for kind, it in addresses if it and addresses.count((kind, it)) > 1})
    return [f"consultants: {kind} {address} is given to two people" for kind, address in shared]


def _wordless_facts(office: Office) -> list[str]:
    return [
        f"facts.{name}: expected es and en"
        for name, fact in office.all_facts.items()
        if name != "hours" and not (fact.es and fact.en)
    ]


def _unknown_calendars(office: Office) -> list[str]:
    return [
        f"calendars: {key} is none of specialties"
        for key in office.all_calendars
        if key not in office.specialties
    ]
