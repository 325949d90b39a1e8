"""Who gets in, for how long, and who does not."""

import asyncio
import re

import psycopg
import pytest
from sqlalchemy import select

from bot import consultants
from bot.store.tables import Audit, ConsoleLink, ConsoleSession
from tests.console.conftest import PASSWORD, Browser, link_of
from tests.product.conftest import Product
from tests.product.people import consultant, patient


async def audited(product: Product) -> list[str]:
    async with product.puente.services.database.session() as session:
        return [row.what for row in await session.scalars(select(Audit).order_by(Audit.id))]


async def test_without_a_session_there_is_only_the_sign_in_form(product: Product) -> None:
    for language, title in (("es", "Entrar a la consola"), ("en", "Sign in to the console")):
        async with Browser(product, headers={"Accept-Language": language}) as browser:
            page = await browser.get("/console")
            assert title in page.text
            assert f'<html lang="{language}">' in page.text
            for path in ("/console/cases", "/console/cases/1", "/console/audit", "/console/nowhere"):
                answer = await browser.get(path)
                assert (answer.status_code, answer.headers["location"]) == (303, "/console")


async def test_the_password_lets_the_administrator_in_and_signing_out_ends_it(
    product: Product, browser: Browser
) -> None:
    assert (await browser.signs_in()).status_code == 303
    assert "Hoy" in (await browser.get("/console")).text
    cookie = browser.cookies["puente_console"]
    await browser.sends("/console", "/console/sign-out")
    assert "Entrar a la consola" in (await browser.get("/console")).text
    async with Browser(product, cookies={"puente_console": cookie}) as thief:
        assert "Entrar a la consola" in (await thief.get("/console")).text
    assert await audited(product) == ["signed_in", "signed_out"]


