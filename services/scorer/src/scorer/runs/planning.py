"""Which packages are due, cut into work for other services."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import msgspec
import structlog

from events import (
    IndexObserved,
    IndexWork,
    MetadataTask,
    MetadataWork,
    RunRequested,
    SecurityTask,
    SecurityWork,
)
from events.topology import PACKAGES_INDEX, WORK_INDEX, WORK_METADATA, WORK_SECURITY
from scorer import queries
from scorer.queries import fetch
from scorer.runs.gates import Gate, list_shrinks, note
from scorer.runs.inbox import Connection, announce
from scorer.runs.outbox import enqueue
from scorer.settings import Settings


class Planned(NamedTuple):
    """A run that work is planned for."""

    run_id: str
    day: date


SCORER = "scorer"
"""The planner, beside the source, that announces batches of a run."""

METADATA_TASKS = 100
"""Packages in one piece of work; their facts come back in one message below 1 MB."""

SECURITY_TASKS = 1_000
"""Packages in one piece of work."""

log = structlog.get_logger(__name__)


async def ask_for_index(connection: Connection, event: RunRequested, settings: Settings) -> None:
    """Have PyPI's list of names read; named packages need no list and are planned at once."""
    if event.names is not None:
        run = Planned(event.run_id, event.day)
        await plan_due(connection, run, settings, names=event.names)
        return
    work = IndexWork(run_id=event.run_id, day=event.day)
    await enqueue(connection, WORK_INDEX, work, f"{event.run_id}:{WORK_INDEX.name}")


async def plan_metadata_when_whole(
    connection: Connection, event: IndexObserved, settings: Settings
) -> None:
    """With the last part of the list of names in, note what has changed and plan the work."""
    here = await queries.runs.index_parts(
        connection, run_id=event.run_id, subject=PACKAGES_INDEX.name
    )
    if here["parts"] < event.parts:
        return
    await stage_index(connection, event.run_id, event.parts)
    gate = await _index_gate(connection, settings)
    await note(connection, event.run_id, gate)
    if gate.passed:
        run = Planned(event.run_id, event.day)
        await _plan_from_index(connection, run, settings, event.parts)
    else:
        await queries.runs.hold_run(connection, run_id=event.run_id, reason=gate.reason)


async def plan_released(connection: Connection, run: Planned, settings: Settings) -> None:
    """Plan the work of a run that an operator let pass with its list of names as it is."""
    here = await queries.runs.index_parts(
        connection, run_id=run.run_id, subject=PACKAGES_INDEX.name
    )
    await stage_index(connection, run.run_id, here["parts"])
    await _plan_from_index(connection, run, settings, here["parts"])


async def _plan_from_index(
    connection: Connection, run: Planned, settings: Settings, parts: int
) -> None:
    """Note what the staged list tells, then plan what is due."""
    await note_names(connection, run)
    await plan_due(connection, run, settings, parts=parts)


async def note_names(connection: Connection, run: Planned) -> None:
    """Note new and changed names of the staged list, and those that are missing in it."""
    await queries.packages.add_listed(connection, day=run.day)
    await queries.packages.refresh_listed(connection, day=run.day)
    await queries.packages.mark_unlisted(connection, run_id=run.run_id, day=run.day)


async def stage_index(connection: Connection, run_id: str, parts: int) -> None:
    """Copy the staged parts into a table of this transaction, one after the other.

    A name's part follows from the name, so that no name is in two of them.
    """
    await queries.packages.make_listed(connection)
    for number in range(parts):
        (row,) = await fetch(
            queries.runs.bodies(
                connection,
                run_id=run_id,
                subject=PACKAGES_INDEX.name,
                first=number,
                last=number + 1,
            )
        )
        part = msgspec.json.decode(row["body"], type=IndexObserved)
        serials = {entry.name: entry.serial for entry in part.entries}
        await connection.copy_records_to_table(
            "listed", records=serials.items(), columns=["name", "serial"]
        )
    await queries.packages.measure_listed(connection)


async def _index_gate(connection: Connection, settings: Settings) -> Gate:
    counted = await queries.packages.count_listed(connection)
    return list_shrinks("names on PyPI", counted["listed"], counted["known"], settings.shrink_bound)


async def plan_due(
    connection: Connection,
    run: Planned,
    settings: Settings,
    *,
    parts: int = 0,
    names: list[str] | None = None,
) -> None:
    """Cut what is due into work, piece by piece: in the first night that is every package."""
    expires = await queries.packages.work_expires(
        connection, run_id=run.run_id, patience=settings.work_patience
    )
    batches = 0
    async with queries.packages.due_tasks_cursor(
        connection,
        day=run.day,
        deep_rank=settings.deep_rank,
        repository_days=settings.repository_days,
        status_days=settings.status_days,
        status_rank=settings.status_rank,
        names=names,
        most=settings.metadata_limit,
    ) as found:
        cursor = await found
        while rows := await cursor.fetch(METADATA_TASKS):
            work = MetadataWork(
                run_id=run.run_id,
                seq=batches,
                day=run.day,
                tasks=[MetadataTask(**row) for row in rows],
                expires=expires,
            )
            msg_id = f"{run.run_id}:{WORK_METADATA.name}:{batches}"
            await enqueue(connection, WORK_METADATA, work, msg_id)
            batches += 1
    await announce(connection, run.run_id, SCORER, parts + 2 * batches)
    log.info("metadata planned", run_id=run.run_id, batches=batches)


async def plan_security(connection: Connection, event: RunRequested, settings: Settings) -> None:
    """Plan the examination of every package, or of the named ones."""
    popular = await fetch(queries.packages.popular_names(connection, most=settings.popular_targets))
    rows = await fetch(queries.packages.security_tasks(connection, names=event.names))
    batches = 0
    for seq, tasks in enumerate(_cut(rows, SECURITY_TASKS)):
        work = SecurityWork(
            run_id=event.run_id,
            seq=seq,
            day=event.day,
            tasks=[_security_task(task) for task in tasks],
            popular=[row["name"] for row in popular],
            popular_owners=[row["owner"] for row in popular],
        )
        msg_id = f"{event.run_id}:{WORK_SECURITY.name}:{seq}"
        await enqueue(connection, WORK_SECURITY, work, msg_id)
        batches += 1
    await announce(connection, event.run_id, SCORER, batches)


def _security_task(row: Any) -> SecurityTask:
    releases = msgspec.json.decode(row["releases"])
    return msgspec.convert(dict(row) | {"releases": releases}, SecurityTask)


def _cut(rows: list[Any], size: int) -> Iterator[list[Any]]:
    """Yield the rows in lists of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
