"""A relative joins a case: by the patient's or a consultant's invitation, once; asked who she is; agrees for herself."""

from typing import Any

import pytest

from bot.conversation.family_words import authority_of
from tests.product.conftest import Product
from tests.product.desk.patient_side import label_of, said, taken_case, waiting_case
from tests.product.journeys.relatives import (
    AGREE,
    ASKED,
    EVERY_WAY,
    INVITE,
    REMOVE,
    contacts_of,
    conversation_of,
    invitation,
    joins,
    opens,
    relative,
    ways_in,
)
from tests.product.people import patient
from tests.product.quiet import look, silent

ways = pytest.mark.parametrize(("channel", "language"), EVERY_WAY)


@ways
async def test_the_whole_way_in_by_an_invitation_that_is_good_once(
    product: Product, channel: str, language: str
) -> None:
    luz, ana = await taken_case(product, channel, language)
    await luz.say(INVITE[language])
    question = await luz.hears(said(product, "privacy.consent.ask", language))
    await luz.tap(AGREE[language], question)
    invited = await luz.hears("wa.me")
    assert "https://t.me/puente_sandbox_bot?start=" in invited.text
    assert "Luz" not in invited.text  # nothing of the patient is in it
    await luz.hears(lambda b: b.text.startswith({"es": "Reenvíe", "en": "Forward"}[language]))
    marta, eva = relative(product, channel), relative(product, channel, "Eva", 3)
    ways_ = ways_in(invited.text)
    await joins(product, marta, ways_, language)
    told = await luz.hears("Marta")
    assert REMOVE[language] in [option.title for option in told.options]
    told = await ana.hears("Marta (hija): dice que el paciente se lo pidió")
    assert "Quitar" in [option.title for option in told.options]
    (row,) = await contacts_of(product)
    assert (row.relation, row.authority, row.revoked_at) == ("daughter", "asked", None)
    assert row.joined_at
    await opens(eva, ways_)
    await eva.hears(said(product, "family.link.over", language))
    assert len(await contacts_of(product)) == 1
    await opens(marta, ways_)
    await marta.hears(said(product, "family.link.already", language, case="1"))


async def test_who_does_not_agree_is_not_in_the_case_and_may_still_agree(product: Product) -> None:
    luz, ana = await taken_case(product, "telegram", "es")
    marta = relative(product, "telegram")
    await opens(marta, await invitation(product, luz, "es"))
    await marta.tap("Hijo", await marta.hears("Soy su"))
    await marta.tap("Tutora o tutor legal", await marta.hears("Por qué entra"))
    question = await marta.hears(said(product, "privacy.consent.ask", "es"))
    await marta.tap("No", question)
    await marta.hears(said(product, "family.declined", "es"))
    await look(product)
    assert not any("Marta" in bubble.text for bubble in ana.bubbles)
    await marta.tap(AGREE["es"], question)
    await marta.hears("Ya está en el caso 1")
    await ana.hears("Marta (hijo): dice ser tutora o tutor legal")


@ways
async def test_everything_can_be_typed(product: Product, channel: str, language: str) -> None:
    luz, ana = await taken_case(product, channel, language)
    marta = relative(product, channel)
    await opens(marta, await invitation(product, luz, language))
    await marta.hears(said(product, "family.who", language))
    await marta.say({"es": "soy su nieta", "en": "I'm her granddaughter"}[language])
    await marta.hears(said(product, "family.authority", language))
    await marta.say({"es": "ella me lo pidió", "en": "she asked me to"}[language])
    await marta.hears(said(product, "privacy.consent.ask", language))
    await marta.say({"es": "sí, claro", "en": "yes, I agree"}[language])
    await marta.hears({"es": "Ya está en el caso 1", "en": "You are now in case 1"}[language])
    await ana.hears("Marta (nieta)")


async def test_a_number_of_the_list_and_a_relation_of_her_own(product: Product) -> None:
    luz, ana = await taken_case(product, "telegram", "es")
    marta, eva = relative(product, "telegram"), relative(product, "telegram", "Eva", 3)
    for person, answer in ((marta, "2"), (eva, "soy su vecina")):
        await opens(person, await invitation(product, luz, "es"))
        await person.hears("Soy su")
        await person.say(answer)
        await person.tap(ASKED["es"], await person.hears("Por qué entra"))
        await person.tap(AGREE["es"], await person.hears(said(product, "privacy.consent.ask", "es")))
        await person.hears("Ya está en el caso 1")
    await ana.hears("Marta (hijo)")
    await ana.hears("Eva (vecina)")


async def test_a_question_in_between_is_answered_and_the_way_in_stays_open(product: Product) -> None:
    luz, _ = await taken_case(product, "telegram", "es")
    marta = relative(product, "telegram")
    await opens(marta, await invitation(product, luz, "es"))
    question = await marta.hears("Soy su")
    await marta.say("¿cuánto cuesta la consulta?")
    answer = await marta.hears("El costo depende")
    assert said(product, "family.who", "es") in answer.text
    await marta.say("soy su hija")
    await marta.hears(said(product, "family.authority", "es"))
    await marta.tap("Hijo", question)
    await marta.hears(said(product, "family.authority", "es"))
    assert (await contacts_of(product))[0].relation == "son"


