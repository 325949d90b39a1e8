"""Consultants and duty in the console: who is there, and what the head of office does about it."""

import re

from tests.console.conftest import Browser
from tests.product.conftest import Product
from tests.product.desk.staff import carla_of, waits
from tests.product.people import consultant
from tests.texts.books import ROOT, shipped_book

PAGE = "/console/people"


async def sends(browser: Browser, what: str, **fields: str) -> str:
    assert (await browser.sends(PAGE, PAGE, what=what, **fields)).status_code == 303
    return (await browser.get(PAGE)).text


async def number_of(browser: Browser, name: str) -> str:
    options = re.findall(rf'<option value="([\w-]+)">{name}<', (await browser.get(PAGE)).text)
    return str(options[0])


async def test_who_is_on_duty_stands_there_with_her_cases(product: Product, bruno: Browser) -> None:
    await waits(product)
    await consultant(product.box, "whatsapp").say("tomar 1")
    await product.settle()
    page = (await bruno.get(PAGE)).text
    for words in ("Ana Ruiz · dirección", "Bruno Díaz", "de turno", "español, inglés", "WhatsApp", "todas"):
        assert words in page
    assert re.search(r"Bruno Díaz</th>\s*<td[^>]*>de turno</td>\s*<td>1</td>", page)
    assert 'name="what"' not in page
    seal = re.findall(r'name="seal" value="(\w+)"', page)[0]
    answer = await bruno.post(PAGE, data={"seal": seal, "what": "add", "name": "Eva"})
    assert answer.status_code == 404


async def test_away_and_back_by_the_head_of_office_is_told_and_kept(product: Product, ana: Browser) -> None:
    phone, who = consultant(product.box, "whatsapp"), await number_of(ana, "Bruno Díaz")
    assert "dentro de 60 días" in await sends(ana, "away", who=who, until="2020-01-01T10:00")
    assert "dentro de 60 días" in await sends(ana, "away", who=who, until="mañana")
    later = product.puente.services.office.local(product.puente.services.clock()).replace(hour=23, minute=30)
    page = await sends(ana, "away", who=who, until=f"{later:%Y-%m-%dT%H:%M}")
    assert "en pausa · vuelve" in page
    assert "23:30" in (await phone.hears("La dirección")).text
    assert "<li>Bruno" not in (await ana.get("/console")).text
    page = await sends(ana, "back", who=who)
    assert "vuelve" not in page.replace("vuelve a", "")
    await phone.hears("terminó su pausa")
    assert "no estaba en pausa" in await sends(ana, "back", who=who)
    log = (await ana.get("/console/audit")).text
    assert "Puso como ausente a · Bruno Díaz" in log
    assert "Puso de vuelta a · Bruno Díaz" in log


async def test_somebody_is_added_joins_by_what_is_shown_once_and_is_removed(
    product: Product, ana: Browser
) -> None:
    page = await sends(ana, "add", name="Carla  Núñez", languages="es-en", **{"area-any": "on"})
    word = re.findall(r"(?:\w{4}-){3}\w{4}", page)[0]
    assert "?start=" in page
    assert "todavía no entra" in page
    page = (await ana.get(PAGE)).text
    assert word not in page
    assert "sirve hasta" in page
    carla = carla_of(product)
    await carla.say(word)
    await carla.hears("Carla Núñez")
    assert "todavía no entra" not in (await ana.get(PAGE)).text
    assert "Ya hay una invitación" in await sends(ana, "add", name="carla núñez")
    who = await number_of(ana, "Carla Núñez")
    assert "ya no tiene acceso" in await sends(ana, "remove", who=who)
    await carla.hears(lambda bubble: True)
    assert "Carla" not in (await ana.get(PAGE)).text
    log = (await ana.get("/console/audit")).text
    assert "Invitó a · Carla Núñez" in log
    assert "Quitó el acceso a · Carla Núñez" in log


async def test_what_cannot_be_done_is_said(product: Product, ana: Browser, browser: Browser) -> None:
    await browser.signs_in()
    bruno = await number_of(ana, "Bruno Díaz")
    assert "archivo de la oficina: el cambio" in await sends(ana, "remove", who=bruno)
    assert "archivo de la oficina: el cambio" in await sends(ana, "invite", who=bruno)
    assert "archivo de la oficina: el cambio" in await sends(ana, "add", name="bruno diaz")
    assert "Falta el nombre" in await sends(ana, "add", name=" ")
    assert "ya no está en la lista" in await sends(browser, "remove", who="x")
    assert "ya no está en la lista" in await sends(browser, "close", who=bruno)
    page = await sends(browser, "add", name="Eva Solís", head="on")
    assert "Eva Solís · dirección" not in page  # the administrator makes nobody a reader of all cases
    assert "Eva Solís" in page


def kinds_of_refusals() -> set[str]:
    """Of `bot.desk.inviting.NotDone`, as they stand where it is raised. (That of `bot.datarights` has no kind: only words.)"""
    sources = [path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py")]
    first = [kind for source in sources for kind in re.findall(r"raise NotDone\(\s*([^,]+),", source)]
    return {name for kind in first for name in re.findall(r'"(\w+)"', kind)}


def test_each_refusal_has_its_words() -> None:
    kinds, book = kinds_of_refusals(), shipped_book()
    assert {"unfit", "invited_already", "moment", "not_away"} <= kinds  # they are found
    assert [kind for kind in sorted(kinds) if not book.has(f"console.person.not_done.{kind}")] == []
