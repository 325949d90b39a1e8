"""From a question to a person and back, for every pairing of channels, in both languages, with the real Rasa."""

import pytest

from tests.product.conftest import Product
from tests.product.people import consultant, patient
from tests.product.quiet import silent
from tests.product.words import ASK_PERSON, QUESTION

EVERY_PAIRING = [  # each channel of the patient in both languages, and each channel of the consultant
    ("whatsapp", "whatsapp", "en"),
    ("whatsapp", "telegram", "es"),
    ("telegram", "whatsapp", "es"),
    ("telegram", "telegram", "en"),
]
COST = {"es": "costo", "en": "cost"}


@pytest.mark.parametrize(("from_", "to", "language"), EVERY_PAIRING)
async def test_question_person_and_back(whole: Product, from_: str, to: str, language: str) -> None:
    luz = patient(whole.box, from_, language)
    ana, other = (
        consultant(whole.box, to),
        consultant(whole.box, "telegram" if to == "whatsapp" else "whatsapp"),
    )
    texts = whole.puente.services.texts

    await luz.say(QUESTION[language])
    answer = await luz.hears(lambda bubble: True)
    assert COST[language] in answer.text.lower()
    assert answer.options

    await luz.say(ASK_PERSON[language])
    card = await ana.hears("Caso")
    await other.hears("Caso")
    assert "Luz" not in card.text
    notified = await luz.hears(lambda bubble: True)
    number = "".join(c for c in card.header + card.text.splitlines()[0] if c.isdigit())
    assert number in notified.text

    await ana.tap("Tomar", card)
    taken = await ana.hears(QUESTION[language])
    assert "Luz" in taken.text
    assert "Ana" in (await luz.hears(lambda bubble: True)).text or to == "whatsapp"
    await told_it_is_taken(other, to)

    await luz.say("¿cuándo me pueden recibir? / when can you see me?")
    assert "when can you see me" in (await ana.hears("when can you see me")).text
    await ana.say("Buenas tardes, con gusto le ayudo. / Glad to help.")
    relayed = await luz.hears("Glad to help")
    assert ("Ana Ruiz" if to == "telegram" else "Bruno Díaz") in relayed.header + relayed.text
    await luz.say(QUESTION[language])
    await ana.hears(QUESTION[language])
    await silent(whole, luz)

    await ana.say("cerrar")
    await ana.hears("cerrado")
    closed = await luz.hears(lambda bubble: True)
    ending = [
        texts.render(key, language, {"case": number}, whole.puente.services.office, False).text
        for key in ("handoff.closed", "handoff.rate")
    ]
    assert closed.text == "\n\n".join(ending)
    await luz.say(QUESTION[language])
    assert COST[language] in (await luz.hears(lambda bubble: True)).text.lower()


async def told_it_is_taken(other: object, taken_on: str) -> None:
    """Telegram's card is edited; WhatsApp cannot edit, so it says so when she tries."""
    if taken_on == "whatsapp":
        await other.hears("Bruno Díaz")  # type: ignore[attr-defined]
    else:
        card = next(bubble for bubble in reversed(other.bubbles) if bubble.options)  # type: ignore[attr-defined]
        await other.tap("Tomar", card)  # type: ignore[attr-defined]
        await other.hears("Ana Ruiz")  # type: ignore[attr-defined]