@pytest.mark.parametrize(
    ("words", "authority"),
    [
        ("mi mamá me lo pidió", "asked"),
        ("my dad asked me to", "asked"),
        ("soy su mamá, es menor", "parent"),
        ("I'm her mother", "parent"),
        ("soy su tutora", "guardian"),
        ("nadie me lo pidió", ""),
        ("mi papá está mejor", ""),
    ],
)
def test_what_is_declared_in_words_is_read_narrowly(words: str, authority: str) -> None:
    assert authority_of(words) == authority


async def test_the_patient_who_opens_it_does_not_use_it_up_and_72_hours_do(product: Product) -> None:
    luz, _ = await taken_case(product, "telegram", "es")
    ways_ = await invitation(product, luz, "es")
    await luz.start(ways_[0])
    await luz.hears(said(product, "family.link.own", "es", case="1"))
    await joins(product, relative(product, "telegram"), ways_, "es")
    late = await invitation(product, luz, "es")
    product.box.clock.advance(hours=73)
    eva = relative(product, "telegram", "Eva", 3)
    await opens(eva, late)
    await eva.hears(said(product, "family.link.over", "es"))
    assert len(await contacts_of(product)) == 1


@ways
async def test_a_consultant_invites(product: Product, channel: str, language: str) -> None:
    luz, ana = await taken_case(product, channel, language)
    await ana.say("invitar 1")
    await ana.hears("reenvíe el mensaje que sigue")
    bubble = await ana.hears("wa.me")
    marta = relative(product, channel)
    await joins(product, marta, ways_in(bubble.text), language)
    await luz.hears("Marta")
    (row,) = await contacts_of(product)
    assert row.consultant_id
    assert row.invited_by_id is None


async def test_nobody_invites_without_a_case_and_a_relative_not_into_somebody_elses(product: Product) -> None:
    product.rasa.label_of = label_of
    eva = relative(product, "telegram", "Eva", 3)
    await eva.say("invitar")
    await eva.hears(said(product, "family.invite.no_case", "es"))
    luz, _ = await taken_case(product, "telegram", "es")
    marta = relative(product, "telegram")
    await joins(product, marta, await invitation(product, luz, "es"), "es")
    await marta.say("invitar")
    await marta.hears(said(product, "family.invite.not_yours", "es"))


@ways
async def test_the_wish_in_her_own_words_is_offered(product: Product, channel: str, language: str) -> None:
    luz, _, _ = await waiting_case(product, channel, language)
    wish = {"es": "quiero que mi hija también pueda ver", "en": "can my daughter also follow this?"}
    await luz.say(wish[language])
    offer = await luz.hears(said(product, "family.invite.offer", language))
    await luz.tap({"es": "Invitar a alguien", "en": "Invite somebody"}[language], offer)
    await luz.tap(AGREE[language], await luz.hears(said(product, "privacy.consent.ask", language)))
    await luz.hears("wa.me")


async def test_one_chat_is_in_one_open_case_at_a_time(product: Product) -> None:
    luz, _ = await taken_case(product, "telegram", "es")
    marta = relative(product, "telegram")
    await joins(product, marta, await invitation(product, luz, "es"), "es")
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("quiero hablar con una persona por favor")
    await rosa.hears("caso es el 2")
    ways_ = await invitation(product, rosa, "es")
    await opens(marta, ways_)
    await marta.hears(said(product, "family.link.elsewhere", "es", case="1"))
    assert await contacts_of(product, 2) == []


async def test_a_quiet_patient_is_not_told_and_a_quiet_chat_is_asked_nothing(product: Product) -> None:
    luz, _ana = await taken_case(product, "telegram", "es")
    ways_ = await invitation(product, luz, "es")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    await product.settle()
    luz.catch_up()
    await luz.say("invitar")
    await silent(product, luz)
    await joins(product, relative(product, "telegram"), ways_, "es")
    await silent(product, luz)


async def test_what_is_declared_is_sealed_and_goes_with_the_case(product: Product) -> None:
    luz, _ = await taken_case(product, "telegram", "es")
    marta: Any = relative(product, "telegram")
    await joins(product, marta, await invitation(product, luz, "es"), "es")
    services = product.puente.services
    async with services.database.session() as session:
        from sqlalchemy import text

        stored = (await session.execute(text("SELECT relation FROM contacts_of_case"))).scalar_one()
        assert b"daughter" not in bytes(stored)
        theirs = await conversation_of(product, "Luz")
        await session.execute(text("DELETE FROM conversations WHERE id = :id"), {"id": theirs.id})
    assert await contacts_of(product) == []
