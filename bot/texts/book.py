"""Every sentence a person reads, from data/texts: loaded once, checked, rendered with the office's facts."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from bot.datafile import DataFileError, problems, read_yaml
from bot.office import Office, WeeklyHours
from bot.texts.commands import Command, CommandWords, plain, understand
from bot.texts.entry import LONGEST_TITLE, PLACEHOLDER, Entry, Wording, faults, placeholders
from bot.texts.places import Places
from bot.texts.spoken import Calendar
from bot.texts.templates import TemplateText, TemplateWording

LANGUAGES = ("es", "en")
# The files whose entries people read.
SENTENCES = (
    "answers.yml",
    "notices.yml",
    "desk.yml",
    "intake.yml",
    "telehealth.yml",
    "records.yml",
    "privacy.yml",
    "family.yml",
    "private.yml",
    "callback.yml",
    "voice.yml",
    "slip.yml",
    "console.yml",
)


class TextError(ValueError):
    """A text is missing or unfit. Loading names every problem, a line each; rendering the key and its lack."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to be said, and the names of the options under it."""

    text: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """How an answer is said now that the office has edited it: the number of its version, and what is said."""

    number: int
    entry: Entry


@dataclass(slots=True)
class Editions:
    """The answers that were edited in the console, by key, as of version `newest` (bot/answers/live.py): the one part of a book
    that changes while it is open."""

    newest: int = 0
    by_key: Mapping[str, Edition] = field(default_factory=dict)


