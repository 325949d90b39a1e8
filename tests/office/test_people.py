"""Who is on duty, who is paged, and where they are reached."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import ChannelName
from bot.office import Office
from tests.office.offices import MEXICO, office

ANA: dict[str, Any] = {"name": "Ana Ruiz", "languages": ["es", "en"], "telegram": 111222333}
BRUNO: dict[str, Any] = {"name": "Bruno Salas", "languages": ["es"], "whatsapp": "+525500000102"}
MONDAY, SUNDAY, HOLIDAY = (
    datetime(2026, 11, 23, 11, 0, tzinfo=MEXICO),
    datetime(2026, 11, 22, 3, 0, tzinfo=MEXICO),
    datetime(2026, 11, 16, 11, 0, tzinfo=MEXICO),
)


def staffed(*consultants: dict[str, Any], **keys: Any) -> Office:
    return office(consultants=list(consultants), holidays=["third mon nov"], **keys)


def names(people: Any) -> list[str]:
    return [one.name for one in people]


def on_duty(here: Office, at: datetime) -> list[Any]:
    return [one for one in here.consultants if one.on_duty(at, here)]


def test_consultants_without_own_hours_keep_the_office_hours() -> None:
    here = staffed(ANA, BRUNO)

    assert names(on_duty(here, MONDAY)) == ["Ana Ruiz", "Bruno Salas"]
    assert names(on_duty(here, SUNDAY)) == []
    assert names(on_duty(here, HOLIDAY)) == []


def test_own_hours_hold_on_holidays_and_when_the_office_is_closed() -> None:
    here = staffed(ANA | {"hours": {"mon-sun": "00:00-24:00"}}, BRUNO)

    assert names(on_duty(here, SUNDAY)) == ["Ana Ruiz"]
    assert names(on_duty(here, HOLIDAY)) == ["Ana Ruiz"]


def test_own_hours_replace_the_office_hours() -> None:
    here = staffed(ANA | {"hours": {"mon-fri": "14:00-22:00"}})

    assert names(on_duty(here, MONDAY)) == []
    assert here.is_open(MONDAY)


def test_addresses_are_in_the_providers_form() -> None:
    ana, bruno = staffed(ANA, BRUNO).consultants

    assert ana.address(ChannelName.TELEGRAM, real=True) == "111222333"
    assert ana.address(ChannelName.WHATSAPP, real=True) is None
    assert bruno.address(ChannelName.WHATSAPP, real=True) == "whatsapp:+525500000102"


def test_an_unquoted_whatsapp_number_is_understood() -> None:
    (bruno,) = staffed(BRUNO | {"whatsapp": 525500000102}).consultants  # YAML drops the + of a number

    assert bruno.address(ChannelName.WHATSAPP, real=True) == "whatsapp:+525500000102"


def test_invented_people_have_an_address_only_in_the_sandbox(shipped: Office) -> None:
    everybody = [*shipped.consultants, shipped.operator]

    assert all(one.address(channel, real=True) is None for one in everybody for channel in ChannelName)
    assert all(any(one.address(channel, real=False) for channel in ChannelName) for one in everybody)


def test_shipped_consultants_cover_both_languages_and_all_ways_to_be_reached(shipped: Office) -> None:
    ways = {(bool(one.telegram), bool(one.whatsapp)) for one in shipped.consultants}

    assert ways == {(True, False), (False, True), (True, True)}
    assert {language for one in shipped.consultants for language in one.languages} == {"es", "en"}
    assert [one.name for one in shipped.consultants if one.head] == ["Ana Ruiz"]


def test_somebody_is_always_paged_in_the_shipped_office(shipped: Office) -> None:
    assert on_duty(shipped, SUNDAY) or shipped.on_call


def test_invented_templates_are_none_over_a_real_provider(shipped: Office) -> None:
    assert shipped.template_sid("consultant_page", "es", real=False)
    assert shipped.template_sid("consultant_page", "es", real=True) is None


def test_a_template_without_a_language_is_none() -> None:
    here = office(templates={"reminder": {"es": "HX0123"}})

    assert here.template_sid("reminder", "es", real=True) == "HX0123"
    assert here.template_sid("reminder", "en", real=True) is None
    assert here.template_sid("resume", "es", real=True) is None


def test_the_next_duty_is_now_or_when_the_hours_begin() -> None:
    here = staffed(ANA | {"hours": {"mon-fri": "14:00-22:00"}}, BRUNO)
    ana, bruno = here.consultants

    assert ana.next_duty(MONDAY, here) == MONDAY.replace(hour=14)
    assert bruno.next_duty(MONDAY, here) == MONDAY
    assert bruno.next_duty(SUNDAY, here) == datetime(2026, 11, 23, 9, 0, tzinfo=MEXICO)


@pytest.mark.parametrize(
    ("written", "after"), [({}, timedelta(minutes=5)), ({"widen_after": "1h"}, timedelta(hours=1))]
)
def test_a_case_is_offered_wider_after_a_while(written: dict[str, str], after: timedelta) -> None:
    assert staffed(ANA, routing=written).routing.widen_after == after


def test_a_case_may_never_go_wider() -> None:
    assert staffed(ANA, routing={"widen_after": "never"}).routing.widen_after is None


@pytest.mark.parametrize(
    "keys", [{"routing": {"widen_after": "soon"}}, {"consultants": [ANA | {"lanes": ["x"]}]}]
)
def test_what_routing_does_not_know_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"duration|patients"):
        office(**keys)
