"""What ingest-github does with a piece of work."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import structlog
from msgspec.structs import replace

from events import (
    Event,
    IndexWork,
    MetadataTask,
    MetadataWork,
    Outcome,
    PackageObservation,
    PackagesObserved,
    RepositoriesObserved,
    RepositoryObservation,
)
from events.topology import PACKAGES_INDEX, PACKAGES_OBSERVED, REPOS_OBSERVED, Subject
from ingest_github.clock import Clock, moment_of
from ingest_github.github.repository_reader import RepositoryReader
from ingest_github.message_size import within_payload
from ingest_github.metrics import ReadMetrics
from ingest_github.pypi.client import PyPI
from ingest_github.pypi.package_index import index_buckets, index_parts
from ingest_github.pypi.package_reader import PackageLook, PackageReader
from ingest_github.repositories.choice import confirmed

log = structlog.get_logger(__name__)


class Publisher(Protocol):
    """Stores events; servicekit's, or a list in a test."""

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        """Store one event under its id."""


@dataclass(frozen=True)
class Sources:
    """Where packages and repositories are read."""

    pypi: PyPI
    packages: PackageReader
    repositories: RepositoryReader
    clock: Clock
    metrics: ReadMetrics


@dataclass(frozen=True)
class Look:
    """What one task gave."""

    package: PackageObservation | None
    repository: RepositoryObservation | None


@dataclass(frozen=True)
class RequestCounts:
    """Requests of one piece of work, by outcome."""

    pypi: Counter[str]
    github: Counter[str]


async def read_index(work: IndexWork, sources: Sources, publisher: Publisher) -> None:
    """Read PyPI's list of names and publish it in parts."""
    async with sources.pypi.index() as spool:
        # Seconds of work for a million names: in a thread, so that the probes go on answering.
        buckets = await asyncio.to_thread(index_buckets, spool)
    names = 0
    for part in index_parts(buckets, work.run_id, work.day):
        await publisher.send(
            PACKAGES_INDEX, part, f"{work.run_id}:{PACKAGES_INDEX.name}:{part.part}"
        )
        names += len(part.entries)
    log.info("index read", names=names, parts=part.parts)


async def read_metadata(work: MetadataWork, sources: Sources, publisher: Publisher) -> None:
    """Look at the packages of one piece of work and answer with one event of each kind.

    Work that came too late is answered with nothing: what is still due is in the next run's.
    """
    counts = RequestCounts(Counter(), Counter())
    tasks = [] if _expired(work, sources.clock) else work.tasks
    looks = await asyncio.gather(*(look(task, work, sources, counts) for task in tasks))
    packages = PackagesObserved(
        run_id=work.run_id,
        seq=work.seq,
        packages=within_payload([each.package for each in looks if each.package]),
        requests=dict(counts.pypi),
    )
    repositories = RepositoriesObserved(
        run_id=work.run_id,
        seq=work.seq,
        repositories=[each.repository for each in looks if each.repository],
        requests=dict(counts.github),
    )
    for subject, event in ((PACKAGES_OBSERVED, packages), (REPOS_OBSERVED, repositories)):
        await publisher.send(subject, event, f"{work.run_id}:{subject.name}:{work.seq}")
    _count(counts, packages, repositories, sources.metrics)
    log.info(
        "metadata read",
        seq=work.seq,
        tasks=len(tasks),
        expired=len(work.tasks) - len(tasks),
        pypi=packages.requests,
        github=repositories.requests,
    )


def _expired(work: MetadataWork, clock: Clock) -> bool:
    return work.expires is not None and clock.now() >= work.expires.timestamp()


def _count(
    counts: RequestCounts,
    packages: PackagesObserved,
    repositories: RepositoriesObserved,
    metrics: ReadMetrics,
) -> None:
    metrics.requested("pypi", counts.pypi)
    metrics.requested("github", counts.github)
    metrics.looked("packages", (each.outcome for each in packages.packages))
    metrics.looked("repositories", (each.outcome for each in repositories.repositories))


async def look(
    task: MetadataTask, work: MetadataWork, sources: Sources, counts: RequestCounts
) -> Look:
    """Carry out one task; whatever goes wrong in it is told of it alone."""
    with structlog.contextvars.bound_contextvars(package=task.name):
        try:
            return await _look(task, work, sources, counts)
        except Exception as error:
            log.exception("task failed")
            reason = f"{type(error).__name__}: {error}"[:300]
            return failed(task, reason, sources.clock)


async def _look(
    task: MetadataTask, work: MetadataWork, sources: Sources, counts: RequestCounts
) -> Look:
    seen = None
    if task.read_package or task.read_page:
        seen = await sources.packages.read(task, work.day, counts.pypi)
    if not task.read_repository:
        return Look(seen.observation if seen else None, None)
    full_name = _repository_of(task, seen)
    if full_name is None:
        return Look(seen.observation if seen else None, _nothing_named(task, seen, sources.clock))
    facts = seen.observation.facts if seen else None
    released = facts.released if facts else None
    repository = await sources.repositories.read(task, full_name, work.day, released, counts.github)
    return Look(_judged_again(seen, repository), repository)


def _repository_of(task: MetadataTask, seen: PackageLook | None) -> str | None:
    """Return the repository the package names today, else the one known of it."""
    if seen is not None and seen.observation.outcome == Outcome.OK:
        chosen = seen.observation.repository
        return chosen.full_name if chosen else None
    return task.repository


def _nothing_named(
    task: MetadataTask, seen: PackageLook | None, clock: Clock
) -> RepositoryObservation:
    """Tell a package that names no repository from one that could not be asked."""
    read = seen is not None and seen.observation.outcome == Outcome.OK
    return RepositoryObservation(
        package=task.name,
        asked="",
        outcome=Outcome.NONE if read else Outcome.SKIPPED,
        observed_at=moment_of(clock),
        reason=None if read else "the package could not be read, and no repository is known of it",
    )


def _judged_again(
    seen: PackageLook | None, repository: RepositoryObservation
) -> PackageObservation | None:
    """Correct how sure the choice is by what the repository says of itself."""
    if seen is None:
        return None
    choice = seen.observation.repository
    if choice is None or repository.facts is None or seen.links is None:
        return seen.observation
    return replace(seen.observation, repository=confirmed(choice, seen.links, repository.facts))


def failed(task: MetadataTask, reason: str, clock: Clock) -> Look:
    """Return the observations of a task that broke."""
    now = moment_of(clock)
    package = PackageObservation(
        name=task.name, outcome=Outcome.FAILED, observed_at=now, reason=reason
    )
    repository = RepositoryObservation(
        package=task.name,
        asked=task.repository or "",
        outcome=Outcome.FAILED,
        observed_at=now,
        reason=reason,
    )
    return Look(
        package if task.read_package or task.read_page else None,
        repository if task.read_repository else None,
    )
