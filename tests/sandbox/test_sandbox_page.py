"""The page with the two phones, in a real browser, and the JSON behind it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from selenium.webdriver.common.by import By
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox import Sandbox
from tests.sandbox.browser import Browser, in_a_browser, inside
from tests.sandbox.clients import telegram_client, twilio_client
from tests.sandbox.stub_bot import StubBot

OFFICE = """
consultants:
  - {name: Ana Ruiz, languages: [es], telegram: 900000101, whatsapp: "+5215500000101"}
  - {name: Bruno Salas, languages: [es], telegram: 900000102}
  - {name: Carmen Ortega, languages: [es], whatsapp: "+5215500000103"}
  - {name: Nobody, languages: [es]}
operator: {telegram: 900000100}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "office.yml"
    path.write_text(OFFICE, encoding="utf-8")
    return path


async def from_bot(box: Sandbox, text: str) -> None:
    client = twilio_client(box)
    user = box.people["patient-1"].whatsapp
    assert user
    await asyncio.to_thread(client.messages.create, to=user.number, from_=box.settings.sender, body=text)


@in_a_browser
async def test_typing_on_the_page_posts_a_signed_webhook(page: Browser, stub: StubBot) -> None:
    await page.write("hola, ¿me ayudan?")
    await stub.arrived(stub.inbound, 1)
    assert stub.inbound[0]["Body"] == "hola, ¿me ayudan?"
    assert stub.forged == 0
    await page.shows("hola, ¿me ayudan?")


@in_a_browser
async def test_bubble_sent_through_the_api_shows_within_half_a_second(
    box: Sandbox, page: Browser, stub: StubBot
) -> None:
    await page.write("hola")
    await stub.arrived(stub.inbound, 1)
    await page.shows("hola")
    await from_bot(box, "<b>Buenas</b> <img src=x onerror=alert(1)> *tardes*")
    assert await page.shows("<b>Buenas</b> <img src=x onerror=alert(1)> tardes") < 0.5


@in_a_browser
async def test_consultants_card_is_shown_and_tapped(box: Sandbox, page: Browser, stub: StubBot) -> None:
    ana = box.people["consultant-3"].telegram
    assert ana
    await page.click('[data-channel="telegram"]', phone=1)
    async with telegram_client(box) as bot:
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("Tomar", callback_data="take-7")]])
        await bot.send_message(ana.id, "<b>Caso A7</b>\nurgente", parse_mode="HTML", reply_markup=keys)
        await page.shows("Caso A7", phone=1)
        await page.click(".options button", phone=1)
        await stub.arrived(stub.updates, 1)
        query = stub.updates[0]["callback_query"]
        assert query["data"] == "take-7"
        await bot.answer_callback_query(query["id"], "El caso es suyo")
        await page.shows("El caso es suyo", phone=1)


@in_a_browser
async def test_telegram_begins_with_the_start_button(page: Browser, stub: StubBot) -> None:
    await page.click('[data-channel="telegram"]')
    await page.shows("INICIAR")
    await page.click(".start")
    await stub.arrived(stub.updates, 1)
    assert stub.updates[0]["message"]["text"] == "/start"


@in_a_browser
async def test_tapping_a_bubble_quotes_it(box: Sandbox, page: Browser, stub: StubBot) -> None:
    await page.write("hola")
    await stub.arrived(stub.inbound, 1)
    await from_bot(box, "¿En qué ciudad está?")
    await page.shows("¿En qué ciudad está?")
    await page.click("li:last-child .words")
    await page.write("En Puebla")
    await stub.arrived(stub.inbound, 2)
    assert "OriginalRepliedMessageSid" in stub.inbound[1]


@in_a_browser
async def test_file_is_attached(page: Browser, stub: StubBot, tmp_path: Path) -> None:
    study = tmp_path / "estudio.pdf"
    study.write_bytes(b"%PDF-1.4")
    await page.do(lambda d: inside(d, 0, ".picker").send_keys(str(study)))
    await stub.arrived(stub.inbound, 1)
    assert stub.inbound[0]["MediaContentType0"] == "application/pdf"
    await page.shows("estudio.pdf")


@in_a_browser
async def test_language_and_person_are_switched(page: Browser, stub: StubBot) -> None:
    await page.do(lambda d: d.find_element(By.ID, "language").click())
    await page.shows("Patient")
    await page.click(".who summary", phone=1)
    await page.click('.list [data-key="consultant-5"]', phone=1)
    await page.shows("Carmen Ortega", phone=1)
    telegram = await page.do(lambda d: inside(d, 1, '[data-channel="telegram"]').is_enabled())
    assert not telegram


@in_a_browser
async def test_page_asks_no_other_host_and_logs_no_error(box: Sandbox, page: Browser, stub: StubBot) -> None:
    await page.write("hola")
    await stub.arrived(stub.inbound, 1)
    script = "return performance.getEntriesByType('resource').map(e => e.name)"
    assert all(name.startswith(box.base) for name in await page.do(lambda d: d.execute_script(script)))
    logged = await page.do(lambda d: d.get_log("browser"))
    assert [e for e in logged if box.base in e["message"]] == []


@pytest.fixture
async def http(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=box.base, trust_env=False) as http:
        yield http


async def test_people_come_from_the_office_file(http: httpx.AsyncClient) -> None:
    people = (await http.get("/sandbox/api/desk")).json()["people"]
    assert [p["role"] for p in people] == ["patient"] * 2 + ["consultant"] * 3 + ["operator"]
    assert list(people[3]["channels"]) == ["telegram"]


async def test_redirect_to_the_page_names_no_host(http: httpx.AsyncClient) -> None:
    assert (await http.get("/sandbox")).headers["location"] == "/sandbox/"


async def test_question_for_news_waits_for_them(box: Sandbox, http: httpx.AsyncClient) -> None:
    user = box.people["patient-1"].whatsapp
    assert user
    address = "/sandbox/api/phones/patient-1/whatsapp"
    waiting = asyncio.create_task(http.get(address, params={"after": 0, "wait": 5}))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await user.say("hola")
    assert (await asyncio.wait_for(waiting, 1)).json()["bubbles"][0]["text"] == "hola"


async def test_uploaded_markup_is_never_shown_in_place(box: Sandbox, http: httpx.AsyncClient) -> None:
    files = {"file": ("x.html", b"<script>", "text/html")}
    assert (await http.post("/sandbox/api/phones/patient-1/whatsapp/files", files=files)).status_code == 202
    user = box.people["patient-1"].whatsapp
    assert user
    answer = await http.get(f"/sandbox/api/phones/patient-1/whatsapp/files/{user.timeline[0].id}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize("path", ["nobody/whatsapp", "consultant-4/whatsapp", "patient-1/whatsapp/files/SM0"])
async def test_unknown_people_and_files_are_404(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(f"/sandbox/api/phones/{path}")).status_code == 404


async def test_acts_that_cannot_be_done_are_refused(http: httpx.AsyncClient) -> None:
    address = "/sandbox/api/phones/patient-1/whatsapp"
    assert (await http.post(f"{address}/tap", json={"bubble": "SM0", "option": 0})).status_code == 409
    assert (await http.post(f"{address}/fly", json={})).status_code == 404
