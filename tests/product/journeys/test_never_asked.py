"""Cards, passports and the like: gone before anything is stored, said so once, and seen by nobody."""

import json
from typing import Any

import pytest

from bot.privacy.masking import MARK
from bot.store.tables import Base
from tests.product.conftest import Product
from tests.product.desk.staff import EMERGENCY, said
from tests.product.journeys.people import EVERY_WAY
from tests.product.journeys.records import agreed_page
from tests.product.people import consultant, patient
from tests.records.files import PDF

CARD, PASSPORT, CURP, RFC, CLABE, INE = (
    "4111 1111 1111 1111",
    "G12345678",
    "GOML850101MDFRRZ06",
    "GODE561231GR8",
    "032180000118359719",
    "GMRLLZ85010109M100",
)
SSN = "123-45-6789"
COST = {"es": "¿cuánto cuesta? mi tarjeta es ", "en": "how much is it? my card is "}


def answers(text: str) -> str:
    return "talk_to_human" if "perso" in text else "ask_cost"


async def everything(product: Product) -> str:
    """Every row of every table, unsealed."""
    found: list[Any] = []
    async with product.puente.services.database.session() as session:
        for table in Base.metadata.sorted_tables:
            found += [tuple(row) for row in await session.execute(table.select())]
    return json.dumps(found, default=str, ensure_ascii=False)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_who_sends_a_card_is_answered_and_warned_once_a_day(
    product: Product, channel: str, language: str
) -> None:
    product.rasa.label_of = answers
    warning = said(product, "private.masked", language, private="#").split("#")[0]
    luz = patient(product.box, channel, language)
    await luz.say(COST[language] + CARD)
    told = await luz.hears(warning)
    assert said(product, "answer.ask_cost", language) in told.text
    assert "1111" not in told.text
    assert product.rasa.asked[-1][1] == f"{COST[language]}{MARK} 1111"
    await luz.say(COST[language] + CARD)
    assert warning not in (await luz.hears(said(product, "answer.ask_cost", language))).text
    await luz.say(f"{COST[language]} CURP {CURP}")
    assert "CURP" in (await luz.hears(warning)).text  # another kind
    product.box.clock.advance(hours=25)
    await luz.say(COST[language] + CARD)
    await luz.hears(warning)


async def test_what_is_masked_is_nowhere_in_the_database(product: Product) -> None:
    product.rasa.label_of = answers
    luz = patient(product.box, "telegram", "es", name=f"Luz {PASSPORT}")
    ana = consultant(product.box, "telegram")
    await luz.say(f"una persona por favor, tarjeta {CARD}, pasaporte {PASSPORT}")
    card = await ana.hears("Caso")
    await luz.say(f"CURP {CURP} y RFC {RFC}")
    own = await luz.say(f"clabe {CLABE}")
    await luz.edit(own, f"clabe {CLABE}, clave de elector {INE}")
    await luz.send_document(
        b"%PDF-1.4", content_type="application/pdf", name=f"pasaporte {PASSPORT}.pdf", caption=f"ssn {SSN}"
    )
    await product.settle()
    await ana.tap("Tomar", card)
    await ana.hears("Lo último")
    await luz.say(f"otra vez, {CARD}")
    await ana.hears("otra vez")
    await product.settle()
    stored = await everything(product)
    assert "otra vez" in stored  # it was unsealed
    shown = "".join(bubble.text + (bubble.file.name if bubble.file else "") for bubble in ana.bubbles)
    asked = json.dumps(product.rasa.asked, default=str)
    for private in (CARD, CARD.replace(" ", ""), PASSPORT, CURP, RFC, CLABE, INE, SSN):
        assert private not in stored
        assert private not in shown
        assert private not in asked
    assert f"{MARK} 1111" in shown


@pytest.mark.parametrize("words", [f"{EMERGENCY}, tarjeta {CARD}", "mi papá murió ayer"])
async def test_in_danger_and_grief_it_is_masked_and_nothing_is_said_of_it(
    product: Product, words: str
) -> None:
    product.rasa.label_of = answers
    luz = patient(product.box, "telegram")
    await luz.say(words)
    first = await luz.hears(lambda bubble: True)
    assert "no guardé" not in first.text
    await luz.say(f"mi pasaporte es {PASSPORT}")
    await product.settle()
    assert not any("no guardé" in bubble.text for bubble in luz.bubbles)
    assert PASSPORT not in await everything(product)


async def test_with_a_consultant_in_charge_she_sees_the_mask_and_what_she_writes_herself_stays(
    product: Product,
) -> None:
    product.rasa.label_of = answers
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.say("una persona por favor")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana Ruiz")
    await luz.say(f"le paso mi tarjeta {CARD}")
    assert (await ana.hears("le paso mi tarjeta")).text.endswith(f"{MARK} 1111")
    assert "el número de tarjeta" in (await luz.hears("no guardé")).text
    await ana.say(f"La CLABE del hospital es {CLABE}")
    await luz.hears(CLABE)


async def test_a_bare_number_is_no_question(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.say(CARD)
    told = await luz.hears("no guardé")
    assert "dígamelo con palabras" in told.text
    assert product.rasa.asked == []
    await luz.say(PASSPORT)
    await luz.hears("el número de pasaporte")


async def test_what_only_looks_like_it_stays(product: Product) -> None:
    product.rasa.label_of = answers
    luz = patient(product.box, "telegram")
    said_so = (
        "llámenme al 55 1234 5678 por favor",
        "expediente A12345678, vuelo AM 646",
        "le dieron 2 cc, cuesta 125,000.00",
        "código postal 06700",
    )
    heard_as = {}
    for words in said_so:
        await luz.say(words)
        await product.settle()
        heard_as[words] = product.rasa.asked[-1][1]
    assert heard_as == {words: words for words in said_so}


async def test_the_name_of_an_uploaded_file_is_masked(product: Product) -> None:
    page = await agreed_page(product, patient(product.box, "telegram"))
    assert (await page.upload(f"pasaporte {PASSPORT}.pdf", PDF))["state"] == "kept"
    await product.settle()
    stored = await everything(product)
    assert PASSPORT not in stored
    assert f"pasaporte {MARK}.pdf" in stored
