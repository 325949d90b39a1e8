"""The upload page in a real browser: by keyboard, over a connection that breaks, asking no other host."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from starlette.requests import Request

from bot.records.kept import vault
from bot.records.web.receiving import Incoming
from bot.store.tables import Record
from tests.product.conftest import Product
from tests.product.journeys.records import asks_for_the_page, records
from tests.product.people import patient
from tests.records.files import DICOM, PDF, PROGRAM
from tests.sandbox.browser import TELEPHONE, chromium, in_a_browser

pytestmark = in_a_browser

type Act = Callable[[webdriver.Chrome], Any]


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    driver = chromium()
    driver.set_window_size(*TELEPHONE)
    yield driver
    driver.quit()


async def do(driver: webdriver.Chrome, act: Act) -> Any:
    """From a thread, so that the product's loop goes on."""
    return await asyncio.to_thread(act, driver)


async def shows(driver: webdriver.Chrome, text: str, within: float = 20.0) -> None:
    deadline = asyncio.get_running_loop().time() + within
    script = "return document.querySelector('main')?.innerText ?? ''"
    while text not in (shown := await do(driver, lambda d: d.execute_script(script))):
        assert asyncio.get_running_loop().time() < deadline, shown
        await asyncio.sleep(0.05)


async def until(product: Product, wanted: Callable[[Record], bool], within: float = 20.0) -> Record:
    """The one record that is as wanted, once it is."""
    deadline = asyncio.get_running_loop().time() + within
    while not (found := [record for record in await records(product) if wanted(record)]):
        assert asyncio.get_running_loop().time() < deadline, "no record came to be as wanted"
        await asyncio.sleep(0.05)
    (record,) = found
    return record


async def some_of_it(product: Product) -> int:
    """How many bytes are at the server, once some are."""
    record = await until(product, lambda record: vault(product.puente.services).size(record.path) > 1_000_000)
    return vault(product.puente.services).size(record.path)


@pytest.fixture
def offsets(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """At which byte each part of an upload that came in began."""
    came: list[int] = []
    take = Incoming.take

    async def noted(incoming: Incoming, request: Request, offset: int) -> int:
        came.append(offset)
        return await take(incoming, request, offset)

    monkeypatch.setattr(Incoming, "take", noted)
    return came


async def chooses(driver: webdriver.Chrome, *files: Path) -> None:
    names = "\n".join(str(file) for file in files)
    await do(driver, lambda d: d.find_element(By.ID, "picker").send_keys(names))


async def presses(driver: webdriver.Chrome, selector: str) -> None:
    """By keyboard."""
    await do(driver, lambda d: d.find_element(By.CSS_SELECTOR, selector).send_keys(Keys.ENTER))


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_patient_sends_two_files(
    product: Product, driver: webdriver.Chrome, tmp_path: Path, language: str
) -> None:
    luz = patient(product.box, "telegram", language)
    link = await asks_for_the_page(product, luz, language)
    study, program = tmp_path / "eco.pdf", tmp_path / "visor.pdf"
    study.write_bytes(PDF)
    program.write_bytes(PROGRAM)
    await do(driver, lambda d: d.get(link))
    await presses(driver, "button.main")
    await shows(driver, {"es": "Elija sus archivos", "en": "Choose your files"}[language])
    await chooses(driver, study, program)
    await shows(driver, {"es": "Recibido", "en": "Received"}[language])
    await shows(driver, {"es": "es un programa", "en": "is a program"}[language])
    await do(driver, lambda d: Select(d.find_element(By.CSS_SELECTOR, "select")).select_by_value("summary"))
    kept = await until(product, lambda record: record.state == "kept" and record.item == "summary")
    assert kept.name == "eco.pdf"
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": False}
    await do(driver, lambda d: d.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone))
    narrow = "return document.documentElement.scrollWidth <= 360"
    assert await do(driver, lambda d: d.execute_script(narrow))
    script = "return performance.getEntriesByType('resource').map(e => e.name)"
    asked = await do(driver, lambda d: d.execute_script(script))
    assert [name for name in asked if not name.startswith(product.url)] == []
    logged = await do(driver, lambda d: d.get_log("browser"))
    assert [entry for entry in logged if "favicon" not in entry["message"]] == []
    await presses(driver, "#done")
    await shows(driver, {"es": "Gracias", "en": "Thank you"}[language])
    await luz.hears("eco.pdf")


async def test_a_broken_connection_goes_on_by_itself(
    product: Product, driver: webdriver.Chrome, tmp_path: Path, offsets: list[int]
) -> None:
    link = await asks_for_the_page(product, patient(product.box, "telegram"))
    study = tmp_path / "tac.dcm"
    study.write_bytes(DICOM + bytes(30_000_000))
    await do(driver, lambda d: d.get(link))
    await presses(driver, "button.main")
    await shows(driver, "Elija sus archivos")
    await chooses(driver, study)
    await do(driver, lambda d: d.set_network_conditions(offline=False, latency=5, throughput=6_000_000))
    await shows(driver, "Enviando")
    here = await some_of_it(product)
    await do(driver, lambda d: d.set_network_conditions(offline=True, latency=0, throughput=0))
    await shows(driver, "Sin conexión")
    before = len(offsets)
    await do(driver, lambda d: d.delete_network_conditions())
    await shows(driver, "Recibido", within=40)
    (kept,) = await records(product)
    assert (kept.state, kept.size) == ("kept", 30_000_000 + len(DICOM))
    assert offsets[before] >= here


async def test_a_study_of_which_the_page_was_closed_goes_on(
    product: Product, driver: webdriver.Chrome, tmp_path: Path, offsets: list[int]
) -> None:
    link = await asks_for_the_page(product, patient(product.box, "telegram"))
    study = tmp_path / "tac.dcm"
    study.write_bytes(DICOM + bytes(30_000_000))
    await do(driver, lambda d: d.get(link))
    await presses(driver, "button.main")
    await shows(driver, "Elija sus archivos")
    await do(driver, lambda d: d.set_network_conditions(offline=False, latency=5, throughput=4_000_000))
    await chooses(driver, study)
    await shows(driver, "Enviando")
    here = await some_of_it(product)
    await do(driver, lambda d: d.delete_network_conditions())
    await do(driver, lambda d: d.get("about:blank"))
    before = len(offsets)
    await do(driver, lambda d: d.get(link))
    await shows(driver, "Se quedó a medias")
    await chooses(driver, study)
    await shows(driver, "Recibido", within=40)
    assert [record.state for record in await records(product)] == ["kept"]
    assert offsets[before] >= here
