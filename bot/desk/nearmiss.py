"""A command with a slip of the finger ("ntoa llamar…", "cerar 1"): asked about, because a note must never reach a patient.

Pure. Most words a consultant begins a line with are for her patient, so little counts as a slip: the word is none of either
language ("toma agua" goes), nobody's name as far as one can tell ("Nora, su cita…" goes), and what follows fits the command.
"""

from collections.abc import Callable, Collection, Iterator
from re import DOTALL
from re import compile as pattern

from bot.texts import Command, TextBook
from bot.texts.commands import plain

SHORTEST = 4  # letters of a command word: below that everything is near everything
SHORTEST_SWAPPED = 5  # letters: from there on one wrong letter beside the right one is a slip
ALIKE = 3  # first letters that a word shares with a command before an open case's number: "toma 104"
MOST_BEFORE = 3  # words from a command to the end of its case number: "cerrar el caso 1 por favor"
ROWS = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")
VOWELS = frozenset("aeiou")
BEGINNINGS = pattern(
    "[bcfgkp]l|[bcdfgpktw]r|[cgpstw]h|kn|ps|s[cklmnpqtw]|tw"
)  # of words that begin in two consonants
_FIRST = pattern(r"\s*/?([^\s:,]+)(\s*,)?(.*)", DOTALL)
_GLUED = pattern(r"([^\W\d]+)#?(\d{1,9})")


def near_miss(
    text: str,
    book: TextBook,
    orders: Collection[str],
    is_word: Callable[[str], bool],
    *,
    names: Collection[str] = (),
    cases: Collection[int] = (),
) -> tuple[Command, str] | None:
    """The command that was probably meant, and how it is written; None for words to a patient.

    `orders`: names of the commands that count. `names`: folded names of her patients. `cases`: numbers of open cases.
    """
    found = _FIRST.fullmatch(text)
    if found is None:
        return None
    typed, comma, rest = plain(found[1]), bool(found[2]), found[3]
    if typed in names:
        return None
    for word, glued in _candidates(typed, comma, book, orders, is_word):
        written = f"{word} {glued}{rest.lstrip(': ')}".strip()
        command = book.command(written)
        if command and command.name in orders:
            return command, written
    and_more = _with_words_after_the_number(typed, rest, book, orders, cases)
    return and_more or _before_a_case_number(typed, rest, book, orders, cases)


def _candidates(
    typed: str, comma: bool, book: TextBook, orders: Collection[str], is_word: Callable[[str], bool]
) -> Iterator[tuple[str, str]]:
    """Command words (the first of several) that `typed` may be, each with what was typed in one with it."""
    glued = ""
    if number := _GLUED.fullmatch(typed):  # "cerrar104"
        typed, glued = number[1], f"{number[2]} "
        if len(typed) >= SHORTEST:
            yield typed, glued
    if is_word(typed):
        return
    for word in _words(book, orders):
        stuck = typed.removeprefix(word)  # "notallamar el lunes"
        if is_slip(typed, word) and (_swapped(typed, word) or not comma):
            yield word, glued
        elif stuck != typed and len(stuck) > 2 and is_word(stuck):
            yield word, f"{stuck} "


def _words(book: TextBook, orders: Collection[str]) -> dict[str, None]:
    said = (
        words
        for name, command in book.commands.items()
        if name in orders
        for words in command.es + command.en
    )
    each = dict.fromkeys(part for words in said for part in (plain(words), plain(words).split()[0]))
    return {word: None for word in each if len(word) >= SHORTEST}


def is_slip(typed: str, word: str) -> bool:
    """Whether one slip of the finger makes `typed` of the command word: two letters swapped, one lost, one too many, or
    one beside the right one. Not where that makes what may be a name: "Nora" is not "nota", nor "Noé" "note"."""
    if typed == word or len(word) < SHORTEST:
        return False
    if _swapped(typed, word):
        return True
    if typed[:1] != word[:1]:
        return False
    if len(typed) == len(word) - 1:
        return _lost(word, typed) and (len(typed) >= SHORTEST or not _speakable(typed))
    if len(typed) == len(word) + 1:
        return _lost(typed, word)
    return len(typed) == len(word) and _beside(typed, word)


def _swapped(typed: str, word: str) -> bool:
    """Two neighbouring letters in the wrong order."""
    return any(
        typed == word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for at in range(len(word) - 1)
        if word[at] != word[at + 1]
    )


def _lost(longer: str, shorter: str) -> bool:
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _beside(typed: str, word: str) -> bool:
    """One letter is another key's: a neighbour's, and in a short word one that nobody could say."""
    wrong = [(a, b) for a, b in zip(typed, word, strict=True) if a != b]
    if len(wrong) != 1 or not _neighbours(*wrong[0]):
        return False
    return len(word) >= SHORTEST_SWAPPED or (wrong[0][0] in VOWELS) != (wrong[0][1] in VOWELS)


def _neighbours(one: str, other: str) -> bool:
    places = {letter: (row, column) for row, keys in enumerate(ROWS) for column, letter in enumerate(keys)}
    if one not in places or other not in places:
        return False
    return all(abs(a - b) <= 1 for a, b in zip(places[one], places[other], strict=True))


def _speakable(word: str) -> bool:
    return word[0] in VOWELS or word[1] in VOWELS or bool(BEGINNINGS.match(word))


def _with_words_after_the_number(
    typed: str, rest: str, book: TextBook, orders: Collection[str], cases: Collection[int]
) -> tuple[Command, str] | None:
    """ "cerrar 1 gracias", "soltar el 1 ya", when there is such a case."""
    said = rest.split()
    for words in range(1, min(len(said), MOST_BEFORE + 1)):
        written = f"{typed} {' '.join(said[:words])}"
        command = book.command(written)
        if command and command.name in orders and command.rest.isdecimal() and int(command.rest) in cases:
            return (command, written) if book.commands[command.name].takes == "number" else None
    return None


def _before_a_case_number(
    typed: str, rest: str, book: TextBook, orders: Collection[str], cases: Collection[int]
) -> tuple[Command, str] | None:
    """ "toma 104" and "cierre 104", when there is such a case: real words, but hardly meant for a patient."""
    for word in _words(book, orders):
        if len(typed) < ALIKE or typed[:ALIKE] != word[:ALIKE] or abs(len(typed) - len(word)) > 2:
            continue
        command = book.command(f"{word} {rest}")
        if command and command.name in orders and command.rest.isdecimal() and int(command.rest) in cases:
            takes_number = book.commands[command.name].takes == "number"
            return (command, f"{word} {command.rest}") if takes_number else None
    return None
