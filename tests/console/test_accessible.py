"""Every page that people open, in a real Chromium: axe-core finds nothing serious or critical, and nothing is cut off on a
narrow phone. One test for the whole console: starting product and browser costs more than looking at a page."""

from datetime import timedelta
from importlib.resources import files
from typing import Any

from selenium import webdriver

from bot.console.routes import SIGNED_IN
from bot.store.tables import Appointment, Case
from tests.console.conftest import Browser, link_of
from tests.console.test_pages import Window, driver, in_a_browser, window
from tests.product.conftest import Product
from tests.product.desk.staff import waits
from tests.product.people import patient

__all__ = ["driver", "window"]

pytestmark = in_a_browser
LAPTOP = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
PHONE = {"width": 320, "height": 700, "deviceScaleFactor": 1, "mobile": True}
LOOKS = ((LAPTOP, "light"), (PHONE, "light"), (PHONE, "dark"))
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"
RUN = """const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], preload: false}).then(found => done(found.violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(node => node.html + ' ' + node.failureSummary).join(' | ')}`)));"""
WIDE = f"return document.documentElement.scrollWidth > {PHONE['width']}"
OF_THE_CONSOLE = [f"/console{path}" for method, path, _ in SIGNED_IN if method == "GET" and "{" not in path]
WITH_A_NAME = (
    "/console/cases/1",
    "/console/answers/answer.greet",
    "/console/answers/answer.ask_cost",
    "/console/privacy?show=closed",
    "/console/nothing",
)


async def found(window: Window, address: str, *, narrow: bool = True) -> list[str]:
    """What is wrong with the page, on a laptop by day and on a narrow phone by night; by day it fits there, too."""
    await window.do(lambda d: d.get(address))
    wrong: list[str] = []
    for size, scheme in LOOKS:
        await looks(window, size, scheme)
        await window.do(lambda d: d.execute_script(UNFOLD))
        if (size, scheme) != (PHONE, "light"):
            wrong += await window.do(_axe)
        if size is PHONE and narrow and await window.do(lambda d: d.execute_script(WIDE)):
            wrong.append(f"wider than the phone ({scheme})")
    return [f"{address}: {one}" for one in wrong]


def _axe(driver: webdriver.Chrome) -> Any:
    driver.set_script_timeout(60)
    driver.execute_script(AXE)
    return driver.execute_async_script(RUN)


async def looks(window: Window, size: dict[str, Any], scheme: str) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    await window.do(lambda d: d.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size))
    await window.do(lambda d: d.execute_cdp_cmd("Emulation.setEmulatedMedia", media))


async def reserves(product: Product) -> None:
    """A visit of the patient of case 1, an hour from now."""
    services = product.puente.services
    async with services.database.session() as session:
        case = await session.get_one(Case, 1)
        visit = {"specialty": "cardiology", "minutes": 30, "seat": 0, "state": "reserved", "case_id": 1}
        place, now = {"zone": "America/Mexico_City", "city": ""}, services.clock()
        at = {"starts_at": now + timedelta(hours=1), "created_at": now, "place": place}
        session.add(Appointment(conversation_id=case.conversation_id, **visit, **at))


async def test_no_page_of_the_console_is_hard_to_use(product: Product, window: Window) -> None:
    luz = await waits(product)
    await luz.say("corregir mis datos")
    await luz.hears("Una persona lo corrige")
    wrong = await found(window, f"{product.url}/console")
    link = product.url + await link_of(product)
    wrong += await found(window, link)
    await window.do(lambda d: d.get(link))
    await window.click("main button")
    await window.shows("De turno ahora")
    async with Browser(product) as other:  # a line in the list of invitations
        await other.enters(await link_of(product, "whatsapp"))
    await reserves(product)
    await window.goes("/console/cases/1")
    await window.click("main form:has(input[value='take']) button")
    await window.shows("El caso 1 es suyo")
    for path in ("/console", *OF_THE_CONSOLE, *WITH_A_NAME):
        wrong += await found(window, product.url + path)
    assert wrong == []


async def test_what_is_wrong_with_a_page_is_found_and_nothing_is_with_the_other_pages(
    product: Product, window: Window
) -> None:
    page = "data:text/html,<html lang=en><title>x</title><p style='color:%23ccc;width:900px'>pale<img src=x>"
    rules = "".join(await found(window, page))
    for rule in (
        "image-alt",
        "color-contrast",
        "wider than the phone (light)",
        "wider than the phone (dark)",
    ):
        assert rule in rules
    wrong = await found(window, f"{product.url}/privacy")
    wrong += await found(window, await _upload_page(product))
    wrong += await found(window, str(product.box.page), narrow=False)  # two phones beside each other
    assert wrong == []


async def _upload_page(product: Product) -> str:
    from tests.product.journeys.records import asks_for_the_page

    return await asks_for_the_page(product, patient(product.box, "telegram"))
