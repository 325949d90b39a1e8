"""A slip with the real Rasa, which knows nothing of this journey and has asked none of its questions: the draft leads."""

from tests.product.conftest import Product
from tests.product.journeys.people import said
from tests.product.journeys.slips import links_of, makes_one, opens, rosa_of

WITHIN = 30.0  # seconds: the real Rasa on a busy machine


async def test_a_typed_yes_goes_on_and_tells_nobody(whole: Product) -> None:
    luz, made = await makes_one(whole)
    rosa = rosa_of(whole, "whatsapp")
    await opens(whole, rosa, "whatsapp", links_of(made))
    await rosa.say("sí, de acuerdo")
    await rosa.hears(said(whole, "intake.ask.who", "es"), WITHIN)
    await rosa.say("para mí")
    await rosa.hears(said(whole, "intake.ask.age", "es"), WITHIN)
    await rosa.say("¿cuánto cuesta?")
    await rosa.hears(said(whole, "intake.ask.age", "es"), WITHIN)
    await rosa.say("67")
    await rosa.hears(said(whole, "intake.ask.channel", "es"), WITHIN)
    await whole.settle()
    assert luz.phone.bubbles[-1].id == made.id
