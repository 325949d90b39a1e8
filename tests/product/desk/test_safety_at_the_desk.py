"""Danger at the desk: answered and paged whoever holds, pauses, blocks or switches off; and what the pages say is true."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.phones import later, shows
from tests.product.desk.staff import (
    ANA,
    BRUNO,
    CARLA,
    EMERGENCY,
    asks,
    carla_of,
    entries,
    office_of,
    others,
    said,
    staffed,
    waits,
)
from tests.product.people import consultant
from tests.product.quiet import silent

UNSEEN = "algo muy raro le pasa a mi bebé"  # a danger that the model sees and the rules do not
URGENT = "URGENTE"


def label_of(text: str) -> str:
    labels = {"raro": "emergency", "strange": "emergency", "perso": "talk_to_human"}
    return next((label for word, label in labels.items() if word in text), "nlu_fallback")


@pytest.fixture
async def desk(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    people = [{**ANA, "head": True}, BRUNO, CARLA]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        product.rasa.label_of = label_of
        yield product


async def orders(desk: Product, person: Any, *lines: str) -> None:
    for line in lines:
        await person.say(line)
        await desk.settle()


async def held(desk: Product, channel: str = "telegram", holder: str = "telegram") -> tuple[Any, Any]:
    """A patient in whose case the holder is; what they said so far is heard."""
    luz, her = await waits(desk, channel), consultant(desk.box, holder)
    await orders(desk, her, "tomar 1")
    await luz.hears("caso")
    return luz, her


async def writes(desk: Product, her: Any, words: str, number: int) -> None:
    """Words for another patient than her last: they wait five seconds, in which she does not take them back."""
    await her.say(words)
    await her.hears(said(desk, "desk.writing.waits", "es", case=str(number)))
    await later(desk, seconds=5)


def pages(person: Any) -> list[Any]:
    return [bubble for bubble in person.bubbles if URGENT in bubble.text and not bubble.mine]


async def test_words_for_another_patient_do_not_stop_the_page(desk: Product) -> None:
    luz, ana = await held(desk)
    rosa = others(desk, 1)[0]
    await asks(desk, rosa)
    await orders(desk, ana, "tomar 2")
    await luz.say(EMERGENCY)
    await ana.hears(URGENT)
    await orders(desk, ana, "escribir 2")
    await writes(desk, ana, "le mando el formato", 2)
    await rosa.hears("le mando el formato")
    await orders(desk, ana, "casos")
    await later(desk, minutes=3)
    danger = said(desk, "desk.holding.danger", "es", case="1", consultant="Ana Ruiz")
    await carla_of(desk).hears(danger)
    await consultant(desk.box, "whatsapp").hears(danger)


async def test_an_answer_in_that_case_stops_the_page(desk: Product) -> None:
    luz, ana = await held(desk)
    await luz.say(EMERGENCY)
    await ana.hears(URGENT)
    await orders(desk, ana, "llame al 911 ya")
    await luz.hears("llame al 911 ya")
    await later(desk, minutes=3)
    assert not await entries(desk, "paged_all")


async def test_an_answer_that_does_not_arrive_does_not_stop_the_page(desk: Product) -> None:
    luz, ana = await held(desk)
    await luz.say(EMERGENCY)
    await ana.hears(URGENT)
    await desk.settle()
    desk.box.telegram.faults.reject("sendMessage", 400, 400, "Bad Request", times=9, address="5001")
    await orders(desk, ana, "llame al 911 ya")
    await later(desk, minutes=3)
    await carla_of(desk).hears(URGENT)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_danger_that_only_the_model_sees_of_a_blocked_contact(desk: Product, channel: str) -> None:
    luz, ana = await held(desk, channel)
    await ana.say("bloquear 1")
    sure = await ana.hears(lambda bubble: bubble.options and "Bloquear" in bubble.text)
    await ana.tap(sure.options[0].title, sure)
    await desk.settle()
    luz.catch_up()
    await luz.say("otra cosa")
    await silent(desk, luz)
    await luz.say(UNSEEN)
    await luz.hears("911")
    await carla_of(desk).hears(URGENT)


@pytest.mark.parametrize(("channel", "paused"), [("telegram", False), ("whatsapp", True)])
async def test_danger_that_only_the_model_sees_in_a_held_case(
    desk: Product, channel: str, paused: bool
) -> None:
    luz, ana = await held(desk, channel)
    if paused:
        await orders(desk, ana, "pausa 2h")
    await luz.say(UNSEEN)
    await luz.hears("911")
    await shows(ana, UNSEEN)
    await (carla_of(desk) if paused else ana).hears(URGENT)


async def test_danger_that_only_the_model_sees_after_no_more_messages(desk: Product) -> None:
    luz = others(desk, 1)[0]
    await orders(desk, luz, "BAJA")
    await luz.say(UNSEEN)
    await luz.hears("911")
    await carla_of(desk).hears(URGENT)


async def test_without_the_model_a_held_case_goes_on(desk: Product) -> None:
    luz, ana = await held(desk)
    desk.rasa.down = True
    await luz.say(UNSEEN)
    await shows(ana, UNSEEN)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_who_wants_no_messages_gets_her_words_in_danger_only(desk: Product, channel: str) -> None:
    luz, ana = await held(desk, channel)
    await orders(desk, luz, "BAJA")
    await orders(desk, ana, "tomar 1", "¿sigue ahí?")
    await shows(ana, said(desk, "desk.patient_opted_out", "es", case="1"))
    assert all("¿sigue ahí?" not in bubble.text for bubble in luz.bubbles)
    await luz.say(EMERGENCY)
    await luz.hears("911")
    await desk.settle()
    await orders(desk, ana, "tomar 1", "¿está con alguien?")
    await luz.hears("¿está con alguien?")


async def test_a_page_of_a_case_that_somebody_else_took_says_so(desk: Product) -> None:
    luz = others(desk, 1)[0]
    await luz.say(EMERGENCY)
    ana, bruno, carla = consultant(desk.box, "telegram"), consultant(desk.box, "whatsapp"), carla_of(desk)
    for person in (ana, carla):
        await person.hears(URGENT)
    await orders(desk, bruno, "tomar 1")
    for person in (ana, carla):
        await shows(person, said(desk, "desk.page.taken", "es", case="1", consultant="Bruno Díaz"))
        assert not pages(person)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_page_of_a_holder_on_pause_says_that_she_is(
    box: Sandbox, database_url: str, tmp_path: Path, language: str
) -> None:
    languages = ["es", "en"] if language == "es" else ["en", "es"]
    people = [{**one, "languages": languages} for one in (ANA, BRUNO)]
    async with staffed(box, database_url, office_of(tmp_path, people)) as desk:
        luz, ana = await held(desk)
        await orders(desk, ana, "pausa" if language == "es" else "pause")
        await luz.say(EMERGENCY)
        values = {"case": "1", "consultant": "Ana Ruiz"}
        page = await consultant(box, "whatsapp").hears(
            said(desk, "desk.holding.danger_paused", language, **values)
        )
        assert page.options


@pytest.mark.parametrize("holder", ["telegram", "whatsapp"])
async def test_an_answer_to_a_page_goes_at_once_by_its_button_or_quote(desk: Product, holder: str) -> None:
    luz, ana = await held(desk, holder=holder)
    rosa = others(desk, 1)[0]
    await asks(desk, rosa)
    await orders(desk, ana, "tomar 2", "escribir 2")
    await writes(desk, ana, "hola Rosa", 2)
    await rosa.hears("hola Rosa")
    await luz.say(EMERGENCY)
    page = await ana.hears(URGENT)
    await desk.settle()
    await ana.say("llame al 911 ya", quote=page)
    await luz.hears("llame al 911 ya", within=3)
    await orders(desk, ana, "escribir 2")
    await writes(desk, ana, "sigo con usted, Rosa", 2)
    await rosa.hears("sigo con usted")
    await ana.tap("Escribirle", page)
    await desk.settle()
    await ana.say("¿ya viene la ambulancia?")
    await luz.hears("ambulancia", within=3)


async def test_a_released_emergency_is_paged_since_the_danger(desk: Product) -> None:
    luz, ana = await held(desk)
    desk.box.clock.advance(minutes=90)
    await luz.say(EMERGENCY)
    await ana.hears(URGENT)
    await desk.settle()
    at = (await entries(desk, "red_flag"))[0].at
    desk.box.clock.advance(minutes=1)
    await orders(desk, ana, "soltar 1")
    since = desk.puente.services.office.local(at)
    await carla_of(desk).hears(lambda bubble: URGENT in bubble.text and f"{since:%H:%M}" in bubble.text)
