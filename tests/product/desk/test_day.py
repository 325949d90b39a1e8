"""The morning: one bubble when the day begins, with what waits; on Mondays the week in numbers for the head of office."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.desk.day import good_morning
from bot.store.tables import Case, Consultant, Conversation, Reminder
from sandbox import Sandbox
from tests.product.conftest import Product, settings_for, started
from tests.product.desk.days import MONDAY, TUESDAY, advance_to, day, office_of_day
from tests.product.desk.phones import later
from tests.product.people import consultant, patient
from tests.product.quiet import silent

HELLO = {"es": "Buenos días.", "en": "Good morning."}
WAITING = {"es": "Esperan a quien", "en": "Waiting for somebody"}
NOTHING = {"es": "Nadie espera", "en": "Nobody is waiting"}
OWN = {"es": "Suyos", "en": "Yours"}
WINDOW = {"es": "ventana de WhatsApp", "en": "WhatsApp window"}
TODAY = {"es": "Para hoy", "en": "For today"}
BY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once


async def asked(product: Product, channel: str = "telegram", name: str = "Luz") -> Any:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz = patient(product.box, channel, name=name)
    await luz.say("quiero hablar con una persona")
    await luz.hears("caso")
    await product.settle()
    return luz


async def promise(product: Product, channel: str, words: str) -> None:
    """A reminder of case 1 at two in the afternoon, Mexico City."""
    now = product.box.clock.now()
    whose = select(Conversation).where(Conversation.role == "consultant", Conversation.channel == channel)
    async with product.puente.services.database.session() as session:
        chat = (await session.scalars(whose)).one()
        due = now.replace(hour=20, minute=0)
        session.add(Reminder(conversation_id=chat.id, case_id=1, words=words, due_at=due, created_at=now))


def greeting(language: str) -> Any:
    return lambda bubble: HELLO[language] in bubble.text


@pytest.mark.parametrize(("channel", "language"), BY)
async def test_what_waited_overnight_is_said_once_when_her_day_begins(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, language), TUESDAY, 3) as product:
        await asked(product)
        who = consultant(box, channel)
        who.catch_up()
        await silent(product, who)
        advance_to(product, TUESDAY, 9)
        bubble = await who.hears(greeting(language))
        assert WAITING[language] in bubble.text
        assert "#1 ·" in bubble.text
        assert "Luz" not in bubble.text
        assert bubble.options[0].title == {"es": "Casos", "en": "Cases"}[language]
        advance_to(product, TUESDAY, 14)
        await later(product)
        assert sum(HELLO[language] in one.text for one in who.bubbles) == 1


@pytest.mark.parametrize(("channel", "language"), BY)
async def test_with_nothing_to_say_it_is_one_short_line(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, language), TUESDAY, 8, 50) as product:
        advance_to(product, TUESDAY, 9)
        bubble = await consultant(box, channel).hears(greeting(language))
        assert NOTHING[language] in bubble.text
        assert "\n" not in bubble.text


async def test_two_workers_and_a_restart_greet_once(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    office = office_of_day(tmp_path)
    async with day(box, database_url, office, TUESDAY, 8, 50) as product:
        services = product.puente.services
        advance_to(product, TUESDAY, 9)

        async def look() -> None:
            async with services.database.session() as session:
                await good_morning(services, session)

        await asyncio.gather(*(look() for _ in range(6)))
        ana = consultant(box, "telegram")
        await ana.hears(greeting("es"))
        settings = settings_for(box, database_url, services.settings.rasa_url or "", office_file=office)
    box.clock.advance(minutes=20)
    async with started(box, settings, box.clock.now) as (puente, url):
        again = Product(puente, box, product.rasa, url)
        await later(again)
        await silent(again, ana)


async def test_a_start_in_mid_day_greets_nobody(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 13) as product:
        ana = consultant(product.box, "telegram")
        ana.catch_up()
        await later(product)
        await silent(product, ana)


async def test_a_start_a_little_late_still_greets(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 9, 40) as product:
        await later(product)
        assert sum(HELLO["es"] in bubble.text for bubble in consultant(box, "telegram").bubbles) == 1


async def test_who_is_absent_is_not_greeted(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 8, 50) as product:
        async with product.puente.services.database.session() as session:
            await session.execute(update(Consultant).values(paused_at=box.clock.now()))
        ana = consultant(box, "telegram")
        ana.catch_up()
        advance_to(product, TUESDAY, 9)
        await later(product)
        await silent(product, ana)


@pytest.mark.parametrize(("channel", "language"), BY)
async def test_her_own_windows_and_promises_are_named(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, language), MONDAY, 16) as product:
        luz = await asked(product, "whatsapp")
        who = consultant(box, channel)
        await who.say("tomar 1")
        await who.hears("quiero hablar")
        await luz.say("¿me pueden ayudar con mi mamá?")
        await who.hears("mi mamá")
        advance_to(product, TUESDAY, 8, 55)
        await who.say("casos")  # opens her own window
        await who.hears("1")
        await promise(product, channel, "llamar al doctor")
        advance_to(product, TUESDAY, 9)
        text = (await who.hears(greeting(language))).text
        assert OWN[language] in text
        assert WINDOW[language] in text
        assert "16:0" in text or "4:0" in text
        assert TODAY[language] in text
        assert "llamar al doctor" in text


@pytest.mark.parametrize("language", ["es", "en"])
async def test_switches_are_mentioned_while_they_last(
    box: Sandbox, database_url: str, tmp_path: Path, language: str
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, language), TUESDAY, 7) as product:
        ana, bruno = consultant(box, "telegram"), consultant(box, "whatsapp")
        await ana.say("asistente apagado")
        await ana.say("closed today")
        await product.settle()
        advance_to(product, TUESDAY, 9)
        text = (await bruno.hears(greeting(language))).text
        assert text.count("Ana Ruiz") == 2
        assert {"es": "apagado", "en": "off since"}[language] in text
        assert {"es": "cerrada hoy", "en": "closed today"}[language] in text


async def test_behind_her_closed_window_a_template_goes_only_when_somebody_waits(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), MONDAY, 8, 50) as product:
        bruno = consultant(box, "whatsapp")
        advance_to(product, MONDAY, 9)
        await bruno.hears(greeting("es"))
        advance_to(product, TUESDAY, 9)
        await consultant(box, "telegram").hears(greeting("es"))
        await silent(product, bruno)
        box.clock.advance(hours=10)
        await asked(product)
        bruno.catch_up()
        box.clock.advance(hours=14, minutes=5)  # Wednesday, nine
        template = await bruno.hears(lambda bubble: bool(bubble.template))
        await later(product)
        await silent(product, bruno)  # the card's template and the morning's are one
        await bruno.say("tomar", quote=template)
        await bruno.hears("quiero hablar")


async def test_behind_her_closed_window_a_case_that_has_no_card_for_her_is_announced_too(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), MONDAY, 8, 50) as product:
        bruno = consultant(box, "whatsapp")
        advance_to(product, MONDAY, 17)
        await asked(product)
        await bruno.hears("1")
        bruno.catch_up()
        async with product.puente.services.database.session() as session:
            await session.execute(update(Case).values(escalate_at=None))
        advance_to(product, TUESDAY, 9)
        template = await bruno.hears(lambda bubble: bool(bubble.template))
        await bruno.say("tomar", quote=template)
        await bruno.hears("quiero hablar")


@pytest.mark.parametrize(("head", "language"), BY)
async def test_on_monday_the_head_of_office_gets_the_week_in_numbers(
    box: Sandbox, database_url: str, tmp_path: Path, head: str, language: str
) -> None:
    other = "whatsapp" if head == "telegram" else "telegram"
    async with day(box, database_url, office_of_day(tmp_path, language, head), TUESDAY, 9, 30) as product:
        chief, colleague = consultant(box, head), consultant(box, other)
        luz, rosa = patient(box, "telegram"), patient(box, "whatsapp", name="Rosa")
        product.rasa.label_of = lambda text: {"costo": "ask_cost", "persona": "talk_to_human"}.get(
            text.split()[-1], "nlu_fallback"
        )
        await luz.say("quisiera saber el costo")
        await luz.hears(lambda bubble: True)
        await rosa.say("asdf qwer zxcv")
        await rosa.hears(lambda bubble: True)
        await luz.say("quiero hablar con una persona")
        await luz.hears("caso")
        await product.settle()
        box.clock.advance(minutes=12)
        await chief.say("tomar 1")
        await chief.hears("quiero hablar")
        box.clock.advance(minutes=8)
        await chief.say("buenas, dígame")
        await luz.hears("dígame")
        await chief.say("cerrar 1")
        await chief.hears("1")
        await product.settle()
        async with product.puente.services.database.session() as session:
            await session.execute(update(Case).values(rating="up"))
        advance_to(product, MONDAY, 8, 50)
        for person in (chief, colleague):
            await person.say("casos")
            await person.hears(lambda bubble: True)
        advance_to(product, MONDAY, 9)
        text = (await chief.hears({"es": "La semana", "en": "The week"}[language])).text
        numbers = {
            "es": (
                "escribieron: 2; mensajes: 3",
                "Contestó el asistente: 1",
                "persona: 1",
                "12 min",
                "20 min",
            ),
            "en": ("wrote: 2; messages: 3", "assistant: 1", "person: 1", "12 min", "20 min"),
        }[language]
        for number in (*numbers, {"es": "1 buenas, 0 malas", "en": "1 good, 0 bad"}[language]):
            assert number in text, text
        assert "asdf" not in text
        assert {"es": "parecían: Costos (1)", "en": "resembled: Costs (1)"}[language] in text
        await product.settle()
        assert not any(number in bubble.text for bubble in colleague.bubbles for number in numbers[:1])
        advance_to(product, MONDAY, 12)
        await chief.say("casos")
        await chief.hears({"es": "casos", "en": "cases"}[language])
        advance_to(product, TUESDAY, 9)
        await chief.hears(greeting(language))
        await product.settle()
        assert sum(numbers[0] in bubble.text for bubble in chief.bubbles) == 1


async def test_the_digest_waits_behind_a_closed_window(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path, head="whatsapp"), TUESDAY, 8, 50) as product:
        bruno = consultant(box, "whatsapp")
        advance_to(product, TUESDAY, 9)
        await bruno.hears(greeting("es"))
        advance_to(product, MONDAY, 9)
        await consultant(box, "telegram").hears(greeting("es"))
        await silent(product, bruno)
        await bruno.say("ya llegué")
        await bruno.hears("La semana")
