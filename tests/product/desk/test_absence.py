"""Absence, by a consultant's own word: no cards and no pages, unless there is nobody else; back by herself or by the clock."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.days import MONDAY, advance_to
from tests.product.desk.phones import later
from tests.product.desk.staff import (
    ANA,
    BRUNO,
    CARLA,
    EMERGENCY,
    PERSON,
    asks,
    carla_of,
    case_of,
    office_of,
    others,
    said,
    staffed,
    waits,
)
from tests.product.people import consultant, patient
from tests.product.quiet import silent

CHANNELS = ("telegram", "whatsapp")
OTHER = {"telegram": "whatsapp", "whatsapp": "telegram"}
WORDS = {"es": ("pausa", "reanudar"), "en": ("pause", "resume")}
EVERY_WAY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once


def in_language(place: Path, language: str, *people: Any, **more: Any) -> Path:
    """An office whose consultants read this language first."""
    order = ["es", "en"] if language == "es" else ["en", "es"]
    return office_of(place, [{**one, "languages": order} for one in people], **more)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_on_pause_no_cards_until_she_resumes(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str
) -> None:
    async with staffed(box, database_url, in_language(tmp_path, language, ANA, BRUNO)) as product:
        me, other = consultant(box, channel), consultant(box, OTHER[channel])
        pause, resume = WORDS[language]
        await me.say(pause)
        told = await me.hears(said(product, "desk.absence.paused", language))
        assert len(told.options) == 1
        await waits(product, channel, language)
        await other.hears("1")
        await later(product, minutes=11)  # and no wider than to who is there
        await silent(product, me)
        await me.say(resume)
        await me.hears(said(product, "desk.absence.resumed", language, count="1"))
        await me.say(resume)
        await me.hears(said(product, "desk.absence.not_paused", language))


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_pause_with_an_end_is_over_by_itself(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str
) -> None:
    async with staffed(box, database_url, in_language(tmp_path, language, ANA, BRUNO)) as product:
        me = consultant(box, channel)
        await me.say(f"{WORDS[language][0]} 2h")
        await me.hears("hora de la oficina" if language == "es" else "office time")
        await later(product, hours=1, minutes=59)
        await silent(product, me)
        await later(product, minutes=1, seconds=1)
        await me.hears(said(product, "desk.absence.over", language, count="0"))
        await silent(product, me)
        await me.say(WORDS[language][1])
        await me.hears(said(product, "desk.absence.not_paused", language))


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_she_holds_stays_hers_or_is_released_on_one_tap(product: Product, channel: str) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    me, other = consultant(product.box, channel), consultant(product.box, OTHER[channel])
    luz = await waits(product)
    (rosa,) = others(product, 1)
    await asks(product, rosa)
    for number in (1, 2):
        await me.say(f"tomar {number}")
        await me.hears("quiero hablar")
    await product.settle()
    for person in (luz, rosa, other):
        person.catch_up()
    await me.say("pausa")
    told = await me.hears("#1, #2")
    assert [option.title for option in told.options] == ["Reanudar", "Soltar todos"]
    await luz.say("¿me escucha?")
    await me.hears("me escucha")
    await me.tap("Soltar todos", told)
    await me.hears(said(product, "desk.holding.released_all", "es", cases="#1, #2"))
    await luz.hears(said(product, "handoff.released", "es", case="1"))
    await rosa.hears(said(product, "handoff.released", "es", case="2"))
    await other.hears("Caso")
    assert [(await case_of(product, number)).holder_id for number in (1, 2)] == [None, None]


async def test_words_that_begin_so_reach_the_patient(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = await waits(product), consultant(product.box, "telegram")
    await ana.say("tomar 1")
    await ana.hears("quiero hablar")
    for words in ("pausa el tratamiento", "pause the medication until Friday", "pausa 2 horas el suero"):
        await ana.say(words)
        await luz.hears(words)
    await ana.say("pausa 15")
    await ana.hears(said(product, "desk.absence.unclear", "es"))
    await silent(product, luz)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_the_last_one_on_duty_is_told_and_still_paged(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str
) -> None:
    me = ANA if channel == "telegram" else BRUNO
    office = in_language(tmp_path, language, me, on_call=[me["name"]])
    async with staffed(box, database_url, office) as product:
        ana = consultant(box, channel)
        await ana.say(WORDS[language][0])
        told = await ana.hears(said(product, "desk.absence.nobody_left", language))
        assert said(product, "desk.absence.still_paged", language) in told.text
        luz = patient(box, OTHER[channel])
        await luz.say(PERSON["es"])
        await luz.hears(said(product, "handoff.nobody", "es", case="1"))
        await silent(product, ana)
        rosa = others(product, 1)[0]
        await rosa.say(EMERGENCY)
        await ana.hears(said(product, "desk.absence.paged_anyway", language))
        await rosa.hears("aviso")
        await product.settle()
        ana.catch_up()
        await ana.say(WORDS[language][1])
        await ana.hears(said(product, "desk.absence.resumed", language, count="2"))
        await ana.hears("1", within=5)  # what had waited is offered now


async def test_who_is_absent_is_not_paged_while_somebody_else_is(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    people = [ANA, BRUNO, CARLA]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        ana, bruno, carla = consultant(box, "telegram"), consultant(box, "whatsapp"), carla_of(product)
        await ana.say("pausa")
        told = await ana.hears("en pausa")
        assert said(product, "desk.absence.still_paged", "es") not in told.text
        assert said(product, "desk.absence.nobody_left", "es") not in told.text
        await patient(box, "telegram").say(EMERGENCY)
        await bruno.hears("URGENTE")
        await carla.hears("URGENTE")
        await silent(product, ana)


async def test_danger_in_the_case_of_a_holder_on_pause_pages_the_others_at_once(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana, bruno = (
        await waits(product),
        consultant(product.box, "telegram"),
        consultant(product.box, "whatsapp"),
    )
    await ana.say("tomar 1")
    await ana.hears("quiero hablar")
    await ana.say("pausa")
    await ana.hears("en pausa")
    await product.settle()
    bruno.catch_up()
    await luz.say(EMERGENCY)
    await bruno.hears("Ana Ruiz")


async def test_when_everybody_is_on_pause_the_patient_hears_when_somebody_is_back(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    office = office_of(tmp_path, [ANA], hours={"mon-sun": "09:00-18:00"})
    async with staffed(box, database_url, office) as product:
        advance_to(product, MONDAY, 11)
        ana, luz = consultant(box, "telegram"), patient(box, "whatsapp")
        await ana.say("pausa hasta las 12:30")
        await ana.hears("12:30")
        await luz.say(PERSON["es"])
        told = await luz.hears("12:30")
        assert "cerrada" not in told.text
        box.clock.advance(hours=1, minutes=31)
        await ana.hears("Caso 1", within=5)


async def test_a_pause_is_kept_over_a_restart(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    office = office_of(tmp_path, [ANA, BRUNO])
    async with staffed(box, database_url, office) as product:
        await consultant(box, "telegram").say("pausa")
        await consultant(box, "telegram").hears("en pausa")
    async with staffed(box, database_url, office) as product:
        consultant(box, "telegram").catch_up()
        await waits(product)
        await consultant(box, "whatsapp").hears("Caso 1")
        await silent(product, consultant(box, "telegram"))


# --- gone for good


@pytest.mark.parametrize("by", CHANNELS)
async def test_the_cases_of_somebody_no_longer_listed_are_offered_again(
    box: Sandbox, database_url: str, tmp_path: Path, by: str
) -> None:
    gone, stays = (ANA, BRUNO) if by == "telegram" else (BRUNO, ANA)
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        luz = await waits(product, OTHER[by])
        await consultant(box, by).say("tomar 1")
        await consultant(box, by).hears("quiero hablar")
        await product.settle()
    other = consultant(box, OTHER[by])
    seen = len(other.bubbles)
    luz.catch_up()
    async with staffed(box, database_url, office_of(tmp_path, [stays])) as product:
        await luz.hears(said(product, "handoff.returned", "es", case="1"))
        async with asyncio.timeout(15):  # it may have come while she was still greeting the bot
            while not any("Caso 1" in bubble.text for bubble in other.bubbles[seen:]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await product.settle()
        luz.catch_up()
        await consultant(box, by).say("sigo aquí con usted")
        await silent(product, luz)
        assert gone["name"] != stays["name"]
