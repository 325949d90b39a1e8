"""Why each reply was given is stored beside it, without a word of the patient."""

import json
from typing import Any

from sqlalchemy import select

from bot.store.tables import Send
from tests.product.conftest import Product
from tests.product.people import consultant, patient
from tests.stub_rasa import MODEL

WORDS = "zanahoria7391"


async def whys(product: Product, *purposes: str) -> list[dict[str, Any] | None]:
    """What is stored with the sends of these purposes, oldest first, once nothing waits any more."""
    await product.settle()
    query = select(Send.why).where(Send.purpose.in_(purposes)).order_by(Send.id)
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(query))


async def last_why(product: Product) -> dict[str, Any]:
    """That of the newest answer to a message, without the version of the texts, which every one has."""
    told = [why for why in await whys(product, "reply", "safety", "opt_out") if why]
    why = [why for why in told if why["by"] != "desk"][-1]
    assert why.pop("texts") == product.puente.services.texts.version != ""
    return why


async def test_an_answer_tells_its_label_its_texts_and_its_model(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta la consulta?")
    await luz.hears("costo")
    assert await last_why(product) == {
        "by": "label",
        "label": "ask_cost",
        "confidence": 0.9,
        "model": MODEL,
        "keys": ["introduction", "answer.ask_cost", "privacy.notice.short"],
        "language": "es",
    }


async def test_a_tapped_button_is_told_as_a_choice(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "whatsapp")
    await luz.say("how much is a consultation?")
    bubble = await luz.hears("cost")
    await luz.tap(0, bubble)
    await luz.hears(lambda bubble: True)
    why = await last_why(product)
    assert (why["by"], why["language"]) == ("choice", "en")
    assert why["keys"] == [f"answer.{why['label']}"] or why["keys"][0].startswith("handoff.")


async def test_a_safety_answer_tells_its_rule_and_asks_no_model(product: Product) -> None:
    product.rasa.down = True
    luz = patient(product.box, "telegram")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    assert await last_why(product) == {
        "by": "rule",
        "rule": "breathing",
        "keys": ["safety.emergency"],
        "language": "es",
    }


async def test_a_danger_that_the_classifier_raised_says_so(product: Product) -> None:
    product.rasa.label_of = lambda text: "emergency"
    luz = patient(product.box, "telegram")
    await luz.say("algo muy raro le pasa a mi bebé desde hace un rato")
    await luz.hears("911")
    assert await last_why(product) == {
        "by": "classifier",
        "label": "emergency",
        "confidence": 0.9,
        "model": MODEL,
        "keys": ["safety.emergency"],
        "language": "es",
    }


async def test_a_command_is_named(product: Product) -> None:
    luz = patient(product.box, "telegram")
    for text, command, key in (("BAJA", "opt_out", "opt_out.done"), ("ALTA", "opt_in", "opt_out.undone")):
        await luz.say(text)
        await luz.hears(lambda bubble: True)
        why = await last_why(product)
        assert (why["by"], why["command"], why["keys"][:1]) == ("command", command, [key])
        assert "model" not in why


async def test_what_was_not_understood_tells_the_likeliest_label(product: Product) -> None:
    product.rasa.label_of = lambda text: "nlu_fallback"
    luz = patient(product.box, "telegram")
    await luz.say("bla bla")
    await luz.hears(lambda bubble: True, within=10)
    why = await last_why(product)
    assert (why["by"], why["label"], why["confidence"]) == ("unsure", "ask_cost", 0.3)
    assert "fallback.which" in why["keys"]


async def test_what_is_no_words_or_no_language_of_ours_says_so(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.say("😭😭")
    await luz.hears(lambda bubble: True)
    assert (await last_why(product))["by"] == "no_words"
    await luz.say(
        "Bonjour, je voudrais savoir combien coûte une consultation avec un cardiologue s'il vous plaît"
    )
    await luz.hears("English", within=10)
    assert (await last_why(product))["by"] == "third_language"


async def test_with_rasa_down_the_reply_says_that_it_was(product: Product) -> None:
    product.rasa.down = True
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta?")
    await luz.hears(lambda bubble: True, within=30)
    why = await last_why(product)
    assert (why["by"], why["keys"][:2]) == ("engine_down", ["introduction", "fallback.engine_down"])


async def test_a_consultants_words_have_no_why_and_none_holds_a_word_of_the_patient(product: Product) -> None:
    product.rasa.label_of = lambda text: "complaint"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say(f"{WORDS} quiero una persona")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await ana.hears(WORDS)
    await ana.say(f"le contesto {WORDS}")
    await luz.hears(WORDS)
    assert set(map(str, await whys(product, "relay", "forward", "card", "page"))) == {"None"}
    told = await whys(product, "reply", "announcement")
    assert {why["by"] for why in told if why} >= {"label", "desk"}
    assert None not in told
    assert WORDS not in json.dumps(told)
