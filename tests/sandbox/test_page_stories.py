"""The stories play on the whole product behind the page, and each message's way is told. The actions are real; a test says
what the words mean, as tests do without a model (tests/product/journeys/acting.py)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pydantic import SecretStr
from selenium import webdriver

from bot.app import Puente
from bot.clock import clock_of, system_clock
from bot.config import ROOT
from sandbox import Sandbox, running
from sandbox.people import templates_of
from tests.product.conftest import settings_for, started
from tests.product.journeys.acting import acting_rasa
from tests.sandbox.browser import Browser, in_a_browser

OFFICE = ROOT / "data" / "office.yml"
STORIES = yaml.safe_load((ROOT / "sandbox/page/stories.yml").read_text("utf-8"))
TOKEN = "test-token"
LABELS = {
    "referir": "request_referral",
    "refer my": "request_referral",
    "teleconsulta": "schedule_telehealth",
    "telehealth": "schedule_telehealth",
    "insurance": "ask_insurance",
    "cuesta": "ask_cost",
    "how much": "ask_cost",
    "gracias": "thank",
    "thank": "thank",
    "persona": "talk_to_human",
    "a person": "talk_to_human",
}


def label_of(text: str) -> str:
    words = text.casefold()
    known = {"sí": "affirm", "yes": "affirm"}
    return known.get(words) or next(
        (label for part, label in LABELS.items() if part in words), "nlu_fallback"
    )


@dataclass
class Shown:
    """The product with its page: where it is, and what the tests look into."""

    puente: Puente
    box: Sandbox
    url: str


@pytest.fixture
async def shown(database_url: str, tmp_path: Path) -> AsyncIterator[Shown]:
    """As `make run` puts it together, with the office file as it is."""
    async with (
        running(
            office_file=OFFICE,
            templates=templates_of(OFFICE),
            clock_file=tmp_path / "sandbox-clock",
            token=TOKEN,
            webhook_secret="test-secret",
        ) as box,
        acting_rasa() as (rasa, rasa_url),
    ):
        rasa.label_of = label_of
        more = {"office_file": OFFICE, "data_dir": tmp_path, "sandbox_token": SecretStr(TOKEN)}
        settings = settings_for(box, database_url, rasa_url, sandbox_url=box.base, **more)
        async with started(box, settings, clock_of(settings.sandbox_clock)) as (puente, url):
            yield Shown(puente, box, url)


@pytest.fixture
async def page(shown: Shown, driver: webdriver.Chrome) -> Browser:
    return Browser(driver)


async def play(page: Browser, shown: Shown, key: str, language: str = "es", pace: str = "0") -> None:
    await page.open(f"{shown.url}/sandbox/", language=language, pace=pace)
    await page.until("return document.querySelector('[data-story]')")
    await page.click(f'[data-story="{key}"]', phone=None)


async def ended(page: Browser) -> str:
    over = "const n = document.querySelector('.narrator.over:not([hidden])'); return n && n.innerText"
    return str(await page.until(over, within=45))


@in_a_browser
@pytest.mark.parametrize(
    ("key", "language"),
    [
        *((story["key"], "es") for story in STORIES if story["key"] != "question"),
        ("question", "en"),  # in Spanish it is played below, to look at its way
        ("emergency", "en"),
    ],
)
async def test_each_story_plays_to_its_end(shown: Shown, page: Browser, key: str, language: str) -> None:
    await play(page, shown, key, language)
    assert await ended(page) == end_of(key, language)


def end_of(key: str, language: str) -> str:
    title = next(story["title"][language] for story in STORIES if story["key"] == key)
    said = {"es": "Fin de la historia", "en": "End of the story"}[language]
    return f"{said}: {title}"


@in_a_browser
async def test_a_story_played_after_itself_is_about_its_own_case(shown: Shown, page: Browser) -> None:
    for language, over in (("es", "Fin de la historia"), ("en", "End of the story")):
        await play(page, shown, "telehealth", language)
        assert (await ended(page)).startswith(over)


@in_a_browser
async def test_a_story_is_slow_enough_to_follow_and_stops_at_once(shown: Shown, page: Browser) -> None:
    await play(page, shown, "handoff", pace="1")
    typed = await page.until("return document.querySelector('textarea').value")
    whole = "Quiero hablar con una persona, por favor"
    assert whole.startswith(typed)
    assert typed != whole
    await page.click(".narrator .stop", phone=None)
    assert await ended(page) == "Historia detenida"
    await asyncio.sleep(1)
    assert not [posted for posted in shown.box.twilio.posted if "persona" in posted.form.get("Body", "")]


@in_a_browser
async def test_the_way_of_a_message_is_told_hop_by_hop(shown: Shown, page: Browser) -> None:
    await play(page, shown, "question")
    assert await ended(page) == end_of("question", "es")
    await page.click("li.mine .happened")
    script = "return document.querySelector('.hops').innerText"
    await page.until(f"{script}.includes('ask_cost')")
    told = await page.run(script)
    for hop in (
        "Recibido y guardado",
        "peligro: ninguna",
        "Entendido: ask_cost",
        "answer.ask_cost",
        "WhatsApp: leído",
    ):
        assert hop in told
    await page.until("return document.activeElement.classList.contains('close')")
    await page.press("\ue00c")  # Escape
    assert await page.focused() == "happened"


@in_a_browser
async def test_the_clock_of_the_page_moves_the_product(shown: Shown, page: Browser) -> None:
    await page.open(f"{shown.url}/sandbox/")
    await page.write("hola")
    await page.shows("Ventana de 24 h: quedan 23 h 59 min")
    await page.until("return document.querySelectorAll('.steps button').length === 6")
    await page.run("document.querySelectorAll('.steps button')[5].click()")
    await page.until("return document.querySelector('.moved').textContent === 'adelantado 1 d'")
    assert shown.puente.services.clock() - system_clock() > timedelta(hours=23, minutes=59)
    before = shown.puente.services.clock()
    await page.run("document.querySelectorAll('.steps button')[2].click()")
    await page.until("return document.querySelector('.now').textContent.includes('09:0')")
    now = shown.puente.services.clock()
    assert now > before
    assert shown.puente.services.office.is_open(now)


async def asked(shown: Shown, what: str, token: str = TOKEN, **about: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=shown.url, trust_env=False) as http:
        headers = {"Authorization": f"Bearer {token}"}
        return await http.get(f"/sandbox-inside/{what}", params=about, headers=headers)


async def test_only_the_sandbox_may_ask_and_nobodys_words_are_told(shown: Shown) -> None:
    luz: Any = shown.box.people["patient-1"].whatsapp
    bubble = await luz.say("quiero hablar con una persona, soy Luz del teléfono 5512345678")
    await luz.hears("caso")
    about = {"channel": "whatsapp", "address": luz.address, "bubble": bubble.id}
    assert (await asked(shown, "happened", "guess", **about)).status_code == 404
    assert (await asked(shown, "happened", **{**about, "bubble": "SM0"})).status_code == 404
    answer = await asked(shown, "happened", **about)
    told = answer.json()
    assert told["case"]["reason"] == "asked"
    assert told["case"]["offered"][0]["to"] == "Ana Ruiz"
    for private in ("Luz", "5512345678", "quiero", luz.number):
        assert private not in answer.text


async def test_another_persons_message_is_not_found_by_its_id(shown: Shown) -> None:
    luz: Any = shown.box.people["patient-1"].whatsapp
    john: Any = shown.box.people["patient-2"].whatsapp
    bubble = await luz.say("¿cuánto cuesta?")
    await luz.hears("450")
    await john.say("how much is it?")
    await john.hears("450")
    about = {"channel": "whatsapp", "address": john.address, "bubble": bubble.id}
    assert (await asked(shown, "happened", **about)).status_code == 404


def test_every_story_is_told_in_both_languages() -> None:
    def wordings(told: Any) -> list[dict[str, Any]]:
        if isinstance(told, dict):
            own = [told] if {"es", "en"} & told.keys() else []
            return own + [found for value in told.values() for found in wordings(value)]
        return [found for part in told for found in wordings(part)] if isinstance(told, list) else []

    assert len(STORIES) == 6
    assert all(wording.keys() == {"es", "en"} for wording in wordings(STORIES))
