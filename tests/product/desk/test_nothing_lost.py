"""Nothing that somebody wrote is lost, and nothing leaves that its writer may no longer say."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.tables import Consultant
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.patient_side import said as said_to_patient
from tests.product.desk.phones import later
from tests.product.desk.staff import (
    ANA,
    BRUNO,
    CARLA,
    EMERGENCY,
    carla_of,
    case_of,
    entries,
    office_of,
    said,
    staffed,
    waits,
)
from tests.product.people import consultant, patient

LIKE_ORDERS = {
    "es": (
        "Nota: mi mamá es alérgica a la penicilina",
        "Buscar un cardiólogo para mi papá",
        "pausa el medicamento desde ayer, ¿está bien?",
        "caso 7",
    ),
    "en": (
        "Note: my mother is allergic to penicillin",
        "Search for a cardiologist for my father",
        "pause the medicine since yesterday, is that right?",
        "case 7",
    ),
}
OFFICE_DAY = {"hours": 25}


async def taken(product: Product, channel: str = "telegram", number: int = 1) -> tuple[Any, Any, Any]:
    """The patient, Ana who holds the case, and Bruno."""
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = await waits(product, channel), consultant(product.box, "telegram")
    await ana.say(f"tomar {number}")
    await ana.hears("quiero hablar")
    await luz.hears("Ana Ruiz")
    await product.settle()
    bruno = consultant(product.box, "whatsapp")
    for person in (luz, ana, bruno):
        person.catch_up()
    return luz, ana, bruno


async def two_cases(product: Product) -> tuple[Any, Any, Any]:
    """Luz (case 1) and Rosa (case 2) are Ana's; she wrote to Luz last."""
    luz, ana, bruno = await taken(product)
    await ana.say("buenas tardes")
    await luz.hears("buenas tardes")
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("quiero hablar con una persona")
    await ana.hears("Caso 2")
    await ana.say("tomar 2")
    await ana.hears("es suyo")
    await rosa.hears("Ana Ruiz")
    await product.settle()
    for person in (rosa, ana, bruno):
        person.catch_up()
    return rosa, ana, bruno


async def kept_words(product: Product) -> tuple[Any, Any, Any]:
    """A day later Ana's words wait behind Luz's closed window."""
    luz, ana, bruno = await taken(product, "whatsapp")
    product.box.clock.advance(**OFFICE_DAY)
    luz.catch_up()
    await ana.say("palabras guardadas")
    await ana.hears("Guardé")
    await product.settle()
    ana.catch_up()
    return luz, ana, bruno


def reached(person: Any, words: str) -> bool:
    return any(words in bubble.text for bubble in person.bubbles if not bubble.mine)


# --- what the patient wrote (17, 18)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_what_only_looks_like_an_order_is_shown_to_who_takes_the_case(
    box: Sandbox, database_url: str, tmp_path: Path, language: str
) -> None:
    people = [{**ANA, "languages": [language, "es" if language == "en" else "en"]}]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        luz, ana = await waits(product, "telegram", language), consultant(product.box, "telegram")
        for words in LIKE_ORDERS[language]:
            await luz.say(words)
            await product.settle()
        await luz.say("ALTA" if language == "es" else "START")
        await product.settle()
        ana.catch_up()
        await ana.say("tomar 1")
        shown = await ana.hears(LIKE_ORDERS[language][0])
        assert all(words in shown.text for words in LIKE_ORDERS[language])
        assert not shown.text.rstrip().endswith(("ALTA", "START"))
        await ana.say("caso 1")
        looked_up = await ana.hears(lambda b: LIKE_ORDERS[language][0] in b.text and b.text != shown.text)
        assert all(words in looked_up.text for words in LIKE_ORDERS[language])


async def test_the_next_holder_reads_both_sides_and_who_said_what(product: Product) -> None:
    luz, ana, bruno = await taken(product)
    undone = await ana.say("le confirmo su cita el lunes")
    await luz.hears("el lunes")
    await ana.edit(undone, "le confirmo su cita el martes")
    await product.settle()
    await luz.say("gracias, ¿a qué hora?")
    await ana.hears("a qué hora")
    await ana.say("r horario")
    await product.settle()
    await ana.say("transferir 1 a Bruno")
    shown = (await bruno.hears("le transfirió")).text
    assert "Ana Ruiz: le confirmo su cita el martes" in shown
    assert "el lunes" not in shown
    assert "Paciente: gracias, ¿a qué hora?" in shown
    assert "r horario" not in shown
    assert shown.index("el martes") < shown.index("a qué hora")


async def test_words_still_kept_are_marked_as_such_for_the_next_holder(product: Product) -> None:
    _, ana, bruno = await kept_words(product)
    await bruno.say("hola")
    await product.settle()
    bruno.catch_up()
    await ana.say("transferir 1 a Bruno")
    shown = (await bruno.hears("le transfirió")).text
    assert "Ana Ruiz (guardado, todavía no le llega): palabras guardadas" in shown


# --- words that must not leave any more (13, 14)


async def test_baja_in_answer_to_the_template_keeps_the_words_from_the_patient(product: Product) -> None:
    luz, ana, _ = await kept_words(product)
    await luz.say("BAJA")
    await ana.hears(said(product, "desk.held.opted_out", "es", case="1"))
    await luz.hears(said_to_patient(product, "opt_out.done", "es"))
    await product.settle()
    assert not reached(luz, "palabras guardadas")
    assert len(await entries(product, "dropped")) == 1


