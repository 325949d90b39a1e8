"""What "transferir …" asks, whose name it is, and which sentences that begin so are for a patient."""

import uuid

import pytest

from bot.desk.orders.transferring import Wish, makes_sense, named, read, told_apart
from bot.desk.roster import Colleague
from bot.office import Invited
from bot.store.tables import Case


def person(name: str) -> Colleague:
    return Colleague(uuid.uuid4(), Invited.model_validate({"name": name}), ())


PEOPLE = [person(name) for name in ("Bruno Díaz", "Carla Núñez", "Carlos Díaz", "Ana Ruiz")]
MINE = [Case(id=104)]


@pytest.mark.parametrize(
    ("words", "number", "name", "note"),
    [
        ("104 a Bruno: llamar el lunes", 104, "Bruno", "llamar el lunes"),
        ("el caso 104 a Bruno: llamar", 104, "Bruno", "llamar"),
        ("104 to Bruno: call on Monday: early", 104, "Bruno", "call on Monday: early"),
        ("#104 a Bruno", 104, "Bruno", ""),
        ("a Bruno Díaz, véalo hoy", 0, "Bruno Díaz", "véalo hoy"),
        ("a Bruno\nver sus estudios", 0, "Bruno", "ver sus estudios"),
        ("to Bruno", 0, "Bruno", ""),
        ("Bruno", 0, "Bruno", ""),
        ("104", 104, "", ""),
        ("104: para quien pueda", 104, "", "para quien pueda"),
        ("", 0, "", ""),
    ],
)
def test_case_name_and_note_are_read(words: str, number: int, name: str, note: str) -> None:
    wish = read(words)
    assert (wish.number, wish.name, wish.note) == (number, name, note)


@pytest.mark.parametrize(
    ("words", "name", "note"),
    [
        ("104 a Bruno ya tiene diagnóstico, falta biopsia", "Bruno", "ya tiene diagnóstico, falta biopsia"),
        ("104 to Carla Núñez she speaks Spanish", "Carla Núñez", "she speaks Spanish"),
        ("104 a Díaz es urgente", "Díaz es urgente", ""),  # which of the two is asked
        ("104 a Pedro es urgente", "Pedro es urgente", ""),
        ("a Bruno los estudios mañana", "Bruno los estudios mañana", ""),  # perhaps words for the patient
    ],
)
def test_a_note_needs_no_colon_where_the_case_is_named(words: str, name: str, note: str) -> None:
    wish = told_apart(read(words), PEOPLE)
    assert (wish.name, wish.note) == (name, note)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Bruno", ["Bruno Díaz"]),
        ("BRUNO DIAZ", ["Bruno Díaz"]),
        ("nunez", ["Carla Núñez"]),
        ("díaz", ["Bruno Díaz", "Carlos Díaz"]),
        ("carl", ["Carla Núñez", "Carlos Díaz"]),
        ("díaz carlos", ["Carlos Díaz"]),
        ("Brunno", []),
        ("", []),
        ("b", []),
    ],
)
def test_a_colleague_is_known_by_any_part_of_the_name(name: str, found: list[str]) -> None:
    assert [one.name for one in named(PEOPLE, name)] == found


@pytest.mark.parametrize(
    "words",
    [
        "",
        "104",
        "a Bruno",
        "Bruno",
        "104 a quien sea",
        "a Brunno",
        "a Brunno: nota",
        "a Pedro: nota",
        "7 a Bruno",
    ],
)
def test_what_may_be_an_order_never_reaches_the_patient(words: str) -> None:
    assert makes_sense(read(words), PEOPLE, MINE)


@pytest.mark.parametrize(
    "words",
    [
        "a recoger los estudios mañana",
        "a recoger sus estudios, por favor",
        "por la oficina el lunes",
        "el dinero a la cuenta que le mandé",
        "2 veces por el laboratorio",
        "the money to the account that I sent you",
        "the records to the hospital",
        "a la ventanilla 3 con su identificación a las 9: ahí le atienden",
        "mañana",
    ],
)
def test_sentences_for_a_patient_are_no_order(words: str) -> None:
    assert not makes_sense(read(words), PEOPLE, MINE)


def test_nothing_asked_is_a_wish_for_nobody() -> None:
    assert read("") == Wish()
