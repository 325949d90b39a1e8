"""Plays a dialogue of tests/conversations with the product: its README tells the lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.datafile import read_yaml
from bot.texts.entry import placeholders
from tests.product.conftest import Product
from tests.product.people import consultant, patient
from tests.product.quiet import silent

FOLDER = Path(__file__).parents[1] / "conversations"
WITHIN = 30.0  # seconds: the real Rasa on a busy machine


def dialogues() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every dialogue of every file, by name."""
    for path in sorted(FOLDER.glob("*.yml")):
        yield from read_yaml(path).items()


@dataclass
class Dialogue:
    """One being played. `bubble`: the last one that was expected."""

    product: Product
    language: str
    channel: str
    bubble: Any = None
    patient: Any = field(init=False)
    ana: Any = field(init=False)

    def __post_init__(self) -> None:
        self.patient = patient(self.product.box, self.channel, self.language)
        self.ana = consultant(self.product.box, "telegram")

    async def play(self, line: dict[str, Any]) -> None:
        ((what, told),) = line.items()
        await getattr(self, f"_{what.replace(' ', '_')}")(told)

    async def _patient(self, words: str) -> None:
        await self.product.settle(WITHIN)
        await self.patient.say(words)

    async def _tap(self, title: str) -> None:
        await self.product.settle(WITHIN)
        await self.patient.tap(title)

    async def _expect(self, wanted: str | list[str]) -> None:
        patterns = [self._pattern(one) for one in ([wanted] if isinstance(wanted, str) else wanted)]
        self.bubble = await self.patient.hears(
            lambda bubble: all(pattern.search(bubble.text) for pattern in patterns), WITHIN
        )

    async def _never(self, words: list[str]) -> None:
        assert [word for word in words if word in self.bubble.text] == []

    async def _consultant(self, words: str) -> None:
        await self.product.settle(WITHIN)
        await self.ana.say(words)

    async def _consultant_sees(self, wanted: str) -> None:
        self.bubble = await self.ana.hears(lambda bubble: wanted in bubble.header + bubble.text, WITHIN)

    async def _consultant_taps(self, title: str) -> None:
        await self.product.settle(WITHIN)
        await self.ana.tap(title)

    async def _later(self, how_long: str) -> None:
        await self.product.settle(WITHIN)
        count, unit = how_long.split()
        self.product.box.clock.advance(**{unit: int(count)})

    async def _silence(self, whose: str) -> None:
        await self.product.settle(WITHIN)
        await silent(self.product, {"patient": self.patient, "consultant": self.ana}[whose])

    async def _language(self, language: str) -> None:
        self.language = language

    def _pattern(self, wanted: str) -> re.Pattern[str]:
        """The words themselves; of a text key its words, whatever its values."""
        services = self.product.puente.services
        if not services.texts.has(wanted):
            return re.compile(re.escape(wanted))
        entry = services.texts.entries[wanted]
        names = {name for wording in entry.wordings for name in placeholders(wording.es) if "." not in name}
        values = dict.fromkeys(names, "\0")
        text = services.texts.render(wanted, self.language, values, services.office, services.real).text
        return re.compile(re.escape(text).replace("\0", ".+"), re.DOTALL)
