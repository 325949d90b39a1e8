"""A red flag is answered at once, ahead of everything, and people are paged."""

import asyncio

import pytest

from tests.product.conftest import Product
from tests.product.people import consultant, operator, patient
from tests.product.quiet import silent


@pytest.mark.parametrize(
    ("channel", "text", "notified"),
    [
        ("telegram", "mi papá no puede respirar", "aviso"),
        ("whatsapp", "my dad can't breathe", "alerted"),
    ],
)
async def test_an_emergency_is_answered_and_paged_with_rasa_down(
    product: Product, channel: str, text: str, notified: str
) -> None:
    product.rasa.down = True
    luz, ana, bruno = (
        patient(product.box, channel),
        consultant(product.box, "telegram"),
        consultant(product.box, "whatsapp"),
    )
    await luz.say(text)
    answer = await luz.hears("911", within=2)
    assert not answer.options
    for person in (ana, bruno):
        assert (await person.hears("URGENTE")).options
    await luz.hears(notified)


async def test_a_crisis_names_the_lines_of_the_senders_country(product: Product) -> None:
    mexico = product.box.twilio.user("whatsapp:+5215500000777", "Rita")
    await mexico.say("ya no quiero vivir")
    answer = await mexico.hears("800 911 2000", within=2)
    assert "988" not in answer.text
    unknown = patient(product.box, "telegram")
    await unknown.say("I want to kill myself")
    answer = await unknown.hears("988", within=2)
    assert "800 911 2000" in answer.text


async def test_three_bubbles_make_one_emergency(product: Product) -> None:
    product.rasa.label_of = lambda text: "nlu_fallback"
    luz = patient(product.box, "whatsapp")
    for text in ("mi papá", "no", "respira"):
        await luz.say(text)
    await luz.hears("911", within=2)
    await luz.hears("aviso")
    await silent(product, luz)  # no "did you mean" for the first two


async def test_an_emergency_overtakes_a_throttled_reply(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "telegram")
    product.box.telegram.faults.throttle("sendMessage", retry_after=30, address="5001")
    await luz.say("¿cuánto cuesta?")
    await asyncio.sleep(1)
    await luz.say("mi mamá se desmayó y no despierta")
    await luz.hears("911", within=2)


async def test_an_emergency_overtakes_a_failing_turn(product: Product) -> None:
    product.rasa.down = True
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta?")
    await asyncio.sleep(0.5)
    await luz.say("creo que le está dando un infarto a mi esposo, le duele el pecho")
    await luz.hears("911", within=2)


async def test_after_a_safety_answer_there_are_no_menus(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_location"
    luz = patient(product.box, "telegram")
    await luz.say("mi papá no puede respirar")
    await luz.hears("aviso")
    await luz.say("¿dónde están ustedes?")
    assert not (await luz.hears("oficina")).options


async def test_an_emergency_in_a_held_case_pages_the_holder_then_everybody(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana, bruno = (
        patient(product.box, "telegram"),
        consultant(product.box, "telegram"),
        consultant(product.box, "whatsapp"),
    )
    await luz.say("una persona por favor")
    card = await ana.hears("Caso")
    await bruno.hears("Caso")
    await ana.tap("Tomar", card)
    await ana.hears("una persona")
    await luz.hears(lambda bubble: True)
    await luz.say("le duele mucho el pecho y no puede respirar")
    await luz.hears("911", within=2)
    await ana.hears("URGENTE")
    await silent(product, bruno)
    product.box.clock.advance(minutes=3)
    await bruno.hears("URGENTE", within=5)


async def test_the_news_of_a_death_gets_two_lines_and_a_person_and_no_menu(product: Product) -> None:
    product.rasa.label_of = lambda text: "nlu_fallback"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("quería avisarles que mi mamá falleció anoche")
    answer = await luz.hears("Lamento", within=3)
    assert not answer.options
    await ana.hears("Caso")
    await silent(product, luz)


async def test_the_classifier_raises_what_the_rules_did_not_see(product: Product) -> None:
    product.rasa.label_of = lambda text: "emergency"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("algo muy raro le pasa a mi bebé desde hace un rato")
    await luz.hears("911")
    await ana.hears("URGENTE")


async def test_when_nobody_can_be_reached_the_text_says_so(product: Product) -> None:
    for method, address in (("sendMessage", "900000101"),):
        product.box.telegram.faults.reject(
            method, 403, 403, "Forbidden: bot was blocked by the user", times=9, address=address
        )
    product.box.twilio.faults.reject(
        "messages.create", 400, 63024, "invalid", times=9, address="whatsapp:+525500000102"
    )
    luz, olga = patient(product.box, "telegram"), operator(product.box)
    await luz.say("mi papá no puede respirar")
    await luz.hears("911", within=2)
    await luz.hears("nadie de la oficina está leyendo", within=10)
    await olga.hears("caso", within=10)


async def test_a_provider_that_hangs_for_many_does_not_hold_up_an_emergency(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    others = [
        product.box.twilio.user(f"whatsapp:+52155000008{number:02}", f"P{number}") for number in range(24)
    ]
    product.box.twilio.faults.hang("messages.create", seconds=8, times=24)
    await asyncio.gather(*(person.say("¿cuánto cuesta?") for person in others))
    await asyncio.sleep(1)
    luz = patient(product.box, "telegram")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911", within=2)


async def test_the_start_button_is_a_greeting(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.start("web")
    await luz.hears("asistente", within=2)
