"""The stages of a turn, in order. Each says: reply and stop, stop silently, look again later, or go on.

identify            a consultant's bubble goes to the desk
screened            what a safety answer has answered is only recorded
opt_out             BAJA, STOP, ALTA: before any understanding
person_in_charge    a consultant holds the case: her words and the patient's, nobody else's
cannot_open         voice, video, a bare picture: a person will look at it
gather              five bubbles of one thought are one thought
third_language      one line in both languages, and the offer of a person
understand          Rasa
"""

from bot.conversation.cannot_open import cannot_open
from bot.conversation.gather import gather
from bot.conversation.identify import identify
from bot.conversation.opt_out import opt_out
from bot.conversation.person_in_charge import person_in_charge
from bot.conversation.screened import screened
from bot.conversation.third_language import third_language
from bot.conversation.turn import Stage
from bot.conversation.understand import understand

STAGES: tuple[Stage, ...] = (
    identify,
    screened,
    opt_out,
    person_in_charge,
    cannot_open,
    gather,
    third_language,
    understand,
)
