"""Who is in a case besides its patient: a consultant invites somebody, sees who is there, removes."""

from collections.abc import Sequence

from bot.desk.cases import append
from bot.desk.desk import LISTED, Desk, Order, Refusal, shortened
from bot.dialogue.say import Offer, Say
from bot.family import contacts, inviting, joining, leaving
from bot.store.tables import Case, ContactOfCase


async def invite(desk: Desk, order: Order) -> Sequence[Say]:
    """Two bubbles: what it is, and the invitation itself, to be forwarded as it is."""
    case = await _hers(desk, order)
    if isinstance(case, list):
        return case
    handed = await inviting.invite(desk.services, desk.session, case, consultant_id=desk.me.id)
    await append(desk.services, desk.session, case, "contact_invited", desk.me.id)
    values = await inviting.values(desk.services, handed, desk.me.language)
    told = Say("desk.family.invited", {"case": str(case.id), "until": values["until"]})
    return [told, Say("family.invitation", values, options=())]


async def family(desk: Desk, order: Order) -> Sequence[Say]:
    """Each with what she declared, and a button that removes her."""
    case = await _hers(desk, order)
    if isinstance(case, list):
        return case
    values, people = {"case": str(case.id)}, await contacts.relatives(desk.session, case)
    invite = Offer("invite_family", {"do": "invite", "case": case.id})
    if not people:
        return [Say("desk.family.nobody", values, options=[invite])]
    lines, offers = [], []
    for one in people[: LISTED - 1]:
        line = await joining.in_words(desk.services, desk.session, case, one.row, one.chat, desk.me.language)
        lines.append(line)
        meaning = {"do": "remove_contact", "case": case.id, "row": one.row.id}
        name = await contacts.label(desk.services, desk.session, case, one.chat, desk.me.language) or "–"
        title = f"{desk.services.texts.title('remove_contact', desk.me.language)} {name}"
        offers.append(Offer("remove_contact", meaning, shortened(title)))
    return [Say("desk.family.list", {**values, "lines": "\n".join(lines)}, options=[*offers, invite])]


async def remove_contact(desk: Desk, order: Order) -> Sequence[Say]:
    """By a button only: it names whom."""
    case = await _writable(desk, order.number)
    row = await desk.session.get(ContactOfCase, order.meaning["row"], populate_existing=True)
    if row is None or row.case_id != case.id or row.revoked_at:
        return [Say("desk.family.gone", {"case": str(case.id)})]
    name = await leaving.end(desk.services, desk.session, case, row, who=desk.me.id)
    return [Say("desk.family.removed", {"case": str(case.id), "name": name})]


async def _hers(desk: Desk, order: Order) -> Case | list[Say]:
    meant = await desk.meant(order, await desk.held())
    return meant if isinstance(meant, list) else await _writable(desk, meant.id)


async def _writable(desk: Desk, number: int) -> Case:
    """Open, and hers; the head of office may in any."""
    case = await desk.open_case(number)
    if case.holder_id != desk.me.id and not desk.me.listed.head:
        raise Refusal(Say("desk.not_yours", {"case": str(number)}))
    return case
