"""Closed for today, and the assistant off: the head of office's switches."""

from pathlib import Path
from typing import Any

import pytest

from bot.desk import roster, switches
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.days import TUESDAY, advance_to, day, office_of_day
from tests.product.people import consultant, patient
from tests.product.quiet import silent

BY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once
OTHER = {"telegram": "whatsapp", "whatsapp": "telegram"}
NAME = {"telegram": "Ana Ruiz", "whatsapp": "Bruno Díaz"}
CLOSE = {"es": "cerrado hoy", "en": "closed today"}
OPEN = {"es": "abierto hoy", "en": "open today"}
OFF = {"es": "asistente apagado", "en": "assistant off"}
ON = {"es": "asistente encendido", "en": "assistant on"}


def by_words(text: str) -> str:
    return "talk_to_human" if "persona" in text else "ask_cost"


async def is_on(product: Product, name: str) -> bool:
    async with product.puente.services.database.session() as session:
        return await switches.is_set(product.puente.services, session, name)


@pytest.mark.parametrize(("head", "language"), BY)
async def test_closed_today_closes_the_office_until_tomorrow(
    box: Sandbox, database_url: str, tmp_path: Path, head: str, language: str
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, language, head), TUESDAY, 12) as product:
        product.rasa.label_of = by_words
        chief, other, luz = consultant(box, head), consultant(box, OTHER[head]), patient(box, "telegram")
        await chief.say(CLOSE[language])
        told = await chief.hears({"es": "cuenta como cerrada", "en": "counts as closed"}[language])
        assert {"es": "mañana miércoles a las 9:00", "en": "tomorrow, Wednesday, at 9:00 am"}[
            language
        ] in told.text
        line = await other.hears(NAME[head])
        assert {"es": "cerró la oficina", "en": "closed the office"}[language] in line.text
        await luz.say("quiero hablar con una persona")
        assert "9:00" in (await luz.hears("caso")).text
        await silent(product, other)
        advance_to(product, TUESDAY, 23)
        assert await is_on(product, switches.CLOSED)
        box.clock.advance(hours=10, minutes=1)  # Wednesday, nine
        assert not await is_on(product, switches.CLOSED)
        await consultant(box, "telegram").hears("1 ·", within=5)


@pytest.mark.parametrize("button", [True, False])
async def test_open_today_offers_what_was_waiting(
    box: Sandbox, database_url: str, tmp_path: Path, button: bool
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 12) as product:
        product.rasa.label_of = by_words
        ana, bruno, luz = consultant(box, "telegram"), consultant(box, "whatsapp"), patient(box, "telegram")
        await ana.say("cerrado hoy")
        closed = await ana.hears("cuenta como cerrada")
        await luz.say("quiero hablar con una persona")
        await luz.hears("9:00")
        bruno.catch_up()
        if button:
            await ana.tap("Abrir hoy", closed)
        else:
            await ana.say("abierto hoy")
        await ana.hears("horario de siempre")
        await bruno.hears("volvió a abrir")
        await bruno.hears("caso 1")
        await ana.say("abierto hoy")
        await ana.hears("no estaba cerrada")


async def test_on_a_closed_day_an_emergency_pages_who_is_on_call(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 12) as product:
        ana, bruno, luz = consultant(box, "telegram"), consultant(box, "whatsapp"), patient(box, "telegram")
        await ana.say("cerrado hoy")
        await bruno.hears("cerró la oficina")
        await luz.say("mi papá no puede respirar")
        await luz.hears("911", within=3)
        await ana.hears("URGENTE")
        await product.settle()
        await silent(product, bruno)


async def test_closed_twice_is_said_and_stays_the_deed_of_the_first(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 12) as product:
        ana, bruno = consultant(box, "telegram"), consultant(box, "whatsapp")
        await ana.say("cerrado hoy")
        await bruno.hears("cerró la oficina")
        await ana.say("cerrado hoy")
        await ana.hears("ya está cerrada")
        await product.settle()
        await silent(product, bruno)


