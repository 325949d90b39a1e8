"""Whether somebody asks to be telephoned: "llámenme al 55…", "can somebody call me tomorrow at 5?". The number and the time
are read where the call is noted (bot/conversation/callback.py)."""

import re

from engine.folding import fold

# "¿Me pueden llamar?", "que me marquen": never "me llamo Luz", "me llaman Luz", "call me Lucy".
_ES = re.compile(
    r"\b(?:llamen?me|llamen?nos|llamame|llamanos|marquen?me|marquen?nos|marcame|echen?me una llamada"
    r"|(?:me|nos) (?:pueden?|podrian?|pudieran?|puedes|podrias)(?: \w+){0,2}? (?:llamar|marcar|hablar por tel\w*)"
    r"|(?:pueden?|podrian?|pudieran?) (?:llamar|marcar)(?:me|nos)"
    r"|que (?:alguien )?(?:me|nos) (?:llamen?|marquen?|hablen? por tel\w*)"
    r"|(?:me|nos) (?:llaman|marcan) (?:al \d+|por favor|porfa\w*|manana|hoy|el|a las?|cuando|despues|en la)"
    r"|(?:devuel(?:van?|ve)|regre(?:sen?|sa))(?:me|nos) la llamada"
    r"|(?:quiero|quisiera|prefiero|necesito|espero|pido) (?:una|su|la) llamada)\b(?P<next>[^\w]*\w*)"
)
_EN = re.compile(
    r"\b(?:(?:call|phone|ring) (?:me|us)(?= *(?:$|[.,!?;:)\d+(]|(?:back|at|on|to|tomorrow|tmrw|tonight|today|this|next|later"
    r"|now|please|pls|asap|as|when|whenever|in|after|before|about|between|around|if|instead|and|or|any\w*|some\w*"
    r"|mon|tue|wed|thu|fri|sat|sun)\w*\b))"
    r"|give (?:me|us) a (?:call|ring)"
    r"|(?:have|ask) (?:someone|somebody|them|her|him) (?:to )?(?:call|phone|ring) (?:me|us)"
    r"|(?:want|need|like|prefer|request\w*) a (?:phone )?call(?:back| back)?\b(?! from (?:the|my) (?:bank|insurance)))"
)
_NOT = re.compile(
    r"\b(?:no|nunca|jamas|ya no|sin que|not|don'?t|dont|never|please don'?t|why|stop|didn'?t|nadie|nobody)"
    r"(?:\s+\w+){0,2}\s*$"
)
_NAMES = re.compile(r"[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+")
_DAYS = re.compile(r"(?:lun|mar|mie|jue|vie|sab|dom|hoy|man|por|al|a|en|cuan|si|despues)")


def wants_call(text: str) -> bool:
    """Whether `text` asks for a call to whoever writes."""
    folded = "".join(fold(sign)[:1] or " " for sign in text)
    for pattern in (_ES, _EN):
        for found in pattern.finditer(folded):
            if not _NOT.search(folded[: found.start()]) and not _is_a_name(text, found):
                return True
    return False


def _is_a_name(text: str, found: re.Match[str]) -> bool:
    """ "Llámenme Luz" says how to be addressed."""
    if "next" not in found.groupdict():
        return False
    following = text[found.start("next") : found.end("next")]
    word = following.strip()
    return following[:1] == " " and bool(_NAMES.fullmatch(word)) and not _DAYS.match(fold(word))
