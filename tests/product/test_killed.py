"""Nothing is lost and nothing is said twice, whatever is killed."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from bot.app import Puente, listen_to_telegram, opened, web
from bot.config import Settings
from bot.worker import CONCURRENCY, work
from sandbox import Sandbox
from sandbox.server import listen, serving
from tests.product.conftest import OFFICE, settings_for
from tests.product.people import patient
from tests.product.processes import environment_for, process, serving_process, until_ready
from tests.product.real_rasa import KEY, RealRasa
from tests.stub_rasa import stub_rasa

COST = "¿cuánto cuesta la consulta?"
NO_COMMIT = "LOCK TABLE sends IN EXCLUSIVE MODE"  # a turn waits here after Rasa's answer
WAITING = "pg_locks WHERE NOT granted AND relation = 'sends'::regclass"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path


def settings_of(
    box: Sandbox, data_dir: Path, database_url: str, rasa_url: str, token: str = "test"
) -> dict[str, str]:
    return environment_for(
        box,
        data_dir,
        DATABASE_URL=database_url,
        RASA_URL=rasa_url,
        RASA_TOKEN=token,
        ENCRYPTION_KEY=KEY,
        OFFICE_FILE=str(OFFICE),
    )


async def test_a_turn_killed_between_rasas_answer_and_the_commit_happens_once(
    box: Sandbox, database_url: str, rasa_server: RealRasa, data_dir: Path
) -> None:
    environment = settings_of(box, data_dir, database_url, rasa_server.url, rasa_server.token)
    luz = patient(box, "telegram")
    async with serving_process(box, environment, "--no-worker"):
        await luz.say(COST)
        await rows(database_url, "messages")
        async with await psycopg.AsyncConnection.connect(database_url) as connection:
            await connection.execute(NO_COMMIT)
            with process("work", environment):
                await rows(database_url, WAITING)  # Rasa has answered; the commit waits, and is killed
        settings = settings_for(
            box, database_url, rasa_server.url, rasa_token=SecretStr(rasa_server.token), data_dir=data_dir
        )
        async with opened(settings) as puente, working(puente):
            assert "costo" in (await luz.hears(lambda bubble: True, within=30)).text.lower()
            await luz.hears_nothing(within=2)
    assert await times_in_tracker(rasa_server, database_url, COST) == 1


async def rows(database_url: str, condition: str, count: int = 1, seconds: float = 60) -> None:
    """Until so many rows are there."""
    async with (
        asyncio.timeout(seconds),
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection,
    ):
        while True:
            row = await (await connection.execute(f"SELECT count(*) FROM {condition}")).fetchone()
            if row and row[0] >= count:
                return
            await asyncio.sleep(0.02)


async def times_in_tracker(rasa: RealRasa, database_url: str, text: str) -> int:
    import httpx

    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        row = await (
            await connection.execute("SELECT id FROM conversations WHERE role = 'patient'")
        ).fetchone()
    assert row
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{rasa.url}/conversations/{row[0]}/tracker", params={"token": rasa.token})
    return sum(event["event"] == "user" and event.get("text") == text for event in answer.json()["events"])


async def test_another_worker_goes_on_within_ten_seconds(
    box: Sandbox, database_url: str, data_dir: Path
) -> None:
    async with stub_rasa() as (rasa, rasa_url):
        rasa.label_of = lambda text: "ask_cost"
        luz = patient(box, "telegram")
        async with receiving(box, settings_for(box, database_url, rasa_url, data_dir=data_dir)) as puente:
            await luz.say(COST)
            await rows(database_url, "messages")
            async with await psycopg.AsyncConnection.connect(database_url) as connection:
                await connection.execute(NO_COMMIT)
                with process("work", settings_of(box, data_dir, database_url, rasa_url)) as first:
                    await rows(database_url, WAITING)
                    async with working(puente):
                        await rows(database_url, "procrastinate_workers", 2 * len(CONCURRENCY))
                        first.kill()
                        await connection.rollback()
                        killed = time.monotonic()
                        await luz.hears("costo", within=15)
                        assert time.monotonic() - killed < 10
                        assert rasa.counted().total() == 1


@contextlib.asynccontextmanager
async def receiving(box: Sandbox, settings: Settings) -> AsyncIterator[Puente]:
    """The product without a worker, in this process, as nobody kills it."""
    sock = listen("127.0.0.1", 0)
    port = sock.getsockname()[1]
    async with opened(settings.model_copy(update={"port": port})) as puente:
        box.connect(f"http://127.0.0.1:{port}")
        async with serving(web(puente), sock):
            await listen_to_telegram(puente)
            yield puente


@contextlib.asynccontextmanager
async def working(puente: Puente) -> AsyncIterator[None]:
    """A worker in this process."""
    task = asyncio.create_task(work(puente.queue, puente.watch))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_twenty_messages_survive_the_death_of_everything(box: Sandbox, data_dir: Path) -> None:
    """The supervisor, PostgreSQL, Rasa and the bot, all killed 50 ms after the last message was posted."""
    people = [box.telegram.user(6000 + number, f"P{number}") for number in range(5)]
    questions = [COST, "¿dónde están?", "¿qué horario tienen?", "¿aceptan mi seguro?"]
    environment = environment_for(box, data_dir, OFFICE_FILE=str(OFFICE))
    with process("run", environment) as first:
        await until_ready(environment, "/health/ready", 120)
        box.connect(f"http://127.0.0.1:{environment['PORT']}")
        for question in questions:
            await asyncio.gather(*(person.say(question) for person in people))
        await asyncio.sleep(0.05)
        first.kill()
    with process("run", environment):
        await until_ready(environment, "/health/ready", 120)
        for person in people:
            answers = [await person.hears(lambda bubble: True, within=60) for _ in questions]
            assert len({answer.text for answer in answers}) == len(questions)
        await asyncio.sleep(3)
        for person in people:
            assert len(person.bubbles) == len(questions)
            assert [topic(bubble.text) for bubble in person.bubbles] == [
                "cost",
                "place",
                "hours",
                "insurance",
            ]


def topic(text: str) -> str:
    words = {"cost": "costo", "place": "poniente", "hours": "abre", "insurance": "aseguradora"}
    return next((name for name, word in words.items() if word in text.lower()), text)