@pytest.mark.parametrize(("channel", "language"), BY)
async def test_who_is_not_head_of_office_learns_who_can(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str
) -> None:
    office = office_of_day(tmp_path, language, head=OTHER[channel])
    async with day(box, database_url, office, TUESDAY, 12) as product:
        who, chief = consultant(box, channel), consultant(box, OTHER[channel])
        chief.catch_up()
        for words in (CLOSE, OPEN, OFF, ON):
            await who.say(words[language])
            told = await who.hears({"es": "Esto solo", "en": "Only the head"}[language])
            assert NAME[OTHER[channel]] in told.text
        await product.settle()
        for name in (switches.CLOSED, switches.ASSISTANT_OFF):
            assert not await is_on(product, name)
        await silent(product, chief)


async def test_without_a_head_of_office_that_is_said(product: Product) -> None:
    ana = consultant(product.box, "telegram")
    await ana.say("cerrado hoy")
    await ana.hears("nadie figura")


@pytest.mark.parametrize(("head", "language"), BY)
async def test_the_assistant_goes_off_and_on_and_everybody_on_duty_hears_who_did_it(
    box: Sandbox, database_url: str, tmp_path: Path, head: str, language: str
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, language, head), TUESDAY, 12) as product:
        chief, other = consultant(box, head), consultant(box, OTHER[head])
        await chief.say(OFF[language])
        off: Any = await chief.hears({"es": "está apagado", "en": "is off"}[language])
        assert (
            NAME[head]
            in (await other.hears({"es": "apagó", "en": "turned the assistant off"}[language])).text
        )
        assert await is_on(product, switches.ASSISTANT_OFF)
        await chief.say(OFF[language])
        await chief.hears({"es": "ya estaba apagado", "en": "already off"}[language])
        if head == "telegram":
            await chief.tap({"es": "Encender asistente", "en": "Assistant on"}[language], off)
        else:
            await chief.say(ON[language])
        await chief.hears({"es": "contesta otra vez", "en": "answering again"}[language])
        assert (
            NAME[head]
            in (await other.hears({"es": "encendió", "en": "turned the assistant on"}[language])).text
        )
        assert not await is_on(product, switches.ASSISTANT_OFF)
        await chief.say(ON[language])
        await chief.hears({"es": "ya estaba encendido", "en": "already on"}[language])


async def test_a_switch_survives_a_restart_and_ends_by_itself(product: Product) -> None:
    services = product.puente.services
    async with services.database.session() as session:
        ana = (await roster.colleagues(services, session))[0]
        until = switches.end_of_today(services)
        assert await switches.turn_on(services, session, switches.CLOSED, ana.id, until)
        assert not await switches.turn_on(services, session, switches.CLOSED, ana.id, until)
    assert await is_on(product, switches.CLOSED)
    product.box.clock.advance(hours=24)
    assert not await is_on(product, switches.CLOSED)
    async with services.database.session() as session:
        assert await switches.turn_on(
            services, session, switches.CLOSED, ana.id, switches.end_of_today(services)
        )
        assert await switches.turn_off(services, session, switches.CLOSED)
        assert not await switches.turn_off(services, session, switches.CLOSED)


@pytest.mark.parametrize(("head", "language"), BY)
async def test_with_the_assistant_off_nobody_is_promised_it(
    box: Sandbox, database_url: str, tmp_path: Path, head: str, language: str
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, language, head), TUESDAY, 12) as product:
        product.rasa.label_of = lambda text: "talk_to_human"
        chief, luz = consultant(box, head), patient(box, OTHER[head])
        await luz.say({"es": "quiero hablar con una persona", "en": "I want to talk to a person"}[language])
        await chief.hears(lambda bubble: bool(bubble.options))
        await chief.say({"es": "tomar 1", "en": "take 1"}[language])
        await luz.hears(NAME[head])
        await chief.say(OFF[language])
        await chief.say({"es": "soltar 1", "en": "release 1"}[language])
        told = await luz.hears(
            {"es": "alguien más de la oficina", "en": "somebody else at the office"}[language]
        )
        assert {"es": "asistente", "en": "assistant"}[language] not in told.text
