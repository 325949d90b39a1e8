import base64
import hashlib
import hmac

import pytest

from bot.channels.whatsapp.verify import Pairs, signed_url, verify

from .payloads import whatsapp

TOKEN, OTHER_TOKEN = "token-one", "token-two"
URL = "https://puente.example/webhooks/whatsapp"


def sign(url: str, pairs: Pairs, token: str = TOKEN) -> str:
    """Twilio's recipe, written down independently of its SDK."""
    words = url + "".join(key + value for key, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), words.encode(), hashlib.sha1).digest()).decode()


def test_a_genuine_webhook_is_accepted() -> None:
    pairs = whatsapp(Body="hola, ¿cuánto cuesta?")
    assert verify(URL, pairs, sign(URL, pairs), [TOKEN])


@pytest.mark.parametrize("token", [TOKEN, OTHER_TOKEN])
def test_both_tokens_are_valid_while_they_rotate(token: str) -> None:
    pairs = whatsapp(Body="hola")
    assert verify(URL, pairs, sign(URL, pairs, token), [TOKEN, OTHER_TOKEN])


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param(whatsapp(Body=""), id="blank field"),
        pytest.param(whatsapp(Body="  hola \n"), id="whitespace kept"),
        pytest.param([*whatsapp(), ("Twice", "b"), ("Twice", "a"), ("Twice", "b")], id="repeated key"),
        pytest.param([("Body", "emoji 💙"), ("body", "x")], id="upper and lower case"),
        pytest.param([], id="no field at all"),
    ],
)
def test_every_field_counts_as_it_was_sent(pairs: Pairs) -> None:
    assert verify(URL, pairs, sign(URL, pairs), [TOKEN])


def test_the_query_string_is_part_of_what_is_signed() -> None:
    url = signed_url("https://puente.example/", "/webhooks/whatsapp/status", "send=7a%2F1")
    assert url == "https://puente.example/webhooks/whatsapp/status?send=7a%2F1"
    pairs = whatsapp()
    assert verify(url, pairs, sign(url, pairs), [TOKEN])
    assert not verify(url.partition("?")[0], pairs, sign(url, pairs), [TOKEN])


@pytest.mark.parametrize("named", ["https://puente.example:443/x", "https://puente.example/x"])
@pytest.mark.parametrize("called", ["https://puente.example:443/x", "https://puente.example/x"])
def test_a_port_may_be_named_or_not(named: str, called: str) -> None:
    pairs = whatsapp()
    assert verify(named, pairs, sign(called, pairs), [TOKEN])


def test_a_json_body_is_checked_by_its_hash() -> None:
    body = '{"texto": "hola"}'
    url = f"{URL}?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    assert verify(url, body, sign(url, []), [TOKEN])
    assert not verify(url, body + " ", sign(url, []), [TOKEN])


def _forged(pairs: Pairs) -> str:
    return sign(URL, pairs, "guessed")


@pytest.mark.parametrize(
    ("signature", "tokens"),
    [
        pytest.param("", [TOKEN], id="missing signature"),
        pytest.param("AAAA", [TOKEN], id="wrong length"),
        pytest.param("ñ", [TOKEN], id="not base64"),
        pytest.param(_forged(whatsapp()), [TOKEN], id="made with another token"),
        pytest.param(sign(URL, whatsapp()), [], id="no token configured"),
        pytest.param(sign(URL, whatsapp(), ""), [""], id="empty token configured"),
        pytest.param(
            sign("http://puente.example/webhooks/whatsapp", whatsapp()), [TOKEN], id="another scheme"
        ),
        pytest.param(sign(URL, whatsapp(Body="x")), [TOKEN], id="another body"),
    ],
)
def test_anything_else_is_refused(signature: str, tokens: list[str]) -> None:
    assert not verify(URL, whatsapp(), signature, tokens)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        pytest.param(URL, '{"texto": "hola"}', id="JSON without its hash"),
        pytest.param(f"{URL}#bodySHA256=00", "{}", id="hash in the fragment"),
        pytest.param("https://puente.example:port/x", whatsapp(), id="impossible port"),
        pytest.param(URL, [("Body", "\ud800")], id="lone surrogate"),
    ],
)
def test_what_cannot_be_checked_is_refused(url: str, body: Pairs | str) -> None:
    assert not verify(url, body, sign(url, []), [TOKEN])
