"""The product in this process, wired as in `bot.app`, its providers emulated."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

import bot.consultants
from bot.app import Puente, listen_to_telegram, opened, web
from bot.config import Settings
from bot.store.tables import Message, Send
from bot.worker import work
from sandbox import Sandbox, Template, running
from sandbox.server import listen, serving
from tests.product.people import consultant, operator
from tests.product.real_rasa import KEY, RealRasa, real_rasa
from tests.stub_rasa import StubRasa, stub_rasa

TEN_ON_MONDAY = datetime(2026, 12, 7, 16, tzinfo=UTC)  # 10:00 in Mexico City, 8:00 in Los Angeles
OFFICE = Path(__file__).parents[1] / "office.yml"
TEMPLATES = {
    "HX00000000000000000000000000000001": Template(
        "consultant_page", "es", "Caso {{1}}", (("tomar", "Tomar"),)
    ),
    "HX00000000000000000000000000000002": Template(
        "consultant_page", "en", "Case {{1}}", (("take", "Take"),)
    ),
    "HX00000000000000000000000000000003": Template(
        "reply_waiting", "es", "Caso {{1}}: hay respuesta", (("si", "Sí"),)
    ),
    "HX00000000000000000000000000000004": Template(
        "reply_waiting", "en", "Case {{1}}: a reply", (("yes", "Yes"),)
    ),
}


@dataclass
class Product:
    """What a test holds: the wired product, both providers, and the stand-in for Rasa where there is one."""

    puente: Puente
    box: Sandbox
    rasa: StubRasa
    url: str

    async def settle(self, within: float = 10.0) -> None:
        """Until nothing waits: no message unanswered, no bubble unsent, nothing on its way to a phone or from one."""
        deadline = asyncio.get_running_loop().time() + within
        while not self.box.at_rest or await self._open() or not self.box.at_rest:
            assert asyncio.get_running_loop().time() < deadline, "the product did not come to rest"
            await asyncio.sleep(0.05)

    async def _open(self) -> int:
        async with self.puente.services.database.session() as session:
            waiting = await session.scalar(select(func.count()).where(Message.answered_at.is_(None)))
            pending = await session.scalar(select(func.count()).where(Send.state.in_(("pending", "sending"))))
        return (waiting or 0) + (pending or 0)


def settings_for(box: Sandbox, database_url: str, rasa_url: str, **more: object) -> Settings:
    """Settings as the environment would give them, none read from this machine."""
    values: dict[str, object] = {
        "sandbox": "on",
        "database_url": SecretStr(database_url),
        "office_file": OFFICE,
        "encryption_key": SecretStr(KEY),
        "telegram_webhook_secret": SecretStr("test-secret"),
        "telegram_mode": "webhook",
        "rasa_url": rasa_url,
        "rasa_token": SecretStr("test"),
        **{name.lower(): value for name, value in box.credentials.items()},
        **more,
    }
    values["telegram_webhook_secret"] = SecretStr("test-secret")
    return Settings.model_validate(values)


@contextlib.asynccontextmanager
async def the_commands_by(clock: Callable[[], datetime]) -> AsyncIterator[None]:
    """`puente consultant …`, run in this process, goes by the product's clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.consultants, "system_clock", clock)
        yield


@contextlib.asynccontextmanager
async def started(
    box: Sandbox, settings: Settings, clock: Callable[[], datetime]
) -> AsyncIterator[tuple[Puente, str]]:
    """The product, serving and working. It is ten on a Monday in Mexico City unless the test says when it is."""
    if clock == box.clock.now and not box.clock.shift:
        box.clock.move_to(TEN_ON_MONDAY)
    sock = listen("127.0.0.1", 0)
    port = sock.getsockname()[1]
    settings = settings.model_copy(update={"port": port})
    async with opened(settings, clock) as puente, the_commands_by(clock):
        url = f"http://127.0.0.1:{port}"
        box.connect(url)
        async with serving(web(puente), sock):
            tasks = [
                asyncio.create_task(work(puente.queue, puente.watch)),
                asyncio.create_task(listen_to_telegram(puente)),
            ]
            await tasks[1]
            try:
                yield puente, url
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with running(templates=TEMPLATES) as box:
        yield box


@contextlib.asynccontextmanager
async def with_stub_rasa(
    box: Sandbox, database_url: str, label_of: Callable[[str], str] | None = None, **more: object
) -> AsyncIterator[Product]:
    """The product with a stand-in for Rasa, which labels as `label_of` says. `more`: settings. Consultants have greeted the
    bot once, as real ones must."""
    async with stub_rasa() as (rasa, rasa_url):
        rasa.label_of = label_of or rasa.label_of
        async with started(box, settings_for(box, database_url, rasa_url, **more), box.clock.now) as (
            puente,
            url,
        ):
            product = Product(puente, box, rasa, url)
            await greet_the_bot(product)
            yield product


@pytest.fixture
async def product(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    async with with_stub_rasa(box, database_url, data_dir=tmp_path) as product:
        yield product


@pytest.fixture(scope="session")
async def rasa_server(postgres: str) -> AsyncIterator[RealRasa]:
    async with real_rasa(postgres) as server:
        yield server


@pytest.fixture
async def whole(box: Sandbox, database_url: str, rasa_server: RealRasa) -> AsyncIterator[Product]:
    async with with_real_rasa(box, database_url, rasa_server) as product:
        yield product


@contextlib.asynccontextmanager
async def with_real_rasa(
    box: Sandbox, database_url: str, rasa_server: RealRasa, office_file: Path = OFFICE
) -> AsyncIterator[Product]:
    """The product with the real Rasa. Consultants have greeted the bot once, as real ones must."""
    token = SecretStr(rasa_server.token)
    settings = settings_for(box, database_url, rasa_server.url, rasa_token=token, office_file=office_file)
    async with started(box, settings, box.clock.now) as (puente, url):
        product = Product(puente, box, StubRasa(), url)
        await greet_the_bot(product)
        yield product


async def greet_the_bot(product: Product) -> None:
    """Telegram lets a bot write only to who has started it; WhatsApp's 24 hours begin with a message."""
    people = [consultant(product.box, "telegram"), consultant(product.box, "whatsapp"), operator(product.box)]
    await asyncio.gather(*(_greet(person) for person in people))
    await product.settle()
    for person in people:
        person.catch_up()


async def _greet(person: Any) -> None:
    await person.say("hola")
    await person.hears(lambda bubble: True)