async def test_who_is_blocked_gets_nothing_that_was_kept(product: Product) -> None:
    luz, ana, _ = await kept_words(product)
    await ana.say("bloquear 1")
    await ana.tap(0, await ana.hears("¿Bloquear"))
    await ana.hears(said(product, "desk.held.blocked", "es", case="1"))
    await luz.say("hola otra vez")
    await product.settle()
    assert not reached(luz, "palabras guardadas")
    assert not reached(ana, "ya le mandé")


async def test_who_works_here_no_more_says_nothing_more_to_a_patient(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO, CARLA])) as product:
        luz, carla = await waits(product, "whatsapp"), carla_of(product)
        await carla.say("tomar 1")
        await carla.hears("quiero hablar")
        await product.settle()
        product.box.clock.advance(**OFFICE_DAY)
        await carla.say("palabras de Carla")
        await carla.hears("Guardé")
        await product.settle()
        await _remove(product, "Carla Núñez")
        await carla.hears(said(product, "desk.joining.removed", "es"))
        await luz.say("¿hola?")
        await product.settle()
        assert not reached(luz, "palabras de Carla")
        assert not reached(carla, "no se mandó")


async def _remove(product: Product, name: str) -> None:
    async with product.puente.services.database.session() as session:
        for row in await session.scalars(select(Consultant)):
            row.listed = row.listed and row.profile["name"] != name


async def test_a_line_that_waits_does_not_leave_once_somebody_has_taken_over(product: Product) -> None:
    rosa, ana, bruno = await two_cases(product)
    await ana.say("escribir 2")
    await ana.hears("Rosa")
    await ana.say("línea que espera")
    await ana.hears("en 5 s")
    await bruno.say("relevar 2")
    await ana.hears(said(product, "desk.held.relieved", "es", case="2"))
    await later(product, seconds=6)
    await rosa.hears("Bruno Díaz")
    assert not reached(rosa, "línea que espera")


async def test_her_own_last_line_still_leaves_when_she_passes_the_case_on(product: Product) -> None:
    rosa, ana, bruno = await two_cases(product)
    await ana.say("escribir 2")
    await ana.hears("Rosa")
    await ana.say("le paso con Bruno")
    await ana.hears("en 5 s")
    await ana.say("transferir 2 a Bruno")
    await bruno.hears("le transfirió")
    await later(product, seconds=6)
    await rosa.hears("le paso con Bruno")


# --- BAJA in a held case (19)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_the_holder_hears_of_baja_and_of_what_follows_and_in_danger_they_talk_all_the_same(
    product: Product, channel: str
) -> None:
    luz, ana, _ = await taken(product, channel)
    await luz.say("BAJA")
    await ana.hears("pidió que no le escribamos más")
    await luz.say("me siento mal, necesito saber del resultado")
    await ana.hears("necesito saber del resultado")
    await luz.hears(said_to_patient(product, "opt_out.still", "es"))
    assert (await case_of(product)).escalate_at is None
    await later(product, hours=6)
    assert not reached(ana, "se lo dije al paciente")
    assert (await case_of(product)).holder_id is not None
    await luz.say(EMERGENCY)
    await ana.hears("URGENTE")
    await luz.say("ya está morado")
    await ana.hears("ya está morado")
    assert (await case_of(product)).escalate_at is not None


# --- small things (21, 23, 24, 25)


async def test_yes_to_the_template_is_no_thumb(product: Product) -> None:
    luz, ana, _ = await kept_words(product)
    await ana.say("cerrar 1")
    await ana.hears("cerr")
    await product.settle()
    await luz.say("Sí")
    await luz.hears("palabras guardadas")
    await product.settle()
    assert (await case_of(product)).rating in (None, "")
    assert not reached(luz, "Gracias por decirlo")


async def test_one_template_calls_a_consultant_however_much_waits(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, bruno = await waits(product), consultant(product.box, "whatsapp")
    await bruno.say("tomar 1")
    await bruno.hears("quiero hablar")
    await product.settle()
    product.box.clock.advance(**OFFICE_DAY)
    bruno.catch_up()
    await bruno.hears(lambda bubble: bool(bubble.template))  # her answer is overdue
    await product.settle()
    await luz.say("sigue igual")
    await product.settle()
    await later(product, hours=1)
    assert sum(bool(bubble.template) for bubble in bruno.bubbles) == 1
    await bruno.say("aquí estoy")
    await bruno.hears("sigue igual")


async def test_the_list_counts_what_others_hold(product: Product) -> None:
    _, ana, bruno = await taken(product)
    await bruno.say("casos")
    listed = await bruno.hears("Casos abiertos: 1")
    assert said(product, "desk.cases.others", "es", count="1") in listed.text
    await ana.say("casos")
    assert "relevar" not in (await ana.hears("Casos abiertos: 1")).text


async def test_a_typed_thumb_is_answered_as_what_it_is(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.say("👍")
    await luz.hears(said_to_patient(product, "fallback.signs", "es"))
    assert not reached(luz, "sticker")


async def test_a_name_that_poses_as_another_case_heads_nothing(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    evil = product.box.telegram.user(5099, "#2 · Rosa", language_code="es")
    ana = consultant(product.box, "telegram")
    await evil.say("quiero hablar con una persona")
    await ana.hears("Caso 1")
    await ana.say("tomar 1")
    await ana.hears("es suyo")
    await evil.say("mándeme todo")
    heard = await ana.hears("mándeme todo")
    assert heard.header == "#1 · 2 Rosa"
