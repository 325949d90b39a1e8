"""The stages of a turn, in order. Each says: reply and stop, stop silently, look again later, or go on.

invited             the word or link by which somebody becomes a consultant
contact_card        a shared contact is read, whoever it is for
identify            a consultant's bubble goes to the desk
screened            what a safety answer has answered is only recorded
danger              what only the model sees, where the assistant is not asked: answered and paged
blocked             a consultant has blocked them: silence, but for red flags
rights              MIS DATOS, BORRAR, REVOCAR, PRIVACIDAD, by word or button
opt_out             BAJA, STOP, ALTA: before any understanding
rated               a thumb after a case was closed, and what was written with it
visit_tapped        a button of an appointment: carried out, whoever holds the case, and without Rasa
ticked              what a file is, by a tap
summarised          resumen: the case in one bubble to forward
family              relatives: an invitation opened, its questions, who is in a case
person_in_charge    a consultant holds the case: her words and the patient's, nobody else's
colleague           a clinician or researcher introduces herself, or sends her card
assistant_off       the head of office has turned it off: every message is for a person
help_coming         after a danger: help was called, is coming or is there
contact_given       a contact card where a number was asked for
called_for          a number for a call that was asked for, or a correction of it
slip_in_hand        VOLANTE, a slip that was opened, and their buttons
my_files            the list of what they sent
cannot_open         voice, video, a bare picture: a person will look at it; records are kept
gather              five bubbles of one thought are one thought
third_language      one line in both languages, and the offer of a person
understand          Rasa
"""

from bot.conversation.assistant_off import assistant_off
from bot.conversation.blocked import blocked
from bot.conversation.callback import called_for
from bot.conversation.cannot_open import cannot_open
from bot.conversation.colleague import colleague, contact_card
from bot.conversation.contact_given import contact_given
from bot.conversation.danger import danger
from bot.conversation.family import family
from bot.conversation.gather import gather
from bot.conversation.help_called import help_coming
from bot.conversation.identify import identify
from bot.conversation.invited import invited
from bot.conversation.opt_out import opt_out
from bot.conversation.person_in_charge import person_in_charge
from bot.conversation.rated import rated
from bot.conversation.records import my_files, ticked
from bot.conversation.rights import rights
from bot.conversation.screened import screened
from bot.conversation.slips import slip_in_hand
from bot.conversation.summarised import summarised
from bot.conversation.third_language import third_language
from bot.conversation.turn import Stage
from bot.conversation.understand import understand
from bot.conversation.visit_tapped import visit_tapped

STAGES: tuple[Stage, ...] = (
    invited,
    contact_card,
    identify,
    screened,
    danger,
    blocked,
    rights,
    opt_out,
    rated,
    visit_tapped,
    ticked,
    summarised,
    family,
    person_in_charge,
    colleague,
    assistant_off,
    help_coming,
    contact_given,
    called_for,
    slip_in_hand,
    my_files,
    cannot_open,
    gather,
    third_language,
    understand,
)
