"""The upload page, over HTTP as its script uses it."""

import asyncio
from collections.abc import AsyncIterator

import psutil
import pytest

from sandbox import Sandbox
from tests.product.at_rest import everything
from tests.product.conftest import Product
from tests.product.journeys.records import Page, agreed_page, asks_for_the_page, on_disk, records
from tests.product.people import consultant, patient
from tests.product.quiet import silent
from tests.records.files import DICOM, PAGE, PDF, PROGRAM, zipped

MARKER = b"zanahoria7391"
TITLE = {"es": "Enviar estudios", "en": "Send records"}
RECEIVED = {"es": "Recibí 2 archivos: eco.pdf y tac.zip", "en": "I received 2 files: eco.pdf and tac.zip"}


@pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
async def test_from_the_wish_to_the_case(product: Product, channel: str, language: str) -> None:
    luz, ana = patient(product.box, channel, language), consultant(product.box, "telegram")
    page = Page(await asks_for_the_page(product, luz, language))
    first = await page.get()
    assert TITLE[language] in first.text
    assert 'type="file"' not in first.text  # consent comes before the first file
    assert (await page.begin("eco.pdf", 10)).status_code == 403
    assert (await page.agree()).status_code == 303
    shown = await page.get()
    assert 'type="file"' in shown.text
    assert f'<html lang="{language}">' in shown.text
    assert (await page.upload("eco.pdf", PDF))["state"] == "kept"
    assert (await page.upload("tac.zip", zipped({"IM1": DICOM})))["state"] == "kept"
    assert (await page.done()).status_code == 200
    told = await luz.hears("eco.pdf")
    assert RECEIVED[language] in told.text
    card = await ana.hears("Caso")
    assert "Estudios por la página: 2" in card.text
    assert "eco" not in card.text
    assert (await page.get()).status_code == 410  # it has done its work


async def test_the_page_keeps_to_itself_and_a_link_that_is_none_tells_how_to_get_one(
    product: Product,
) -> None:
    page = await agreed_page(product, patient(product.box, "telegram"))
    shown = await page.get()
    headers = shown.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "http://" not in shown.text
    assert "https://" not in shown.text
    assert "pasaporte" in shown.text
    assert "Send records" in (await page.get(lang="en")).text
    for token in ("nobody", "x" * 200, "%00"):
        answer = await Page(f"{product.url}/upload/{token}").get()
        assert answer.status_code == 410, token
        assert "enviar estudios" in answer.text, token
        assert "send records" in answer.text, token


async def test_a_link_ends_with_its_days(product: Product) -> None:
    page = await agreed_page(product, patient(product.box, "telegram"))
    number = (await page.begin("a.pdf", 100)).json()["id"]
    await page.send(number, PDF[:20])
    assert len(on_disk(product)) == 1
    product.box.clock.advance(days=7, minutes=1)
    assert (await page.get()).status_code == 410
    assert (await page.send(number, b"x", 20)).status_code == 404
    await until_empty(product)  # what never came whole is not kept


async def until_empty(product: Product) -> None:
    for _ in range(100):
        if not on_disk(product) and not await records(product):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("there are still files")


async def test_a_broken_upload_goes_on_where_it_was(product: Product) -> None:
    page = await agreed_page(product, patient(product.box, "telegram"))
    content = zipped({f"IM{n}": DICOM + bytes([n]) * 700_000 for n in range(4)}, stored=True)
    begun = (await page.begin("tac.zip", len(content), modified=77)).json()
    assert (await page.send(begun["id"], content[:1_500_000])).status_code == 204
    wrong = await page.send(begun["id"], content[9:], 9)
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "1500000")
    await broken(page, begun["id"], content[1_500_000:2_600_000], 1_500_000)
    page_opened_again = Page(page.link)
    again = (await page_opened_again.begin("tac.zip", len(content), modified=77)).json()
    assert again["id"] == begun["id"]
    assert 1_500_000 <= again["offset"] <= 2_600_000
    assert await page.offset(begun["id"]) == again["offset"]
    ended = await page.send(begun["id"], content[again["offset"] :], again["offset"])
    assert ended.json()["state"] == "kept"
    (record,) = await records(product)
    assert (record.kind, record.size) == ("zip", len(content))


