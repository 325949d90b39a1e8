"""Content templates: made, approved, sent, tapped; as the real client sees them."""

import asyncio
import json
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from sandbox import Sandbox
from sandbox.twilio_api import WhatsAppUser
from tests.sandbox.clients import APPROVED, NUMBER, fails, send, twilio_client
from tests.sandbox.stub_bot import StubBot


@pytest.fixture
async def luz(box: Sandbox, stub: StubBot) -> WhatsAppUser:
    """Somebody who has just written: her window is open."""
    luz = box.twilio.user(NUMBER, "Luz")
    await luz.say("hola")
    return luz


async def create(box: Sandbox, types: dict[str, Any], **how: Any) -> str:
    """A content template made with the blocking client: the asynchronous one cannot send JSON (twilio 9.13)."""
    contents = twilio_client(box).content.v1.contents
    request = {"friendly_name": "opciones", "language": "es", "types": types, **how}
    made = await asyncio.to_thread(contents.create, content_create_request=_request(request))
    return str(made.sid)


def _request(values: dict[str, Any]) -> Any:
    from twilio.rest.content.v1.content import ContentList  # type: ignore[import-untyped]

    return ContentList.ContentCreateRequest(values)


def quick_reply(*titles: str) -> dict[str, Any]:
    actions = [{"type": "QUICK_REPLY", "title": t, "id": f"token-{t}"} for t in titles]
    return {"twilio/quick-reply": {"body": "¿Le ayudo, {{1}}?", "actions": actions}}


async def test_approved_template_opens_the_door(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.clock.advance(hours=25)
    await send(box, twilio, body=None, content_sid=APPROVED, content_variables=json.dumps({"1": "A7"}))
    bubble = await luz.hears("caso A7")
    assert bubble.template == APPROVED
    assert [o.title for o in bubble.options] == ["Ver la respuesta"]


async def test_template_without_its_values_fails_later(
    box: Sandbox, twilio: Client, luz: WhatsAppUser
) -> None:
    assert await fails(box, twilio, content_sid=APPROVED) == 63028
    policy = json.dumps({"1": "A     7"})
    assert await fails(box, twilio, content_sid=APPROVED, content_variables=policy) == 63013


async def test_quick_reply_in_session_needs_no_approval(
    box: Sandbox, twilio: Client, luz: WhatsAppUser, stub: StubBot
) -> None:
    sid = await create(box, quick_reply("Sí", "No"))
    await send(box, twilio, body=None, content_sid=sid, content_variables='{"1": "Luz"}')
    bubble = await luz.hears("¿Le ayudo, Luz?")
    await luz.tap("No")
    form = stub.inbound[-1]
    assert (form["ButtonPayload"], form["ButtonText"], form["Body"]) == ("token-No", "No", "No")
    assert form["OriginalRepliedMessageSid"] == bubble.id
    box.clock.advance(hours=25)
    assert await fails(box, twilio, content_sid=sid, content_variables='{"1": "Luz"}') == 63016


async def test_more_than_three_buttons_need_approval(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    sid = await create(box, quick_reply("1", "2", "3", "4"), variables={"1": "Luz"})
    assert await fails(box, twilio, content_sid=sid) == 63005
    contents = twilio_client(box).content.v1.contents(sid)
    asked = _approval({"name": "opciones_4", "category": "UTILITY"})
    await asyncio.to_thread(contents.approval_create.create, content_approval_request=asked)
    fetched = await asyncio.to_thread(contents.approval_fetch().fetch)
    assert fetched.whatsapp["status"] == "approved"
    box.clock.advance(hours=25)
    await send(box, twilio, content_sid=sid)
    await luz.hears("Le ayudo")


def _approval(values: dict[str, Any]) -> Any:
    from twilio.rest.content.v1.content.approval_create import ApprovalCreateList  # type: ignore[import-untyped]

    return ApprovalCreateList.ContentApprovalRequest(values)


async def test_list_row_comes_back_with_its_id(
    box: Sandbox, twilio: Client, luz: WhatsAppUser, stub: StubBot
) -> None:
    rows = [{"id": "t1", "item": "Horario", "description": "de la oficina"}, {"id": "t2", "item": "Dónde"}]
    sid = await create(box, {"twilio/list-picker": {"body": "Elija", "button": "Opciones", "items": rows}})
    await send(box, twilio, body=None, content_sid=sid)
    bubble = await luz.hears("Elija")
    assert bubble.list_button == "Opciones"
    assert bubble.options[0].description == "de la oficina"
    await luz.tap(1, bubble)
    form = stub.inbound[-1]
    assert (form["ListId"], form["ListTitle"], form["MessageType"]) == ("t2", "Dónde", "interactive")


@pytest.mark.parametrize(
    "types",
    [
        quick_reply("x" * 21),
        quick_reply(*map(str, range(11))),
        {"twilio/quick-reply": {"body": "x" * 1025, "actions": [{"title": "a", "id": "a"}]}},
        {"twilio/list-picker": {"body": "a", "button": "x" * 21, "items": [{"id": "1", "item": "a"}]}},
        {"twilio/list-picker": {"body": "a", "button": "b", "items": [{"id": "1", "item": "x" * 25}]}},
    ],
)
async def test_content_past_its_limits_is_refused(box: Sandbox, types: dict[str, Any]) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await create(box, types)
    assert caught.value.status == 400


async def test_contents_are_listed_by_name_fetched_and_deleted(box: Sandbox) -> None:
    sid = await create(box, quick_reply("Sí"), friendly_name="puente-abc")
    contents = twilio_client(box).content.v1.contents
    listed = await asyncio.to_thread(contents.list)
    assert {c.friendly_name for c in listed} == {"reply_waiting", "puente-abc"}
    assert (await asyncio.to_thread(contents(sid).fetch)).language == "es"
    assert await asyncio.to_thread(contents(sid).delete)
    with pytest.raises(TwilioRestException, match="not found"):
        await asyncio.to_thread(contents(sid).fetch)
    approvals = await asyncio.to_thread(twilio_client(box).content.v1.content_and_approvals.list)
    assert approvals[0].approval_requests["status"] == "approved"
