"""Relatives and privacy: who is erased leaves the others as they are; who may be somebody else is out of the case."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.store.tables import Case, ContactOfCase, Conversation, Record
from tests.product.conftest import Product
from tests.product.desk.patient_side import said
from tests.product.journeys.erasure import erases, opened, retained
from tests.product.journeys.relatives import accompanied, conversation_of, invitation, joins, relative
from tests.records.files import PDF

HERS, ANSWER, PATIENTS = "zanahoria7391", "betabel7392", "calabaza7393"


async def everywhere(product: Product) -> str:
    return " ".join([value async for value in opened(product)])


async def written(luz: Any, ana: Any, marta: Any, product: Product) -> None:
    await luz.say(PATIENTS)
    await ana.hears(PATIENTS)
    await marta.say(HERS)
    question = await ana.hears(HERS)
    await product.settle()
    await ana.say(ANSWER, quote=question)
    await marta.hears(ANSWER)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_relative_is_erased_and_the_others_go_on(product: Product, channel: str) -> None:
    luz, ana, marta = await accompanied(product, channel, "es")
    await written(luz, ana, marta, product)
    await luz.say("familia")
    await luz.hears("Marta (hija)")
    await erases(product, marta)
    await luz.hears(said(product, "family.told.left", "es", case="1", name="Marta (hija)"))
    await ana.hears("ya no está en el caso 1")
    left = await everywhere(product)
    for gone in (HERS, ANSWER, "Marta", "0000802"):
        assert gone not in left
    assert PATIENTS in left
    async with product.puente.services.database.session() as session:
        case = await session.get_one(Case, 1)
        assert (case.closed_at, case.holder_id is None) == (None, False)
        assert await session.scalar(select(func.count()).select_from(ContactOfCase)) == 0
    await luz.say("aquí sigo yo")
    await ana.hears("aquí sigo yo")


async def test_the_patients_erasure_takes_what_relatives_have_of_the_case(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await written(luz, ana, marta, product)
    await marta.send_document(PDF, content_type="application/pdf", name="eco-de-luz.pdf")
    await ana.hears(lambda bubble: bubble.file is not None)
    await erases(product, luz)
    await marta.hears(said(product, "family.told.closed", "es", case="1"))
    left = await everywhere(product)
    for gone in (PATIENTS, ANSWER, HERS, "eco-de-luz", "Luz"):
        assert gone not in left
    async with product.puente.services.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Record)) == 0
    assert await conversation_of(product, "Marta")


async def test_a_relatives_words_are_as_old_as_the_case(product: Product) -> None:
    """Nothing of an open case is erased by age; when it has been closed long enough, hers goes too."""
    luz, ana, marta = await accompanied(product, "telegram", "es")
    await written(luz, ana, marta, product)
    await retained(product, 1)
    product.box.clock.advance(days=181)
    await retained(product, 2)
    kept = await everywhere(product)
    assert HERS in kept
    assert ANSWER in kept
    await ana.say("cerrar 1")
    await ana.hears("Caso 1 cerrado")
    await product.settle()
    product.box.clock.advance(days=181)
    await retained(product, 3)
    left = await everywhere(product)
    assert HERS not in left
    assert ANSWER not in left


async def test_behind_whom_may_be_somebody_else_is_out_of_the_case(product: Product) -> None:
    luz, ana, marta = await accompanied(product, "telegram", "es")
    theirs = await conversation_of(product, "Marta")
    async with product.puente.services.database.session() as session:
        row = await session.get_one(Conversation, theirs.id)
        row.person = b"another"
    await marta.say("hola, ¿quién es?")
    await luz.hears(said(product, "family.told.left", "es", case="1", name="Marta (hija)"))
    await ana.hears("ya no está en el caso 1")
    await marta.hears(lambda bubble: True)
    assert not any("quién es" in bubble.text for bubble in ana.bubbles)
    await joins(product, relative(product, "telegram", "Eva", 3), await invitation(product, luz, "es"), "es")


async def test_who_may_not_be_the_patient_invites_nobody_and_hears_no_summary(product: Product) -> None:
    luz, ana, _ = await accompanied(product, "telegram", "es")
    theirs = await conversation_of(product, "Luz")
    async with product.puente.services.database.session() as session:
        (await session.get_one(Conversation, theirs.id)).doubted_at = product.box.clock.now()
    for word in ("invitar", "familia", "resumen"):
        await luz.say(word)
        told = await luz.hears(said(product, "privacy.doubt", "es", case="1"))
        assert "Marta" not in told.text
    await ana.hears("Compruebe quién es")
