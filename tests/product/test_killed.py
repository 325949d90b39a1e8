"""Nothing is lost and nothing is said twice, whatever is killed."""

import asyncio
import time
from pathlib import Path

import psycopg
import pytest

from sandbox import Sandbox
from tests.product.conftest import OFFICE
from tests.product.people import patient
from tests.product.processes import environment_for, process, serving_process, until_ready
from tests.product.real_rasa import KEY, RealRasa
from tests.stub_rasa import stub_rasa

COST = "¿cuánto cuesta la consulta?"
NO_COMMIT = "LOCK TABLE sends IN EXCLUSIVE MODE"  # a turn waits here after Rasa's answer


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
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        async with serving_process(box, environment) as bot:
            await luz.say("hola, ¿qué horario tienen?")
            await luz.hears(lambda bubble: True)
            await connection.execute(NO_COMMIT)
            await luz.say(COST)
            await asked(database_url)
            await asyncio.sleep(1.5)
            bot.kill()
        await connection.rollback()
    async with serving_process(box, environment):
        assert "costo" in (await luz.hears(lambda bubble: True, within=20)).text.lower()
        await luz.hears_nothing(within=2)
    assert await times_in_tracker(rasa_server, database_url, COST) == 1


async def asked(database_url: str) -> None:
    """The turn has begun: its attempt is counted."""
    async with (
        asyncio.timeout(20),
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection,
    ):
        while True:
            row = await connection.execute(
                "SELECT 1 FROM messages WHERE answered_at IS NULL AND attempts > 0"
            )
            if await row.fetchone():
                return


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
        environment = settings_of(box, data_dir, database_url, rasa_url)
        luz = patient(box, "telegram")
        async with await psycopg.AsyncConnection.connect(database_url) as connection:
            async with serving_process(box, environment, "--no-worker"):
                with process("work", environment) as first:
                    await connection.execute(NO_COMMIT)
                    await luz.say(COST)
                    await rasa.was_asked()
                    with process("work", environment):
                        await workers(database_url, 2)
                        first.kill()
                        await connection.rollback()
                        killed = time.monotonic()
                        await luz.hears("costo", within=15)
                        assert time.monotonic() - killed < 10
                        assert rasa.counted().total() == 1


async def workers(database_url: str, count: int) -> None:
    """Until so many workers have signed in."""
    async with (
        asyncio.timeout(60),
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection,
    ):
        while True:
            row = await (await connection.execute("SELECT count(*) FROM procrastinate_workers")).fetchone()
            if row and row[0] >= count:
                return
            await asyncio.sleep(0.1)


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
    words = {"cost": "costo", "place": "poniente", "hours": "abre", "insurance": "seguro"}
    return next((name for name, word in words.items() if word in text.lower()), text)
