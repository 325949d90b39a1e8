"""Words in, concepts out; and the shipped thesaurus keeps its form."""

from pathlib import Path

import pytest
import yaml

from bot.config import ROOT
from engine.folding import fold
from engine.thesaurus import Thesaurus, together

FILES = sorted((ROOT / "data" / "thesaurus").glob("*.yml"))


@pytest.fixture
def thesaurus(tmp_path: Path) -> Thesaurus:
    (tmp_path / "money.yml").write_text(
        "price:\n  es: cuánto cuesta, precio\n  en: how much\nmoney:\n  es: lana\n  en: dough\ncloth:\n  es: lana\n",
        encoding="utf-8",
    )
    return Thesaurus.load(tmp_path)


def test_longest_phrase_wins_and_other_words_keep_their_base_form(thesaurus: Thesaurus) -> None:
    words, lemmas = ["y", "cuanto", "cuesta", "verlos"], ["y", "cuanto", "costar", "ver"]
    assert thesaurus.read(words, lemmas) == ["y", "@price", "ver"]


def test_word_of_two_concepts_stands_for_both_in_either_language(thesaurus: Thesaurus) -> None:
    assert thesaurus.read(["lana"], ["lana"]) == ["@cloth", "@money"]
    assert thesaurus.read(["how", "much", "dough"], ["how", "much", "dough"]) == ["@price", "@money"]


def test_concepts_near_each_other_are_paired_in_their_order() -> None:
    assert together(["@a", "x", "@b", "@a"]) == ["@a@b", "@b@a"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_file_has_concepts_with_words_in_a_known_language(file: Path) -> None:
    for concept, words in yaml.safe_load(file.read_text("utf-8")).items():
        assert isinstance(concept, str), f"{concept!r}: put it in quotes"
        assert set(words) <= {"es", "en"}, concept
        assert all(isinstance(said, str) for said in words.values()), concept


def test_no_concept_is_told_in_two_files() -> None:
    names = [concept for file in FILES for concept in yaml.safe_load(file.read_text("utf-8"))]
    assert len(names) == len(set(names))


def test_accents_and_case_do_not_matter() -> None:
    assert fold("¿CUÁNTO Está?") == "¿cuanto esta?"
