"""One thought in five bubbles: what alone would earn a greeting, a menu or a fallback waits a moment for the next.

"hola" / "disculpe la hora" / "es mi mamá" / "le encontraron cáncer" / "¿la pueden ver?" is one question. Decided by what
Rasa would take the bubble for (`/model/parse` records nothing); never while the assistant awaits an answer, unless it asked
for one in the person's own words.
"""

from datetime import timedelta

from bot.conversation.intake import telling
from bot.conversation.turn import Later, Outcome, Turn
from bot.dialogue.rasa import RasaDown
from bot.store.tables import Message

QUIET = timedelta(seconds=3)  # no new bubble for so long: the thought is complete
LONGEST = timedelta(seconds=12)
UNFINISHED = timedelta(seconds=20)  # after "mi mamá está": the rest is being typed
WEAK = ("greet", "help", "chitchat", "out_of_scope", "affirm", "deny", "nlu_fallback")


async def gather(turn: Turn) -> Outcome | Later:
    thought = _plain_bubbles(turn)
    if turn.choice is not None or not thought:
        return Outcome.GO_ON
    begun = turn.only_begun(" ".join(message.body["text"] for message in thought))
    rest = _rest(turn, thought, UNFINISHED if begun else QUIET)
    if telling(turn):
        return _whole(turn, thought, rest)
    if turn.conversation.awaiting:
        return Outcome.GO_ON
    try:
        labels = [await _label(turn, message) for message in thought]
    except RasaDown:
        return Outcome.GO_ON  # `understand` decides what follows from that
    if labels[0] not in WEAK and not begun and not turn.only_begun(thought[0].body["text"]):
        return Outcome.GO_ON
    if rest > timedelta():
        return _look_again(rest)
    turn.messages = thought[: _second_question(turn, labels)]
    return Outcome.GO_ON


def _whole(turn: Turn, thought: list[Message], rest: timedelta) -> Outcome | Later:
    """What is told in one's own words, in as many bubbles as it takes, is one answer."""
    if rest > timedelta():
        return _look_again(rest)
    turn.messages = thought
    return Outcome.GO_ON


def _look_again(rest: timedelta) -> Later:
    """Within QUIET at the latest: what comes meanwhile is not kept waiting."""
    return Later(min(rest, QUIET).total_seconds(), failed=False)


def _rest(turn: Turn, thought: list[Message], quiet: timedelta) -> timedelta:
    """How long the next bubble is waited for; nothing when what follows is no part of the thought."""
    rest = quiet - (turn.now - thought[-1].received_at)
    over = len(thought) < len(turn.waiting) or turn.now - thought[0].received_at >= max(LONGEST, quiet)
    return timedelta() if over else rest


async def _label(turn: Turn, message: Message) -> str:
    """What the bubble would be taken for if it came alone."""
    return (await turn.services.rasa.parse(message.body["text"])).label


def _second_question(turn: Turn, labels: list[str]) -> int:
    """Where another question begins: two questions are two answers, however fast they were typed."""
    asked = ""
    for position, label in enumerate(labels):
        if turn.services.labels.group(label) != "questions":
            continue
        if asked not in ("", label):
            return position
        asked = label
    return len(labels)


def _plain_bubbles(turn: Turn) -> list[Message]:
    """The leading bubbles that hold words only: no command, nothing tapped or attached, answered by nobody yet."""
    plain: list[Message] = []
    for message in turn.waiting:
        body = message.body
        if not body.get("text", "").strip() or body.get("attachments") or body.get("choice"):
            break
        if body.get("opt_out_type") or turn.services.texts.command(body["text"]):
            break
        if message.verdict not in (None, "none"):
            break
        plain.append(message)
    return plain
