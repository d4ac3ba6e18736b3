"""One scenario from its start to its judgement."""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from chaos.lab import Lab, opened, settings_in
from chaos.night import KINDS, Rows, differences, letters, shown, tables
from chaos.scenario import Outcome, Result, Scenario
from chaos.stage import TIMEOUT, Stage, completed
from chaos.trouble import Trouble
from chaos.visitors import Visitors
from devstack.commands.traffic import traffic
from devstack.layout import layout_of
from events.runs import RunKind, RunStatus
from events.topology import BOOTSTRAP
from operate.runs import Standing

NAMES = ("boto3", "requests", "numpy", "urllib3", "packaging", "setuptools")
"""Packages whose pages visitors look at."""

QUIET_SECONDS = 1.0
"""Seconds visitors go on before the first trouble and after the last."""


@dataclass
class Seen:
    """What was seen of a night, and of what it left."""

    visitors: Visitors
    ends: dict[RunKind, Standing] = field(default_factory=dict)
    back: float = 0.0
    seconds: float = 0.0
    generation: int = 0
    letters: Sequence[asyncpg.Record] = ()
    again: Counter[str] = field(default_factory=Counter)
    """Deliveries beyond the first, by consumer."""
    tables: Mapping[str, Rows] = field(default_factory=dict)
    pages: Mapping[str, object] = field(default_factory=dict)


async def play(scenario: Scenario, stage: Stage) -> Result:
    """Play a scenario and judge it; the folder of one that failed is kept for its logs."""
    if impossible := scenario.trouble.impossible():
        return Result(scenario, Outcome.SKIPPED, (impossible,))
    folder = await asyncio.to_thread(stage.copy, scenario.name)
    try:
        result = await _played(scenario, stage, folder)
    except Exception as error:  # whatever broke is this scenario's result, and the others go on
        problem = f"{type(error).__name__}: {error}"
        result = Result(scenario, Outcome.FAILED, (problem, f"logs: {folder / 'log'}"))
    if result.outcome is Outcome.PASSED:
        await asyncio.to_thread(shutil.rmtree, folder)
    return result


async def _played(scenario: Scenario, stage: Stage, folder: Path) -> Result:
    trouble = scenario.trouble
    async with AsyncExitStack() as playing:
        playing.enter_context(trouble.place(layout_of(settings_in(folder, stage.dataset))))
        lab = await playing.enter_async_context(
            opened(folder, stage.dataset, trouble.cables, trouble.change)
        )
        before = await _delivered_again(lab)
        seen = await _night(scenario, lab)
        seen.again = await _delivered_again(lab) - before  # a bus that was lost begins anew
        seen.letters = await letters(lab.stack, scenario.letters)
        seen.tables = await tables(lab.stack)
        seen.pages = await shown(lab.stack, seen.generation)
    problems = _problems(scenario, stage, seen)
    if problems:
        problems.append(f"logs: {folder / 'log'}")
    return Result(
        scenario,
        Outcome.FAILED if problems else Outcome.PASSED,
        tuple(problems),
        {kind: ended.status for kind, ended in seen.ends.items()},
        seen.visitors.answers,
        seen.visitors.within(0.99),
        len(seen.letters),
        seen.back,
        seen.seconds,
        seen.again.total(),
    )


async def _delivered_again(lab: Lab) -> Counter[str]:
    """Return how many deliveries beyond the first each consumer has had so far."""
    found = await traffic(lab.stack.nats_url, lab.stack.nats_password(BOOTSTRAP))
    return Counter({name: again or 0 for name, again in found.delivered_again.items()})


def _problems(scenario: Scenario, stage: Stage, seen: Seen) -> list[str]:
    """Say everything that is not as the scenario allows, or not as after the quiet night."""
    return [
        *_wrong_ends(scenario, seen.ends),
        *_wrong_answers(scenario, seen.visitors),
        *_wrong_letters(scenario, seen.letters),
        *_too_many_again(scenario, seen.again),
        *differences(stage.tables, seen.tables),
        *(f"{path} differs" for path in stage.seen if stage.seen[path] != seen.pages[path]),
    ]


async def _night(scenario: Scenario, lab: Lab) -> Seen:
    """Run the night under the trouble and visitors, then mend what the trouble may break."""
    seen = Seen(Visitors(lab.stack.api_url, NAMES))
    trouble = scenario.trouble
    began = time.monotonic()
    async with seen.visitors.coming():
        await trouble.begin(lab)
        await asyncio.sleep(QUIET_SECONDS)
        for kind in KINDS:
            await _run(trouble, lab, kind, seen)
        await trouble.end(lab)
        await lab.all_back()
        seen.seconds = time.monotonic() - began
        for kind in scenario.ends:
            seen.generation = await completed(lab, await lab.request(kind))
        await asyncio.sleep(QUIET_SECONDS)
    return seen


async def _run(trouble: Trouble, lab: Lab, kind: RunKind, seen: Seen) -> None:
    """Have one run asked for, disturbed, and ended."""
    run_id = await trouble.ask(lab, kind)
    run_id = await trouble.disturb(lab, kind, run_id)
    over = time.monotonic()
    ended = await lab.stack.runs.follow(run_id, idle_timeout=TIMEOUT)
    seen.back = max(seen.back, time.monotonic() - over)
    seen.ends[kind] = ended
    seen.generation = ended.generation or seen.generation


def _wrong_ends(scenario: Scenario, ends: Mapping[RunKind, Standing]) -> list[str]:
    return [
        f"{kind} is {ended.status}, not {wanted}: {ended.reason}"
        for kind, ended in ends.items()
        if ended.status is not (wanted := scenario.ends.get(kind, RunStatus.COMPLETE))
    ]


def _wrong_answers(scenario: Scenario, visitors: Visitors) -> list[str]:
    beyond = {way: n for way, n in visitors.answers.items() if way not in scenario.answers}
    said = [f"visitors met {way} {n} times" for way, n in beyond.items()]
    return said + visitors.wrong


def _too_many_again(scenario: Scenario, again: Counter[str]) -> list[str]:
    if again.total() <= scenario.again:
        return []
    told = ", ".join(f"{name} {count}" for name, count in again.most_common() if count)
    return [f"{again.total()} messages delivered again, over {scenario.again}: {told}"]


def _wrong_letters(scenario: Scenario, kept: Sequence[asyncpg.Record]) -> list[str]:
    if len(kept) == scenario.letters:
        return []
    told = "; ".join(f"{row['subject']} by {row['service']}: {row['errors']}" for row in kept)
    return [f"{len(kept)} dead letters, not {scenario.letters}: {told[:600]}"]
