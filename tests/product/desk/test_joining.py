"""Consultants who join by a word or a link, and leave by a command."""

import asyncio
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot import consultants
from bot.clock import system_clock
from bot.config import ROOT
from bot.desk import leaving, roster
from bot.doctor import findings
from bot.privacy.openers import LETTERS
from bot.store.tables import Case, Choice, Consultant, Conversation, Invitation, Reminder, Send
from tests.product.conftest import OFFICE, Product
from tests.product.people import consultant, patient
from tests.product.quiet import silent
from tests.product.real_rasa import KEY

WORD = re.compile(rf"\b(?:[{LETTERS}]{{4}}-){{3}}[{LETTERS}]{{4}}\b")
WELCOME = {"es": "Le damos la bienvenida, Eva Solís", "en": "Welcome, Eva Solís"}
BY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once


async def command(product: Product, run: Any, *arguments: Any) -> str:
    """What `puente consultant …` prints, run beside the product as another process would."""
    return "\n".join(await asyncio.to_thread(run, product.puente.services.settings, *arguments))


async def invited(product: Product, language: str = "es", **more: Any) -> str:
    languages = ["es", "en"] if language == "es" else ["en", "es"]
    profile = {"name": "Eva Solís", "languages": languages, "specialties": ["any"], **more}
    return await command(product, consultants.add, profile)


def word_in(lines: str) -> str:
    found = WORD.search(lines)
    assert found, lines
    return found.group()


def token_in(lines: str) -> str:
    found = re.search(r"https://t\.me/puente_sandbox_bot\?start=([\w-]{22})", lines)
    assert found, lines
    return found.group(1)


def eva(product: Product, channel: str) -> Any:
    if channel == "telegram":
        return product.box.telegram.user(7001, "Eva")
    return product.box.twilio.user("whatsapp:+5215500000777", "Eva")


async def joined(product: Product, channel: str = "telegram", language: str = "es", **more: Any) -> Any:
    who = eva(product, channel)
    await who.say(word_in(await invited(product, language, **more)))
    await who.hears(WELCOME[language])
    await product.settle()
    return who


def by_words(text: str) -> str:
    return "talk_to_human" if "persona" in text else "ask_cost"


@pytest.mark.parametrize(("channel", "language"), BY)
async def test_the_word_makes_a_chat_a_consultants(product: Product, channel: str, language: str) -> None:
    product.rasa.label_of = by_words
    who = eva(product, channel)
    await who.say(word_in(await invited(product, language)).upper().replace("-", " ") + ".")
    welcome = await who.hears(WELCOME[language])
    assert {"es": "tomar", "en": "take"}[language] in welcome.text
    await product.settle()
    luz = patient(product.box, "telegram")
    await luz.say("quiero hablar con una persona")
    await who.hears({"es": "caso 1", "en": "case 1"}[language])
    await who.say({"es": "tomar 1", "en": "take 1"}[language])
    await luz.hears("Eva Solís")
    await who.say("buenas tardes, soy Eva")
    await luz.hears("soy Eva")


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_deep_link_makes_a_chat_a_consultants(product: Product, language: str) -> None:
    who = eva(product, "telegram")
    await who.start(token_in(await invited(product, language)))
    await who.hears(WELCOME[language])


async def test_an_invitation_is_one_word_in_a_link_too_stored_as_a_fingerprint_and_for_one_name(
    product: Product,
) -> None:
    lines = await invited(product)
    word = word_in(lines)
    number = product.puente.services.settings.twilio_whatsapp_from or ""
    assert f"https://wa.me/{number.removeprefix('whatsapp:+')}?text={word}" in lines
    async with product.puente.services.database.session() as session:
        stored = (await session.scalars(select(Invitation))).all()
    assert [len(row.fingerprint) for row in stored] == [32, 32]
    said = {secret.encode() for secret in (word, word.replace("-", ""), token_in(lines))}
    assert not any(secret in row.fingerprint for row in stored for secret in said)
    with pytest.raises(ValueError, match="puente consultant invite"):
        await invited(product)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_wrong_used_or_late_word_is_an_ordinary_message(product: Product, channel: str) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, channel)
    word = word_in(await invited(product))
    wrong = word[:-1] + next(letter for letter in LETTERS if letter != word[-1])
    await luz.say(wrong)
    await luz.hears("cost")
    who = eva(product, "telegram")
    await who.say(word)
    await who.hears(WELCOME["es"])
    await product.settle()
    await luz.say(word)
    await luz.hears("cost")
    late = word_in(await command(product, consultants.invite_again, "Eva Solís"))
    product.box.clock.advance(hours=72, minutes=1)
    await luz.say(late)
    await luz.hears("cost")
    async with product.puente.services.database.session() as session:
        phones = select(Conversation.channel).where(Conversation.consultant_id.is_not(None))
        assert sorted(await session.scalars(phones)) == [
            "telegram",
            "telegram",
            "whatsapp",
        ]  # Ana, Eva, Bruno


