"""The real clients of both providers, pointed at a sandbox."""

from typing import Any

import telegram
from telegram.request import HTTPXRequest
from twilio.rest import Client  # type: ignore[import-untyped]

from sandbox import Sandbox
from tests.sandbox.stub_bot import until

APPROVED = "HX" + "a1" * 16  # an approved template
NUMBER = "whatsapp:+5215500000123"  # where `send` sends


def telegram_client(box: Sandbox, token: str = "", read_timeout: float = 2.0) -> telegram.Bot:
    base = box.telegram_base
    return telegram.Bot(
        token or box.settings.telegram_token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(read_timeout=read_timeout),
    )


def twilio_client(box: Sandbox, http: object = None, token: str = "") -> Client:
    client = Client(box.settings.account_sid, token or box.settings.auth_token, http_client=http)
    client.api.base_url = client.messaging.base_url = client.content.base_url = box.twilio_base
    return client


async def send(box: Sandbox, twilio: Client, **how: Any) -> Any:
    """A message to NUMBER, with the fields changed that are given."""
    return await twilio.messages.create_async(
        **{"from_": box.settings.sender, "to": NUMBER, "body": "hola", **how}
    )


async def fails(box: Sandbox, twilio: Client, **how: Any) -> int:
    """The error code of a message that is accepted and fails afterwards."""
    message = await send(box, twilio, **how)
    await until(lambda: box.twilio.messages[message.sid].is_final)
    return int((await twilio.messages(message.sid).fetch_async()).error_code or 0)
