"""Clinicians and researchers: known by what they want or how they introduce themselves; their lane; their contact card."""

from pathlib import Path
from typing import Any

import pytest

from bot.channels.vcard import Card, read
from bot.desk import cases
from bot.entities import Entities
from bot.family.colleagues import introduces
from bot.store.tables import Conversation
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.patient_side import said
from tests.product.desk.staff import ANA, BRUNO, case_of, office_of, staffed
from tests.product.journeys.relatives import conversation_of
from tests.product.people import consultant, patient
from tests.product.quiet import silent

ENTITIES = Entities.load(Path(__file__).parents[3] / "data" / "entities")
WAYS = pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
INTRODUCED = {
    "es": "buenas tardes, soy la doctora Pérez, oncóloga del IMSS",
    "en": "hello, I'm a cardiologist at a hospital in Puebla",
}
PERSON = {"es": "quiero hablar con una persona", "en": "I want to talk to a person please"}


@pytest.mark.parametrize(
    "text",
    [
        "soy médico del hospital general",
        "Soy el Dr. Ramírez, de la UNAM",
        "le escribe la doctora Soto",
        "soy investigadora en genética",
        "I am a researcher at UNAM",
        "we are physicians? no: I'm an attending cardiologist",
        "This is Dr. Gómez",
    ],
)
def test_who_introduces_herself_as_one_is_a_colleague(text: str) -> None:
    assert introduces(ENTITIES, text)


@pytest.mark.parametrize(
    "text",
    [
        "soy paciente del doctor Ramírez",
        "soy doctora pero escribo por mi mamá",
        "¿hay un médico que hable español?",
        "I'm looking for a cardiologist",
        "soy médico y me diagnosticaron cáncer",
        "mi hermana es enfermera",
        "soy la hija de la doctora Soto",
    ],
)
def test_who_writes_for_herself_or_her_family_is_none(text: str) -> None:
    assert not introduces(ENTITIES, text)


@pytest.fixture
async def office(box: Sandbox, database_url: str, tmp_path: Any) -> Any:
    """Bruno looks after clinicians, Ana after patients."""
    people = [ANA, {**BRUNO, "lanes": ["clinicians"]}]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        product.rasa.label_of = lambda text: (
            "talk_to_human" if "perso" in text else "collaborate" if "colabor" in text else "ask_hours"
        )
        yield product


@WAYS
async def test_she_is_told_so_once_and_her_case_goes_to_the_clinicians_lane(
    office: Product, channel: str, language: str
) -> None:
    eva = patient(office.box, channel, language, name="Eva")
    await eva.say(INTRODUCED[language])
    await eva.hears(said(office, "family.colleague.noted", language))
    await eva.say(PERSON[language])
    bruno, ana = consultant(office.box, "whatsapp"), consultant(office.box, "telegram")
    card = await bruno.hears("Caso 1")
    assert "Escribe como colega" in card.text
    await silent(office, ana)  # the card is for Bruno alone
    assert (await case_of(office)).lane == "clinicians"
    noted = said(office, "family.colleague.noted", language)
    assert sum(noted in bubble.text for bubble in eva.bubbles) == 1


@WAYS
async def test_her_contact_card_is_read_thanked_for_and_on_the_case_card(
    office: Product, channel: str, language: str
) -> None:
    eva = patient(office.box, channel, language, name="Eva")
    await eva.say(INTRODUCED[language])
    await eva.hears(said(office, "family.colleague.noted", language))
    await eva.send_contact("Eva Pérez", "+525500000177", "Instituto Nacional;Oncología")
    await eva.hears(said(office, "family.colleague.card", language, name="Eva Pérez"))
    card = await consultant(office.box, "whatsapp").hears("Caso 1")
    assert "Eva Pérez · Instituto Nacional · Oncología · +525500000177" in card.text


async def test_a_patients_contact_card_is_on_no_card_and_reaches_the_holder_in_words(
    product: Product,
) -> None:
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.send_contact("Doctor Soto", "+525500000178", "Clínica Sur")
    card = await ana.hears("Caso 1")
    assert "Soto" not in card.text
    await ana.tap("Tomar", card)
    await ana.hears("Doctor Soto · Clínica Sur · +525500000178")


async def test_who_wants_to_collaborate_is_a_colleague_whatever_else_she_asks(office: Product) -> None:
    services = office.puente.services
    eva = patient(office.box, "telegram", name="Eva")
    await eva.say("¿a qué hora abren?")
    await eva.hears(lambda bubble: True)
    known = await conversation_of(office, "Eva")
    async with services.database.session() as session:
        person = await session.get_one(Conversation, known.id)
        told = {"reason": "collaboration", "topic": "collaborate"}
        case, _ = await cases.open_case(services, session, person, **told)
        assert case.lane == "clinicians"
    assert (await conversation_of(office, "Eva")).colleague_at


@pytest.mark.parametrize(
    ("content", "card"),
    [
        (
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Eva Pérez\r\nORG:UNAM;Medicina\r\nTEL;TYPE=CELL:+52 1 55 0000 0177\r\nEND:VCARD",
            Card("Eva Pérez", "+525500000177", "UNAM · Medicina"),
        ),
        (
            "BEGIN:VCARD\nVERSION:2.1\nN:Soto;Ana;;;\nitem1.TEL;waid=525500000178:+52 55 0000 0178\nEND:VCARD",
            Card("Ana Soto", "+525500000178", ""),
        ),
        (
            "BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Mar=C3=ADa=20L=\n=C3=B3pez\nTEL:ext. 12\nEND:VCARD",
            Card("María López", "ext. 12", ""),
        ),
        ("BEGIN:VCARD\nFN:Lab\\, S.A.\n de C.V.\nEND:VCARD", Card("Lab, S.A.de C.V.", "", "")),
        ("no card at all", Card()),
        ("", Card()),
        ("FN:" + "x" * 50_000, Card("x" * 100, "", "")),
    ],
)
def test_a_card_is_read(content: str, card: Card) -> None:
    assert read(content) == card