@dataclass(frozen=True)
class TextBook:
    entries: Mapping[str, Entry]
    buttons: Mapping[str, Wording]
    templates: Mapping[str, TemplateWording]
    calendars: Mapping[str, Calendar]
    commands: Mapping[str, CommandWords]
    number_words: frozenset[str]
    declining: frozenset[str] = frozenset()
    places: Places = field(default_factory=Places)
    version: str = ""  # a digest of the files: which wording a stored key meant
    editions: Editions = field(default_factory=Editions)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The texts of a folder. Raises TextError with every problem of every file."""
        reader = _Reader(folder)
        entries: dict[str, Entry] = {}
        home: dict[str, str] = {}
        for name in SENTENCES:
            found = reader.read(name, dict[str, Entry])
            reader.wrong += (f"{key}: is in {home[key]} and in {name}" for key in found if key in home)
            entries, home = entries | found, dict.fromkeys(found, name) | home
        buttons = reader.read("buttons.yml", dict[str, Wording])
        commands = reader.read("commands.yml", dict[str, CommandWords | tuple[str, ...]])
        book = cls(
            entries=entries,
            buttons={name.removeprefix("button."): title for name, title in buttons.items()},
            templates=reader.read("templates.yml", dict[str, TemplateWording]),
            calendars=reader.read("calendar.yml", dict[str, Calendar]),
            commands={name: words for name, words in commands.items() if isinstance(words, CommandWords)},
            number_words=frozenset(
                words for words in commands.get("number_words", ()) if isinstance(words, str)
            ),
            declining=frozenset(
                plain(words) for words in commands.get("declining", ()) if isinstance(words, str)
            ),
            places=Places.of(commands),
            version=_digest(folder),
        )
        _refuse([*reader.wrong, *(() if reader.wrong else _faults(book))])
        return book

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.entries)

    def has(self, key: str) -> bool:
        return key in self.entries

    def entry(self, key: str) -> Entry | None:
        """What is said for a key: as edited, else as in the files."""
        edition = self.editions.by_key.get(key)
        return edition.entry if edition else self.entries.get(key)

    def check(self, office: Office) -> None:
        """Raises TextError when a text cannot be said with the numbers and facts of this office."""
        _refuse([fault for key, entry in self.entries.items() for fault in self.misfits(key, entry, office)])

    def misfits(self, key: str, entry: Entry, office: Office) -> Iterator[str]:
        """Why an entry cannot be said with the numbers and facts of this office, one line each."""
        unknown = sorted(entry.numbers - office.emergency_numbers.keys())
        if unknown:
            yield f"{key}: the office file has no emergency number {', '.join(unknown)}"
            return
        if not any("." in name for wording in entry.wordings for name in placeholders(wording.es)):
            return  # nothing of the office is in it: its length is known from the file
        for language in LANGUAGES:
            size = self.longest(key, entry, language, office)
            if size > entry.longest:
                yield f"{key}: {language} has {size} characters with its facts; {entry.longest} at most"

    def longest(self, key: str, entry: Entry, language: str, office: Office) -> int:
        """How many characters it has at most with the facts of this office, before the caller's values."""
        blanks = {name: "" for one in entry.wordings for name in placeholders(one.es) if "." not in name}
        said = (self.worded(key, entry, language, blanks, office, real) for real in (True, False))
        return max(len(one.text) for one in said)

    def render(
        self, key: str, language: str, values: Mapping[str, str], office: Office, real: bool
    ) -> Rendered:
        """The text of a key. Values are inserted as they are, never looked into.

        Says `without_facts` when a fact that it uses may not be said: absent from the office file, or marked
        demo while real providers are connected (`real`). Raises TextError for an unknown key or language, or
        a value that is not given; values too many are no error.
        """
        entry = self.entry(key)
        if entry is None or language not in LANGUAGES:
            raise TextError(f"there is no text {key!r} in {language!r}")
        return self.worded(key, entry, language, values, office, real)

    def worded(
        self, key: str, entry: Entry, language: str, values: Mapping[str, str], office: Office, real: bool
    ) -> Rendered:
        """As `render`, of an entry that need not be in this book."""
        sayable = not entry.facts or entry.facts <= office.facts(real).keys()
        wording = entry if sayable or entry.without_facts is None else entry.without_facts
        text = wording.text(language)
        wanted = placeholders(text)
        of_the_office = any("." in name for name in wanted)
        known = self.known(language, office, real) | dict(values) if of_the_office else values
        if missing := sorted(wanted - known.keys()):
            raise TextError(f"{key} needs a value for {', '.join(missing)}")
        return Rendered(PLACEHOLDER.sub(lambda match: known[match.group(1)], text), entry.buttons)

    def title(self, name: str, language: str) -> str:
        """The title of a button. Raises TextError for an unknown one."""
        if name not in self.buttons:
            raise TextError(f"there is no button {name!r}")
        return self.buttons[name].text(language)

    def word(self, kind: str, name: str, language: str) -> str:
        """A word for a value: `word("urgency", "high", "es")`. Raises TextError for an unknown one."""
        entry = self.entries.get(f"word.{kind}.{name}")
        if entry is None:
            raise TextError(f"there is no word for {kind} {name!r}")
        return entry.text(language)

    def template(self, name: str, language: str) -> TemplateText:
        """The wording of an approved WhatsApp template. Raises TextError for an unknown one."""
        if name not in self.templates:
            raise TextError(f"there is no template {name!r}")
        return self.templates[name].text_in(language)

    def command(self, text: str) -> Command | None:
        """The command that a message is, or None. commands.yml tells which are for whom."""
        return understand(text, self.commands, self.number_words)

    def place(self, text: str) -> int:
        """Which of the options just offered a whole message picks by its place: "la segunda" is 2; 0 for none."""
        return self.places.named_in(plain(text))

    def declines(self, text: str) -> bool:
        """Whether a whole message is a "no" to what was asked."""
        return plain(text.replace(",", " ")) in self.declining

    def say_time(self, at: datetime, now: datetime, language: str, tz: tzinfo) -> str:
        """A moment as seen from `now`, both aware: `mañana lunes a las 9:00`, `on Monday at 9:00 am`."""
        return self.calendars[language].time(at, now, tz)

    def say_list(self, names: Sequence[str], language: str) -> str:
        """`cardiología, neurología e inmunología`."""
        return self.calendars[language].listed(names)

    def say_day(self, at: datetime, language: str) -> str:
        """`martes 24 de noviembre`, whatever the hour of `at`."""
        return self.calendars[language].date(at)

    def say_hour(self, at: datetime, language: str) -> str:
        """`16:00`, `4:00 pm`, whatever the day of `at`."""
        return self.calendars[language].hour(at)

    def say_shortly(self, at: datetime, language: str) -> str:
        """`mar 24 nov 16:00`: fits a button."""
        return self.calendars[language].shortly(at)

    def say_hours(self, hours: WeeklyHours, language: str) -> str:
        return self.calendars[language].hours(hours)

    def known(self, language: str, office: Office, real: bool) -> dict[str, str]:
        """What may stand in braces of every text, and what is said in its place."""
        facts = {
            f"fact.{name}": fact.es if language == "es" else fact.en
            for name, fact in office.facts(real).items()
        }
        if not facts.get("fact.hours", "said"):
            facts["fact.hours"] = self.say_hours(office.hours, language)
        numbers = {f"number.{name}": number.number for name, number in office.emergency_numbers.items()}
        names = {"office.name": office.name, "office.hospital": office.hospital.name}
        spoken = {name: it.es if language == "es" else it.en for name, it in names.items()}
        return facts | numbers | spoken


class _Reader:
    """Reads the files of a folder, collecting what is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wrong: list[str] = []

    def read[T](self, name: str, shape: type[T]) -> T:
        empty: Any = {}
        try:
            content = read_yaml(self.folder / name)
            return TypeAdapter(shape).validate_python(content)
        except DataFileError as error:
            self.wrong.append(str(error))
        except ValidationError as error:
            self.wrong.extend(f"{name}: {problem}" for problem in problems(error))
        result: T = empty
        return result


def _faults(book: TextBook) -> Iterator[str]:
    names = frozenset(book.buttons)
    for key, entry in book.entries.items():
        yield from (f"{key}: {fault}" for fault in faults(entry, names))
    for name, title in book.buttons.items():
        for language in LANGUAGES:
            if len(title.text(language)) > LONGEST_TITLE:
                yield f"button.{name}: {language} is longer than {LONGEST_TITLE} characters"
    for name, template in book.templates.items():
        yield from (f"template {name}: {fault}" for fault in template.faults())
    yield from (
        f"calendar.yml: {language} is missing" for language in LANGUAGES if language not in book.calendars
    )


def _digest(folder: Path) -> str:
    """16 hexadecimal digits over names and contents of the files."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        content = path.read_bytes()
        total.update(f"{path.name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()[:16]


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise TextError("\n".join(wrong))
