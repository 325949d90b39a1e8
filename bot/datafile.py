"""Reads the YAML files under data/: strictly, and with errors an operator can act on."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError


class DataFileError(ValueError):
    """A data file cannot be read. The message names the file and the line."""


class _StrictLoader(yaml.CSafeLoader):
    """A safe loader, but a key that is given twice is an error: YAML itself would drop the first in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                line = key_node.start_mark.line + 1
                raise yaml.MarkedYAMLError(problem=f"line {line}: the key {key_node.value!r} is given twice")
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a file holds. Raises DataFileError when it is missing, no YAML, or no mapping."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 (a SafeLoader)
    except FileNotFoundError as error:
        raise DataFileError(f"{path}: there is no such file") from error
    except yaml.YAMLError as error:
        raise DataFileError(f"{path.name}: {_one_line(error)}") from error
    if not isinstance(content, dict):
        raise DataFileError(f"{path.name}: expected keys and values")
    return content


def read_as[T](path: Path, shape: type[T]) -> T:
    """What a file holds, in that shape. Raises DataFileError with every problem, one a line."""
    try:
        return TypeAdapter(shape).validate_python(read_yaml(path))
    except ValidationError as error:
        raise DataFileError("\n".join(f"{path.name}: {problem}" for problem in problems(error))) from error


def problems(error: ValidationError) -> list[str]:
    """One line per problem: `consultants[1].hours: expected …`."""
    return [f"{_where(detail['loc'])}: {_what(detail)}" for detail in error.errors(include_url=False)]


def _where(location: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).lstrip(".") or "the file"


def _what(detail: Any) -> str:
    if detail["type"] == "extra_forbidden":
        return "unknown key"
    if detail["type"] == "missing":
        return "missing"
    return str(detail["msg"]).removeprefix("Value error, ")


def _one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())
