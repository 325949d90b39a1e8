"""Bad input never crashes, never loses, never blocks the next message."""

import json

import httpx
import pytest

from tests.product.conftest import Product
from tests.product.people import patient

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
@pytest.mark.parametrize("name", STRANGE)
async def test_strange_text_blocks_nothing(product: Product, channel: str, name: str) -> None:
    product.rasa.label_of = lambda text: (
        "ask_cost" if "cuesta" in text else "ask_hours" if "horario" in text else "nlu_fallback"
    )
    luz = patient(product.box, channel)
    await send_raw(product, channel, luz, STRANGE[name])
    await luz.say("¿qué horario tienen?")
    await luz.hears("abre", within=12)
    await product.settle()


async def send_raw(product: Product, channel: str, luz: object, text: str) -> None:
    """Past the emulator's own limits, straight to the door."""
    if channel == "whatsapp":
        await luz.say("hola")  # type: ignore[attr-defined]
        form = dict(product.box.twilio.posted[-1].form)
        body = text.encode("utf-8", "replace").decode()
        await luz.raw({**form, "MessageSid": "SM" + "0" * 32, "Body": body})  # type: ignore[attr-defined]
        return
    message = {
        "message_id": 77,
        "date": 1,
        "chat": {"id": 5001, "type": "private"},
        "from": {"id": 5001},
        "text": text,
    }
    async with httpx.AsyncClient() as client:
        await client.post(
            f"{product.url}/webhooks/telegram",
            content=json.dumps({"update_id": 99, "message": message}),
            headers={"X-Telegram-Bot-Api-Secret-Token": "test-secret"},
        )


TELEGRAM_SECRET = {"X-Telegram-Bot-Api-Secret-Token": "test-secret"}


@pytest.mark.parametrize(
    ("path", "headers", "content", "status"),
    [
        ("/webhooks/telegram", {}, b"{}", 403),
        ("/webhooks/telegram", {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, b"{}", 403),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"not json", 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"\xff\xfe", 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"[]", 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b'{"update_id": 5, "hologram": {"x": 1}}', 200),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"[" * 100_000, 400),
        ("/webhooks/telegram", TELEGRAM_SECRET, b"x" * 2_000_000, 413),
        ("/webhooks/whatsapp", {}, b"Body=hola", 403),
        ("/webhooks/whatsapp", {"X-Twilio-Signature": "wrong"}, b"Body=hola", 403),
        ("/webhooks/whatsapp/status", {"X-Twilio-Signature": "wrong"}, b"MessageSid=SM1", 403),
        ("/webhooks/whatsapp", {}, b"\xff\xfe\x00", 403),
    ],
)
async def test_the_doors_refuse_what_is_not_the_providers(
    product: Product, path: str, headers: dict[str, str], content: bytes, status: int
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(product.url + path, content=content, headers=headers)
    assert answer.status_code == status
