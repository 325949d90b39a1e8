from typing import Any

import pytest

from bot.channels.base import (
    Attachment,
    AttachmentKind,
    ChannelName,
    DeliveryStatus,
    Ignored,
    Message,
    StatusUpdate,
)
from bot.channels.errors import (
    BadConfig,
    ContactUnreachable,
    Malformed,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    WindowClosed,
)
from bot.channels.whatsapp.parse import parse_inbound, parse_status

from .payloads import OFFICE_NUMBER, PATIENT, Pairs, whatsapp, whatsapp_media, whatsapp_status

URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def message(pairs: Pairs) -> Message:
    event = parse_inbound(pairs)
    assert isinstance(event, Message)
    return event


def test_a_text_becomes_a_message() -> None:
    assert parse_inbound(whatsapp(Body="hola")) == Message(
        channel=ChannelName.WHATSAPP,
        account=OFFICE_NUMBER,
        provider_id="SM00000000000000000000000000000001",
        address=PATIENT,
        text="hola",
        aliases=("+525500000123",),
        phone="+525500000123",
        sender_name="Luz Prueba",
        message_ref="SM00000000000000000000000000000001",
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"Body": " a\n\tb "}, {"text": " a\n\tb "}, id="text is left as it is"),
        pytest.param({"Body": "a\x00b\ud83d"}, {"text": "ab"}, id="what cannot be stored is dropped"),
        pytest.param({"Body": "hola", "OptOutType": "stop"}, {"opt_out_type": "STOP"}, id="opt-out"),
        pytest.param(
            {"Body": "sí", "OriginalRepliedMessageSid": "SM9", "OriginalRepliedMessageSender": PATIENT},
            {"quoted_id": "SM9"},
            id="quoted reply",
        ),
        pytest.param(
            {"Body": "Sí", "ButtonText": "Sí", "ButtonPayload": "t0k3n", "ButtonType": "REPLY"},
            {"text": "Sí", "choice": "t0k3n"},
            id="tapped button",
        ),
        pytest.param({"ButtonText": "Sí", "ButtonPayload": "t"}, {"text": "Sí", "choice": "t"}, id="no body"),
        pytest.param(
            {"ListId": "row7", "ListTitle": "Lunes 9:00", "MessageType": "interactive"},
            {"text": "Lunes 9:00", "choice": "row7"},
            id="list row",
        ),
        pytest.param(
            {"Body": "hola", "InteractiveData": '{"a":1}', "FlowData": "{}", "ChannelMetadata": "{broken"},
            {"text": "hola", "choice": "", "attachments": ()},
            id="flows and metadata are not read",
        ),
        pytest.param(
            {"Body": "info", "ReferralNumMedia": "1", "ReferralMediaUrl": "https://x", "ReferralBody": "ad"},
            {"text": "info", "attachments": ()},
            id="an advert is not the person's",
        ),
        pytest.param({"Body": "x", "NumMedia": "many"}, {"attachments": ()}, id="junk in NumMedia"),
        pytest.param({"Body": "x", "ProfileName": "-"}, {"sender_name": ""}, id="no name"),
        pytest.param({"Body": "x", "To": "-"}, {"account": ""}, id="no receiver"),
        pytest.param(
            {"Body": "x", "MessageSid": "-"}, {"provider_id": whatsapp()[0][1]}, id="older id field"
        ),
    ],
)
def test_fields_are_read(fields: dict[str, str], expected: dict[str, Any]) -> None:
    event = message(whatsapp(**fields))
    assert {name: getattr(event, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("fields", "aliases", "phone"),
    [
        pytest.param({}, ("+525500000123",), "+525500000123", id="number"),
        pytest.param(
            {"From": "whatsapp:+5215500000123"}, ("+525500000123",), "+525500000123", id="Mexico's old 1"
        ),
        pytest.param(
            {"ExternalUserId": "whatsapp:MX.1234"},
            ("+525500000123", "MX.1234"),
            "+525500000123",
            id="number and user id",
        ),
        pytest.param(
            {"ExternalUserId": "MX.1234"}, ("+525500000123", "MX.1234"), "+525500000123", id="no prefix"
        ),
        pytest.param({"ExternalUserId": ""}, ("+525500000123",), "+525500000123", id="blank user id"),
        pytest.param(
            {"From": "whatsapp:MX.1234", "ExternalUserId": "whatsapp:MX.1234"}, ("MX.1234",), "", id="user id"
        ),
        pytest.param({"From": "whatsapp:MX.1234"}, ("MX.1234",), "", id="user id named once, WaId not used"),
    ],
)
def test_a_person_is_known_by_all_her_addresses(
    fields: dict[str, str], aliases: tuple[str, ...], phone: str
) -> None:
    event = message(whatsapp(Body="hola", **fields))
    assert event.address == fields.get("From", PATIENT)
    assert (event.aliases, event.phone) == (aliases, phone)


@pytest.mark.parametrize(
    ("content_type", "message_type", "kind"),
    [
        ("image/jpeg", "image", AttachmentKind.IMAGE),
        ("image/webp", "sticker", AttachmentKind.STICKER),
        ("image/webp", "", AttachmentKind.IMAGE),
        ("application/pdf", "document", AttachmentKind.DOCUMENT),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "",
            AttachmentKind.DOCUMENT,
        ),
        ("text/plain; charset=utf-8", "document", AttachmentKind.DOCUMENT),
        ("audio/ogg; codecs=opus", "audio", AttachmentKind.AUDIO),
        ("video/mp4", "video", AttachmentKind.VIDEO),
        ("text/vcard", "contacts", AttachmentKind.CONTACT),
        ("text/x-vcard", "", AttachmentKind.CONTACT),
        ("", "audio", AttachmentKind.AUDIO),
        ("json", "", AttachmentKind.OTHER),
    ],
)
def test_media_is_sorted_by_what_it_is(content_type: str, message_type: str, kind: AttachmentKind) -> None:
    event = message(whatsapp_media(content_type, MessageType=message_type))
    assert event.attachments == (Attachment(kind, reference=URL, content_type=content_type),)
    assert event.text == ""


