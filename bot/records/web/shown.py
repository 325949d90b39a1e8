"""What both pages share: how they are rendered, and the headers that keep a page to itself."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.records.told import text
from bot.services import Services

HERE = Path(__file__).parent
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(services: Services, template: str, language: str, status: int = 200, **known: Any) -> HTMLResponse:
    """A page in one language. In the template `say` renders a text of data/texts, `both` in both languages."""

    def say(key: str, **values: str) -> str:
        return text(services, key, language, **values)

    def both(key: str) -> list[tuple[str, str]]:
        return [(tongue, text(services, key, tongue)) for tongue in ("es", "en")]

    html = _environment().get_template(template).render(say=say, both=both, language=language, **known)
    return HTMLResponse(html, status, dict(HEADERS))
