"""The pages as HTML: templates beside this file, every word from data/texts."""

import functools
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import FileResponse, HTMLResponse, Response

from bot.console.visit import Visit

FOLDER = Path(__file__).parent / "templates"
ASSETS = {"page.css": "text/css", "page.js": "text/javascript"}


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def shown(visit: Visit, name: str, status: int = 200, **values: Any) -> Response:
    """The page `name`. In it `t` says a text of console.yml, `word` one of the words for our values, `button` the title of an
    order."""
    texts, services = visit.services.texts, visit.services

    def word(kind: str, value: str) -> str:
        return texts.word(kind, value, visit.language)

    def button(order: str) -> str:
        return texts.title(order, visit.language)

    template = _environment().get_template(f"{name}.html.j2")
    office = services.office.name.es if visit.language == "es" else services.office.name.en
    values |= {"seal": functools.partial(_seal, visit)}
    values |= {
        "visit": visit,
        "t": functools.partial(text, visit),
        "word": word,
        "button": button,
        "office": office,
    }
    return HTMLResponse(template.render(**values, page=name), status)


def text(visit: Visit, key: str, **values: str) -> str:
    """A text of console.yml in the language of the visit."""
    services = visit.services
    return services.texts.render(
        f"console.{key}", visit.language, values, services.office, services.real
    ).text


def _seal(visit: Visit) -> Markup:
    """The field with which a form proves that it is ours."""
    return Markup('<input type="hidden" name="seal" value="{}">').format(visit.seal)


async def asset(visit: Visit) -> Response:
    """The style or the script: nothing comes from elsewhere."""
    name = visit.request.path_params["asset"]
    if name not in ASSETS:
        return await unknown(visit)
    return FileResponse(FOLDER / name, media_type=ASSETS[name])


async def unknown(visit: Visit) -> Response:
    return shown(visit, "message", 404, key="unknown")


async def refused(visit: Visit) -> Response:
    return shown(visit, "message", 403, key="refused")
