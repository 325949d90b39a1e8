"""Invented people at the emulated phones."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from sandbox import Sandbox

ANA = 900000101
BRUNO = "whatsapp:+525500000102"
OPERATOR = 900000109
PATIENT_WHATSAPP = "whatsapp:+5215500000123"


_phones: WeakKeyDictionary[Sandbox, dict[object, Any]] = WeakKeyDictionary()


def patient(box: Sandbox, channel: str, language: str = "es", name: str = "Luz") -> Any:
    if channel == "telegram":
        return _phone(box, 5001, lambda: box.telegram.user(5001, name, language_code=language))
    return _phone(box, PATIENT_WHATSAPP, lambda: box.twilio.user(PATIENT_WHATSAPP, name))


def consultant(box: Sandbox, channel: str) -> Any:
    """Ana is reached on Telegram only, Bruno on WhatsApp only (tests/office.yml)."""
    if channel == "telegram":
        return _phone(box, ANA, lambda: box.telegram.user(ANA, "Ana"))
    return _phone(box, BRUNO, lambda: box.twilio.user(BRUNO, "Bruno"))


def operator(box: Sandbox) -> Any:
    return _phone(box, OPERATOR, lambda: box.telegram.user(OPERATOR, "Olga"))


def _phone(box: Sandbox, address: object, make: Callable[[], Any]) -> Any:
    """The person's one phone in this sandbox."""
    phones = _phones.setdefault(box, {})
    if address not in phones:
        phones[address] = make()
    return phones[address]
