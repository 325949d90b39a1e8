"""No words to a wrong patient: old buttons, cases that went while she wrote, quotes of nobody's bubble, edits."""

import asyncio
from typing import Any

from tests.product.desk.writers import BOTH, Writing, holding, other_phone, titles
from tests.product.people import patient
from tests.product.quiet import silent


async def luz_then_rosa(way: Writing, *lines: str) -> tuple[list[Any], Any]:
    """She writes these lines while she holds Luz's case; that one is closed and she takes Rosa's. Returns the bubbles with
    which she was answered, and Rosa."""
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    asked = []
    for line in lines:
        await way.her.say(line)
        asked.append(await way.her.hears(lambda bubble: way.button("send_anyway") in titles(bubble)))
    await way.orders("close", 1, "desk.closed")
    rosa = patient(way.product.box, "whatsapp", way.language, name="Rosa")
    await way.takes(rosa)
    await way.product.settle()
    rosa.catch_up()
    return asked, rosa


LIKE_ORDERS = {
    "es": ("ntoa su biopsia salió mala", "buscar un oncólogo para su tumor", "recordar tomar sus pastillas"),
    "en": ("ntoe her biopsy is bad", "search an oncologist for her tumour", "remind her to take the pills"),
}


@BOTH
async def test_send_anyway_of_a_closed_case_is_refused(way: Writing) -> None:
    answers, rosa = await luz_then_rosa(way, *LIKE_ORDERS[way.language])
    for asked in answers:  # a doubt, a search, a reminder
        await way.her.tap(way.button("send_anyway"), asked)
        await way.her.hears(lambda bubble: way.button("write") in titles(bubble))
        await silent(way.product, rosa)


async def test_the_doubted_order_is_about_the_case_of_then(way: Writing) -> None:
    [asked], rosa = await luz_then_rosa(way, "cerar")
    await way.her.tap(0, asked)
    await way.her.hears(way.text("desk.already_closed", case="1"))
    assert (await way.case(2)).closed_at is None
    await silent(way.product, rosa)


async def test_send_anyway_that_could_not_tell_whose_asks_though_one_case_is_left(way: Writing) -> None:
    _, rosa = await way.two()
    await way.her.say("ntoa su biopsia salió mala")
    asked = await way.her.hears(lambda bubble: way.button("send_anyway") in titles(bubble))
    await way.orders("release", 1, "desk.released")
    await way.her.tap(way.button("send_anyway"), asked)
    assert titles(await way.her.hears("¿A quién se lo mando?")) == ["#2 Rosa"]
    await silent(way.product, rosa)


async def last_wrote_to_rosa(way: Writing) -> tuple[Any, Any]:
    luz, rosa = await way.two()
    await way.orders("write", 2, "desk.focus.header")
    await way.her.say("hola, Rosa")
    await way.lets_go(2)
    await rosa.hears("hola, Rosa")
    await luz.say("¿qué salió en mi biopsia?")
    await way.her.hears("¿qué salió en mi biopsia?")
    await way.product.settle()
    return luz, rosa


async def asked_for_whom(way: Writing, rosa: Any) -> None:
    """What she writes to Luz, whose case she no longer holds, reaches nobody; one tap sends it to Rosa if it was for her."""
    await way.her.say("salió positiva")
    asked = await way.her.hears(holding("salió positiva"))
    assert titles(asked) == ["#2 Rosa"]
    await silent(way.product, rosa)
    await way.her.tap("#2 Rosa", asked)
    await rosa.hears("salió positiva")
    await way.her.say("otra línea")  # and now it is clear again
    await rosa.hears("otra línea")


@BOTH
async def test_a_colleague_takes_the_case_over_while_she_writes(way: Writing) -> None:
    _, rosa = await last_wrote_to_rosa(way)
    other = other_phone(way.product, "telegram" if way.language == "es" else "whatsapp")
    await other.say(f"{way.order('take_over')} 1")
    await way.her.hears("Bruno" if way.language == "es" else "Ana")
    await asked_for_whom(way, rosa)


