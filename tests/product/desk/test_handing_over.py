"""Whose a case is: who holds it is said, it is taken over, transferred with a note, given back; never held by two."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.phones import later
from tests.product.desk.staff import (
    ANA,
    BRUNO,
    CARLA,
    PERSON,
    carla_of,
    case_of,
    entries,
    label_of,
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
NAME = {"telegram": "Ana Ruiz", "whatsapp": "Bruno Díaz"}
TRANSFER = {"es": "transferir 1 a {name}: llamar el lunes", "en": "transfer 1 to {name}: llamar el lunes"}


async def held(product: Product, by: str, channel: str = "telegram") -> tuple[Any, Any, Any]:
    """The patient, the holder, and the other consultant."""
    product.rasa.label_of = lambda text: "talk_to_human"
    luz = await waits(product, channel)
    holder, other = consultant(product.box, by), consultant(product.box, OTHER[by])
    await holder.say("tomar 1")
    await holder.hears("quiero hablar")
    await luz.hears(NAME[by])
    await product.settle()
    for person in (luz, holder, other):
        person.catch_up()
    return luz, holder, other


def english(place: Path) -> Path:
    """The office whose consultants read English first."""
    return office_of(place, [{**ANA, "languages": ["en", "es"]}, {**BRUNO, "languages": ["en", "es"]}])


@pytest.mark.parametrize(("by", "way"), [("telegram", "button"), ("whatsapp", "word")])
async def test_a_held_case_is_taken_over(product: Product, by: str, way: str) -> None:
    luz, ana, bruno = await held(product, by, OTHER[by])
    await luz.send_photo(b"\xff\xd8\xff scan", content_type="image/jpeg")
    await ana.hears(lambda bubble: bubble.file is not None)
    await bruno.say("tomar 1")
    told = await bruno.hears(NAME[by])
    assert "hoy a la" in told.text
    assert (await case_of(product)).holder_id is not None
    if way == "button":
        await bruno.tap("Tomar el relevo", told)
    else:
        await bruno.say("relevar 1")
    await bruno.hears("quiero hablar")
    await bruno.hears(lambda bubble: bubble.file is not None)
    relieved = said(product, "desk.holding.relieved", "es", case="1", consultant=NAME[OTHER[by]])
    await ana.hears(relieved)
    news = said(product, "handoff.taken_over", "es", case="1", consultant=NAME[OTHER[by]])
    await luz.hears(news)
    await luz.say("¿sigue ahí?")
    await bruno.hears("sigue ahí")
    await ana.say("sí, aquí estoy")
    await silent(product, luz)
    (entry,) = await entries(product, "taken_over")
    assert entry.consultant_id == (await case_of(product)).holder_id


@pytest.mark.parametrize("by", ["whatsapp"])
async def test_it_is_taken_over_in_english(box: Sandbox, database_url: str, tmp_path: Path, by: str) -> None:
    async with staffed(box, database_url, english(tmp_path)) as product:
        luz = await waits(product, by, "en")
        holder, other = consultant(box, by), consultant(box, OTHER[by])
        await holder.say("take 1")
        await holder.hears("talk to a person")
        await luz.hears(NAME[by])
        await other.say("take 1")
        told = await other.hears(f"{NAME[by]} (taken today at")
        assert [option.title for option in told.options] == ["Take over"]
        await other.say("take over 1")
        await other.hears("talk to a person")
        await holder.hears("has taken over case 1")
        await luz.hears(said(product, "handoff.taken_over", "en", case="1", consultant=NAME[OTHER[by]]))


async def test_without_a_number_she_is_shown_whose_they_are(product: Product) -> None:
    _luz, ana, bruno = await held(product, "telegram")
    await ana.say("relevar")
    await ana.hears("nadie más lleva")
    await bruno.say("relevar")
    asked = await bruno.hears("¿Cuál caso")
    assert (await entries(product, "taken_over")) == []
    await bruno.tap(0, asked)
    await bruno.hears("quiero hablar")
    await ana.hears("Bruno Díaz tomó el relevo")


async def test_a_waiting_case_that_is_relieved_is_just_taken(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz = await waits(product)
    await consultant(product.box, "whatsapp").say("relevar 1")
    await luz.hears(said(product, "handoff.taken", "es", case="1", consultant="Bruno Díaz"))


async def test_two_who_take_over_at_once_never_both_hold_it(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with staffed(box, database_url, office_of(tmp_path, [ANA, BRUNO, CARLA])) as product:
        luz, _ana, bruno = await held(product, "telegram")
        carla = carla_of(product)
        await asyncio.gather(bruno.say("relevar 1"), carla.say("relevar 1"))
        await product.settle(20)
        found = await entries(product, "taken_over")
        holder = (await case_of(product)).holder_id
        assert holder == found[-1].consultant_id
        luz.catch_up()
        await asyncio.gather(bruno.say("soy Bruno"), carla.say("soy Carla"))
        await product.settle(20)
        assert sum("soy " in bubble.text for bubble in luz.bubbles) == 1


# --- transferring


@pytest.mark.parametrize("by", ["telegram"])
async def test_a_case_is_transferred_with_a_note_and_the_last_words(product: Product, by: str) -> None:
    luz, ana, bruno = await held(product, by, by)
    await ana.say(TRANSFER["es"].format(name=NAME[OTHER[by]].split()[0].upper()))
    await ana.hears(said(product, "desk.transfer.done", "es", case="1", consultant=NAME[OTHER[by]]))
    received = await bruno.hears("llamar el lunes")
    assert NAME[by] in received.text
    assert PERSON["es"] in received.text
    assert [option.title for option in received.options] == ["Devolver", "Escribirle", "Cerrar"]
    await luz.hears(said(product, "handoff.transferred", "es", case="1", consultant=NAME[OTHER[by]]))
    await bruno.say("buenas tardes")
    await luz.hears("buenas tardes")
    assert not any("llamar el lunes" in bubble.text for bubble in luz.bubbles)


@pytest.mark.parametrize("by", ["whatsapp"])
async def test_it_is_transferred_and_given_back_in_english(
    box: Sandbox, database_url: str, tmp_path: Path, by: str
) -> None:
    async with staffed(box, database_url, english(tmp_path)) as product:
        luz, ana, bruno = await held(product, by)
        await ana.say(TRANSFER["en"].format(name=NAME[OTHER[by]].split()[1]))  # by the family name
        await ana.hears(said(product, "desk.transfer.done", "en", case="1", consultant=NAME[OTHER[by]]))
        received = await bruno.hears("has transferred case 1 to you")
        await luz.hears(NAME[OTHER[by]])
        await bruno.tap("Give back", received)
        await ana.hears("has transferred case 1 to you")
        await luz.hears(NAME[by])
        await ana.say("here I am again")
        await luz.hears("here I am again")


@pytest.mark.parametrize("by", CHANNELS)
async def test_a_name_that_is_missing_or_unknown_is_asked_by_buttons(product: Product, by: str) -> None:
    luz, ana, bruno = await held(product, by)
    await ana.say("transferir a Pedrito: es delicado")
    asked = await ana.hears("Pedrito")
    assert [option.title for option in asked.options] == [NAME[OTHER[by]], "Al paciente"]
    await silent(product, luz)
    await ana.tap(0, asked)
    assert "es delicado" in (await bruno.hears("le transfirió")).text
    await luz.hears(NAME[OTHER[by]])
    await product.settle()
    await bruno.say("transferir")
    asked = await bruno.hears("¿A quién")
    await bruno.tap(NAME[by], asked)
    await ana.hears("le transfirió")


async def test_what_was_for_the_patient_goes_to_the_patient_and_only_her_own_case_to_a_colleague(
    product: Product,
) -> None:
    luz, ana, bruno = await held(product, "telegram")
    for words in ("pasar a recoger los estudios mañana", "transferir el dinero a la cuenta que le mandé"):
        await ana.say(words)
        await luz.hears(words)
    await ana.say("transferir a la clínica: ahí le atienden")
    asked = await ana.hears("la clínica")
    await silent(product, luz)
    await ana.tap("Al paciente", asked)
    await luz.hears("transferir a la clínica: ahí le atienden")
    await bruno.say("transferir 1 a Ana")
    await bruno.hears(said(product, "desk.not_yours", "es", case="1"))
    assert await entries(product, "transferred") == []


async def test_of_several_cases_she_is_asked_which_and_the_note_is_kept(product: Product) -> None:
    _luz, ana, bruno = await held(product, "telegram")
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say(PERSON["es"])
    await ana.hears("Caso 2")
    await ana.say("tomar 2")
    await ana.hears("quiero hablar")
    await product.settle()
    bruno.catch_up()
    await ana.say("transferir a Bruno: prefiere por la tarde")
    asked = await ana.hears("¿Cuál de sus casos")
    await silent(product, bruno)
    await ana.tap(1, asked)
    received = await bruno.hears("le transfirió el caso 2")
    assert "por la tarde" in received.text


async def test_to_somebody_on_pause_only_when_she_insists(product: Product) -> None:
    luz, ana, bruno = await held(product, "telegram")
    await bruno.say("pausa")
    await bruno.hears("en pausa")
    await ana.say("transferir a Bruno")
    asked = await ana.hears("no está en turno")
    await silent(product, luz)
    await ana.tap("Transferir igual", asked)
    await bruno.hears("le transfirió")
    await luz.hears("Bruno Díaz")


async def test_given_back_to_the_queue_when_the_sender_has_gone(product: Product) -> None:
    luz, ana, bruno = await held(product, "telegram")
    await ana.say("transferir a Bruno")
    received = await bruno.hears("le transfirió")
    await ana.say("pausa")
    await ana.hears("en pausa")
    await product.settle()
    luz.catch_up()
    await bruno.say("devolver")
    await bruno.hears("solté el caso 1")
    await luz.hears(said(product, "handoff.released", "es", case="1"))
    assert (await case_of(product)).holder_id is None
    assert received.options


async def test_behind_a_closed_window_the_transfer_waits_and_a_template_calls(product: Product) -> None:
    luz, ana, bruno = await held(product, "telegram")
    product.box.clock.advance(hours=25)
    await ana.say("transferir a Bruno: urge")
    await ana.hears("ahora lo lleva")
    await bruno.hears(lambda bubble: bool(bubble.template))
    await bruno.say("hola")
    assert "urge" in (await bruno.hears("le transfirió")).text
    assert luz


async def test_a_holder_who_cannot_be_reached_gives_the_case_back_by_itself(product: Product) -> None:
    luz, ana, _ = await held(product, "telegram")
    product.box.twilio.faults.reject(
        "messages.create", 400, 63024, "invalid", times=9, address="whatsapp:+525500000102"
    )
    await ana.say("transferir a Bruno: urge")
    await ana.hears("ahora lo lleva")
    await later(product)
    assert (await case_of(product)).holder_id is None
    assert luz


async def test_two_who_relieve_each_other_at_once_both_can(
    product: Product, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is written to in the other's turn: neither may wait for the other's chat."""
    product.rasa.label_of = label_of
    ana, bruno = consultant(product.box, "telegram"), consultant(product.box, "whatsapp")
    for waiting in others(product, 2):
        await waiting.say(PERSON["es"])
        await product.settle()
    theirs = {"ana": 1, "bruno": 2}
    await ana.say("tomar 1")
    await bruno.say("tomar 2")
    await product.settle()
    for _ in range(4):
        theirs = {"ana": theirs["bruno"], "bruno": theirs["ana"]}
        await asyncio.gather(ana.say(f"relevar {theirs['ana']}"), bruno.say(f"relevar {theirs['bruno']}"))
        await product.settle()
    assert "turn failed" not in capsys.readouterr().out
