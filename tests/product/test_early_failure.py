"""A provider may tell of a failure before it has answered the send, also at a second attempt: the words go out again."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.channels.base import Bubble, ChannelName, DeliveryStatus, Receipt, StatusUpdate
from bot.channels.errors import Throttled
from bot.outbox.deliver import UNDECIDED
from bot.outbox.status import apply_status
from bot.store.tables import Send
from tests.product.conftest import Product
from tests.product.people import patient

TWICE = 2
LATER = timedelta(hours=1)


async def test_the_second_attempts_failure_is_heard_though_it_comes_before_the_yes(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("¿cuánto cuesta?")
    await rosa.hears("costo")
    await product.settle()
    puente = product.puente
    services = puente.services

    async def answer() -> Send:
        async with services.database.session() as session:
            newest = select(Send).where(Send.purpose == "reply").order_by(Send.id.desc()).limit(1)
            return (await session.scalars(newest)).one()

    async def fails(provider_id: str) -> None:
        error = Throttled(LATER.total_seconds(), "63018")
        told = (DeliveryStatus.FAILED, error, str((await answer()).id))
        await apply_status(services, puente.outbox, StatusUpdate(ChannelName.WHATSAPP, provider_id, *told))

    async def is_now(**values: object) -> None:
        async with services.database.session() as session:
            await session.execute(update(Send).where(Send.id == (await answer()).id).values(**values))

    async with asyncio.timeout(10):
        while (await answer()).state not in ("delivered", "read"):  # noqa: ASYNC110 (else its callback comes in between)
            await asyncio.sleep(0.05)
    await is_now(state="accepted", provider_id="SM-of-the-first-attempt")
    await fails("SM-of-the-first-attempt")
    assert (await answer()).state == "pending"
    await is_now(state="sending", due_at=product.box.clock.now() + LATER)  # the second attempt is on its way
    await fails("SM-of-the-second-attempt")
    assert (await answer()).state == "pending"


async def test_the_yes_to_an_attempt_that_has_failed_meanwhile_says_nothing_of_the_next(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice in a row the failure is quicker than the yes: the words go out a third time, and arrive."""
    product.rasa.label_of = lambda text: "ask_cost"
    rosa = patient(product.box, "whatsapp", name="Rosa")
    services = product.puente.services
    channel = services.channels["whatsapp"]
    hand_over = channel.send
    yeses = 0

    async def state(number: int) -> str:
        async with services.database.session() as session:
            return (await session.get_one(Send, number)).state

    async def late_yes(address: str, bubble: Bubble, reference: str) -> Receipt:
        nonlocal yeses
        receipt = await hand_over(address, bubble, reference)
        yeses += 1
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                while yeses <= TWICE and await state(int(reference)) in UNDECIDED:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        return receipt

    monkeypatch.setattr(channel, "send", late_yes)
    product.box.twilio.faults.fail_later(63018, times=TWICE)
    await rosa.say("¿cuánto cuesta?")
    await rosa.hears("costo", within=25)
    await product.settle()
    assert yeses == TWICE + 1
