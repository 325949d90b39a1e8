"""Small offices to ask things of."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.office import Office, load

ROOT = Path(__file__).parents[2]
MEXICO = ZoneInfo("America/Mexico_City")
_PLAIN: dict[str, Any] = {
    "name": "Oficina de prueba",
    "time_zone": "America/Mexico_City",
    "hours": {"mon-fri": "09:00-18:00"},
}
_SHIPPED = yaml.safe_load((ROOT / "data" / "office.yml").read_text(encoding="utf-8"))


def office(**keys: Any) -> Office:
    """An office with these keys; the rest is the least there can be."""
    needed = {name: _SHIPPED[name] for name in ("hospital", "emergency_numbers")}
    return Office.model_validate(needed | _PLAIN | keys)


def written(folder: Path, **keys: Any) -> Path:
    """The path of an office file with these keys; a key that is None is left out."""
    content = {key: value for key, value in (_PLAIN | keys).items() if value is not None}
    path = folder / "office.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def shipped_office() -> Office:
    return load(ROOT / "data" / "office.yml")
