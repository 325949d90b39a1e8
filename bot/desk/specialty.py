"""Which of the office's specialties a patient named: so that her case finds who knows it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.named import told_lately
from bot.dialogue.choices import folded
from bot.entities import Entities, Named, Subject, subjects
from bot.journeys.card import specialty
from bot.office import Office
from bot.services import Services
from bot.store.tables import Case

OTHER = "other"  # in office.yml: whoever takes what has no specialist


async def specialty_of(services: Services, session: AsyncSession, case: Case) -> str:
    """The key of the specialty named last, as office.yml lists it; "" when none was named."""
    if chosen := await specialty(session, case):
        return _taken_by(services.office, services.entities, [Subject.read(chosen)])
    for message in await told_lately(session, services.entities, case):
        if found := listed(services.office, services.entities, message.named, message.text):
            return found
    return ""


def listed(office: Office, entities: Entities, named: list[Named], text: str) -> str:
    """The office's specialty that takes what was named: itself, the wider one, or `other`; or one of the office's own
    making, by its name."""
    words = folded(text)
    own = next(
        (
            key
            for key, titles in office.specialties.items()
            if any(folded(name) in words for name in (titles.es, titles.en))
        ),
        "",
    )
    found = _taken_by(office, entities, subjects(named))
    return own if own and found in ("", OTHER) else found


def _taken_by(office: Office, entities: Entities, wanted: Sequence[Subject]) -> str:
    """The first that the office lists: the specialty itself, or the wider one; else `other`."""
    for subject in wanted:
        for key in entities.within(subject.specialty):
            if key in office.specialties:
                return key
    return OTHER if wanted and OTHER in office.specialties else ""