def test_media_keeps_its_caption() -> None:
    event = message(whatsapp_media("image/jpeg", Body="mi estudio"))
    assert (event.text, len(event.attachments)) == ("mi estudio", 1)


@pytest.mark.parametrize("count", ["0", "", "-", "abc"])
def test_media_counts_by_its_url_not_by_its_number(count: str) -> None:
    pairs = whatsapp(NumMedia=count, MediaUrl0=URL, MediaContentType0="image/jpeg")
    assert [found.kind for found in message(pairs).attachments] == [AttachmentKind.IMAGE]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param({"NumMedia": "1", "MessageType": "image"}, AttachmentKind.IMAGE, id="image without URL"),
        pytest.param({"NumMedia": "1"}, AttachmentKind.OTHER, id="media of unknown kind without URL"),
        pytest.param({"MessageType": "unknown"}, AttachmentKind.OTHER, id="unknown type"),
        pytest.param({"MessageType": "contacts"}, AttachmentKind.CONTACT, id="contact without card"),
        pytest.param({"MessageType": "poll"}, AttachmentKind.OTHER, id="type of tomorrow"),
        pytest.param({"MessageType": "interactive", "FlowData": "{}"}, AttachmentKind.OTHER, id="flow"),
    ],
)
def test_what_twilio_does_not_show_is_an_attachment_all_the_same(
    fields: dict[str, str], kind: AttachmentKind
) -> None:
    assert message(whatsapp(**fields)).attachments == (Attachment(kind),)


