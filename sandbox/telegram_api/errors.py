"""Telegram's error answers."""

from collections.abc import Mapping
from http import HTTPStatus

_PHRASES = {409: "Conflict", 413: "Request Entity Too Large", 429: "Too Many Requests"}


class ApiError(Exception):
    """An `{"ok": false}` answer: code, description and, for 429 and migrations, parameters."""

    def __init__(self, code: int, detail: str = "", parameters: Mapping[str, int] | None = None) -> None:
        phrase = _PHRASES.get(code) or HTTPStatus(code).phrase
        super().__init__(phrase)
        self.code = code
        self.description = f"{phrase}: {detail}" if detail else phrase
        self.parameters = dict(parameters or {})

    def body(self) -> dict[str, object]:
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(detail: str) -> ApiError:
    return ApiError(400, detail)


def forbidden(detail: str) -> ApiError:
    return ApiError(403, detail)


def too_many_requests(seconds: int) -> ApiError:
    return ApiError(429, f"retry after {seconds}", {"retry_after": seconds})
