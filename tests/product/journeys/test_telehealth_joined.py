"""Two chats of one person are one case after `unir`: a visit booked in either of them stands wherever the case is looked at."""

from pathlib import Path

from sandbox import Sandbox
from tests.console.conftest import Browser, link_of
from tests.product.journeys.telehealth import booked, clinic, taken
from tests.product.people import patient

WEEK = "/console/visits?span=week&date=2026-12-08"


async def test_a_visit_booked_in_the_chat_that_was_joined_is_seen_in_the_case(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with clinic(box, database_url, tmp_path) as office:
        rosa = patient(box, "whatsapp", name="Luz")
        await rosa.say("quiero hablar con una persona")
        ana = await taken(office)
        luz = await booked(office)
        await ana.tap("Tomar", await ana.hears("Caso 2"))
        await office.settle()
        await ana.say("unir 1 2")
        await ana.tap(0, await ana.hears("¿Es la misma persona?"))
        await ana.hears("Unidos")
        await office.settle()
        ana.catch_up()
        await ana.say("soltar 1")
        card = await ana.hears("Caso 1")
        assert "Teleconsulta de cardiología por confirmar" in card.text
        await ana.tap("Tomar", card)
        assert "Teleconsulta de cardiología por confirmar" in (await ana.hears("El caso 1 es suyo")).text
        await ana.hears("¿Se puede?")
        luz.catch_up()
        await luz.say("resumen")
        assert "8 de diciembre" in (await luz.hears("Caso 1")).text
        browser = Browser(office)
        await browser.enters(await link_of(office, "telegram"))
        assert 'name="what"' in (await browser.get(WEEK)).text  # the visit's case is hers: she may decide
