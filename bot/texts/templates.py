"""The wording of the WhatsApp templates, as submitted for approval (platform.md 1.7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import compile as pattern
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_VARIABLE = pattern(r"\{\{(\d+)\}\}")


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One template in one language: its text with {{1}}…, and what goes where."""

    text: str
    variables: tuple[str, ...]
    buttons: tuple[str, ...]  # names in buttons.yml: quick replies


class TemplateWording(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    category: Literal["UTILITY"]  # anything else is billed and refused otherwise
    variables: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    es: Annotated[str, Field(min_length=1, max_length=1024)]
    en: Annotated[str, Field(min_length=1, max_length=1024)]

    def text_in(self, language: str) -> TemplateText:
        return TemplateText(self.es if language == "es" else self.en, self.variables, self.buttons)

    def faults(self) -> Iterator[str]:
        """What WhatsApp would refuse: variables out of order, or at the beginning or end of the text."""
        expected = [str(place) for place in range(1, len(self.variables) + 1)]
        for language, text in (("es", self.es), ("en", self.en)):
            if _VARIABLE.findall(text) != expected:
                yield f"{language}: expected {{{{1}}}} to {{{{{len(expected)}}}}}, once each and in order"
            if _VARIABLE.match(text) or text.rstrip(" .!?").endswith("}}"):
                yield f"{language}: a template may not begin or end with a variable"
