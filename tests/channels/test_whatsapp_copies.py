"""What Twilio keeps of a person is deleted however much it is: what fills a page of its list is looked for again."""

import pytest

from bot.channels.whatsapp import copies
from bot.channels.whatsapp.send import WhatsApp
from sandbox import Sandbox
from sandbox.twilio_api.people import WhatsAppUser

A_PAGE = 5


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "PAGE", A_PAGE)


async def test_what_fills_pages_is_gone_after_some_rounds_and_nobody_elses(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    for number in range(2 * A_PAGE + 1):  # and the one with which she began
        await luz.say(f"mensaje {number}")
    rosa = box.twilio.user("whatsapp:+5215500000991", "Rosa")
    await rosa.say("lo mío se queda")
    done = [await whatsapp.erase_copies([luz.address]) for _ in range(3)]
    assert done == [False, False, True]
    assert {message.from_ for message in box.twilio.messages.values()} == {rosa.address}


async def test_a_page_that_is_just_full_is_looked_at_once_more(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    for number in range(A_PAGE - 1):
        await luz.say(f"mensaje {number}")
    assert [await whatsapp.erase_copies([luz.address]) for _ in range(2)] == [False, True]
    assert box.twilio.messages == {}


async def test_of_those_that_are_known_by_their_sids_more_than_a_page_go_at_once(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    """What stood in the chats of consultants; it used never to end."""
    for number in range(3 * A_PAGE):
        await luz.say(f"mensaje {number}")
    assert await whatsapp.erase_copies([], list(box.twilio.messages))
    assert box.twilio.messages == {}
