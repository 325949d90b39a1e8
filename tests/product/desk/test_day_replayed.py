"""Two hours at the desk in a fast clock, with everything that may go wrong in a day; the whole day is `make day`."""

from datetime import datetime

from bench.rehearsal.checks import judged
from bench.rehearsal.day import replay
from bench.rehearsal.engine import RealRasa, new_key
from bench.rehearsal.report import figures, verdicts
from bench.rehearsal.script import OFFICE_ZONE, Plan
from bench.rehearsal.words import label_of
from tests.stub_rasa import stub_rasa


async def test_two_hours_at_the_desk_lose_and_mix_up_nothing(database_url: str) -> None:
    plan = Plan(patients=20, seed=7, begins=datetime(2027, 2, 9, 10, 30, tzinfo=OFFICE_ZONE), hours=2)
    async with stub_rasa() as (stub, address):
        stub.label_of = label_of
        day = await replay(plan, database_url, RealRasa(address, "test"), new_key())
    offenders = judged(day)
    assert not any(offenders.values()), "\n".join([*figures(day), *verdicts(offenders)])
    assert len(day.record.cases) > 5
    assert any(entry.kind == "closed" for entry in day.record.entries)
