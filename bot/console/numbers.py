"""Numbers in addresses: pages and cases."""

from bot.console.visit import Visit

LONGEST = 18  # digits that the database holds as a number


def as_number(written: str) -> int:
    """0 for what is none."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= LONGEST else 0


def number_of(visit: Visit, name: str) -> int:
    """`?name=`, or 0."""
    return as_number(visit.request.query_params.get(name, ""))
