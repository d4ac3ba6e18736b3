"""Finishing a run of downloads: judged by its gates, then merged into history."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import msgspec
import numpy as np

from events import SourceFacts
from events.day_range import DayRange
from scorer import queries
from scorer.downloads.batch_codec import BatchMatrices, DaySums, chunks, staged_sums
from scorer.downloads.breakdowns import merge_breakdowns
from scorer.downloads.history import make_years, merge
from scorer.postgres.pipeline import side_by_side
from scorer.queries import fetch
from scorer.runs import gates
from scorer.runs.gates import Gate
from scorer.runs.run_types import Run, Settled
from scorer.settings import Settings

SUM_BOUND = 0.001
"""Share by which the batches' sum may differ from what the source says of the same day."""


@dataclass
class Scan:
    """What a run's batches hold in all."""

    packages: int = 0
    window: DayRange | None = None
    days: Counter[date] = field(default_factory=Counter)
    mirrors: Counter[date] = field(default_factory=Counter)

    def add(self, sums: DaySums) -> None:
        """Count one batch."""
        self.packages += sums.packages
        self.window = sums.window
        for kept, by_day in ((self.days, sums.days), (self.mirrors, sums.mirrors)):
            told = zip(sums.window.days, by_day, strict=True)
            kept.update({day: downloads for day, downloads in told if day not in sums.gaps})


async def scan(pool: asyncpg.Pool, run_id: str) -> Scan:
    """Sum all staged batches of a run."""
    found = Scan()
    for sums in await staged_sums(pool, run_id):
        found.add(sums)
    return found


async def judge(pool: asyncpg.Pool, run: Run, found: Scan, settings: Settings) -> list[Gate]:
    """Return every gate's judgement of a run of downloads; what did not come is not judged."""
    facts = run.facts
    fresh = gates.source_is_fresh(facts, run.day)
    if run.kind == "downloads" and not fresh.passed:
        return [fresh]
    judged = [gates.source_answers(facts)]
    if not judged[0].passed:
        return judged
    if run.kind == "downloads":
        last = await queries.runs.last_finished(pool, kind=run.kind, run_id=run.run_id)
        before = _packages_before(last, facts)
        totals = await _totals(pool, run.day, found)
        judged += [
            fresh,
            gates.total_is_believable(run.day, totals, settings.week_bound),
            gates.list_shrinks("packages", found.packages, before, settings.shrink_bound),
        ]
    if facts is not None and run.whole:
        judged.append(sum_agrees(facts, found))
    return judged


def _packages_before(last: Any, facts: SourceFacts | None) -> int:
    """Packages the latest run brought, if it read the same source; 0 where nothing compares.

    BigQuery is asked for three days of a night, ClickHouse for thirty: their lists differ.
    """
    if last is None or last["facts"] is None or facts is None:
        return 0
    if msgspec.json.decode(last["facts"], type=SourceFacts).source != facts.source:
        return 0
    return int(msgspec.json.decode(last["counts"]).get("packages", 0))


async def _totals(pool: asyncpg.Pool, day: date, found: Scan) -> dict[date, int]:
    """Totals of the day and of the same weekday before: this run's, else the stored ones."""
    rows = await fetch(queries.downloads.day_totals(pool, first=day - gates.WEEK, last=day))
    return {row["day"]: row["total"] for row in rows} | dict(found.days)


def sum_agrees(facts: SourceFacts, found: Scan) -> Gate:
    """The batches hold what the source counts: nothing was cut off on the way."""
    told = {date.fromisoformat(day): total for day, total in facts.totals_by_day.items()}
    off = {day: abs(found.days.get(day, 0) - total) / total for day, total in told.items() if total}
    worst = max(off, key=lambda day: off[day], default=None)
    if worst is None:
        return Gate("sum", True, "the source gave no totals to compare with")
    came, counted = found.days.get(worst, 0), told[worst]
    reason = f"{came:,} downloads came for {worst}, the source counts {counted:,}"
    return Gate("sum", off[worst] <= SUM_BOUND, reason, off[worst], SUM_BOUND)


async def settle(pool: asyncpg.Pool, run: Run, found: Scan, settings: Settings) -> Settled:
    """Merge a run that has passed its gates; gives what to tell of it."""
    if found.window is not None:
        await make_years(pool, found.window)
    await _merge_all(pool, run)
    if run.whole and found.window is not None:
        await _merge_absent(pool, run, found.window, set(found.days), settings)
    counts = {
        "breakdowns": await merge_breakdowns(pool, run.run_id),
        "packages": found.packages,
        "days": len(found.days),
        "downloads": found.days.get(run.day, 0),
    }
    newest = max(found.days, default=None)  # a released run may have brought nothing
    return Settled(counts=counts, data_through=newest, recent=True, days=_day_rows(run, found))


async def _merge_all(pool: asyncpg.Pool, run: Run) -> None:
    async def merge_one(chunk: BatchMatrices) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await queries.packages.add_names(connection, names=chunk.names, day=run.day)
            rows = await fetch(queries.packages.ids(connection, names=chunk.names))
            place = {row["name"]: row["package_id"] for row in rows}
            changes = await merge(connection, chunk, [place[name] for name in chunk.names], run.day)
            await _note_corrections(connection, run, changes.corrected)

    await side_by_side(chunks(pool, run.run_id), merge_one)


async def _merge_absent(
    pool: asyncpg.Pool, run: Run, window: DayRange, told: set[date], settings: Settings
) -> None:
    """Packages that a whole run did not bring had no downloads on the days it tells of."""
    gaps = set(window.days) - told
    after = 0
    while True:
        async with pool.acquire() as connection, connection.transaction():
            rows = await fetch(
                queries.downloads.absent_ids(
                    connection, day=run.day, after=after, most=settings.chunk_packages
                )
            )
            if not rows:
                return
            ids = [row["package_id"] for row in rows]
            zeros = np.zeros((len(ids), window.length), dtype=np.int64)
            chunk = BatchMatrices([], window, zeros, zeros, gaps)
            changes = await merge(connection, chunk, ids, run.day)
            await _note_corrections(connection, run, changes.corrected)
            after = ids[-1]


async def _note_corrections(
    connection: Any, run: Run, corrected: dict[date, tuple[int, int]]
) -> None:
    rows = [
        {"day": day, "run_id": run.run_id, "packages": packages, "change": change}
        for day, (packages, change) in sorted(corrected.items())
    ]
    await queries.downloads.note_corrections(connection, rows)


def _day_rows(run: Run, found: Scan) -> list[dict[str, Any]]:
    """What to keep of each day the run told of."""
    facts = run.facts
    return [
        {
            "day": day,
            "total": total,
            "mirrors": found.mirrors[day],
            "source": facts.source if facts else "unknown",
            "unknown_share": facts.unknown_installer_share if facts else None,
            "run_id": run.run_id,
        }
        for day, total in sorted(found.days.items())
    ]
