"""The clock and the faults of the desk, and who may be asked what happened: the JSON, without a browser."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.clock import MovedClock, clock_of, system_clock
from bot.config import Settings
from sandbox import Sandbox, running
from sandbox.clock import Clock

ALMOST = timedelta(seconds=2)


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with running(clock_file=tmp_path / "clock") as box:
        yield box


@pytest.fixture
async def http(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{box.base}/sandbox/api/", trust_env=False) as http:
        yield http


async def test_the_bots_clock_follows_the_sandboxs(
    box: Sandbox, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    clock = clock_of(tmp_path / "clock")
    assert abs(clock() - system_clock()) < ALMOST
    assert (await http.post("clock", json={"minutes": 60 * 24})).status_code == 200
    assert abs(clock() - system_clock() - timedelta(days=1)) < ALMOST
    assert abs(clock() - box.clock.now()) < ALMOST
    assert (await http.get("desk")).json()["moved"] == pytest.approx(86400, abs=2)


def test_a_moved_clock_stays_moved_when_both_are_started_again(tmp_path: Path) -> None:
    Clock(tmp_path / "clock").advance(hours=3)
    for clock in (Clock(tmp_path / "clock").now, MovedClock(tmp_path / "clock")):
        assert abs(clock() - system_clock() - timedelta(hours=3)) < ALMOST


def test_a_file_that_is_damaged_or_gone_never_sets_time_back(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    Clock(file).advance(hours=3)
    clock = MovedClock(file)
    clock()
    file.write_text("?", encoding="ascii")
    assert clock() - system_clock() > timedelta(hours=2)
    file.unlink()
    assert clock() - system_clock() > timedelta(hours=2)


@pytest.mark.parametrize(
    "told", [{"minutes": -5}, {"minutes": 10**9}, {}, {"to": "opening"}, {"to": "reminder"}, {"to": "later"}]
)
async def test_time_moves_only_ahead_and_only_to_what_is_known(
    box: Sandbox, http: httpx.AsyncClient, told: dict[str, object]
) -> None:
    assert (await http.post("clock", json=told)).status_code == 409
    assert box.clock.shift == timedelta()


async def test_without_a_file_the_page_moves_no_clock() -> None:
    async with running() as box, httpx.AsyncClient(trust_env=False) as http:
        address = f"{box.base}/sandbox/api"
        assert (await http.post(f"{address}/clock", json={"minutes": 10})).status_code == 409
        assert not (await http.get(f"{address}/desk")).json()["movable"]


def test_time_is_true_wherever_real_people_may_be(tmp_path: Path) -> None:
    known = {"data_dir": tmp_path, "public_url": "https://bot.example.org"}
    real = Settings.model_validate({**known, "sandbox": "on", "telegram_bot_token": SecretStr("1:REAL")})
    off = Settings.model_validate({**known, "sandbox": "off"})
    demo = Settings.model_validate({**known, "sandbox": "on"})
    assert (real.sandbox_clock, off.sandbox_clock) == (None, None)
    assert demo.sandbox_clock == tmp_path / "sandbox-clock"
    assert clock_of(None) is system_clock


async def test_faults_are_switched_on_and_off(box: Sandbox, http: httpx.AsyncClient) -> None:
    assert (await http.post("faults", json={"fault": "down", "on": True})).json()["down"]
    sending = f"{box.telegram_base}/bot{box.settings.telegram_token}/getMe"
    assert (await http.get(sending)).status_code == 503
    told = (await http.post("faults", json={"fault": "down", "on": False})).json()
    assert told == {"down": False, "throttled": False, "window": False, "lost": False}
    assert (await http.get(sending)).status_code == 200


async def test_closed_windows_and_a_lost_answer_can_be_switched_on(
    box: Sandbox, http: httpx.AsyncClient
) -> None:
    await http.post("faults", json={"fault": "window", "on": True})
    await http.post("faults", json={"fault": "lost", "on": True})
    assert box.twilio.windows_shut
    assert (await http.get("desk")).json()["faults"] == {
        "down": False,
        "throttled": False,
        "window": True,
        "lost": True,
    }
    assert (await http.post("faults", json={"fault": "rain", "on": True})).status_code == 409


async def test_a_new_patient_needs_a_name_and_a_language(box: Sandbox, http: httpx.AsyncClient) -> None:
    assert (await http.post("people", json={"name": " ", "language": "es"})).status_code == 409
    made = await http.post("people", json={"name": "Elena Soto", "language": "en"})
    person = box.people[made.json()["key"]]
    assert (person.role, person.name) == ("patient", "Elena Soto")
    assert person.telegram
    assert person.whatsapp
