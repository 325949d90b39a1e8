"""Clinicians and researchers, who write as colleagues: known by what they want (to collaborate) or by how they introduce
themselves. Their cases are for the clinicians' lane; nothing of a patient is asked of them."""

import re

from bot.dialogue.choices import folded
from bot.entities import Entities
from bot.entities.named import values

_TITLES = (
    r"(?:medic[oa]|doctora?|dra?|cirujan[oa]|residente|investigador[a]?|enfermer[oa]|\w{4,}olog[oa]|pediatra|psiquiatra|"
    r"internista|profesor[a]?|physician|doctor|surgeon|resident|researcher|investigator|nurse|\w{4,}ologist|"
    r"pediatrician|psychiatrist|professor|scientist)"
)
_BETWEEN = r"(?:(?:el|la|un|una|a|an|the|attending|senior|clinical|principal|medico|medica)\s+)*"
_INTRODUCED = re.compile(
    rf"\b(?:soy|somos|les? escribe|habla|i am|i'm|im|we are|this is)\s+{_BETWEEN}{_TITLES}\b"
)
# A physician may write as a patient, or for her own mother: then she is one.
_AS_PATIENT = re.compile(
    r"\b(?:paciente|me diagnosticaron|tengo (?:cancer|dolor|un tumor)|para mi\b|patient myself|been diagnosed|for myself)"
)


def introduces(entities: Entities, text: str) -> bool:
    """Whether somebody says that she writes as a clinician or researcher, and of nobody of her own."""
    typed = folded(text)
    if not _INTRODUCED.search(typed) or _AS_PATIENT.search(typed):
        return False
    return not values(entities.find(text), "relative")