async def broken(page: Page, number: str, content: bytes, offset: int) -> None:
    """A connection that breaks in the middle."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 100_000):
            yield content[start : start + 100_000]
            await asyncio.sleep(0)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await page.send(number, pieces(), offset)
    await asyncio.sleep(0.2)  # until the server has seen it


async def test_what_may_do_harm_is_refused_with_what_to_do(product: Product) -> None:
    page = await agreed_page(product, patient(product.box, "telegram"))
    program = await page.upload("informe.pdf", PROGRAM)
    assert program["state"] == "refused"
    assert "PDF, foto o DICOM" in program["status"]
    disc = await page.upload("cd.zip", zipped({"IM": DICOM, "index.htm": PAGE}))
    assert "carpeta de las imágenes" in disc["status"]
    assert on_disk(product) == []


async def test_what_comes_is_sealed_a_lost_answer_is_given_again_and_a_mistake_is_gone_from_the_disk(
    product: Product, database_url: str
) -> None:
    page = await agreed_page(product, patient(product.box, "telegram"))
    assert (await page.done()).status_code == 303  # nothing was sent: the link stays good
    sent = await page.upload(f"{MARKER.decode()}.pdf", PDF + MARKER)
    assert await page.offset(sent["id"]) == len(PDF + MARKER)
    again = await page.send(sent["id"], b"", len(PDF + MARKER))
    assert (again.status_code, again.json()) == (200, sent)
    assert len(on_disk(product)) == 1
    assert MARKER not in b"".join(on_disk(product))
    assert MARKER not in await everything(database_url)
    assert (await page.http.delete(f"{page.link}/files/{sent['id']}")).status_code == 204
    await until_empty(product)


async def test_more_than_was_announced_is_not_taken(product: Product) -> None:
    page = await agreed_page(product, patient(product.box, "telegram"))
    number = (await page.begin("a.pdf", 30)).json()["id"]
    assert (await page.send(number, PDF)).status_code == 409
    too_large = await page.begin("b.zip", 5_000_000_000)
    assert too_large.status_code == 413
    assert "4.0 GB" in too_large.json()["error"]
    odd: object
    for odd in ({"name": "x"}, {"name": "x", "size": -1}, {"name": "x", "size": "9"}, []):
        answer = await page.http.post(f"{page.link}/files", json=odd)
        assert answer.status_code == 400


async def test_one_link_does_not_reach_the_files_of_another(product: Product) -> None:
    luz, eva = patient(product.box, "telegram"), patient(product.box, "whatsapp")
    hers, others = await agreed_page(product, luz), await agreed_page(product, eva)
    number = (await hers.begin("a.pdf", len(PDF))).json()["id"]
    assert (await others.send(number, PDF)).status_code == 404
    assert (await others.http.delete(f"{others.link}/files/{number}")).status_code == 404
    assert (
        await others.http.post(f"{others.link}/files/{number}/item", json={"item": ""})
    ).status_code == 404


async def test_a_large_study_streams_through(product: Product) -> None:
    """300 MB, within 100 MB of memory (of the test itself as well)."""
    page = await agreed_page(product, patient(product.box, "telegram"))
    piece = bytes(1 << 20)
    size = len(DICOM) + 300 * len(piece)
    process, most = psutil.Process(), 0
    before = process.memory_info().rss

    async def study() -> AsyncIterator[bytes]:
        nonlocal most
        yield DICOM
        for _ in range(300):
            yield piece
            most = max(most, process.memory_info().rss - before)

    number = (await page.begin("tac.dcm", size)).json()["id"]
    ended = await page.send(number, study())
    assert ended.json()["state"] == "kept"
    most = max(most, process.memory_info().rss - before)
    assert most < 100_000_000


async def test_what_is_not_said_to_be_done_is_told_later(product: Product, box: Sandbox) -> None:
    luz = patient(box, "telegram")
    page = await agreed_page(product, luz)
    await page.upload("eco.pdf", PDF)
    await silent(product, luz)
    box.clock.advance(minutes=10, seconds=5)
    assert "Recibí un archivo: eco.pdf" in (await luz.hears("eco.pdf")).text