@BOTH
async def test_the_patient_goes_back_to_the_assistant_while_she_writes(way: Writing) -> None:
    luz, rosa = await last_wrote_to_rosa(way)
    await luz.say("asistente" if way.language == "es" else "assistant")
    await way.her.hears(way.text("desk.patient_left", case="1"))
    await asked_for_whom(way, rosa)


async def test_the_patient_goes_back_in_the_same_instant(way: Writing) -> None:
    luz, rosa = await last_wrote_to_rosa(way)
    await asyncio.gather(luz.say("asistente"), way.her.say("salió positiva"))
    await way.her.hears(holding("¿A quién se lo mando?", "salió positiva"))
    await way.product.settle()
    assert not any("positiva" in bubble.text for bubble in rosa.bubbles)


async def test_she_gives_the_case_back_and_writes(way: Writing) -> None:
    _, rosa = await last_wrote_to_rosa(way)
    await way.orders("release", 1, "desk.released")
    await asked_for_whom(way, rosa)


async def test_a_quote_of_what_names_no_case_is_asked_about(way: Writing) -> None:
    _, rosa = await way.two()
    await way.her.say("casos")
    listed = await way.her.hears(lambda bubble: len(bubble.options) == 2)
    await way.orders("release", 1, "desk.released")
    await way.orders("write", 2, "desk.focus.header")
    await way.her.say("esto era para Luz", quote=listed)
    await way.her.hears(holding("¿A quién se lo mando?", "esto era para Luz"))
    await silent(way.product, rosa)


async def test_a_card_of_another_case_leaves_her_only_patient_hers(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    rosa = patient(way.product.box, "whatsapp", way.language, name="Rosa")
    await rosa.say("quiero hablar con una persona")
    await way.her.hears(lambda bubble: "Tomar" in titles(bubble))
    await way.her.say("buenas tardes")
    await luz.hears("buenas tardes")


async def test_an_edited_canned_reply_changes_nothing(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    line = await way.her.say("r horario")
    await way.her.hears("Horario")
    await way.product.settle()
    luz.catch_up()
    for words in ("r costo", "son las nueve"):
        await way.her.edit(line, words)
        await way.her.hears(way.text("desk.edits.command"))
    assert not any(words in bubble.text for bubble in luz.bubbles for words in ("r costo", "son las nueve"))


async def test_an_edit_of_the_first_words_keeps_that_she_is_there_again(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    await way.orders("close", 1, "desk.closed")
    await way.orders("write", 1, "desk.focus.header")
    line = await way.her.say("la cita es el matres")
    opened = await luz.hears("matres")
    await way.product.settle()
    await way.her.edit(line, "la cita es el martes")
    edited = await luz.hears("martes")
    assert edited.text == opened.text.replace("matres", "martes")
    assert edited.text != "la cita es el martes"


async def test_what_is_nearly_an_order_is_asked_about(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    for words in ("cerrar 1 gracias", "soltar el 1 ya", "asistente"):
        await way.her.say(words)
        asked = await way.her.hears(words)
        assert titles(asked)[1] == way.button("send_anyway")
        await silent(way.product, luz)
        await way.her.tap(1, asked)
        await luz.hears(words)


@BOTH
async def test_more_after_the_end_of_a_list_reaches_nobody(way: Writing) -> None:
    luz = patient(way.product.box, "telegram", way.language)
    await way.takes(luz)
    await way.her.say(way.order("help"))
    for key in ("desk.help", "desk.help.writing", "desk.help.looking", "desk.help.day"):
        await way.her.hears(way.text(key)[:40])
        await way.her.say(way.order("more"))
    told = await way.her.hears(way.text("desk.more.none"))
    assert titles(told) == [way.button("send_anyway")]
    await silent(way.product, luz)


async def test_a_moment_that_quotes_a_patient_is_for_the_patient(way: Writing) -> None:
    luz, _ = await way.two()
    await luz.say("¿cuándo es mi cita?")
    asks = await way.her.hears("¿cuándo es mi cita?")
    await way.her.say("recordar llamar a Luz", quote=asks)
    await way.her.hears(lambda bubble: way.button("remind_hour") in titles(bubble))
    await way.her.say("mañana a las 9", quote=asks)
    await way.lets_go(1)
    await luz.hears("mañana a las 9")
