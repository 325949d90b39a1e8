"""The whole product with an administrator's password, a head of office and a consultant; and browsers that are only HTTP."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from sandbox import Sandbox
from tests.product.conftest import Product, box, with_stub_rasa
from tests.product.desk.staff import ANA, BRUNO, label_of, office_of
from tests.product.people import consultant

__all__ = ["box"]

PASSWORD = "una contraseña larga"
LINK = re.compile(r"https?://[^\s/]+(/console/enter/[\w-]+)")
SEAL = re.compile(r'name="seal" value="([0-9a-f]+)"')


@pytest.fixture
async def product(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """Ana is head of office, on Telegram; Bruno is not, on WhatsApp."""
    office = office_of(tmp_path, [{**ANA, "head": True}, BRUNO], routing={"widen_after": "never"})
    password = SecretStr(PASSWORD)
    async with with_stub_rasa(
        box, database_url, label_of, office_file=office, console_password=password
    ) as product:
        yield product


class Browser(httpx.AsyncClient):
    """Fills in forms as a person does: from the page that shows them, with its seal."""

    def __init__(self, product: Product, **more: Any) -> None:
        super().__init__(base_url=product.url, trust_env=False, timeout=30, **more)

    async def sends(self, page: str, action: str, **fields: str) -> httpx.Response:
        shown = await self.get(page)
        seal = SEAL.search(shown.text)
        assert seal, shown.text
        return await self.post(action, data={"seal": seal.group(1), **fields})

    async def signs_in(self, password: str = PASSWORD) -> httpx.Response:
        return await self.sends("/console", "/console/sign-in", password=password)

    async def enters(self, link: str) -> httpx.Response:
        return await self.sends(link, link)


@pytest.fixture
async def browser(product: Product) -> AsyncIterator[Browser]:
    async with Browser(product) as browser:
        yield browser


async def link_of(product: Product, channel: str = "telegram", language: str = "es") -> str:
    """The path of the link that Ana (Telegram) or Bruno (WhatsApp) is given in her chat."""
    person = consultant(product.box, channel)
    await person.say({"es": "consola", "en": "console"}[language])
    bubble = await person.hears("/console/enter/")
    found = LINK.search(bubble.text)
    assert found
    return found.group(1)


@pytest.fixture
async def ana(product: Product) -> AsyncIterator[Browser]:
    """The head of office, signed in."""
    async with Browser(product) as browser:
        assert (await browser.enters(await link_of(product))).status_code == 303
        yield browser


@pytest.fixture
async def bruno(product: Product) -> AsyncIterator[Browser]:
    """A consultant, signed in."""
    async with Browser(product) as browser:
        assert (await browser.enters(await link_of(product, "whatsapp"))).status_code == 303
        yield browser
