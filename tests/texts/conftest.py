import pytest

from bot.office import Office
from bot.texts import Labels, TextBook
from tests.office.offices import shipped_office
from tests.texts.books import shipped_book, shipped_labels


@pytest.fixture(scope="session")
def book() -> TextBook:
    return shipped_book()


@pytest.fixture(scope="session")
def labels() -> Labels:
    return shipped_labels()


@pytest.fixture(scope="session")
def office() -> Office:
    return shipped_office()
