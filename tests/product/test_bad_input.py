"""Bad input never crashes, never loses, never blocks the next message."""

import json
from typing import Any

import httpx
import pytest

from sandbox import Sandbox
from tests.product.conftest import Product

STRANGE = {
    "empty": "",
    "blank": "   \n ",
    "nul bytes": "hola\x00\x00 ¿cuánto cuesta?",
    "emoji only": "🙏🙏🙏",
    "html": "<b>¿cuánto</b> <script>alert(1)</script> & cuesta?",
    "restart": "/restart",
    "intent": '/greet{"x":1}',
    "64 KB": "¿cuánto cuesta? " * 4096,
    "right to left": "\u202e¿cuánto cuesta?",
    "lone surrogate": "\ud83d cuesta",
}


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_strange_text_blocks_nothing(product: Product, channel: str) -> None:
    """Each strange text comes from a phone of its own, and the next words of that phone are answered."""
    product.rasa.label_of = lambda text: (
        "ask_cost" if "cuesta" in text else "ask_hours" if "horario" in text else "nlu_fallback"
    )
    blocked = {}
    for number, (name, text) in enumerate(STRANGE.items()):
        luz = somebody(product.box, channel, number)
        await (
            past_twilio(product, luz, text, number)
            if channel == "whatsapp"
            else past_telegram(product, luz, text, number)
        )
        await luz.say("¿qué horario tienen?")
        try:
            await luz.hears("abre", within=12)
        except AssertionError as unheard:
            blocked[name] = str(unheard)
    await product.settle()
    assert blocked == {}


def somebody(box: Sandbox, channel: str, number: int) -> Any:
    if channel == "telegram":
        return box.telegram.user(5200 + number, "Luz", language_code="es")
    return box.twilio.user(f"whatsapp:+52155000007{number:02}", "Luz")


async def past_twilio(product: Product, luz: Any, text: str, number: int) -> None:
    """Past the emulator's own limits, straight to the door."""
    await luz.say("hola")
    form = dict(product.box.twilio.posted[-1].form)
    assert form["From"] == luz.number
    body = text.encode("utf-8", "replace").decode()
    status = await luz.raw({**form, "MessageSid": f"SM{number:032}", "Body": body})
    assert status == 200


async def past_telegram(product: Product, luz: Any, text: str, number: int) -> None:
    message = {
        "message_id": 77,
        "date": 1,
        "chat": {"id": luz.id, "type": "private"},
        "from": {"id": luz.id},
        "text": text,
    }
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{product.url}/webhooks/telegram",
            content=json.dumps({"update_id": 99_000 + number, "message": message}),
            headers=TELEGRAM_SECRET,
        )
    assert answer.status_code == 200


TELEGRAM_SECRET = {"X-Telegram-Bot-Api-Secret-Token": "test-secret"}
WRONG_SECRET = {"X-Telegram-Bot-Api-Secret-Token": "wrong"}
WRONG_SIGNATURE = {"X-Twilio-Signature": "wrong"}


async def test_the_doors_refuse_what_is_not_the_providers(product: Product) -> None:
    knocks = [
        ("/webhooks/telegram", {}, b"{}", 403),
        ("/webhooks/telegram", WRONG_SECRET, b"{}", 403),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"not json", 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"\xff\xfe", 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"[]", 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b'{"update_id": 5, "hologram": {"x": 1}}', 200),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"[" * 100_000, 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"x" * 2_000_000, 413),
        ("/webhooks/whatsapp", {}, b"Body=hola", 403),
        ("/webhooks/whatsapp", WRONG_SIGNATURE, b"Body=hola", 403),
        ("/webhooks/whatsapp/status", WRONG_SIGNATURE, b"MessageSid=SM1", 403),
        ("/webhooks/whatsapp", {}, b"\xff\xfe\x00", 403),
    ]
    answered_otherwise = {}
    async with httpx.AsyncClient() as client:
        for path, headers, content, status in knocks:
            answer = await client.post(product.url + path, content=content, headers=headers)
            if answer.status_code != status:
                answered_otherwise[path, tuple(headers), content[:20]] = answer.status_code
    assert answered_otherwise == {}
