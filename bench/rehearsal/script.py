"""Who writes on that day, when and what for: drawn by seed before it begins."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.rehearsal.words import drawn

OFFICE_ZONE = ZoneInfo("America/Mexico_City")
FIRST_NAMES = (
    "Luz",
    "Rosa",
    "Jorge",
    "Elisa",
    "Hugo",
    "Irma",
    "John",
    "Mary",
    "Peter",
    "Susan",
    "Tomás",
    "Vera",
)
LANGUAGES = {"es": 55, "en": 33, "mixed": 12}
WANTS = {"question": 38, "person": 38, "complaint": 8, "emergency": 3, "crisis": 2, "file": 11}
# How many write at each hour of the day, against an hour in the morning.
BUSY = {**dict.fromkeys(range(8, 18), 1.0), **dict.fromkeys(range(18, 23), 0.5)}
AT_NIGHT = 0.12
ASKS = ("person", "complaint", "again")
A_DAY_LATER = timedelta(hours=25)


@dataclass(order=True)
class Act:
    """What a patient does at a moment; `text` empty: no words belong to it."""

    at: datetime
    kind: str = field(compare=False)  # a kind of day_words.yml, or file, block, opt_out
    text: str = field(compare=False, default="")


@dataclass
class Script:
    """One patient's day as planned; what they answer to consultants comes on top."""

    name: str
    channel: str  # telegram, whatsapp
    language: str
    number: int
    acts: list[Act]
    overnight: bool = False  # the consultant writes to them again the next day only


@dataclass(frozen=True)
class Plan:
    """What is replayed. `begins`: at the office."""

    patients: int
    seed: int
    begins: datetime
    hours: float

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(hours=self.hours)

    def chance(self, name: str) -> random.Random:
        """Somebody's own dice: what others draw does not change hers."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 (a rehearsal, no secret)


def scripts(plan: Plan) -> list[Script]:
    """Everybody's, the same for the same plan."""
    written = [_script(plan, number) for number in range(plan.patients)]
    opted_out = next(script for script in written if script.acts[0].kind == "question")
    opted_out.acts.append(Act(opted_out.acts[0].at + timedelta(minutes=12), "opt_out", "BAJA"))
    return written


def _script(plan: Plan, number: int) -> Script:
    chance = plan.chance(f"patient {number}")
    language = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    wants = chance.choices(list(WANTS), list(WANTS.values()))[0]
    first = _arrival(plan, chance)
    script = Script(
        f"{chance.choice(FIRST_NAMES)} {number:03}",
        chance.choice(("telegram", "whatsapp")),
        language,
        number,
        [],
    )
    script.acts = [Act(first, wants, drawn(chance, "caption" if wants == "file" else wants, language))]
    _follow_ups(plan, chance, script, wants)
    script.acts.sort()
    return script


def _arrival(plan: Plan, chance: random.Random) -> datetime:
    """By day more than in the evening, and then than at night; not in the last fifth, so that there is time to answer."""
    while True:
        at = plan.begins + timedelta(minutes=chance.randrange(int(plan.hours * 60 * 0.8)))
        if chance.random() < BUSY.get(at.astimezone(OFFICE_ZONE).hour, AT_NIGHT):
            return at


def _follow_ups(plan: Plan, chance: random.Random, script: Script, wants: str) -> None:
    """A further question, "how is my case going?", a word at night, one a day later, or the end of it all: a block."""
    first = script.acts[0].at

    def words(kind: str) -> str:
        return drawn(chance, kind, script.language)

    later = [Act(first + timedelta(minutes=chance.randint(2, 30)), "question", words("question"))]
    if wants == "question":
        script.acts += later if chance.random() < 0.3 else []
        return
    if wants in ("person", "complaint", "file") and chance.random() < 0.35:
        at = first + timedelta(minutes=chance.randint(6, 90))
        script.acts.append(Act(at, "status", words("status")))
    if wants in ("person", "complaint") and first + A_DAY_LATER < plan.ends and chance.random() < 0.6:
        script.overnight = True
        if chance.random() < 0.5:
            at = first + A_DAY_LATER - timedelta(minutes=chance.randint(0, 20))
            script.acts.append(Act(at, "again", words("again")))
    elif wants == "person" and chance.random() < 0.15:
        night = first.astimezone(OFFICE_ZONE).replace(hour=22) + timedelta(minutes=chance.randint(0, 240))
        script.acts += [Act(night, "again", words("again"))] if first < night < plan.ends else []
    elif wants == "person" and chance.random() < 0.06:
        script.acts.append(Act(first + timedelta(minutes=chance.randint(3, 25)), "block"))
