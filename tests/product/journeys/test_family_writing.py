"""A relative in a case writes and is answered in her own chat; nobody sees another's; red flags raise the case; out is out."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.store.tables import Case, Conversation
from tests.product.conftest import Product
from tests.product.desk.patient_side import label_of, said, taken_case, waiting_case
from tests.product.desk.staff import case_of, entries
from tests.product.journeys.relatives import (
    EVERY_WAY,
    REMOVE,
    STATUS,
    accompanied,
    contacts_of,
    conversation_of,
    invitation,
    joins,
    relative,
    tells,
    title,
)
from tests.product.quiet import silent

ways = pytest.mark.parametrize(("channel", "language"), EVERY_WAY)


HOW_IT_STANDS = {
    "es": "El caso 1, en el que usted acompaña, está abierto",
    "en": "Case 1, which you are in, has been open",
}


def header_of(bubble: Any) -> str:
    return str(bubble.header or bubble.text.splitlines()[0])


@ways
async def test_her_words_reach_the_holder_by_her_name_and_the_answer_comes_in_her_own_chat(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    question = await tells(marta, ana, "¿qué falta?")
    assert header_of(question) == "#1 · Marta (hija)"
    await product.settle()  # what is quoted is known by the id that its provider gave
    await ana.say("falta el estudio de sangre", quote=question)
    bubble = await marta.hears("falta el estudio de sangre")
    assert "Ana Ruiz" in bubble.header + bubble.text
    await silent(product, luz)
    assert header_of(await tells(luz, ana, "gracias")) == "#1 · Luz"


async def test_an_answer_goes_to_the_chat_quoted_and_without_a_quote_to_who_wrote_last(
    product: Product,
) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    first = await tells(luz, ana, "me duele menos")
    await tells(marta, ana, "¿la cita sigue?")
    await product.settle()  # what is quoted is known by the id that its provider gave
    await ana.say("qué bueno saberlo", quote=first)
    await luz.hears("qué bueno saberlo")
    await silent(product, marta)
    await tells(marta, ana, "¿y el estudio?")
    await ana.say("sí, el martes")  # to somebody else than before: it waits five seconds
    await ana.hears(said(product, "desk.family.waits", "es", case="1", name="Marta (hija)"))
    product.box.clock.advance(seconds=6)
    await marta.hears("sí, el martes")
    await ana.say("a las diez")  # nobody wrote since: to the same person
    await marta.hears("a las diez")
    await silent(product, luz)


async def test_where_two_wrote_she_is_asked_and_her_lines_are_kept(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await tells(luz, ana, "me duele menos")
    await tells(marta, ana, "¿la cita sigue?")
    await ana.say("sí, el martes")
    question = await ana.hears(said(product, "desk.family.whom", "es", case="1"))
    assert {option.title for option in question.options} == {"Luz (paciente)", "Marta (hija)"}
    await ana.say("a las diez")
    question = await ana.hears(said(product, "desk.family.whom", "es", case="1"))
    await ana.tap("Marta (hija)", question)
    await marta.hears("sí, el martes")
    await marta.hears("a las diez")
    await silent(product, luz)


async def test_a_line_for_another_than_the_last_waits_five_seconds(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await tells(luz, ana, "me duele menos")
    await ana.say("qué bueno")
    await luz.hears("qué bueno")
    await tells(marta, ana, "¿la cita sigue?")
    await ana.say("y descanse")  # typed before she saw that somebody else wrote
    waits = await ana.hears(said(product, "desk.family.waits", "es", case="1", name="Marta (hija)"))
    await ana.tap("Deshacer", waits)
    await ana.hears("Deshecho")
    product.box.clock.advance(seconds=6)
    await silent(product, marta)


@ways
async def test_she_asks_how_it_stands_reads_nothing_of_the_others_and_leaves(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    await tells(luz, ana, {"es": "me duele mucho la cabeza", "en": "my head hurts a lot"}[language])
    await marta.say(title(product, "case_status", language))
    bubble = await marta.hears(HOW_IT_STANDS[language])
    assert "Ana Ruiz" in bubble.text
    assert {"es": "cabeza", "en": "hurts"}[language] not in bubble.text
    await marta.tap(title(product, "leave_case", language), bubble)
    await marta.hears(said(product, "family.left", language, case="1"))
    await luz.hears(said(product, "family.told.left", language, case="1", name=_named(language)))
    await ana.hears(said(product, "desk.family.left", "es", case="1", name=_named(language)))


async def test_of_a_case_that_waits_the_assistant_answers_and_her_words_are_kept(product: Product) -> None:
    luz, ana, card = await waiting_case(product, "telegram", "es")
    marta = relative(product, "telegram")
    await joins(product, marta, await invitation(product, luz, "es"), "es")
    await ana.hears("También en el caso: hija")  # the card follows, without a name
    await marta.say("¿cuánto cuesta la consulta?")
    await marta.hears("El costo depende")
    await marta.say("quiero hablar con una persona")
    await marta.hears(said(product, "family.asked", "es", case="1"))
    await marta.say(STATUS["es"])
    await marta.hears("espera a una persona de la oficina")
    await product.settle()
    await ana.tap("Tomar", card)
    shown = await ana.hears("es suyo")
    assert "Marta (hija): quiero hablar con una persona" in shown.text
    await marta.hears(said(product, "family.told.taken", "es", case="1", consultant="Ana Ruiz"))


async def test_what_she_wrote_of_something_else_stays_hers(product: Product) -> None:
    product.rasa.label_of = label_of
    marta = relative(product, "telegram")
    await marta.say("yo misma tengo un bulto, ¿cuánto cuesta?")
    await marta.hears("El costo depende")
    luz, ana, _ = await waiting_case(product, "telegram", "es")
    await joins(product, marta, await invitation(product, luz, "es"), "es")
    await ana.tap("Tomar")
    shown = await ana.hears("es suyo")
    assert "bulto" not in shown.text


@ways
async def test_her_red_flag_raises_the_case_and_she_is_answered(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    await marta.say({"es": "mi mamá no puede respirar", "en": "my mom can't breathe"}[language])
    await marta.hears("911")
    page = await ana.hears("URGENTE")
    case = await case_of(product)
    assert (case.reason, case.urgency) == ("emergency", "urgent")
    await silent(product, luz)
    await ana.tap("Escribirle", page)
    await ana.hears("Lo que escriba aquí le llega a")
    await ana.say("¿está con ella ahora?")
    await marta.hears("¿está con ella ahora?")
    async with product.puente.services.database.session() as session:
        assert len((await session.scalars(select(Case.id))).all()) == 1


async def test_of_a_waiting_case_she_who_told_the_danger_hears_that_somebody_was_reached(
    product: Product,
) -> None:
    luz, _ana, _ = await waiting_case(product, "telegram", "es")
    marta = relative(product, "telegram")
    await joins(product, marta, await invitation(product, luz, "es"), "es")
    await product.settle()
    luz.catch_up()
    await marta.say("mi mamá no puede respirar")
    await marta.hears("911")
    await marta.hears(said(product, "safety.notified", "es", case="1"))
    await silent(product, luz)


@ways
async def test_the_patient_removes_her_and_it_ends_at_once(
    product: Product, channel: str, language: str
) -> None:
    luz, ana = await taken_case(product, channel, language)
    marta = relative(product, channel)
    await joins(product, marta, await invitation(product, luz, language), language)
    told = await luz.hears("Marta")
    await ana.hears("Entró al caso 1")
    await luz.tap(REMOVE[language], told)
    await luz.hears(said(product, "family.removed", language, name=_named(language)))
    await marta.hears(said(product, "family.told.removed", language, case="1"))
    await ana.hears(said(product, "desk.family.left", "es", case="1", name=_named(language)))
    await product.settle()
    ana.catch_up()
    marta.catch_up()
    await marta.say(STATUS[language])
    await marta.hears(said(product, "case.status.none", language))
    await silent(product, ana)
    (row,) = await contacts_of(product)
    assert row.revoked_at


def _named(language: str) -> str:
    return {"es": "Marta (hija)", "en": "Marta (daughter)"}[language]


async def test_what_was_on_its_way_to_her_is_stopped_and_who_wrote_it_is_told(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")  # Marta is on WhatsApp
    question = await tells(marta, ana, "¿qué falta?")
    await product.settle()  # what is quoted is known by the id that its provider gave
    product.box.clock.advance(hours=25)
    await ana.say("falta el estudio de sangre", quote=question)
    await ana.hears("Guardé su mensaje")
    await product.settle()
    await luz.say("familia")
    listed = await luz.hears("Marta (hija)")
    await luz.tap(0, listed)
    await luz.hears("ya no está en su caso")
    await ana.hears(said(product, "desk.held.removed", "es", case="1"))
    await marta.say("hola, aquí estoy")
    await product.settle()
    assert not any("sangre" in bubble.text for bubble in (*marta.bubbles, *luz.bubbles))


async def test_what_waits_for_her_never_goes_out_in_another_chat_of_the_patient(product: Product) -> None:
    """The patient's own second chat (docs/adr/0018) takes along what waits for the patient, and nothing of hers."""
    luz, ana, marta = await accompanied(product, "telegram", "es")
    second = relative(product, "telegram", "Luz", 9)
    await second.say("quiero hablar con una persona por favor")
    card = await ana.hears("Caso 2")
    await ana.tap("Tomar", card)
    await ana.hears("es suyo")
    await ana.say("unir 1 2")
    await ana.tap(0, await ana.hears("¿Es la misma persona?"))
    await ana.hears("Unidos")
    question = await tells(marta, ana, "¿qué falta?")
    await product.settle()  # what is quoted is known by the id that its provider gave
    product.box.clock.advance(hours=25)
    await ana.say("secreto para Marta", quote=question)
    await ana.hears("Guardé su mensaje")
    await second.say("aquí sigo")
    await ana.hears("aquí sigo")
    await product.settle()
    assert not any("secreto" in bubble.text for bubble in (*luz.bubbles, *second.bubbles))
    await marta.say("ya volví")
    await marta.hears("secreto para Marta")


