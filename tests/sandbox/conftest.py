"""A sandbox, a listening bot and the real clients of both providers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import telegram
from selenium import webdriver
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from sandbox import Sandbox, Template, running
from tests.sandbox.browser import Browser, chromium
from tests.sandbox.clients import APPROVED, telegram_client, twilio_client
from tests.sandbox.stub_bot import StubBot, listening


@pytest.fixture
def office() -> Path | None:
    """The office file that the sandbox reads its people from; tests of the page write their own."""
    return None


@pytest.fixture
async def box(office: Path | None) -> AsyncIterator[Sandbox]:
    template = Template(
        "reply_waiting", "es", "Tenemos una respuesta: caso {{1}}.", (("show", "Ver la respuesta"),)
    )
    async with running(templates={APPROVED: template}, office_file=office) as box:
        yield box


@pytest.fixture
async def stub(box: Sandbox) -> AsyncIterator[StubBot]:
    async with listening(box.settings.auth_token) as stub:
        box.connect(stub.url)
        yield stub


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[telegram.Bot]:
    async with telegram_client(box) as client:
        yield client


@pytest.fixture
async def twilio(box: Sandbox) -> AsyncIterator[Client]:
    http = AsyncTwilioHttpClient()
    yield twilio_client(box, http)
    await http.close()


@pytest.fixture(scope="session")
def driver() -> Iterator[webdriver.Chrome]:
    driver = chromium()
    yield driver
    driver.quit()


@pytest.fixture
async def page(box: Sandbox, stub: StubBot, bot: telegram.Bot, driver: webdriver.Chrome) -> Browser:
    """The two phones, both connected to the stub."""
    await bot.set_webhook(f"{stub.url}/webhooks/telegram")
    browser = Browser(driver)
    await browser.open(box.page)
    return browser