@pytest.mark.parametrize(
    ("fields", "latitude", "longitude", "label"),
    [
        pytest.param({"Latitude": "19.43", "Longitude": "-99.13"}, 19.43, -99.13, "", id="point"),
        pytest.param(
            {"Latitude": "19.43", "Longitude": "-99.13", "Label": "Ángel", "Address": "Reforma"},
            19.43,
            -99.13,
            "Ángel, Reforma",
            id="place",
        ),
        pytest.param({"Latitude": "north", "Longitude": "-99.13", "Label": "x"}, None, None, "x", id="junk"),
        pytest.param({"Latitude": "nan", "Longitude": "0"}, None, None, "", id="not a number"),
        pytest.param({"Latitude": "91", "Longitude": "0"}, None, None, "", id="beyond the pole"),
    ],
)
def test_a_location_is_read(
    fields: dict[str, str], latitude: float | None, longitude: float | None, label: str
) -> None:
    expected = Attachment(AttachmentKind.LOCATION, latitude=latitude, longitude=longitude, label=label)
    assert message(whatsapp(**fields)).attachments == (expected,)


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        pytest.param(whatsapp(Body="hi", From="+525500000123"), "other_channel", id="SMS"),
        pytest.param(whatsapp(Body="hi", From="messenger:123"), "other_channel", id="Messenger"),
        pytest.param(whatsapp(), "empty", id="nothing in it"),
        pytest.param(whatsapp(Body="\x00", MessageType="text"), "empty", id="nothing that can be stored"),
        pytest.param(whatsapp(MessageType="reaction"), "reaction", id="reaction"),
        pytest.param(whatsapp(MessageStatus="read"), "status", id="status callback at the wrong door"),
    ],
)
def test_what_is_nothing_for_us_is_ignored_with_a_reason(pairs: Pairs, reason: str) -> None:
    assert parse_inbound(pairs) == Ignored(ChannelName.WHATSAPP, reason)


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([], id="empty"),
        pytest.param(whatsapp(From=""), id="blank sender"),
        pytest.param(whatsapp(From="whatsapp:"), id="prefix only"),
        pytest.param(whatsapp(MessageSid="", SmsMessageSid=""), id="no id"),
    ],
)
def test_what_twilio_never_sends_is_malformed(pairs: Pairs) -> None:
    with pytest.raises(Malformed):
        parse_inbound(pairs)


def test_a_repeated_key_does_not_change_what_came_first() -> None:
    assert message([*whatsapp(Body="hola"), ("Body", "adiós")]).text == "hola"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("accepted", DeliveryStatus.ACCEPTED),
        ("queued", DeliveryStatus.ACCEPTED),
        ("sending", DeliveryStatus.ACCEPTED),
        ("sent", DeliveryStatus.SENT),
        ("delivered", DeliveryStatus.DELIVERED),
        ("read", DeliveryStatus.READ),
    ],
)
def test_a_status_is_read(status: str, expected: DeliveryStatus) -> None:
    update = parse_status(whatsapp_status(status), reference="send-1")
    sid = "SM00000000000000000000000000000002"
    assert update == StatusUpdate(ChannelName.WHATSAPP, sid, expected, None, "send-1")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("63016", WindowClosed),
        ("21610", ContactUnreachable),
        ("63014", ContactUnreachable),
        ("63003", ContactUnreachable),
        ("63018", Throttled),
        ("30001", Throttled),
        ("63007", BadConfig),
        ("63041", BadConfig),
        ("63012", Unavailable),
        ("63019", Unavailable),
        ("63013", Rejected),
        ("63032", Rejected),
        ("99999", Rejected),
        ("", Rejected),
    ],
)
@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_a_failure_carries_its_named_error(status: str, code: str, kind: type[SendError]) -> None:
    update = parse_status(whatsapp_status(status, ErrorCode=code, ErrorMessage="to +525500000123"))
    assert isinstance(update, StatusUpdate)
    assert update.status is DeliveryStatus.FAILED
    assert type(update.error) is kind
    assert "525500000123" not in str(update.error)


def test_an_error_code_of_a_message_that_is_on_its_way_is_no_failure() -> None:
    update = parse_status(whatsapp_status("sent", ErrorCode="0"))
    assert isinstance(update, StatusUpdate)
    assert update.error is None


@pytest.mark.parametrize("status", ["received", "telepathy", ""])
def test_an_unknown_status_is_ignored(status: str) -> None:
    assert parse_status(whatsapp_status(status)) == Ignored(ChannelName.WHATSAPP, "status")


def test_a_status_without_message_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_status(whatsapp_status("sent", MessageSid="", SmsSid=""))
