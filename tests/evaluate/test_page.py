"""The page stands alone, says what the figures say, and quotes without being harmed."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.evaluate import page
from bot.evaluate.command import evaluation
from bot.texts import Labels
from tests.evaluate.judgements import JUDGED, written

AT = datetime(2026, 3, 4, 15, 6, tzinfo=UTC)
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Balanced(HTMLParser):
    """Every tag that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html() -> str:
    labels = Labels.load(ROOT / "data" / "labels.yml")
    return page(JUDGED, labels, title="luz & john.jsonl", judged_by="a model", at=AT)


def test_it_needs_nothing_from_elsewhere(html: str) -> None:
    assert not re.search(r"<script|<link|<img|@import|https?://|url\(", html)


def test_it_is_whole(html: str) -> None:
    parser = Balanced()
    parser.feed(html)
    parser.close()
    assert parser.open == []


def test_words_of_messages_are_quoted_never_obeyed(html: str) -> None:
    assert "<b>mensaje" not in html
    assert "&lt;b&gt;mensaje 6&lt;/b&gt;" in html
    assert "luz &amp; john.jsonl" in html


def test_every_field_of_the_matrix_can_be_read_by_pointing_at_it(html: str) -> None:
    titles = re.findall(r"<title>(.*?)</title>", html)
    assert "ask_cost understood: 2 (66.7%)" in titles
    assert "ask_cost taken for ask_payment: 1 (33.3%)" in titles
    assert html.count('rotate(-60)">') == len({one.label for one in JUDGED})


def test_dangers_writers_and_calibration_are_shown(html: str) -> None:
    assert "2 of 3 emergencies and crises" in html
    assert "john" in html
    assert "90–100% sure: 100.0% of 3 right" in html


def test_light_and_dark_are_both_meant(html: str) -> None:
    assert "prefers-color-scheme: dark" in html


def test_judgements_of_bench_writers_are_shown_without_classifying(tmp_path: Path) -> None:
    report = tmp_path / "new" / "evaluation.html"
    told = list(evaluation(None, written(tmp_path), report))
    assert told[0] == "8 messages"
    assert told[1].startswith("accuracy 50.0% · top-3 75.0%")
    assert any("writer john" in line for line in told)
    assert "luz" in report.read_text("utf-8")


def test_when_all_is_right_the_page_says_so() -> None:
    labels = Labels.load(ROOT / "data" / "labels.yml")
    html = page(JUDGED[:2], labels, title="t", judged_by="m", at=AT)
    assert html.count("None: every message was understood.") == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no judged messages"),
        ("no json\n", "Line 1 is no JSON object"),
        ('{"text": "a"}\n', "Message 1 has not"),
        (
            '{"text":"a","writer":"w","language":"es","label":"x","ranking":[],"confidence":1}',
            "Message 1 has not",
        ),
    ],
)
def test_what_is_no_judgement_is_refused_in_words(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "file.jsonl"
    file.write_text(content)
    with pytest.raises(ValueError, match=said):
        evaluation(None, file, None)


def test_one_file_is_wanted_and_not_two(tmp_path: Path) -> None:
    for file, judged in ((None, None), (tmp_path, tmp_path)):
        with pytest.raises(ValueError, match="Name one file"):
            evaluation(file, judged, None)
