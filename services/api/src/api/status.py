"""What is fresh, what is late, and why."""

from datetime import date, datetime, timedelta

from api.answers.package import Document
from api.database import QUERIES, Connection, Publication, every
from schedules import SCHEDULES

RUNS = 30
"""Runs shown."""
LATE = {
    "downloads": timedelta(days=2),
    "metadata": timedelta(days=2),
    "security": timedelta(days=2),
}
"""Age of a source's newest day from which it counts as late."""


async def read_status(
    connection: Connection,
    publication: Publication,
    now: datetime,
    *,
    sample_data: bool,
    scheduled: bool,
) -> Document:
    """Return the freshness of every source, the last runs, their gates, and the missing days."""
    today = now.date()
    runs = await every(QUERIES.recent_runs(connection, most=RUNS))
    gates = await every(QUERIES.recent_gates(connection, run_ids=[run["run_id"] for run in runs]))
    sizes = await QUERIES.sizes(connection)
    gaps = []
    if publication.data_through:
        gaps = await every(QUERIES.gaps(connection, data_through=publication.data_through))
    return {
        "sample_data": sample_data,
        "sources": [
            dict(source) | {"late": is_late(source["name"], source["newest"], today, sample_data)}
            for source in await every(QUERIES.sources(connection))
        ],
        "scheduled": scheduled,
        "schedules": await read_schedules(connection, now, scheduled=scheduled),
        "runs": [dict(run) for run in runs],
        "gates": [dict(gate) for gate in gates],
        "gaps": [row["day"] for row in gaps],
        "corrections": [dict(row) for row in await every(QUERIES.corrections(connection))],
        "packages": sizes["packages"],
        "stale_packages": sizes["stale"],
        "unknown_installers": sizes["unknown_share"],
    }


async def read_schedules(
    connection: Connection, now: datetime, *, scheduled: bool
) -> list[Document]:
    """Return each schedule's rule, its last run, and when it is due next if anybody asks then."""
    last = {row["kind"]: row for row in await every(QUERIES.last_runs(connection))}
    return [
        {
            "kind": schedule.kind.value,
            "rule": schedule.words,
            "next": schedule.next_due(now) if scheduled else None,
            "last_run": run["run_id"] if run else None,
            "last_status": run["status"] if run else None,
            "last_started": run["started"] if run else None,
        }
        for schedule in SCHEDULES
        for run in [last.get(schedule.kind.value)]
    ]


def is_late(name: str, newest: date | None, today: date, sample_data: bool) -> bool:
    """Say whether a source's newest day is older than it should be; samples have no today."""
    if sample_data:
        return False
    return newest is None or today - newest > LATE[name]
