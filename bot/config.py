"""The only reader of the environment. What is missing or wrong is named at the start, with what to do.

Order: environment, then `.env`, then what `with_secrets` once made under DATA_DIR/secrets. `X_FILE` names a
file that holds the secret X. An empty value counts as unset.
"""

import base64
import binascii
import os
import re
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

SECRETS = (
    "encryption_key",
    "console_password",
    "telegram_bot_token",
    "telegram_webhook_secret",
    "twilio_auth_token",
    "database_url",
    "rasa_token",
    "actions_token",
    "sandbox_token",
)
MADE_HERE = (
    "encryption_key",
    "console_password",
    "telegram_webhook_secret",
    "rasa_token",
    "actions_token",
    "sandbox_token",
)


TELEGRAM_API = "https://api.telegram.org"


class ConfigError(Exception):
    """Settings that cannot work. The message names each setting and what to do; it never holds a secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Every setting of the outer contract, checked and read-only."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    port: int = Field(default=8080, ge=1, le=65535)
    host: str = "127.0.0.1"
    data_dir: Path = ROOT / "var"
    database_url: SecretStr | None = None
    office_file: Path = ROOT / "data" / "office.yml"
    public_url: str | None = None
    encryption_key: SecretStr | None = None
    console_password: SecretStr | None = None
    sandbox: Literal["auto", "on", "off"] = "auto"

    telegram_bot_token: SecretStr | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_mode: Literal["auto", "webhook", "polling"] = "auto"
    telegram_api_base: str = TELEGRAM_API
    telegram_staff_chat_id: int | None = None

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_whatsapp_from: str | None = None
    twilio_messaging_service_sid: str | None = None
    twilio_api_base: str | None = None

    rasa_url: str | None = None
    rasa_token: SecretStr | None = None
    actions_url: str | None = None
    actions_port: int | None = Field(default=None, ge=1, le=65535)
    actions_token: SecretStr | None = None
    sandbox_url: str | None = None
    sandbox_token: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`X_FILE` stands beside X on each level, so that the environment always wins over `.env`."""
        return (
            init_settings,
            _SecretFiles(settings_cls, env_settings),
            _SecretFiles(settings_cls, dotenv_settings),
            _MadeSecrets(settings_cls),
        )

    @field_validator("data_dir", "office_file")
    @classmethod
    def _from_the_checkout(cls, path: Path) -> Path:
        return (ROOT / path.expanduser()).absolute()

    @field_validator("office_file")
    @classmethod
    def _readable(cls, path: Path) -> Path:
        if not path.is_file():
            raise ValueError("there is no such file")
        return path

    @field_validator("public_url", "telegram_api_base", "twilio_api_base", "rasa_url", "sandbox_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        return None if url is None else _address(url)

    @field_validator("actions_url")
    @classmethod
    def _web_address_with_token(cls, url: str | None) -> str | None:
        """May carry `?token=`, as it is what Rasa posts to."""
        if url is not None:
            _address(url.partition("?")[0])
        return url

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        scheme, separator, rest = url.get_secret_value().partition("://")
        if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
            raise ValueError("must begin with postgresql:// (no other database is supported)")
        return SecretStr(f"postgresql://{rest}")

    @field_validator("encryption_key")
    @classmethod
    def _whole_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _keys(value.get_secret_value())
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _fits_in_a_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[\w:.-]+", value.get_secret_value()):
            raise ValueError("must be the token as BotFather shows it, like 123456:ABC…")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _fits_in_the_header(cls, value: SecretStr | None) -> SecretStr | None:
        """Bot API, setWebhook, secret_token: 1-256 characters of A-Z a-z 0-9 _ -."""
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError(
                "may hold only letters, digits, _ and - (at most 256): Telegram accepts no other"
            )
        return value

    @field_validator("telegram_staff_chat_id")
    @classmethod
    def _a_group(cls, value: int | None) -> int | None:
        if value is not None and value >= 0:
            raise ValueError("must be the id of a group, which begins with a minus, like -1001234567890")
        return value

    @field_validator("twilio_auth_token")
    @classmethod
    def _one_or_two(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not 1 <= len(_listed(value)) <= 2:
            raise ValueError("must be one token, or two with a comma between them while rotating")
        return value

    @field_validator("twilio_whatsapp_from")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        if value is None:
            return None
        number = value.removeprefix("whatsapp:").replace(" ", "")
        if not re.fullmatch(r"\+\d{6,15}", number):
            raise ValueError("must be the sender's number like +525500000000")
        return f"whatsapp:{number}"

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        problems = [*self._twilio_gaps(), *self._webhook_gaps()]
        if problems:
            raise ConfigError(problems)
        return self

    def _twilio_gaps(self) -> list[str]:
        if not any((self.twilio_account_sid, self.twilio_auth_token, self.twilio_whatsapp_from)):
            return []
        needed = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_WHATSAPP_FROM": self.twilio_whatsapp_from or self.twilio_messaging_service_sid,
        }
        rest = "set it too (Twilio console), or unset all TWILIO_… to go without WhatsApp"
        return [f"{name} is missing: {rest}" for name, value in needed.items() if not value]

    def _webhook_gaps(self) -> list[str]:
        """An own TWILIO_API_BASE is an emulator on this machine, which can call the loopback address."""
        if self.public_url:
            return []
        address = "set it to the https address at which the provider reaches this server"
        gaps = []
        if self.twilio_auth_token and not self.twilio_api_base:
            gaps.append(
                f"PUBLIC_URL is missing: Twilio delivers messages only to a public address; {address}"
            )
        if self.telegram_mode == "webhook" and self.telegram_api_base == TELEGRAM_API:
            gaps.append(f"PUBLIC_URL is missing: TELEGRAM_MODE=webhook needs it; {address}, or use polling")
        return gaps

    @property
    def telegram_configured(self) -> bool:
        return self.telegram_bot_token is not None

    @property
    def whatsapp_configured(self) -> bool:
        return self.twilio_auth_token is not None

    @property
    def sandbox_on(self) -> bool:
        """`auto`: on as long as no provider's token is set."""
        if self.sandbox == "auto":
            return not (self.telegram_configured or self.whatsapp_configured)
        return self.sandbox == "on"

    @property
    def real_providers(self) -> bool:
        """Whether real people may read what is sent: then nothing invented is said, sandbox or not."""
        telegram = self.telegram_configured and self.telegram_api_base == TELEGRAM_API
        whatsapp = self.whatsapp_configured and self.twilio_api_base is None
        return telegram or whatsapp or not self.sandbox_on

    @property
    def sandbox_clock(self) -> Path | None:
        """The file in which the sandbox keeps its moved clock. None wherever real people may be: there time is true."""
        return None if self.real_providers else self.data_dir / "sandbox-clock"

    @property
    def resolved_telegram_mode(self) -> Literal["webhook", "polling"]:
        """`auto`: webhook with an https PUBLIC_URL, else polling."""
        if self.telegram_mode == "auto":
            return "webhook" if (self.public_url or "").startswith("https://") else "polling"
        return self.telegram_mode

    @property
    def local_url(self) -> str:
        """Where this server is reached from this machine."""
        everywhere = self.host in ("0.0.0.0", "::", "")  # noqa: S104 (compared, not bound)
        host = "127.0.0.1" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What providers are told to call: PUBLIC_URL, or this machine (sandbox and emulators)."""
        return self.public_url or self.local_url

    @property
    def database(self) -> str:
        """The `postgresql://` address for psycopg. Raises ConfigError when no server was given or started."""
        if self.database_url is None:
            raise ConfigError(
                ["DATABASE_URL is missing: start with `make run`, which brings a database along"]
            )
        return self.database_url.get_secret_value()

    @property
    def twilio_auth_tokens(self) -> tuple[str, ...]:
        """One, or two while rotating; the first signs in, both verify."""
        return _listed(self.twilio_auth_token) if self.twilio_auth_token else ()

    @property
    def encryption_keys(self) -> tuple[bytes, ...]:
        """32 bytes each, newest first. A key made here earlier stays, last: old data stays readable."""
        if self.encryption_key is None:
            raise ConfigError(["ENCRYPTION_KEY is missing: start with `make run`, which makes one"])
        keys = _keys(self.encryption_key.get_secret_value())
        made = made_secret(self.data_dir, "encryption_key")
        return tuple(dict.fromkeys((*keys, *_keys(made or ""))))

    def environment(self) -> dict[str, str]:
        """Everything set here as the environment of a child process; secrets in clear, so never log it."""
        values = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name.upper(): _plain(value) for name, value in values if value is not None}


class _SecretFiles(PydanticBaseSettingsSource):
    """One level of settings (environment or `.env`), its `X_FILE` read into X."""

    def __init__(self, settings_cls: type[BaseSettings], level: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self.level = level

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self.level.get_field_value(field, field_name)

    def __call__(self) -> dict[str, Any]:
        values = self.level()
        names = {name.lower(): value for name, value in self.level.env_vars.items()}  # type: ignore[attr-defined]
        for secret in SECRETS:
            path = names.get(f"{secret}_file")
            if path and secret in values:
                raise ConfigError(
                    [f"{secret.upper()} and {secret.upper()}_FILE are both set: keep one of them"]
                )
            if path:
                values[secret] = _from_file(secret, path)
        return values


class _MadeSecrets(PydanticBaseSettingsSource):
    """What `with_secrets` made earlier under DATA_DIR."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        data_dir = ROOT / Path(self.current_state.get("data_dir") or "var").expanduser()
        found = {name: made_secret(data_dir, name) for name in MADE_HERE}
        return {name: value for name, value in found.items() if value}


def load_settings(env_file: Path = ROOT / ".env") -> Settings:
    """Settings from the environment and `.env`. Raises ConfigError naming every setting that is wrong."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        raise ConfigError([_explain(detail) for detail in error.errors()]) from None


def _explain(detail: Any) -> str:
    name = str(detail["loc"][0]) if detail["loc"] else "settings"
    reason = detail["msg"].removeprefix("Value error, ")
    shown = "" if name in SECRETS else f" (it is {detail['input']!r})"
    return f"{name.upper()} is wrong{shown}: {reason}. Correct it in the environment or in .env, or unset it"


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address like https://bot.example.org, without ? or #")
    return url.rstrip("/")


def _listed(value: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.get_secret_value().split(",") if part.strip())


def _keys(value: str) -> tuple[bytes, ...]:
    """Comma-separated url-safe base64, padding optional. Raises ValueError, without the value."""
    return tuple(_key(part.strip()) for part in value.split(",") if part.strip())


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ValueError("each key must be 32 bytes in url-safe base64 (44 characters)")
    return key


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _from_file(secret: str, path: str) -> str:
    try:
        content = Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise ConfigError([f"{secret.upper()}_FILE cannot be read ({path}): {reason}"]) from None
    if not content:
        raise ConfigError([f"{secret.upper()}_FILE names an empty file ({path}): put the secret into it"])
    return content


def foreign_environment() -> dict[str, str]:
    """The environment without any setting of ours: what a child may inherit besides what it is given."""
    ours = {name.upper() for name in Settings.model_fields} | {f"{name.upper()}_FILE" for name in SECRETS}
    return {name: value for name, value in os.environ.items() if name.upper() not in ours}


def secret_file(data_dir: Path, name: str) -> Path:
    """Where a secret made here lies (`bot.supervisor.secrets` makes it)."""
    return data_dir / "secrets" / name.upper()


def made_secret(data_dir: Path, name: str) -> str | None:
    """A secret made here earlier, or None. Raises ConfigError when it may not be read."""
    path = secret_file(data_dir, name)
    try:
        return path.read_text("utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError([f"{path} cannot be read: {error.strerror}"]) from None
