"""A topic a case in her private Telegram chat, where the bot has them; everything as ever where it has not."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.staff import EMERGENCY, label_of, staffed
from tests.product.desk.writers import Writing, her_phone, holding, office_for
from tests.product.people import patient


@contextlib.asynccontextmanager
async def with_topics(
    box: Sandbox, database_url: str, place: Path, language: str = "es"
) -> AsyncIterator[Writing]:
    box.telegram.topics_enabled = True
    async with staffed(box, database_url, office_for(place, language, "telegram")) as product:
        product.rasa.label_of = label_of
        yield Writing(product, language, her_phone(product, "telegram"))


@pytest.mark.parametrize("language", ["es", "en"])
async def test_each_patient_writes_in_a_topic_of_their_own_and_is_answered_from_there(
    box: Sandbox, database_url: str, tmp_path: Path, language: str
) -> None:
    async with with_topics(box, database_url, tmp_path, language) as way:
        luz, rosa = await way.two()
        await luz.say("soy de la uno")
        assert (await way.her.hears("soy de la uno")).topic == "#1 Luz"
        await rosa.say("soy de la dos")
        assert (await way.her.hears("soy de la dos")).topic == "#2 Rosa"
        for words, topic, phone in (("para luz", "#1 Luz", luz), ("para rosa", "#2 Rosa", rosa)):
            await way.her.say(words, topic=topic)
            await way.product.settle()
            await phone.hears(words)
        assert not any("para rosa" in bubble.text for bubble in luz.bubbles)
        assert not any("para luz" in bubble.text for bubble in rosa.bubbles)
        assert [name for name, _ in box.telegram.calls].count("createForumTopic") == 2


async def test_what_she_orders_in_a_topic_is_about_its_case_and_answered_there(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with with_topics(box, database_url, tmp_path) as way:
        luz, rosa = await way.two()
        for phone in (luz, rosa):
            await phone.say("buenos días")
            await way.her.hears("buenos días")
        await way.her.say("nota llamar el lunes", topic="#2 Rosa")
        told = await way.her.hears(way.text("desk.note_saved", case="2"))
        assert told.topic == "#2 Rosa"
        await way.her.say("cerrar", topic="#1 Luz")
        await way.her.hears(way.text("desk.closed", case="1"))
        await way.her.say("una cosa más", topic="#1 Luz")
        assert (await way.her.hears(way.text("desk.writing.closed", case="1"))).topic == "#1 Luz"
        await way.product.settle()
        assert not any("una cosa" in bubble.text for phone in (luz, rosa) for bubble in phone.bubbles)


async def test_in_a_topic_a_focus_on_another_case_does_not_count(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with with_topics(box, database_url, tmp_path) as way:
        luz, rosa = await way.two()
        await luz.say("buenos días")
        await way.her.hears("buenos días")
        await way.her.say("escribir 2")
        await way.her.hears("Rosa")
        await way.her.say("es para luz", topic="#1 Luz")
        await luz.hears("es para luz")
        await way.product.settle()
        assert not any("es para luz" in bubble.text for bubble in rosa.bubbles)


async def test_pages_and_cards_stand_in_the_chat_itself(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with with_topics(box, database_url, tmp_path) as way:
        luz = patient(box, "telegram")
        await way.takes(luz)
        await luz.say("buenos días")
        await way.her.hears("buenos días")
        await way.her.say("aquí estoy", topic="#1 Luz")
        await luz.hears("aquí estoy")
        await luz.say(EMERGENCY)
        assert (await way.her.hears("URGENTE")).topic == ""


async def test_a_topic_that_she_deleted_loses_nothing(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with with_topics(box, database_url, tmp_path) as way:
        luz = patient(box, "telegram")
        await way.takes(luz)
        await luz.say("primero")
        await way.her.hears("primero")
        way.her.delete_topic("#1 Luz")
        await luz.say("segundo")
        assert (await way.her.hears("segundo")).topic == ""
        await way.product.settle()
        await luz.say("tercero")
        assert (await way.her.hears("tercero")).topic == "#1 Luz"


async def test_a_patient_is_answered_in_the_topic_where_they_wrote(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with with_topics(box, database_url, tmp_path) as way:
        luz = patient(box, "telegram")
        await luz.say("hola")
        await luz.hears(lambda bubble: True)
        luz.add_topic("Chat nuevo")
        await luz.say(EMERGENCY, topic="Chat nuevo")
        assert (await luz.hears("911")).topic == "Chat nuevo"
        await way.her.say("tomar 1")
        assert (await luz.hears("Ana Ruiz")).topic == "Chat nuevo"
        await way.her.say("¿respira ahora?")
        assert (await luz.hears("¿respira ahora?")).topic == "Chat nuevo"


@pytest.mark.parametrize("refused", [False, True], ids=["not enabled", "refused"])
async def test_without_topics_all_is_as_ever(product: Product, refused: bool) -> None:
    product.rasa.label_of = label_of
    way = Writing(product, "es", her_phone(product, "telegram"))
    box = product.box
    box.telegram.topics_enabled = refused
    if refused:
        box.telegram.faults.reject("createForumTopic", 400, 400, "BOT_FORUM_CREATE_FORBIDDEN", times=9)
    luz = patient(box, "telegram")
    await way.takes(luz)
    await luz.say("buenos días")
    bubble = await way.her.hears(holding("#1 · Luz", "buenos días"))
    assert bubble.topic == ""
    await way.her.say("aquí estoy")
    await luz.hears("aquí estoy")
    if not refused:
        assert "createForumTopic" not in [name for name, _ in box.telegram.calls]
