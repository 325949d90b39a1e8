"""A case is offered to the best match first, then wider; danger pages everybody until somebody takes it."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.desk.notify import page_again, widen
from sandbox import Sandbox
from tests.product.conftest import Product
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
    entries,
    office_of,
    others,
    said,
    staffed,
    waits,
)
from tests.product.people import consultant, operator, patient
from tests.product.quiet import silent
from tests.stub_rasa import SPECIAL

ENGLISH = {"languages": ["en"]}
SPANISH = {"languages": ["es"]}


def the_two(product: Product) -> tuple[Any, Any]:
    """Ana on Telegram, Bruno on WhatsApp."""
    return consultant(product.box, "telegram"), consultant(product.box, "whatsapp")


@pytest.mark.parametrize(
    ("channel", "language", "best"), [("telegram", "es", "whatsapp"), ("whatsapp", "en", "telegram")]
)
async def test_the_card_goes_first_to_who_speaks_the_language_then_to_everybody(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str, best: str
) -> None:
    office = office_of(tmp_path, [{**ANA, **ENGLISH}, {**BRUNO, **SPANISH}])
    async with staffed(box, database_url, office) as product:
        luz = patient(product.box, channel, language)
        await luz.say(PERSON[language])
        await consultant(box, best).hears("1")
        await luz.hears(said(product, "handoff.notified", language, case="1"))
        other = consultant(box, "telegram" if best == "whatsapp" else "whatsapp")
        await silent(product, other)
        luz.catch_up()
        await later(product, minutes=5, seconds=1)
        await other.hears("1")
        await silent(product, luz)
        assert [len(entry.body["to"]) for entry in await entries(product, "offered")] == [1, 1]


async def test_it_widens_to_everybody_suited_and_then_to_everybody_on_duty(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    people = [{**ANA, **SPANISH}, {**BRUNO, **ENGLISH}, {**CARLA, **SPANISH}]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        (ana, bruno), carla = the_two(product), carla_of(product)
        await waits(product)
        await ana.hears("Caso 1")
        await silent(product, carla)
        await later(product, minutes=5, seconds=1)
        await carla.hears("Caso 1")
        await silent(product, bruno)
        await later(product, minutes=5, seconds=1)
        await bruno.hears("Case 1")
        await later(product, minutes=6)
        await silent(product, ana)
        assert (await case_of(product)).widen_at is None
        assert [len(entry.body["to"]) for entry in await entries(product, "offered")] == [1, 1, 1]


async def test_a_taken_case_goes_no_wider(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        ana, bruno = the_two(product)
        await waits(product)
        await ana.tap("Tomar", await ana.hears("Caso 1"))
        await ana.hears("quiero hablar")
        await product.settle()
        await later(product, minutes=6)
        await silent(product, bruno)
        assert (await case_of(product)).widen_at is None


async def test_two_workers_widen_once(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        await waits(product)
        box.clock.advance(minutes=6)

        async def look() -> None:
            async with product.puente.services.database.session() as session:
                await widen(product.puente.services, session)

        await asyncio.gather(*(look() for _ in range(4)))
        await consultant(box, "whatsapp").hears("Caso 1")
        await product.settle()
        assert len(await entries(product, "offered")) == 2


async def test_who_was_last_with_the_patient_comes_before_who_has_fewer_cases(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        ana, bruno = the_two(product)
        luz = await waits(product)
        await ana.hears("Caso 1")
        await bruno.say("tomar 1")
        await bruno.hears("quiero hablar")
        await bruno.say("cerrar")
        await bruno.hears("cerrado")
        await product.settle()
        box.clock.advance(hours=73)  # so that it is a new case
        bruno.catch_up()
        ana.catch_up()
        await bruno.say("casos")
        await bruno.hears(lambda bubble: True)
        await luz.say("quiero hablar con una persona otra vez")
        await bruno.hears("Caso 2")
        await silent(product, ana)


async def test_who_has_the_fewest_cases_is_asked_first(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        ana, bruno = the_two(product)
        await waits(product)
        await ana.tap("Tomar", await ana.hears("Caso 1"))
        await ana.hears("quiero hablar")
        await product.settle()
        ana.catch_up()
        rosa, rita = others(product, 2)
        await rosa.say(PERSON["es"])
        await bruno.hears("Caso 2")
        await rita.say(PERSON["es"])  # nobody has taken the second yet: Bruno has it on offer, Ana holds one
        await bruno.hears("Caso 3")
        await silent(product, ana)


async def test_cases_that_come_at_once_are_spread(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        rosa, rita = others(product, 2)
        await asks(product, rosa)
        await asks(product, rita)
        ana, bruno = the_two(product)
        await ana.hears("Caso 1")
        await bruno.hears("Caso 2")


@pytest.mark.parametrize("lane", [True, False])
async def test_clinicians_go_to_their_lane_or_else_to_the_head_of_office(
    box: Sandbox, database_url: str, tmp_path: Path, lane: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"effect": "open_case", "reason": "asked", "topic": "collaborate", "urgency": "normal"}
    monkeypatch.setitem(SPECIAL, "collaborate", [asked])
    special = {"lanes": ["clinicians"]} if lane else {"head": True}
    async with staffed(box, database_url, office_of(tmp_path, [ANA, {**BRUNO, **special}])) as product:
        ana, bruno = the_two(product)
        doctor = patient(box, "telegram")
        await doctor.say("soy investigadora y quiero colaborar con ustedes, una persona por favor")
        await bruno.hears("Caso 1")
        await silent(product, ana)
        if lane:
            (rosa,) = others(product, 1)
            await rosa.say(PERSON["es"])
            await ana.hears("Caso 2")


async def test_a_card_that_fails_goes_to_the_next_best(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    people = [ANA, {**CARLA, **ENGLISH}, BRUNO]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        blocked = "Forbidden: bot was blocked by the user"
        box.telegram.faults.reject("sendMessage", 403, 403, blocked, address="900000101")
        luz = await waits(product)
        await consultant(box, "whatsapp").hears("Caso 1")
        await silent(product, carla_of(product))
        await luz.hears(said(product, "handoff.notified", "es", case="1"))


async def test_who_gave_a_case_back_is_not_asked_first_again(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        ana, bruno = the_two(product)
        await waits(product)
        await ana.tap("Tomar", await ana.hears("Caso 1"))
        await ana.hears("quiero hablar")
        await ana.say("soltar")
        await bruno.hears("Caso 1")


# --- danger


async def test_an_emergency_pages_everybody_again_until_somebody_takes_it(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        ana, bruno = the_two(product)
        luz = patient(box, "telegram")
        await luz.say(EMERGENCY)
        await luz.hears("911")
        await luz.hears("aviso")
        for person in (ana, bruno):
            await person.hears("URGENTE")
        for _ in range(2):
            await product.settle()
            await later(product, minutes=2, seconds=1)
            for person in (ana, bruno):
                await person.hears(lambda b: "URGENTE" in b.text and bool(b.options))
        await silent(product, luz)  # told once
        await bruno.tap("Tomar")
        await bruno.hears("respirar")
        await product.settle()
        ana.catch_up()
        await later(product, minutes=2, seconds=1)
        await silent(product, ana)
        assert (await case_of(product)).page_again_at is None


async def paged_after(product: Product, due: datetime) -> None:
    """Until the page that was due is out: by the duty that runs all the time, or by us."""
    while (await case_of(product)).page_again_at == due:
        async with product.puente.services.database.session() as session:
            await page_again(product.puente.services, session)


async def test_after_ten_times_an_emergency_pages_every_ten_minutes(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA])) as product:
        luz = patient(box, "telegram")
        await luz.say(EMERGENCY)
        await luz.hears("aviso")
        await product.settle()
        gaps = []
        for _ in range(11):
            case = await case_of(product)
            assert case.page_again_at
            gaps.append(round((case.page_again_at - box.clock.now()).total_seconds() / 60))
            box.clock.advance(seconds=(case.page_again_at - box.clock.now()).total_seconds())
            await paged_after(product, case.page_again_at)
        assert gaps == [2] * 10 + [10]


async def test_an_emergency_given_back_is_paged_again(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO])) as product:
        ana, bruno = the_two(product)
        luz = patient(box, "telegram")
        await luz.say(EMERGENCY)
        await ana.tap("Tomar", await ana.hears("URGENTE"))
        await ana.hears("respirar")
        await product.settle()
        bruno.catch_up()
        await ana.say("soltar")
        await bruno.hears("URGENTE", within=5)
        assert (await case_of(product)).page_again_at


async def test_a_patient_in_danger_hears_once_that_nobody_was_reached_and_then_that_somebody_was(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA])) as product:
        blocked = "Forbidden: bot was blocked by the user"
        box.telegram.faults.reject("sendMessage", 403, 403, blocked, times=2, address="900000101")
        luz = patient(box, "telegram")
        await luz.say(EMERGENCY)
        await luz.hears("nadie de la oficina está leyendo")
        await operator(box).hears("case 1")
        await product.settle()
        await later(product, minutes=2, seconds=1)
        await silent(product, luz)  # it failed again
        await later(product, minutes=2, seconds=1)
        await luz.hears(said(product, "safety.notified", "es"))
        await consultant(box, "telegram").hears("URGENTE")


async def test_danger_that_a_holder_does_not_see_can_be_taken_over(product: Product) -> None:
    ana, bruno = the_two(product)
    product.rasa.label_of = lambda text: "talk_to_human"
    luz = await waits(product)
    await ana.tap("Tomar", await ana.hears("Caso 1"))
    await ana.hears("quiero hablar")
    await luz.say(EMERGENCY)
    await ana.hears("URGENTE")
    await product.settle()
    bruno.catch_up()
    await later(product, minutes=2, seconds=1)
    page = await bruno.hears("URGENTE")
    assert "Ana Ruiz" in page.text
    await bruno.tap("Tomar el relevo", page)
    await bruno.hears("respirar")
    await luz.hears("Bruno Díaz")
    await ana.hears(said(product, "desk.holding.relieved", "es", case="1", consultant="Bruno Díaz"))
