"""By which a number tells that it is one: control digits, dates inside, and how it is printed. Pure.

Each check gets the groups in which a number was written ("4111 1111" is ["4111", "1111"]), folded to small letters.
Sources: ISO/IEC 7812-1 (cards); Banxico, Circular 14/2017, annex on the CLABE; RENAPO, Instructivo normativo de la CURP
(DOF 18 October 2021); SAT, anexo 1-A on the RFC's check digit; INE on the clave de elector.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

type Groups = Sequence[str]

_CURP_SIGNS = "0123456789abcdefghijklmnñopqrstuvwxyz"
_RFC_SIGNS = "0123456789abcdefghijklmn&opqrstuvwxyz ñ"
_STATES = frozenset(
    [
        "as",
        "bc",
        "bs",
        "cc",
        "cl",
        "cm",
        "cs",
        "ch",
        "df",
        "dg",
        "gt",
        "gr",
        "hg",
        "jc",
        "mc",
        "mn",
        "ms",
        "nt",
        "nl",
        "oc",
        "pl",
        "qt",
        "qr",
        "sp",
        "sl",
        "sr",
        "tc",
        "ts",
        "tl",
        "vz",
        "yn",
        "zs",
        "ne",
    ]
)
_ELECTOR_STATES = (*range(1, 34), 87, 88)
_CARD_LENGTHS = {"2": (16,), "3": (14, 15, 16), "4": (13, 16, 19), "5": range(16, 20), "6": range(16, 20)}
_PRINTED = ((4, 6, 5), (4, 6, 4), (13,), (14,), (15,), (17,), (18,), (19,))  # besides groups of four


def card(groups: Groups) -> bool:
    """A payment card: its issuer's first digit, its length and its last digit (Luhn)."""
    digits = "".join(groups)
    return len(digits) in _CARD_LENGTHS.get(digits[0], ()) and _luhn(digits)


def as_printed(groups: Groups) -> bool:
    """Grouped as on a card. Two telephone numbers in a row are not."""
    lengths = tuple(map(len, groups))
    return lengths in _PRINTED or all(length % 4 == 0 for length in lengths[:-1])


def card_as_printed(groups: Groups) -> bool:
    return card(groups) and as_printed(groups)


def clabe(groups: Groups) -> bool:
    """A Mexican bank account for transfers: 18 digits, of which the last is a weighted sum."""
    digits = [int(digit) for digit in "".join(groups)]
    total = sum(digit * weight % 10 for digit, weight in zip(digits, (3, 7, 1) * 6, strict=False))
    first = int("".join(groups)[:3])
    return 1 < first < 1000 and (total - digits[17] * (3, 7, 1)[17 % 3] % 10 + digits[17]) % 10 == 0


def curp(groups: Groups) -> bool:
    """A CURP with one slip still is one: the check digit is right, or everything else is."""
    signs = "".join(groups)
    if not _born(signs[4:10]):
        return False
    total = sum(_CURP_SIGNS.index(sign) * (18 - place) for place, sign in enumerate(signs[:17]))
    return str(-total % 10) == signs[17] or signs[11:13] in _STATES


def rfc(groups: Groups) -> bool:
    """A person's RFC: a date, and a last sign that fits the others."""
    signs = "".join(groups)
    if not _born(signs[4:10]):
        return False
    total = sum(_RFC_SIGNS.index(sign) * (13 - place) for place, sign in enumerate(signs[:12])) % 11
    return signs[12] == ("0" if total == 0 else "a" if total == 1 else str(11 - total))


def elector(groups: Groups) -> bool:
    """A clave de elector: a date and a state."""
    signs = "".join(groups)
    return _born(signs[6:12]) and int(signs[12:14]) in _ELECTOR_STATES


def no_date(groups: Groups) -> bool:
    """Not 12-05-2026, nor 2026-05-12."""
    lengths = sorted(map(len, groups))
    return not (len(groups) == 3 and lengths[-1] == 4 and lengths[1] <= 2)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _born(digits: str) -> bool:
    """Whether year, month and day, two digits each, are a day of some century."""
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return True


CHECKS: Mapping[str, Callable[[Groups], bool]] = {
    check.__name__: check for check in (card, as_printed, card_as_printed, clabe, curp, rfc, elector, no_date)
}
