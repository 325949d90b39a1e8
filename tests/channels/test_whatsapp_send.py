import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from bot.channels.base import (
    Attachment,
    AttachmentKind,
    Bubble,
    DeliveryStatus,
    File,
    Message,
    Option,
    StatusUpdate,
    Template,
)
from bot.channels.errors import (
    BadConfig,
    ContactUnreachable,
    OutcomeUnknown,
    Rejected,
    SendError,
    TemplateMissing,
    Throttled,
    Unavailable,
    WindowClosed,
)
from bot.channels.whatsapp.parse import parse_inbound, parse_status
from bot.channels.whatsapp.send import WhatsApp
from bot.channels.whatsapp.verify import signed_url, verify
from sandbox import Sandbox
from sandbox.twilio_api.people import WhatsAppUser

from .conftest import PUBLIC_URL, TEMPLATES, Office, nobody_listens, whatsapp_settings

YES_NO = (Option("t1", "Sí"), Option("t2", "No"))
STATUS = "/webhooks/whatsapp/status"


async def test_buttons_of_one_shape_are_made_once_and_found_again_after_a_restart(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    before = len(box.twilio.contents.all)
    for text in ("¿Sigue?", "¿Otra vez?"):
        await whatsapp.send(luz.address, Bubble(text, options=YES_NO), "send-1")
    restarted = WhatsApp(whatsapp_settings(box))
    await restarted.send(luz.address, Bubble("¿Y ahora?", options=YES_NO), "send-2")
    await restarted.close()
    assert len(box.twilio.contents.all) == before + 1


async def test_seven_options_are_a_list(whatsapp: WhatsApp, luz: WhatsAppUser) -> None:
    rows = tuple(Option(f"t{n}", f"Lunes {n}", "en línea") for n in range(7))
    await whatsapp.send(luz.address, Bubble("¿Cuándo?", options=rows), "send-1")
    shown = await luz.hears("¿Cuándo?", within=5)
    assert (shown.list_button, len(shown.options), shown.options[3].description) == ("☰", 7, "en línea")


@pytest.mark.parametrize("method", ["content.create", "content.list"])
@pytest.mark.parametrize("status", [400, 429, 503])
async def test_the_words_are_sent_even_when_the_buttons_cannot_be_made(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser, method: str, status: int
) -> None:
    box.twilio.faults.reject(method, status, 20001, "no")
    await whatsapp.send(luz.address, Bubble("¿Sigue?", options=YES_NO), "send-1")
    assert (await luz.hears("¿Sigue?", within=5)).text == "¿Sigue?\n\n1. Sí\n2. No"


async def test_a_content_api_that_hangs_holds_up_one_bubble_only(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    box.twilio.faults.hang("content.list", seconds=1.5, times=9)
    bubbles = [Bubble(f"¿Sigue {n}?", options=YES_NO) for n in range(4)]
    async with asyncio.timeout(1.4):  # the time-out is half a second here
        await asyncio.gather(*(whatsapp.send(luz.address, bubble, "send-1") for bubble in bubbles))


async def test_buttons_that_were_deleted_at_twilio_are_made_again(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    bubble = Bubble("¿Sigue?", options=YES_NO)
    await whatsapp.send(luz.address, bubble, "send-1")
    box.twilio.contents.all.clear()
    with pytest.raises(Unavailable):
        await whatsapp.send(luz.address, bubble, "send-2")
    await whatsapp.send(luz.address, bubble, "send-2")
    assert len(box.twilio.contents.all) == 1


async def test_a_tapped_option_comes_back_as_its_token(
    office: Office, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    receipt = await whatsapp.send(luz.address, Bubble("¿Sigue?", options=YES_NO), "send-1")
    await luz.hears("¿Sigue?", within=5)
    await luz.tap("Sí")
    webhook = await office.gets(lambda one: b"ButtonPayload" in one.body)
    event = parse_inbound(webhook.pairs)
    assert isinstance(event, Message)
    assert (event.choice, event.text, event.quoted_id) == ("t1", "Sí", receipt.provider_id)


async def test_the_fate_of_a_bubble_comes_back_signed_and_with_its_reference(
    box: Sandbox, office: Office, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    receipt = await whatsapp.send(luz.address, Bubble("hola"), "7f/ñ 1")
    webhook = await office.gets(lambda one: one.path == STATUS and b"=delivered" in one.body)
    url = signed_url(PUBLIC_URL, webhook.path, webhook.query)
    assert verify(url, webhook.pairs, webhook.headers["X-Twilio-Signature"], [box.settings.auth_token])
    update = parse_status(webhook.pairs, "7f/ñ 1")
    assert webhook.query == "send=7f%2F%C3%B1%201"
    assert isinstance(update, StatusUpdate)
    assert (update.provider_id, update.status) == (receipt.provider_id, DeliveryStatus.DELIVERED)


@pytest.mark.parametrize(
    ("code", "kind"), [(63016, WindowClosed), (21610, ContactUnreachable), (63018, Throttled)]
)
async def test_a_late_failure_is_named(
    box: Sandbox, office: Office, whatsapp: WhatsApp, luz: WhatsAppUser, code: int, kind: type[SendError]
) -> None:
    box.twilio.faults.fail_later(code)
    await whatsapp.send(luz.address, Bubble("hola"), "send-1")
    webhook = await office.gets(lambda one: f"ErrorCode={code}".encode() in one.body)
    update = parse_status(webhook.pairs)
    assert isinstance(update, StatusUpdate)
    assert type(update.error) is kind


async def test_after_24_hours_a_text_fails_and_a_template_arrives(
    box: Sandbox, office: Office, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    box.clock.advance(hours=25)
    await whatsapp.send(luz.address, Bubble("hola"), "send-1")
    webhook = await office.gets(lambda one: b"ErrorCode=63016" in one.body)
    update = parse_status(webhook.pairs)
    assert isinstance(update, StatusUpdate)
    assert isinstance(update.error, WindowClosed)
    page = Template("consultant_page", "es", ("C-7", "espera\nrespuesta"))
    await whatsapp.send(luz.address, Bubble(template=page), "send-2")
    assert (await luz.hears("Caso", within=5)).text == "Caso C-7: espera respuesta."


async def test_a_template_nobody_configured_is_missing(whatsapp: WhatsApp, luz: WhatsAppUser) -> None:
    with pytest.raises(TemplateMissing):
        await whatsapp.send(luz.address, Bubble(template=Template("reminder", "es")), "send-1")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21211, ContactUnreachable),
        (400, 21610, ContactUnreachable),
        (400, 63007, BadConfig),
        (401, 20003, BadConfig),
        (404, 20404, BadConfig),
        (400, 21617, Rejected),
        (400, 21656, Rejected),
        (429, 20429, Throttled),
        (400, 21611, Throttled),
        (400, 14107, Throttled),
        (500, 20500, OutcomeUnknown),
    ],
)
async def test_a_refusal_is_named(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser, status: int, code: int, kind: type[SendError]
) -> None:
    box.twilio.faults.reject("messages.create", status, code, f"no, {luz.address}")
    with pytest.raises(kind) as caught:
        await whatsapp.send(luz.address, Bubble("hola"), "send-1")
    assert caught.value.code == str(code)
    assert "5500000123" not in str(caught.value)


async def test_an_answer_that_is_no_json_leaves_the_outcome_open(box: Sandbox, office: Office) -> None:
    channel = WhatsApp(whatsapp_settings(box, api_base=office.base))
    with pytest.raises(OutcomeUnknown):
        await channel.send("whatsapp:+525500000123", Bubble("hola"), "send-1")
    await channel.close()


async def test_twilios_own_wait_is_kept(box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser) -> None:
    box.twilio.faults.throttle("messages.create", retry_after=17)
    with pytest.raises(Throttled) as caught:
        await whatsapp.send(luz.address, Bubble("hola"), "send-1")
    assert caught.value.retry_after == 17


async def test_a_text_that_is_too_long_is_rejected(whatsapp: WhatsApp, luz: WhatsAppUser) -> None:
    with pytest.raises(Rejected):
        await whatsapp.send(luz.address, Bubble("x" * 1601), "send-1")


async def test_a_user_id_and_a_bare_number_are_addresses(box: Sandbox, whatsapp: WhatsApp) -> None:
    hidden = box.twilio.user("whatsapp:+5215500000125", "Eva", bsuid="whatsapp:MX.77", share_phone=False)
    await hidden.say("hola")
    await whatsapp.send("whatsapp:MX.77", Bubble("uno"), "send-1")
    await whatsapp.send("+5215500000125", Bubble("dos"), "send-2")
    await hidden.hears("dos", within=5)


async def test_a_messaging_service_replaces_the_sender(box: Sandbox, luz: WhatsAppUser) -> None:
    channel = WhatsApp(whatsapp_settings(box, messaging_service_sid="MG" + "0" * 32, public_url=""))
    with pytest.raises(BadConfig):  # this account has no such service
        await channel.send(luz.address, Bubble("hola"), "send-1")
    await channel.close()


async def test_an_image_is_fetched_by_its_url_with_its_caption(
    office: Office, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    office.files["/media/k1"] = Response(b"\xff\xd8jpeg", media_type="image/jpeg")
    file = File(AttachmentKind.IMAGE, "image/jpeg", "a.jpg", b"\xff\xd8jpeg", f"{PUBLIC_URL}/media/k1")
    await whatsapp.send(luz.address, Bubble("mire", file=file), "send-1")
    shown = await luz.hears("mire", within=5)
    assert shown.file is not None
    assert shown.file.content == b"\xff\xd8jpeg"


async def test_a_file_with_buttons_is_rejected(whatsapp: WhatsApp, luz: WhatsAppUser) -> None:
    file = File(AttachmentKind.IMAGE, "image/jpeg", "a.jpg", b"x", f"{PUBLIC_URL}/media/k1")
    with pytest.raises(Rejected):
        await whatsapp.send(luz.address, Bubble("mire", file=file, options=YES_NO), "send-1")


# --- looking up what was sent -----------------------------------------------------------------------------

PAGE = Template("consultant_page", "es", ("C-7", "espera"))
BUBBLES = [
    pytest.param(Bubble("hola\n\nqué tal", header="Puente"), id="text"),
    pytest.param(Bubble("¿Sigue?", options=YES_NO), id="buttons"),
    pytest.param(
        Bubble("¿Sigue?", options=tuple(Option(f"t{n}", f"T{n}") for n in range(12))), id="numbered"
    ),
    pytest.param(Bubble(template=PAGE), id="template"),
    pytest.param(
        Bubble("mire", file=File(AttachmentKind.IMAGE, "image/png", "a", b"x", f"{PUBLIC_URL}/media/k")),
        id="file",
    ),
]


@pytest.mark.parametrize("bubble", BUBBLES)
async def test_a_sent_bubble_is_found(whatsapp: WhatsApp, luz: WhatsAppUser, bubble: Bubble) -> None:
    since = datetime.now(UTC)
    receipt = await whatsapp.send(luz.address, bubble, "send-1")
    assert await whatsapp.find_sent(luz.address, bubble, since) == receipt


@pytest.mark.parametrize("bubble", BUBBLES)
async def test_a_bubble_that_was_not_sent_is_not_found(
    whatsapp: WhatsApp, luz: WhatsAppUser, bubble: Bubble
) -> None:
    await whatsapp.send(luz.address, Bubble("otra cosa"), "send-1")
    assert await whatsapp.find_sent(luz.address, bubble, datetime.now(UTC)) is None


async def test_the_same_words_of_yesterday_are_not_taken_for_todays(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    await whatsapp.send(luz.address, Bubble("hola"), "send-1")
    since = datetime.now(UTC) + timedelta(seconds=5)
    assert await whatsapp.find_sent(luz.address, Bubble("hola"), since) is None


async def test_a_template_without_values_is_not_taken_for_any_other_message(
    whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    await whatsapp.send(luz.address, Bubble("hola"), "send-1")
    waiting = Bubble(template=Template("reply_waiting", "es"))
    assert await whatsapp.find_sent(luz.address, waiting, datetime.now(UTC)) is None


async def test_a_template_that_twilio_does_not_show_cannot_be_looked_up(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser
) -> None:
    box.twilio.contents.all[TEMPLATES["consultant_page"]["es"]].types = {}
    with pytest.raises(OutcomeUnknown):
        await whatsapp.find_sent(luz.address, Bubble(template=PAGE), datetime.now(UTC))


@pytest.mark.parametrize("fault", ["server_error", "drop"])
async def test_a_look_up_that_fails_is_to_be_tried_again(
    box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser, fault: str
) -> None:
    getattr(box.twilio.faults, fault)("messages.list")
    with pytest.raises(Unavailable):
        await whatsapp.find_sent(luz.address, Bubble("hola"), datetime.now(UTC))


# --- fetching what a person sent --------------------------------------------------------------------------


@pytest.fixture
async def photo(box: Sandbox, luz: WhatsAppUser) -> Attachment:
    bubble = await luz.send_photo(b"\xff\xd8photo")
    record = box.twilio.messages[bubble.id]
    url = box.twilio.media_url(record, next(iter(record.media.values())))
    return Attachment(AttachmentKind.IMAGE, reference=url, content_type="image/jpeg")


async def test_media_is_fetched_with_credentials_and_through_the_redirect(
    whatsapp: WhatsApp, photo: Attachment
) -> None:
    assert await whatsapp.fetch(photo) == b"\xff\xd8photo"


async def test_media_at_twilios_own_host_is_fetched_from_the_host_that_replaces_it(
    box: Sandbox, whatsapp: WhatsApp, photo: Attachment
) -> None:
    path = photo.reference.removeprefix(box.twilio_base)
    assert await whatsapp.fetch(Attachment(photo.kind, f"https://api.twilio.com{path}")) == b"\xff\xd8photo"


async def test_credentials_do_not_follow_a_redirect_to_another_host(box: Sandbox, office: Office) -> None:
    twilio, store = office.base.replace("127.0.0.1", "localhost"), office.base
    office.files["/store"] = Response(b"content")
    office.files["/moved"] = Response(status_code=307, headers={"Location": f"{store}/store"})
    channel = WhatsApp(whatsapp_settings(box, api_base=twilio))
    assert await channel.fetch(Attachment(AttachmentKind.IMAGE, f"{twilio}/moved")) == b"content"
    assert [given[:6] for given in office.authorizations] == ["Basic ", ""]
    await channel.close()


async def test_another_host_gets_no_credentials(whatsapp: WhatsApp, office: Office) -> None:
    office.files["/store"] = Response(b"content")
    assert await whatsapp.fetch(Attachment(AttachmentKind.IMAGE, f"{office.base}/store")) == b"content"
    assert office.authorizations == [""]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/gone", Rejected),
        ("/forbidden", BadConfig),
        ("/busy", Throttled),
        ("/broken", Unavailable),
        ("/huge", Rejected),
        ("/circle", Rejected),
    ],
)
async def test_what_cannot_be_fetched_is_named(
    box: Sandbox, office: Office, path: str, kind: type[SendError]
) -> None:
    office.files |= {
        "/forbidden": Response(status_code=401),
        "/busy": Response(status_code=429),
        "/broken": Response(status_code=503),
        "/huge": Response(bytes(20 * 2**20 + 1)),
        "/circle": Response(status_code=302, headers={"Location": "/circle"}),
    }
    channel = WhatsApp(whatsapp_settings(box, api_base=office.base))
    with pytest.raises(kind):
        await channel.fetch(Attachment(AttachmentKind.IMAGE, office.base + path))
    await channel.close()


@pytest.mark.parametrize("url", ["", "not a url", "ftp://x/y", "file:///etc/passwd", "http://[::1"])
async def test_a_reference_that_is_no_address_is_rejected(whatsapp: WhatsApp, url: str) -> None:
    with pytest.raises(Rejected):
        await whatsapp.fetch(Attachment(AttachmentKind.IMAGE, url))


async def test_plain_http_is_refused_where_twilio_is_the_real_one(box: Sandbox, office: Office) -> None:
    channel = WhatsApp(whatsapp_settings(box, api_base=""))
    with pytest.raises(Rejected):
        await channel.fetch(Attachment(AttachmentKind.IMAGE, f"{office.base}/store"))
    assert office.authorizations == []
    await channel.close()


async def test_media_that_was_deleted_is_rejected(
    box: Sandbox, whatsapp: WhatsApp, photo: Attachment
) -> None:
    box.twilio.messages.clear()
    with pytest.raises(Rejected):
        await whatsapp.fetch(photo)


async def test_a_store_that_does_not_answer_can_be_tried_again(box: Sandbox) -> None:
    closed = nobody_listens()
    channel = WhatsApp(whatsapp_settings(box, api_base=closed))
    with pytest.raises(Unavailable):
        await channel.fetch(Attachment(AttachmentKind.IMAGE, f"{closed}/x"))
    await channel.close()
