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

ways = pytest.mark.parametrize(("channel", "language"), EVERY_WAY)


def header_of(bubble: Any) -> str:
    return str(bubble.header or bubble.text.splitlines()[0])


@ways
async def test_her_words_reach_the_holder_with_name_and_relation(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    bubble = await tells(marta, ana, "mi mamá ya tiene los estudios")
    assert header_of(bubble) == "#1 · Marta (hija)"
    await luz.hears_nothing(within=0.4)
    bubble = await tells(luz, ana, "gracias")
    assert header_of(bubble) == "#1 · Luz"


@ways
async def test_she_is_answered_in_her_own_chat_and_the_patient_reads_none_of_it(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    question = await tells(marta, ana, "¿qué falta?")
    await product.settle()  # what is quoted is known by the id that its provider gave
    await ana.say("falta el estudio de sangre", quote=question)
    bubble = await marta.hears("falta el estudio de sangre")
    assert "Ana Ruiz" in bubble.header + bubble.text
    await luz.hears_nothing(within=0.4)


async def test_an_answer_that_quotes_goes_to_the_chat_quoted_whoever_wrote_last(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    first = await tells(luz, ana, "me duele menos")
    await tells(marta, ana, "¿la cita sigue?")
    await ana.say("qué bueno saberlo", quote=first)
    await luz.hears("qué bueno saberlo")
    await marta.hears_nothing(within=0.4)


async def test_without_a_quote_it_goes_to_who_wrote_last(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await ana.say("hola, Luz")
    await luz.hears("hola, Luz")
    await tells(marta, ana, "¿la cita sigue?")
    await ana.say("sí, el martes")  # to somebody else than before: it waits five seconds
    await ana.hears(said(product, "desk.family.waits", "es", case="1", name="Marta (hija)"))
    product.box.clock.advance(seconds=6)
    await marta.hears("sí, el martes")
    await ana.say("a las diez")  # nobody wrote since: to the same person
    await marta.hears("a las diez")
    await luz.hears_nothing(within=0.4)


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
    await luz.hears_nothing(within=0.4)


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
    await marta.hears_nothing(within=0.6)


@ways
async def test_she_can_ask_how_it_stands_and_reads_nothing_of_the_others(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    await tells(luz, ana, "me duele mucho la cabeza")
    await marta.say(title(product, "case_status", language))
    bubble = await marta.hears("Ana Ruiz")
    assert "1" in bubble.text
    assert "cabeza" not in bubble.text
    assert title(product, "leave_case", language) in [option.title for option in bubble.options]


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
    await product.settle()
    await luz.hears_nothing(within=0.4)
    await ana.tap("Escribirle", page)
    await ana.hears("1")
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
    await luz.hears_nothing(within=0.4)


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
    await ana.hears_nothing(within=0.4)
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


async def test_a_consultant_sees_who_is_there_and_removes(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await tells(marta, ana, "ya tiene los estudios")
    await ana.say("familia 1")
    listed = await ana.hears("Marta (hija): dice que el paciente se lo pidió")
    await ana.tap("Quitar Marta (hija)", listed)
    await ana.hears(said(product, "desk.family.removed", "es", case="1", name="Marta (hija)"))
    await luz.hears(said(product, "family.told.left", "es", case="1", name="Marta (hija)"))
    await marta.hears("Ya no está en el caso 1")
    assert len(await entries(product, "contact_left")) == 1
    await ana.say("historia 1")
    await ana.hears("Marta (hija): ya tiene los estudios")  # she is out; what she wrote is the case's


async def test_an_answer_to_somebody_who_has_left_reaches_nobody(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    question = await tells(marta, ana, "¿qué falta?")
    await ana.say("familia")
    await ana.tap(0, await ana.hears("También están"))
    await ana.hears("ya no está en el caso 1")
    await luz.hears("ya no está en su caso")
    await ana.say("falta el estudio", quote=question)
    await ana.hears(said(product, "desk.family.gone", "es", case="1"))
    await luz.hears_nothing(within=0.4)


@ways
async def test_she_leaves_by_herself(product: Product, channel: str, language: str) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    await marta.say(title(product, "case_status", language))
    bubble = await marta.hears("Ana Ruiz")
    await marta.tap(title(product, "leave_case", language), bubble)
    await marta.hears(said(product, "family.left", language, case="1"))
    await luz.hears(said(product, "family.told.left", language, case="1", name=_named(language)))
    await ana.hears("ya no está en el caso 1")


async def test_the_word_for_the_assistant_does_not_take_the_case_from_its_holder(product: Product) -> None:
    _luz, ana, marta = await accompanied(product, "telegram", "es")
    await marta.say("asistente")
    await marta.hears(said(product, "family.not_yours_to_release", "es", case="1"))
    assert (await case_of(product)).holder_id
    await ana.hears_nothing(within=0.4)


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
    await product.settle()
    await ana.hears_nothing(within=0.4)


async def test_closing_tells_relatives_too_and_ends_what_they_hear_of_it(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await ana.say("cerrar")
    await luz.hears("quedó cerrado")
    await marta.hears(said(product, "family.told.closed", "es", case="1"))
    await product.settle()
    marta.catch_up()
    await marta.say(STATUS["es"])
    await marta.hears("en el que usted acompañaba")
