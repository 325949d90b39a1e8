"""What the tests of records share: a patient with a link, and the page as a browser's script uses it."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
from sqlalchemy import select

from bot.store.tables import Record
from tests.product.conftest import Product

SEND = {"es": "quiero mandar mis estudios por favor", "en": "I want to send my records please"}
LINK = re.compile(r"https?://\S+/upload/[\w-]+")


async def asks_for_the_page(product: Product, person: Any, language: str = "es") -> str:
    """The link that she is given."""
    product.rasa.label_of = lambda text: "send_records"
    await person.say(SEND[language])
    bubble = await person.hears("/upload/")
    return LINK.search(bubble.text).group()  # type: ignore[union-attr]


class Page:
    """The upload page behind a link."""

    def __init__(self, link: str) -> None:
        self.link = link
        self.http = httpx.AsyncClient(trust_env=False, timeout=60)

    async def get(self, **query: str) -> httpx.Response:
        return await self.http.get(self.link, params=query)

    async def agree(self) -> httpx.Response:
        return await self.http.post(f"{self.link}/consent")

    async def done(self) -> httpx.Response:
        return await self.http.post(f"{self.link}/done")

    async def begin(self, name: str, size: int, modified: int = 1) -> httpx.Response:
        form = {"name": name, "size": size, "modified": modified}
        return await self.http.post(f"{self.link}/files", json=form)

    async def send(
        self, number: str, content: bytes | AsyncIterator[bytes], offset: int = 0
    ) -> httpx.Response:
        headers = {"Upload-Offset": str(offset)}
        return await self.http.patch(f"{self.link}/files/{number}", content=content, headers=headers)

    async def offset(self, number: str) -> int:
        answer = await self.http.head(f"{self.link}/files/{number}")
        return int(answer.headers["Upload-Offset"])

    async def upload(self, name: str, content: bytes) -> dict[str, Any]:
        """A whole file; what the page says of it."""
        number = (await self.begin(name, len(content))).json()["id"]
        answer = await self.send(number, content)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def agreed_page(product: Product, person: Any, language: str = "es") -> Page:
    page = Page(await asks_for_the_page(product, person, language))
    assert (await page.agree()).status_code == 303
    return page


async def records(product: Product) -> list[Record]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(Record).order_by(Record.created_at)))


async def taken_in(product: Product, count: int) -> None:
    """Until so many files have been fetched and looked at."""
    for _ in range(200):
        found = await records(product)
        if len([one for one in found if one.state != "fetching"]) >= count:
            return await product.settle()
        await asyncio.sleep(0.05)
    raise AssertionError("the files were not taken in")


def on_disk(product: Product) -> list[bytes]:
    """The content of every stored file."""
    folder = product.puente.services.settings.data_dir / "files"
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def titles(options: Iterable[Any]) -> list[str]:
    return [option.title for option in options]
