"""Whose clock is meant: the city that was named, else the office's. The table is data/zones.yml."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from zoneinfo import ZoneInfo

from bot.config import ROOT
from bot.datafile import read_yaml
from bot.services import Services

FILE = ROOT / "data" / "zones.yml"


@dataclass(frozen=True, slots=True)
class Place:
    """A clock, and the city by which it is called: a key of data/entities/cities.yml, or "" for the zone's own name."""

    zone: ZoneInfo
    city: str = ""

    def to_json(self) -> dict[str, str]:
        return {"zone": self.zone.key, "city": self.city}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Self:
        return cls(ZoneInfo(data["zone"]), data["city"])


@functools.cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return read_yaml(FILE)


@functools.cache
def zones_by_city() -> Mapping[str, str]:
    """The zone of each city that the table lists."""
    return {city.strip(): zone for zone, told in _table().items() for city in str(told["cities"]).split(",")}


def place_of(services: Services, cities: Iterable[str]) -> Place:
    """The clock of the last city whose zone is known; else the office's."""
    for city in reversed(list(cities)):
        if zone := zones_by_city().get(city):
            return Place(ZoneInfo(zone), city)
    return Place(services.office.time_zone)


def city_name(services: Services, place: Place, language: str) -> str:
    """How the clock is called: `Guadalajara`; of a zone that the table does not have, its own name."""
    if place.city:
        return services.entities.shown("city", place.city, language)
    told = _table().get(place.zone.key)
    return str(told[language]) if told else place.zone.key.rpartition("/")[2].replace("_", " ")
