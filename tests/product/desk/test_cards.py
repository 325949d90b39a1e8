"""The card: one a case and chat, what it says, and how it follows the case."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.staff import ANA, BRUNO, EMERGENCY, PERSON, office_of, staffed, waits
from tests.product.people import consultant, patient

WANTED = {
    "es": ("Tema: Pide una persona · Especialidad: oncología", "Espera desde", "hora del hospital"),
    "en": ("Topic: Wants a person · Specialty: oncology", "Waiting since", "hospital time"),
}
WINDOW = {"es": ("libremente hasta", "23 h 59 min"), "en": ("freely until", "23 h 59 min")}
TAKE = {"es": "Tomar", "en": "Take"}


def with_take(person) -> list[str]:  # type: ignore[no-untyped-def]
    return [bubble.text for bubble in person.bubbles if any(o.title == "Tomar" for o in bubble.options)]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_the_card_tells_the_wish_in_one_line_and_how_things_stand(
    box: Sandbox, database_url: str, tmp_path: Path, language: str, channel: str
) -> None:
    people = [{**ANA, "languages": [language]}]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        luz, ana = patient(product.box, channel, language), consultant(product.box, "telegram")
        ana.catch_up()
        await luz.say(f"{PERSON[language]}, oncolog{'ía' if language == 'es' else 'y'}")
        card = await ana.hears("1")
        lines = card.text.splitlines()
        for told in WANTED[language]:
            assert any(told in line for line in lines), (told, card.text)
        assert all((told in card.text) == (channel == "whatsapp") for told in WINDOW[language])
        assert "Luz" not in card.text
        await ana.tap(TAKE[language], card)
        taken = await ana.hears("Luz")
        assert "hospital" in taken.text
        assert (WINDOW[language][0] in taken.text) == (channel == "whatsapp")


async def test_files_are_counted_before_they_follow(product: Product) -> None:
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.send_voice(b"OggS one", content_type="audio/ogg")
    assert "Archivos: 1" in (await ana.hears("Caso")).text


async def test_another_wish_edits_the_card_in_place(product: Product) -> None:
    product.rasa.label_of = lambda text: "complaint" if "queja" in text else "talk_to_human"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("una persona por favor")
    card = await ana.hears("Caso 1")
    await luz.hears("avisé")
    await luz.say("tengo una queja")
    changed = await ana.hears("ueja")
    assert changed.id == card.id
    assert len(with_take(ana)) == 1


async def offered_to_both(product: Product) -> tuple[Any, Any, Any]:
    """A minute after it was offered to the first. Returns both and Ana's card."""
    ana, bruno = consultant(product.box, "telegram"), consultant(product.box, "whatsapp")
    await waits(product)
    product.box.clock.advance(minutes=1, seconds=5)
    card, _ = await ana.hears("Caso 1"), await bruno.hears("Caso 1")
    return ana, bruno, card


async def test_a_case_taken_closed_and_reopened_keeps_the_cards_true(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    everybody = office_of(tmp_path, [ANA, BRUNO], routing={"widen_after": "1m"})
    async with staffed(box, database_url, everybody) as product:
        ana, bruno, card = await offered_to_both(product)
        await bruno.say("tomar 1")
        edited = await ana.hears("Lo lleva Bruno")
        assert (edited.id, edited.options) == (card.id, ())
        await bruno.say("cerrar 1")
        closed = await ana.hears("cerrado")
        assert (closed.id, closed.options) == (card.id, ())
        await product.settle()
        assert sum("Caso 1 ·" in bubble.text for bubble in bruno.bubbles) == 1  # nothing to do: no new card


async def test_a_case_that_comes_back_calls_with_a_new_card_and_the_old_one_shrinks(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    everybody = office_of(tmp_path, [ANA, BRUNO], routing={"widen_after": "1m"})
    async with staffed(box, database_url, everybody) as product:
        ana, bruno, card = await offered_to_both(product)
        await bruno.say("tomar 1")
        await ana.hears("Lo lleva Bruno")
        await bruno.say("soltar 1")
        again = await ana.hears(lambda bubble: bubble.id != card.id and bool(bubble.options), within=15)
        await product.settle()
        assert "más abajo" in next(bubble.text for bubble in ana.bubbles if bubble.id == card.id)
        assert with_take(ana) == [again.text]


async def test_a_second_page_rings_and_the_first_one_shrinks(product: Product) -> None:
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say(EMERGENCY)
    first = await ana.hears("URGENTE")
    product.box.clock.advance(minutes=2, seconds=5)
    second = await ana.hears(lambda bubble: "URGENTE" in bubble.text and bubble.id != first.id)
    await product.settle()
    assert with_take(ana) == [second.text]
    await ana.tap("Tomar", second)
    await ana.hears("Lo lleva usted")
    await product.settle()
    assert with_take(ana) == []


async def test_a_card_not_yet_sent_is_dropped_when_somebody_takes_the_case(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    everybody = office_of(tmp_path, [ANA, BRUNO], routing={"widen_after": "1m"})
    async with staffed(box, database_url, everybody) as product:
        ana, bruno = consultant(product.box, "telegram"), consultant(product.box, "whatsapp")
        product.box.telegram.faults.throttle("sendMessage", retry_after=30, times=9, address="900000101")
        await patient(product.box, "telegram").say(PERSON["es"])
        await asyncio.sleep(1.5)  # the first try was throttled
        product.box.clock.advance(minutes=1, seconds=5)
        await bruno.hears("Caso 1")
        await bruno.say("tomar 1")
        await bruno.hears("es suyo")
        product.box.telegram.faults.clear()
        product.box.clock.advance(minutes=1)
        await product.settle()
        assert not any("Caso 1" in bubble.text for bubble in ana.bubbles)
