"""Findings come and go with the catalogue, and a broken archive changes nothing."""

from datetime import UTC, date, datetime, timedelta

import asyncpg

from events import (
    AdvisoriesObserved,
    Advisory,
    AffectedPackage,
    Finding,
    FindingKind,
    PackageFindings,
    RunKind,
    RunPlanned,
    RunRequested,
    SecurityObserved,
    SourceFacts,
)
from scorer import handlers, queries
from scorer.runs.finisher import finish_applied
from scorer.settings import Settings

DAY = date(2026, 6, 30)


def finding(kind: FindingKind, number: str) -> Finding:
    return Finding(kind=kind, source="osv", id=number, summary="what it is", url="https://osv")


async def collect(
    pool: asyncpg.Pool,
    settings: Settings,
    day: date,
    findings: dict[str, list[Finding]],
    records: int = 100,
) -> str:
    run = RunRequested(
        run_id=f"security-{day}-1",
        kind=RunKind.SECURITY,
        day=day,
        requested_at=datetime.now(UTC),
        deadline=datetime.now(UTC) + timedelta(hours=1),
    )
    await handlers.open_run(run, pool, settings)
    advisories = [
        Advisory(id=each.id, kind=each.kind, packages=[AffectedPackage(name=name)])
        for name, found in findings.items()
        for each in found
    ]
    await handlers.take_advisories(
        AdvisoriesObserved(run_id=run.run_id, part=0, parts=1, advisories=advisories), pool
    )
    packages = [PackageFindings(name=name, version="1", findings=f) for name, f in findings.items()]
    await handlers.take_findings(
        SecurityObserved(run_id=run.run_id, seq=0, packages=packages), pool
    )
    facts = SourceFacts(source="osv", records=records)
    await handlers.note_plan(RunPlanned(run_id=run.run_id, batches=1, facts=facts), pool)
    await finish_applied(pool, settings)
    return str(await pool.fetchval("select status from runs where run_id = $1", run.run_id))


async def statuses(pool: asyncpg.Pool) -> dict[str, tuple[str, bool]]:
    rows = await pool.fetch("select name, security_status, flagged from package_list")
    return {row["name"]: (row["security_status"], row["flagged"]) for row in rows}


async def known(pool: asyncpg.Pool) -> None:
    await queries.packages.add_names(pool, names=["alpha", "evil"], day=DAY)


async def test_a_malicious_package_is_flagged_and_lifted_within_one_run_each(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await known(pool)
    evil = {"evil": [finding(FindingKind.MALICIOUS, "MAL-1")], "alpha": []}
    assert await collect(pool, settings, DAY, evil) == "complete"
    assert await statuses(pool) == {"alpha": ("clean", False), "evil": ("malicious", True)}
    cleared = {"evil": [], "alpha": [finding(FindingKind.VULNERABLE, "PYSEC-1")]}
    await collect(pool, settings, DAY + timedelta(days=1), cleared)
    assert await statuses(pool) == {"alpha": ("vulnerable", False), "evil": ("clean", False)}
    rows = await pool.fetch("select id, found, lifted from findings order by id")
    assert [tuple(row) for row in rows] == [
        ("MAL-1", DAY, DAY + timedelta(days=1)),
        ("PYSEC-1", DAY + timedelta(days=1), None),
    ]


async def test_a_finding_that_comes_back_is_open_again_since_its_first_day(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await known(pool)
    evil = {"evil": [finding(FindingKind.MALICIOUS, "MAL-1")]}
    for day, findings in enumerate((evil, {"evil": []}, evil)):
        await collect(pool, settings, DAY + timedelta(days=day), findings)
    row = await pool.fetchrow("select found, lifted from findings")
    assert tuple(row) == (DAY, None)


async def test_a_source_without_an_archive_holds_the_run_at_once_with_its_reason(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await known(pool)
    evil = {"evil": [finding(FindingKind.MALICIOUS, "MAL-1")], "alpha": []}
    await collect(pool, settings, DAY, evil)
    run = RunRequested(
        run_id="security-without",
        kind=RunKind.SECURITY,
        day=DAY + timedelta(days=1),
        requested_at=datetime.now(UTC),
        deadline=datetime.now(UTC) + timedelta(hours=1),
    )
    await handlers.open_run(run, pool, settings)
    facts = SourceFacts(source="osv", problem="OSV has no archive")
    await handlers.note_plan(RunPlanned(run_id=run.run_id, batches=0, facts=facts), pool)
    await finish_applied(pool, settings)
    row = await pool.fetchrow("select status, reason from runs where run_id = $1", run.run_id)
    assert tuple(row) == ("held", "source: OSV has no archive")
    assert (await statuses(pool))["evil"] == ("malicious", True)


async def test_an_archive_with_less_than_half_its_records_changes_nothing(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await known(pool)
    evil = {"evil": [finding(FindingKind.MALICIOUS, "MAL-1")], "alpha": []}
    await collect(pool, settings, DAY, evil, records=100)
    later = DAY + timedelta(days=1)
    assert await collect(pool, settings, later, {"evil": [], "alpha": []}, records=49) == "held"
    assert (await statuses(pool))["evil"] == ("malicious", True)
    assert await pool.fetchval("select count(*) from advisories") == 1
