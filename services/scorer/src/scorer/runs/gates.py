"""What numbers must pass before readers see them.

A run that fails is held: what readers see stays as it is, and the reason stands on the status page.
An operator can release it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

from events import SourceFacts
from scorer import queries
from scorer.runs.inbox import Connection

FRESHNESS = "freshness"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Gate:
    """One judgement: what was measured, what was allowed, and a sentence that says so."""

    name: str
    passed: bool
    reason: str
    measured: float | None = None
    bound: float | None = None


def source_answers(facts: SourceFacts | None) -> Gate:
    """The source could be read as asked."""
    problem = facts.problem if facts else None
    return Gate("source", problem is None, problem or "the source answered as asked")


def source_is_fresh(facts: SourceFacts | None, day: date) -> Gate:
    """The newest day of the source is the day asked for, or a later one."""
    newest = facts.newest_day if facts else None
    if newest is None:
        return Gate(FRESHNESS, True, "the source named no newest day")
    behind = (day - newest).days
    reason = f"the source's newest day is {newest}, asked for {day}"
    return Gate(FRESHNESS, behind <= 0, reason, float(max(behind, 0)), 0.0)


def total_is_believable(day: date, totals: Mapping[date, int], bound: float) -> Gate:
    """The day's total is within the bound of that of the same weekday a week before.

    `bound` is the least share; its reciprocal is the most. Both themselves fail, so that with a
    half a day that was counted twice is held.
    """
    before, now = totals.get(day - WEEK), totals.get(day)
    if not before or now is None:
        return Gate("total", True, f"no total of {day - WEEK} to compare with")
    ratio = now / before
    reason = f"{now:,} downloads on {day}, {ratio:.2f} times those of {day - WEEK}"
    return Gate("total", bound < ratio < 1 / bound, reason, ratio, bound)


def list_shrinks(what: str, now: int, before: int, bound: float) -> Gate:
    """A list holds nearly as many entries as the last time, or more."""
    if before == 0:
        return Gate("list", True, f"{now:,} {what}, the first time")
    lost = 1 - now / before
    return Gate("list", lost <= bound, f"{now:,} {what}, {before:,} before", lost, bound)


def archive_is_whole(records: int | None, before: int | None, bound: float) -> Gate:
    """The advisory archive holds a good part of the records it had the last time."""
    if records is None or not before:
        return Gate("archive", True, f"{records or 0:,} advisory records, the first time")
    share = records / before
    reason = f"{records:,} advisory records, {before:,} before"
    return Gate("archive", share >= bound, reason, share, bound)


async def note(connection: "Connection | asyncpg.Pool", run_id: str, gate: Gate) -> None:
    """Keep a judgement for the status page."""
    await queries.runs.note_gate(
        connection,
        run_id=run_id,
        gate=gate.name,
        passed=gate.passed,
        measured=gate.measured,
        bound=gate.bound,
        reason=gate.reason,
    )


def failed(gates: Iterable[Gate]) -> str | None:
    """Return one sentence for all gates that failed, nothing when all passed."""
    reasons = [f"{gate.name}: {gate.reason}" for gate in gates if not gate.passed]
    return "; ".join(reasons) or None
