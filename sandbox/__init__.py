"""Telegram's Bot API and Twilio's WhatsApp API emulated on loopback, and one page with two phones.

As a process: `python -m sandbox --port 9001 --bot-url http://127.0.0.1:8080`; the page is at /sandbox/.

In a test:

    async with running() as box:
        ...start the bot with box.credentials in its environment...
        box.connect(bot_url="http://127.0.0.1:8080", public_url="https://puente.example")
        ana = box.telegram.user(5001, "Ana", language_code="es")
        luz = box.twilio.user("whatsapp:+5215500000123", "Luz")
        await ana.say("hola")
        welcome = await ana.hears("Puente", within=10)
        await ana.tap(welcome.options[0].title)
        box.twilio.faults.throttle("messages.create", retry_after=3)
        box.clock.advance(hours=25)

The server shares the running loop: call blocking clients through `asyncio.to_thread`.
What a person can do: `telegram_api.people`, `twilio_api.people`. What a phone shows: `phone.Bubble`.
Faults: `faults.Faults`; their method names are Telegram's own, and for Twilio those of `twilio_api.api`.
"""

from sandbox.app import Sandbox, running
from sandbox.phone import Bubble
from sandbox.settings import Settings
from sandbox.twilio_api import Template

__all__ = ["Bubble", "Sandbox", "Settings", "Template", "running"]
