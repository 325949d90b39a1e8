"""The office file: what it says of itself, and how it fails."""

from pathlib import Path
from typing import Any

import pytest

from bot.office import Office, OfficeError, load
from tests.office.offices import written

ANA: dict[str, Any] = {"name": "Ana Ruiz", "telegram": 111222333}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"name": None}, "name: missing"),
        ({"hours": None}, "hours: missing"),
        ({"hours": {"mon-fri": "9 a 6"}}, "hours: '9 a 6': expected \"HH:MM-HH:MM\""),
        ({"time_zone": "Mexico"}, "expected a time zone such as America/Mexico_City"),
        ({"holidays": ["Navidad"]}, "holidays[0].date: 'navidad': expected a date"),
        ({"telefono": "55"}, "telefono: unknown key"),
        ({"consultants": [{"name": "Ana Ruiz"}]}, "consultants[0]: expected telegram or whatsapp"),
        (
            {"consultants": [ANA | {"telegram": "@ana"}]},
            "consultants[0].telegram: '@ana': expected the number",
        ),
        ({"consultants": [ANA | {"whatsapp": "55 1234 5678"}]}, "consultants[0].whatsapp:"),
        ({"consultants": [ANA | {"languages": ["fr"]}]}, "consultants[0].languages[0]:"),
        (
            {"consultants": [ANA | {"hours": {"lun": "09:00-18:00"}}]},
            "consultants[0].hours: 'lun': expected a day",
        ),
        ({"consultants": [ANA, ANA]}, "Ana Ruiz is listed twice"),
        (
            {"consultants": [ANA, {"name": "Eva", "telegram": 111222333}]},
            "telegram 111222333 is given to two",
        ),
        (
            {"consultants": [ANA], "on_call": ["Anna"]},
            "on_call: expected the name of a consultant, not 'Anna'",
        ),
        ({"templates": {"remainder": {"es": "HX1"}}}, "remainder is unknown"),
        ({"templates": {"reminder": {"es": "1234"}}}, "templates.reminder.es:"),
        ({"facts": {"address": {"es": "Calle 1", "en": "1 Street"}}}, "facts.address: expected source"),
        ({"facts": {"address": {"es": "Calle 1", "demo": True}}}, "facts.address: expected es and en"),
        (
            {"emergency_numbers": {"emergency": {"number": "911"}}},
            "emergency_numbers.emergency.reviewed: missing",
        ),
    ],
)
def test_a_mistake_names_the_key_and_what_is_expected(
    tmp_path: Path, keys: dict[str, Any], message: str
) -> None:
    with pytest.raises(OfficeError) as error:
        load(written(tmp_path, **keys))

    assert message in str(error.value)
    assert "office.yml" in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OfficeError) as error:
        load(written(tmp_path, hours="9 a 6", telefono="55", time_zone="Mexico"))

    assert len(str(error.value).splitlines()) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match=r"nowhere\.yml: there is no such file"):
        load(tmp_path / "nowhere.yml")


@pytest.mark.parametrize("content", ["name: [", "- a list", ""])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "office.yml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(OfficeError, match=r"office\.yml"):
        load(path)


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "office.yml"
    path.write_text('name: a\nname: b\nhours: {mon: "09:00-10:00"}\n', encoding="utf-8")

    with pytest.raises(OfficeError, match="line 2: the key 'name' is given twice"):
        load(path)


def test_the_least_office_gets_the_shipped_emergency_numbers(tmp_path: Path, shipped: Office) -> None:
    least = load(written(tmp_path))

    assert least.emergency_numbers == shipped.emergency_numbers
    assert least.hospital == shipped.hospital
    assert least.consultants == ()


def test_written_hours_are_a_fact_that_may_be_said(tmp_path: Path) -> None:
    assert set(load(written(tmp_path)).facts(real=True)) == {"hours"}


def test_name_may_differ_by_language(tmp_path: Path) -> None:
    assert load(written(tmp_path)).name.en == "Oficina de prueba"
    assert load(written(tmp_path, name={"es": "La oficina", "en": "The office"})).name.en == "The office"


# --- the shipped file ---------------------------------------------------------------------------------------


def test_demo_facts_are_hidden_over_a_real_provider(shipped: Office) -> None:
    hidden = shipped.facts(real=False).keys() - shipped.facts(real=True).keys()

    assert hidden == {"hours", "address", "parking", "phone", "email", "prices", "answer_time"}


def test_every_fact_that_is_not_demo_has_a_source(shipped: Office) -> None:
    assert all(fact.source for fact in shipped.facts(real=True).values())


def test_facts_of_the_announcement_say_when_they_were_true(shipped: Office) -> None:
    announced = [fact for fact in shipped.all_facts.values() if fact.as_of]

    assert len(announced) >= 3
    for fact in announced:
        assert "2023" in fact.es
        assert "2023" in fact.en


def test_emergency_numbers_are_those_of_mexico_and_the_united_states(shipped: Office) -> None:
    numbers = {number.number: number.countries for number in shipped.emergency_numbers.values()}

    assert numbers == {
        "911": ("mx", "us"),
        "800 911 2000": ("mx",),
        "55 5259 8121": ("mx",),
        "988": ("us",),
    }


def test_what_is_invented_is_listed_for_the_operator(shipped: Office) -> None:
    left = shipped.demo_left()

    assert {"facts.hours", "facts.prices", "consultants[0]", "templates.resume", "operator"} <= set(left)
    assert "facts.specialties" not in left