async def test_the_cookie_is_kept_from_scripts_and_other_sites_stored_as_a_fingerprint_and_ends_with_the_next(
    product: Product, browser: Browser
) -> None:
    answer = await browser.signs_in()
    attributes = answer.headers["set-cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=strict" in attributes
    assert "path=/console" in attributes
    assert "secure" not in attributes  # plain http on this machine
    async with product.puente.services.database.session() as session:
        row = (await session.scalars(select(ConsoleSession))).one()
    before = browser.cookies["puente_console"]
    assert before.encode() not in row.fingerprint
    shown = await browser.get("/console")
    seal = re.findall(r'name="seal" value="(\w+)"', shown.text)[0]
    await browser.post("/console/sign-in", data={"seal": seal, "password": PASSWORD})
    assert browser.cookies["puente_console"] != before
    async with Browser(product, cookies={"puente_console": before}) as old:
        assert (await old.get("/console/cases")).status_code == 303


async def test_after_five_wrong_passwords_not_even_the_right_one_opens_for_some_minutes(
    product: Product, browser: Browser
) -> None:
    answers = [await browser.signs_in("no es") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429]
    assert "no es correcta" in answers[0].text
    assert "espere 10 min" in answers[4].text
    assert (await browser.signs_in()).status_code == 429
    product.box.clock.advance(minutes=11)
    assert (await browser.signs_in()).status_code == 303
    assert (await audited(product))[-2:] == ["locked_out", "signed_in"]


async def test_a_hundred_guesses_at_once_are_not_more_than_five(product: Product, browser: Browser) -> None:
    seal = re.findall(r'name="seal" value="(\w+)"', (await browser.get("/console")).text)[0]
    guesses = [{"seal": seal, "password": f"guess {n}"} for n in range(15)]
    await asyncio.gather(*(browser.post("/console/sign-in", data=guess) for guess in guesses))
    assert (await audited(product)).count("wrong_password") == 5


async def test_a_form_without_its_seal_or_too_large_does_nothing(
    product: Product, browser: Browser, ana: Browser
) -> None:
    link = await link_of(product)
    for path in ("/console/sign-in", link):
        assert (await browser.post(path, data={"password": PASSWORD})).status_code == 403
    assert (
        await browser.post("/console/sign-in", data={"password": PASSWORD, "seal": "0"})
    ).status_code == 403
    for path in ("/console/sign-out", "/console/language"):
        assert (await ana.post(path, data={})).status_code == 403
    assert (await ana.get("/console/cases")).status_code == 200
    too_large = await ana.sends("/console", "/console/language", back="x" * 100_000)
    assert too_large.status_code == 403


async def test_a_session_ends_when_idle_though_its_page_refreshes_itself_and_for_good_after_twelve_hours(
    product: Product, browser: Browser
) -> None:
    await browser.signs_in()
    for _ in range(3):
        product.box.clock.advance(minutes=20)
        assert (await browser.get("/console/cases")).status_code == 200
    for _ in range(2):
        product.box.clock.advance(minutes=20)
        live = await browser.get("/console/cases", headers={"X-Live": "1"})
    assert live.status_code == 401
    assert (await browser.get("/console/cases")).status_code == 303
    await browser.signs_in()
    answers = []
    for _ in range(30):
        product.box.clock.advance(minutes=25)
        answers.append((await browser.get("/console/cases")).status_code)
    assert answers == [200] * 28 + [303] * 2  # 28 times 25 minutes are 11 h 40 min


async def test_a_consultant_gets_a_link_that_works_once(product: Product) -> None:
    for channel, language in (("telegram", "es"), ("whatsapp", "en")):
        link = await link_of(product, channel, language)
        async with Browser(product) as browser, Browser(product) as other:
            for _ in range(3):  # a preview looks at it, or a scanner
                assert (await browser.get(link)).status_code == 200
            answers = await asyncio.gather(browser.enters(link), other.enters(link))
            assert sorted(answer.status_code for answer in answers) == [303, 410], channel
            assert (await browser.get(link)).status_code == 410
        async with product.puente.services.database.session() as session:
            row = (await session.scalars(select(ConsoleLink).order_by(ConsoleLink.expires_at.desc()))).first()
        assert row is not None
        assert link.rsplit("/", 1)[1].encode() not in row.fingerprint


async def test_a_link_is_late_after_ten_minutes_and_void_once_there_is_another(
    product: Product, browser: Browser
) -> None:
    first = await link_of(product)
    consultant(product.box, "telegram").catch_up()
    second = await link_of(product)
    assert (await browser.get(first)).status_code == 410
    product.box.clock.advance(minutes=11)
    assert (await browser.get(second)).status_code == 410


async def test_the_link_says_where_it_opens_without_a_public_address_and_no_patient_gets_one(
    product: Product,
) -> None:
    bruno, luz = consultant(product.box, "whatsapp"), patient(product.box, "telegram")
    await bruno.say("console")
    assert "dirección pública" in (await bruno.hears("/console/enter/")).text
    await luz.say("consola")
    await luz.hears(lambda bubble: True)
    await product.settle()
    assert not any("/console" in bubble.text for bubble in luz.bubbles)


async def test_a_removed_consultant_is_out_at_once(product: Product, ana: Browser) -> None:
    settings = product.puente.services.settings
    word = await asyncio.to_thread(
        consultants.add, settings, {"name": "Eva Solís", "languages": ["es"], "specialties": ["any"]}
    )
    eva = product.box.telegram.user(7001, "Eva")
    await eva.say(re.findall(r"word\s+(\S+)", "\n".join(word))[0])
    await eva.hears("bienvenida")
    await eva.say("consola")
    link = re.findall(r"/console/enter/[\w-]+", (await eva.hears("/console/enter/")).text)[0]
    async with Browser(product) as browser:
        await browser.enters(link)
        assert (await browser.get("/console/cases")).status_code == 200
        await asyncio.to_thread(consultants.remove, settings, "Eva Solís")
        assert (await browser.get("/console/cases")).status_code == 303
    assert (await ana.get("/console/cases")).status_code == 200


async def test_every_answer_is_kept_out_of_frames_caches_and_scripts_of_others(
    product: Product, browser: Browser
) -> None:
    await browser.get("/console")
    for path in ("/console", "/console/assets/page.css", "/console/nowhere", "/console/enter/x"):
        headers = (await browser.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


async def test_behind_a_proxy_with_https_the_cookie_is_secure(product: Product) -> None:
    settings = product.puente.services.settings.model_copy(update={"public_url": "https://bot.example.org"})
    object.__setattr__(product.puente.services, "settings", settings)
    async with Browser(product, headers={"Host": "bot.example.org"}) as browser:
        answer = await browser.get("/console")
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_the_audit_log_cannot_be_changed(product: Product, browser: Browser, database_url: str) -> None:
    await browser.signs_in()
    for change in ("UPDATE audit SET what = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        async with await psycopg.AsyncConnection.connect(database_url) as connection:
            with pytest.raises(psycopg.errors.RaiseException):
                await connection.execute(change)


async def test_the_audit_log_is_for_the_head_of_office_and_the_administrator(
    product: Product, browser: Browser, ana: Browser, bruno: Browser
) -> None:
    await browser.signs_in("no es")
    await browser.signs_in()
    for allowed in (ana, browser):
        page = (await allowed.get("/console/audit")).text
        assert "Contraseña incorrecta" in page
        assert "Bruno Díaz" in page
    assert (await bruno.get("/console/audit")).status_code == 404
    assert "/console/audit" not in (await bruno.get("/console")).text


async def test_the_language_is_changed_by_a_button(product: Product, ana: Browser) -> None:
    assert "De turno ahora" in (await ana.get("/console")).text
    answer = await ana.sends("/console", "/console/language", back="https://elsewhere.example")
    assert answer.headers["location"] == "/console"
    assert "On duty now" in (await ana.get("/console")).text
