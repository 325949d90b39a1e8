import pytest

from bot.office import Office
from tests.office.offices import shipped_office


@pytest.fixture(scope="session")
def shipped() -> Office:
    return shipped_office()
