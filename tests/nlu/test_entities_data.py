"""data/entities as an operator edits it: both languages shown, no phrase of two things by accident, keys that agree."""

from pathlib import Path

import pytest
import yaml

from bot.entities import Entities, EntityFileError, Subject, subjects
from bot.entities.phrases import FILES, LANGUAGES
from bot.office import Office
from bot.office import load as load_office

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "entities"
OTHER = "other"  # of office.yml: what has no name of its own


@pytest.fixture(scope="module")
def entities() -> Entities:
    return Entities.load(FOLDER)


@pytest.fixture(scope="module")
def shipped_office() -> Office:
    return load_office(ROOT / "data" / "office.yml")


def copy_with(folder: Path, file: str, old: str, new: str) -> Path:
    for path in FOLDER.glob("*.yml"):
        text = path.read_text("utf-8")
        assert path.name != file or old in text
        (folder / path.name).write_text(text.replace(old, new, 1) if path.name == file else text, "utf-8")
    return folder


def test_there_are_the_specialties_of_a_large_hospital(entities: Entities) -> None:
    assert len(entities.phrases.entries["specialty"]) >= 40


def test_everything_is_shown_in_both_languages(entities: Entities) -> None:
    for kind in FILES:
        for key in entities.phrases.entries[kind]:
            assert all(entities.shown(kind, key, language) for language in LANGUAGES)
            assert key == key.lower()
            assert len(key) <= 32, key  # what a case can hold


def test_every_specialty_can_be_said_of_children(entities: Entities) -> None:
    shown = [entities.shown_subject(Subject("oncology", child=True), language) for language in LANGUAGES]
    assert shown == ["oncología pediátrica", "pediatric oncology"]
    for key in entities.phrases.entries["specialty"]:
        for language in LANGUAGES:
            assert "{" not in entities.shown_subject(Subject(key, child=True), language)


def test_the_office_names_only_specialties_that_exist(entities: Entities, shipped_office: Office) -> None:
    known = set(entities.phrases.entries["specialty"])
    cared = {name for care in shipped_office.care for name in (*care.adults, *care.children)}
    assert set(shipped_office.specialties) - {OTHER} <= known
    assert cared <= known


def test_care_without_a_source_is_demo_and_not_said_over_a_real_provider(shipped_office: Office) -> None:
    assert shipped_office.offers("oncology", child=False, real=True)
    assert shipped_office.offers("oncology", child=True, real=False)
    assert not shipped_office.offers("oncology", child=True, real=True)
    assert not shipped_office.offers("dermatology", child=False, real=False)
    assert any(key.startswith("care[") for key in shipped_office.demo_left())


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("cities.yml", "en: Puebla", "xx: Puebla", "puebla"),
        ("insurers.yml", 'words: "pemex', 'words: "imms, pemex', "imms"),
        ("specialties.yml", "part_of: cardiology", "part_of: heart", "part_of"),
        ("relatives.yml", "mother:", "mother: [", "relatives.yml"),
    ],
)
def test_a_mistake_is_refused_and_named(
    tmp_path: Path, file: str, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(EntityFileError, match=complaint):
        Entities.load(copy_with(tmp_path, file, old, new))


def test_a_phrase_of_two_things_is_allowed_where_it_says_so(tmp_path: Path) -> None:
    folder = copy_with(tmp_path, "insurers.yml", 'words: "pemex', 'also: imms, words: "pemex')
    assert {one.value for one in Entities.load(folder).find("imms")} == {"imss", "pemex"}


def test_no_file_is_mistaken_for_training_data() -> None:
    for path in FOLDER.glob("*.yml"):
        assert not {"nlu", "rules", "stories", "intents"} & set(yaml.safe_load(path.read_text("utf-8")))


# --- what is read ---------------------------------------------------------------------------------------------


def asked(entities: Entities, text: str) -> list[str]:
    return [str(subject) for subject in subjects(entities.find(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿Tienen oncólogo para niños?", ["oncology+child"]),
        ("cardiólogo pediatra", ["cardiology+child"]),
        ("cirujano del corazón", ["cardiac_surgery"]),
        ("cardiólogo y neurólogo", ["cardiology", "neurology"]),
        ("cáncer de riñón", ["oncology"]),
        ("pediatra", ["pediatrics+child"]),
        ("my baby was born last year and lives far away with us. A dentist?", ["dentistry"]),
    ],
)
def test_specialty_and_child_belong_together_when_they_stand_together(
    entities: Entities, text: str, expected: list[str]
) -> None:
    assert asked(entities, text) == expected


def test_who_writes_is_never_taken_for_a_physician_that_is_wanted(entities: Entities) -> None:
    for text in (
        "Soy el Dr. Juan Pérez",
        "Le saluda la Dra. Marta Ruiz",
        "This is Dr. Smith",
        "My name is Dr. Ann Lee",
        "Saludos cordiales, Dra. Ruiz",
        "Me llamo Doctor Luis Soto",
    ):
        assert [one for one in entities.find(text) if one.kind == "doctor"] == [], text


def test_heart_surgery_belongs_to_cardiology(entities: Entities) -> None:
    assert list(entities.within("cardiac_surgery")) == ["cardiac_surgery", "cardiology"]
