"""What the tests of slips share: who makes one, what its links open, and who opens it."""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.product.conftest import Product
from tests.product.journeys.people import Teller

WORD = {"es": "volante", "en": "I want to make a slip"}
TOLD = {
    "es": ("cardiología", "Puebla", "una segunda opinión sobre la válvula"),
    "en": ("cardiology", "Puebla", "a second opinion about the valve"),
}


def links_of(bubble: Any) -> dict[str, str]:
    """What the link opens on each channel: the text that WhatsApp prefills, the payload of Telegram's START."""
    found = [urlsplit(link) for link in re.findall(r"https://\S+", bubble.text)]
    opens = {link.netloc: parse_qs(link.query) for link in found}
    return {"whatsapp": opens["wa.me"]["text"][0], "telegram": opens["t.me"]["start"][0]}


async def makes_one(product: Product, channel: str = "telegram", language: str = "es") -> tuple[Teller, Any]:
    """Luz has made a slip; the bubble that says so."""
    luz = Teller(product, channel, language)
    await luz.says(WORD[language])
    await luz.asked("privacy.consent.ask")
    await luz.taps("consent")
    for step, answer in zip(("specialty", "city", "wanted"), TOLD[language], strict=True):
        await luz.asked(step)
        await luz.says(answer)
        if step == "wanted":  # its words may come in several bubbles
            product.box.clock.advance(seconds=4)
    await luz.phone.hears("Luz")
    await luz.taps("slip_send")
    made = await luz.phone.hears("https://wa.me/")
    return luz, made


def rosa_of(product: Product, channel: str) -> Any:
    box = product.box
    return (
        box.telegram.user(5091, "Rosa", language_code="es")
        if channel == "telegram"
        else box.twilio.user("whatsapp:+5215500000991", "Rosa")
    )


async def opens(product: Product, rosa: Any, channel: str, links: dict[str, str]) -> Any:
    if channel == "telegram":
        await rosa.start(links["telegram"])
    else:
        await rosa.say(unquote(links["whatsapp"]))
    bubble = await rosa.hears(lambda bubble: "Luz" in bubble.text)
    if not bubble.options:  # on WhatsApp the buttons come under the last of two
        await rosa.hears(lambda bubble: bool(bubble.options))
    return bubble
