"""The command: judges or reads, writes the page, returns the lines."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.config import ROOT
from bot.evaluate.judged import judge, read_judged
from bot.evaluate.lines import lines
from bot.evaluate.page import page
from bot.supervisor.training import model_path
from bot.texts import Labels


def evaluation(file: Path | None, judged: Path | None, report: Path | None) -> Iterable[str]:
    """Lines for people of one of the two files; with `report`, that page too. Raises ValueError and OSError."""
    source = file or judged
    if source is None or (file and judged):
        raise ValueError("Name one file: FILE.jsonl with text and label, or --judged FILE.")
    content = source.read_text("utf-8").split("\n")  # splitlines would also cut inside a message
    found = judge(content) if file else read_judged(content)
    told = list(lines(found))
    if report:
        by = (
            model_path().name
            if file
            else "classifiers that had not learnt from the writer they judged, without the safety rules"
        )
        labels = Labels.load(ROOT / "data" / "labels.yml")
        html = page(found, labels, title=source.name, judged_by=by, at=datetime.now().astimezone())
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(html, "utf-8")
        told.append(f"The page is {report}")
    return told
