"""Which of the office's specialties a patient named: so that her case finds who knows it."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.named import told_lately
from bot.dialogue.choices import folded
from bot.entities import Entities, Named, subjects
from bot.office import Office
from bot.services import Services
from bot.store.tables import Case

OTHER = "other"  # in office.yml: whoever takes what has no specialist


async def specialty_of(services: Services, session: AsyncSession, case: Case) -> str:
    """The key of the specialty named last, as office.yml lists it; "" when none was named."""
    for message in await told_lately(session, services.entities, case):
        if found := listed(services.office, services.entities, message.named, message.text):
            return found
    return ""


def listed(office: Office, entities: Entities, named: list[Named], text: str) -> str:
    """The office's specialty that takes what was named: itself, the wider one, or `other`; or one of the office's own
    making, by its name."""
    for subject in subjects(named):
        for key in entities.within(subject.specialty):
            if key in office.specialties:
                return key
    words = folded(text)
    for key, titles in office.specialties.items():
        if any(folded(name) in words for name in (titles.es, titles.en)):
            return key
    return OTHER if subjects(named) and OTHER in office.specialties else ""
