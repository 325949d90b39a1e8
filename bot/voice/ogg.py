"""Whether a file is a voice note as both channels play it: Opus in Ogg (RFC 7845). By its content; pure."""

LARGEST = 16 * 1024 * 1024  # bytes; WhatsApp carries no more
CONTENT_TYPE = "audio/ogg; codecs=opus"  # as WhatsApp wants it named, to show it as a voice note

_PAGE, _HEAD = b"OggS", b"OpusHead"
_RATE = 48_000  # of Opus, whatever was recorded
_FIRST = 28  # bytes of a page's header with one segment: where the first packet begins


class NotVoice(Exception):
    """The file is not kept. `reason` is the end of a text key: `desk.voice.<reason>`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def seconds(content: bytes) -> int:
    """How long the note is, at least 1. Raises NotVoice for anything else, and for what WhatsApp does not carry."""
    if not content.startswith(_PAGE) or content[_FIRST : _FIRST + len(_HEAD)] != _HEAD:
        raise NotVoice("not_voice")
    if len(content) > LARGEST:
        raise NotVoice("too_large")
    last = content.rfind(_PAGE)
    played = int.from_bytes(content[last + 6 : last + 14], "little")  # samples up to the end of that page
    skipped = int.from_bytes(content[_FIRST + 10 : _FIRST + 12], "little")
    return max(1, round((played - skipped) / _RATE))
