"""Finishing a run of security: judged by its gates, then catalogue and findings replaced."""

from collections.abc import Iterable
from typing import Any

import asyncpg
import msgspec

from events import AdvisoriesObserved, Advisory, Finding, PackageFindings, SecurityObserved
from events.topology import SECURITY_ADVISORIES, SECURITY_OBSERVED, Subject
from scorer import queries
from scorer.queries import fetch
from scorer.runs import gates
from scorer.runs.gates import Gate
from scorer.runs.inbox import Connection
from scorer.runs.run_types import Run, Settled
from scorer.settings import Settings

ALL = 2**31 - 1
"""Above every batch number."""


async def judge(pool: asyncpg.Pool, run: Run, settings: Settings) -> list[Gate]:
    """Return every gate's judgement of a run of security."""
    last = await queries.runs.last_finished(pool, kind=run.kind, run_id=run.run_id)
    before = msgspec.json.decode(last["facts"]).get("records") if last and last["facts"] else None
    records = run.facts.records if run.facts else None
    return [
        gates.source_answers(run.facts),
        gates.archive_is_whole(records, before, settings.archive_bound),
    ]


async def settle(pool: asyncpg.Pool, run: Run) -> Settled:
    """Replace the catalogue and bring the findings up to the run, in one transaction."""
    async with pool.acquire() as connection, connection.transaction():
        await _store_catalogue(connection, run)
        await _store_findings(connection, run)
        counts = await queries.security.counts(connection)
    return Settled(counts=dict(counts))


async def _store_catalogue(connection: Connection, run: Run) -> None:
    parts = await _decoded(connection, run, SECURITY_ADVISORIES, AdvisoriesObserved)
    advisories = {each.id: each for part in parts for each in part.advisories}
    if not advisories and not run.whole:
        return  # the catalogue did not come; the old one stays
    await queries.security.forget_advisories(connection)
    await connection.copy_records_to_table(
        "advisories", records=[_advisory_row(each) for each in advisories.values()]
    )
    rows = {
        (each.id, package.name): (each.id, package.name, package.ranges, package.fixed_in)
        for each in advisories.values()
        for package in each.packages
    }
    await connection.copy_records_to_table("advisory_packages", records=rows.values())


def _advisory_row(advisory: Advisory) -> tuple[Any, ...]:
    return (
        advisory.id,
        advisory.aliases,
        advisory.kind,
        advisory.severity,
        advisory.score,
        advisory.summary,
        advisory.details,
        advisory.url,
        advisory.published,
        advisory.modified,
        advisory.withdrawn,
    )


async def _store_findings(connection: Connection, run: Run) -> None:
    batches = await _decoded(connection, run, SECURITY_OBSERVED, SecurityObserved)
    packages = [package for batch in batches for package in batch.packages]
    await queries.security.make_staged_findings(connection)
    await queries.security.make_examined(connection)
    await connection.copy_records_to_table("staged_findings", records=_finding_rows(packages))
    await connection.copy_records_to_table(
        "examined",
        records=[(p.name, p.version, p.safe_version, p.median_days_to_fix) for p in packages],
    )
    await queries.security.store_findings(connection, day=run.day)
    await queries.security.lift_findings(connection, day=run.day)
    await queries.security.store_examined(connection, day=run.day)


def _finding_rows(packages: Iterable[PackageFindings]) -> list[tuple[Any, ...]]:
    return [_finding_row(each.name, finding) for each in packages for finding in each.findings]


def _finding_row(name: str, finding: Finding) -> tuple[Any, ...]:
    return (
        name,
        finding.kind,
        finding.id,
        finding.source,
        finding.severity,
        finding.summary,
        finding.url,
        finding.since,
        finding.fixed_in,
        finding.aliases,
        finding.probability,
        finding.evidence,
    )


async def _decoded(
    connection: Connection, run: Run, subject: Subject, event: type[Any]
) -> list[Any]:
    rows = await fetch(
        queries.runs.bodies(connection, run_id=run.run_id, subject=subject.name, first=0, last=ALL)
    )
    return [msgspec.json.decode(row["body"], type=event) for row in rows]
