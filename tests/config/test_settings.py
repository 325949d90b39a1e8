"""What may be set, what is refused, and in which words."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config import SECRETS, ConfigError, Settings, load_settings

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
OLDER_KEY = base64.urlsafe_b64encode(b"o" * 32).decode()
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "first",
    "TWILIO_WHATSAPP_FROM": "+525500000001",
    "PUBLIC_URL": "https://bot.example.org",
}

Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Settings from the given environment and `.env` text alone."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name in SECRETS:
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)

    def load(dotenv: str = "", **environment: str) -> Settings:
        (tmp_path / ".env").write_text(dotenv, "utf-8")
        for name, value in {"DATA_DIR": str(tmp_path), **environment}.items():
            monkeypatch.setenv(name, value)
        return load_settings(tmp_path / ".env")

    return load


def test_nothing_is_required_to_start(load: Load) -> None:
    settings = load()
    assert settings.port == 8080
    assert settings.database_url is None
    assert settings.sandbox_on
    assert settings.resolved_telegram_mode == "polling"


def test_an_empty_value_counts_as_unset(load: Load) -> None:
    settings = load(PORT="", TELEGRAM_BOT_TOKEN="", DATABASE_URL="", PUBLIC_URL="")
    assert settings.port == 8080
    assert not settings.telegram_configured
    assert settings.database_url is None


def test_the_environment_wins_over_dotenv(load: Load) -> None:
    assert load("PORT=9001\nHOST=0.0.0.0\n", PORT="9002").port == 9002
    assert load().host == "127.0.0.1"


def test_dotenv_is_read(load: Load) -> None:
    assert load("# office\nPORT=9001\n").port == 9001


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_come_from_a_file(load: Load, tmp_path: Path, name: str) -> None:
    content = {"encryption_key": KEY, "database_url": "postgresql://h/d"}.get(name, "s3cret")
    (tmp_path / "secret").write_text(f"{content}\n", "utf-8")
    others = {key: value for key, value in TWILIO.items() if key != name.upper()}
    settings = load(**others, **{f"{name.upper()}_FILE": str(tmp_path / "secret")})
    assert getattr(settings, name).get_secret_value() == content


def test_a_secret_given_twice_is_refused(load: Load, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CONSOLE_PASSWORD and CONSOLE_PASSWORD_FILE are both set"):
        load(CONSOLE_PASSWORD="s3cret", CONSOLE_PASSWORD_FILE=str(tmp_path / "x"))


def test_a_secret_file_that_is_missing_or_empty_is_named(load: Load, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"CONSOLE_PASSWORD_FILE cannot be read .*/nowhere\): No such file"):
        load(CONSOLE_PASSWORD_FILE="/nowhere")
    (tmp_path / "empty").touch()
    with pytest.raises(ConfigError, match="CONSOLE_PASSWORD_FILE names an empty file"):
        load(CONSOLE_PASSWORD_FILE=str(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "http", "PORT is wrong .*'http'.*integer"),
        ("PORT", "70000", "PORT is wrong .*less than or equal to 65535"),
        ("PUBLIC_URL", "bot.example.org", "PUBLIC_URL is wrong .*https://bot.example.org"),
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL is wrong: must begin with postgresql://"),
        ("OFFICE_FILE", "nowhere.yml", "OFFICE_FILE is wrong .*no such file"),
        ("SANDBOX", "yes", "SANDBOX is wrong .*'auto', 'on' or 'off'"),
        ("ENCRYPTION_KEY", "short", "ENCRYPTION_KEY is wrong: each key must be 32 bytes"),
        ("TELEGRAM_WEBHOOK_SECRET", "with space", "TELEGRAM_WEBHOOK_SECRET is wrong: may hold only letters"),
        ("TELEGRAM_BOT_TOKEN", "123/abc", "TELEGRAM_BOT_TOKEN is wrong: must be the token as BotFather"),
        ("TELEGRAM_STAFF_CHAT_ID", "guardia", "TELEGRAM_STAFF_CHAT_ID is wrong"),
        ("TELEGRAM_STAFF_CHAT_ID", "900000101", "TELEGRAM_STAFF_CHAT_ID is wrong .*begins with a minus"),
        ("TWILIO_AUTH_TOKEN", "a,b,c", "TWILIO_AUTH_TOKEN is wrong: must be one token, or two"),
        ("TWILIO_WHATSAPP_FROM", "5500000001", "TWILIO_WHATSAPP_FROM is wrong .*number like"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(load: Load, name: str, value: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        load(**{name: value})


def test_every_wrong_setting_is_named_at_once(load: Load) -> None:
    with pytest.raises(ConfigError) as raised:
        load(PORT="x", SANDBOX="x")
    assert [problem.split()[0] for problem in raised.value.problems] == ["PORT", "SANDBOX"]


@pytest.mark.parametrize(
    "name", ["ENCRYPTION_KEY", "TELEGRAM_BOT_TOKEN", "DATABASE_URL", "TWILIO_AUTH_TOKEN"]
)
def test_an_error_never_shows_a_secret(load: Load, name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(**{name: "s3cr/et,s3cr/et,s3cr/et"})
    assert "s3cr" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_settings_never_show_a_secret(load: Load) -> None:
    settings = load(**TWILIO, ENCRYPTION_KEY=KEY, DATABASE_URL="postgresql://u:s3cret@h/d")
    assert not any(secret in repr(settings) for secret in (KEY, "s3cret", "first"))


def test_settings_are_read_only(load: Load) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().port = 1


def test_half_of_twilio_names_the_other_half(load: Load) -> None:
    with pytest.raises(ConfigError) as raised:
        load(TWILIO_ACCOUNT_SID=TWILIO["TWILIO_ACCOUNT_SID"])
    named = [problem.split()[0] for problem in raised.value.problems]
    assert named == ["TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM"]


def test_a_messaging_service_does_for_the_sender(load: Load) -> None:
    rest = {name: value for name, value in TWILIO.items() if name != "TWILIO_WHATSAPP_FROM"}
    assert load(**rest, TWILIO_MESSAGING_SERVICE_SID="MG0").whatsapp_configured


def test_twilio_without_a_public_address_is_refused_unless_it_is_emulated(load: Load) -> None:
    with pytest.raises(ConfigError, match="PUBLIC_URL is missing: Twilio"):
        load(**{**TWILIO, "PUBLIC_URL": ""})
    assert load(TWILIO_API_BASE="http://127.0.0.1:9001").base_url == "http://127.0.0.1:8080"


def test_forced_webhooks_need_a_public_address(load: Load) -> None:
    with pytest.raises(ConfigError, match="PUBLIC_URL is missing: TELEGRAM_MODE=webhook"):
        load(TELEGRAM_MODE="webhook")


@pytest.mark.parametrize(
    ("mode", "public_url", "resolved"),
    [
        ("auto", "", "polling"),
        ("auto", "http://bot.example.org", "polling"),
        ("auto", "https://bot.example.org", "webhook"),
        ("webhook", "http://127.0.0.1:8080", "webhook"),
        ("polling", "https://bot.example.org", "polling"),
    ],
)
def test_telegram_mode_follows_the_public_address(
    load: Load, mode: str, public_url: str, resolved: str
) -> None:
    assert load(TELEGRAM_MODE=mode, PUBLIC_URL=public_url).resolved_telegram_mode == resolved


def test_a_real_token_turns_the_automatic_sandbox_off(load: Load) -> None:
    assert not load(TELEGRAM_BOT_TOKEN="123456:ABC").sandbox_on
    assert load(SANDBOX="on").sandbox_on


def test_two_twilio_tokens_while_rotating(load: Load) -> None:
    assert load(**{**TWILIO, "TWILIO_AUTH_TOKEN": "new, old"}).twilio_auth_tokens == ("new", "old")


@pytest.mark.parametrize("sender", ["+525500000001", "whatsapp:+525500000001", "+52 55 0000 0001"])
def test_the_sender_is_written_as_twilio_writes_it(load: Load, sender: str) -> None:
    assert load(**{**TWILIO, "TWILIO_WHATSAPP_FROM": sender}).twilio_whatsapp_from == "whatsapp:+525500000001"


def test_keys_come_newest_first_with_or_without_padding(load: Load) -> None:
    assert load(ENCRYPTION_KEY=f"{KEY.rstrip('=')},{OLDER_KEY}").encryption_keys == (b"k" * 32, b"o" * 32)


def test_a_key_made_here_earlier_still_decrypts_after_another_was_set(load: Load, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "ENCRYPTION_KEY").write_text(OLDER_KEY, "utf-8")
    assert load().encryption_keys == (b"o" * 32,)
    assert load(ENCRYPTION_KEY=KEY).encryption_keys == (b"k" * 32, b"o" * 32)


def test_the_address_for_the_database_is_the_drivers(load: Load) -> None:
    assert load(DATABASE_URL="postgres://u@h/d").database == "postgresql://u@h/d"
    with pytest.raises(ConfigError, match="DATABASE_URL is missing"):
        _ = load(DATABASE_URL="").database


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("10.0.0.5", "http://10.0.0.5:8080"),
    ],
)
def test_the_local_address_follows_the_host(load: Load, host: str, url: str) -> None:
    assert load(HOST=host).local_url == url


def test_a_child_with_the_environment_of_the_settings_has_the_same_settings(
    load: Load, tmp_path: Path
) -> None:
    settings = load(**TWILIO, ENCRYPTION_KEY=KEY, TELEGRAM_STAFF_CHAT_ID="-100")
    for name in TWILIO:
        os.environ.pop(name)
    assert load(**settings.environment()) == settings
