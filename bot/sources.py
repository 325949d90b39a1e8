"""Where something stands in the YAML files under data/: file and line, for people who look it up."""

from functools import lru_cache
from pathlib import Path

import yaml

from bot.config import ROOT


def where(file: str, *way: str | int) -> str:
    """`data/safety/es.yml:738`: the line of a key, or of an item of a list, reached by the keys before it.

    `file` as seen from the project's root. A list's item is named by its position, or by its `id`. The file alone when the
    way leads nowhere. Raises OSError and yaml.YAMLError for a file that cannot be read.
    """
    node: yaml.Node | None = _root(ROOT / file)
    line = None
    for step in way:
        line, node = _child(node, step)
    return file if line is None else f"{file}:{line}"


def _child(node: yaml.Node | None, step: str | int) -> tuple[int | None, yaml.Node | None]:
    """The line of the child, from 1, and the child itself."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            if step == position or step == _id_of(item):
                return item.start_mark.line + 1, item
    return None, None


def _id_of(item: yaml.Node) -> str | None:
    if not isinstance(item, yaml.MappingNode):
        return None
    return next((value.value for key, value in item.value if key.value == "id"), None)


@lru_cache(maxsize=32)
def _root(path: Path) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return node
