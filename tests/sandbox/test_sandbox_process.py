"""The sandbox as a process of its own."""

import asyncio
import signal
import sys
from pathlib import Path

import httpx

from sandbox.people import templates_of
from sandbox.settings import from_environment

ARGUMENTS = (sys.executable, "-m", "sandbox", "--office", "nowhere/office.yml")


async def test_process_serves_until_it_is_told_to_stop() -> None:
    process = await asyncio.create_subprocess_exec(*ARGUMENTS, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    address = line.removeprefix("sandbox ready: ").strip()
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{address}health")).status_code == 200
        assert len((await http.get(f"{address}api/desk")).json()["people"]) == 2
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0


async def test_credentials_are_printed_as_environment() -> None:
    process = await asyncio.create_subprocess_exec(
        *ARGUMENTS, "--port", "9001", "--print-env", stdout=asyncio.subprocess.PIPE
    )
    told = (await process.communicate())[0].decode()
    lines = dict(line.split("=", 1) for line in told.splitlines())
    assert lines["TELEGRAM_API_BASE"] == "http://127.0.0.1:9001/telegram"
    assert lines["TWILIO_ACCOUNT_SID"].startswith("AC")


def test_environment_is_read_and_empty_counts_as_unset() -> None:
    settings = from_environment(
        {"TWILIO_AUTH_TOKEN": "new,old", "TWILIO_WHATSAPP_FROM": "+525500000100", "TELEGRAM_BOT_TOKEN": ""}
    )
    assert settings.auth_token == "new"
    assert settings.sender == "whatsapp:+525500000100"
    assert settings.telegram_token


def test_templates_of_the_office_have_their_wording(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/templates.yml").write_text("resume: {es: 'Su caso {{1}} sigue.', buttons: [go_on]}")
    (tmp_path / "texts/buttons.yml").write_text("button.go_on: {es: Seguir}")
    (tmp_path / "office.yml").write_text("templates: {resume: {es: HX1, demo: true}, unknown: {en: HX2}}")
    templates = templates_of(tmp_path / "office.yml")
    assert templates["HX1"].body == "Su caso {{1}} sigue."
    assert templates["HX1"].buttons == (("go_on", "Seguir"),)
    assert templates["HX2"].body == ""
