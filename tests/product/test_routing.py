"""A case goes to who knows the specialty that was named; a page that fails in a held case reaches the others at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.product.conftest import OFFICE, Product, with_stub_rasa
from tests.product.people import consultant, operator, patient
from tests.product.quiet import silent
from tests.product.test_handoff import taken_case

SPECIALTIES = (
    "specialties: {cardiology: {es: Cardiología, en: Cardiology}, oncology: {es: Oncología, en: Oncology}}\n"
)


@pytest.fixture
async def specialised(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """Ana knows cardiology, Bruno oncology."""
    ana, bruno = (f"    specialties: [{name}]" for name in ("cardiology", "oncology"))
    text = (
        OFFICE.read_text()
        .replace("    specialties: [any]", ana, 1)
        .replace("    specialties: [any]", bruno, 1)
    )
    office = tmp_path / "office.yml"
    office.write_text(text + SPECIALTIES)
    async with with_stub_rasa(box, database_url, office_file=office) as product:
        yield product


async def test_the_specialty_named_decides_who_is_notified(specialised: Product) -> None:
    specialised.rasa.label_of = lambda text: "talk_to_human"
    luz = patient(specialised.box, "telegram")
    await luz.say("una persona de oncologia por favor")
    await consultant(specialised.box, "whatsapp").hears("Caso")
    await silent(specialised, consultant(specialised.box, "telegram"))


async def test_a_page_the_holder_cannot_get_reaches_the_others_at_once(product: Product) -> None:
    luz, _ = await taken_case(product)
    bruno = consultant(product.box, "whatsapp")
    blocked = "Forbidden: bot was blocked by the user"
    product.box.telegram.faults.reject("sendMessage", 403, 403, blocked, times=9, address="900000101")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911", within=2)
    await bruno.hears("URGENTE", within=10)
    await operator(product.box).hears("caso", within=10)
