"""The pages' words are there; in a real browser they work by keyboard, keep up to date, and ask nobody else."""

import asyncio
import contextlib
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.console.conftest import PASSWORD, link_of
from tests.console.test_review import OWN, TOLD, puzzles
from tests.product.conftest import Product
from tests.product.desk.staff import waits
from tests.product.people import patient
from tests.texts.books import ROOT, shipped_book

CONSOLE = ROOT / "bot" / "console"
CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")
in_a_browser = pytest.mark.skipif(not (CHROMIUM and CHROMEDRIVER), reason="chromium is not installed")
STATES = ("pending", "sending", "accepted", "sent", "delivered", "read", "failed", "held", "merged")


def keys_of_the_pages() -> set[str]:
    literal = re.compile(r'(?:\bt\(|text\(visit, |key=|Line\(\w+, )["\']([a-z_.]+)["\']')
    files: list[Path] = [*CONSOLE.glob("*.py"), *(CONSOLE / "templates").glob("*.j2")]
    return {
        key for path in files for key in literal.findall(path.read_text("utf-8")) if not key.endswith(".")
    }


def test_every_word_on_a_page_is_a_text() -> None:
    book = shipped_book()
    wanted = keys_of_the_pages() | {f"sent.{state}" for state in STATES}
    assert len(wanted) > 50
    assert sorted(key for key in wanted if not book.has(f"console.{key}")) == []


def test_no_page_holds_words_of_its_own() -> None:
    """What stands in a template outside of its marks is the name of the product and of the two languages."""
    for path in (CONSOLE / "templates").glob("*.j2"):
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text("utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"[^\W\d_]{2,}", bare)) <= {"Puente"}, path.name


def test_alarms_can_be_said_with_the_time_alone() -> None:
    book = shipped_book()
    for key in book.keys:
        if key.startswith("system.alarm."):
            assert set(re.findall(r"\{(\w+)\}", book.entries[key].es)) <= {"detail"}


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1280,900",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(CHROMEDRIVER)))
    yield driver
    driver.quit()


class Window:
    """The browser, looked at from a thread so that the product goes on."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver, self.url = driver, url

    async def do(self, act: Callable[[webdriver.Chrome], Any]) -> Any:
        return await asyncio.to_thread(act, self.driver)

    async def goes(self, path: str) -> None:
        await self.do(lambda d: d.get(self.url + path))

    async def click(self, selector: str) -> None:
        await self.do(lambda d: d.find_element(By.CSS_SELECTOR, selector).click())

    async def types(self, selector: str, words: str) -> None:
        await self.do(lambda d: d.find_element(By.CSS_SELECTOR, selector).send_keys(words))

    async def fills(self, selector: str, words: str) -> None:
        """In place of what stands there."""
        await self.do(lambda d: d.find_element(By.CSS_SELECTOR, selector).clear())
        await self.types(selector, words)

    async def shows(self, words: str, within: float = 15.0) -> None:
        for _ in range(int(within / 0.1)):
            with contextlib.suppress(StaleElementReferenceException):  # the page is just going
                if words in str(await self.do(lambda d: d.find_element(By.TAG_NAME, "body").text)):
                    return
            await asyncio.sleep(0.1)
        raise AssertionError(await self.do(lambda d: d.find_element(By.TAG_NAME, "body").text))

    async def asked(self) -> set[str]:
        """The addresses that the browser has asked since the last look."""
        lines = await self.do(lambda d: d.get_log("performance"))
        events = [json.loads(line["message"])["message"] for line in lines]
        sent = [one["params"] for one in events if one["method"] == "Network.requestWillBeSent"]
        return {one["request"]["url"] for one in sent}


@pytest.fixture
async def window(product: Product, driver: webdriver.Chrome) -> AsyncIterator[Window]:
    window = Window(driver, product.url)
    await window.asked()
    yield window
    await window.do(lambda d: d.delete_all_cookies())


@in_a_browser
async def test_in_by_keyboard_and_what_happens_appears_without_a_reload(
    product: Product, window: Window
) -> None:
    await window.goes("/console?lang=es")
    await window.types("#password", PASSWORD + Keys.ENTER)
    await window.shows("De turno ahora")
    await window.do(lambda d: d.execute_script("window.same = true"))
    await waits(product)
    waiting = (
        "return document.getElementById('count-waiting').textContent.trim()"  # replaced while it is looked at
    )
    for _ in range(100):
        if await window.do(lambda d: d.execute_script(waiting)) == "1":
            break
        await asyncio.sleep(0.1)
    assert await window.do(lambda d: d.execute_script(waiting)) == "1"
    assert await window.do(lambda d: d.execute_script("return window.same")) is True
    assert all(url.startswith((product.url, "data:")) for url in await window.asked())
    log = await window.do(lambda d: d.get_log("browser"))
    assert [line["message"] for line in log if line["level"] == "SEVERE"] == []


@in_a_browser
async def test_a_case_is_taken_on_the_page_and_the_patient_reads_the_answer(
    product: Product, window: Window
) -> None:
    luz = await waits(product)
    await window.goes(await link_of(product, "whatsapp"))
    await window.click("main button")
    await window.shows("De turno ahora")
    await window.goes("/console/cases/1")
    await window.click("main button.main")
    await window.shows("quiero hablar con una persona")
    await luz.hears("Bruno Díaz")
    await window.types("#relay", "buenas tardes, la leo")
    await luz.say("es para mi mamá")  # arrives while he types: his words stay
    await window.shows("es para mi mamá")
    assert (
        await window.do(lambda d: d.find_element(By.ID, "relay").get_property("value"))
        == "buenas tardes, la leo"
    )
    await window.click("#relay ~ div button")
    await luz.hears("la leo")


@in_a_browser
async def test_a_message_is_labelled_and_an_answer_edited_and_said_in_the_next_reply(
    product: Product, window: Window
) -> None:
    await puzzles(product, TOLD)
    await window.goes(await link_of(product))
    await window.click("main button")
    await window.shows("De turno ahora")
    await window.goes("/console/review")
    await window.click("main button.main")
    await window.shows(TOLD)
    await window.types("#label", "Proceso")
    await window.types("#line", OWN)
    await window.click("button[value=lined]")
    await window.shows("No queda nada por revisar")
    await window.goes("/console/answers/answer.ask_cost")
    for field, words in (("es", "Le digo el costo hoy."), ("en", "You get the cost today.")):
        await window.fills(f"#{field}", words)
    await window.click("button[value=preview]")
    await window.shows("todavía no se guarda")
    await window.types("#reason", "más claro")
    await window.click("button[value=save]")
    await window.shows("Así se contesta desde el próximo mensaje")
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "telegram")
    await luz.say("¿y cuánto cuesta todo eso?")
    await luz.hears("Le digo el costo hoy.")
    assert all(url.startswith((product.url, "data:")) for url in await window.asked())
