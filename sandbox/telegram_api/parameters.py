"""The parameters of a call, however they came: query, form, multipart or JSON."""

import json
import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.telegram_api.errors import ApiError, bad_request

_MOST_UPLOAD = 50 * 1024 * 1024
_HALF_SIGN = re.compile(r"[\ud800-\udfff]")


class Parameters:
    """Typed access to what the caller sent; a wrong type is Telegram's 400."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self._values.get(name, default)
        if value is None:
            return default
        if _HALF_SIGN.search(str(value)):
            raise bad_request("strings must be encoded in UTF-8")
        return str(value)

    def number(self, name: str, default: int | None = None) -> int | None:
        value = self._values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f'field "{name}" must be a Number') from None

    def decimal(self, name: str) -> float:
        try:
            return float(str(self._values.get(name)))
        except ValueError:
            raise bad_request(f'field "{name}" must be a Number') from None

    def flag(self, name: str) -> bool:
        return str(self._values.get(name, "")).lower() in {"true", "1"}

    def json(self, name: str) -> Any:
        """A structure, which form calls send as a JSON string; None when absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name}: invalid JSON") from None

    def upload(self, name: str) -> UploadFile | None:
        """The file of a multipart call, sent in place or as `attach://<part>`."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self._values.get(value.removeprefix("attach://"))
        return value if isinstance(value, UploadFile) else None

    def plain(self) -> dict[str, Any]:
        """For the record of calls: files by name only."""
        return {k: v.filename if isinstance(v, UploadFile) else v for k, v in self._values.items()}


async def read(request: Request) -> Parameters:
    """Collect the parameters of a request; ApiError 400 on broken JSON, 413 past 50 MB."""
    if int(request.headers.get("content-length", "0") or 0) > _MOST_UPLOAD:
        raise ApiError(413)
    values: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        values |= await _json_body(request)
    elif kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        values |= dict(await request.form(max_part_size=_MOST_UPLOAD))
    return Parameters(values)


async def _json_body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    return body if isinstance(body, dict) else {}