async def test_a_used_link_greets_like_any_start(product: Product) -> None:
    product.rasa.label_of = lambda text: "greet"
    token = token_in(await invited(product))
    who = eva(product, "telegram")
    await who.start(token)
    await who.hears(WELCOME["es"])
    luz = patient(product.box, "telegram")
    await luz.start(token)
    await luz.hears("asistente")
    await luz.start("nonsense")
    await luz.hears("asistente")


async def test_word_and_link_are_one_invitation_however_fast_both_are_used(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    lines = await invited(product)
    one, other = eva(product, "telegram"), eva(product, "whatsapp")
    await asyncio.gather(one.start(token_in(lines)), other.say(word_in(lines)))
    await one.hears(lambda bubble: True)
    await other.hears(lambda bubble: True)
    await product.settle()
    welcomed = [who for who in (one, other) if any(WELCOME["es"] in bubble.text for bubble in who.bubbles)]
    assert len(welcomed) == 1


async def test_a_further_word_joins_a_second_channel(product: Product) -> None:
    await joined(product, "telegram")
    who = eva(product, "whatsapp")
    await who.say(word_in(await command(product, consultants.invite_again, "eva solis")))
    await who.hears("también")
    assert "telegram,whatsapp\tjoined" in await command(product, consultants.listed)


async def test_her_own_used_word_goes_to_no_patient(product: Product) -> None:
    product.rasa.label_of = by_words
    who, luz = eva(product, "telegram"), patient(product.box, "whatsapp")
    word = word_in(await invited(product))
    await who.say(word)
    await who.hears(WELCOME["es"])
    await luz.say("quiero hablar con una persona")
    await who.hears("caso 1")
    await who.say("tomar 1")
    await luz.hears("Eva")
    await who.say(word)
    await who.hears("ya es suyo")
    await product.settle()
    assert not any(word in bubble.text for bubble in luz.bubbles)


async def test_a_word_from_another_consultants_chat_is_not_spent(product: Product) -> None:
    word = word_in(await invited(product))
    ana = consultant(product.box, "telegram")
    await ana.say(word)
    await ana.hears("ya es de Ana Ruiz")
    who = eva(product, "whatsapp")
    await who.say(word)
    await who.hears(WELCOME["es"])


async def test_the_head_of_office_sees_who_came_in(product: Product) -> None:
    chief = eva(product, "telegram")
    await chief.say(word_in(await invited(product, head=True)))
    await chief.hears(WELCOME["es"])
    lines = await command(
        product, consultants.add, {"name": "Iris Paz", "languages": ["en"], "specialties": ["any"]}
    )
    iris = product.box.twilio.user("whatsapp:+5215500000778", "Iris")
    await iris.say(word_in(lines))
    await iris.hears("Welcome, Iris Paz")
    assert "Iris Paz" in (await chief.hears("acaba de unirse")).text


async def test_who_was_a_patient_before_is_nobodys_patient_any_more(product: Product) -> None:
    product.rasa.label_of = by_words
    who, ana = eva(product, "whatsapp"), consultant(product.box, "telegram")
    await who.say("baja")
    await who.hears(lambda bubble: True)
    await who.say("alta")
    await who.say("quiero hablar con una persona")
    await ana.hears("caso 1")
    await ana.say("tomar 1")
    await who.hears("Ana Ruiz")
    await who.say(word_in(await invited(product)))
    await who.hears(WELCOME["es"])
    await ana.hears("Cerré el caso 1")
    async with product.puente.services.database.session() as session:
        assert (await session.get_one(Case, 1)).closed_at


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_who_is_removed_loses_access_at_once_and_nothing_of_a_patient(
    product: Product, channel: str
) -> None:
    product.rasa.label_of = by_words
    who = await joined(product, channel)
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.say("quiero hablar con una persona")
    await who.hears("caso 1")
    await who.say("tomar 1")
    await luz.hears("Eva Solís")
    await product.settle()
    services = product.puente.services
    async with services.database.session() as session:
        chat = (
            await session.scalars(
                select(Conversation)
                .join(Consultant, Consultant.id == Conversation.consultant_id)
                .where(Consultant.invited)
            )
        ).one()
        now = services.clock()
        session.add(
            Reminder(conversation_id=chat.id, case_id=1, words="llamar a Luz", due_at=now, created_at=now)
        )
        held = {"conversation_id": chat.id, "lane": str(chat.id), "purpose": "forward", "state": "held"}
        session.add(Send(**held, body={"text": "secreto"}, case_id=1, created_at=now, due_at=now))
    ana.catch_up()
    luz.catch_up()
    await command(product, consultants.remove, "Eva Solís")
    await who.hears("Su acceso a la oficina terminó")
    await ana.hears("1")
    await luz.hears("caso 1")
    await who.say("esto ya no le llega a nadie")
    await who.hears(lambda bubble: "cost" in bubble.text.lower())
    await product.settle()
    await silent(product, luz)
    assert not any("secreto" in bubble.text for bubble in who.bubbles)
    await ana.say("tomar 1")
    await luz.hears("Ana Ruiz")
    async with services.database.session() as session:
        assert (await session.get_one(Conversation, chat.id)).role == "patient"
        assert (await session.scalars(select(Reminder))).all() == []
        tokens = await session.scalars(select(Choice).where(Choice.conversation_id == chat.id))
        assert not any("do" in token.meaning for token in tokens)


async def test_a_button_of_before_does_nothing_after_removal(product: Product) -> None:
    product.rasa.label_of = by_words
    who = await joined(product)
    luz = patient(product.box, "whatsapp")
    await luz.say("quiero hablar con una persona")
    card = await who.hears("caso 1")
    await command(product, consultants.remove, "Eva Solís")
    await who.hears("Su acceso")
    await who.tap(0, card)
    await who.hears(lambda bubble: True)
    await product.settle()
    async with product.puente.services.database.session() as session:
        assert (await session.get_one(Case, 1)).holder_id is None


async def test_words_of_a_patient_during_the_removal_are_answered(product: Product) -> None:
    product.rasa.label_of = by_words
    who = await joined(product)
    luz = patient(product.box, "telegram")
    await luz.say("quiero hablar con una persona")
    await who.hears("caso 1")
    await who.say("tomar 1")
    await luz.hears("Eva Solís")
    await product.settle()
    removal = asyncio.create_task(command(product, consultants.remove, "Eva Solís"))
    for _ in range(6):
        await luz.say("¿cuánto cuesta?")
        await asyncio.sleep(0.3)
    await removal
    await product.settle()
    assert not any("falló" in bubble.text or "no puedo contestar" in bubble.text for bubble in luz.bubbles)


async def test_who_was_removed_can_be_invited_again(product: Product) -> None:
    who = await joined(product)
    await command(product, consultants.remove, "Eva Solís")
    await who.hears("Su acceso")
    await product.settle()
    await joined(product)


async def test_an_invitation_of_who_was_removed_is_worth_nothing(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    word = word_in(await invited(product))
    await command(product, consultants.remove, "Eva Solís")
    who = eva(product, "telegram")
    await who.say(word)
    await who.hears("cost")


async def test_what_cannot_be_done_says_why(product: Product) -> None:
    refused: list[tuple[Any, Any, str]] = [
        (consultants.remove, "Ana Ruiz", "delete them from the file"),
        (consultants.remove, "Nadie", "nobody called Nadie"),
        (consultants.invite_again, "ana ruiz", "telegram or whatsapp there"),
        (consultants.add, {"name": "ana  ruíz"}, "names must differ"),
        (consultants.add, {"name": "Eva", "specialties": ["botany"]}, "botany is unknown"),
        (consultants.add, {"name": "Eva", "languages": ["fr"]}, "languages"),
        (consultants.add, {"name": "Eva", "hours": consultants.hours_of("mon-fry 9-18")}, "mon-fry"),
        (consultants.add, {"name": " "}, "name"),
    ]
    wrong = {}
    for run, argument, why in refused:
        try:
            wrong[f"{run.__name__} {argument}"] = await command(product, run, argument)
        except ValueError as error:
            if why not in str(error):
                wrong[f"{run.__name__} {argument}"] = str(error)
    assert wrong == {}


async def test_list_and_doctor_tell_who_has_not_joined(product: Product) -> None:
    await invited(product, head=True, hours=consultants.hours_of("mon-fri 09:00-18:00, sat 10:00-14:00"))
    settings = product.puente.services.settings
    told = "\n".join(await asyncio.to_thread(lambda: list(findings(settings))))
    assert "Eva Solís: invited, not joined yet" in told
    lines = await command(product, consultants.listed)
    assert "Ana Ruiz\tes,en\tany\t-\ttelegram\toffice.yml" in lines
    assert "Eva Solís\tes,en\tany\thead\t-\tinvited, not joined yet" in lines
    who = eva(product, "telegram")
    await who.say(word_in(await command(product, consultants.invite_again, "Eva Solís")))
    await who.hears(WELCOME["es"])
    told = "\n".join(await asyncio.to_thread(lambda: list(findings(settings))))
    assert "Eva" not in told


async def test_the_commands_run_as_a_process_of_their_own(product: Product) -> None:
    product.box.clock.move_to(system_clock())  # by which such a process goes

    def puente(*arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DATABASE_URL": product.puente.services.settings.database,
            "ENCRYPTION_KEY": KEY,
            "OFFICE_FILE": str(OFFICE),
        }
        words = [sys.executable, "-m", "bot.cli", "consultant", *arguments]
        return subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    added = await asyncio.to_thread(
        puente, "add", "Eva Solís", "--languages", "en,es", "--hours", "mon-sun 00:00-24:00"
    )
    assert added.returncode == 0, added.stderr
    assert "t.me" not in added.stdout  # no token in this environment: the word alone
    who = eva(product, "whatsapp")
    await who.say(word_in(added.stdout))
    await who.hears(WELCOME["en"])
    assert "joined by invitation" in (await asyncio.to_thread(puente, "list")).stdout
    refused = await asyncio.to_thread(puente, "remove", "Ana Ruiz")
    assert refused.returncode == 2
    assert "delete them from the file" in refused.stderr
    removed = await asyncio.to_thread(puente, "remove", "Eva Solís")
    assert removed.returncode == 0, removed.stderr
    await who.hears("Your access")


async def test_an_address_that_the_office_file_gives_no_more_has_no_access(product: Product) -> None:
    product.rasa.label_of = by_words
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.say("quiero hablar con una persona")
    await ana.tap("Tomar", await ana.hears("Caso 1"))
    await luz.hears("Ana Ruiz")
    services = product.puente.services
    moved = [
        one.model_copy(update={"telegram": None, "whatsapp": "+525500000199"})
        if one.name == "Ana Ruiz"
        else one
        for one in services.office.consultants
    ]
    restarted = replace(services, office=services.office.model_copy(update={"consultants": moved}))
    await roster.sync(restarted)
    await leaving.leave_former_chats(restarted)
    await ana.say("nota esto no es de nadie")
    await ana.hears(lambda bubble: "cost" in bubble.text.lower())
    await product.settle()
    async with services.database.session() as session:
        case = await session.get_one(Case, 1)
        holder = await roster.colleague(restarted, session, case.holder_id) if case.holder_id else None
        assert holder is not None
        assert [chat.channel for chat in holder.conversations] == ["whatsapp"]
