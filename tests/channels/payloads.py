"""Webhook bodies as the providers post them, with invented people. Each builder takes what differs."""

from typing import Any

Pairs = list[tuple[str, str]]
Fields = dict[str, Any]

OFFICE_NUMBER = "+14155550100"
PATIENT = "whatsapp:+525500000123"
BOT_ID = 700001
CHAT_ID = 5001


def whatsapp(**fields: str) -> Pairs:
    """An inbound text, blank fields included; a field given as "-" is left out."""
    body = {
        "SmsMessageSid": "SM00000000000000000000000000000001",
        "NumMedia": "0",
        "ProfileName": "Luz Prueba",
        "SmsSid": "SM00000000000000000000000000000001",
        "WaId": "525500000123",
        "SmsStatus": "received",
        "Body": "",
        "To": f"whatsapp:{OFFICE_NUMBER}",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": "SM00000000000000000000000000000001",
        "AccountSid": "AC00000000000000000000000000000001",
        "From": PATIENT,
        "ApiVersion": "2010-04-01",
        "FieldOfTomorrow": "x",
    } | fields
    return [(key, value) for key, value in body.items() if value != "-"]


def whatsapp_media(content_type: str, **fields: str) -> Pairs:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    return whatsapp(NumMedia="1", MediaUrl0=url, MediaContentType0=content_type, **fields)


def whatsapp_status(status: str, **fields: str) -> Pairs:
    body = {
        "SmsSid": "SM00000000000000000000000000000002",
        "MessageStatus": status,
        "SmsStatus": status,
        "MessageSid": "SM00000000000000000000000000000002",
        "To": PATIENT,
        "ChannelPrefix": "whatsapp",
        "From": f"whatsapp:{OFFICE_NUMBER}",
        "ErrorCode": "",
    } | fields
    return list(body.items())


def telegram(kind: str = "message", /, **fields: Any) -> Fields:
    """An update with a private message; a field given as None is left out."""
    message = {
        "message_id": 11,
        "from": sender(),
        "chat": private_chat(),
        "date": 1_790_000_000,
    } | fields
    return {"update_id": 900_001, kind: {key: value for key, value in message.items() if value is not None}}


def telegram_tap(**fields: Any) -> Fields:
    carrier = {"message_id": 10, "chat": private_chat(), "date": 1_790_000_000, "text": "¿En qué ayudo?"}
    query = {"id": "4400", "from": sender(), "message": carrier, "chat_instance": "1", "data": "t0k3n"}
    return {"update_id": 900_002, "callback_query": query | fields}


def telegram_member(status: str, **fields: Any) -> Fields:
    change = {
        "chat": private_chat(),
        "from": sender(),
        "date": 1_790_000_000,
        "old_chat_member": {"status": "member"},
        "new_chat_member": {"status": status},
    }
    return {"update_id": 900_003, "my_chat_member": change | fields}


def sender(**fields: Any) -> Fields:
    person = {
        "id": CHAT_ID,
        "is_bot": False,
        "first_name": "Ana",
        "last_name": "Prueba",
        "language_code": "es",
    }
    return person | fields


def private_chat(**fields: Any) -> Fields:
    return {"id": CHAT_ID, "type": "private", "first_name": "Ana"} | fields


def group_chat(**fields: Any) -> Fields:
    return {"id": -1009000000001, "type": "supergroup", "title": "Guardia"} | fields
