"""`unir 104 107`: one person, two chats, one case. Nothing lost, nothing to the wrong chat, nobody surveyed twice."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.store.tables import Case, Conversation
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.phones import shows
from tests.product.desk.staff import EMERGENCY, PERSON, entries, label_of, staffed
from tests.product.desk.staff import office_of as office_with
from tests.product.desk.writers import Writing, holding, titles
from tests.product.people import consultant, patient
from tests.product.quiet import silent

EVERY_WAY = [("telegram", "es"), ("whatsapp", "en")]  # of the consultant
ANOTHER_TOPIC = {"es": "¿cuánto cuesta la consulta?", "en": "how much is the consultation?"}


async def desk_of(product: Product, channel: str, language: str) -> Writing:
    """A consultant who is spoken to in this language, on this channel; nobody else is on duty."""
    product.rasa.label_of = label_of
    return Writing(product, language, consultant(product.box, channel))


@pytest.fixture
async def writing(request: Any, box: Sandbox, database_url: str, tmp_path: Any) -> Any:
    channel, language = request.param
    who: dict[str, Any] = (
        {"name": "Ana Ruiz", "telegram": 900000101}
        if channel == "telegram"
        else {"name": "Bruno Díaz", "whatsapp": "+525500000102"}
    )
    languages = [language, "en" if language == "es" else "es"]
    office = office_with(tmp_path, [{**who, "languages": languages}], on_call=[who["name"]])
    async with staffed(box, database_url, office) as product:
        yield await desk_of(product, channel, language)


ways = pytest.mark.parametrize("writing", EVERY_WAY, indirect=True, ids=["telegram-es", "whatsapp-en"])
one_way = pytest.mark.parametrize("writing", EVERY_WAY[:1], indirect=True, ids=["telegram-es"])


async def asked_to_merge(writing: Writing, first: int = 1, second: int = 2) -> Any:
    await writing.her.say(f"{writing.order('merge')} {first} {second}")
    sure = writing.text("desk.merging.button", case=str(first), closed=str(second))
    return await writing.her.hears(lambda bubble: sure in titles(bubble))


async def merged(writing: Writing, first: int = 1, second: int = 2) -> None:
    bubble = await asked_to_merge(writing, first, second)
    await writing.her.tap(0, bubble)
    await writing.her.hears({"es": "Unidos", "en": "Merged"}[writing.language])
    await writing.product.settle()


async def one_case(writing: Writing) -> tuple[Any, Any]:
    """Luz on Telegram and on WhatsApp; her two cases were taken and merged. All caught up."""
    phones = await writing.two()
    await merged(writing)
    for phone in (*phones, writing.her):
        phone.catch_up()
    return phones


@ways
async def test_a_button_that_names_both_confirms_it_and_the_second_ends_in_the_first(
    writing: Writing,
) -> None:
    luz, rosa = await writing.two()
    bubble = await asked_to_merge(writing)
    for words in ("#1", "#2", "Luz", "Rosa", "Telegram", "WhatsApp"):
        assert words in bubble.text
    assert (await writing.case(2)).closed_at is None
    await writing.her.say(writing.button("keep_apart"))
    await writing.her.hears(writing.text("desk.merging.kept_apart"))
    assert (await writing.case(2)).closed_at is None
    await merged(writing)
    kept, ended = await writing.case(1), await writing.case(2)
    assert (kept.closed_at, ended.outcome) == (None, "merged")
    assert ended.closed_at
    assert "joined" in await writing.entries(1)
    assert "merged" in await writing.entries(2)
    bubble = await rosa.hears(holding("1", "2"))
    assert not bubble.options  # no thumbs
    await silent(writing.product, luz)
    await writing.her.say(f"{writing.order('case')} 2")
    await writing.her.hears(writing.product.puente.services.texts.word("outcome", "merged", writing.language))
    await writing.her.say(f"{writing.order('history')} 1")
    await writing.her.hears(holding("#2"))


@ways
async def test_either_chat_reaches_her_under_one_number_and_the_last_to_write_gets_her_answer(
    writing: Writing,
) -> None:
    luz, rosa = await one_case(writing)
    begins_so = {"es": "unir los dos estudios en un archivo, por favor", "en": "merge the two files, please"}
    for phone, other, header, answer in (
        (luz, rosa, "#1 · Luz · Telegram", "muy bien, gracias"),
        (rosa, luz, "#1 · Rosa · WhatsApp", begins_so[writing.language]),  # and is no order
        (luz, rosa, "#1 · Luz · Telegram", "hasta mañana"),
    ):
        await phone.say("sigo aquí")
        bubble = await writing.her.hears("sigo aquí")
        assert header in bubble.header + bubble.text
        await writing.product.settle()
        other.catch_up()
        await writing.her.say(answer)
        await writing.product.settle()
        await phone.hears(answer)
        await silent(writing.product, other)
        writing.product.box.clock.advance(seconds=6)  # WhatsApp's pace between words of one case


@one_way
async def test_what_waits_stays_one_case_and_the_assistant_answers_in_both_chats(writing: Writing) -> None:
    luz, rosa = (
        patient(writing.product.box, "telegram"),
        patient(writing.product.box, "whatsapp", name="Rosa"),
    )
    for phone in (luz, rosa):
        await phone.say(PERSON["es"])
        await phone.hears("caso")
    await writing.product.settle()
    bubble = await asked_to_merge(writing)
    assert "Luz" not in bubble.text  # no name before it is taken
    await writing.her.tap(0, bubble)
    await writing.her.hears(writing.text("desk.merging.done_waiting", case="1", closed="2"))
    await rosa.say("quiero hablar con una persona")
    await rosa.hears("1")
    await luz.say(ANOTHER_TOPIC["es"])
    await writing.product.settle()
    assert await number_of_cases(writing.product) == 2
    await writing.her.say("tomar 1")
    shown = await writing.her.hears("es suyo")
    assert "[WhatsApp] quiero hablar con una persona" in shown.text
    assert f"[Telegram] {ANOTHER_TOPIC['es']}" in shown.text


@one_way
async def test_hers_and_nobodys_become_hers_with_the_files(writing: Writing) -> None:
    luz, rosa = (
        patient(writing.product.box, "telegram"),
        patient(writing.product.box, "whatsapp", name="Rosa"),
    )
    await luz.say(PERSON["es"])
    await luz.hears("caso")
    await luz.send_document(b"%PDF" + b"x" * 2000, content_type="application/pdf", name="estudio.pdf")
    await writing.product.settle()
    await rosa.say(PERSON["es"])
    await rosa.hears("caso")
    await writing.her.say("tomar 2")
    await writing.her.hears("es suyo")
    await merged(writing)  # the first was nobody's, the second hers
    await writing.her.hears(lambda bubble: bubble.file is not None)
    assert (await writing.case(1)).holder_id == (await writing.case(2)).holder_id
    await luz.hears("Ana Ruiz")


@one_way
@pytest.mark.parametrize("held", [True, False], ids=["held", "waiting"])
async def test_danger_in_either_chat_is_answered_there_and_paged(writing: Writing, held: bool) -> None:
    _luz, rosa = await one_case(writing)
    if not held:
        await writing.orders("release", 1, "desk.released")
    writing.her.catch_up()
    await rosa.say(EMERGENCY)
    await rosa.hears("911")
    await writing.her.hears(holding("URGENTE", "1"))
    await writing.product.settle()
    assert (await writing.case(1)).urgency == "urgent"
    assert await number_of_cases(writing.product) == 2
    if held:
        await writing.her.say("voy a llamarle ahora")
        await rosa.hears("voy a llamarle ahora")


@one_way
async def test_a_danger_that_is_merged_is_paged_on_and_stays_quiet(writing: Writing) -> None:
    luz, rosa = (
        patient(writing.product.box, "telegram"),
        patient(writing.product.box, "whatsapp", name="Rosa"),
    )
    await writing.takes(luz)
    await writing.orders("release", 1, "desk.released")
    await rosa.say(EMERGENCY)
    await writing.her.hears(holding("URGENTE", "2"))
    await writing.product.settle()
    await merged(writing)
    await writing.her.hears(holding("URGENTE", "Caso 1"))
    case = await writing.case(1)
    assert (case.urgency, case.reason) == ("urgent", "emergency")
    async with writing.product.puente.services.database.session() as session:
        query = select(Conversation).where(Conversation.channel == "whatsapp")
        hers = {chat.phone: chat.quiet_since for chat in await session.scalars(query)}
        assert hers["+525500000123"]
    await writing.her.say("tomar 1")
    await writing.her.hears("es suyo")
    await writing.her.say("cerrar 1")
    await writing.her.hears("cerrado")
    await writing.product.settle()
    async with writing.product.puente.services.database.session() as session:
        quiet = await session.scalars(select(Conversation.quiet_since))
        assert not [at for at in quiet if at]


@one_way
async def test_once_it_is_closed_each_chat_asks_for_the_same_case_again(writing: Writing) -> None:
    luz, rosa = await one_case(writing)
    await rosa.say("gracias")
    await writing.her.hears("gracias")
    await writing.her.say("cerrar 1")
    await rosa.hears("pulgar")  # where they wrote last, once
    await writing.product.settle()
    assert not [bubble for bubble in luz.phone.unheard() if bubble.options]
    await luz.say(PERSON["es"])
    await writing.her.hears(lambda bubble: "Caso 1" in bubble.text and "Tomar" in titles(bubble))
    await writing.her.say("tomar 1")
    await luz.hears("Ana Ruiz")
    await rosa.say("también por aquí")
    await writing.her.hears("también por aquí")
    assert await number_of_cases(writing.product) == 2


@one_way
async def test_a_complaint_that_was_merged_is_not_surveyed(writing: Writing) -> None:
    luz, rosa = await writing.two()
    async with writing.product.puente.services.database.session() as session:
        (await session.get_one(Case, 2)).reason = "complaint"
    await merged(writing)
    rosa.catch_up()
    await writing.her.say("cerrar 1")
    await writing.her.hears("cerrado")
    await writing.product.settle()
    told = [bubble for phone in (luz, rosa) for bubble in phone.phone.unheard()]
    assert len(told) == 1
    assert not told[0].options


@one_way
async def test_what_was_kept_for_a_closed_window_goes_out_where_they_write(writing: Writing) -> None:
    luz, rosa = await one_case(writing)
    await rosa.say("hola de nuevo")
    await writing.her.hears("hola de nuevo")
    writing.product.box.clock.advance(hours=25)
    await writing.her.say("ya tengo su respuesta")
    await writing.her.hears("24 horas")
    await writing.product.settle()
    await luz.say("¿hay noticias?")
    await luz.hears("ya tengo su respuesta")
    await writing.her.hears("¿hay noticias?")
    await writing.product.settle()
    assert not [bubble for bubble in rosa.bubbles if "ya tengo" in bubble.text]


@one_way
async def test_a_quote_of_the_merged_case_is_for_the_one_that_stays(writing: Writing) -> None:
    luz, rosa = await writing.two()
    await rosa.say("mi cita es mañana")
    old = await writing.her.hears("mi cita es mañana")
    await writing.takes(patient_on(writing, 77))
    await merged(writing)
    await writing.her.say("allá la esperamos", quote=old)
    await rosa.hears("allá la esperamos")
    await writing.product.settle()
    assert not [bubble for bubble in luz.bubbles if "esperamos" in bubble.text]


@one_way
async def test_only_what_is_hers_or_nobodys_and_open(writing: Writing) -> None:
    await writing.two()
    her, text = writing.her, writing.text
    for order, told in (
        ("unir 1", text("desk.merging.two")),
        ("unir", text("desk.merging.two")),
        ("unir 1 1", text("desk.merging.two")),
        ("unir 1 2 3", text("desk.merging.two")),
        ("unir 1 99", text("desk.unknown_case", case="99")),
    ):
        await her.say(order)
        await her.hears(told)
    await her.say("cerrar 2")
    await her.hears(text("desk.closed", case="2"))
    await her.say("unir 1 2")
    await her.hears(text("desk.already_closed", case="2"))


async def test_a_case_of_somebody_else_is_not_merged(product: Product) -> None:
    product.rasa.label_of = label_of
    ana, bruno = consultant(product.box, "telegram"), consultant(product.box, "whatsapp")
    for channel in ("telegram", "whatsapp"):
        await patient(product.box, channel).say(PERSON["es"])
        await product.settle()
    await ana.say("tomar 1")
    await ana.hears("es suyo")
    await ana.say("unir 1 2")
    question = await ana.hears("misma persona")
    await bruno.say("tomar 2")
    await bruno.hears("es suyo")
    await ana.tap(0, question)  # what was true when she was asked is no more
    await ana.hears("El caso 2 lo lleva Bruno Díaz")
    await ana.say("unir 2 1")
    await ana.hears("El caso 2 lo lleva Bruno Díaz")
    assert not await entries(product, "joined")


@one_way
async def test_blocking_holds_in_every_chat(writing: Writing) -> None:
    luz, rosa = await one_case(writing)
    await writing.her.say("bloquear 1")
    await writing.her.tap("Sí, bloquear", await writing.her.hears("Bloquear"))
    await writing.her.hears("bloqueado")
    await writing.product.settle()
    for phone in (luz, rosa):
        phone.catch_up()
        await phone.say(PERSON["es"])
        await silent(writing.product, phone)
    await writing.her.say("desbloquear 1")
    await writing.her.hears("ya no está bloqueado")
    await luz.say(PERSON["es"])
    await luz.hears("caso")


@one_way
async def test_asked_how_it_goes_each_chat_hears_of_the_one_case(writing: Writing) -> None:
    luz, rosa = await one_case(writing)
    for phone in (rosa, luz):
        await phone.say("Cómo va mi caso")
        await phone.hears(holding("caso 1", "Ana Ruiz"))
        await writing.product.settle()


@one_way
async def test_both_at_once_wait_for_nobody_for_ever(writing: Writing) -> None:
    luz, rosa = await one_case(writing)
    for n in range(4):
        await luz.say(f"luz {n}")
        await rosa.say(f"rosa {n}")
        await writing.her.say(f"ana {n}")
    await writing.product.settle(20)
    await shows(writing.her, "rosa 3")
    forwarded = [bubble.text for bubble in writing.her.bubbles]
    assert all(any(f"{name} {n}" in text for text in forwarded) for name in ("luz", "rosa") for n in range(4))
    heard = [bubble.text for phone in (luz, rosa) for bubble in phone.bubbles]
    assert sum("ana " in text for text in heard) == 4


def patient_on(writing: Writing, number: int) -> Any:
    return writing.product.box.telegram.user(number, "Sol", language_code="es")


async def number_of_cases(product: Product) -> int:
    async with product.puente.services.database.session() as session:
        return len((await session.scalars(select(Case.id))).all())
