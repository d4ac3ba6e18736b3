"""What the service does with each event; plain functions that a test calls without a bus."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

import msgspec
import structlog

from events import (
    AdvisoriesObserved,
    Event,
    PackageFindings,
    RunKind,
    RunPlanned,
    RunRequested,
    SecurityObserved,
    SecurityWork,
    SourceFacts,
)
from events.message_size import LARGEST_BODY
from events.topology import RUNS_PLANNED, SECURITY_ADVISORIES, SECURITY_OBSERVED, Subject
from security_scan import catalogue
from security_scan.archive import ArchiveError, NoArchiveError
from security_scan.examine import Links, examine
from security_scan.index import Index
from security_scan.library import Library
from security_scan.lookalike.bench import Bench
from security_scan.settings import Settings

FINDINGS_KEPT = (500, 100, 25, 5, 1)
"""Findings per package, fewer and fewer until the message fits."""

log = structlog.get_logger(__name__)


class Sender(Protocol):
    """Stores an event in its stream."""

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        """Store one event; the same `msg_id` again is stored once."""


async def publish_catalogue(
    event: RunRequested, library: Library, settings: Settings, sender: Sender
) -> None:
    """Send the advisory catalogue of a security run, then how many parts it has.

    An archive that cannot be had or used is told as the run's problem, so that the run is held
    and what is published stays up.
    """
    if event.kind is not RunKind.SECURITY:
        return
    try:
        index = await library.for_run(event.run_id)
        async for part in _parts(index, settings, event.run_id):
            subject = SECURITY_ADVISORIES
            await sender.send(subject, part, f"{event.run_id}:{subject.name}:{part.part}")
    except ArchiveError as problem:
        log.warning("no advisories for this run", problem=str(problem))
        await _planned(sender, event.run_id, 0, SourceFacts(source="osv", problem=str(problem)))
        return
    if index.broken:
        log.warning("broken records", count=len(index.broken), first=_first(index.broken))
    facts = SourceFacts(source="osv", records=index.readable)
    await _planned(sender, event.run_id, catalogue.part_count(index), facts)


async def _parts(
    index: Index, settings: Settings, run_id: str
) -> AsyncIterator[AdvisoriesObserved]:
    """Yield the parts one by one, each made aside so that the bus is answered meanwhile."""
    made = catalogue.parts(index, settings.bounds, settings.osv_page_url, run_id)
    while (part := await asyncio.to_thread(next, made, None)) is not None:
        yield part


async def _planned(sender: Sender, run_id: str, batches: int, facts: SourceFacts) -> None:
    plan = RunPlanned(run_id=run_id, batches=batches, facts=facts)
    last = "problem" if facts.problem else 0  # a problem told must not hide a later success
    await sender.send(RUNS_PLANNED, plan, f"{run_id}:{RUNS_PLANNED.name}:{last}")


async def examine_packages(
    event: SecurityWork, library: Library, bench: Bench, links: Links, sender: Sender
) -> None:
    """Answer one piece of work with what is found about each of its packages.

    Where the source has no archive, and never had one, there is no answer: the run is held by then.
    """
    try:
        index = await library.for_work(event.run_id)
    except NoArchiveError as problem:
        log.warning("no answer without an archive", seq=event.seq, problem=str(problem))
        return
    found = await asyncio.to_thread(_examined, event, index, bench, links)
    subject = SECURITY_OBSERVED
    await sender.send(subject, fitting(found), f"{event.run_id}:{subject.name}:{event.seq}")


def _examined(event: SecurityWork, index: Index, bench: Bench, links: Links) -> SecurityObserved:
    judge = bench.judge(event.popular, event.popular_owners)
    packages = [
        examine(task, index, links, judge.findings(task, event.day, links.project))
        for task in event.tasks
    ]
    return SecurityObserved(run_id=event.run_id, seq=event.seq, packages=packages)


def fitting(event: SecurityObserved) -> SecurityObserved:
    """Return the event small enough for one message: the gravest findings of each package stay."""
    for kept in FINDINGS_KEPT:
        shorter = msgspec.structs.replace(
            event, packages=[_gravest(package, kept) for package in event.packages]
        )
        size = len(msgspec.json.encode(shorter))
        if size <= LARGEST_BODY:
            break
        log.warning("too many findings for one message", seq=event.seq, bytes=size, kept=kept)
    return shorter


def _gravest(package: PackageFindings, kept: int) -> PackageFindings:
    if len(package.findings) <= kept:
        return package
    return msgspec.structs.replace(package, findings=package.findings[:kept])


def _first(broken: dict[str, str]) -> str:
    name = min(broken)
    return f"{name}: {broken[name]}"
