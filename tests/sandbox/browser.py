"""The page in a real Chromium, looked at from a thread so that the sandbox's loop goes on."""

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")
in_a_browser = pytest.mark.skipif(not (CHROMIUM and CHROMEDRIVER), reason="chromium is not installed")
LAPTOP, TELEPHONE = (1280, 900), (500, 900)  # headless Chromium is never narrower than 500


def chromium() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-component-update",
        "--disable-background-networking",
        "--disable-sync",
        "--mute-audio",
        "--window-size=1280,900",
        "--lang=es",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(str(CHROMEDRIVER)))


def opened(driver: webdriver.Chrome, address: str, script: str) -> None:
    """The page at this address, loaded once, after the script has run."""
    added = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    driver.get(address)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


class Browser:
    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    async def open(self, address: str, **kept: str) -> None:
        """The page as somebody sees it who was here before and left these settings."""
        settings = {f"puente.{name}": value for name, value in {"language": "es", **kept}.items()}
        script = f"localStorage.clear(); Object.assign(localStorage, {json.dumps(settings)})"
        await self.do(lambda d: d.set_window_size(*LAPTOP))
        await self.do(lambda d: opened(d, address, script))
        await self.shows("Luz Herrera")

    async def do(self, act: Callable[[webdriver.Chrome], Any]) -> Any:
        return await asyncio.to_thread(act, self._driver)

    async def run(self, script: str, *arguments: Any) -> Any:
        """What JavaScript returns."""
        return await self.do(lambda d: d.execute_script(script, *arguments))

    async def until(self, script: str, *arguments: Any, within: float = 5.0) -> Any:
        """Wait until JavaScript returns something true."""
        deadline = time.monotonic() + within
        while not (found := await self.run(script, *arguments)):
            assert time.monotonic() < deadline, f"{script} {arguments}: {await self.everything()}"
            await asyncio.sleep(0.05)
        return found

    async def everything(self) -> str:
        return str(await self.run("return document.body.innerText"))

    async def shows(self, text: str, phone: int = 0, within: float = 5.0) -> float:
        """Wait until this phone shows the text; the seconds it took."""
        begun = time.monotonic()
        while text not in await self.text(phone):
            assert time.monotonic() - begun < within, await self.text(phone)
            await asyncio.sleep(0.02)
        return time.monotonic() - begun

    async def text(self, phone: int = 0) -> str:
        return str(
            await self.run("return document.querySelectorAll('.phone')[arguments[0]].innerText", phone)
        )

    async def click(self, selector: str, phone: int | None = 0) -> None:
        """On a phone, or anywhere."""
        await self.do(lambda d: inside(d, phone, selector).click())

    async def write(self, text: str, phone: int = 0) -> None:
        await self.do(lambda d: inside(d, phone, "textarea").send_keys(text + Keys.ENTER))

    async def press(self, *keys: str) -> None:
        """Keys, wherever the focus is."""
        await self.do(lambda d: d.switch_to.active_element.send_keys(*keys))

    async def focused(self) -> str:
        return str(await self.run("return document.activeElement.className || document.activeElement.id"))


def inside(driver: webdriver.Chrome, phone: int | None, selector: str) -> Any:
    root: Any = driver if phone is None else driver.find_elements(By.CSS_SELECTOR, ".phone")[phone]
    return root.find_element(By.CSS_SELECTOR, selector)