async def test_a_consultant_sees_who_is_there_and_removes_and_who_has_left_is_answered_no_more(
    product: Product,
) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    words = await tells(marta, ana, "ya tiene los estudios")
    await ana.say("familia 1")
    listed = await ana.hears("Marta (hija): dice que el paciente se lo pidió")
    await product.settle()  # what is quoted is known by the id that its provider gave
    await ana.tap("Quitar Marta (hija)", listed)
    await ana.hears(said(product, "desk.family.removed", "es", case="1", name="Marta (hija)"))
    await luz.hears(said(product, "family.told.left", "es", case="1", name="Marta (hija)"))
    await marta.hears(said(product, "family.told.removed", "es", case="1"))
    assert len(await entries(product, "contact_left")) == 1
    await ana.say("historia 1")
    await ana.hears("Marta (hija): ya tiene los estudios")  # she is out; what she wrote is the case's
    await ana.say("falta el estudio", quote=words)
    await ana.hears(said(product, "desk.family.gone", "es", case="1"))
    await silent(product, luz, marta)


async def test_a_blocked_relative_and_one_who_wants_no_messages(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await marta.say("BAJA")
    await marta.hears(said(product, "opt_out.done", "es"))
    await tells(luz, ana, "me duele menos")
    assert (await case_of(product)).awaits_since  # the patient is owed an answer all the same
    theirs = await conversation_of(product, "Marta")
    async with product.puente.services.database.session() as session:
        row = await session.get_one(Conversation, theirs.id)
        row.opted_out_at, row.blocked_at = None, product.box.clock.now()
    await marta.say("¿me leen?")
    await silent(product, ana)


async def test_the_case_is_its_holders_to_give_up_and_her_closing_is_told_to_relatives_too(
    product: Product,
) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await marta.say("asistente")
    await marta.hears(said(product, "family.not_yours_to_release", "es", case="1"))
    assert (await case_of(product)).holder_id
    await silent(product, ana)
    await ana.say("cerrar")
    await luz.hears(said(product, "handoff.closed", "es", case="1"))
    await marta.hears(said(product, "family.told.closed", "es", case="1"))
    await product.settle()
    marta.catch_up()
    await marta.say(STATUS["es"])
    await marta.hears("El caso 1, en el que usted acompañaba, se cerró")
