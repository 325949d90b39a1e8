"""A question finds its answer, in its language, on its channel."""

import asyncio

from tests.product.conftest import Product
from tests.product.people import patient
from tests.product.quiet import silent

LABELS = {
    "cuánto": "ask_cost",
    "how much": "ask_cost",
    "dónde": "ask_location",
    "hola": "greet",
    "pasado": "ask_hours",
}


def by_words(text: str) -> str:
    return next((label for word, label in LABELS.items() if word in text.casefold()), "nlu_fallback")


async def test_a_question_is_answered_in_its_language_on_both_channels(product: Product) -> None:
    product.rasa.label_of = by_words
    for channel in ("telegram", "whatsapp"):
        luz = patient(product.box, channel)
        await luz.say("¿cuánto cuesta la consulta?")
        assert "costo" in (await luz.hears(lambda bubble: True)).text.lower()
        await luz.say("and how much is the second opinion?")
        assert "cost" in (await luz.hears(lambda bubble: True)).text.lower()


async def test_a_tapped_button_is_answered(product: Product) -> None:
    product.rasa.label_of = by_words
    for channel in ("telegram", "whatsapp"):
        luz = patient(product.box, channel)
        await luz.say("¿cuánto cuesta la consulta?")
        bubble = await luz.hears(lambda bubble: True)
        await luz.tap(0, bubble)
        await luz.hears(lambda bubble: True)
        assert product.rasa.asked[-1][1].startswith("/")


async def test_the_number_or_the_title_of_an_option_is_understood_as_the_choice(product: Product) -> None:
    product.rasa.label_of = lambda text: "nlu_fallback"
    luz = patient(product.box, "whatsapp")
    await luz.say("bla bla")
    bubble = await luz.hears(lambda bubble: True, within=10)
    await luz.say("2")
    await luz.hears(lambda bubble: True)
    assert product.rasa.asked[-1][1] == "/ask_hours"
    await luz.say("otra cosa rara")
    await luz.hears(lambda bubble: True, within=10)
    await luz.say(bubble.options[0].title.upper())
    await luz.hears(lambda bubble: True)
    assert product.rasa.asked[-1][1] == "/ask_cost"


async def test_text_that_looks_like_a_command_reaches_rasa_as_words(product: Product) -> None:
    product.rasa.label_of = by_words
    luz = patient(product.box, "telegram")
    for text in ("/restart", '  /greet{"x":1}', "/talk_to_human"):
        await luz.say(text)
        await luz.hears(lambda bubble: True, within=10)
        assert not product.rasa.asked[-1][1].startswith("/")


async def test_a_duplicate_webhook_is_answered_once(product: Product) -> None:
    product.rasa.label_of = by_words
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta?")
    await luz.hears(lambda bubble: True)
    update = product.box.telegram.updates_sent[-1]
    await luz.raw(update)
    await silent(product, luz)


async def test_five_bubbles_of_one_thought_get_one_answer(product: Product) -> None:
    product.rasa.label_of = lambda text: "request_referral" if "pueden ver" in text else "nlu_fallback"
    luz = patient(product.box, "whatsapp")
    for text in ("hola", "disculpe la hora", "es mi mamá", "le encontraron cáncer", "¿la pueden ver?"):
        await luz.say(text)
        await asyncio.sleep(0.4)
    answer = await luz.hears(lambda bubble: True, within=10)
    assert (
        product.rasa.asked[-1][1] == "hola disculpe la hora es mi mamá le encontraron cáncer ¿la pueden ver?"
    )
    assert len(product.rasa.asked) == 1
    assert answer.text
    await silent(product, luz)


async def test_distinct_questions_in_a_burst_are_each_answered_in_order(product: Product) -> None:
    product.rasa.label_of = by_words
    luz = patient(product.box, "telegram")
    await asyncio.gather(luz.say("¿cuánto cuesta?"))
    await luz.say("¿dónde están?")
    await luz.say("¿cuánto cuesta?")
    started = asyncio.get_running_loop().time()
    for _ in range(3):
        await luz.hears(lambda bubble: True)
    assert asyncio.get_running_loop().time() - started < 3  # no poll of five seconds in between
    assert [text for _, text, _ in product.rasa.asked] == [
        "¿cuánto cuesta?",
        "¿dónde están?",
        "¿cuánto cuesta?",
    ]


async def test_a_third_language_gets_one_line_in_both_and_the_offer_of_a_person(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.say(
        "Bonjour, je voudrais savoir combien coûte une consultation avec un cardiologue s'il vous plaît"
    )
    answer = await luz.hears(lambda bubble: True, within=10)
    assert "español" in answer.text
    assert "English" in answer.text
    assert answer.options
