"""What was not understood is opened, given a label and written anew; the patient's words go nowhere."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from sqlalchemy import delete, select, update

from bot.config import Settings
from bot.lines.export import export
from bot.lines.guard import FOLDER, alike, known_lines, problem
from bot.store.database import Database
from bot.store.tables import Audit, Consultant, Conversation, Message, Review, TrainingLine
from tests.console.conftest import Browser
from tests.product.conftest import Product
from tests.product.people import patient
from tests.product.real_rasa import KEY

TOLD = "oiga el asunto ese de mi tía que le dije ayer cómo le hago con lo del tratamiento"
OWN = "ando perdida con los pasos para que atiendan a una tía en Los Ángeles"
REVIEW = "/console/review"


async def puzzles(product: Product, *told: str) -> list[int]:
    """Messages that are not understood. Returns their numbers."""
    product.rasa.label_of = lambda text: "nlu_fallback"
    luz = patient(product.box, "telegram", name="Refugio Xolalpa")
    for words in told:
        before = len(await rows(product, Message))
        await luz.say(words)
        for _ in range(200):
            if len(await rows(product, Message)) > before:
                break
            await asyncio.sleep(0.05)
        product.box.clock.advance(seconds=4)  # no further bubble belongs to it
        await luz.hears(lambda bubble: True, within=15)
        await product.settle()
    async with product.puente.services.database.session() as session:
        query = select(Message).join(Conversation).where(Conversation.role == "patient").order_by(Message.id)
        return [row.id for row in await session.scalars(query) if row.body.get("text") in told]


async def rows(product: Product, table: Any) -> list[Any]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(table)))


async def opens(browser: Browser, number: int) -> str:
    await browser.sends(REVIEW, f"{REVIEW}/{number}/open")
    return (await browser.get(f"{REVIEW}/{number}")).text


async def writes(browser: Browser, number: int, line: str, **more: str) -> Any:
    fields = {"label": "ask_referral_process", "language": "es", "line": line, "do": "lined"} | more
    return await browser.sends(f"{REVIEW}/{number}", f"{REVIEW}/{number}", **fields)


async def test_a_message_is_shown_after_opening_which_is_kept_and_becomes_a_line(
    product: Product, ana: Browser
) -> None:
    (number,) = await puzzles(product, TOLD)
    closed = (await ana.get(REVIEW)).text
    assert "Por revisar: 1" in closed
    assert "tratamiento" not in closed
    page = await opens(ana, number)
    assert TOLD in page
    assert "Costos · 30 %" in page  # what the model takes it for now
    answer = await writes(ana, number, OWN)
    assert answer.headers["location"] == f"{REVIEW}?done=lined"
    (line,) = await rows(product, TrainingLine)
    assert (line.label, line.language, line.text) == ("ask_referral_process", "es", OWN)
    assert "No queda nada por revisar" in (await ana.get(REVIEW)).text
    audited = [(row.what, row.about) for row in await rows(product, Audit) if row.what.startswith("message")]
    assert audited == [("message_opened", f"message:{number}"), ("message_lined", f"message:{number}")]
    log = (await ana.get("/console/audit")).text
    assert f"Leyó un mensaje no entendido · Mensaje {number}" in log


async def test_without_opening_nothing_is_labelled_and_a_line_that_is_not_her_own_words_is_refused_kindly(
    product: Product, ana: Browser
) -> None:
    (number,) = await puzzles(product, TOLD)
    assert (await writes(ana, number, OWN)).status_code == 303  # it was not opened
    await opens(ana, number)
    for line, said in (
        (TOLD.upper(), "Se parece mucho"),
        (f"hola {TOLD[:60]}", "Se parece mucho"),
        ("llámeme al 55 0000 0123", "Quite números"),
        ("soy xolalpa, ¿qué hago?", "Quite números"),
        ("hola", "Ese ejemplo ya está"),
        ("", "Falta el ejemplo"),
    ):
        answer = await writes(ana, number, line)
        assert answer.status_code == 422, line
        assert said in answer.text, line
    assert "Elija de qué se trataba" in (await writes(ana, number, OWN, label="x")).text
    assert await rows(product, TrainingLine) == []


async def test_the_newest_comes_first_and_may_be_skipped_or_be_none_of_ours(
    product: Product, ana: Browser
) -> None:
    first, second = await puzzles(product, TOLD, "qué onda con el gato de mi vecina, ¿lo vio usted?")
    assert f"Mensaje {second}" in (await ana.get(REVIEW)).text
    await opens(ana, second)
    await ana.sends(f"{REVIEW}/{second}", f"{REVIEW}/{second}", do="out_of_scope")
    assert f"Mensaje {first}" in (await ana.get(REVIEW)).text
    await ana.sends(REVIEW, f"{REVIEW}/{first}", do="skipped")
    assert [row.outcome for row in await rows(product, Review)] == ["out_of_scope", "skipped"]
    assert (await ana.get(f"{REVIEW}/{first}")).status_code == 404


async def test_only_the_head_of_office_reads_and_the_administrator_sees_how_many(
    product: Product, browser: Browser, bruno: Browser
) -> None:
    (number,) = await puzzles(product, TOLD)
    assert (await bruno.get(REVIEW)).status_code == 404
    assert (await bruno.sends("/console", f"{REVIEW}/{number}/open")).status_code == 404
    await browser.signs_in()
    page = (await browser.get(REVIEW)).text
    assert "Por revisar: 1" in page
    assert (await browser.sends("/console", f"{REVIEW}/{number}/open")).status_code == 404
    assert (await writes(browser, number, OWN)).status_code == 404
    assert TOLD not in (await browser.get(f"{REVIEW}/{number}")).text


@pytest.mark.parametrize("how", ["emptied", "erased"])
async def test_words_that_are_gone_are_not_reviewed_and_a_line_outlives_them(
    product: Product, ana: Browser, how: str
) -> None:
    old, number = await puzzles(product, TOLD, f"{TOLD} otra vez")
    await opens(ana, old)
    await writes(ana, old, OWN)
    async with product.puente.services.database.session() as session:
        if how == "emptied":
            await session.execute(update(Message).values(emptied_at=product.puente.services.clock()))
        else:
            await session.execute(delete(Conversation).where(Conversation.role == "patient"))
    answer = await ana.get(f"{REVIEW}/{number}")
    assert answer.status_code == 404
    assert "sus palabras se borraron" in answer.text
    assert len(await rows(product, TrainingLine)) == 1


def test_the_guard_asks_for_other_words() -> None:
    assert alike("¿Cuánto cuesta?", "cuanto cuesta")
    assert alike("la quimio de mi mamá sale cara", "¿y la quimio de mi mamá sale cara o no?")
    assert not alike("cuánto cuesta", "no sé cuánto cuesta el viaje")
    assert problem("¿qué papeles llevo?", "documentos", "", {}) == ""
    assert problem("escriba a a@b.mx", "documentos", "", {}) == "personal"
    assert problem("[papeles](x)", "documentos", "", {}) == "unfit"


async def test_lines_go_into_a_file_of_their_own_once(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "nlu"
    for group in ("questions", "tasks", "people"):
        (folder / group).mkdir(parents=True)
    shutil.copy(FOLDER / "questions" / "abuela.yml", folder / "questions")
    taken = next(iter(known_lines(folder)))
    settings = Settings.model_validate(
        {"database_url": SecretStr(database_url), "encryption_key": SecretStr(KEY)}
    )
    store = Database(database_url)
    await store.open(settings.encryption_keys)
    for batch in (
        (("ask_cost", "es", "en cuánto me sale: dígame"), ("ask_cost", "mixed", "how much sale todo")),
        (
            ("talk_to_human", "en", "a person, please: a living one"),
            ("ask_cost", "es", "# en cuánto andan"),
            ("ask_cost", "es", taken),
        ),
    ):
        await _written(store, batch)
        told = await asyncio.to_thread(export, settings, folder)
    await store.close()
    assert sorted(line.split(": ")[0].rsplit("/", 2)[-2] for line in told if "new" in line) == [
        "people",
        "questions",
    ]
    assert any(line.startswith("refused, it stands in questions/abuela.yml: ask_cost") for line in told)
    blocks = yaml.safe_load((folder / "questions" / "reviewed.yml").read_text("utf-8"))["nlu"]
    assert [(one["metadata"]["language"], one["examples"]) for one in blocks] == [
        ("es", "- en cuánto me sale: dígame\n- # en cuánto andan\n"),
        ("mixed", "- how much sale todo\n"),
    ]
    assert (await asyncio.to_thread(export, settings, folder))[0].startswith("refused")


async def _written(store: Database, lines: Any) -> None:
    async with store.session() as session:
        one = (await session.scalars(select(Consultant))).first()
        if one is None:
            one = Consultant(fingerprint=b"x", profile={"name": "Ana"}, created_at=_now())
            session.add(one)
            await session.flush()
        session.add_all(
            TrainingLine(label=label, language=language, text=text, consultant_id=one.id, at=_now())
            for label, language, text in lines
        )


def _now() -> Any:
    from bot.clock import system_clock

    return system_clock()
