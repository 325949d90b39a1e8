"""The day itself: minute by minute, whoever is due acts, then the product comes to rest, then its watch looks once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bench.rehearsal.consultants import Consultant, staff
from bench.rehearsal.engine import RealRasa
from bench.rehearsal.patients import Patient, people
from bench.rehearsal.record import Record, read
from bench.rehearsal.script import Plan, scripts
from bench.rehearsal.stage import Stage, staged
from bench.rehearsal.troubles import Trouble, befall, troubles

MINUTE = timedelta(minutes=1)


@dataclass
class Day:
    """What happened, once it is over: the people with their phones, and what the product kept."""

    plan: Plan
    stage: Stage
    patients: list[Patient]
    consultants: list[Consultant]
    troubles: list[Trouble]
    record: Record


async def replay(
    plan: Plan, database_url: str, rasa: RealRasa, key: str, tick: Callable[[float], None] = lambda done: None
) -> Day:
    """Replay the plan on a migrated, empty database. `tick` hears how much of it is done, 0 to 1."""
    async with staged(database_url, rasa, key, plan.begins) as stage:
        written = scripts(plan)
        patients = people(plan, stage.box, written)
        services = stage.puente.services
        overnight = frozenset(script.name for script in written if script.overnight)
        consultants = staff(stage.box, services.office, plan, services.texts.commands, overnight)
        ahead, now = troubles(plan), plan.begins
        while now < plan.ends:
            befall(stage.box, ahead, now)
            await asyncio.gather(
                *(patient.act(now) for patient in patients), *(one.act(now) for one in consultants)
            )
            now += MINUTE
            await stage.step(now)
            tick((now - plan.begins) / (plan.ends - plan.begins))
        return Day(plan, stage, patients, consultants, ahead, await read(services))
